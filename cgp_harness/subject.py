"""A submission under test, as the checks see it: what it registered, and what can be asked of it.

Only numbers and short texts pass between it and the grader.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from cgp_harness.model import Floats, Problem, at
from cgp_harness.task import Limits


@dataclass(frozen=True)
class Registered:
    """What a worker says that a submission registered. Numbers and short texts only.

    Args:
        kind: as what.
        name: under which name.
        file: its path inside the submission.
        line: where it begins there, with its decorators; 0 if that is not known.
        details: what its kind says besides, of the kind's own struct.
        undeclared: whether it was found by what it looks like, without a decorator.
        empty: whether its body is `...`, as handed out.
    """

    kind: str
    name: str
    file: str
    line: int
    details: Any = None
    undeclared: bool = False
    empty: bool = False

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return at(self.file, self.line)


@dataclass(frozen=True)
class Manifest:
    """What came of loading a submission's files.

    Args:
        registered: all that was registered and fits its contract, kind by kind, each in order of
            file and line.
        problems: what went wrong in single files or things; other files still count.
        torch: whether the submission imported torch.
        repeated: names that are registered more than once, with how often; none of them counts.
    """

    registered: tuple[Registered, ...] = ()
    problems: tuple[Problem, ...] = ()
    torch: bool = False
    repeated: Mapping[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[Registered, ...]:
        """What is registered as this."""
        return tuple(one for one in self.registered if one.kind == kind)

    def find(self, kind: str, name: str) -> Registered | None:
        """What is registered as this, under `name`."""
        return next((one for one in self.of(kind) if one.name == name), None)


class SubjectError(Exception):
    """The submission's code raised, hung, died or answered nonsense.

    `kind` tells failures apart that have the same status: `raised` (an exception of its own),
    `read_only` (an in-place change of an input), `contract` (wrong return value), `memory`,
    `stopped` (the process is gone: timeout, signal, exit), `protocol`.
    """

    def __init__(self, problem: Problem, kind: str = "raised") -> None:
        super().__init__(str(problem))
        self.problem, self.kind = problem, kind


class Channel(Protocol):
    """A submission's worker, as a kind's questions reach it."""

    @property
    def manifest(self) -> Manifest:
        """What came of loading the files."""
        ...

    @property
    def limits(self) -> Limits:
        """Bounds on time and memory, for messages."""
        ...

    def ask(
        self, request: Any, kind: type[Any], payload: bytes | memoryview, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """Send a request; the answer of this kind and its payload, or `Failed`.

        Args:
            answer_bytes: length of the answer's payload, known beforehand.

        Raises:
            SubjectError: there was none. What the worker knew is gone.
        """
        ...


@dataclass(frozen=True)
class Repair:
    """A change to a submission's own source, by its own word: what it says of it, in which lines of
    which file, and the code before and after. Texts are fit to be shown.
    """

    says: str
    file: str
    lines: tuple[int, ...]
    before: str
    after: str


class ChangeLostError(Exception):
    """The worker that had a change in place is gone."""


class Changes(Protocol):
    """One registered thing with a change made in its source.

    Changes are numbered from 1, the simplest first; 1 is none, the source as it is. Every method
    raises `SubjectError` when the worker ends.
    """

    def tried(
        self, request: Any, payload: bytes | memoryview, size: int, first: int, count: int
    ) -> tuple[Floats, int]:
        """The numbers (count, size) that answer a request of its kind by each of some changes.

        Returns:
            Those, not numbers where there is no such answer; and how many changes there are.
        """
        ...

    def made(self, number: int) -> AbstractContextManager[None]:
        """Have all questions answered with this change.

        Raises:
            ChangeLostError: some were not, since another worker had to be started.
        """
        ...

    def shown(self, number: int) -> Repair:
        """What a change is."""
        ...


class Asking:
    """What can be asked of one kind of thing, over a channel; a kind adds its questions."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def worker_ended(self, problem: Problem) -> None:
        """What the worker knew is gone, by this."""


class Subject(Protocol):
    """A submission in its worker, as the checks see it.

    After a timeout or a death the next question starts a fresh worker.
    """

    @property
    def manifest(self) -> Manifest:
        """What came of loading the files; the first use starts the worker."""
        ...

    @property
    def marks(self) -> Mapping[str, tuple[int, int]]:
        """Where its code raised while it was asked -> from which to which byte of that line."""
        ...

    def of(self, kind: str) -> Any:
        """What can be asked of its things of this kind: what the kind's `asking` made."""
        ...

    def changes(self, kind: str, name: str) -> Changes:
        """What is registered so, with changes made in its source."""
        ...

    def restart(self) -> None:
        """Begin again in a fresh process, as if nothing had been called."""
        ...

"""A submission's workers, one after the other: each loads what can be loaded, until its end.

The time that all of them may take together is kept here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cgp_harness.errors import MachineError
from cgp_harness.model import Problem, Submission
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.conversation import NOTHING, Conversation
from cgp_harness.sandbox.host.manifest import Loading, require_believable
from cgp_harness.sandbox.host.sources import sources_of
from cgp_harness.sandbox.host.stopwatch import Passed, Stopwatch
from cgp_harness.sandbox.host.trusted import held_by
from cgp_harness.sandbox.protocol.messages import Failed, Loaded
from cgp_harness.subject import Manifest, SubjectError
from cgp_harness.task import WALL_TIMES, Limits

LOADING = 1.25
"""A file is ended from outside after its time to load, this many times: till then it should have
ended by itself, statement by statement."""


class Workers:
    """One submission, at most one worker at a time.

    Attributes:
        cpu_s: CPU time of the workers that have ended.
        printed: what these wrote to stdout and stderr, cut but not escaped.
    """

    def __init__(
        self, submission: Submission, limits: Limits, level: str, forbid: tuple[str, ...],
        gpu: Mapping[str, str], packages: tuple[str, ...] = (), imports: tuple[str, ...] = (),
        told: Mapping[str, Any] = NOTHING,
    ) -> None:
        self.cpu_s, self.printed = 0.0, ""
        self._submission, self._limits = submission, limits
        self._level, self._gpu = level, gpu
        self._packages, self._told = packages, told
        self._held = held_by(submission, forbid, packages, imports)
        sources = sources_of(submission)
        self._roots = sources.roots
        self._loading = Loading(sources, limits)
        self._talk: Conversation | None = None
        self._used_s = self._used_by_wall_s = 0.0
        self._used_up = ""
        self._starts = 0

    @property
    def alive(self) -> bool:
        """Whether there is a worker now."""
        return self._talk is not None

    def close(self) -> None:
        """End the worker and remove what it had."""
        if self._talk is not None:
            talk, self._talk = self._talk, None
            self.cpu_s += talk.end().cpu_s
            for name in ("stdout", "stderr"):
                self.printed += talk.texts[name].decode(errors="replace")

    def load(self) -> Manifest:
        """Load every file; one that hangs or ends its worker costs itself only."""
        while self._talk is None and self._loading.files:
            self._start()
        return self._loading.manifest

    def ask(
        self, request: Any, kind: type[Any], payload: bytes | memoryview, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """A loaded worker's answer; see `Conversation.ask`.

        Raises:
            SubjectError: there was none. The next call has a fresh worker.
        """
        if self._used_up:
            raise SubjectError(problems.of_timeout(self._used_up), "stopped")
        while self._talk is None:
            if problem := self._start():
                raise SubjectError(problem, "stopped")
        return self._timed(
            request, kind, "no answer within {}; the worker was stopped",
            within_s=self._limits.request_s, payload=payload, answer_bytes=answer_bytes,
        )

    def _start(self) -> Problem | None:
        """A fresh worker, and every file loaded; or the problem of the file that ended it.

        Neither if that file is to be loaded once more.
        """
        self._talk = Conversation(
            self._submission, self._limits, self._level, self._held, self._roots, self._gpu,
            self._packages, self._told,
        )
        if self._starts:
            # The first start is ours; 500 files that each end their worker pay for theirs.
            self._used_s += self._talk.start_cpu_s
        self._starts += 1
        talk = self._talk
        for number, file in enumerate(self._loading.files):
            try:
                answer, _ = self._timed(
                    file, Loaded, f"importing {_escaped(file.path)} took longer than {{}}",
                    within_s=self._limits.load_s, patience=LOADING)
                if isinstance(answer, Failed):  # it registers more than an answer can say
                    answer = Loaded((), (answer,), torch=False)
                require_believable(answer)
            except SubjectError as error:
                self.close()
                if not self._used_up and self._loading.again(file, talk.at, error.problem):
                    return None
                unloaded = self._loading.files[number:]
                problem = replace(error.problem, where=file.path)
                self._loading.lost(unloaded if self._used_up else [file], problem)
                return problem
            self._loading.loaded(file, answer)
        return None

    def _timed(
        self, request: Any, kind: type[Any], late: str, *, within_s: float,
        payload: bytes | memoryview = b"", answer_bytes: int = 0, patience: float = 1.0,
    ) -> tuple[Any, bytearray]:
        """Ask within what is left of the submission's time; put a worker that is gone away.

        Args:
            late: what to say after `within_s`, with `{}` for how long that was.
            patience: so many times as long it may really take.
        """
        assert self._talk is not None
        if min(self._left_s, self._left_by_wall_s) <= 0:
            self.close()
            passed: Passed = "cpu" if self._left_s <= 0 else "wall"
            raise SubjectError(self._late(passed, math.inf, ""), "stopped")
        watch = Stopwatch(
            self._talk.pid, min(patience * within_s, self._left_s),
            min(WALL_TIMES * patience * within_s, self._left_by_wall_s))
        try:
            answer, values = self._talk.ask(
                request, kind, watch, payload=payload, answer_bytes=answer_bytes,
                late=lambda passed: self._late(passed, within_s, late, patience))
            _see_to_packages(answer)
            return answer, values
        except (SubjectError, MachineError):
            self.close()
            raise
        finally:
            self._used_s += watch.spent_s
            self._used_by_wall_s += watch.wall_s

    def _late(
        self, passed: Passed, within_s: float, late: str, patience: float = 1.0
    ) -> Problem:
        """What to say once a request has taken `within_s`, or all that was left."""
        left_s = self._left_by_wall_s / WALL_TIMES if passed == "wall" else self._left_s
        if left_s < patience * within_s:
            self._used_up = (
                f"the submission has used up its {_amount(passed, self._limits.total_s)}")
        return problems.of_timeout(self._used_up or late.format(_amount(passed, within_s)))

    @property
    def _left_s(self) -> float:
        return self._limits.total_s - self._used_s

    @property
    def _left_by_wall_s(self) -> float:
        return WALL_TIMES * self._limits.total_s - self._used_by_wall_s


def _amount(passed: Passed, seconds: float) -> str:
    """As people say it: `10 s of CPU time`, or by the wall clock `60 s`."""
    if passed == "wall":
        return f"{WALL_TIMES * seconds:g} s"
    return f"{seconds:g} s of CPU time" if passed == "cpu" else f"{seconds:g} s"


def _escaped(path: str) -> str:
    return path.replace("{", "{{").replace("}", "}}")


def _see_to_packages(answer: Any) -> None:
    """Raise what failed in a trusted package, which no check may hold against a submission."""
    for one in (answer, *getattr(answer, "problems", ())):
        if isinstance(one, Failed) and one.kind == "machine":
            raise problems.of_machine(one)

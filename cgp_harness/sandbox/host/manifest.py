"""What each file of a submission registered, put together into one `Manifest`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from cgp_harness.installed import kinds
from cgp_harness.model import Problem, Status
from cgp_harness.sandbox.host.problems import (
    WHERE_MAX,
    of_loading,
    of_stopping,
    of_violation,
    printable,
    shown_place,
)
from cgp_harness.sandbox.host.sources import Sources
from cgp_harness.sandbox.protocol.message_fields import MOST, NAME_MAX, Place
from cgp_harness.sandbox.protocol.messages import At, Load, Loaded, LoadedThing, encode
from cgp_harness.subject import Manifest, Registered, SubjectError
from cgp_harness.task import Limits

MOST_ENDINGS = 20
"""Statements of a submission that may each end a worker; the next such file is lost."""


class Loading:
    """The files still worth importing, and what came of importing them.

    The next worker does without a statement that hangs or ends its worker, and without a file of
    which nobody knows at which statement that happens.
    """

    def __init__(self, sources: Sources, limits: Limits) -> None:
        self.files = [
            msgspec.structs.replace(file, within_s=limits.load_s) for file in sources.files]
        self._limits = limits
        self._answers: dict[str, Loaded] = {}
        self._problems, self._remarks = list(sources.problems), sources.remarks
        self._stopped: dict[str, list[Place]] = {}
        self._cuts: dict[str, Place] = {}
        self._endings = 0

    def loaded(self, file: Load, answer: Loaded) -> None:
        """Note a worker's answer; a later worker's counts."""
        self._answers[file.path] = answer
        for place in answer.cuts:
            self._cuts.setdefault(place.file, place)
            self._stopped.setdefault(place.file, [])
        if answer.stopped or answer.cuts:
            self._stop(answer.stopped)

    def again(self, file: Load, at: At | None, problem: Problem) -> bool:
        """Whether a file that ended its worker is to be loaded again, by a fresh one.

        Aloud, as all files from then on, if it did not say at which statement it was; else without
        that statement.
        """
        if problem == of_violation():
            return False
        if at is None and not file.aloud:
            self.files = [msgspec.structs.replace(one, aloud=True) for one in self.files]
            return True
        self._endings += 1
        if at is None or not at.place.line or self._endings > MOST_ENDINGS:
            return False
        if at.given_up:
            self._stop((at.place,))
        else:
            self._without((at.place,))
            self._problems.append(replace(
                problem, what=f"{problem.what}; this statement is left out, and all else counts",
                where=shown_place(at.place)))
        return True

    def _stop(self, places: Sequence[Place]) -> None:
        for place in places:
            self._stopped.setdefault(place.file, []).append(place)
        self._without(places)

    def _without(self, places: Sequence[Place]) -> None:
        """Any file may import the one that these are in."""
        self.files = [
            msgspec.structs.replace(
                file, left_out=tuple(dict.fromkeys((*file.left_out, *places))),
                cuts=tuple(self._cuts.values()))
            for file in self.files]

    def lost(self, files: list[Load], problem: Problem) -> None:
        """Do without these from now on."""
        paths = {file.path for file in files}
        self.files = [file for file in self.files if file.path not in paths]
        self._problems.append(problem)

    @property
    def manifest(self) -> Manifest:
        """All rules whose names are clear, and all problems."""
        problems = [*self._problems, *(
            of_stopping([shown_place(place) for place in dict.fromkeys(places)], self._limits,
                        cut=shown_place(self._cuts[path]) if path in self._cuts else "")
            for path, places in self._stopped.items())]
        nothing: list[Problem] = []
        loaded: list[LoadedThing] = []
        there = {one.name for answer in self._answers.values() for one in answer.registered}
        for file in self.files:
            answer = self._answers[file.path]
            for one in answer.problems:
                if one.of and one.of in there:
                    continue
                problem = of_loading(one, file.path, self._limits)
                (nothing if one.kind == "nothing" else problems).append(problem)
            loaded += answer.registered
        found: dict[tuple[str, str], list[Registered]] = {}
        for thing in map(_registered, _written(_once(loaded))):
            found.setdefault((thing.kind, thing.name), []).append(thing)
        if (registered := len(found)) > MOST:
            found = {}
            problems.insert(0, Problem(
                Status.STUDENT_ERROR,
                f"the submission registers {registered:,} rules and functions",
                expected=f"at most {MOST}"))
        # Else the file only helps another, or something is wrong.
        if not found and not problems:
            problems = nothing
        order = list(kinds())
        each = sorted(found.values(), key=lambda same: order.index(same[0].kind))
        repeated = [same for same in each if len(same) > 1]
        problems += [_taken_twice(same) for same in repeated]
        return Manifest(
            registered=tuple(same[0] for same in each if len(same) == 1),
            problems=tuple(dict.fromkeys((*problems, *self._remarks)))[:MOST],
            torch=any(answer.torch for answer in self._answers.values()),
            repeated={same[0].name: len(same) for same in repeated},
        )


def _once(registered: Sequence[LoadedThing]) -> Iterator[LoadedThing]:
    """Each once: a file may import another's rule, and `hw.ipynb` may be handed in as `hw.py` too.

    The same code counts once wherever it stands.
    """
    seen: set[bytes] = set()
    for one in registered:
        key = encode(msgspec.structs.replace(one, where=Place()) if one.code else one)
        if key not in seen:
            seen.add(key)
            yield one


def _written(registered: Iterable[LoadedThing]) -> list[LoadedThing]:
    """Without skeletons such as the handed-out `...`, and without what only looks like it, where
    something else has their name."""
    def weak(one: LoadedThing) -> bool:
        return one.empty or one.undeclared

    found = list(registered)
    names = {(one.kind, one.name) for one in found if not weak(one)}
    return [one for one in found if not weak(one) or (one.kind, one.name) not in names]


def _registered(one: LoadedThing) -> Registered:
    return Registered(
        one.kind, printable(one.name, NAME_MAX), printable(one.where.file, WHERE_MAX),
        one.where.line, _details(one), one.undeclared, one.empty)


def require_believable(answer: Loaded) -> None:
    """See that a worker names kinds that there are, and says of them what they say.

    Raises:
        SubjectError: it does not.
    """
    for one in answer.registered:
        try:
            _details(one)
        except (KeyError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise SubjectError(of_violation(), "protocol") from error


def _details(one: LoadedThing) -> Any:
    """What its kind says of it, every text fit to be shown; None if it says nothing."""
    struct = kinds()[one.kind].details
    if struct is None:
        return None
    said = msgspec.msgpack.decode(one.details, type=struct)
    return msgspec.convert(_printable(msgspec.to_builtins(said)), struct)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value, NAME_MAX)
    if isinstance(value, dict):
        return {printable(key, NAME_MAX): _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, (list, tuple)) else value


def _taken_twice(same: Sequence[Registered]) -> Problem:
    first = same[0]
    kind = kinds()[first.kind]
    noun = kind.contract.noun
    return Problem(
        Status.STUDENT_ERROR, f"the {noun} {first.name!r} is registered {_times(len(same))}",
        where=" and ".join(one.where for one in same), expected=f"one {noun} of that name",
        fix=f"remove one, or register it under another name: {kind.above('…')}",
    )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"

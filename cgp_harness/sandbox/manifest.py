"""What each file of a submission registered, put together into one `Manifest`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from cgp_harness.assignment import Limits
from cgp_harness.model import Problem, Status
from cgp_harness.sandbox.message_fields import MOST, NAME_MAX, Place
from cgp_harness.sandbox.messages import Load, Loaded, LoadedExtension, LoadedRule, encode
from cgp_harness.sandbox.problems import WHERE_MAX, of_loading, printable
from cgp_harness.sandbox.sources import Sources
from cgp_harness.subject import NOUNS, ExtensionInfo, Manifest, RuleInfo

Registered = TypeVar("Registered", LoadedRule, LoadedExtension)


class Loading:
    """The files still worth importing, and what came of importing them.

    A file that hangs or ends its worker is lost: the next worker does without it.
    """

    def __init__(self, sources: Sources, limits: Limits) -> None:
        self.files = list(sources.files)
        self._limits = limits
        self._answers: dict[str, Loaded] = {}
        self._problems = list(sources.problems)

    def loaded(self, file: Load, answer: Loaded) -> None:
        """Note a worker's answer; a later worker's counts."""
        self._answers[file.path] = answer

    def lost(self, files: list[Load], problem: Problem) -> None:
        """Do without these from now on."""
        self.files = [file for file in self.files if file not in files]
        self._problems.append(problem)

    @property
    def manifest(self) -> Manifest:
        """All rules whose names are clear, and all problems."""
        problems = list(self._problems)
        nothing: list[Problem] = []
        rules: list[LoadedRule] = []
        extensions: list[LoadedExtension] = []
        for file in self.files:
            answer = self._answers[file.path]
            for one in answer.problems:
                problem = of_loading(one, file.path, self._limits)
                (nothing if one.kind == "nothing" else problems).append(problem)
            rules += answer.rules
            extensions += answer.extensions
        found: dict[str, list[RuleInfo]] = {}
        for rule in map(_info, _once(rules)):
            found.setdefault(rule.name, []).append(rule)
        others: dict[tuple[str, str], list[ExtensionInfo]] = {}
        for extension in map(_extension, _once(extensions)):
            others.setdefault((extension.kind, extension.name), []).append(extension)
        if (registered := len(found) + len(others)) > MOST:
            found, others = {}, {}
            problems.insert(0, Problem(
                Status.STUDENT_ERROR,
                f"the submission registers {registered:,} rules and functions",
                expected=f"at most {MOST}"))
        # Else the file only helps another, or something is wrong.
        if not found and not others and not problems:
            problems = nothing
        problems += [_taken_twice(same) for same in found.values() if len(same) > 1]
        problems += [_taken_twice(same) for same in others.values() if len(same) > 1]
        return Manifest(
            rules=tuple(same[0] for same in found.values() if len(same) == 1),
            problems=tuple(dict.fromkeys(problems))[:MOST],
            torch=any(answer.torch for answer in self._answers.values()),
            extensions=tuple(same[0] for same in others.values() if len(same) == 1),
        )


def _once(registered: Sequence[Registered]) -> Iterator[Registered]:
    """Each once: a file may import another's rule, and `hw.ipynb` may be handed in as `hw.py` too.

    The same code counts once wherever it stands.
    """
    seen: set[bytes] = set()
    for one in registered:
        key = encode(msgspec.structs.replace(one, where=Place()) if one.code else one)
        if key not in seen:
            seen.add(key)
            yield one


def _info(rule: LoadedRule) -> RuleInfo:
    return RuleInfo(
        name=printable(rule.name, NAME_MAX), kind=rule.kind,
        file=printable(rule.where.file, WHERE_MAX), line=rule.where.line, state=dict(rule.state),
        hyperparameters=dict(rule.hyperparameters),
        fixed={name: printable(kind, NAME_MAX) for name, kind in rule.fixed.items()},
    )


def _extension(one: LoadedExtension) -> ExtensionInfo:
    return ExtensionInfo(
        one.kind, printable(one.name, NAME_MAX), printable(one.where.file, WHERE_MAX),
        one.where.line)


def _taken_twice(same: Sequence[RuleInfo | ExtensionInfo]) -> Problem:
    first = same[0]
    noun, decorator, further = "rule", "optimizer", 'name="…"'
    if isinstance(first, ExtensionInfo):
        noun, decorator, further = NOUNS[first.kind], first.kind, '"…"'
    return Problem(
        Status.STUDENT_ERROR, f"the {noun} {first.name!r} is registered {_times(len(same))}",
        where=" and ".join(one.where for one in same), expected=f"one {noun} of that name",
        fix=f"remove one, or register it under another name: @{decorator}({further})",
    )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"

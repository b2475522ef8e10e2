"""What each file of a submission registered, put together into one `Manifest`."""

from __future__ import annotations

from cgp_harness.assignment import Limits
from cgp_harness.model import Problem, Status
from cgp_harness.sandbox.messages import NAME_MAX, Load, Loaded, LoadedRule
from cgp_harness.sandbox.problems import WHERE_MAX, of_loading, printable
from cgp_harness.sandbox.sources import Sources
from cgp_harness.subject import Manifest, RuleInfo


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
        found: dict[str, list[RuleInfo]] = {}
        for file in self.files:
            answer = self._answers[file.path]
            for one in answer.problems:
                problem = of_loading(one, file.path, self._limits)
                (nothing if one.kind == "nothing" else problems).append(problem)
            for rule in map(_info, answer.rules):
                same = found.setdefault(rule.name, [])
                if rule not in same:  # a file that imports another's rule registers nothing new
                    same.append(rule)
        if not found and not problems:  # else the file only helps another, or something is wrong
            problems = nothing
        problems += [_taken_twice(same) for same in found.values() if len(same) > 1]
        return Manifest(
            rules=tuple(same[0] for same in found.values() if len(same) == 1),
            problems=tuple(dict.fromkeys(problems)),
            torch=any(answer.torch for answer in self._answers.values()),
        )


def _info(rule: LoadedRule) -> RuleInfo:
    return RuleInfo(
        name=printable(rule.name, NAME_MAX), kind=rule.kind,
        where=printable(rule.where, WHERE_MAX), state=dict(rule.state),
        hyperparameters=dict(rule.hyperparameters),
        fixed={name: printable(kind, NAME_MAX) for name, kind in rule.fixed.items()},
    )


def _taken_twice(same: list[RuleInfo]) -> Problem:
    return Problem(
        Status.STUDENT_ERROR, f"the rule {same[0].name!r} is registered {_times(len(same))}",
        where=" and ".join(rule.where for rule in same), expected="one rule of that name",
        fix='remove one, or register it under another name: @optimizer(name="…")',
    )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"

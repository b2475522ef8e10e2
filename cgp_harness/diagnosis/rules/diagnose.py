"""Which known rule is this? The answer in flags, and in words for the student."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from cgp_harness.assignment import Assignment, Task
from cgp_harness.diagnosis.flag import (
    FLOAT32_ARITHMETIC,
    INITIAL_STATE,
    MUTABLE_DEFAULT,
    Flag,
    flag,
)
from cgp_harness.diagnosis.rules import bank, initial_state
from cgp_harness.diagnosis.rules.families import DEFAULTS, FAMILIES
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.subject import RuleInfo, Trajectory

PLAIN_SGD = "no_momentum"


def diagnose(
    assignment: Assignment, task: Task, rule: RuleInfo, runs: Sequence[Trajectory],
    answers: Sequence[Floats],
) -> Diagnosis:
    """Name the rule that gave `answers` to `runs`, or say that none is known.

    Looks at the task's own family first (all single mistakes and pairs), then at the other
    families, then at a start from a state other than zero.
    """
    numbers = sum(answer.size for answer in answers)
    defaults = {**DEFAULTS, **task.hyperparameters}
    found = bank.match_in_tiers(task.family, task.accept, runs, answers, defaults)
    if found is not None:
        return _in_family(task, rule, found, numbers)
    elsewhere = _in_other_family(assignment, task, rule, runs, answers)
    if elsewhere is not None:
        return elsewhere
    found = initial_state.match(
        task.family, task.accept, runs, answers, defaults, declared=any(rule.state.values()))
    if found is not None:
        return _in_family(task, rule, found, numbers)
    return Diagnosis(
        (), f"Your update is not {task.title}, and it matches no known variant of it or of another "
        f"rule (compared on {numbers} numbers).")


def _in_family(task: Task, rule: RuleInfo, found: bank.Match, numbers: int) -> Diagnosis:
    mutable = any(kind in ("dict", "list", "set") for kind in rule.fixed.values())
    flags = tuple(
        MUTABLE_DEFAULT.id if one == "shared_state" and mutable else one for one in found.flags
    )
    known = [_flag(task.family, one) for one in flags]
    name = FAMILIES[task.family].NAME
    return Diagnosis(
        flags, _sentence(name, known, found.error, numbers), found.error)


def _in_other_family(
    assignment: Assignment, task: Task, rule: RuleInfo, runs: Sequence[Trajectory],
    answers: Sequence[Floats],
) -> Diagnosis | None:
    own = {assignment.canonical(name): value for name, value in rule.hyperparameters.items()}
    numbers = sum(answer.size for answer in answers)
    theirs = _seen_from(task, own, runs)
    best: tuple[str, bank.Match] | None = None
    for family, module in FAMILIES.items():
        if family == task.family:
            continue
        found = bank.match(family, tuple(module.CONVENTIONS), theirs, answers, DEFAULTS)
        if found and len(found.flags) <= 1 and (
            best is None or len(found.flags) < len(best[1].flags)
        ):
            best = family, found
    if best is None:
        return None
    family, found = best
    name, identifier, flags = FAMILIES[family].NAME, f"is_{family}", found.flags
    if family == "sgd_plus" and PLAIN_SGD in found.flags:
        name, identifier, flags = "plain SGD", "is_sgd", ()
    known = [_flag(family, one) for one in flags]
    text = _sentence(name, known, found.error, numbers)
    return Diagnosis(
        (identifier, *flags), f"{text} It is registered as {rule.name}.", found.error)


def _seen_from(
    task: Task, own: Mapping[str, float], runs: Sequence[Trajectory]
) -> tuple[Trajectory, ...]:
    """The same runs with what another family's rule was really given.

    The probes set this task's hyperparameters only; all others stood at the student's defaults.
    """
    return tuple(
        Trajectory(
            run.shapes, run.gradients,
            {**DEFAULTS, **own, **{name: value for name, value in run.hyperparameters.items()
                                   if name in task.hyperparameters and name in own}},
            run.schedule,
        )
        for run in runs
    )


def _flag(family: str, identifier: str) -> Flag:
    module = FAMILIES[family]
    if identifier in module.CONVENTIONS:
        return flag(identifier, module.CONVENTIONS[identifier],
                    "This assignment asks for the other convention.", "convention")
    extra = {one.id: one for one in (FLOAT32_ARITHMETIC, INITIAL_STATE, MUTABLE_DEFAULT)}
    return extra.get(identifier) or next(one for one in module.FLAGS if one.id == identifier)


def _sentence(name: str, known: Sequence[Flag], error: float, numbers: int) -> str:
    phrases = [
        one.phrase + (f" ({one.equation})" if one.equation else "") for one in known
    ]
    what = " ".join([name, _listed(phrases)]).strip()
    text = f"Your update is {what}, to within {within(error)} on {numbers} numbers."
    return " ".join([text, *(one.hint for one in known)])


def _listed(phrases: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(phrases[:-1]), phrases[-1] if phrases else ""]))


def within(error: float) -> str:
    """The power of ten that an error stays below: the same on machines that round differently."""
    return f"{10.0 ** math.ceil(math.log10(max(error, 1e-15))):.0e}"

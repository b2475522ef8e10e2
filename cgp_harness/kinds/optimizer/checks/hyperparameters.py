"""`hyperparameters`: does each one exist, matter, and have the right default?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.optimizer.checks.spellings import (
    alike,
    holders,
    several,
    spare,
    without_number,
)
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.kind import OPTIMIZER
from cgp_harness.kinds.optimizer.naming import names
from cgp_harness.kinds.optimizer.probes import sensitivity
from cgp_harness.kinds.optimizer.probes.counterexample import counterexample
from cgp_harness.kinds.optimizer.probes.probes import single_run
from cgp_harness.kinds.optimizer.probes.roles import role
from cgp_harness.kinds.optimizer.probes.verdict import fixed_values
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Diagnosis
from cgp_harness.probing.digits import apart
from cgp_harness.subject import SubjectError

NEVER_NEGATIVE = {
    "rate": "the step is subtracted, and so goes downhill as it is",
    "guard": "it keeps from 0 what is divided by",
}


def hyperparameters(context: RuleContext) -> Outcome:
    """Every hyperparameter of the task earns an equal share of the points.

    What `update_rule` has learned is not measured twice.
    """
    runs = context.probes
    try:
        unused, fixed = _use(context, runs)
        needless = [
            name for name in context.specified.hyperparameters
            if name in unused and name in context.learned.get("needless", ())
        ]
        faults = {
            name: fault for name in context.specified.hyperparameters
            if name not in needless and (fault := _fault(context, name, unused, fixed))
        }
        notes = [
            f"{name}: changing it changes no step, which is part of what "
            f"{OPTIMIZER.quoted('update_rule')} finds, and is charged there."
            for name in needless
        ]
        if not faults:
            return passed("\n".join(notes))
        named = [name for name in faults
                 if name in fixed and (context.named(name) is not None or not spare(context))]
        if further := _not_given(context):
            notes.insert(0, further)
        return failed(
            "\n".join(dict.fromkeys([*faults.values(), *notes])),
            fraction=1 - len(faults) / len(context.specified.hyperparameters),
            diagnosis=_diagnosis(named, fixed),
            counterexample=_unmoved(context, [name for name in faults if name in unused]),
        )
    except SubjectError as error:
        return stopped(error.problem)


def _use(
    context: RuleContext, runs: Sequence[Trajectory]
) -> tuple[Sequence[str], Mapping[str, float]]:
    if "ignored" in context.learned:
        return context.learned["ignored"], context.learned["fixed"]
    answers = [context.answer(run) for run in runs]
    found = sensitivity.ignored(context, runs, answers)
    return found, fixed_values(context, found, runs, answers)


def _fault(
    context: RuleContext, name: str, unused: Sequence[str], fixed: Mapping[str, float]
) -> str:
    student = context.named(name)
    wanted = context.specified.hyperparameters[name]
    value = f"; the code uses {fixed[name]:.6g}" if name in fixed else ""
    if student is None:
        return _missing(context, name, value)
    shown = name if student == name else f"{student} ({name})"
    if name in unused:
        return f"{shown}: changing it changes no step{value}."
    default = context.rule.hyperparameters[student]
    if not _same_default(default, wanted):
        is_, should_be = apart(float(default), wanted, least=6)
        why = _senseless(name, default, wanted)
        return f"{shown}: the default is {is_}, expected {should_be}.{why}"
    return ""


def _senseless(name: str, value: float, wanted: float) -> str:
    """Why nothing that does this in a rule has such a value; torch refuses it."""
    does = role(name, wanted)
    if does == "decay" and 0 <= wanted < 1:
        return "" if 0 <= value < 1 else (
            " It is a share of what was before: at least 0, and less than 1.")
    return f" It is never negative: {NEVER_NEGATIVE[does]}." if (
        value < 0 and does in NEVER_NEGATIVE) else ""


def _missing(context: RuleContext, name: str, value: str) -> str:
    """Says which argument may be meant, and no more of it than its name and default show."""
    if meant := alike(context, name):
        return f"{name}: you have `{meant}`; here it is `{name}`."
    default = f"{context.specified.hyperparameters[name]:g}"
    if own := without_number(context, name):
        return (f"{name}: the default of `{own}` is of type {context.rule.fixed[own]}, so no value "
                f"is given for it. Write a number, {default}.")
    together = several(context, _absent(context))
    if own := together.get(name, ""):
        each = " and ".join(one for one in together if together[one] == own)
        return (f"{each}: you have `{own}`; here each is an argument by itself, with a number for "
                "its default.")
    accepted = ", ".join(names(context.assignment, context.task, name))
    return f"{name}: the rule takes no such argument (accepted names: {accepted}){value}."


def _absent(context: RuleContext) -> list[str]:
    return [name for name in context.specified.hyperparameters if context.named(name) is None]


def _not_given(context: RuleContext) -> str:
    """Of arguments in which a missing hyperparameter may stand; empty if there are none."""
    absent = _absent(context)
    told = {*several(context, absent).values(), *(without_number(context, one) for one in absent)}
    held = [one for one in holders(context) if one not in told]
    listed = " and ".join(f"`{one}` ({context.rule.fixed[one]})" for one in held)
    return f"What stands in {listed} is not given: every hyperparameter is a number by itself." if (
        absent and held) else ""


def _same_default(default: float, wanted: float) -> bool:
    """To 1e-9; or what float32 makes of it, since `np.float32(1e-3)` is a way to write 1e-3."""
    return math.isclose(default, wanted, rel_tol=1e-9) or default == float(np.float32(wanted))


def _diagnosis(named: Sequence[str], fixed: Mapping[str, float]) -> Diagnosis | None:
    if not named:
        return None
    listed = " and ".join(f"{name} fixed at {fixed[name]:.6g}" for name in named)
    return Diagnosis(
        tuple(f"{name}_hard_coded" for name in named),
        f"Your update has {listed} in the code. Use the argument wherever its value stands.",
    )


def _unmoved(context: RuleContext, unused: Sequence[str]) -> dict[str, object] | None:
    """The same steps with and without the change, as data."""
    run = context.specified.whole(single_run(), context.seed)
    for name in unused:
        if context.named(name) is not None:
            moved = sensitivity.changed(run, name)
            before, after = (
                one.schedule[name][0] if name in one.schedule else one.hyperparameters[name]
                for one in (run, moved))
            return counterexample(
                context, moved, context.answer(moved), context.answer(run),
                relation=f"{name} = {before:g}, then {after:g}")
    return None

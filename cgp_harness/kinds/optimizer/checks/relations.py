"""`relations`: is it a well-behaved rule? Answers compared with answers; no oracle needed.

One leak trips many relations, so they are tried in causal order and the first that fails is
reported alone: replay, interleaving, alone, order, aliasing, other hyperparameters before, in
place, locality, shape, numpy = torch, dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.optimizer.checks.by_turns import by_turns
from cgp_harness.kinds.optimizer.checks.locality import SHAPE, locality
from cgp_harness.kinds.optimizer.checks.other_values import kept
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.checks.violation import Violation
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.diagnosis.diagnose import diagnose
from cgp_harness.kinds.optimizer.kind import OPTIMIZER
from cgp_harness.kinds.optimizer.probes.counterexample import counterexample
from cgp_harness.kinds.optimizer.probes.evidence_of import evidence
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.probes.probes import small_run
from cgp_harness.kinds.optimizer.probes.verdict import judged
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Diagnosis, Floats, Status
from cgp_harness.probing.distance import distance
from cgp_harness.subject import SubjectError

IN_FLOAT32 = 1e-5
"""Two steps on half-integers: right forms stay within 1.1e-7 in float32 (60 seeds)."""

AGAIN = 1009
"""Steps of the long run that are asked for twice; another prime above 1,000."""

REPLAYED = (
    "The same gradients, begun afresh a second time, gave other steps: something is remembered "
    "outside {}, or drawn at random.")
STATE = "the state that @optimizer names (a global, an attribute, a default argument)"
OBJECTS = "the object or what it is given (a global, an attribute of the class, a default argument)"

CHARGED_THERE = (
    "The same numbers move differently in a parameter of another shape, which is part of what "
    f"{OPTIMIZER.quoted('update_rule')} finds, and is charged there.")

UNJUDGED = (
    "No step is a finite number, so that none can be compared with another: nothing is earned "
    "here. Look for a division by 0 or the root of a negative number.")


Relation = Callable[[RuleContext, Trajectory, Floats], Violation | None]


def relations(context: RuleContext) -> Outcome:
    """The first relation that does not hold, in causal order.

    A rule that leaks nothing leaves `learned["elementwise"]`: whether its numbers move each as if
    it were alone, so that many trainings can share one array; and `learned["long_run"]`, the long
    probe and its answer.
    """
    try:
        run = context.begun(small_run(context.seed))
        first = context.answer(run)
        if not np.isfinite(first).any():
            return failed(UNJUDGED)
        for relation in (_replay, _interleaving, _alone, _order, _aliasing):
            if violation := relation(context, run, first):
                return _leaking(context, _cause(context, run, first, relation, violation))
        if violation := _other_values(context, run):
            return _leaking(context, violation)
        known, violation = _long_replay(context)
        if violation:
            return _leaking(context, violation)
    except SubjectError as error:
        return stopped(error.problem)
    outcome = _without_leak(context, run, first)
    return replace(outcome, learned={**outcome.learned, **known})


def _without_leak(context: RuleContext, run: Trajectory, first: Floats) -> Outcome:
    """The relations whose violation, or an exception on the way, spoils no later check."""
    elementwise, note = False, ""
    try:
        for relation in (locality, _libraries, _single_precision):
            if relation is locality and not context.specified.elementwise:
                continue  # nor is the right rule
            if relation is _libraries and context.in_place:
                break
            violation = relation(context, run, first)
            elementwise = elementwise or (relation is locality and violation is None)
            if violation:
                cause = _cause(context, run, first, relation, violation)
                if cause.leak:
                    return _leaking(context, cause)
                if cause.relation == SHAPE and _charged_in_update_rule(context):
                    note = CHARGED_THERE
                    continue
                return replace(_violated(context, cause), learned={"elementwise": elementwise})
        outcome = passed(note)
    except SubjectError as error:
        outcome = replace(stopped(error.problem), blocks=False)
    if context.in_place:
        outcome = failed(context.in_place)
    return replace(outcome, learned={"elementwise": elementwise})


def _charged_in_update_rule(context: RuleContext) -> bool:
    """Whether the rule is the specified one but at some shapes, so that `update_rule` shows it."""
    if "update_rule" not in context.task.checks:
        return False
    runs = context.probes
    right = judged(context, runs, [context.answer(run) for run in runs]).conventions
    return bool(right) and update_rule(context).status is not Status.PASSED


def _violated(
    context: RuleContext, violation: Violation, diagnosis: Diagnosis | None = None
) -> Outcome:
    return failed(
        violation.message, diagnosis=diagnosis, blocks=violation.leak,
        counterexample=counterexample(
            context, violation.run, violation.got, violation.expected,
            relation=violation.relation),
    )


def _leaking(context: RuleContext, violation: Violation) -> Outcome:
    """A leak is named by what the rule does in a process where nothing has leaked yet."""
    runs = context.probes
    answers = []
    for run in runs:
        context.subject.restart()
        try:
            answers.append(context.answer(run))
        except SubjectError:
            return _violated(context, violation)
    diagnosis = diagnose(
        context.assignment, context.task, context.rule,
        evidence(context, runs, answers, before=context.subject.restart)).diagnosis
    context.subject.restart()
    known = diagnosis if diagnosis.flags and diagnosis.flags != ("float32_arithmetic",) else None
    return _violated(context, violation, known)


def _cause(
    context: RuleContext, run: Trajectory, first: Floats, relation: Relation, violation: Violation
) -> Violation:
    """The violation, unless what trips it is remembered: then it is a replay that differs.

    Memory trips whatever is asked next. So both are asked once more, and the relation alone in a
    new process: a relation that is itself the cause gives the same each time.
    """
    if relation is _replay:
        return violation
    again = context.answer(run)
    if not _equal(again, first):
        return Violation("replay", _replayed(context), run, again, first)
    remembered = Violation(
        "replay", _replayed(context), violation.run, violation.got, violation.expected)
    for new_process in (False, True):
        if new_process:
            context.subject.restart()
        second = relation(context, run, first)
        if second is None or not _equal(second.got, violation.got):
            return remembered
    return violation


def _replayed(context: RuleContext) -> str:
    return REPLAYED.format(_kept_in(context))


def _kept_in(context: RuleContext) -> str:
    """Where what is remembered belongs: code of other courses has no decorator to name it in."""
    return OBJECTS if context.registered.undeclared and not context.rule.groups else STATE


def _replay(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    again = context.answer(run)
    return None if _equal(again, first) else Violation(
        "replay", _replayed(context), run, again, first)


def _long_replay(context: RuleContext) -> tuple[dict[str, Any], Violation | None]:
    """A long run, and half of it again, for what happens at one call of 1,000 only.

    Shown is one number of it.
    """
    probe = long_run(context.seed, few=context.arrays == "scalar")
    whole = context.begun(probe.run)
    try:
        first = context.answer(probe.run)
    except SubjectError:
        return {}, None  # `update_rule` asks for the same, and says where it raises
    again = context.answer(_begun(whole, AGAIN))
    if _equal(again, first[:AGAIN]):
        return {"long_run": (probe, first)}, None
    first = first[:AGAIN]
    step, number = np.argwhere((again != first) & ~(np.isnan(again) & np.isnan(first)))[0]
    part = slice(int(step) + 1), [int(number)]
    run = _begun(whole, int(step) + 1).part(((1,),), part[1])
    return {}, Violation("replay", _replayed(context), run, again[part], first[part])


def _begun(run: Trajectory, steps: int) -> Trajectory:
    return replace(run, gradients=run.gradients[:steps], schedule={
        name: values[:steps] for name, values in run.schedule.items()})


def _interleaving(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    got = by_turns(context, run)
    return None if _equal(got, first) else Violation(
        "interleaving",
        "Two trainings that take turns disturb each other: something is remembered outside "
        f"{_kept_in(context)}.",
        run, got, first)


def _alone(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    half = run.gradients.shape[1] // 2
    lone = run.part(run.shapes[1:], slice(half, None))
    got = context.answer(lone)
    return None if _equal(got, first[:, half:]) else Violation(
        "alone",
        "A parameter moves differently when it is trained alone than among others: something is "
        "shared by parameters (state, a step number, a norm, how many they are).",
        lone, got, first[:, half:])


def _order(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    half = run.gradients.shape[1] // 2
    turned = run.part(run.shapes, [*range(half, 2 * half), *range(half)])
    got = context.answer(turned)
    expected = np.roll(first, half, axis=1)
    return None if _equal(got, expected) else Violation(
        "order",
        "The steps depend on the order in which the parameters are visited: state or a step number "
        "is shared by parameters, or a parameter's place in the list counts.",
        turned, got, expected)


def _arrays_of(context: RuleContext) -> str:
    return "array of the gradient, or of p," if context.sees_parameter else "gradient's array"


def _aliasing(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    got = context.steps(run, reuse_buffer=True).values
    return None if _equal(got, first) else Violation(
        "aliasing",
        f"The steps change when the {_arrays_of(context)} is used again, as in training: the rule "
        "keeps the array itself, or knows it again by its address. Keep a copy of its numbers.",
        run, got, first)


def _other_values(context: RuleContext, run: Trajectory) -> Violation | None:
    found = kept(context, run)
    return None if found is None else Violation(
        "other hyperparameters before",
        "After a training with other hyperparameters the rule gives other steps than in a new "
        "process: something of that training is remembered outside the state that @optimizer names "
        "(a cache in a global, an attribute, a default argument).",
        found.run, found.after, found.alone)


def _libraries(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    if not context.subject.manifest.torch or context.rule.moves:
        return None
    try:
        answers = [context.steps(run, arrays=one).values for one in ("numpy", "torch")]
    except SubjectError:
        return None  # written for one library; that is no fault
    got, expected = answers[1], answers[0]
    return None if distance(got, expected) < IN_FLOAT32 else Violation(
        "numpy = torch", "The rule gives other steps on torch tensors than on numpy arrays.",
        run, got, expected, leak=False)


def _single_precision(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    if context.arrays == "scalar":
        return None
    got = context.steps(run, dtype="float32").values
    return None if distance(got, first) < IN_FLOAT32 or not np.isfinite(first).all() else (
        Violation("dtype", "The rule gives other steps on float32 gradients than on float64 ones.",
                  run, got, first, leak=False))


def _equal(got: Floats, expected: Floats) -> bool:
    return bool(np.array_equal(got, expected, equal_nan=True))


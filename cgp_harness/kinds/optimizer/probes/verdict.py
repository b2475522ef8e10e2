"""Which conventions are still possible after some runs, and how exact the arithmetic is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.diagnosis.fixed_run import RUN
from cgp_harness.kinds.optimizer.probes import rounding, sensitivity
from cgp_harness.kinds.optimizer.probes.ground import Probe
from cgp_harness.kinds.optimizer.probes.held import with_fixed
from cgp_harness.kinds.optimizer.probes.recursion import reading_room
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Convention, Specified
from cgp_harness.model import Floats
from cgp_harness.probing import kept
from cgp_harness.probing.distance import FLOAT32, FLOAT64, distance
from cgp_harness.probing.single_precision import float32_numbers


@dataclass(frozen=True)
class Verdict:
    """Conventions that no run has contradicted, and the largest error of the nearest of them.

    Args:
        times: how many times float32's own rounding an answer may be off; 0: it is held to float64.
    """

    conventions: tuple[str, ...]
    error: float = 0.0
    times: float = 0.0


def judged(context: RuleContext, runs: Sequence[Trajectory], answers: Sequence[Floats]) -> Verdict:
    """What holds on all runs: a convention in float64, else one in float32, else none.

    Args:
        answers: to each run its steps (T, D), in parameter units.
    """
    def after_all(verdict: Verdict) -> Verdict:
        for run, answer in zip(runs, answers, strict=True):
            verdict = narrowed(context, verdict, run, answer)
        return verdict

    accepted = tuple(context.specified.conventions)
    exact = after_all(Verdict(accepted))
    if exact.conventions:
        return exact
    times = rounding.TIMES if float32_numbers(answers) else rounding.TIMES_UNSEEN
    return after_all(Verdict(accepted, times=times))


def fixed_values(
    context: RuleContext, unused: Sequence[str], runs: Sequence[Trajectory],
    answers: Sequence[Floats]
) -> dict[str, float]:
    """The values at which hyperparameters that it ignores are hard-coded, if right so."""
    found = sensitivity.fixed_values(context, unused, answers) if unused else {}
    right = found and judged(replace(context, fixed=found), runs, answers).conventions
    return found if right else {}


def narrowed(
    context: RuleContext, verdict: Verdict, run: Trajectory | Probe, answer: Floats
) -> Verdict:
    """The verdict after one more run: one convention must hold throughout.

    A run that is not asked of anybody says nothing.
    """
    if not is_asked(context, run):
        return verdict
    left, errors = [], []
    for one in verdict.conventions:
        right = expected(context, one, run)
        error = float(distance(as_read(context, run, answer, right), right))
        if error < tolerance(context, verdict, one, run, right):
            left.append(one)
            errors.append(error)
    # With several conventions still possible, the nearest says how exact the arithmetic is.
    worst = max(verdict.error, min(errors, default=float("inf")))
    return replace(verdict, conventions=tuple(left), error=worst)


def tolerance(
    context: RuleContext, verdict: Verdict, convention: str, run: Trajectory | Probe, right: Floats
) -> float:
    """How far an answer may be from the convention's `right` one, as `distance` measures it."""
    if not verdict.times:
        return FLOAT64
    wanted = context.specified.conventions[convention]
    return verdict.times * rounding.of_float32(wanted, plain(context, run), right)


def expected(context: RuleContext, convention: str, run: Trajectory | Probe) -> Floats:
    """The right steps (T, D), at the values that the code fixes where it fixes some."""
    if isinstance(run, Probe) and not context.fixed:
        known = _of_probe(*_place(context, run))
        if known and convention in known:
            return known[convention]
    with np.errstate(all="ignore"):
        return context.specified.conventions[convention].steps(plain(context, run))


def is_asked(context: RuleContext, run: Trajectory | Probe) -> bool:
    """Whether the specified rule has finite steps in this run, and is not beside a jump."""
    if isinstance(run, Probe) and not context.fixed:
        return _of_probe(*_place(context, run)) is not None
    return context.specified.steady(plain(context, run)) is not None


def as_read(
    context: RuleContext, run: Trajectory | Probe, answer: Floats, right: Floats
) -> Floats:
    """The answer (T, D); of a class that is told where its parameters are, the `right` one wherever
    it is nearer to it than a step can be read off them."""
    if not context.specified.sees_parameter or not context.rule.moves:
        return answer
    with np.errstate(all="ignore"):
        near = np.abs(answer - right) <= reading_room(plain(context, run), right)
    return np.where(near, right, answer)


def fixed_run(context: RuleContext) -> Floats | None:
    """What a wrong rule answers: the steps (8, 7); None where a right one has all that are finite.

    Right are those of every convention that is accepted, at the values that the code fixes, and in
    float32 as well.
    """
    steps = context.answer(RUN)
    known = replace(context, fixed=context.learned.get("fixed", {}))
    rights = (expected(known, name, RUN) for name in context.specified.conventions)
    return None if any(_explains(right, steps) for right in rights) else steps


def _explains(right: Floats, steps: Floats) -> bool:
    finite = np.isfinite(steps)
    return bool(distance(np.where(finite, steps, 0.0), np.where(finite, right, 0.0)) < FLOAT32)


def nearest(
    context: RuleContext, runs: Sequence[Trajectory | Probe], answers: Sequence[Floats],
    among: Sequence[str] = (),
) -> str:
    """The convention to show expected numbers in: with the most of them, and then the closest.

    Args:
        among: to choose from; if empty, all that are accepted.
    """
    def error(convention: str) -> tuple[int, float]:
        others, errors = 0, []
        for run, answer in zip(runs, answers, strict=True):
            right = expected(context, convention, run)
            got = as_read(context, run, answer, right)
            with np.errstate(all="ignore"):
                others += int((~(np.abs(got - right) <= FLOAT64 * np.abs(right))).sum())
            errors.append(min(float(distance(got, right)), 1e300))
        return others, sum(errors)

    return min(among or context.specified.conventions, key=error)


def to_show(context: RuleContext) -> Convention:
    """The convention that the rule follows; of one that follows none, the nearest, if known."""
    learned = context.learned
    return context.specified.conventions[
        learned.get("convention") or learned.get("nearest") or context.specified.first]


def plain(context: RuleContext, run: Trajectory | Probe) -> Trajectory:
    """The run as the rule sees it, with the values that the code fixes."""
    given = run.run if isinstance(run, Probe) else run
    return with_fixed(context.specified.whole(given, context.seed), context.fixed)


def _place(context: RuleContext, probe: Probe) -> tuple[Specified, Probe, int]:
    """Of what is the same for all submissions; parameters begin as the seed says."""
    return context.specified, probe, context.seed if context.specified.sees_parameter else 0


# What is asked is the same for all submissions: some 60 runs of four rules.
@lru_cache(maxsize=512)
def _of_probe(specified: Specified, probe: Probe, seed: int) -> Mapping[str, Floats] | None:
    """The right steps by convention; None where nobody is asked."""
    place = specified, probe, seed
    found = _known[place] if place in _known else specified.steady(
        specified.whole(probe.run, seed))
    for steps in (found or {}).values():
        steps.setflags(write=False)
    return found


_known: dict[tuple[Specified, Probe, int], Mapping[str, Floats] | None] = {}
"""The same, as far as it is kept on disk."""
MOST_KNOWN = 1024


def foreknow(context: RuleContext, probes: Sequence[Probe]) -> None:
    """Get the right answers to all probes from what is kept; keep them if they are not there."""
    rule = context.specified
    if not kept.in_use() or context.fixed or not all(
            one.origin for one in rule.conventions.values()):
        return
    places = [_place(context, probe) for probe in probes]
    if all(place in _known for place in places):
        return
    key = ("probes/verdict", tuple((name, one.origin) for name, one in rule.conventions.items()),
           tuple(rule.hyperparameters.items()), places[0][2], _digest(probes))
    found = kept.read(key)
    if found is None:
        with kept.alone():
            found = kept.read(key)
            if found is None:
                every = [_of_probe(*place) for place in places]
                kept.write(key, {
                    "": np.array([one is not None for one in every], np.float64),
                    **{name: np.concatenate([
                        np.empty(0), *(one[name].ravel() for one in every if one)])
                       for name in rule.conventions}})
                return
    if len(_known) > MOST_KNOWN:
        _known.clear()
    begin = 0
    for place, asked in zip(places, found[""], strict=True):
        if not asked:
            _known[place] = None
            continue
        shape = place[1].run.gradients.shape
        end = begin + shape[0] * shape[1]
        _known[place] = {name: found[name][begin:end].reshape(shape) for name in rule.conventions}
        begin = end


def _digest(probes: Sequence[Probe]) -> str:
    digest = hashlib.sha256()
    for run in (probe.run for probe in probes):
        digest.update(repr((
            run.shapes, dict(run.hyperparameters), dict(run.schedule), run.second_group,
            dict(run.factors), run.start is None)).encode())
        for array in (run.gradients, *([] if run.start is None else [run.start])):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()

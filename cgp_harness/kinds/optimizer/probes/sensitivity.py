"""Which hyperparameters does the rule really use, and at what value are the others fixed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.held import with_fixed
from cgp_harness.kinds.optimizer.probes.roles import RATES, Role, near_by, role, times
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Specified
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT32, FLOAT64, distance

DECAYS = (0.02, 0.4, 0.97, 0.9999)
VALUES: Mapping[Role, tuple[float, ...]] = {
    "rate": (1e-6, 0.03, 7.0), "guard": (1e-15, 1e-8, 0.3, 100.0), "decay": DECAYS,
    "share": DECAYS, "scale": (0.02, 0.4, 3.0, 50.0),
}
"""To which a hyperparameter is changed that seems to be ignored; a scale to so many times its
default."""


def ignored(
    context: RuleContext, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> list[str]:
    """The task's hyperparameters whose change changes nothing (those it does not take included).

    What moves no probe is changed further, in a run in which it matters to every use of it. A
    hyperparameter of a rule whose steps end in numbers that are not finite cannot be judged, and
    is not listed.
    """
    def whole(run: Trajectory) -> Trajectory:
        return context.specified.whole(run, context.seed)

    return [
        name for name in context.specified.hyperparameters
        if context.named(name) is None
        or (all(_same(context.answer(changed(whole(run), name)), answer)
                for run, answer in zip(runs, answers, strict=True))
            and _moves_nothing(context, name) and is_told(context.specified, name))
    ]


def _moves_nothing(context: RuleContext, name: str) -> bool:
    """Whether no value of it changes a step, as far as the rule gives numbers to the end.

    Where a number is smaller than it, of its size, larger; where it is near 0 and near 1; where a
    gradient is zero; at every one of 40 steps.
    """
    run = _telling_run()
    before = answer_of(context, run)
    if before is None or not np.isfinite(before[-1]).any():
        return False
    default = context.specified.hyperparameters[name]
    does = role(name, default)
    values = (times(one, default) if does == "scale" else one for one in VALUES[does])
    answers = (answer_of(context, _at(run, name, value)) for value in values)
    return all(answer is None or _same(answer, before) for answer in answers)


@lru_cache(maxsize=256)
def is_told(specified: Specified, name: str) -> bool:
    """Whether that run, or a probe, tells the right rule's use of a hyperparameter: a bound that no
    step comes near moves nothing in it either."""
    runs = _telling_run(), *specified.probes(0)
    default = specified.hyperparameters[name]
    values = [times(one, default) if role(name, default) == "scale" else one
              for one in VALUES[role(name, default)]]
    with np.errstate(all="ignore"):
        return any(
            not _same(*(convention.steps(specified.whole(one, 0))
                        for one in (_at(run, name, value), run)))
            for convention in specified.conventions.values() for run in runs for value in values)


@lru_cache(maxsize=1)
def _telling_run() -> Trajectory:
    """40 steps of numbers from 1e-12 to 1e3; each is zero at some."""
    draw = np.random.default_rng([2026, 80])
    sizes = np.array([1e-12, 1e-8, 1e-6, 1e-4, 1e-2, 1.0, 30.0, 1e3])
    shape = 40, len(sizes)
    gradients = draw.choice([-1.0, 1.0], shape) * draw.uniform(0.3, 3.0, shape) * sizes
    gradients[0, ::2] = gradients[7, 1::2] = gradients[23] = 0.0
    rates = np.repeat(draw.uniform(0.1, 0.9, 8), 5)
    return Trajectory(
        ((len(sizes),),), gradients,
        {"mu": 0.75, "rho": 0.75, "beta1": 0.75, "beta2": 0.875, "eps": 1e-3},
        {"lr": tuple(map(float, rates))})


def _at(run: Trajectory, name: str, value: float) -> Trajectory:
    if name == "lr":
        return replace(run, schedule={"lr": (value,) * len(run.gradients)})
    return replace(run, hyperparameters={**run.hyperparameters, name: value})


def _same(one: Floats, other: Floats) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def changed(run: Trajectory, name: str) -> Trajectory:
    """The run with another value of one hyperparameter."""
    if name in run.schedule:
        return replace(run, schedule={
            **run.schedule, name: tuple(1.5 * value for value in run.schedule[name])})
    # 0.9 times keeps betas between 0 and 1 and generic.
    return replace(
        run, hyperparameters={**run.hyperparameters, name: near_by(0.9, run.hyperparameters[name])})


def fixed_values(
    context: RuleContext, names: Sequence[str], answers: Sequence[Floats]
) -> dict[str, float]:
    """The values at which ignored hyperparameters may be hard-coded, for `verdict` to judge.

    Any other value is another mistake, and so is one that cannot be told from zero: the term is
    missing.
    """
    if not any(np.isfinite(answer).any() for answer in answers):
        return {}  # what is no number is no evidence of a value
    guesses = may_be_fixed_at(context, names)
    guesses += map(_of_float32, guesses[:])
    found = min(guesses, key=lambda one: _error(context, one, answers))
    if _error(context, found, answers) >= FLOAT64:  # all of it may be in float32
        found = next((one for one in guesses if _error(context, one, answers) < FLOAT32), {})
    return dict(found) if found and _all_matter(context, found, answers) else {}


def may_be_fixed_at(context: RuleContext, names: Sequence[str]) -> list[dict[str, float]]:
    """The assignment's defaults of these hyperparameters and the student's own, in every mixture.

    A factor of 1 is none in the code, whatever the default says.
    """
    each = []
    for name in names:
        values, student = [context.specified.hyperparameters[name]], context.named(name)
        if name in context.fixed:
            values = [context.fixed[name]]
        own = values[0] if student is None else context.rule.hyperparameters[student]
        each.append(dict.fromkeys(
            [*values, *([own] if own != 1 or name not in (*RATES, "mu") else [])]))
    return [dict(zip(names, values, strict=True)) for values in product(*each)]


def _of_float32(values: Mapping[str, float]) -> dict[str, float]:
    """What `np.float32(1e-3)` makes of them."""
    return {name: float(np.float32(value)) for name, value in values.items()}


def _all_matter(
    context: RuleContext, values: Mapping[str, float], answers: Sequence[Floats]
) -> bool:
    return all(
        _error(context, {**values, name: 0.0}, answers) > FLOAT64 for name in values
    )


def _error(context: RuleContext, fixed: Mapping[str, float], answers: Sequence[Floats]) -> float:
    """Distance of the answers from the accepted rule with some hyperparameters fixed."""
    runs = [context.specified.whole(run, context.seed) for run in context.probes]
    with np.errstate(all="ignore"):
        return min(
            max(
                float(distance(answer, convention.steps(with_fixed(run, fixed))))
                for run, answer in zip(runs, answers, strict=True)
            )
            for convention in context.specified.conventions.values()
        )

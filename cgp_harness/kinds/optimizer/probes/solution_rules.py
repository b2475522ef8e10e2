"""The rules of a solution: what they must be to be compared with, and how they are run.

They are run in this process, in float64, as a submission's are in its worker: on numpy arrays of a
parameter's shape, or one number at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.assignment.solution import place_of
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.probes import recursion
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes, small_run
from cgp_harness.kinds.optimizer.probes.roles import completed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing import starts
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.registering.contract import Registered
from cgp_reference.rule import Rule

NOISE = 2.0**-48
"""Of a gradient: some roundings of float64, in which right forms differ."""
STEADY = FLOAT64 / 10
"""How far that may move a step, as a share of its number's largest."""
ROUNDING = 2.0**-52
"""In the place of a share that is 0."""
SEED = 0


def rules(answers: Mapping[str, Registered]) -> dict[str, Rule]:
    """The answers as rules that run here.

    Raises:
        HarnessError: one has other hyperparameters than the first, raises, or has steps that are no
            numbers on what every rule is asked.
    """
    found: dict[str, Rule] = {}
    for name, one in answers.items():
        _require_finite_defaults(one.target)
        found[name] = _runnable(one.target)
        _require_same_hyperparameters(next(iter(found.values())), one.target)
    return found


def steps(rule: Rule, run: Trajectory, *, flat: bool) -> Floats:
    """The steps (T, D) to subtract in a whole run; not a number where the rule raises."""
    try:
        return recursion.steps(rule, run, flat=flat)
    except Exception:  # a value that it refuses: nobody is asked there
        return np.full_like(run.gradients, np.nan)


def steady(
    rights: Mapping[str, Callable[[Trajectory], Floats]], run: Trajectory, *, together: bool,
    shares: Sequence[str] = (),
) -> dict[str, Floats] | None:
    """The steps of each right rule in a run; None where one is beside a jump, or has no number.

    Args:
        together: each number moves as if it were alone, so that all runs are asked as one.
        shares: hyperparameters that are decays and shares; at 0 something may cancel in one form of
            a rule, and all but cancel in another.
    """
    signs = np.random.default_rng([2026, 72]).choice([-1.0, 1.0], run.gradients.shape)
    moved = [run, *(_moved(run, noise * signs) for noise in (NOISE, -NOISE))]
    found = {}
    with np.errstate(all="ignore"):
        for name, of in rights.items():
            if together and not run.second_group:
                right, *others = np.split(of(_beside(moved)), len(moved), axis=1)
            else:
                right, *others = map(of, moved)
            if not np.isfinite(right).all():
                return None
            if (nudged := _nudged(run, shares)) is not run:
                others.append(of(nudged))
            if not all(distance(one, right) < STEADY for one in others):
                return None
            found[name] = right.copy()  # without the others, beside which it lies
    return found


def _nudged(run: Trajectory, shares: Sequence[str]) -> Trajectory:
    """The run with each share that is 0 as small as a rounding."""
    small = {name: ROUNDING for name in shares if run.hyperparameters.get(name) == 0}
    return replace(run, hyperparameters={**run.hyperparameters, **small}) if small else run


def _moved(run: Trajectory, noise: Floats) -> Trajectory:
    return replace(
        run, gradients=run.gradients * (1 + noise),
        start=None if run.start is None else run.start * (1 + noise[0]))


def _beside(runs: Sequence[Trajectory]) -> Trajectory:
    """Runs with the same hyperparameters as one, of more numbers."""
    first, starting = runs[0], [one.start for one in runs if one.start is not None]
    return replace(
        first, shapes=first.shapes * len(runs),
        gradients=np.hstack([one.gradients for one in runs]),
        start=np.hstack(starting) if starting else None)


def is_elementwise(rule: Rule) -> bool:
    """Whether each number moves as if it were alone, wherever it stands."""
    run = _whole(rule, small_run(SEED))
    size = run.gradients.shape[1]
    with np.errstate(all="ignore"):
        return all(
            distance(steps(rule, replace(run, shapes=shapes), flat=False), steps(
                rule, replace(run, shapes=((1,),) * size), flat=False)) < FLOAT64
            for shapes in (((size,),), ((2, size // 2),)))


def _require_finite_defaults(rule: Rule) -> None:
    for name, default in rule.hyperparameters.items():
        if not math.isfinite(default):
            raise HarnessError(
                f"the solution's {rule.name} gives {name} the default {default}", where=rule.where,
                expected="a finite number")


def _require_same_hyperparameters(first: Rule, other: Rule) -> None:
    if dict(first.hyperparameters) != dict(other.hyperparameters):
        raise HarnessError(
            f"the solution's {other.name} takes {_listed(other)}", where=other.where,
            expected=f"those of {first.name}, with its defaults: {_listed(first)}")


def _listed(rule: Rule) -> str:
    return ", ".join(f"{name}={value:g}" for name, value in rule.hyperparameters.items()) or (
        "no hyperparameters")


def _runnable(rule: Rule) -> Rule:
    """The rule, on arrays if it takes them, else number by number.

    Raises:
        HarnessError: it has no finite steps on either.
    """
    runs = [_whole(rule, run) for run in (small_run(SEED), *diagnosis_probes(SEED))]
    problem: Exception = ValueError()
    for form in (rule, one_by_one(rule)):
        try:
            with np.errstate(all="ignore"):
                finite = all(np.isfinite(recursion.steps(form, run)).all() for run in runs)
        except Exception as error:
            problem = error if form is rule else problem
            continue
        if not finite:
            raise HarnessError(
                f"the solution's {rule.name} has steps that are not finite", where=rule.where,
                expected="numbers for gradients near 1 and near 1e-6, and hyperparameters that are "
                "not their defaults")
        return form
    raise HarnessError(
        f"the solution's {rule.name} raises {type(problem).__name__}: {problem}",
        where=place_of(problem),
        expected="a rule that computes with numpy arrays, or with one number at a time"
    ) from problem


def _whole(rule: Rule, run: Trajectory) -> Trajectory:
    start = starts.generic(run.gradients.shape[1], SEED) if rule.sees_parameter else None
    return replace(completed(rule.hyperparameters, run), start=start)


def one_by_one(rule: Rule) -> Rule:
    """The rule for arrays, of one that takes single numbers."""
    given = {*rule.state, *(["p"] if rule.sees_parameter else [])}

    def on_arrays(gradient: Any, **named: Any) -> tuple[Any, ...]:
        arrays = {
            name: np.broadcast_to(named.pop(name), gradient.shape).ravel() for name in given}
        rows = []
        for index, number in enumerate(gradient.ravel()):
            single = {name: float(values[index]) for name, values in arrays.items()}
            answer = rule.function(float(number), **single, **named)
            rows.append(answer if isinstance(answer, tuple | list) else (answer,))
        return tuple(
            np.array(column, gradient.dtype).reshape(gradient.shape)
            for column in zip(*rows, strict=True))

    return replace(rule, function=on_arrays)

"""Is an error as small as float32's really float32's? Asked where the answers do not show it.

Two things tell rounding from a rule that is wrong by a little. It looks like chance: moved by a
millionth, each number is rounded anew, where a wrong rule stays as wrong as it was. And it is not
there where float32 has every number on the way: from powers of two and decays of 1/2 and 3/4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import rounding
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, expected, narrowed, plain
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Convention
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64

MOVED = 1e-6
"""Some 8 to 16 of float32's spacings: what is rounded is rounded anew."""
TIMES = 8
STEADY = 20.0
"""The mean of a number's errors over their spread: of nine roundings below 5, of a wrong rule
1e5."""
DECAYS = {"mu": 0.5, "rho": 0.75, "beta1": 0.5, "beta2": 0.75}
"""At the first step (SGD+: at each) of powers of two, all of the rule's arithmetic is exact."""
RATES = (0.2000303566455841, 0.20099015533924103, 0.41003796458244324, 0.8000506758689880)
"""Rounded to float32 they have all of its digits, and more than nine in decimals."""
SIZE = 0.25
ROOTS = (SIZE, SIZE / 2)
"""Of the squares at the first step of gradients of that size: their sum, and their average."""
GUARDS = (*ROOTS, *(3 * root**2 for root in ROOTS))
"""Each eps that makes one of these a power of two again, added to it or inside of it."""


def in_part(
    context: RuleContext, verdict: Verdict, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Verdict:
    """The verdict with the conventions for which float32 in some part of the rule is shown.

    Args:
        verdict: agrees to some of float32's roundings, on answers that are not all its numbers.
    """
    if not verdict.conventions:
        return verdict
    again = [_moved(run, draw) for draw in range(TIMES) for run in runs]
    said = [context.answer(run) for run in again]
    count = len(runs)
    left = tuple(
        one for one in verdict.conventions
        if all(
            _by_chance(context, one, [run, *again[i::count]], [answer, *said[i::count]])
            for i, (run, answer) in enumerate(zip(runs, answers, strict=True)))
        and all(
            narrowed(context, Verdict((one,)), run, context.answer(run)).conventions
            for run in exact_runs(context, one)))
    return replace(verdict, conventions=left)


def _by_chance(
    context: RuleContext, convention: str, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> bool:
    """Whether each number that is off is so by chance, or as float32 numbers in the code make it.

    These are the same in every run: k, and hyperparameters that the code fixes.
    """
    errors = np.stack([
        _error(answer, expected(context, convention, run))
        for run, answer in zip(runs, answers, strict=True)])
    mean = errors.mean(axis=0)
    spread = np.abs(errors - mean).max(axis=0)
    steady = (np.abs(errors).max(axis=0) > FLOAT64) & ~(np.abs(mean) < STEADY * spread)
    if not steady.any():
        return True
    simulated = rounding.with_constants(
        context.specified.conventions[convention], plain(context, runs[0]), context.fixed)
    return any(
        (np.abs(_error(answers[0], one))[steady] < FLOAT64).all() for one in simulated)


def _error(answer: Floats, right: Floats) -> Floats:
    """(T, D), as a share of the number's largest step."""
    with np.errstate(all="ignore"):
        size = np.abs(right).max(axis=0)
        return np.asarray((answer - right) / np.where(size > 0, size, 1.0))


def _moved(run: Trajectory, stream: int) -> Trajectory:
    """Every number of the run off by a millionth of itself, another for each."""
    draw = np.random.default_rng([2026, 70, stream])

    def moved(value: float) -> float:
        noise = 1 + MOVED * float(draw.uniform(-1, 1))
        return value if isinstance(value, int) else value * noise

    noise = 1 + MOVED * draw.uniform(-1, 1, run.gradients.shape)
    return replace(
        run, gradients=run.gradients * noise,
        hyperparameters={name: moved(value) for name, value in run.hyperparameters.items()},
        schedule={name: tuple(map(moved, values)) for name, values in run.schedule.items()})


def exact_runs(context: RuleContext, convention: str) -> Iterator[Trajectory]:
    """Runs that float32 computes exactly; none if the code has numbers of its own in it."""
    if context.fixed:
        return
    wanted = context.specified.conventions[convention]
    for runs in _perhaps_exact():
        if all(_is_exact(wanted, plain(context, run)) for run in runs):
            yield from runs
            return


def _perhaps_exact() -> Iterator[tuple[Trajectory, ...]]:
    """Of a rule that only adds and multiplies several steps; of any other the first, by its eps."""
    draw = np.random.default_rng([2026, 71])
    gradients = draw.choice([-1.0, 1.0], (4, 6)) * draw.integers(2**11, 2**12, (4, 6)) / 2**11
    several = Trajectory(((6,),), gradients, DECAYS, {"lr": (0.5, 0.5, 0.25, 0.25)})
    for guard in GUARDS:
        given = {**DECAYS, "eps": guard}
        single = tuple(
            Trajectory(((2,),), np.array([[SIZE, -SIZE]]), given, {"lr": (float(np.float32(one)),)})
            for one in RATES)
        yield (*single, replace(several, hyperparameters=given))
        yield single


def _is_exact(wanted: Convention, run: Trajectory) -> bool:
    in_single = rounding.stepped(wanted, run, dtype=np.float32)
    return bool(np.array_equal(in_single, rounding.stepped(wanted, run)))

"""One problem's runs and claims, and what people are told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.optimizer.kind import OPTIMIZER
from cgp_harness.kinds.optimizer.probes.roles import rate
from cgp_harness.kinds.optimizer.trainings.baselines import Baselines
from cgp_harness.kinds.optimizer.trainings.claims import MARGIN, Claim, claims, diverged
from cgp_harness.model import Floats
from cgp_harness.probing.statistics.paired import (
    Paired,
    compared,
    final_loss,
    median,
    steps_to,
)
from cgp_reference.problems import Problem

SAME = 5e-5
"""Decades: numbers below would be printed as 0.0000, some of them with a minus."""


@dataclass(frozen=True)
class Setting:
    """What all comparisons of a check share.

    Args:
        hyperparameters: of the rule, by canonical names.
        note: how the rule is run, if not as usual.
    """

    title: str
    seeds: int
    hyperparameters: Mapping[str, float]
    sgd_lr: float
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """A rule on one problem: its losses `(T, S)`, those it is compared with, and the claims."""

    problem: Problem
    losses: Floats
    beside: Baselines
    claims: tuple[Claim, ...]

    def first(self, seeds: int) -> Comparison:
        """The same of the first seeds alone."""
        losses, beside = self.losses[:, :seeds], self.beside.first(seeds)
        return Comparison(self.problem, losses, beside, claims(losses, beside))

    @property
    def gain(self) -> Paired:
        """The student's rule less the specified one."""
        return compared(self.losses, self.beside.reference)


def message(setting: Setting, comparisons: Sequence[Comparison], *, right: bool) -> str:
    """What the check found, for people; `right`: whether the rule is the specified one."""
    lines = [_verdict(comparisons) if right else _of_another_rule(comparisons)]
    lines += [setting.note] * bool(setting.note)
    own = rate(setting.hyperparameters)
    with_rate = f"{own} {setting.hyperparameters[own]:g}, " if own else ""
    lines.append(
        f"{setting.seeds} paired seeds, {with_rate}SGD with lr {setting.sgd_lr:g}; differences in "
        "decades of loss, averaged over all iterations, with 95 % intervals, below 0 is better; "
        "effect sizes d, above 0 is better.")
    for comparison in comparisons:
        lines.append(f"{comparison.problem.title}, {comparison.problem.iterations} iterations"
                     + _diverged(comparison))
        lines += [f"  {_claim(claim, setting.title, comparison)}" for claim in comparison.claims]
        lines.append(f"  {_speed(comparison)}")
    return "\n".join(lines)


def _verdict(comparisons: Sequence[Comparison]) -> str:
    asked = [claim for comparison in comparisons for claim in comparison.claims if claim.asked]
    if not asked:
        return "No claim is asked: the specified rule itself shows none of them here. Full points."
    met = sum(claim.met for claim in asked)
    return f"{met} of {len(asked)} claims met."


def _of_another_rule(comparisons: Sequence[Comparison]) -> str:
    better = [
        f"{one.problem.title} ({_measured(one.gain)}, d = {_effect(one.gain.effect())})"
        for one in comparisons
        if one.gain.below(-MARGIN) and not diverged(one.beside.reference)
    ]
    if better:
        return (f"It converges better than the specified rule on {' and on '.join(better)}, and is "
                f"another rule: see {OPTIMIZER.quoted('update_rule')}; convergence does not "
                "decide, so no points.")
    return ("It is another rule than the specified one: see "
            f"{OPTIMIZER.quoted('update_rule')}; so no points here.")


def _diverged(comparison: Comparison) -> str:
    count, seeds = diverged(comparison.losses), comparison.losses.shape[1]
    counted = "" if count == seeds else " (counted as a loss of 1e30)"
    return f"; diverged on {count} of {seeds} seeds{counted}" if count else ""


def _claim(claim: Claim, title: str, comparison: Comparison) -> str:
    what = f"no worse than {claim.against} by {claim.margin:g}" if claim.margin else (
        f"better than {claim.against}")
    if claim.diverging:
        return f"{what}: not asked, {claim.diverging} itself diverges"
    losses = comparison.losses
    measured, nowhere = _measured(claim.student), diverged(losses) == losses.shape[1]
    if claim.asked and nowhere:  # a difference to 1e30 measures nothing
        return f"{what}: NO"
    if claim.asked:
        size = "" if claim.margin else f", d = {_effect(claim.student.effect())}"
        return f"{what}: {'yes' if claim.met else 'NO'}, {measured}{size}"
    shown, effect = _measured(claim.reference), _effect(claim.reference.effect(claim.margin))
    yours = "" if nowhere or measured == shown else f"; yours {measured}"
    return (f"{what}: not asked, {title} itself does not show it clearly enough ({shown}, "
            f"d = {effect} where {claim.needed:.1f} is needed{yours})")


def _measured(pairs: Paired) -> str:
    numbers = (pairs.mean, *pairs.interval)
    if max(abs(number) for number in numbers) < SAME:
        return "the same to 0.0001"
    mean, low, high = (f"{number:+.4f}" for number in numbers)
    return f"{mean} [{low}, {high}]"


def _effect(d: float) -> str:
    return f"{d:.1f}" if abs(d) < 100 else f"{d:.0f}"


def _speed(comparison: Comparison) -> str:
    target = final_loss(comparison.beside.sgd)
    student, sgd = (
        median(steps_to(losses, target))
        for losses in (comparison.losses, comparison.beside.sgd))
    return (f"iterations to SGD's final loss, median: {_count(student)}; SGD itself {_count(sgd)}")


def _count(iterations: float) -> str:
    return f"{iterations:.0f}" if np.isfinite(iterations) else "never"

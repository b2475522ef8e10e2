"""`step_cost`: how much time does a step of the rule take, beside the reference rule's?

The grader's own clock measures whole runs in the worker, with the rule and with one that computes
nothing; the difference is the rule. So the student's code cannot lie about it, though it can slow
the second run down. It is for display: a shared machine is no place to give points for 5 µs. Nor is
it one to tell 5 µs from 10, so nothing is said of less than what its noise makes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.checks.context import Outcome, passed
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.verdict import to_show
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.training_loop import of_rule
from cgp_harness.subject import SubjectError
from cgp_reference.rule import Rule

NUMBERS = 1000
STEPS = 25
SCALAR_STEPS = 2
"""A rule that takes one number at a time pays 1000 calls for a step."""
REPEATS = 5
"""The shortest counts: whatever else the machine does only adds."""
FIRST = 2
"""Of the reference rule's turns, which suffice where the first of the rule decides: one of them may
be late, and would hide a slow rule."""
WORTH_SAYING = 4.0
"""Times the reference rule's. Right rules written in operators are at 0.7 to 1.9, also where five
processes share two cores."""


def step_cost(context: RuleContext) -> Outcome:
    """Say what a step costs. Passes whatever comes out."""
    run, right = _run(context), to_show(context).rule
    steps = len(run.gradients)
    reference = _times(lambda: _train(right, run), lambda: _train(_idle(right), run))
    own, loop = [next(reference) for _ in range(FIRST)][-1]
    try:
        for rule, all_else in _times(
                lambda: context.steps(run), lambda: context.steps(run, idle=True)):
            # A request that took as long without the rule shows that it was not the rule; once one
            # has, nothing that comes later is said.
            if min(rule) - max(all_else) <= WORTH_SAYING * (min(own) - min(loop)):
                return passed("")
            next(reference, None)
    except SubjectError as error:
        return passed(f"The time of a step could not be measured: {error.problem.what}.")
    return passed(said(
        (min(rule) - min(all_else)) / steps, (min(own) - min(loop)) / steps))


def said(rule_s: float, reference_s: float) -> str:
    """The message for two times of a step, in seconds; nothing for one that is as it should be."""
    own_us, reference_us = rule_s * 1e6, reference_s * 1e6
    # Both are differences of two runs: what took no time at all is another process's share.
    if not 0 < WORTH_SAYING * reference_us < own_us:
        return ""
    return (f"Takes {own_us / reference_us:.1f} times the reference rule's time a step "
            f"({own_us:.3g} µs against {reference_us:.3g} µs on {NUMBERS:,} numbers).")


def _run(context: RuleContext) -> Trajectory:
    steps = SCALAR_STEPS if context.arrays == "scalar" else STEPS
    gradients = np.random.default_rng([context.seed, 7]).uniform(0.3, 3.0, (steps, NUMBERS))
    return Trajectory(((NUMBERS,),), gradients, context.specified.hyperparameters)


def _train(rule: Rule, run: Trajectory) -> None:
    step = of_rule(rule, NUMBERS, 1, run.hyperparameters)
    values = np.zeros((NUMBERS, 1))
    for gradient in run.gradients[:, :, None]:
        step(gradient, values)


def _idle(rule: Rule) -> Rule:
    """A rule that computes nothing, in this process."""
    def unchanged(gradient: Floats, **named: Any) -> tuple[Any, ...]:
        return gradient, *[named[name] for name in rule.state]

    return replace(rule, function=unchanged, counts_steps=False)


def _times(*actions: Callable[[], object]) -> Iterator[list[list[float]]]:
    """Several times of each, taking turns, so that all see the same machine; after each turn.

    What was yielded grows with the next.
    """
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(REPEATS):
        for action, taken in zip(actions, times, strict=True):
            begun = time.perf_counter()
            action()
            taken.append(time.perf_counter() - begun)
        yield times

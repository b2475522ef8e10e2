"""Mistakes that stand in no line of a rule: in how it keeps its state, and how it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.probes.recursion import given, parts
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Said
from cgp_reference.rule import Rule


@dataclass(frozen=True)
class WayToRun:
    """One way to run a rule that is not the right one.

    Args:
        id: what `diagnosis.flags` holds.
        said: in words.
        cost: as that of a `Change`.
        steps: the steps (T, D) of a rule that is run so.
        needs: whether a rule can make this mistake.
    """

    id: str
    said: Said
    cost: float
    steps: Callable[[Rule, Trajectory], Floats]
    needs: Callable[[Rule], bool]


def interleaved(
    rule: Rule, run: Trajectory, *, shared: bool = False,
    count: Callable[[int, int, int], int] = lambda step, index, calls: step,
    first: Callable[[str, Floats], Any] | None = None,
) -> Floats:
    """The steps (T, D), all parameters after each other at every step, as a training takes them.

    Args:
        shared: one state for all parameters, which then have the same shape.
        count: `k` for the number of the step, the index of the parameter, the number of the call.
        first: a state's name and its parameter's first gradient -> what it begins from.

    Raises:
        ValueError: a state is shared by parameters of different shapes.
    """
    if shared and len(set(run.shapes)) > 1:
        raise ValueError("parameters of different shapes share no state")
    places = tuple(parts(run.shapes))
    begin = first or (lambda name, gradient: np.full(gradient.shape, rule.state[name]))
    states = [
        tuple(begin(name, run.gradients[0, part].reshape(shape)) for name in rule.state)
        for shape, part in places]
    values = None if run.start is None else run.start.copy()
    answer, calls = np.empty(run.gradients.shape), 0
    for t, row in enumerate(run.gradients):
        values_of_step = given(rule, run, t)
        for index, (shape, part) in enumerate(places):
            calls += 1
            step, state = rule.step(
                row[part].reshape(shape), count(t + 1, index, calls), states[index], values_of_step,
                None if values is None else values[part].reshape(shape))
            answer[t, part] = np.asarray(step, np.float64).ravel()
            for other in range(len(places)) if shared else (index,):
                states[other] = state
        if values is not None:
            values = values - answer[t]
    return answer


def _from_the_gradient(power: int) -> Callable[[Rule, Trajectory], Floats]:
    return lambda rule, run: interleaved(rule, run, first=lambda _, gradient: gradient**power)


WAYS = (
    WayToRun("shared_state", Said(*["all parameters share one state"] * 2), 1.5,
             lambda rule, run: interleaved(rule, run, shared=True), lambda rule: bool(rule.state)),
    WayToRun("k_per_parameter", Said(*["k goes on at every call, not at every step"] * 2), 1.5,
             lambda rule, run: interleaved(rule, run, count=lambda step, index, calls: calls),
             lambda rule: rule.counts_steps),
    WayToRun("k_is_index", Said(*["k is the number of the parameter, not of the step"] * 2), 1.5,
             lambda rule, run: interleaved(rule, run, count=lambda step, index, calls: index + 1),
             lambda rule: rule.counts_steps),
    WayToRun("first_gradient_state", Said(
        *["the state begins from the first gradient instead of zero"] * 2), 2,
        _from_the_gradient(1), lambda rule: bool(rule.state)),
    WayToRun("first_gradient_state", Said(
        *["the state begins from the square of the first gradient instead of zero"] * 2), 2,
        _from_the_gradient(2), lambda rule: bool(rule.state)),
)


"""What a rule answers to a run: it is stepped, parameter by parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_reference.rule import Rule

ROUNDINGS = 8
"""Of a position that a class's step, which is read off it, may be off by; see `torch_run`."""


def exact(_name: str, value: float) -> Any:
    """A hyperparameter as it is."""
    return value


def steps(
    rule: Rule, run: Trajectory, *, flat: bool = False, dtype: type = np.float64,
    number: Callable[[str, float], Any] = exact, count: type = int,
    state: Sequence[Floats] | None = None,
) -> Floats:
    """The steps (T, D) to subtract.

    Args:
        rule: hyperparameters that the run does not set stand at its defaults.
        run: with the rule's own names; parameters that it looks at move by its steps.
        flat: all numbers as one parameter, which is quicker: for a rule that takes each as if it
            were alone.
        dtype: of gradients, states and parameters as the rule gets them.
        number: what becomes of a hyperparameter on its way to the rule.
        count: type of the step number.
        state: (D,) for each state of the rule, to begin from instead of its own.

    Raises:
        ValueError: the rule looks at the parameters, and the run does not say where they begin.
    """
    if rule.sees_parameter and run.start is None:
        raise ValueError(f"{rule.name} looks at the parameters, which begin nowhere in this run")
    one = flat and not run.second_group
    shapes = ((run.gradients.shape[1],),) if one else run.shapes
    answer = np.empty(run.gradients.shape)
    for index, (shape, numbers) in enumerate(parts(shapes)):
        group = index // run.second_group if run.second_group else 0
        values = None if run.start is None else run.start[numbers].reshape(shape)
        now: tuple[Any, ...] = tuple(
            np.full(shape, value, dtype) for value in rule.state.values()) if state is None else (
            tuple(one[numbers].reshape(shape) for one in state))
        fixed = {name: number(name, value) for name, value in given(rule, run, 0, group).items()}
        changing = [
            (name, [value * run.factors.get(name, 1.0) ** group for value in row])
            for name, row in run.schedule.items() if name in rule.hyperparameters]
        for t, row in enumerate(run.gradients[:, numbers]):
            step, now = rule.step(
                row.reshape(shape).astype(dtype), count(t + 1), now,
                {**fixed, **{name: number(name, values_of[t]) for name, values_of in changing}},
                None if values is None else values.astype(dtype))
            answer[t, numbers] = real(step)
            values = None if values is None else values - answer[t, numbers].reshape(shape)
    return answer


def real(step: Any) -> Floats:
    """A step's numbers in a row; those of one that is complex, as the root of -1, are none."""
    numbers = np.asarray(step).ravel()
    return np.full(numbers.shape, np.nan) if numbers.dtype.kind == "c" else (
        numbers.astype(np.float64, copy=False))


def reading_room(run: Trajectory, answer: Floats) -> Floats:
    """(T, D): how far the steps of a class may be off by being read off its parameters."""
    with np.errstate(all="ignore"):
        before = np.abs(run.positions(answer))
        return np.asarray(ROUNDINGS * np.finfo(np.float64).eps * (before + np.abs(answer)))


def parts(shapes: tuple[tuple[int, ...], ...]) -> Iterator[tuple[tuple[int, ...], slice]]:
    """Each parameter's shape, and where its numbers stand in a run."""
    begin = 0
    for shape in shapes:
        end = begin + math.prod(shape)
        yield shape, slice(begin, end)
        begin = end


def given(rule: Rule, run: Trajectory, t: int, group: int = 0) -> dict[str, float]:
    """The hyperparameters of one step that the run sets, in one parameter group."""
    values = dict(run.hyperparameters) | {name: row[t] for name, row in run.schedule.items()}
    return {
        name: values[name] * run.factors[name] ** group if name in run.factors else values[name]
        for name in rule.hyperparameters if name in values}

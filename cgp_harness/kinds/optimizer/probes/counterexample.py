"""A failing case as plain numbers: enough to print it, and to replay it without Hypothesis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64


def counterexample(
    context: RuleContext, run: Trajectory, got: Floats, expected: Floats, *, relation: str = ""
) -> dict[str, Any]:
    """What was given, what was answered and what should have been.

    Args:
        run: with canonical names.
        got: (T, D).
        expected: (T, D); for a relation, the answer that `got` should have been equal to.
        relation: which relation was violated, if it was one.
    """
    given = context.translated(run)
    whole = context.specified.whole(run, context.seed)
    case: dict[str, Any] = {
        "rule": context.task.id,
        "arrays": context.arrays,
        "shapes": [list(shape) for shape in run.shapes],
        "gradients": plain(run.gradients),
        "hyperparameters": dict(given.hyperparameters),
        "schedule": {name: list(values) for name, values in given.schedule.items()},
        "expected": plain(expected),
        "got": plain(got),
        "first_difference": _first_difference(run.shapes, got, expected),
    }
    if run.second_group:
        case |= {"second_group": run.second_group, "factors": dict(given.factors)}
    # Also of a rule that does not look at them, where the right one does: else nobody can check it.
    begun = whole if context.specified.sees_parameter else given
    if begun.start is not None:
        case["parameters"] = plain(begun.positions(got))
    if relation:
        return {"relation": relation, **case}
    hidden = _hidden(context, run, given)
    return {**case, "expected_at": hidden} if hidden else case


def _hidden(context: RuleContext, run: Trajectory, given: Trajectory) -> dict[str, Any]:
    """What `expected` was computed with and the rule was not told, or does not heed."""
    found, run = dict[str, Any](), context.specified.whole(run, context.seed)
    for name in context.specified.hyperparameters:
        own = context.named(name)
        if name in context.fixed:
            found[name] = context.fixed[name]
        elif own not in {**given.hyperparameters, **given.schedule}:
            found[name] = run.schedule[name][0] if name in run.schedule else (
                run.hyperparameters.get(name))
    return {name: value for name, value in found.items() if value is not None}


def plain(values: Floats) -> list[list[float | None]]:
    """Rows of numbers as JSON has them: None where a number is not finite."""
    return [[float(x) if np.isfinite(x) else None for x in row] for row in values]


def run_of(case: Mapping[str, Any]) -> Trajectory:
    """The run of a stored counterexample, with the student's own names."""
    return Trajectory(
        tuple(tuple(shape) for shape in case["shapes"]),
        np.asarray(case["gradients"], dtype=np.float64),
        case["hyperparameters"],
        {name: tuple(values) for name, values in case["schedule"].items()},
        case.get("second_group", 0), case.get("factors", {}),
        np.asarray(case["parameters"][0], dtype=np.float64) if "parameters" in case else None,
    )


def places(shapes: Sequence[Sequence[int]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Parameter and index in it, for every column of a run."""
    for parameter, shape in enumerate(shapes):
        for index in np.ndindex(*shape):
            yield parameter, index


def _first_difference(
    shapes: Sequence[tuple[int, ...]], got: Floats, expected: Floats
) -> dict[str, Any] | None:
    size = np.abs(np.where(np.isfinite(expected), expected, 0.0)).max(axis=0)
    with np.errstate(invalid="ignore"):
        same = (np.abs(got - expected) <= FLOAT64 * size) | (got == expected) | (
            np.isnan(got) & np.isnan(expected)
        )
    if same.all():
        return None
    step, column = np.argwhere(~same)[0]
    parameter, index = list(places(shapes))[column]
    number = plain(np.array([[got[step, column], expected[step, column]]]))[0]
    return {
        "step": int(step) + 1, "parameter": parameter, "index": list(index),
        "got": number[0], "expected": number[1],
    }

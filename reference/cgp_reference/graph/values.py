"""The numbers that names stand for: made into arrays that fit together, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cgp_reference.errors import ExplainedError, meant

SHAPES = "inputs () or (batch,) or (batch, S), parameters () or (S,); S: seeds, last"


class ValuesError(ExplainedError):
    """A value is no number, or the values do not fit together."""


class MissingValueError(ValuesError):
    """A name that the graph uses has no value."""


def aligned(
    values: Mapping[str, Any], variables: Sequence[str], parameters: Sequence[str]
) -> dict[str, Any]:
    """The values as float64 (or complex128) arrays that broadcast as they are meant to.

    With seeds, a variable of shape (batch,) becomes (batch, 1): numpy would line it up with the
    seeds instead, and not even complain where there are as many seeds as samples.

    Returns:
        Variables, all of one shape: (), (batch,) or (batch, S); then parameters: () or (S,).

    Raises:
        MissingValueError: a name has none.
        ValuesError: not a number, or shapes that do not fit.
    """
    if missing := [name for name in (*variables, *parameters) if name not in values]:
        raise MissingValueError(
            f"there is no value for {', '.join(missing)}",
            expected=f"one for each of {', '.join((*variables, *parameters))}",
        )
    points = {name: numbers(name, values[name], axes=2) for name in variables}
    settings = {name: numbers(name, values[name], axes=1) for name in parameters}
    if has_seeds(points, settings):
        points = {name: by_sample(value) for name, value in points.items()}
    shape = common_shape({**points, **settings})
    points = {name: spread(value, shape) for name, value in points.items()}
    return {**points, **settings}


def has_seeds(variables: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Whether these are the values of several seeds."""
    return any(np.ndim(value) == 2 for value in variables.values()) or any(
        np.ndim(value) == 1 for value in parameters.values()
    )


def by_sample(value: Any) -> Any:
    """The same numbers with an axis for the seeds."""
    return value if np.ndim(value) == 2 else np.reshape(value, (-1, 1))


def common_shape(values: Mapping[str, Any]) -> tuple[int, ...]:
    """The shape that all values broadcast to.

    Raises:
        ValuesError: there is none.
    """
    shapes: set[tuple[int, ...]] = {np.shape(value) for value in values.values()}
    if len(shapes) == 1:
        return shapes.pop()
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        named = {name: np.shape(value) for name, value in values.items() if np.ndim(value)}
        raise ValuesError(
            "the shapes of the values do not fit together: "
            + ", ".join(f"{name} {shape}" for name, shape in named.items()),
            expected=SHAPES,
        ) from error


def spread(value: Any, shape: tuple[int, ...]) -> Any:
    """`value` in that shape: itself, or a read-only view that repeats it."""
    if np.shape(value) == shape and isinstance(value, (np.ndarray, np.generic)):
        return value
    return np.broadcast_to(value, shape)[()]


def numbers(name: str, value: Any, axes: int) -> Any:
    """`value` as a numpy number or array of at most `axes` axes.

    Raises:
        ValuesError: it is something else.
    """
    if isinstance(value, np.float64):
        return value
    try:
        array = np.asarray(value)
    except ValueError as error:  # lists of unequal length
        raise ValuesError(
            f"the value of {name} is no array", expected="rows of equal length"
        ) from error
    if array.dtype.kind not in "iufc":
        raise ValuesError(
            f"the value of {name} is {type(value).__name__} of {array.dtype}",
            expected="numbers, real or complex",
        )
    if array.ndim > axes:
        raise ValuesError(f"{name} has the shape {array.shape}", expected=SHAPES)
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64, copy=False)[()]


def seeds_of_loss(seed: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The loss's direct derivatives, aligned with the values of the variables they belong to.

    Raises:
        ValuesError: one of them belongs to no variable, is no number or does not fit.
    """
    found = {}
    for name, derivative in seed.items():
        if name not in known:
            raise ValuesError(
                f"the loss cannot depend on {name!r}",
                expected=f"one of {', '.join(known)}",
                fix=meant(name, known),
            )
        found[name] = numbers(f"the seed of {name}", derivative, axes=2)
        if np.ndim(known[name]) == 2:
            found[name] = by_sample(found[name])
    common_shape({**known, **{f"seed of {name}": value for name, value in found.items()}})
    return found


def refuse(what: str, value: Any, shapes: Sequence[tuple[int, ...]]) -> None:
    """Raise `ValuesError` unless `value` is real and has one of the shapes."""
    if np.iscomplexobj(value):
        raise ValuesError(f"{what} is complex", expected="real numbers")
    if np.shape(value) not in shapes:
        wanted = " or ".join(map(str, dict.fromkeys(shapes)))
        raise ValuesError(f"{what} has the shape {np.shape(value)}", expected=wanted)

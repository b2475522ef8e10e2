"""Between the public attributes, which scripts read and change, and arrays."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cgp_reference.data import Array
from cgp_reference.expressions.syntax import Apply, Name, linear_terms, terms
from cgp_reference.primer.base import PrimerError
from cgp_reference.primer.evaluation import body

Unit = Mapping[str, str]
"""What one neuron sums up: variable -> the parameter that multiplies it."""


@lru_cache(maxsize=1024)
def unit_of(text: str) -> Unit:
    """Read the body of a neuron's expression, such as `ab*xa+bc*xb`; once for each text.

    Raises:
        PrimerError: it is no sum of parameter times variable, or has a variable twice.
    """
    tree = body(text)
    found = linear_terms(tree)
    plain = all(
        step.operator.symbol in {"+", "*"} if isinstance(step, Apply) else isinstance(step, Name)
        for step in tree)
    if not plain or len(found) != len(terms(tree)):
        raise PrimerError(
            f"{text!r} is not what a neuron sums up",
            expected="parameter*variable+…, each variable once: 'ab*xa+bc*xb'",
        )
    return found


def weights_of(
    units: Sequence[Unit], sources: Sequence[str], values: Mapping[str, float]
) -> Array:
    """Their weights, `(units, sources)`; 0 where a unit does not read a source.

    Raises:
        PrimerError: a unit reads something else, or a parameter has no value.
    """
    try:
        rows = [[values[unit[name]] if name in unit else 0.0 for name in sources]
                for unit in units]
    except (KeyError, TypeError) as error:
        raise PrimerError(
            "there is no value for every parameter",
            expected="a number in vals_for_learnable_params for each of "
                     + ", ".join(name for unit in units for name in unit.values()),
        ) from error
    known = set(sources)
    for unit in units:
        if not known.issuperset(unit):
            other = next(name for name in unit if name not in known)
            raise PrimerError(
                f"a neuron reads {other!r}", expected=f"one of {', '.join(sources)}")
    return np.array(rows, dtype=np.float64)


def step_weights(
    units: Sequence[Unit], sources: Sequence[str],
    values: MutableMapping[str, Any], steps: Array,
) -> None:
    """Add to each parameter its step, `(units, sources)`; several where it stands repeatedly."""
    for unit, row in zip(units, steps.tolist(), strict=True):
        for name, step in zip(sources, row, strict=True):
            if name in unit:
                values[unit[name]] += step


def columns(samples: Sequence[Any], width: int) -> Array:
    """Samples as the arrays of the arithmetic, `(width, batch)`.

    Raises:
        PrimerError: a sample has not `width` numbers.
    """
    rows = np.array(samples, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise PrimerError(
            f"samples of shape {rows.shape}", expected=f"(batch, {width}), a number per input")
    return rows.T

"""Arguments of a Function after its inputs, as `delta=1.0`: each is asked at one other value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import NO_SOURCE
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.specifications.from_solution.kept import kept
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.from_solution.usable import Usable
from cgp_harness.kinds.autograd_function.specifications.specification import Specification

SMALL, LARGE = 0.01, 0.1
"""What is smaller keeps a division finite; to be seen it must be much larger."""


def other_options(
    oracle: Oracle, specification: Specification
) -> Iterator[tuple[str, Specification]]:
    """What is asked with another value, and which: the first at which the answer is right.

    Args:
        specification: at the default values.
    """
    plain = replace(specification, avoid=(), usable=None)
    given: tuple[float, ...] = ()
    for name, default in oracle.signature.options.items():
        if isinstance(default, bool) or not isinstance(default, (int, float)):
            return  # what comes after it cannot be given without it
        for value in _others(default):
            other = replace(oracle, given=(*given, value))
            made = replace(
                plain, forward=kept(other.forward), vjp=specification.vjp and kept(other.vjp),
                usable=Usable(other, plain), given=other.given, changes=NO_SOURCE,
                value_mistakes=(), gradient_mistakes=(), terms={})
            if _is_right(made):
                yield f"{name} = {value:g}", made
                break
        given = (*given, default)


def _others(default: float) -> tuple[float, ...]:
    """
    >>> _others(1.0), _others(1e-5), _others(0.0), _others(-1)
    ((1.5, 0.5), (0.1,), (0.5,), (0, -2))
    """
    if isinstance(default, int):
        return default + 1, default - 1
    if default == 0:
        return (0.5,)
    return (LARGE,) if abs(default) < SMALL else (1.5 * default, 0.5 * default)


def _is_right(made: Specification) -> bool:
    """Whether it has finite numbers of the same shape where it is asked, and is beside no jump."""
    assert made.forward is not None
    try:
        sizes, point, _ = ground.with_option(made)
        value = made.forward(*sizes.parts(point[0]))
    except Exception:  # a value that it refuses
        return False
    return bool(point.size and value.shape == sizes.output and np.isfinite(value).all()
                and made.where_usable(sizes, point).all())

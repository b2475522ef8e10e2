"""Which wrong answers are told from the right one where it is asked, and which nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from cgp_harness.assignment.written_mistakes import require_fit, require_wrong
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.numbers import cotangents, draws, points
from cgp_harness.kinds.autograd_function.specifications.from_solution.changes import Changes
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Floats
from cgp_harness.mutation.derivatives import CONSTANT_TAKEN
from cgp_harness.probing.variants.variants import Variant

MORE, POINTS = 60, 8
"""A stream of numbers that no check draws from, and how many points it gives at each shape."""
Row = tuple[Sizes, Floats, Floats]
"""A point (D,) and a cotangent (E,)."""


def require_mistakes(specifications: Collection[Specification]) -> None:
    """See that all that `mistakes.toml` says of a task is a wrong answer to it.

    Raises:
        HarnessError: something is not.
    """
    each = [(one, one.changes) for one in specifications if isinstance(one.changes, Changes)]
    require_fit([changes.variants.unfit for _, changes in each])
    if any(changes.variants.written for _, changes in each):
        require_wrong([
            (changes.variants, partial(_is_told, changes, _rows(own, _asked(own))))
            for own, changes in each])


def untold(specification: Specification) -> tuple[int, list[Variant], list[Variant]]:
    """How many changes of its source there are; those that are told from it at other points than
    those that are asked in every run; and those that are told at none."""
    changes = specification.changes
    assert isinstance(changes, Changes)  # else there is no source
    every = [one for one in changes.variants.singles
             if one not in changes.variants.written and not (
                 one.change and one.change.operator == CONSTANT_TAKEN
                 and changes.oracle.has_backward)]
    asked = _rows(specification, _asked(specification))
    left = [one for one in every if not _is_told(changes, asked, one)]
    for other in specification.options.values():
        sizes, at, g = ground.with_option(other)
        rows = _rows(other, iter([(sizes, at[0], g[0])]))
        left = [one for one in left if not _is_told(changes, rows, one, other.given)]
    further = _rows(specification, _further(specification))
    missed = [one for one in left if _is_told(changes, further, one)]
    return len(every), missed, [one for one in left if one not in missed]


@dataclass(frozen=True)
class _Row:
    """A point and a cotangent, and what is right there: numbers, and how far each may be off."""

    sizes: Sizes
    point: Floats
    g: Floats
    right: tuple[tuple[Floats, Floats], ...]

    def told(self, own: Oracle) -> bool:
        """Whether an answer gives another value there, or another gradient."""
        value, gradients = own.both(self.g.reshape(self.sizes.output), self.sizes.parts(self.point))
        given = value.reshape(-1), np.concatenate([one.reshape(-1) for one in gradients])
        return any(
            wanted.shape != got.shape or not (np.abs(got - wanted) <= room).all()
            for (wanted, room), got in zip(self.right, given, strict=True))


def _is_told(
    changes: Changes, rows: Sequence[_Row], one: Variant, given: tuple[float, ...] = ()
) -> bool:
    oracle = changes.oracle
    try:
        own = replace(
            oracle, target=one.answer, as_written=oracle.has_backward, given=given)
        return any(row.told(own) for row in rows)
    except Exception:  # it makes no program, or none that can be called
        return True


def _rows(specification: Specification, found: Iterator[Row]) -> list[_Row]:
    made = []
    for sizes, point, g in found:
        value = specification.values(sizes, point)
        gradient = specification.gradients(sizes, point, g)
        if value is not None and gradient is not None:
            made.append(_Row(sizes, point, g, (
                (value, specification.tolerance(value)),
                (gradient, specification.tolerance(gradient, sent=g)))))
    return made


def _asked(specification: Specification) -> Iterator[Row]:
    """Of what the checks ask in every run that which tells most."""
    for sizes in specification.tried_sizes[:2]:
        at, g, h = ground.base(specification, sizes)
        for sent in (g, h):
            yield from ((sizes, *row) for row in zip(at, sent, strict=True))
    first = specification.tried_sizes[0]
    if specification.elementwise:
        numbers = ground.numbers(specification)
        first, far = Sizes((numbers.shape,), numbers.shape), numbers[None]
    else:
        far = ground.magnitudes(specification, first)
    g = cotangents(first.output, draws(ground.FIXED, MORE), len(far))
    yield from ((first, *row) for row in zip(far, g, strict=True))
    for point in ground.uniform(specification, specification.tried_sizes[0]).values():
        _, g, _ = ground.base(specification, specification.tried_sizes[0])
        yield specification.tried_sizes[0], point[0], g[0]
    for sizes in specification.tried_sizes[2:]:
        at, g = ground.row(specification, sizes)
        yield sizes, at[0], g[0]


def _further(specification: Specification) -> Iterator[Row]:
    draw = draws(ground.FIXED, MORE + 1)
    for sizes in specification.tried_sizes:
        at = points(specification, sizes, draw, POINTS)
        yield from ((sizes, *row) for row in zip(
            at, cotangents(sizes.output, draw, POINTS), strict=True))

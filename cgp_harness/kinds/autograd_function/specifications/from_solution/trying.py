"""Where a right answer is defined and right, found by trying it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications.from_solution.kinks import searched
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.from_solution.usable import Usable
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.kinds.autograd_function.task import Interval, Range
from cgp_harness.model import Floats
from cgp_harness.probing.arrays.integers import counted

CANDIDATES: tuple[Interval, ...] = (
    (-3.0, 3.0), (-0.9, 3.0), (0.1, 3.0), (-0.95, 0.95), (0.05, 0.95), (1.1, 4.0), (-3.0, -0.1))
"""Of all functions, of log(1 + x), of logarithm and root, arcsine, of probabilities, arcosh."""
RELATIVE = 1e-8
"""Ten times what a softplus of torch's is off by where it takes e^-20 for 0."""
FAR, RATIO, EVEN, NEAR = 1000.0, 1.02, 800, 22
SEAMS = 4.0
"""By so much the tolerance is wider than the gap where two formulas of the answer meet."""
ROWS, MOST_NARROWED = 3, 3
FEW: Interval = (0.0, 2.0)
"""Integers of which nothing is known."""


@dataclass(frozen=True)
class Domain:
    """Where an answer is tried, and how exact it is; the fields are those of a task.

    Args:
        domain: by input, where numbers are drawn: it is finite there.
        wide: as far out as it is right.
        avoid: of an elementwise one, its kinks and jumps.
        relative: how far off a submission may be.
        rough: intervals in which its digits are lost, of an elementwise one; no field of a task.
    """

    domain: Mapping[str, Range]
    wide: Interval
    avoid: tuple[float, ...] = ()
    relative: float = RELATIVE
    rough: tuple[Interval, ...] = ()


def tried(
    oracle: Oracle, rough: Specification, given: Mapping[str, Range] | None = None,
    wide: Interval | None = None,
) -> Domain:
    """Where it is finite, where it has kinks, how far out it is right, and how exact it is.

    Args:
        oracle: the answer.
        rough: what is known of it without trying.
        given: domains that are known, by input.
        wide: as far out as it shall be tried.

    Raises:
        HarnessError: it is finite nowhere that is tried.
    """
    tried_to = wide or (-FAR, FAR)
    domain = _domain(oracle, rough, given or {})
    if not rough.elementwise:
        return Domain(domain, tried_to)
    [(low, high)] = domain.values()
    own = (low, float(high))
    numbers = scan(own, tried_to)
    found = searched(_of_numbers(oracle), numbers)
    relative = max(rough.relative, SEAMS * found.seam)
    judged = replace(rough, domain=own, wide=tried_to, avoid=found.jumps, relative=relative)
    usable = Usable(oracle, judged, found.rough)(
        Sizes((numbers.shape,), numbers.shape), numbers[None])[0]
    taken = numbers[usable] if usable.any() else np.array(own)
    reach = min(own[0], float(taken[0])), max(own[1], float(taken[-1]))
    return Domain(domain, wide or reach, found.jumps, relative, found.rough)


def scan(domain: Interval, wide: Interval) -> Floats:
    """Sorted numbers: evenly in the domain, in proportion from there outwards, and near 0."""
    low, high = domain
    near = np.geomspace(1e-9, 1e-2, NEAR)
    near = np.concatenate([near, -near])
    near = near[(near >= wide[0]) & (near <= wide[1])]
    found = [np.linspace(low, high, EVEN + 1), near]
    for start, end, way in ((low, wide[0], -1), (high, wide[1], 1)):
        distance = (end - start) * way
        if distance > 0:
            step = (high - low) / EVEN
            count = 1 + int(np.log(1 + distance * (RATIO - 1) / step) / np.log(RATIO))
            offsets = step * (RATIO ** np.arange(1, count + 1) - 1) / (RATIO - 1)
            found.append(np.append(start + way * offsets[offsets < distance], end))
    return np.unique(np.concatenate(found))


def _of_numbers(oracle: Oracle) -> Callable[[Floats], tuple[Floats, Floats]]:
    def both(numbers: Floats) -> tuple[Floats, Floats]:
        value, [slope] = oracle.both(np.ones(()), [numbers])
        return value, slope

    return both


def _domain(
    oracle: Oracle, rough: Specification, given: Mapping[str, Range]
) -> dict[str, Range]:
    known = {name: integers(oracle, rough, name) for name in rough.numbers} | dict(given)
    names = [name for name in rough.inputs if name not in known]
    for one in _combinations(names):
        if _finite(oracle, replace(rough, domains={**known, **one})):
            return {name: {**known, **one}[name] for name in rough.inputs}
    shown = "[5, 8]" if rough.elementwise else f"{{{next(iter(rough.inputs))} = [5, 8]}}"
    raise HarnessError(
        f"{oracle.name} is not finite in any of the domains that were tried",
        where=oracle.where, expected="a domain in which it is",
        fix=f"say in the assignment where it is: `domain = {shown}`")


def _combinations(names: Sequence[str]) -> Iterator[dict[str, Interval]]:
    """The first candidate of each input, but for one, then two, then three of them."""
    usual = dict.fromkeys(names, CANDIDATES[0])
    for count in range(min(len(names), MOST_NARROWED) + 1):
        for narrowed in combinations(names, count):
            for chosen in product(CANDIDATES[1:], repeat=count):
                yield {**usual, **dict(zip(narrowed, chosen, strict=True))}


def _finite(oracle: Oracle, rough: Specification) -> bool:
    """Whether it is, with its gradients, at some points that are drawn."""
    draw = np.random.default_rng(0)
    for sizes in rough.tried_sizes[:2] * ROWS:
        parts = sizes.parts(rough.drawn(sizes, draw))
        try:
            with np.errstate(all="ignore"):
                value, gradients = oracle.both(np.ones(()), parts)
        except Exception:  # the answer's own, as `math.log` raises where np.log gives nan
            return False
        if not all(np.isfinite(one).all() for one in (value, *gradients)):
            return False
    return True


def integers(oracle: Oracle, rough: Specification, name: str) -> Range:
    """Which integers an input may hold: those below the size of an axis, if more of them raise."""
    if rough.numbers[name] == "bool":
        return (0.0, 1.0)
    axis = counted(
        name, oracle.signature.arrays, [one.inputs for one in rough.tried_sizes[:2]],
        lambda arrays: oracle.forward(*arrays))
    return (0.0, axis) if axis else FEW

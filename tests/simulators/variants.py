"""Every mistake of a family, and every two that touch different parts of the rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from tests.simulators.families import FAMILIES
from tests.simulators.flag import Flag, compatible


@dataclass(frozen=True)
class Variant:
    """One wrong rule: `switches` is what the simulator takes, `flags` what it is called."""

    convention: str
    flags: tuple[str, ...]
    switches: frozenset[str]


def variants(family: str, depth: int = 2) -> tuple[Variant, ...]:
    """All with up to `depth` mistakes, fewest first; in a rare convention single ones only."""
    module = FAMILIES[family]
    return tuple(
        Variant(convention, tuple(one.id for one in chosen), frozenset(reading) | {convention})
        for count in range(depth + 1) for chosen in combinations(module.FLAGS, count)
        if compatible(chosen) for convention in module.CONVENTIONS
        if usual(module, convention, chosen) for reading in _readings(chosen))


def usual(module, convention: str, chosen: Sequence[Flag]) -> bool:
    """Whether these mistakes are looked for in this convention."""
    parts = module.FURTHER.get(convention)
    return parts is None or not chosen or (len(chosen) == 1 and not parts & chosen[0].touches)


def _readings(chosen: Sequence[Flag]) -> Iterator[tuple[str, ...]]:
    if not chosen:
        yield ()
        return
    first, rest = chosen[0], chosen[1:]
    for tail in _readings(rest):
        yield (first.id, *tail)
        for number in range(2, first.readings + 1):
            yield (f"{first.id}~{number}", *tail)

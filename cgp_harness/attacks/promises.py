"""What each isolation level promises, by the layers of docs/security-model.md; the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cgp_harness.attacks.attack import Attack

EVERYWHERE = frozenset({
    "intake", "reading", "process", "statements", "view", "order", "wire", "deadline", "limits",
    "afterwards", "report"})
PROMISES: Mapping[str, frozenset[str]] = {
    "plain": EVERYWHERE,
    "uid": EVERYWHERE | {"user", "kernel"},
    "container_partly": EVERYWHERE,
    "container": EVERYWHERE | {"user", "kernel"},
    "landlock": EVERYWHERE | {"user", "kernel", "files"},
    "namespaces": EVERYWHERE | {"user", "kernel", "files"},
}
"""Level -> its layers. `user`: what the grader alone may read; `files`: all others too."""
HELD, NOT_PROMISED, HOLE = "held", "not promised", "HOLE"


def is_promised(attack: Attack, level: str) -> bool:
    """Whether a level promises to hold against it."""
    return not PROMISES[level].isdisjoint(attack.by)


def verdict(attack: Attack, level: str, shown: Sequence[str]) -> str:
    """What to say of an attack that was tried."""
    if not shown:
        return HELD
    return HOLE if is_promised(attack, level) else NOT_PROMISED


def lines(
    attacks: Sequence[Attack], levels: Sequence[str], shown: Mapping[tuple[str, str], Sequence[str]]
) -> list[str]:
    """The table: rows are attacks, columns are levels; last how many there are of each."""
    width = max(len(one.name) for one in attacks)
    table = [" " * width + "  " + "  ".join(f"{level:<12}" for level in levels)]
    told: dict[str, list[str]] = {level: [] for level in levels}
    for one in attacks:
        for level in levels:
            told[level].append(verdict(one, level, shown[one.name, level]))
        cells = "  ".join(f"{told[level][-1]:<12}" for level in levels)
        table.append(f"{one.name:<{width}}  {cells}".rstrip())
    table.append("")
    for level in levels:
        counts = ", ".join(
            f"{told[level].count(one)} {word}" for one, word in (
                (HELD, "held"), (NOT_PROMISED, "not promised, and succeeded"), (HOLE, "HOLES"))
            if told[level].count(one))
        table.append(f"{level}: {counts}")
    table += [
        f"HOLE at {level}: {one.name} ({one.says.rstrip('.')}): {', '.join(shown[one.name, level])}"
        for one in attacks for level in levels
        if verdict(one, level, shown[one.name, level]) == HOLE]
    return [line.rstrip() for line in table]

"""Step-size rules with a fault in one cell of the declared ground, and right ones."""

from __future__ import annotations

from benchmarks.regions.cell import Cell
from benchmarks.regions.rules.faults import faults
from benchmarks.regions.rules.sources import FAMILIES, written
from tests.harness.rules.right.correct_forms import FORMS

HOMEWORK = "step_size"
FORMS_OF_A_CELL = ("arrays", "numbers", "class")
SLOW = ("numbers", "class")
"""A grading of these takes up to seconds, on the same ground: one rule stands for all."""


def cells() -> tuple[Cell, ...]:
    """Every cell: in functions on arrays of all families, and in an Adam of each other form."""
    return tuple(
        Cell(HOMEWORK, family, fault.region, f"{form}, {fault.name}", written(
            family, form, early=fault.statement if fault.early else "",
            late="" if fault.early else fault.statement, kept=fault.kept),
            *_asked(fault.region))
        for form in FORMS_OF_A_CELL for family in FAMILIES
        if form not in SLOW or family == "adam"
        for fault in faults(form, family))


def _asked(region: str) -> tuple[tuple[str, ...], bool]:
    """The check that must catch the fault, and whether runs depend on those before."""
    catching = "relations" if region == "calls" else "update_rule"
    return ("loads", catching), region in ("calls", "parameter")


def right() -> tuple[Cell, ...]:
    """Those that faults are planted in, and every right form of the tests."""
    plain = [
        Cell(HOMEWORK, family, "right", f"{form}, as faults are planted in it",
             written(family, form), remembers=False)
        for form in FORMS_OF_A_CELL for family in FAMILIES]
    return (*plain, *(
        Cell(HOMEWORK, family, "right", form, text, remembers=False)
        for form, text in FORMS.items() for family in FAMILIES))

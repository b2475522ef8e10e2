"""Every cell of docs/graphs.md, and the right submissions."""

from __future__ import annotations

from benchmarks.regions.cell import Cell
from benchmarks.regions.graphs.gradients import of_graphs, of_shares
from benchmarks.regions.graphs.in_turn import in_turn
from benchmarks.regions.graphs.planting import HOMEWORK, TASK, in_gradients, in_slopes
from benchmarks.regions.graphs.rows import of_rows, of_values
from benchmarks.regions.graphs.slopes import far_out, of_numbers, of_operators
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission


def cells() -> tuple[Cell, ...]:
    """Every cell: of forward(), then of backward()."""
    return (
        *of_operators(), *of_numbers(), *of_rows(), *far_out(), *of_values(),
        *of_graphs(), *of_shares(), *in_turn())


def right() -> tuple[Cell, ...]:
    """Those that faults are planted in, and every right form of the tests."""
    plain = [
        Cell(HOMEWORK, TASK, "right", "as faults are planted in forward", in_slopes("False")),
        Cell(HOMEWORK, TASK, "right", "as faults are planted in backward", in_gradients("False")),
    ]
    return (*plain, *(
        Cell(HOMEWORK, TASK, "right", name, submission(method, BACKWARDS["one_dict"], HELPERS))
        for name, method in FORWARDS.items()), *(
        Cell(HOMEWORK, TASK, "right", name, submission(FORWARDS["program"], method, HELPERS))
        for name, method in BACKWARDS.items()))

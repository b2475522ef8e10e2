"""The losses of several descents every so often, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_reference.demos.descent import Descent, Floats

COLUMNS = 6


def shown_steps(iterations: int) -> list[int]:
    """The numbers of the steps that a table shows: evenly spread, the start and the end included.

    >>> shown_steps(100), shown_steps(2)
    ([0, 20, 40, 60, 80, 100], [0, 1, 2])
    """
    last = COLUMNS - 1
    return sorted({round(i * iterations / last) for i in range(COLUMNS)})


def table(descents: Sequence[Descent], target: float | None = None) -> list[str]:
    """One row per descent: its learning rate, the loss after some steps, what became of it.

    Args:
        descents: at least one, all of the same number of iterations.
        target: the last column says when the loss was first below it. Without one it says what the
            loss of further seeds is at the end, where there are such.
    """
    steps = shown_steps(descents[0].iterations)
    header = ["rule", "lr", *(f"step {k}" if k == 0 else str(k) for k in steps),
              _heading(descents, target)]
    rows = [header, *(_row(descent, steps, target) for descent in descents)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths) for row in rows]


def _row(descent: Descent, steps: Sequence[int], target: float | None) -> list[str]:
    rate = descent.method.learning_rate
    losses = descent.losses
    return [
        descent.method.label,
        "-" if rate is None else f"{rate:g}",
        *(f"{losses[k]:.3g}" if k < len(losses) else "-" for k in steps),
        _outcome(descent, target),
    ]


def _heading(descents: Sequence[Descent], target: float | None) -> str:
    if target is not None:
        return f"below {target:g}"
    several = any(descent.others is not None for descent in descents)
    return "median (5 to 95 %)" if several else ""


def _outcome(descent: Descent, target: float | None) -> str:
    if descent.diverged_at is not None:
        return f"diverged at step {descent.diverged_at}"
    if target is None:
        return "" if descent.others is None else _spread(descent.others[-1])
    reached = descent.first_below(target)
    return "not reached" if reached is None else f"at step {reached}"


def _spread(losses: Floats) -> str:
    low, median, high = np.quantile(losses, [0.05, 0.5, 0.95])
    return f"{median:.3f} ({low:.3f} to {high:.3f})"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    label, *numbers, outcome = row
    aligned = [text.rjust(width) for text, width in zip(numbers, widths[1:-1], strict=True)]
    return "  ".join([label.ljust(widths[0]), *aligned, outcome]).rstrip()

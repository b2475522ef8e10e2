"""A stored counterexample as a small table: the smallest case that shows what is wrong.

The cases of extensions hold their own `table`. Of rules, keys are those that the checks write
(`gradients` (T, D), `got`, `expected`, …). A key that is missing leaves its column out or its cells
empty: a case half shown is better than a report lost.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cgp_harness.reports.text import number, number_pair, plural, shown

MOST_ROWS = 12


@dataclass(frozen=True)
class Case:
    """A table of texts.

    Args:
        heading: which rule ran on what.
        marked: row of the first difference; None if it is unknown.
        left_out: how many rows are not shown.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: int | None
    left_out: int


def case_of(counterexample: Mapping[str, Any] | None) -> Case | None:
    """The table of a counterexample; None if there is nothing to show."""
    if not counterexample:
        return None
    if written := _mapping(counterexample.get("table")):
        return _as_written(written)
    gradients, parameters, expected, got = (
        _matrix(counterexample.get(key)) for key in ("gradients", "parameters", "expected", "got")
    )
    steps = max(map(len, (gradients, expected, got)))
    width = max((len(row) for row in (*gradients, *expected, *got)), default=0)
    if not width:
        return None
    places = _places(counterexample.get("shapes"), width)
    constant, schedule = _hyperparameters(counterexample)
    first = _first(counterexample, places)
    cells = list(itertools.product(range(steps), range(width)))
    kept = _kept(cells, first)
    several = len({number_index for _, number_index in kept}) > 1
    rows = []
    for step, column in kept:
        shown_got, shown_expected = number_pair(_at(got, step, column), _at(expected, step, column))
        rows.append((
            str(step + 1),
            *([places[column]] if several else []),
            number(_at(gradients, step, column)),
            *([number(_at(parameters, step, column))] if parameters else []),
            *(number(_at([values], 0, step)) for values in schedule.values()),
            *_ordered(counterexample, shown_got, shown_expected),
        ))
    columns = (
        "step", *(["parameter"] if several else []), "gradient", *(["p"] if parameters else []),
        *map(shown, schedule),
        *_ordered(counterexample, "got", "expected"),
    )
    marked = kept.index(first) if first in kept else None
    heading = _heading(counterexample, constant)
    return Case(heading, columns, tuple(rows), marked, left_out=len(cells) - len(kept))


def _as_written(table: Mapping[str, Any]) -> Case | None:
    """The table that a check has made itself; None if it is none."""
    named = table.get("columns")
    columns = tuple(shown(str(one)) for one in (named if isinstance(named, Sequence) else ()))
    rows = [row for row in _matrix(table.get("rows")) if len(row) == len(columns)]
    if not rows:
        return None
    marked = table.get("first_difference")
    first = marked if isinstance(marked, int) and 0 <= marked < len(rows) else None
    # The rows around the first difference, as far as possible from the first row on.
    begin = max(0, min((first or 0) - MOST_ROWS // 2, len(rows) - MOST_ROWS))
    kept = rows[begin:begin + MOST_ROWS]
    return Case(
        shown(str(table.get("heading", ""))), columns, _cells(columns, kept),
        None if first is None else first - begin, left_out=len(rows) - len(kept))


def _cells(columns: tuple[str, ...], rows: list[Sequence[object]]) -> tuple[tuple[str, ...], ...]:
    """Texts; what was got and what was expected in as many digits as tell them apart."""
    cells = [[number(cell) for cell in row] for row in rows]
    if {"got", "expected"} <= set(columns):
        got, expected = columns.index("got"), columns.index("expected")
        for row, texts in zip(rows, cells, strict=True):
            texts[got], texts[expected] = number_pair(row[got], row[expected])
    return tuple(map(tuple, cells))


def _ordered(counterexample: Mapping[str, Any], got: str, expected: str) -> tuple[str, str]:
    """Got before expected; for a relation, the first run before the second."""
    if "relation" not in counterexample:
        return got, expected
    renamed = {"got": "second run", "expected": "first run"}
    return renamed.get(expected, expected), renamed.get(got, got)


def _hyperparameters(
    counterexample: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Sequence[Any]]]:
    """Those that stay the same, and those that change from step to step."""
    constant = dict(_mapping(counterexample.get("hyperparameters")))
    changing = {}
    for name, values in _mapping(counterexample.get("schedule")).items():
        if not isinstance(values, Sequence) or not values:
            continue
        if all(value == values[0] for value in values):
            constant[name] = values[0]
        else:
            constant.pop(name, None)
            changing[name] = values
    return constant, changing


def _heading(counterexample: Mapping[str, Any], constant: Mapping[str, Any]) -> str:
    """`adam on numpy arrays, lr = 0.5, beta1 = 0.6`; what changes per step has a column instead."""
    arrays = {"numpy": "numpy arrays", "torch": "torch tensors", "scalar": "single numbers"}
    parts = []
    rule = shown(str(counterexample.get("rule", "")))
    kind = arrays.get(str(counterexample.get("arrays")))
    if rule or kind:
        parts.append(" on ".join(part for part in (rule, kind) if part))
    shapes = counterexample.get("shapes")
    if isinstance(shapes, Sequence) and len(shapes) > 1:
        parts.append(plural(len(shapes), "parameter"))
    parts += [f"{shown(str(name))} = {number(value)}" for name, value in constant.items()]
    specified = _mapping(counterexample.get("expected_at"))
    if specified:
        listed = " and ".join(f"{shown(str(key))} = {number(at)}" for key, at in specified.items())
        parts.append(f"expected is at {listed}")
    relation = shown(str(counterexample.get("relation", "")))
    return ": ".join(part for part in (relation, ", ".join(parts)) if part)


def _places(shapes: object, width: int) -> list[str]:
    """A label for each of the D numbers: `0` for a parameter of one number, else `0[1,2]`."""
    labels: list[str] = []
    for i, shape in enumerate(shapes if isinstance(shapes, Sequence) else ()):
        sizes = [int(size) for size in shape] if isinstance(shape, Sequence) else []
        if math.prod(sizes) == 1:
            labels.append(str(i))
            continue
        labels += [
            f"{i}[{','.join(map(str, index))}]" for index in itertools.product(*map(range, sizes))
        ]
    return labels if len(labels) == width else [str(i) for i in range(width)]


def _first(counterexample: Mapping[str, Any], places: list[str]) -> tuple[int, int] | None:
    """Step and number, both from 0, of the first difference."""
    first = _mapping(counterexample.get("first_difference"))
    step, parameter = first.get("step"), first.get("parameter", 0)
    if not isinstance(step, int):
        return None
    label = f"{parameter}[{','.join(map(str, first.get('index') or ()))}]"
    column = places.index(label) if label in places else (
        places.index(str(parameter)) if str(parameter) in places else 0
    )
    return step - 1, column


def _kept(
    cells: list[tuple[int, int]], first: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """All if they are few; else the number that differs first, up to that step."""
    if len(cells) <= MOST_ROWS:
        return cells
    if first is None:
        return cells[:MOST_ROWS]
    return [cell for cell in cells if cell[1] == first[1] and cell[0] <= first[0]][-MOST_ROWS:]


def _matrix(value: object) -> list[Sequence[object]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [row if isinstance(row, Sequence) and not isinstance(row, str) else [row]
            for row in value]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _at(matrix: Sequence[Any], step: int, column: int) -> object:
    """A cell of a table that may be cut short."""
    row = matrix[step] if step < len(matrix) else ()
    return row[column] if isinstance(row, Sequence) and column < len(row) else ""

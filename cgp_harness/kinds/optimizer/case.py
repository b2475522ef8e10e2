"""The case of a step-size rule as people read it.

Keys are those that the checks write (`gradients` (T, D), `got`, `expected`, …). A key that is
missing leaves its column out or its cells empty: a case half shown is better than a report lost.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from cgp_harness.probing.case import MOST_ROWS, Case, mapping, matrix
from cgp_harness.probing.text import number, number_pair, plural, shown


def shown_case(counterexample: Mapping[str, Any]) -> Case | None:
    """The table of a rule's case; None if it is none, or there is nothing to show."""
    gradients, parameters, expected, got = (
        matrix(counterexample.get(key)) for key in ("gradients", "parameters", "expected", "got")
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
        pair = _at(got, step, column), _at(expected, step, column)
        shown_got, shown_expected = (
            map(number, pair) if first and (step, column) < first else number_pair(*pair))
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
    constant = dict(mapping(counterexample.get("hyperparameters")))
    changing = {}
    for name, values in mapping(counterexample.get("schedule")).items():
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
    specified = mapping(counterexample.get("expected_at"))
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
    first = mapping(counterexample.get("first_difference"))
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


def _at(matrix: Sequence[Any], step: int, column: int) -> object:
    """A cell of a table that may be cut short."""
    row = matrix[step] if step < len(matrix) else ()
    return row[column] if isinstance(row, Sequence) and column < len(row) else ""

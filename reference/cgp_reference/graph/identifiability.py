"""Which parameters of a graph the data can tell, and which only in combination.

The null space of the Jacobian (Eq. 9) over all samples: a direction in which parameters can move
without moving any output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cgp_reference.data import Array
from cgp_reference.graph.backpropagation import jacobian
from cgp_reference.graph.dependencies import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.values import ValuesError, aligned, refuse

_ROUNDING = 1e-9    # relative; exact partials are right to some 1e-15 times their condition number


@dataclass(frozen=True)
class Unidentifiable:
    """Parameters that the data cannot tell one from another; as text, a sentence for a reader.

    Args:
        parameters: k of them, in the graph's order.
        directions: `(d, k)`: moving the parameters along a row changes no prediction.
        determined: `(k - d, k)`: the combinations that the predictions do depend on.
        everywhere: whether that holds at two other points too, one near and one far.
    """

    parameters: tuple[str, ...]
    directions: Array
    determined: Array
    everywhere: bool

    def __str__(self) -> str:
        names, near = _listed(self.parameters), "" if self.everywhere else " near these values"
        if not len(self.determined):
            return f"{names} has no effect on the outputs{near}"
        sums = _listed([_sum(row, self.parameters) for row in self.determined])
        return (f"{names} appear only as {sums}" if self.everywhere
                else f"only {sums} can be told of {names}{near}")


def unidentifiable(graph: Graph, values: Mapping[str, Any]) -> tuple[Unidentifiable, ...]:
    """Which parameters the data cannot tell: the null space of the Jacobian (Eq. 9).

    Its vectors fall into groups that share no parameter; each group is told of on its own.

    Args:
        graph: any graph; all outputs count.
        values: inputs `()` or `(batch,)`, the data; parameters `()`. Take numbers that are not
            special: at 0 a factor hides what it multiplies.

    Raises:
        MissingValueError: an input or a parameter has none.
        ValuesError: values are complex or of several seeds, or a partial is not finite.

    >>> graph = Graph.of(["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"])
    >>> point = {"xa": [-0.9, -0.4, 0.3, 0.7, 0.8], "ab": 0.6, "bc": 0.1, "cd": 0.8, "ac": 0.7}
    >>> for group in unidentifiable(graph, point):
    ...     print(group, group.directions.tolist())
    ab and bc appear only as ab + bc [[1.0, -1.0]]
    """
    known = aligned(values, graph.inputs, graph.parameters)
    for name in graph.parameters:
        refuse(f"the value of {name}", known[name], [()])
    for name in graph.inputs:
        refuse(f"the value of {name}", known[name], [(), np.shape(known[name])[:1]])
    matrix = _jacobian(graph, known)
    if not np.all(np.isfinite(matrix)):
        raise ValuesError(
            "the partials at these values are not finite", expected="a point where all are")
    others = [_jacobian(graph, _moved(graph, known, *by)) for by in ((0.31, 0.5), (0.77, 8.0))]
    return tuple(_group(graph, rows, others) for rows in _groups(_null_space(matrix)))


def _jacobian(graph: Graph, values: Mapping[str, Any]) -> Array:
    """`(outputs * batch, D)`; a point far off may overflow, and tells nothing then."""
    with np.errstate(all="ignore"):
        known = forward(graph, values)
        rows = [jacobian(graph, known, output) for output in graph.outputs]
    return np.asarray(np.concatenate(rows), np.float64)


def _moved(graph: Graph, values: Mapping[str, Any], shift: float, reach: float) -> dict[str, Any]:
    """The same data at other parameters, each moved by another part of `reach` sizes (or ones)."""
    moved = {
        name: values[name] + (0.2 + (i * shift) % 1) * reach * max(1.0, abs(values[name]))
        for i, name in enumerate(graph.parameters, 1)
    }
    return {**values, **moved}


def _null_space(matrix: Array) -> Array:
    """A basis in reduced echelon form, `(d, columns)`, so that its numbers are simple."""
    size = np.sqrt(np.sum(matrix**2, axis=0))
    seen = size > 1e-13 * size.max(initial=0.0)                 # less is what rounding leaves of 0
    scale = np.where(seen, size, 1.0)                           # parameters have units of their own
    few = matrix.shape[0] < matrix.shape[1]                     # else U would be (batch, batch)
    sizes, rows = np.linalg.svd(np.where(seen, matrix, 0.0) / scale, full_matrices=few)[1:]
    rows = _echelon(rows[int(np.sum(sizes > _ROUNDING)):]) / scale
    rows = np.array([row / row[np.flatnonzero(row)[0]] for row in rows]).reshape(rows.shape)
    simple = np.round(rows, 6) + 0.0                            # + 0.0: no -0
    return np.where(np.abs(rows - simple) <= _ROUNDING, simple, rows)


def _echelon(rows: Array) -> Array:
    """Gauss-Jordan with the largest pivot of each column."""
    rows, done = rows.copy(), 0
    for column in range(rows.shape[1]):
        if done == len(rows):
            break
        best = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[best, column]) > _ROUNDING:
            rows[[done, best]] = rows[[best, done]]
            rows[done] /= rows[done, column]
            others = np.arange(len(rows)) != done
            rows[others] -= np.outer(rows[others, column], rows[done])
            done += 1
    rows[np.abs(rows) <= _ROUNDING] = 0.0
    return rows


def _groups(directions: Array) -> Iterator[Array]:
    """The vectors that are connected by parameters in common."""
    waiting = list(directions)
    while waiting:
        group, touched = [first := waiting.pop(0)], first != 0
        while more := [row for row in waiting if np.any(touched & (row != 0))]:
            group += more
            waiting = [row for row in waiting if not np.any(touched & (row != 0))]
            touched |= np.any([row != 0 for row in more], axis=0)
        yield np.array(group)


def _group(graph: Graph, directions: Array, others: Sequence[Array]) -> Unidentifiable:
    columns = np.flatnonzero(np.any(directions != 0, axis=0))
    own = directions[:, columns]
    return Unidentifiable(
        tuple(graph.parameters[i] for i in columns), own, _null_space(own),
        all(_leaves_still(matrix[:, columns], own) for matrix in others),
    )


def _leaves_still(matrix: Array, directions: Array) -> bool:
    with np.errstate(all="ignore"):     # where the point far off overflowed: nan, so False
        change, parts = matrix @ directions.T, np.abs(matrix) @ np.abs(directions.T)
    return bool(np.all(np.abs(change) <= 10 * _ROUNDING * parts.max(initial=0.0)))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _sum(factors: Array, names: Sequence[str]) -> str:
    """The combination as an expression: `ab - 2*bc`."""
    text = ""
    for factor, name in zip(factors, names, strict=True):
        if factor:
            size = "" if abs(factor) == 1 else f"{abs(factor):.4g}*"
            sign = "-" if factor < 0 else "+" if text else ""
            text += f" {sign} {size}{name}" if text else f"{sign}{size}{name}"
    return text

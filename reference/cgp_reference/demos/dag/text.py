"""What `cgp demo dag` prints: neighbours, values and partials of samples, parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cgp_reference.demos.aligned import aligned
from cgp_reference.demos.descent import Descent, Floats
from cgp_reference.demos.loss_table import shown_steps
from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.lecture_dag import TRUTH
from cgp_reference.graph.partials import (
    GRAD_DELTA,
    Method,
    partial_var_to_param,
    partial_var_to_var,
)


def neighbours(graph: Graph) -> list[str]:
    """`depends_on` and `leads_to` of each variable."""
    return aligned([["variable", "depends on", "leads to"], *(
        [name, ", ".join(graph.depends_on.get(name, ("-",))),
         ", ".join(graph.leads_to.get(name, ("-",)))]
        for name in graph.order
    )], left=3)


def samples(
    graph: Graph, inputs: Floats, targets: Floats, start: Floats, numbers: Sequence[int]
) -> list[str]:
    """What the lecture prints at a sample, before training.

    Args:
        graph: one input xa, one output xw.
        inputs: (samples,).
        targets: (samples,).
        start: (parameters,).
        numbers: of the samples, counted from 1.
    """
    settings = dict(zip(graph.parameters, start, strict=True))
    found = ["before training: " + ", ".join(f"{name} = {value:.4f}"
                                             for name, value in settings.items()), ""]
    for number in numbers:
        xa, truth = inputs[number - 1], targets[number - 1]
        values = forward(graph, {"xa": xa, **settings})
        exact = partials(graph, values, "exact")
        finite = partials(graph, values, "finite")
        apart = max(abs(exact[pair] - finite[pair]) for pair in exact)
        found += [
            f"sample {number}: xa = {xa:.4g}, predicted xw = {values['xw']:.4g}, "
            f"true xw = {truth:.4g}, loss {abs(truth - values['xw']):.4g}",
            "partials of each node for what stands in its expression, else -", "",
            *_matrix(graph, exact), "",
            f"largest difference from finite differences, grad_delta {GRAD_DELTA:g}: {apart:.1e}",
            "",
        ]
    return found


def partials(
    graph: Graph, values: Mapping[str, Any], method: Method
) -> dict[tuple[str, str], float]:
    """(node, variable or parameter) -> partial, where it is defined."""
    variables = partial_var_to_var(graph, values, method)
    parameters = partial_var_to_param(graph, values, method)
    found = {
        (node, name): value for node, row in variables.items() for name, value in row.items()
    } | {
        # The lecture files a parameter's partial under the variable that it multiplies.
        (node, name): value for node, rows in parameters.items() for row in rows.values()
        for name, value in row.items()
    }
    return {pair: float(value) for pair, value in found.items()}


def _matrix(graph: Graph, found: Mapping[tuple[str, str], float]) -> list[str]:
    nodes = [name for name in graph.order if name not in graph.inputs]
    columns = [*(name for name in graph.order if name not in graph.outputs), *graph.parameters]
    return aligned([["", *columns], *(
        [node, *(f"{found[node, name]:.4g}" if (node, name) in found else "-" for name in columns)]
        for node in nodes
    )])


def parameters(names: Sequence[str], descent: Descent) -> list[str]:
    """Each parameter and ab + bc after some steps, and the truth."""
    steps = [k for k in shown_steps(descent.iterations) if k < len(descent.points)]
    paths = with_sum(names, descent.points)
    truth = {**TRUTH, "ab + bc": TRUTH["ab"] + TRUTH["bc"]}
    return aligned([
        ["", *(f"step {k}" if k == 0 else str(k) for k in steps), "truth"],
        *([name, *(f"{path[k]:.4f}" for k in steps), f"{truth[name]:g}"]
          for name, path in paths.items()),
    ])


def with_sum(names: Sequence[str], points: Floats) -> dict[str, Floats]:
    """What the data determine, then the two parameters that they do not; (T+1,) each."""
    found = dict(zip(names, points.T, strict=True))
    return {"cd": found["cd"], "ac": found["ac"], "ab + bc": found["ab"] + found["bc"],
            "ab": found["ab"], "bc": found["bc"]}


def ends(rows: Sequence[tuple[Descent, float, Floats | None]]) -> list[str]:
    """A row for each rule: its own distance, and the worst of its further seeds."""
    most = max((len(row[2]) for row in rows if row[2] is not None), default=0)
    return aligned([["rule", "this seed", f"worst of {most} further starts"], *(
        [one.method.label,
         "diverged" if one.diverged_at is not None else f"{own:.1e}",
         "-" if others is None else _worst(others)]
        for one, own, others in rows
    )])


def _worst(distances: Floats) -> str:
    return f"{np.max(distances):.1e}" if np.all(np.isfinite(distances)) else "diverged"

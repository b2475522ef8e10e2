r"""GD stuck in a local minimum that SGD leaves: it is one of the whole set, and of no batch.

The lecture's notation, `xw = ab*xa + ab^2*xb + bc`, has a loss with two minima: at ab = 1, where it
is 0, and near ab = -1, where only the weak `ab*xa` is wrong. The labels are exact, so that the
first is a minimum of every batch, too; the other is one of the mean of all samples alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cgp_reference.demos.aligned import aligned
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EXPRESSION = "xw=ab*xa+ab^2*xb+bc"
GRAPH = Graph.of([EXPRESSION])
XA: Floats = np.array([-0.5, -0.8, -0.6, -1.0, 0.1, 0.8, 0.1, 0.5, 1.3, 0.2, 0.2, -0.2])
XB: Floats = np.array([-1.6, 0.8, -1.8, 0.7, 0.0, 1.1, -0.1, -0.8, 0.4, -0.6, -0.2, 0.0])
MINIMUM: Floats = np.array([1.0, 0.5])
LABELS: Floats = MINIMUM[0] * XA + MINIMUM[0] ** 2 * XB + MINIMUM[1]
STUCK: Floats = np.array([-0.7753, 0.4450])
"""The local minimum, to the digits shown; the loss there is 1.588."""
START: Floats = np.array([-1.5, 0.0])
BATCH = 4
RATE = 0.1
"""Of GD and SGD: they differ in the samples that they see, and in nothing else."""
RATES = (0.01, 0.02, 0.05, RATE)
FURTHER = 32
LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"sgd": RATE, "sgd_plus": 0.02, "adagrad": 0.5, "rmsprop": 0.05, "adam": 0.1})
P1, P2 = (-2.2, 1.8), (-1.2, 1.8)
SHOWN = 4
LEAST = 1e-9
"""Of a printed loss: what is less is rounding."""
Rows = NDArray[np.intp]


def loss(points: Floats, rows: Rows | None = None) -> Floats:
    """Mean squared error of the samples in `rows`, of all without it; points (2, ...)."""
    chosen = slice(None) if rows is None else rows
    ab, bc = (each[..., None] for each in points)
    errors = ab * XA[chosen] + ab**2 * XB[chosen] + bc - LABELS[chosen]
    return np.asarray(np.mean(errors**2, axis=-1))


def gradient(point: Floats, rows: Rows | None = None) -> Floats:
    """Its gradient at a point (2,), by backpropagation through the graph."""
    chosen = np.arange(len(XA)) if rows is None else rows
    values = forward(GRAPH, {"xa": XA[chosen], "xb": XB[chosen], "ab": point[0], "bc": point[1]})
    found = backpropagate(
        GRAPH, values, {"xw": 2 * (values["xw"] - LABELS[chosen]) / len(chosen)})
    return np.array([found["ab"].sum(), found["bc"].sum()])


def batches(seed: int, iterations: int) -> Rows:
    """The samples of each step, (T, BATCH)."""
    return np.random.default_rng(seed).integers(0, len(XA), (iterations, BATCH))


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule on batches; the losses are those on all data."""
    drawn = batches(seed, iterations + 1)
    return descend(stepper, START, iterations,
                   lambda point, k: (loss(point), gradient(point, drawn[k - 1])))


def references(seed: int, iterations: int) -> list[Descent]:
    """GD and SGD from one start at one rate."""
    gd = descend(reference("sgd", "GD", RATE), START, iterations,
                 lambda point, _: (loss(point), gradient(point)))
    return [gd, follow(reference("sgd", "SGD", RATE), seed, iterations)]


@cache
def left(rate: float, seed: int, iterations: int) -> int:
    """Of the further seeds, how many of SGD's paths end on the right side of ab = 0."""
    drawn = np.stack([batches(seed + i, iterations) for i in range(1, FURTHER + 1)], axis=-1)
    ab, bc = np.repeat(START[:, None], FURTHER, axis=1)
    # Written out, for all seeds at once: through the graph a step takes 0.1 ms, and 38,400 do.
    for rows in drawn:
        xa, xb = XA[rows], XB[rows]
        errors = 2 * (ab * xa + ab**2 * xb + bc - LABELS[rows]) / BATCH
        ab, bc = (ab - rate * np.sum(errors * (xa + 2 * ab * xb), axis=0),
                  bc - rate * np.sum(errors, axis=0))
    return int(np.sum(ab > 0))


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The losses, where each rule came to, and what decides whether SGD leaves."""
    steps = descents[0].iterations
    sizes = [np.linalg.norm(gradient(STUCK, rows)) for rows in batches(seed, SHOWN)]
    return [
        f"{EXPRESSION}, mean squared error on {len(XA)} samples; batches of {BATCH} (seed {seed})",
        "", *table([replace(one, losses=np.maximum(one.losses, LEAST)) for one in descents]), "",
        *(f"{one.method.label} came to ab = {one.points[-1, 0]:.4g}, bc = {one.points[-1, 1]:.4g}"
          for one in descents),
        f"the loss is 0 at ab = 1, bc = 0.5, and {loss(STUCK):.4g} in the local minimum at "
        f"ab = {STUCK[0]:.4g}, bc = {STUCK[1]:.4g}", "",
        "the gradient there: of all samples "
        f"{'0' if np.linalg.norm(gradient(STUCK)) < 1e-3 else 'not 0'}, of the first batches "
        + ", ".join(f"{size:.2f}" for size in sizes),
        "it is a minimum for the mean of all samples, and for no batch: SGD does not stay", "",
        f"how many of {FURTHER} further seeds have left it after {steps} steps", "",
        *aligned([["SGD, lr", "left"], *(
            [f"{rate:g}", f"{left(rate, seed, steps)} of {FURTHER}"] for rate in RATES)]),
        "at a small rate the batches average out, and SGD is as stuck as GD",
    ]


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Both paths on the loss of all data, their losses, and the first batches' own surfaces."""
    from cgp_reference.demos.figure import curve, filled, style_of, trace, with_ends

    figure.set_size_inches(10.0, 7.6)
    figure.set_layout_engine("constrained")
    figure.suptitle("A local minimum of all data is none of a batch: GD stays, SGD goes on "
                    f"(seed {seed})")
    parts: Any = figure.subfigures(2, 1, height_ratios=[1.7, 1])
    above, below = parts
    paths, losses = above.subplots(1, 2)
    levels = [0.05, 0.2, 0.5, 1.0, 1.3, 1.6, 1.8, 2.2, 3.0, 5.0, 10.0, 20.0]
    heights = filled(paths, (P1, P2), loss, levels, extend="both", norm=_even(levels))
    above.colorbar(heights, ax=paths, label="loss on all data")
    for descent in descents:
        trace(paths, descent, style_of(descent, descents))
        curve(losses, descent, style_of(descent, descents))
    _marks(paths, START)
    paths.set_title("paths on the loss of all data")
    losses.set(xlabel="step", ylabel="loss", title="loss on all data after each step")
    panels = below.subplots(1, SHOWN, sharey=True)
    for number, (axes, rows) in enumerate(zip(panels, batches(seed, SHOWN), strict=True), 1):
        heights = filled(axes, (P1, P2), partial(loss, rows=rows), levels, extend="both",
                         norm=_even(levels))
        _marks(axes)
        axes.set(title=f"surface of step {number}")
        axes.label_outer()
    below.colorbar(heights, ax=panels, label="loss on the batch")
    handles, labels = with_ends(paths)
    cross = paths.plot([], [], "X", color="black", markeredgecolor="white", markersize=9)
    figure.legend([*handles, *cross], [*labels, "local minimum of all data"],
                  loc="outside lower center", ncols=5, frameon=False, handlelength=4)


def _marks(axes: Axes, start: Floats | None = None) -> None:
    from cgp_reference.demos.figure import ends

    ends(axes, START if start is None else start, MINIMUM)
    axes.plot(*STUCK, "X", color="black", markeredgecolor="white", markersize=9)


def _even(levels: Sequence[float]) -> Any:
    from matplotlib.colors import BoundaryNorm

    return BoundaryNorm(levels, 256, extend="both")


DEMO = Demo(
    "local-minimum", "GD stuck in a local minimum that SGD leaves", 300, LEARNING_RATES, references,
    follow, lines, draw,
)

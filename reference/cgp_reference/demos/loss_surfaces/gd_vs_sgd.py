"""GD on all data beside SGD on batches of four: the surface that SGD descends changes at each step.

Both begin at the same point of the same neuron. The loss is a sum over samples (Eq. 4), so SGD's
learning rate is larger by as much as its batches are smaller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_surfaces.neuron import OVERLAPPING as NEURON
from cgp_reference.demos.loss_table import table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure, SubFigure

BATCH = 4
GD_RATE = 0.2
LEARNING_RATES: Mapping[str, float] = MappingProxyType({
    "sgd": GD_RATE * len(NEURON.x) / BATCH, "sgd_plus": 0.06, "adagrad": 1.0, "rmsprop": 0.1,
    "adam": 0.2,
})
START: Floats = np.array([-2.5, 3.0])
P1, P2 = (-4.0, 6.0), (-4.0, 6.0)
SHOWN = 4
"""How many of the first batches have a panel of their own."""


def batches(seed: int, iterations: int) -> NDArray[np.intp]:
    """The samples of each step, (T, BATCH): every sample once, in random order, then all again.

    >>> sorted(int(i) for batch in batches(0, 3) for i in batch) == [*range(12)]
    True
    """
    rng = np.random.default_rng(seed)
    passes = -(-iterations * BATCH // len(NEURON.x))
    order = np.concatenate([rng.permutation(len(NEURON.x)) for _ in range(passes)])
    return order[: iterations * BATCH].reshape(iterations, BATCH)


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule on batches; the losses are those on all data."""
    drawn = batches(seed, iterations + 1)
    return descend(
        stepper, START, iterations,
        lambda point, k: (NEURON.loss(point), NEURON.gradient(point, drawn[k - 1])),
    )


def references(seed: int, iterations: int) -> list[Descent]:
    """The descents of GD and of SGD."""
    gd = descend(
        reference("sgd", "GD", GD_RATE), START, iterations,
        lambda point, _: (NEURON.loss(point), NEURON.gradient(point)),
    )
    return [gd, follow(reference("sgd", "SGD", LEARNING_RATES["sgd"]), seed, iterations)]


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The losses every so often, and what they cost."""
    samples, steps = len(NEURON.x), descents[0].iterations
    return [
        f"loss on all {samples} samples; GD sees all of them at each step, every other rule "
        f"{BATCH} (seed {seed})", "",
        *table(descents), "",
        f"samples seen in {steps} steps: GD {steps * samples}, every other rule {steps * BATCH}",
    ]


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """The paths on the surface of all data, their losses, and the surfaces of the first batches."""
    from matplotlib.lines import Line2D

    from cgp_reference.demos.figure import STYLES, curve, ends, style_of, trace, with_ends

    figure.set_size_inches(10.0, 7.6)
    figure.set_layout_engine("constrained")
    figure.suptitle("GD descends one surface; SGD a new one at each step, so its path is rough "
                    f"(seed {seed})")
    # Two figures in one, else the colour bar above would tear the panels below apart.
    parts: Any = figure.subfigures(2, 1, height_ratios=[1.7, 1])
    above, below = parts
    paths, losses = above.subplots(1, 2)
    heights = _surface(paths, NEURON.all)
    above.colorbar(heights, ax=paths, label="loss on all data", ticks=range(0, 10, 3))
    for descent in descents:
        trace(paths, descent, style_of(descent, descents))
        curve(losses, descent, style_of(descent, descents))
    ends(paths, START, NEURON.minimum)
    paths.set_title("paths on the loss of all data")
    losses.set(xlabel="step", ylabel="loss", title="loss on all data after each step")
    _batches(below, descents[1], seed)
    handles, labels = with_ends(paths)
    arrow = Line2D([], [], color=STYLES["SGD"].colour, marker=r"$\rightarrow$", markersize=14,
                   linestyle="")
    figure.legend([*handles, arrow], [*labels, "direction of SGD's step"],
                  loc="outside lower center", ncols=5, frameon=False, handlelength=4)


def _surface(axes: Axes, rows: NDArray[np.intp]) -> QuadContourSet:
    from cgp_reference.demos.figure import filled

    levels = np.linspace(0, 9 if len(rows) > BATCH else BATCH, 13)
    return filled(axes, (P1, P2), lambda points: NEURON.loss(points, rows), levels.tolist())


def _batches(figure: SubFigure, sgd: Descent, seed: int) -> None:
    """Each of the first batches' own surface, and which way SGD goes on it."""
    from cgp_reference.demos.figure import STYLES

    drawn = batches(seed, sgd.iterations)[:SHOWN]
    panels = figure.subplots(1, len(drawn), sharey=True, squeeze=False)[0]
    # SGD may have diverged before it came to the last of them.
    seen = zip(panels, drawn, sgd.points, sgd.points[1:], strict=False)
    for number, (axes, rows, one, two) in enumerate(seen, start=1):
        heights = _surface(axes, rows)
        # Two units long: the steps themselves are too short to see.
        tip = one + 2 * (two - one) / np.linalg.norm(two - one)
        axes.annotate("", tip, one, arrowprops={
            "arrowstyle": "-|>", "color": STYLES["SGD"].colour, "lw": 2, "shrinkA": 0})
        axes.set(title=f"surface of step {number}", xticks=range(-4, 7, 2))
        axes.label_outer()
    figure.colorbar(heights, ax=panels, label="loss on the batch", ticks=range(BATCH + 1))


DEMO = Demo(
    "gd-vs-sgd", "GD on all data beside SGD on batches of four, whose surface changes", 80,
    LEARNING_RATES, references, follow, lines, draw,
)

"""The lecture's loss surface, here of one neuron with two parameters, and gradient descent on it.

The data stay the same throughout, so the surface does: all of them are in each gradient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_surfaces.neuron import OVERLAPPING as NEURON
from cgp_reference.demos.loss_table import table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"sgd": 0.2, "sgd_plus": 0.02, "adagrad": 1.0, "rmsprop": 0.1, "adam": 0.2}
)
STARTS = ((-3.5, -1.5), (-4.0, 4.0))
"""Smallest and largest p1, smallest and largest p2: the high side, a negative weight."""
P1, P2 = (-4.0, 6.0), (-6.0, 6.0)
POINTS = 41
"""Of the drawn surface, along each parameter; each cell is a polygon of the SVG."""


def start(seed: int) -> Floats:
    """Where the descent begins."""
    low, high = np.array(STARTS).T
    return np.asarray(np.random.default_rng(seed).uniform(low, high))


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule."""
    return descend(
        stepper, start(seed), iterations,
        lambda point, _: (NEURON.loss(point), NEURON.gradient(point)),
    )


def references(seed: int, iterations: int) -> list[Descent]:
    """The descent of GD."""
    return [follow(reference("sgd", "GD", LEARNING_RATES["sgd"]), seed, iterations)]


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The losses every so often, and where each rule came to."""
    ends = [
        f"{descent.method.label} came to p1 = {p1:.4g}, p2 = {p2:.4g}"
        for descent in descents for p1, p2 in descent.points[-1:]
    ]
    p1, p2 = NEURON.minimum
    return [
        f"sum of the squared errors of one neuron on {len(NEURON.x)} samples (seed {seed})", "",
        *table(descents), "", *ends,
        f"the loss is least, {NEURON.loss(NEURON.minimum):.3g}, at p1 = {p1:.4g}, p2 = {p2:.4g}",
    ]


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """The surface, the paths on it, and both once more on the floor."""
    from cgp_reference.demos.figure import surface_colours, with_ends

    figure.set_size_inches(8.5, 6.2)
    figure.set_layout_engine("constrained")
    figure.suptitle("Gradient descent follows the steepest way down the loss surface "
                    f"(seed {seed})")
    # The stubs know the flat axes alone.
    axes: Any = figure.add_subplot(projection="3d", computed_zorder=False)
    floor = -4.0
    p1, p2 = np.meshgrid(np.linspace(*P1, POINTS), np.linspace(*P2, POINTS))
    heights = NEURON.loss(np.array([p1, p2]))
    axes.contour(p1, p2, heights, 12, zdir="z", offset=floor, colors="#6B727A", linewidths=0.8,
                 zorder=1)
    surface = axes.plot_surface(p1, p2, heights, cmap=surface_colours(), rcount=POINTS,
                                ccount=POINTS, linewidth=0.15, edgecolor="#6B727A", zorder=3)
    for descent in descents:
        _path(axes, descent, descents, floor)
    axes.set(xlim=P1, ylim=P2, zlim=(floor, 10), xlabel="parameter p1", ylabel="parameter p2",
             zlabel="loss", zticks=range(0, 11, 2))
    axes.view_init(elev=32, azim=-60)
    axes.set_box_aspect((1, 1, 0.75), zoom=1.05)
    figure.colorbar(surface, ax=axes, label="loss (sum of squared errors)", shrink=0.55, pad=0.08)
    p1, p2 = NEURON.minimum
    axes.plot([p1], [p2], NEURON.loss(NEURON.minimum) + 0.05, "*", color="black", markersize=13,
              markeredgecolor="white", linestyle="", zorder=7)
    figure.legend(*with_ends(axes), loc="outside lower center", ncols=3, frameon=False,
                  handlelength=4)


def _path(axes: Any, descent: Descent, descents: Sequence[Descent], floor: float) -> None:
    """What lies in view: a 3-D axes does not clip."""
    from cgp_reference.demos.figure import label_of, style_of

    style = style_of(descent, descents)
    p1, p2 = descent.points.T
    seen = (P1[0] <= p1) & (p1 <= P1[1]) & (P2[0] <= p2) & (p2 <= P2[1])
    p1, p2, heights = (np.where(seen, values, np.nan) for values in (p1, p2, descent.losses))
    every = max(1, len(p1) // 12)
    # Raised by a hair, which the surface would cover otherwise.
    axes.plot(p1, p2, heights + 0.05, color="white", linewidth=3.5, zorder=5)
    axes.plot(p1, p2, heights + 0.05, color=style.colour, linestyle=style.dash,
              marker=style.marker, markevery=every, zorder=6, label=label_of(descent))
    axes.plot(p1, p2, np.full(len(p1), floor), color=style.colour, linestyle=style.dash,
              linewidth=1, zorder=2)
    axes.plot(p1[:1], p2[:1], heights[:1] + 0.05, "o", color="black", markerfacecolor="white",
              markersize=7, zorder=7)


DEMO = Demo(
    "loss-surface", "the loss over two parameters of a neuron, and gradient descent on it", 60,
    LEARNING_RATES, references, follow, lines, draw,
)

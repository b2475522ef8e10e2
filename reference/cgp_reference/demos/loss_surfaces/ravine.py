r"""The narrow valley of the lecture's last section, and how five step-size rules get through it.

The loss is :math:`L = \frac12 p^T A p`, a hundred times as steep across the valley as along it, and
the valley lies askew to the parameters, so that no rule gains by treating these one by one. Each
step's gradient has noise added, the same for every rule, as if from a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import LABELS, Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure

STEEPNESS = 100.0
"""Second derivative across the valley; along it 1. In loss units per parameter unit squared."""
ANGLE = np.deg2rad(25.0)
NOISE = 0.5
"""Standard deviation of each entry of a gradient, in loss units per parameter unit."""
TARGET = 1.0
"""In loss units; the descent begins at about 125."""

_cos, _sin = np.cos(ANGLE), np.sin(ANGLE)
ROTATION: Floats = np.array([[_cos, -_sin], [_sin, _cos]])
"""Columns: the directions along the valley and across it."""
MATRIX: Floats = ROTATION @ np.diag([1.0, STEEPNESS]) @ ROTATION.T
START: Floats = ROTATION @ np.array([-9.0, 1.3])
MINIMUM: Floats = np.zeros(2)

LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    # SGD diverges from 0.02 = 2 / STEEPNESS; the others by trial, in steps of 1, 2, 5.
    {"sgd": 0.019, "sgd_plus": 0.005, "adagrad": 2.0, "rmsprop": 0.1, "adam": 0.5}
)

P1, P2 = (-11.0, 3.0), (-6.5, 3.0)
LEVELS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)


def loss(point: Floats) -> Floats:
    """Height of the valley at points (2, ...)."""
    return np.asarray(0.5 * np.einsum("i...,ij,j...->...", point, MATRIX, point))


def noise(seed: int, iterations: int) -> Floats:
    """What is added to the gradient of each step, (T, 2)."""
    return NOISE * np.random.default_rng(seed).standard_normal((iterations, 2))


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule."""
    added = noise(seed, iterations + 1)
    return descend(
        stepper, START, iterations,
        lambda point, k: (loss(point), MATRIX @ point + added[k - 1]),
    )


def references(seed: int, iterations: int) -> list[Descent]:
    """The descents of SGD, SGD+, AdaGrad, RMSProp and Adam."""
    return [
        follow(reference(rule, LABELS[rule], rate), seed, iterations)
        for rule, rate in LEARNING_RATES.items()
    ]


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The losses every so often, and when each rule is through."""
    return [
        f"loss in a valley {STEEPNESS:g} times as steep across as along (seed {seed})", "",
        *table(descents, TARGET),
    ]


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """A panel for each rule, a student's drawn over the reference's; and the loss of all."""
    from cgp_reference.demos.figure import curve, ends, label_of, style_of, trace, with_ends

    panels = _panels(descents)
    rows = -(-(len(panels) + 1) // 3)
    figure.set_size_inches(11.0, 1.5 + 2.7 * rows)
    figure.set_layout_engine("constrained")
    figure.suptitle("In a narrow valley SGD crosses from side to side; momentum comes through "
                    f"sooner (seed {seed})")
    grid = [figure.add_subplot(rows, 3, i + 1) for i in range(len(panels) + 1)]
    for axes, shown in zip(grid, panels, strict=False):
        heights = _valley(axes)
        for descent in shown:
            trace(axes, descent, style_of(descent, descents))
        ends(axes, START, MINIMUM)
        axes.set_title(label_of(shown[0], rate=False))
    last = grid[-1]
    for descent in descents:
        curve(last, descent, style_of(descent, descents))
    _losses(last)
    figure.colorbar(heights, ax=grid, label="loss", shrink=0.6, format="%g")
    figure.legend(*with_ends(last), loc="outside lower center", ncols=4, frameon=False,
                  handlelength=4)


def _panels(descents: Sequence[Descent]) -> list[list[Descent]]:
    """Descents of rules of one name together, in the order of their first."""
    panels: dict[str, list[Descent]] = {}
    for descent in descents:
        panels.setdefault(descent.method.rule, []).append(descent)
    return list(panels.values())


def _valley(axes: Axes) -> QuadContourSet:
    from matplotlib.colors import LogNorm

    from cgp_reference.demos.figure import filled

    heights = filled(
        axes, (P1, P2), loss, LEVELS, norm=LogNorm(LEVELS[0], LEVELS[-1]), extend="min")
    axes.set_aspect("equal")
    return heights


def _losses(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.axhline(TARGET, color="black", linewidth=0.8)
    axes.annotate(f"target {TARGET:g}", (0.01, TARGET), xycoords=("axes fraction", "data"),
                  xytext=(0, 2), textcoords="offset points")
    # One rule that diverges does not press the others together.
    axes.set_ylim(top=min(axes.get_ylim()[1], LEVELS[-1]))
    axes.set(xlabel="step", ylabel="loss", title="loss after each step")


DEMO = Demo(
    "ravine", "SGD, SGD+, AdaGrad, RMSProp and Adam in a narrow valley", 120, LEARNING_RATES,
    references, follow, lines, draw,
)

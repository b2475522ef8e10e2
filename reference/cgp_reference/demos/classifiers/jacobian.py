r"""The Jacobian of one neuron (Eq. 9), and three methods that use it (Eqs. 5 to 8).

Gradient descent takes :math:`-J^T \epsilon` for its direction. Gauss-Newton solves the linearised
problem; Levenberg-Marquardt does so with a damping that falls as long as the loss does.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos.classifiers.classifier import batches
from cgp_reference.demos.classifiers.one_neuron import NEURON
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import FAR, Descent, Floats, Method, Stepper, descend
from cgp_reference.demos.loss_table import table
from cgp_reference.train.least_squares import (
    Path,
    Problem,
    gauss_newton,
    gradient_descent,
    levenberg_marquardt,
    network_problem,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = ("ab", "bc", "cd", "ac", "bias")
"""The lecture's parameters of xw=ab*xa+bc*xb+cd*xc+ac*xd."""
COUNT = 32
"""Batches of eight that make the data of the descents: one alone often has no least loss."""
GD_RATE = 0.02
LEARNING_RATES = MappingProxyType(
    {"sgd": GD_RATE, "sgd_plus": 0.002, "adagrad": 0.5, "rmsprop": 0.1, "adam": 0.2}
)
DELTA = 1e-3
"""Of the finite differences: their own error, about DELTA^2, hides the rounding's."""


def start(seed: int) -> Floats:
    """Where all begin, (5,): weights of the wrong sign, from which not every jump leads down."""
    return -2 * NEURON.start(seed)


def problem(seed: int) -> Problem:
    """The samples of the first batches of a seed, all at once."""
    inputs, labels = batches(seed, COUNT)
    return network_problem(NEURON.network, inputs.reshape(4, -1), labels.ravel())


def jacobian(seed: int) -> Floats:
    """Eq. 9 at the start: a row per sample, a column per parameter."""
    return -problem(seed)(start(seed))[1]


def differences(seed: int) -> Floats:
    """The same by central differences of the predictions."""
    measure, point = problem(seed), start(seed)
    columns = [
        (measure(point - step)[0] - measure(point + step)[0]) / (2 * DELTA)
        for step in DELTA * np.eye(len(point))
    ]
    return np.stack(columns, axis=1)


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule on the gradient of all samples, Eq. 7."""
    measure = problem(seed)

    def measured(point: Floats, _: int) -> tuple[float, Floats]:
        errors, slopes = measure(point)
        return float(errors @ errors), 2 * slopes.T @ errors

    return descend(stepper, start(seed), iterations, measured)


def references(seed: int, iterations: int) -> list[Descent]:
    """The descents of GD, Gauss-Newton and Levenberg-Marquardt."""
    measure, point = problem(seed), start(seed)
    paths = (
        (Method("GD", "gd", GD_RATE), gradient_descent(measure, point, iterations, GD_RATE)),
        (Method("Gauss-Newton", "gauss_newton", None), gauss_newton(measure, point, iterations)),
        (Method("Levenberg-Marquardt", "levenberg_marquardt", None),
         levenberg_marquardt(measure, point, iterations, damping=1e-3)),
    )
    return [limited(method, path, iterations) for method, path in paths]


def limited(method: Method, path: Path, iterations: int) -> Descent:
    """Up to the first point that is far, as a rule's descent."""
    near = np.abs(path.points).max(axis=1) <= FAR
    kept = len(near) if near.all() else int(np.argmin(near))
    return Descent(method, path.points[:kept], path.losses[:kept], iterations)


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The Jacobian of the first batch, its check, and the losses of the three methods."""
    exact = jacobian(seed)
    apart = np.abs(exact - differences(seed)).max()
    samples = len(exact)
    return [
        f"Jacobian (Eq. 9) of one neuron at the start, first 8 of {samples} samples (seed {seed})",
        "", *_rows(exact[:8]), "",
        f"largest difference from central differences of step {DELTA:g}, all samples: {apart:.1e}",
        "",
        f"sum of the squared errors (Eq. 5) on {samples} samples", "",
        *table(descents),
    ]


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """The loss after each step."""
    from cgp_reference.demos.figure import curve, style_of

    figure.set_size_inches(7.5, 5.0)
    figure.set_layout_engine("constrained")
    figure.suptitle(f"GD beside two methods that solve with the Jacobian (seed {seed})")
    axes = figure.add_subplot()
    for descent in descents:
        curve(axes, descent, style_of(descent, descents))
    axes.set(xlabel="step", ylabel="loss (sum of squared errors)")
    figure.legend(loc="outside lower center", ncols=3, frameon=False, handlelength=4)


def _rows(matrix: Floats) -> list[str]:
    header = ["sample", *NAMES]
    body = [[str(number), *(f"{value:.5f}" for value in row)]
            for number, row in enumerate(matrix, start=1)]
    return ["  ".join(text.rjust(8) for text in row)[2:] for row in [header, *body]]


DEMO = Demo(
    "jacobian", "the Jacobian of one neuron; GD, Gauss-Newton and Levenberg-Marquardt with it", 30,
    LEARNING_RATES, references, follow, lines, draw,
)

r"""Sparse gradients: AdaGrad's rate vanishes, RMSProp's does not.

A linear fit to features of which most are rare (`problems/sparse.py` has the data). Half-way what
is to be learned turns its sign: whoever has no rate left stays with what was right before. A rule's
rate for a parameter is its step divided by the gradient, where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos.aligned import aligned
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import LABELS, Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import shown_steps, table
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.problems.draws import places, uniform
from cgp_reference.problems.sparse import BATCH, FEATURES, SIZE, bank, frequency
from cgp_reference.train import uniform_start

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"sgd": 0.01, "adagrad": 0.1, "rmsprop": 0.01, "sgd_plus": 0.01, "adam": 0.01})
SHOWN = ("sgd", "adagrad", "rmsprop")
OFTEN, RARE = 0, 20
"""Two of the features: in every second sample, and in one of a hundred."""


@cache
def data(seed: int, iterations: int) -> tuple[Floats, Floats]:
    """The samples of each step, (T, FEATURES, BATCH), and what is first to be learned, (FEATURES,).
    """
    drawn = places(SIZE, BATCH, iterations, [seed])[..., 0]
    return np.moveaxis(bank()[:, drawn], 0, 1), uniform(-1.0, 1.0, FEATURES, [seed])[:, 0]


def measured(point: Floats, k: int, seed: int, iterations: int) -> tuple[float, Floats]:
    """Loss and gradient at step k = 1, 2, …; from the middle on the truth has the other sign."""
    samples, truth = data(seed, iterations + 1)
    errors = (point - (truth if k <= iterations // 2 else -truth)) @ samples[k - 1]
    return float(errors @ errors) / BATCH, samples[k - 1] @ errors * (2 / BATCH)


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule."""
    return descend(stepper, uniform_start(FEATURES, [seed])[:, 0], iterations,
                   lambda point, k: measured(point, k, seed, iterations))


def references(seed: int, iterations: int) -> list[Descent]:
    """The descents of SGD, AdaGrad and RMSProp."""
    return [
        follow(reference(rule, LABELS[rule], LEARNING_RATES[rule], FEATURES), seed, iterations)
        for rule in SHOWN
    ]


def rates(descent: Descent, feature: int, seed: int) -> Floats:
    """Step over gradient of one feature's weight, (T,); where it has none, that of before.

    Of AdaGrad `lr / sqrt(s + eps)`, of RMSProp `lr / sqrt(v + eps)`; nan before the first.
    """
    points, found = descent.points, np.full(len(descent.points) - 1, np.nan)
    for k in range(1, len(points)):
        gradient = measured(points[k - 1], k, seed, descent.iterations)[1][feature]
        found[k - 1] = ((points[k - 1, feature] - points[k, feature]) / gradient
                        if abs(gradient) > 1e-9 else found[k - 2] if k > 1 else np.nan)
    return found


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """How sparse gradients are, the losses, each rule's rate for a frequent and a rare one."""
    steps = descents[0].iterations
    span = every(steps)
    samples, _ = data(seed, steps + 1)
    none = np.mean(~samples[:steps].any(axis=2))
    return [
        f"a linear fit, {FEATURES} features in batches of {BATCH} samples; after {steps // 2} of "
        f"{steps} steps what is right turns its sign (seed {seed})",
        f"of a gradient's entries {none:.0%} are exactly 0: feature {OFTEN} is in "
        f"{frequency()[OFTEN]:.0%} of the samples, feature {RARE} in {frequency()[RARE]:.0%}", "",
        f"{called(span)}", "",
        *table([averaged(descent, span) for descent in descents]), "",
        "rate: step over gradient, of the last gradient that was not 0", "",
        *_rates(descents, seed), "",
        "AdaGrad divides by the root of all squares so far: a rare feature keeps a larger rate,",
        "and every rate falls for good; RMSProp divides by their average, and goes on",
    ]


def _rates(descents: Sequence[Descent], seed: int) -> list[str]:
    steps = [max(k, 1) for k in shown_steps(descents[0].iterations)]
    rows = [["rule", "feature", *(f"step {k}" if k == 1 else str(k) for k in steps)]]
    for descent in descents:
        for name, feature in (("frequent", OFTEN), ("rare", RARE)):
            found = rates(descent, feature, seed)
            shown = [found[k - 1] if k <= len(found) else np.nan for k in steps]
            rows.append([descent.method.label, name,
                         *("-" if np.isnan(each) else f"{each:.2g}" for each in shown)])
    return aligned(rows, left=2)


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Losses on the left, the rates of two features on the right."""
    figure.set_size_inches(11.0, 5.0)
    figure.set_layout_engine("constrained")
    figure.suptitle("What is right turns its sign half-way: AdaGrad's rate has fallen for good by "
                    f"then, RMSProp's rises again (seed {seed})")
    losses, *panels = figure.subplots(1, 3)
    for descent in descents:
        mean = averaged(descent, every(descent.iterations))
        _curve(losses, mean.losses, descent, descents)
        for axes, feature in zip(panels, (OFTEN, RARE), strict=True):
            _curve(axes, rates(descent, feature, seed), descent, descents)
    losses.set(xlabel="step", ylabel=called(every(descents[0].iterations)), yscale="log",
               title="loss")
    for axes, name, feature in zip(panels, ("frequent", "rare"), (OFTEN, RARE), strict=True):
        axes.set(xlabel="step", ylabel="step over gradient", yscale="log",
                 title=f"rate of a {name} feature's weight ({frequency()[feature]:.0%})")
    for axes in (losses, *panels):
        axes.axvline(descents[0].iterations // 2, color="black", linewidth=0.8,
                     linestyle=(0, (1, 2)))
    handles, labels = losses.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False,
                  handlelength=4)


def _curve(axes: Axes, values: Floats, descent: Descent, descents: Sequence[Descent]) -> None:
    from cgp_reference.demos.figure import label_of, style_of

    style = style_of(descent, descents)
    axes.plot(values, color=style.colour, linestyle=style.dash, marker=style.marker,
              markevery=max(1, len(values) // 10), label=label_of(descent))


DEMO = Demo(
    "sparse", "sparse gradients: AdaGrad's vanishing rate, and RMSProp's cure", 2000,
    LEARNING_RATES, references, follow, lines, draw,
)

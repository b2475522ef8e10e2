"""The lecture's demo of extending Autograd: what a quantizer costs, and what its backward means.

The 2-10-2 network is trained a sample a step, as the lecture trains it: straight, and with its
inputs quantized, where the quantizer's backward is never run. Two trainings more quantize the
hidden layer, where it is: with the error fed back, and without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.data import Samples, bivariate
from cgp_reference.demos import learning_curves
from cgp_reference.demos.demo import Demo, Extension, Progress
from cgp_reference.demos.descent import Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.optimizers import RULES
from cgp_reference.quantization.network import QuantizedNetwork, train_quantized
from cgp_reference.quantization.quantizer import LARGEST

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRAIGHT, INPUT = "straight", "input quantized"
HIDDEN, NO_FEEDBACK = "hidden quantized", "hidden, no feedback"
NETWORKS: Mapping[str, QuantizedNetwork] = MappingProxyType({
    STRAIGHT: QuantizedNetwork(),
    INPUT: QuantizedNetwork("input"),
    HIDDEN: QuantizedNetwork("hidden"),
    NO_FEEDBACK: QuantizedNetwork("hidden", feedback=False),
})
LEARNING_RATES: Mapping[str, float] = MappingProxyType({
    # SGD: the lecture's slides. The others by trial, on 32 seeds of the straight network.
    "sgd": 1e-3, "sgd_plus": 2e-4, "adagrad": 0.1, "rmsprop": 1e-3, "adam": 1e-3,
})
PER_CLASS = 1000
EPOCH = 2 * PER_CLASS
FURTHER = 32
EVERY, LINES = 200, 5
"""The lecture prints every 200th loss, 50 lines a training; here five of them, evenly spread."""


@cache
def samples() -> Samples:
    """The lecture's two normal clouds, the same for all seeds."""
    return bivariate(PER_CLASS, seed=0)


def trained(network: QuantizedNetwork, stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule on one of the networks; a loss is that of the next step's sample."""
    inputs, labels = network.inputs(samples()), samples().labels

    def measured(point: Floats, k: int) -> tuple[float, Floats]:
        i = (k - 1) % EPOCH
        loss, gradient = network.gradient(point[:, None], inputs[i], labels[i])
        return loss[0], gradient[:, 0]

    return descend(stepper, network.start([seed])[:, 0], iterations, measured)


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule more, on the straight network."""
    return trained(NETWORKS[STRAIGHT], stepper, seed, iterations)


def extended(label: str, extension: Extension, seed: int, iterations: int) -> Descent:
    """The descent of SGD with a student's extension where the quantizer stands: behind ReLU.

    As there, a unit beyond what a byte holds is cut off, and passes no gradient.
    """
    network = NETWORKS[STRAIGHT]
    inputs, labels = network.inputs(samples()), samples().labels
    ends = network.layers[0] * network.layers[1]

    def measured(point: Floats, k: int) -> tuple[float, Floats]:
        i = (k - 1) % EPOCH
        first = point[:ends].reshape(network.layers[:2])
        last = point[ends:].reshape(network.layers[1:])
        sums = inputs[i] @ first
        given = np.clip(sums, 0.0, LARGEST)
        hidden = extension.forward(given)
        error = hidden @ last - labels[i]
        passed = extension.backward(given, last @ (2 * error)) * ((sums > 0) & (sums < LARGEST))
        gradient = np.concatenate([np.outer(inputs[i], passed).ravel(),
                                   np.outer(hidden, 2 * error).ravel()])
        return float(error @ error), gradient

    stepper = reference("sgd", label, LEARNING_RATES["sgd"], network.size)
    # What is not finite ends a descent; it shall not fill the terminal as well.
    with np.errstate(all="ignore"):
        return descend(replace(stepper, rule="extension", plugin=True),
                       network.start([seed])[:, 0], iterations, measured)


def references(
    seed: int, iterations: int, progress: Progress | None = None
) -> list[Descent]:
    """SGD on each of the networks, each with its further seeds: same starts, same samples."""
    rate, further = LEARNING_RATES["sgd"], range(seed + 1, seed + 1 + FURTHER)
    tell, descents = progress or (lambda done: None), list[Descent]()
    for label, network in NETWORKS.items():
        one = trained(network, reference("sgd", label, rate, network.size), seed, iterations)
        tell((len(descents) + 0.5) / len(NETWORKS))
        others = train_quantized(
            network, samples(), RULES["sgd"], {"lr": rate}, iterations + 1, further)
        descents.append(replace(one, others=others.losses))
        tell(len(descents) / len(NETWORKS))
    return descents


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The lecture's lines, a table, what the bytes cost, and what the backward means."""
    straight, extended, *_ = descents
    steps = straight.iterations
    span = every(steps)
    rate = LEARNING_RATES["sgd"]
    return [
        f"2-10-2 network, a sample a step, {EPOCH} samples an epoch (seed {seed})",
        f"SGD, lr {rate:g} as on the lecture's slides; with the 1e-6 of its script five epochs "
        "do not get there", "",
        f"{STRAIGHT}:", *printed(straight.losses[:steps]), "",
        f"extended, {INPUT}:", *printed(extended.losses[:steps]), "",
        f"{called(span)}; last column: {FURTHER} further seeds, at the end", "",
        *table([averaged(descent, span) for descent in descents]), "",
        *costs(descents), "",
        *MEANING, *checked(seed),
    ]


def printed(losses: Floats) -> list[str]:
    """The lecture's lines, evenly spread, the first and the last among them.

    >>> printed(np.arange(4200.0))[-2:]
    ['epoch=1 i=1199 3199.0000', 'epoch=2 i=199 4199.0000']
    """
    last = len(losses) // EVERY - 1
    if last < 0:
        return [f"({EVERY} samples or more have a line)"]
    shown = sorted({round(i) for i in np.linspace(0, last, LINES)})
    places = [(number + 1) * EVERY - 1 for number in shown]
    return [f"epoch={k // EPOCH} i={k % EPOCH} {losses[k]:.4f}" for k in places]


def costs(descents: Sequence[Descent]) -> list[str]:
    """What each quantizer adds to the mean loss of the last epoch, seed by seed."""
    seen = min(EPOCH, descents[0].iterations + 1)
    means = {descent.method.label: descent.others[-EPOCH:].mean(axis=0)
             for descent in descents if descent.others is not None}
    straight = means.pop(STRAIGHT)
    rows = [f"what the loss of precision costs: mean loss of the last {seen} samples, each seed "
            "against", f"itself in the {STRAIGHT} training; median (5 to 95 %)"]
    for label, mean in means.items():
        low, median, high = np.quantile(100 * (mean / straight - 1), [0.05, 0.5, 0.95])
        rows.append(f"  {label:<19} {median:+.0f} % ({low:+.0f} to {high:+.0f} %)")
    return rows


MEANING = (
    "what the backward means: it passes g + (x - q) for the g that arrives at the byte q of x",
    "  g is the straight-through gradient: the cut is taken for the identity",
    "  x - q is the gradient of 1/2 |x - q|^2 at fixed q, a commitment penalty: it draws x to q",
    "  the input needs no gradient, so there it is never run; in the hidden layer it is, and since",
    "  x - q is never negative, it can only push units down, until the network answers 1.5 to all",
    "  samples, a loss of 0.5; without the feedback the same bytes cost little",
)


def checked(seed: int) -> list[str]:
    """Autograd asked for the gradient, and central differences for that of the two terms."""
    # Only here: torch takes a second to import, and no other demo needs it.
    from cgp_reference.quantization.autograd_extension import passed_on

    x, g = np.random.RandomState([seed, 3]).uniform(0, 10, (2, 8))
    q, step = np.floor(x), 1e-3
    passed = passed_on(x, g)

    def terms(point: Floats) -> float:
        return float(g @ point + 0.5 * np.sum((point - q) ** 2))

    slope = [(terms(x + row) - terms(x - row)) / (2 * step) for row in step * np.eye(8)]
    return [
        f"  passed on, less g + (x - q): {_size(passed - (g + (x - q)))}",
        f"  passed on, less central differences of g x + 1/2 |x - q|^2: {_size(passed - slope)}",
    ]


def _size(differences: Floats) -> str:
    """The digits of a rounding error are the machine's: not shown."""
    largest = float(np.abs(differences).max())
    if not largest:
        return "0"
    return "below 1e-09" if largest < 1e-9 else f"{largest:.1e}"


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Loss curves of the printed seed, and median and band of the further ones."""
    learning_curves.draw(
        figure, descents, f"Extending Autograd: a quantizer in a 2-10-2 network (seed {seed})")
    # The start, some hundred times what is left at the end, would press all curves together.
    span = every(descents[0].iterations)
    end = max(averaged(descent, span).losses[-1] for descent in descents)
    axes = figure.axes[0]
    axes.set_ylim(top=min(axes.get_ylim()[1], 5 * end))


DEMO = Demo(
    "extend-autograd", "a quantizer as an extension of Autograd: its cost, and its backward",
    5 * EPOCH, LEARNING_RATES, references, follow, lines, draw, watched=references,
    extended=extended,
)

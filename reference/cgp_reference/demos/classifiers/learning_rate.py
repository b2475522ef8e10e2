"""What the learning rate does: far too small, small enough, too large, and decreasing.

The network is the lecture's on `torch.nn`: layers 4-2-1, ReLU in the hidden units, nothing behind
the output, begun as `torch.nn.Linear` begins; its loss is summed over the batch, as its script says
(`reduction="sum"`), so that the rates are the script's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.decorator import optimizer
from cgp_reference.demos import learning_curves
from cgp_reference.demos.classifiers.classifier import BATCH, FURTHER, batches, source
from cgp_reference.demos.demo import Demo, Progress
from cgp_reference.demos.descent import Descent, Floats, Stepper, descend
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import sgd
from cgp_reference.rule import Rule
from cgp_reference.train import train_together, uniform_start

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NETWORK = LayeredNetwork((4, 2, 1), ("relu", "identity"))
REACH: Floats = np.repeat([4**-0.5, 2**-0.5], [2 * 5, 3])
"""Of each parameter at the start: 1 / sqrt(sources), as in `torch.nn.Linear`."""
HALF = 100
"""After so many steps the decreasing rate is half of what it was."""
LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"sgd": 1e-3, "sgd_plus": 1e-4, "adagrad": 0.1, "rmsprop": 1e-3, "adam": 1e-2})


@optimizer()
def decreasing(g: Floats, k: int, lr: float = 5e-2, half: int = HALF) -> Floats:
    """SGD whose rate is `lr / (1 + (k - 1) / half)` in step k."""
    return lr / (1 + (k - 1) / half) * g


CONTESTANTS: Mapping[str, tuple[Rule, float]] = MappingProxyType({
    "rate 1e-6": (sgd, 1e-6), "rate 1e-3": (sgd, 1e-3), "rate 5e-2": (sgd, 5e-2),
    "decreasing": (decreasing, 5e-2),
})


def start(seeds: Sequence[int]) -> Floats:
    """Parameters of each seed, (13, S)."""
    return np.asarray((2 * uniform_start(NETWORK.size, seeds) - 1) * REACH[:, None])


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule; a loss is that of a sample, the gradient that of a batch's sum."""
    inputs, labels = batches(seed, iterations + 1)

    def measured(point: Floats, k: int) -> tuple[float, Floats]:
        loss, gradient = NETWORK.gradient(point[:, None], inputs[:, k - 1], labels[k - 1])
        return loss[0], BATCH * gradient[:, 0]

    return descend(stepper, start([seed])[:, 0], iterations, measured)


def references(
    seed: int, iterations: int, progress: Progress | None = None
) -> list[Descent]:
    """SGD at each rate, each with its further seeds: same starts, same batches."""
    further = range(seed + 1, seed + 1 + FURTHER)
    others = train_together(
        NETWORK, source(),
        {label: (rule, {"lr": BATCH * rate}) for label, (rule, rate) in CONTESTANTS.items()},
        iterations + 1, further, start=start(further),
        progress=None if progress is None else lambda done: progress(done / (iterations + 1)))
    return [
        replace(follow(_stepper(label, rule, rate), seed, iterations),
                others=others[label].losses)
        for label, (rule, rate) in CONTESTANTS.items()
    ]


def _stepper(label: str, rule: Rule, rate: float) -> Stepper:
    run = rule.run([np.zeros(NETWORK.size)])

    def step(gradient: Floats, point: Floats) -> Floats:
        return np.asarray(run.step([gradient], {"lr": rate}, [point])[0], np.float64)

    return Stepper(label, rule.name, rate, step=step)


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """A table, and what the lecture says of these rates."""
    span = every(descents[0].iterations)
    ends = {descent.method.label: float(np.median(descent.others[-span:].mean(axis=0)))
            for descent in descents if descent.others is not None}
    return [
        f"three neurons, 4-2-1, ReLU inside and nothing behind, batches of {BATCH} (seed {seed})",
        f"SGD; {called(span)} of a sample; last column: {FURTHER} further seeds, at the end", "",
        *table([averaged(descent, span) for descent in descents]), "",
        "the lecture: with several neurons the best results come at 1e-6",
        f"  here they end at {ends['rate 1e-6']:.3f} with it and at {ends['rate 1e-3']:.3f} with "
        "1e-3, medians",
        "the lecture: a rate that decreases takes the oscillations out of the path",
        f"  5e-2 alone ends at {ends['rate 5e-2']:.3f}; halved after {HALF} steps, a third after "
        f"{2 * HALF}, … at {ends['decreasing']:.3f}",
    ]


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Loss curves."""
    learning_curves.draw(figure, descents, "The same network and batches at four learning rates "
                         f"(seed {seed})")


DEMO = Demo(
    "learning-rate", "SGD at 1e-6, 1e-3, 5e-2 and a decreasing rate, on the lecture's network",
    5000, LEARNING_RATES, references, follow, lines, draw, watched=references,
)


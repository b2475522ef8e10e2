"""The lecture's verification: its classifiers on `torch.nn` beside the engine, on the same batches.

`OneNeuronNet` is the engine's neuron and `SigmoidNet` its 4-2-1 network, layer for layer, so they
must agree to rounding. `MultiNeuronNet` has ReLU in the hidden layer and nothing behind the output:
another network, which need not agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos import learning_curves
from cgp_reference.demos.classifiers.classifier import BATCH, Classifier, source
from cgp_reference.demos.classifiers.multi_neuron import NETWORK
from cgp_reference.demos.classifiers.one_neuron import NEURON
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import LABELS, Descent, Floats, Method, Stepper, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATE = 5e-2
"""The larger of the lecture's two for its one neuron."""
SAME = (("engine 4-1", "OneNeuronNet"), ("engine 4-2-1", "SigmoidNet"))


def references(seed: int, iterations: int) -> list[Descent]:
    """The engine's networks and torch's, all trained by SGD."""
    return [
        _engine(NEURON, "engine 4-1", seed, iterations),
        _torch(NEURON, "OneNeuronNet", seed, iterations),
        _engine(NETWORK, "engine 4-2-1", seed, iterations),
        _torch(NETWORK, "SigmoidNet", seed, iterations),
        _torch(NETWORK, "MultiNeuronNet", seed, iterations),
    ]


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule more, on the engine's 4-2-1 network."""
    return NETWORK.follow(stepper, seed, iterations)


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """A table, and how far the engine and torch are from each other."""
    steps = descents[0].iterations
    span = every(steps)
    losses = {descent.method.label: descent.losses for descent in descents}
    return [
        f"SGD on batches of {BATCH}, same start and batches, {called(span)} (seed {seed})", "",
        *table([averaged(descent, span) for descent in descents]), "",
        *(difference(engine, module, losses[engine] - losses[module]) for engine, module in SAME),
        "MultiNeuronNet is another network: ReLU in the hidden layer, no sigmoid behind the output",
    ]


def difference(engine: str, module: str, differences: Floats) -> str:
    """One line; a power of ten, since the digits of a rounding error are the machine's.

    >>> difference("engine", "module", np.array([3e-16, -2e-15]))
    'largest difference of a loss, engine against module: below 1e-14'
    """
    largest = float(np.abs(differences).max())
    size = f"below {10.0 ** (np.floor(np.log10(largest)) + 1):.0e}" if largest else "0"
    return f"largest difference of a loss, {engine} against {module}: {size}"


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Loss curves; torch's marks lie on the engine's lines."""
    learning_curves.draw(figure, descents, f"The engine and torch.nn on the same batches (seed "
                         f"{seed})")


def _engine(classifier: Classifier, label: str, seed: int, iterations: int) -> Descent:
    stepper = reference("sgd", label, RATE, classifier.network.size)
    return classifier.follow(stepper, seed, iterations)


def _torch(classifier: Classifier, label: str, seed: int, iterations: int) -> Descent:
    # Only here: its import takes a second, and no other demo needs it.
    from cgp_reference.train import torch_baseline

    module = getattr(torch_baseline, label)()
    start = classifier.start(seed)
    torch_baseline.load(module, start)
    optimizer = torch_baseline.sgd(module, RATE)
    with torch_baseline.one_thread():
        # One more, for the loss after the last step.
        losses = torch_baseline.train_module(module, optimizer, source(), iterations + 1, seed)
    return Descent(Method(label, "torch", RATE), start[None], np.array(losses), iterations)


DEMO = Demo(
    "verify-torchnn", "the classifiers on torch.nn beside the engine, on the same batches", 1000,
    MappingProxyType(dict.fromkeys(LABELS, RATE)), references, follow, lines, draw,
)

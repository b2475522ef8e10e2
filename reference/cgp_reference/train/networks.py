"""Training of many seeds at once, and of several step-size rules on the same batches.

    samples = two_gaussians(dimensions=4, size=5000, seed=0)
    trained = train(LayeredNetwork((4, 2, 1)), Batches(samples), adam, {"lr": 3e-2},
                    iterations=1500, seeds=range(32))
    trained.losses                                       # (1500, 32)

A rule sees the packed array `(D, S)` of all parameters of all seeds. So it must be elementwise, as
all rules of the lecture are; a seed then gets the numbers that it would get alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cgp_reference.data import Array
from cgp_reference.data.batches import Block, Source
from cgp_reference.network import LayeredNetwork
from cgp_reference.network.passes import Passes, inside, squared_errors
from cgp_reference.rule import Rule
from cgp_reference.train.seen import seen
from cgp_reference.train.start import TrainingError, require_iterations, uniform_start


@dataclass(frozen=True)
class Trained:
    """What training leaves.

    Args:
        losses: of each batch before its step, `(iterations, S)`, in loss units; inf or nan from
            where a seed diverged.
        parameters: after the last step, `(D, S)`.
    """

    losses: Array
    parameters: Array


def train(
    network: LayeredNetwork, batches: Source, rule: Rule, hyperparameters: Mapping[str, float],
    iterations: int, seeds: Sequence[int], *,
    start: Array | None = None, progress: Callable[[int], object] | None = None,
) -> Trained:
    """Train every seed: its own start, its own batches (Eq. 35 when the rule is SGD).

    Args:
        network: what is trained.
        batches: `Batches`, or `AllSamples` for gradient descent on all data.
        rule: any step-size rule that works elementwise on arrays.
        hyperparameters: those that shall differ from the rule's defaults.
        iterations: steps.
        seeds: one training each.
        start: parameters to begin with, `(D, S)`; `uniform_start` if left out.
        progress: called with the number of iterations done, some hundred times in a long run.

    Raises:
        TrainingError: no seeds, fewer than 0 iterations, or a start or batches that do not fit the
            network.
        RuleError: the rule does not return a step and its state.
    """
    contestants = {rule.name: (rule, hyperparameters)}
    return train_together(
        network, batches, contestants, iterations, seeds, start=start, progress=progress,
    )[rule.name]


def train_together(
    network: LayeredNetwork, batches: Source,
    contestants: Mapping[str, tuple[Rule, Mapping[str, float]]],
    iterations: int, seeds: Sequence[int], *,
    start: Array | None = None, progress: Callable[[int], object] | None = None,
) -> dict[str, Trained]:
    """Train with several rules in lockstep: same start, same batches, so that runs are paired.

    Batches are drawn once for all rules.

    Args:
        network: as for `train`, like all others but the next.
        batches: same.
        contestants: rule and hyperparameters under any name; a rule may occur twice.
        iterations: same.
        seeds: same.
        start: same.
        progress: same.

    Returns:
        What each rule leaves, by the same names.
    """
    start = _checked(network, seeds, start)
    require_iterations(iterations)
    runners = {
        name: _Runner(network, batches.size, rule, hyperparameters, start, iterations)
        for name, (rule, hyperparameters) in contestants.items()
    }
    done = 0
    for block in batches.blocks(seeds, iterations):
        _check_batches(network, block)
        for runner in runners.values():
            runner.train(block, done)
        done += len(block.labels)
        if progress is not None:
            progress(done)
    return {name: Trained(runner.losses, runner.parameters) for name, runner in runners.items()}


class _Runner:
    """One rule's parameters and state between blocks of batches."""

    def __init__(
        self, network: LayeredNetwork, batch: int, rule: Rule, hyperparameters: Mapping[str, float],
        start: Array, iterations: int,
    ) -> None:
        self.parameters = start.copy()
        self.losses = np.empty((iterations, start.shape[1]))
        self._passes = Passes(network, self.parameters, batch)
        self._run = rule.run([self.parameters])
        self._hyperparameters = hyperparameters

    def train(self, block: Block, done: int) -> None:
        """Step through the block, whose first batch is that of iteration `done`."""
        errors = np.empty((len(block.labels), 1, *block.labels.shape[1:]))
        batches, step = inside(block.sources).swapaxes(0, 1), self._run.step
        if self.losses.shape[1] == 1:
            batches = batches.copy()        # contiguous: half of the time of a small product
        # A seed that diverges would warn at every step; its losses tell.
        with np.errstate(over="ignore", invalid="ignore"):
            for gradient in self._passes.gradients(batches, inside(block.labels), inside(errors)):
                self.parameters -= step(
                    [gradient], self._hyperparameters, seen(self._run.rule, self.parameters))[0]
            self.losses[done:done + len(errors)] = squared_errors(errors)


def _check_batches(network: LayeredNetwork, block: Block) -> None:
    # Checked here, once a block: numpy would stretch one feature, or one label, over all units.
    if (len(block.inputs), 1) != (network.layers[0], network.layers[-1]):
        raise TrainingError(
            f"batches of {len(block.inputs)} features and 1 label for layers {network.layers}",
            expected=f"layers ({len(block.inputs)}, …, 1)",
        )


def _checked(network: LayeredNetwork, seeds: Sequence[int], start: Array | None) -> Array:
    if not len(seeds):
        raise TrainingError("there is nothing to train", expected="at least one seed")
    if start is None:
        return uniform_start(network.size, seeds)
    if start.shape != (network.size, len(seeds)):
        raise TrainingError(
            f"a start of shape {start.shape}",
            expected=f"({network.size}, {len(seeds)}): a row per parameter, a column per seed",
        )
    return start.astype(np.float64)

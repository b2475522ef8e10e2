"""The lecture's printed code beside its equations: single steps, then whole trainings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.as_published.beside_exact import (
    as_published,
    exact,
    exact_dag,
    published_dag,
)
from cgp_reference.as_published.steps import (
    LAYERS,
    ROWS,
    Name,
    Steps,
    compared,
    compared_dag,
    drawn,
    model_of,
)
from cgp_reference.as_published.training import PublishedRun
from cgp_reference.demos.aligned import aligned
from cgp_reference.demos.demo import Demo, Progress
from cgp_reference.demos.descent import Descent, Floats, Method
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.network import LayeredNetwork

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COUNT = 1000
"""Batches, of the DAG samples, whose steps are compared."""
PUBLISHED, EQUATIONS = "as published", "equations"
Training = Callable[[int, float, int], PublishedRun]


@dataclass(frozen=True)
class Model:
    """One of the lecture's three models.

    Args:
        title: what it is.
        loss: what its losses are, and their unit.
        learning_rate: the lecture's; of the one neuron's two the larger.
        trainings: by semantics: (seed, learning rate, iterations) -> a run.
        rows: parameters that are looked at together -> their places among all.
        steps: seed -> the steps of `COUNT` batches.
    """

    title: str
    loss: str
    learning_rate: float
    trainings: Mapping[str, Training]
    rows: Mapping[str, tuple[int, ...]]
    steps: Callable[[int], Steps]

    def descent(self, semantics: str, seed: int, iterations: int) -> Descent:
        """One training; the loss after the last step is that of one batch more."""
        run = self.trainings[semantics](seed, self.learning_rate, iterations + 1)
        method = Method(f"{self.title}, {semantics}", semantics, self.learning_rate)
        return Descent(method, np.array([list(run.parameters.values())]), run.losses, iterations)

    def cosines(self, seed: int) -> dict[str, Floats]:
        """Of each group of parameters that ever moves, a cosine for each batch."""
        steps = self.steps(seed)
        found = {name: steps.of(rows) for name, rows in self.rows.items()}
        return {name: each.cosines for name, each in found.items() if np.any(each.published)}


def network(name: Name, title: str, learning_rate: float) -> Model:
    """One of the two networks; both trainings take their batches from one stream."""
    shape = LayeredNetwork(LAYERS[name])
    return Model(
        title, "squared error", learning_rate,
        MappingProxyType({
            PUBLISHED: lambda seed, rate, count: as_published(model_of(name), seed, rate, count),
            EQUATIONS: lambda seed, rate, count: exact(model_of(name), shape, seed, rate, count),
        }),
        ROWS[name], cache(lambda seed: compared(name, drawn(name, 0.0, 1.0, COUNT, seed))),
    )


MODELS = (
    network("one_neuron", "one neuron", 5e-2),
    network("multi_neuron", "4-2-1", 9e-2),
    Model(
        "DAG", "absolute error", 1e-6,
        MappingProxyType({PUBLISHED: published_dag, EQUATIONS: exact_dag}),
        MappingProxyType({"all parameters": (0, 1, 2, 3)}),
        cache(lambda seed: compared_dag(COUNT, seed)),
    ),
)


def references(
    seed: int, iterations: int, progress: Progress | None = None
) -> list[Descent]:
    """Each model as published, then by the equations."""
    pairs = [(model, semantics) for model in MODELS for semantics in (PUBLISHED, EQUATIONS)]
    descents = []
    for model, semantics in pairs:
        descents.append(model.descent(semantics, seed, iterations))
        if progress is not None:
            progress(len(descents) / len(pairs))
    return descents


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """Which way the published steps go, and the losses under both semantics."""
    span = every(descents[0].iterations)
    means = [averaged(descent, span) for descent in descents]
    return [
        "cosine of the published step and the negative gradient: 1 straight downhill, -1 uphill",
        f"{COUNT} batches, or samples of the DAG, each with parameters from uniform(0, 1) "
        f"(seed {seed})", "",
        *aligned([["model", "parameters", "median", "5 to 95 %", "downhill"],
                  *(row for model in MODELS for row in _rows(model, seed))], left=2), "",
        f"{called(span)}; the DAG's is the absolute error of a sample", "",
        *table(means), "",
        "what each equation says, and what the code does: docs/errata.md",
    ]


def _rows(model: Model, seed: int) -> list[list[str]]:
    cosines = model.cosines(seed)
    return [
        [model.title, name, *(_row(cosines[name]) if name in cosines else ("-", "-", "no step"))]
        for name in model.rows
    ]


def _row(cosines: Floats) -> tuple[str, str, str]:
    low, median, high = np.quantile(cosines, [0.05, 0.5, 0.95])
    return (f"{median:.3f}", f"{low:.3f} to {high:.3f}", f"{np.mean(cosines > 0):.1%}")


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """A column for each model: above how the cosines are distributed, below the losses."""
    from cgp_reference.demos.errata.figure import cosines, losses

    figure.set_size_inches(11.0, 6.4)
    figure.set_layout_engine("constrained")
    figure.suptitle("The lecture's printed code beside its equations: which way a step goes, and "
                    f"what becomes of the loss (seed {seed})")
    for column, model in enumerate(MODELS):
        above = figure.add_subplot(2, 3, column + 1)
        cosines(above, model.cosines(seed))
        above.set_title(model.title)
        below = figure.add_subplot(2, 3, column + 4)
        losses(below, descents[2 * column:2 * column + 2], model.loss)
        if column == 0:
            above.set_ylabel("share of batches")
    handles, labels = below.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False,
                  handlelength=4)


DEMO = Demo(
    "errata", "the lecture's printed code beside its equations: steps and losses", 10_000,
    MappingProxyType({}), references, None, lines, draw, watched=references,
)

"""The lecture's DAG: values and partials at single samples, then training by exact gradients.

The lecture steps after every sample and does not expect the loss to fall. With the gradient of the
squared error it does, and the parameters come back, but for two of which only the sum is in xw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np

from cgp_reference.data import dag_inputs
from cgp_reference.demos.dag import figure as dag_figure
from cgp_reference.demos.dag import text as dag_text
from cgp_reference.demos.demo import Demo, Propagation
from cgp_reference.demos.descent import LABELS, Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.identifiability import unidentifiable
from cgp_reference.graph.lecture_dag import EXPRESSIONS, TRUTH
from cgp_reference.optimizers import RULES
from cgp_reference.train import uniform_start
from cgp_reference.train.graphs import ground_truth, train_graph

GRAPH = Graph.of(EXPRESSIONS)
OPERATORS = GRAPH.operators()
SAMPLES, BATCH = 10_000, 50
FURTHER = 8
"""Seeds beside the printed one: those that follow it."""
SHOWN = (1000, 2000)
"""The samples whose values are printed, counted from 1; the lecture's are these too."""
LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    # By trial: SGD and SGD+ diverge at 1e-3 and 2e-4; AdaGrad and RMSProp end nearest to the truth
    # with these; Adam comes to 1e-2 with this one, and nearer still with 1e-1.
    {"sgd": 3e-4, "sgd_plus": 1e-4, "adagrad": 1.0, "rmsprop": 5e-3, "adam": 5e-2}
)


@cache
def data(seed: int) -> tuple[Floats, Floats]:
    """Inputs and true outputs of all samples, (SAMPLES,) each."""
    inputs = dag_inputs(variables=1, size=SAMPLES, seed=seed)[0]
    return inputs, np.asarray(ground_truth(GRAPH, TRUTH, {"xa": inputs})["xw"])


def start(seed: int) -> Floats:
    """Parameters from uniform(0, 1), as the lecture begins, in the order of the graph, (4,)."""
    return uniform_start(len(GRAPH.parameters), [seed])[:, 0]


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule, over the samples in their order, again and again."""
    inputs, targets = data(seed)

    def measured(point: Floats, k: int) -> tuple[float, Floats]:
        first = (k - 1) * BATCH % SAMPLES
        settings = dict(zip(GRAPH.parameters, point, strict=True))
        results = OPERATORS.forward({"xa": inputs[first:first + BATCH], **settings})
        errors = results[OPERATORS.positions["xw"]] - targets[first:first + BATCH]
        gradient = OPERATORS.backward(results, {"xw": errors * (2 / BATCH)})
        return (float(errors @ errors) / BATCH,
                np.array([gradient[name].sum() for name in GRAPH.parameters]))

    return descend(stepper, start(seed), iterations, measured)


def propagated(label: str, propagation: Propagation, seed: int, iterations: int) -> Descent:
    """The descent of Adam by a student's values and gradients, on the samples that it gets here."""
    inputs, targets = data(seed)
    stepper = reference("adam", label, LEARNING_RATES["adam"], len(GRAPH.parameters))

    def measured(point: Floats, k: int) -> tuple[float, Floats]:
        first = (k - 1) * BATCH % SAMPLES
        settings = dict(zip(GRAPH.parameters, map(float, point), strict=True))
        passed = propagation.forward(
            GRAPH, [{"xa": float(xa), **settings} for xa in inputs[first:first + BATCH]])
        errors = (np.array([values["xw"] for values, _ in passed])
                  - targets[first:first + BATCH])
        found = propagation.backward(
            GRAPH, [kept for _, kept in passed],
            [{"xw": float(error)} for error in errors * (2 / BATCH)])
        return (float(errors @ errors) / BATCH,
                np.array([sum(one[name] for one in found) for name in GRAPH.parameters]))

    # What is not finite ends a descent; it shall not fill the terminal as well.
    with np.errstate(all="ignore"):
        return descend(replace(stepper, rule="propagation", plugin=True), start(seed), iterations,
                       measured)


def references(seed: int, iterations: int) -> list[Descent]:
    """The descents of SGD, SGD+, AdaGrad, RMSProp and Adam."""
    return [
        follow(reference(rule, LABELS[rule], rate, len(GRAPH.parameters)), seed, iterations)
        for rule, rate in LEARNING_RATES.items()
    ]


@cache
def distances(rule: str, seed: int, iterations: int) -> Floats:
    """How far each of the further seeds ends from what the data determine, (FURTHER,)."""
    inputs, targets = data(seed)
    trained = train_graph(
        GRAPH, {"xa": inputs}, {"xw": targets}, RULES[rule], {"lr": LEARNING_RATES[rule]},
        batch=BATCH, iterations=iterations, seeds=range(seed + 1, seed + 1 + FURTHER),
    )
    return distance(np.array([trained.parameters[name] for name in GRAPH.parameters]))


def distance(parameters: Floats) -> Floats:
    """The largest of the errors of cd, ac and ab + bc; parameters (4, ...) in the graph's order."""
    found = dict(zip(GRAPH.parameters, parameters, strict=True))
    errors = [found["cd"] - TRUTH["cd"], found["ac"] - TRUTH["ac"],
              found["ab"] + found["bc"] - TRUTH["ab"] - TRUTH["bc"]]
    return np.asarray(np.abs(errors).max(axis=0))


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """The graph, what the lecture prints at a sample, losses, parameters, which are not told."""
    steps, span = descents[0].iterations, every(descents[0].iterations)
    adam = next(one for one in descents if one.method.rule == "adam" and not one.method.plugin)
    return [
        f"the lecture's DAG (seed {seed})", "",
        *GRAPH_LINES, "",
        *dag_text.samples(GRAPH, *data(seed), start(seed), SHOWN),
        f"training with exact gradients, batches of {BATCH}, {SAMPLES} samples an epoch; "
        f"{called(span)}", "",
        *table([averaged(descent, span) for descent in descents]), "",
        f"{adam.method.label}: the parameters after some steps", "",
        *dag_text.parameters(GRAPH.parameters, adam), "",
        "how far from the truth each rule ends, the largest of cd, ac and ab + bc", "",
        *dag_text.ends([
            (one, float(distance(one.points[-1])),
             None if one.method.plugin else distances(one.method.rule, seed, steps))
            for one in descents
        ]), "",
        *_not_told(seed),
    ]


def _not_told(seed: int) -> list[str]:
    """Why training brings back the sum alone, and that the outputs do not show it."""
    inputs, _ = data(seed)
    point = {"xa": inputs, **dict(zip(GRAPH.parameters, start(seed), strict=True))}
    moved = {**point, "ab": point["ab"] + 0.5, "bc": point["bc"] - 0.5}
    change = np.abs(forward(GRAPH, moved)["xw"] - forward(GRAPH, point)["xw"]).max()
    [group] = unidentifiable(GRAPH, point)
    return [
        f"{group}: add t to ab and take t from bc, and no output moves,",
        "since xy is read by xz alone, and xz=bc*xx+xy is (ab+bc)*xx+ac*xa",
        f"largest change of xw at t = 0.5, all samples: {'0' if change == 0 else 'below 1e-12'}"
        if change < 1e-12 else f"largest change of xw at t = 0.5, all samples: {change:.1e}",
    ]


GRAPH_LINES = (*EXPRESSIONS, "", *dag_text.neighbours(GRAPH))

DEMO = Demo(
    "dag", "the lecture's DAG: partials at a sample; exact gradients bring its parameters back",
    3000, LEARNING_RATES, references, follow, lines, dag_figure.draw, propagated=propagated,
)

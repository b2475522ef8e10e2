"""Whole trainings with the published arithmetic and with the equations: same start and batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from cgp_reference.as_published.dag import GRAD_DELTA, PublishedDag, Sample, train_dag
from cgp_reference.as_published.steps import Model
from cgp_reference.as_published.training import PublishedRun, batches_of, train
from cgp_reference.data import Array, two_gaussians
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.graph.lecture_dag import EXPRESSIONS, TRUTH
from cgp_reference.network import LayeredNetwork


def as_published(model: Model, seed: int, learning_rate: float, iterations: int) -> PublishedRun:
    """With the printed code's arithmetic."""
    return train(model, two_gaussians(4, 5000, seed), Random(seed),
                 learning_rate=learning_rate, iterations=iterations)


def exact(
    model: Model, network: LayeredNetwork, seed: int, learning_rate: float, iterations: int
) -> PublishedRun:
    """With the gradient of the loss, from the same stream."""
    stream = Random(seed)
    parameters, losses = model.start(stream)[:, None], np.empty(iterations)
    batches = batches_of(two_gaussians(4, 5000, seed), stream, iterations)
    for i, (inputs, labels) in enumerate(batches):
        loss, gradient = network.gradient(parameters, inputs[..., None], labels[:, None])
        losses[i] = loss[0]
        parameters -= learning_rate * gradient
    return PublishedRun(losses, dict(zip(model.names, parameters[:, 0].tolist(), strict=True)))


@dataclass(frozen=True)
class DagFigures:
    """What the published DAG training does to each sample.

    Args:
        losses: the absolute error of each sample before its step.
        moved: the farthest that a parameter comes from its start.
        rises: share of samples whose error is larger after the step.
        rises_only_above_0: whether these are samples with xa > 0 only.
        own_value: largest distance between step and -(∂xw/∂p) p, relative to the latter.
        wrong_truth: share of samples whose ground truth is not that of the expressions.
    """

    losses: Array
    moved: float
    rises: float
    rises_only_above_0: bool
    own_value: float
    wrong_truth: float


def dag_figures(seed: int, learning_rate: float, size: int) -> DagFigures:
    """One published pass over `size` samples, each step looked at."""
    dag = PublishedDag.of(EXPRESSIONS, "xw")
    stream = Random(seed)
    samples = dag.samples(TRUTH, size, stream)
    drawn = stream.getstate()
    run = train_dag(dag, samples, stream, learning_rate=learning_rate)
    stream.setstate(drawn)
    start = dag.start(stream)
    risen, deviations, parameters = [], [], dict(start)
    for sample in samples:
        values = dag.values(parameters, sample.inputs)
        change = dag.change(parameters, values, GRAD_DELTA)
        deviations.append(_from_own_value(parameters, values, change))
        before = abs(sample.truth - values["xw"])
        parameters = {p: v + learning_rate * change[p] for p, v in parameters.items()}
        after = abs(sample.truth - dag.values(parameters, sample.inputs)["xw"])
        risen.append(after > before)
    above = np.array([sample.inputs["xa"] > 0 for sample in samples])
    return DagFigures(
        run.losses, max(abs(run.parameters[p] - start[p]) for p in start),
        float(np.mean(risen)), not np.any(np.array(risen) & ~above),
        float(np.median(deviations)), _wrong_truth(samples),
    )


def published_dag(seed: int, learning_rate: float, size: int) -> PublishedRun:
    """One published pass over `size` samples."""
    dag, stream = PublishedDag.of(EXPRESSIONS, "xw"), Random(seed)
    return train_dag(dag, dag.samples(TRUTH, size, stream), stream, learning_rate=learning_rate)


def exact_dag(seed: int, learning_rate: float, size: int) -> PublishedRun:
    """Descent on half the squared error with exact partials; truth as the expressions say."""
    graph, stream = Graph.of(EXPRESSIONS), Random(seed)
    dag = PublishedDag.of(EXPRESSIONS, "xw")
    inputs = [sample.inputs for sample in dag.samples(TRUTH, size, stream)]
    parameters, losses = dag.start(stream), np.empty(size)
    for i, given in enumerate(inputs):
        error = forward(graph, {**given, **TRUTH})["xw"]
        values = forward(graph, {**given, **parameters})
        error -= values["xw"]
        losses[i] = abs(error)
        gradient = backpropagate(graph, values, {"xw": -error})
        parameters = {p: v - learning_rate * float(gradient[p]) for p, v in parameters.items()}
    return PublishedRun(losses, parameters)


def _from_own_value(
    parameters: Mapping[str, float], values: Mapping[str, float], change: Mapping[str, float]
) -> float:
    """Distance of a step from -(∂xw/∂p) p, relative. xx, misread below 0, is taken as given."""
    graph = Graph.of(EXPRESSIONS[1:])
    given = forward(graph, {"xa": values["xa"], "xx": values["xx"], **parameters})
    partial = backpropagate(graph, given, {"xw": 1.0})
    wanted = np.array([-partial[p] * parameters[p] for p in parameters])
    found = np.array([change[p] for p in parameters])
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


def _wrong_truth(samples: Sequence[Sample]) -> float:
    given = np.array([sample.inputs["xa"] for sample in samples])
    right = forward(Graph.of(EXPRESSIONS), {"xa": given, **TRUTH})["xw"]
    return float(np.mean(~np.isclose([sample.truth for sample in samples], right, rtol=1e-9)))

"""What the lecture's equations and sentences say, held against what comes out of them."""

from __future__ import annotations

import numpy as np

from benchmarks.errata.table import head, line
from benchmarks.errata.trainings import of_peer
from cgp_reference.as_published.steps import cosine, drawn
from cgp_reference.data import Array
from cgp_reference.demos.classifiers import jacobian, learning_rate, verify_torchnn
from cgp_reference.demos.classifiers.classifier import BATCH
from cgp_reference.demos.dag import demo as dag
from cgp_reference.demos.graphs import operators
from cgp_reference.graph.forward import forward
from cgp_reference.graph.partials import GRAD_DELTA, exact_partials, finite_partials
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import sgd_plus

BATCHES = 200
NONE = "does not fit"


def claims(quick: bool) -> int:
    """The rows of "equations and claims"; how many figures depart from the published ones."""
    head("equations and claims")
    return _torch(quick) + _differences() + _momentum() + _shapes() + _signs()


def _torch(quick: bool) -> int:
    """What trains on torch.nn, and at which rate."""
    count = 300 if quick else 1000
    losses = {one.method.label: one.losses for one in verify_torchnn.references(0, count)}
    apart = max(float(np.abs(losses[a] - losses[b]).max()) for a, b in verify_torchnn.SAME)
    bad = line("torch.optim.SGD against the engine, a loss", "below 1e-15", f"{apart:.0e}", "")
    bad += int(apart >= 1e-14)
    count = 500 if quick else 5000
    ends = {one.method.label: float(np.median(one.others[-100:].mean(axis=0)))
            for one in learning_rate.references(0, count) if one.others is not None}
    within = None if quick else 0.002
    for label, published in (("rate 1e-6", "0.546"), ("rate 1e-3", "0.119")):
        bad += line(f"4-2-1 of torch.nn, 32 seeds, {label}", published, f"{ends[label]:.3f}", "",
                    within)
    if not quick:
        for rate, published in ((1e-6, "0.639"), (1e-3, "0.119")):
            own = of_peer("torchnn", 0, rate, 40_000)
            line(f"  its own script, seed 0, 40,000 iterations, {rate:g}", published, "",
                 "not installed" if own is None else f"{own.last / BATCH:.3f}")
    return bad


def _differences() -> int:
    """Autograd's gradients, and finite differences, against derivatives."""
    engine = operators.OPERATORS.backward(
        operators.OPERATORS.forward(operators.point(0)), {"xw": 1.0})
    _, theirs = operators.of_torch(0)
    apart = max(abs(theirs[name] - engine[name]) for name in theirs)
    bad = line("Autograd from the derivative, DAG", "0.0", f"{apart:.1e}", "")
    bad += int(apart > 1e-14)
    values = forward(dag.GRAPH, operators.point(0))
    off = max(
        abs(exact_partials(exp, values)[name] - finite_partials(exp, values, GRAD_DELTA)[name])
        for exp in dag.GRAPH.expressions for name in exp.names)
    return bad + line("  forward differences, grad_delta 1e-4", "1.5e-04", f"{off:.1e}", "", 0.2)


def _momentum() -> int:
    """The step after ten equal gradients, in steps."""
    bad = 0
    for gamma, published in ((1.0, "10"), (0.9, "6.5")):
        v = 0.0
        for _ in range(10):
            v, _ = sgd_plus.function(1.0, v=v, lr=1.0, mu=gamma)
        bad += line(f"momentum {gamma:g}, tenth step of equal gradients", published, f"{v:.3g}", "",
                    0.1)
    return bad


def _shapes() -> int:
    """Eqs. 8, 10, 31, 32: the Jacobian and the errors that it is multiplied by; Eq. 24 likewise."""
    matrix, (errors, _) = jacobian.jacobian(0), jacobian.problem(0)(jacobian.start(0))
    bad = 0
    for what, left, right in (
            ("Eqs. 8, 10, 31, 32: J e", matrix, errors), ("  transposed", matrix.T, errors),
            ("Eq. 24, fourth line, 4-2-1: w2 e", np.ones((1, 2)), np.ones(1)),
            ("  transposed", np.ones((2, 1)), np.ones(1))):
        published = f"({len(left)},)" if "transposed" in what else NONE
        try:
            product = str((left @ right).shape)
        except ValueError:
            product = NONE
        line(what, published, product, "")
        bad += int(product != published)
    return bad


def _signs() -> int:
    """Eqs. 18, 29 and 33 taken at their word, beside the gradient of Eq. 20."""
    network, batches = LayeredNetwork((4, 1)), drawn("one_neuron", 0.0, 1.0, BATCHES, 0)
    inputs, labels = np.asarray(batches.inputs), np.asarray(batches.labels)
    starts = batches.starts.T
    outputs = network.outputs(starts, inputs)[0]
    gradient = network.gradient(starts, inputs, labels)[1][:4]
    error, slope = labels - outputs, outputs * (1 - outputs)
    middle: Array = 2 * np.mean(error * slope * inputs, axis=1)      # Eq. 18, its middle line
    bad = line("Eq. 18, middle line, and the gradient: cosine", "-1.000",
               f"{np.mean(cosine(middle, gradient)):.3f}", "", 0.0005)
    summed: Array = np.mean(error * slope * inputs, axis=1)          # Eq. 29
    bad += line("Eq. 29 with the error of Eq. 24: cosine", "-1.000",
                f"{np.mean(cosine(summed, gradient)):.3f}", "", 0.0005)
    # Eq. 32 without momentum is minus the gradient, and Eq. 33 subtracts it.
    return bad + line("Eqs. 32 and 33: cosine of the step downhill", "-1.000",
                      f"{np.mean(cosine(-summed, -gradient)):.3f}", "", 0.0005)

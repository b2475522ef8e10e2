"""`learning`: does the 4-2-1 network learn with it at least as well as with the sigmoid?

The activation stands in the two hidden units; the output unit stays a sigmoid. Both networks are
trained by plain SGD from the same starts on the same batches, and compared seed by seed by the area
under the logarithmic learning curve, as `convergence` does. An activation is refused only where it
is shown to be worse than the sigmoid by more than MARGIN: whatever stays open is decided for it.

`python -m benchmarks.activations` measures, on 20 seeds of the grader, the mean difference in
decades, least and most, how often it is refused, and by how many standard deviations it is above
MARGIN at most (refused above 0.49):

    ReLU, leaky ReLU, ReLU6, swish        -0.23 to -0.21    0 of 20    -10.4
    tanh, softsign, arctan, sine          -0.23 to -0.17    0 of 20     -8.7
    softplus                              -0.19 to -0.17    0 of 20     -7.6
    hard tanh                             -0.21 to -0.12    0 of 20     -1.2
    e^(-x^2)                              -0.15 to -0.10    0 of 20     -1.6
    hard sigmoid                          +0.04 to +0.05    0 of 20     -2.8
    a constant, a step, 0.001 x           +0.26 to +0.28   20 of 20      8.3
    0.1 tanh                              +0.21 to +0.22   20 of 20      8.3
    sign of the derivative wrong          +0.26 to +0.36   20 of 20      8.3

Of the useless ones the least is 4.1. Seeds differ by 0.02 to 0.03 decades, those of the hard tanh
by 0.1, since it may be saturated from the start.

A derivative that does not fit its value may learn all the same (tanh, with the derivative taken at
its value: -0.2). So what `activation` refused earns nothing here.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.activation.checks.activation import FITS, REFUSED, activation
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.kind import ACTIVATION, REFUSAL
from cgp_harness.kinds.activation.questions import activations
from cgp_harness.model import Floats
from cgp_harness.model.plot import Plot
from cgp_harness.probing.statistics.curve import curve
from cgp_harness.probing.statistics.paired import Paired, compared
from cgp_harness.probing.training_loop import drive, of_rule, seeds_from
from cgp_harness.subject import Subject, SubjectError
from cgp_reference.activation import SIGMOID, Activation
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import sgd
from cgp_reference.problems.network_course import network_course

LAYERS = (4, 2, 1)
ITERATIONS, SEEDS = 1500, 32
RATE = 0.5
"""The sigmoid leaves its plateau after some 500 of the iterations, so that there is something to
lose; at 0.03, the rate of the problem `multi_neuron`, it is on it to the end. At 1.0 activations
that are larger than 1 fall dead on some seeds."""
MARGIN = 0.1
"""Decades: 26 % of loss. The largest of any activation in use is half of it (the hard sigmoid's),
the least of any that learns nothing is twice as much."""
WORST = 1.0
"""Stands for the loss of a run that has diverged: the output unit and the labels are in [0, 1], so
that no loss is larger."""
STREAM = 7
"""Second word of the seed; the trainings of step-size rules draw with 5 and 6."""


def learning(context: ActivationContext) -> Outcome:
    """Train with the student's activation and with the sigmoid, and compare."""
    spec = context.task.checks["learning"]
    rate = RATE if spec.lr is None else spec.lr
    seeds = seeds_from(context.seed, STREAM, SEEDS)
    try:
        refusal = _refusal(context)
        losses = trained(of_subject(context.subject, context.task.id), seeds, rate)
    except SubjectError as error:
        return stopped(error.problem)
    against = of_sigmoid(seeds, rate)
    difference = compared(losses, against)
    worse = shown_worse(difference)
    text = f"{_verdict(difference, refusal)}\n{_measured(difference, rate)}"
    return (failed if worse or refusal else passed)(
        text, plots=(_losses(losses, against),))


def of_subject(subject: Subject, name: str) -> Activation:
    """A submission's activation for the engine: every number is asked of the worker."""

    def both(x: Floats) -> tuple[Floats, Floats]:
        answer = activations(subject).evaluate(name, x)
        return answer.value, answer.derivative

    return Activation.of(name, both)


def trained(hidden: Activation, seeds: tuple[int, ...], rate: float) -> Floats:
    """Losses (T, S) of the network with this activation in its hidden units, under SGD.

    Raises:
        SubjectError: what the activation raises.
    """
    network = LayeredNetwork(LAYERS, (hidden, SIGMOID))
    course = network_course(network, seeds, ITERATIONS)
    step = of_rule(sgd, network.size, len(seeds), {"lr": rate})
    losses = drive(step, course, ITERATIONS).losses
    return np.where(np.isfinite(losses), losses, WORST)


@lru_cache(maxsize=8)
def of_sigmoid(seeds: tuple[int, ...], rate: float) -> Floats:
    """The same with the sigmoid, once for all submissions; not to be changed."""
    losses = trained(SIGMOID, seeds, rate)
    losses.setflags(write=False)
    return losses


def shown_worse(difference: Paired) -> bool:
    """Whether it is shown, at the level of all tests here, that the mean is above MARGIN."""
    return Paired(-difference.differences).below(-MARGIN)


def _refusal(context: ActivationContext) -> str:
    """Why `activation` refused it, in a sentence without its end; empty if it did not."""
    learned = context.learned
    if "activation" not in context.task.checks:
        learned = activation(context).learned
    if learned.get(FITS):
        return ""
    return str(learned.get(REFUSED, "value and derivative do not fit each other"))


def _verdict(difference: Paired, refusal: str) -> str:
    worse = shown_worse(difference)
    if refusal:
        how = "does not learn with it either" if worse else "learns with it all the same"
        return (f"{REFUSAL}{refusal} (see {ACTIVATION.quoted('activation')}). So no points here; "
                f"the network {how}.")
    if worse:
        return f"The network learns worse than with the sigmoid, by more than {MARGIN:g} decades."
    if difference.below(0.0):
        return "The network learns better than with the sigmoid."
    return "The network learns as well as with the sigmoid."


def _measured(difference: Paired, rate: float) -> str:
    mean, low, high = (
        f"{round(one, 3) + 0.0:+.3f}" for one in (difference.mean, *difference.interval))
    return (
        f"Layers 4-2-1, {ITERATIONS} iterations of SGD with lr {rate:g} on {SEEDS} paired seeds: "
        f"{mean} decades of loss, averaged over all iterations, 95 % interval {low} to {high}; "
        "below 0 is better than the sigmoid.")


def _losses(losses: Floats, against: Floats) -> Plot:
    return Plot(
        kind="losses", name="losses",
        title=f"three neurons, 4-2-1: median and 5 to 95 % of {SEEDS} seeds",
        x_label="iteration", y_label="loss",
        series=(curve("sigmoid", "reference", against),
                curve("your activation", "student", losses)),
        problem="multi_neuron",
    )

"""Mistakes planted in the passes of a network: each makes the gradient differ from torch's."""

import pytest
import torch

from cgp_reference.activation import SIGMOID, Activation
from cgp_reference.network import LayeredNetwork, passes
from tests.reference.network.network_cases import by_hand, case, squared

OUTER, PASSED_BACK = passes.outer, passes.passed_back
DELTAS = passes.Passes._deltas


def without_slopes(self, errors):
    """The published multi-neuron code: the error is passed back as it is."""
    for layer in range(len(self.slopes) - 1, -1, -1):
        yield layer, errors * self.slopes[layer]
        if layer:
            errors = PASSED_BACK(self._weights[layer][:, :-1], errors, False)


def without_output_bias(delta, values, out, first):
    OUTER(delta, values, out, first)
    if len(delta) == 1:
        out[:, -1] = 0


def averaged_too_early(delta, values, out, first):
    """The published code before 1.1.3: a product of batch means."""
    out[...] = delta.sum(axis=1)[:, None] * values.mean(axis=1)


def shared_bias(delta, values, out, first):
    OUTER(delta, values, out, first)
    out[:, -1] = out[:, -1].mean(axis=0)


def wrong_inputs(delta, values, out, first):
    OUTER(delta, values, out, first)
    out[:, :-1] = out[:, -2::-1].copy()


def first_path_only(weights, delta, first):
    return PASSED_BACK(weights[:1], delta[:1], first)


def replaced_not_added(weights, delta, first):
    return PASSED_BACK(weights[-1:], delta[-1:], first)


MISTAKES = {
    "uphill": ("outer", lambda d, v, out, first: OUTER(-d, v, out, first)),
    "without the factor 2": ("outer", lambda d, v, out, first: OUTER(d / 2, v, out, first)),
    "output bias never moves": ("outer", without_output_bias),
    "averaged too early": ("outer", averaged_too_early),
    "biases of a layer shared": ("outer", shared_bias),
    "weights paired with other inputs": ("outer", wrong_inputs),
    "first path only": ("passed_back", first_path_only),
    "replaced where paths meet": ("passed_back", replaced_not_added),
    "error passed back without the derivative": ("Passes._deltas", without_slopes),
    "derivative squared": ("Passes._deltas", lambda self, errors: (
        (layer, delta * self.slopes[layer]) for layer, delta in DELTAS(self, errors))),
    "derivative of another function": (
        "SIGMOID", Activation("sigmoid", SIGMOID.value, lambda x, y: y * (1 + y))),
}


def gradients(network, seeds):
    """The engine's and torch's, of the first seed."""
    parameters, inputs, labels = case(network, seeds=seeds)
    leaf = torch.tensor(parameters[:, 0], requires_grad=True)
    predicted = by_hand(network, leaf, torch.tensor(inputs[..., 0]), [torch.sigmoid] * 3)
    squared(torch.tensor(labels[..., 0]), predicted).backward()
    return network.gradient(parameters, inputs, labels)[1][:, 0], leaf.grad.numpy()


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_planted_in_the_engine_is_caught(mistake, seeds, monkeypatch):
    place, wrong = MISTAKES[mistake]
    activation = wrong if place == "SIGMOID" else "sigmoid"
    if place != "SIGMOID":
        monkeypatch.setattr(f"cgp_reference.network.passes.{place}", wrong)
    ours, theirs = gradients(LayeredNetwork((3, 2, 2, 1), activation), seeds)
    assert ours != pytest.approx(theirs, rel=1e-3)


@pytest.mark.parametrize("seeds", [1, 3])
def test_nothing_is_caught_where_nothing_is_planted(seeds):
    ours, theirs = gradients(LayeredNetwork((3, 2, 2, 1)), seeds)
    assert ours == pytest.approx(theirs, rel=1e-10)

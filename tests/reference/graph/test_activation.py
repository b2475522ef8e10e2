"""An activation of one's own in the engine: in expressions, in layers, called once for both."""

import numpy as np
import pytest

from cgp_reference.activation import ACTIVATIONS, Activation, ActivationError
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.network import LayeredNetwork


def softsign(x):
    return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2


SOFTSIGN = Activation.of("softsign", softsign)


def counting(function):
    asked = []

    def counted(x):
        asked.append(x.copy())
        return function(x)

    return counted, asked


def test_an_expression_calls_it_and_backpropagation_goes_through_it():
    further = {**ACTIVATIONS, "softsign": SOFTSIGN}
    graph = Graph.of(["xw = softsign(ab*xa + bc*xb)"], activations=further)
    values = forward(graph, {"xa": 2.0, "xb": -1.0, "ab": 1.0, "bc": 5.0})
    gradient = backpropagate(graph, values, {"xw": 1.0})
    # The sum is -3: its softsign -3/4, and the derivative there 1/16.
    assert values["xw"] == -0.75
    assert {name: gradient[name] for name in ("xa", "xb", "ab", "bc")} == {
        "xa": 1 / 16, "xb": 5 / 16, "ab": 2 / 16, "bc": -1 / 16}


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_network_has_the_gradient_that_it_has_with_the_engine_s_own(seeds):
    own = Activation.of("tanh", lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2))
    draw = np.random.default_rng(0)
    inputs, labels = draw.normal(size=(4, 8, seeds)), draw.uniform(size=(8, seeds))
    networks = [LayeredNetwork((4, 2, 1), (hidden, "sigmoid")) for hidden in ("tanh", own)]
    parameters = draw.normal(size=(networks[0].size, seeds))
    (loss, gradient), (own_loss, own_gradient) = (
        network.gradient(parameters, inputs, labels) for network in networks)
    np.testing.assert_array_equal(own_loss, loss)
    np.testing.assert_array_equal(own_gradient, gradient)


def test_value_and_derivative_of_the_same_numbers_are_one_call():
    counted, asked = counting(softsign)
    activation = Activation.of("softsign", counted)
    x = np.array([1.0, -3.0])
    assert activation.value(x).tolist() == [0.5, -0.75]
    assert activation.derivative(x, None).tolist() == [0.25, 0.0625]
    assert activation.derivative(x.copy(), None).tolist() == [0.25, 0.0625]
    assert len(asked) == 1


def test_memory_that_holds_other_numbers_by_now_is_asked_for_again():
    activation = Activation.of("softsign", softsign)
    x = np.array([1.0])
    assert activation.value(x) == 0.5
    x[0] = 3.0
    assert activation.derivative(x, None) == 0.0625


def test_numbers_alone_and_other_shapes_are_told_apart():
    counted, asked = counting(softsign)
    activation = Activation.of("softsign", counted)
    assert activation.value(1.0) == activation.value(np.float64(1.0)) == 0.5
    assert activation.value(np.array([1.0])).shape == (1,)
    assert [one.shape for one in asked] == [(1,), (1,)]
    assert np.ndim(activation.value(1.0)) == 0


def test_it_gets_an_array_that_it_cannot_change():
    def in_place(x):
        x *= 2
        return x, x

    x = np.array([1.0])
    with pytest.raises(ValueError, match="read-only"):
        Activation.of("twice", in_place).value(x)
    assert x == 1.0


def test_what_is_no_number_goes_through_every_activation():
    for activation in ACTIVATIONS.values():
        assert np.isnan(activation.value(np.float64(np.nan))), activation.name
        assert np.isnan(activation.value(np.array([np.nan, 1.0]))).tolist() == [True, False]


@pytest.mark.parametrize(("function", "message"), [
    (np.tanh, "mine() returned ndarray\n"
     "  expected a pair (value, derivative), both of shape (3,)\n"
     "  fix: end the function with `return value, derivative`"),
    (lambda x: (x, x, x), "mine() returned tuple\n"
     "  expected a pair (value, derivative), both of shape (3,)\n"
     "  fix: end the function with `return value, derivative`"),
    (lambda x: (x, 1.0), "mine() returned a value of shape (3,) and a derivative of shape ()\n"
     "  expected a pair (value, derivative), both of shape (3,)"),
])
def test_an_answer_of_another_form_is_explained(function, message):
    with pytest.raises(ActivationError) as error:
        Activation.of("mine", function).value(np.ones(3))
    assert str(error.value) == message

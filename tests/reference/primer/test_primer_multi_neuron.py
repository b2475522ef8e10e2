"""The facade's multi-neuron model: the lecture's equations, the published ones, subclasses."""

import operator
import random
from random import Random

import numpy as np
import pytest
import torch

from benchmarks import published_peer as peer
from cgp_reference.as_published.multi_neuron import MultiNeuron
from cgp_reference.as_published.training import train
from cgp_reference.data import two_gaussians
from cgp_reference.optimizers import adam, sgd, sgd_plus
from cgp_reference.primer import ComputationalGraphPrimer, PrimerError
from cgp_reference.primer.settings import Settings, use
from cgp_reference.train import displayed
from tests.reference.primer.primer_cases import (
    NETWORK,
    engine_run,
    network,
    packed,
    trained_network,
)
from tests.reference.primer.primer_homework import (
    AdamNetwork,
    AveragedNetwork,
    OwnLoader,
    SgdPlusNetwork,
)

BACKPROP = "backprop_and_update_params_multi_neuron_model"
DEEP = ["xe=aa*xa+ab*xb", "xf=ac*xa+ad*xb", "xg=ba*xe+bb*xf", "xh=bc*xe+bd*xf", "xi=be*xf",
        "xo=ca*xg+cb*xh+aa*xi"]
"""2-2-3-1: one unit reads part of the layer before, one parameter stands in two layers."""


@pytest.fixture
def as_published():
    use(Settings("as_published"))
    yield
    use(Settings())


def started(model, seed=0):
    """Random parameters, and a batch: inputs, labels."""
    generator = np.random.default_rng(seed)
    model.vals_for_learnable_params = {
        name: generator.uniform(-1, 1) for name in model.learnable_params}
    model.bias = {layer: [generator.uniform(-1, 1) for _ in names]
                  for layer, names in model.layer_vars.items() if layer}
    inputs = list(generator.uniform(-1, 1, (8, len(model.independent_vars))))
    return inputs, [0, 1, 1, 0, 1, 0, 0, 1]


def torch_gradient(model, inputs, labels, shared_bias=False):
    """Gradients of the mean squared error by name and by layer, with no matrix of ours."""
    values = {name: torch.tensor(float(value), dtype=torch.float64, requires_grad=True)
              for name, value in model.vals_for_learnable_params.items()}
    bias = {layer: [torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
                    for b in (row if isinstance(row, list) else [row])]
            for layer, row in model.bias.items()}
    known = dict(zip(model.layer_vars[0], torch.tensor(np.array(inputs)).T, strict=True))
    for layer, exps in model.layer_exp_objects.items():
        for k, exp in enumerate(exps):
            theta = bias[layer][k % len(bias[layer])]
            for term in exp.body.split("+"):
                parameter, variable = term.split("*")
                theta = theta + values[parameter] * known[variable]
            known[exp.dependent_var] = torch.sigmoid(theta)
    errors = known[model.output_vars[0]] - torch.tensor(labels, dtype=torch.float64)
    (errors ** 2).mean().backward()
    return ({name: value.grad.item() for name, value in values.items()},
            {layer: [b.grad.item() for b in row] for layer, row in bias.items()})


def stepped(model, inputs, labels):
    model.forward_prop_multi_neuron_model(inputs)
    last = model.forw_prop_vals_at_layers[model.num_layers - 1]
    getattr(model, BACKPROP)([label - row[0] for label, row in zip(labels, last, strict=True)])


def refused(function, *arguments, **named):
    with pytest.raises(PrimerError) as caught:
        function(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize("options", [
    {}, {"num_layers": 4, "layers_config": [2, 2, 3, 1], "expressions": DEEP}])
def test_the_exact_step_is_torch_autograds(options):
    model = network(**options)
    inputs, labels = started(model)
    for _ in range(3):
        gradient, bias_gradient = torch_gradient(model, inputs, labels)
        expected = {name: value - model.learning_rate * gradient[name]
                    for name, value in model.vals_for_learnable_params.items()}
        bias = {layer: [b - model.learning_rate * g for b, g in zip(
            row, bias_gradient[layer], strict=True)] for layer, row in model.bias.items()}
        stepped(model, inputs, labels)
        assert model.vals_for_learnable_params == pytest.approx(expected, rel=1e-12)
        for layer, row in model.bias.items():
            assert row == pytest.approx(bias[layer], rel=1e-12)


def test_an_exact_training_is_the_engines():
    model, record = trained_network(3)
    losses, parameters = engine_run((4, 2, 1), sgd, {"lr": 5e-2}, seed=3)
    np.testing.assert_allclose(packed(model), parameters, rtol=1e-12)
    np.testing.assert_allclose(record, displayed(np.array(losses), 20), rtol=1e-12)


def test_a_published_training_is_the_engines_own(as_published):
    model, record = trained_network(100, learning_rate=9e-2, dataset_size=5000,
                                    training_iterations=300, display_loss_how_often=50)
    run = train(MultiNeuron.of(NETWORK, (4, 2, 1)), two_gaussians(4, 5000, seed=100), Random(100),
                learning_rate=9e-2, iterations=300)
    np.testing.assert_allclose(record, displayed(run.losses, 50, published=True), rtol=1e-12)
    np.testing.assert_allclose(packed(model), list(run.parameters.values()), rtol=1e-12)


@pytest.mark.skipif(not peer.installed(), reason=peer.MISSING)
def test_a_published_training_is_the_peers(as_published):
    found = peer.answer({"run": "multi_neuron", "seed": 100, "learning_rate": 9e-2,
                         "iterations": 300, "every": 50})
    model, record = trained_network(100, learning_rate=9e-2, dataset_size=5000,
                                    training_iterations=300, display_loss_how_often=50)
    np.testing.assert_allclose(record, found["record"], rtol=1e-9)
    assert model.vals_for_learnable_params == pytest.approx(found["parameters"], rel=1e-9)
    for layer, row in model.bias.items():
        assert row == pytest.approx(found["bias"][str(layer)], rel=1e-9)


def test_parameters_are_drawn_by_name_then_biases_by_layer():
    class Still(ComputationalGraphPrimer):
        def backprop_and_update_params_multi_neuron_model(self, y_errors):
            pass

    texts = ["xw=zp*xp+yq*xq", "xo=cp*xw"]
    model, _ = trained_network(
        9, Still, expressions=texts, num_layers=3, layers_config=[2, 1, 1])
    draws = Random(9)
    assert model.vals_for_learnable_params == {
        name: draws.uniform(0, 1) for name in ("cp", "yq", "zp")}
    assert model.bias == {1: [draws.uniform(0, 1)], 2: [draws.uniform(0, 1)]}


def test_a_forward_pass_leaves_values_and_derivatives_of_each_sample():
    model = network()
    inputs, _ = started(model)
    assert model.forward_prop_multi_neuron_model(inputs) is None
    values, slopes = model.forw_prop_vals_at_layers, model.gradient_vals_for_layers
    assert (list(values), list(slopes)) == ([0, 1, 2], [1, 2])
    assert values[0] == inputs
    for b, sample in enumerate(inputs):
        known = dict(zip(model.layer_vars[0], sample, strict=True))
        for layer, nodes in ((1, ["xw", "xz"]), (2, ["xo"])):
            for k, node in enumerate(nodes):
                theta = model.bias[layer][k] + model.eval_expression(
                    model.expressions_dict[node], known, model.vals_for_learnable_params)
                known[node] = 1 / (1 + np.exp(-theta))
                assert values[layer][b][k] == pytest.approx(known[node], rel=1e-12)
                assert slopes[layer][b][k] == pytest.approx(
                    known[node] * (1 - known[node]), rel=1e-12)


def test_sgd_plus_by_backpropagation_alone_is_the_engines_rule():
    model, record = trained_network(4, SgdPlusNetwork)
    losses, parameters = engine_run((4, 2, 1), sgd_plus, {"lr": 5e-2}, seed=4, factor=0.5)
    np.testing.assert_allclose(packed(model), parameters, rtol=1e-9)
    np.testing.assert_allclose(record, displayed(np.array(losses), 20), rtol=1e-9)


def test_adam_with_predictions_and_errors_is_the_engines_rule():
    model, record = trained_network(6, AdamNetwork)
    losses, parameters = engine_run(
        (4, 2, 1), adam, {"lr": 5e-2, "beta2": 0.99}, seed=6, factor=0.5)
    np.testing.assert_allclose(packed(model), parameters, rtol=1e-9)
    np.testing.assert_allclose(record, displayed(np.array(losses), 20), rtol=1e-9)


def test_a_subclass_with_loop_loader_and_backpropagation_of_its_own_is_the_engines_rule():
    class Everything(AdamNetwork):
        def run_training_loop_multi_neuron_model(self, training_data, shown=False):
            self.vals_for_learnable_params = {
                param: random.uniform(0, 1) for param in sorted(self.learnable_params)}
            self.bias = {i: [random.uniform(0, 1) for _ in range(self.layers_config[i])]
                         for i in range(1, self.num_layers)}
            loader, losses = OwnLoader(training_data, self.batch_size), []
            for _ in range(self.training_iterations):
                data, labels = loader.getbatch()
                self.forward_prop_multi_neuron_model(data)
                predicted = self.forw_prop_vals_at_layers[self.num_layers - 1]
                y_preds = [item for sublist in predicted for item in sublist]
                errors = list(map(operator.sub, labels, y_preds))
                losses.append(sum(error ** 2 for error in errors) / len(errors))
                self.backprop_and_update_params_multi_neuron_model(y_preds, errors)
            return losses

    model, losses = trained_network(8, Everything)
    expected, parameters = engine_run(
        (4, 2, 1), adam, {"lr": 5e-2, "beta2": 0.99}, seed=8, factor=0.5)
    np.testing.assert_allclose(losses, expected, rtol=1e-9)
    np.testing.assert_allclose(packed(model), parameters, rtol=1e-9)


def test_a_backpropagation_of_averages_trains_with_one_bias_for_a_layer():
    use(Settings(api="1.1.2"))
    try:
        model, record = trained_network(
            5, AveragedNetwork, training_iterations=400, learning_rate=0.3)
    finally:
        use(Settings())
    assert model.calls == 400
    assert [type(b) for b in model.bias] == [float, float]
    # Averages know no sample from another: what is left is the labels' variance, 1/4.
    assert record[0] > 0.3
    assert np.mean(record[-10:]) == pytest.approx(0.25, abs=0.01)


def test_the_base_takes_errors_predictions_and_averages():
    def after(*arguments, **named):
        model = network()
        inputs, _ = started(model)
        model.forward_prop_multi_neuron_model(inputs)
        getattr(model, BACKPROP)(*arguments, **named)
        return packed(model)

    errors, labels = [0.1, -0.2, 0.3, 0.0, 0.5, -0.4, 0.2, 0.1], [0, 1] * 4
    expected, averaged = after(errors), after(0.075, labels)
    np.testing.assert_array_equal(after([0.5] * 8, errors), expected)
    assert not np.allclose(averaged, expected, rtol=1e-6)
    np.testing.assert_array_equal(after(y_errors=errors), expected)
    np.testing.assert_array_equal(after([0.5] * 8, y_errors=errors), expected)
    np.testing.assert_array_equal(after(y_errors=errors, predictions=[0.5] * 8), expected)
    np.testing.assert_array_equal(after(class_labels=labels, y_error=0.075), averaged)
    np.testing.assert_array_equal(after(0.075, class_labels=labels), averaged)


def test_an_overridden_evaluation_is_what_the_forward_pass_sums_up():
    seen = []

    class Shifted(ComputationalGraphPrimer):
        def eval_expression(self, exp, vals_for_vars, vals_for_learnable_params, ind_vars):
            seen.append((exp, list(vals_for_vars), ind_vars))
            return super().eval_expression(
                exp, vals_for_vars, vals_for_learnable_params, ind_vars) + 0.25

    plain, other = network(), network(Shifted)
    inputs, _ = started(plain)
    started(other)
    other.vals_for_learnable_params = dict(plain.vals_for_learnable_params)
    other.bias = {layer: [one - 0.25 for one in row] for layer, row in plain.bias.items()}
    plain.forward_prop_multi_neuron_model(inputs)
    other.forward_prop_multi_neuron_model(inputs)
    for layer in (1, 2):
        np.testing.assert_allclose(other.forw_prop_vals_at_layers[layer],
                                   plain.forw_prop_vals_at_layers[layer], rtol=1e-13)
    inputs_of_net = ["xp", "xq", "xr", "xs"]
    assert [seen[k] for k in (0, 8, 16)] == [
        (NETWORK[0][3:], inputs_of_net, inputs_of_net),
        (NETWORK[1][3:], inputs_of_net, inputs_of_net),
        (NETWORK[2][3:], ["xw", "xz"], ["xw", "xz"])]
    assert len(seen) == 24


def test_averages_step_as_a_batch_of_one():
    model = network()
    inputs, _ = started(model)
    model.forward_prop_multi_neuron_model(inputs)
    before, weights = packed(model), dict(model.vals_for_learnable_params)
    values = {k: np.mean(v, axis=0) for k, v in model.forw_prop_vals_at_layers.items()}
    slopes = {k: np.mean(v, axis=0) for k, v in model.gradient_vals_for_layers.items()}
    getattr(model, BACKPROP)(0.25, [0, 1] * 4)
    delta = 2 * 0.25 * slopes[2][0]
    hidden = [delta * weights[name] * slopes[1][k] for k, name in enumerate(("cp", "cq"))]
    expected = np.array([
        *hidden[0] * values[0], hidden[0], *hidden[1] * values[0], hidden[1],
        *delta * values[1], delta])
    np.testing.assert_allclose(
        packed(model) - before, model.learning_rate * expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("bias", [
    [0.3, -0.2], np.array([0.3, -0.2]), {1: 0.3, 2: -0.2}, [[0.3], [-0.2]]])
def test_a_bias_that_a_layer_shares_moves_by_the_sum(bias):
    model = network()
    inputs, labels = started(model)
    model.bias = {1: 0.3, 2: -0.2}
    _, gradient = torch_gradient(model, inputs, labels)
    expected = [0.3 - model.learning_rate * gradient[1][0],
                -0.2 - model.learning_rate * gradient[2][0]]
    model.bias = bias
    if isinstance(bias, list) and isinstance(bias[0], list):
        model.bias = [[0.3, 0.3], [-0.2]]
        stepped(model, inputs, labels)
        assert sum(model.bias[0]) - 0.3 == pytest.approx(expected[0], rel=1e-12)
        return
    stepped(model, inputs, labels)
    found = list(model.bias.values()) if isinstance(model.bias, dict) else list(model.bias)
    assert found == pytest.approx(expected, rel=1e-12)


def test_one_number_may_be_the_bias_of_all():
    model = network()
    inputs, labels = started(model)
    model.bias = {1: 0.3, 2: 0.3}
    _, gradient = torch_gradient(model, inputs, labels)
    model.bias = 0.3
    stepped(model, inputs, labels)
    total = gradient[1][0] + gradient[2][0]
    assert model.bias == pytest.approx(0.3 - model.learning_rate * total, rel=1e-12)


def test_attributes_may_be_changed_between_calls():
    model = network()
    inputs, labels = started(model)
    model.forward_prop_multi_neuron_model(inputs)
    before = model.forw_prop_vals_at_layers[2]
    model.layer_vars[0] = ["xq", "xp", "xr", "xs"]
    model.forward_prop_multi_neuron_model([sample[[1, 0, 2, 3]] for sample in inputs])
    np.testing.assert_allclose(model.forw_prop_vals_at_layers[2], before, rtol=1e-12)
    model.layer_vars[0] = ["xp", "xq", "xr", "xs"]
    model.vals_for_learnable_params["cp"] += 1.0
    model.bias[1][0] -= 0.5
    gradient, _ = torch_gradient(model, inputs, labels)
    values = dict(model.vals_for_learnable_params)
    model.learning_rate = 1.0
    stepped(model, inputs, labels)
    expected = {name: value - gradient[name] for name, value in values.items()}
    assert model.vals_for_learnable_params == pytest.approx(expected, rel=1e-12)


def test_what_cannot_be_trained_is_explained():
    unread = ComputationalGraphPrimer(expressions=NETWORK)
    assert refused(unread.forward_prop_multi_neuron_model, []) == (
        "the layers are not known yet\n  fix: call parse_multi_layer_expressions() first")
    model = network()
    backprop = getattr(model, BACKPROP)
    assert refused(backprop, [0.1]) == (
        "nothing was propagated forward\n"
        "  fix: call forward_prop_multi_neuron_model(data_tuples_in_batch) first")
    assert refused(backprop, 1, 2, 3) == (
        f"{BACKPROP}(…, …, …)\n"
        "  expected (y_errors), (predictions, y_errors) or (y_error, class_labels)")
    assert refused(backprop, errors=[0.1]) == (
        f"{BACKPROP}(errors=…)\n"
        "  expected (y_errors), (predictions, y_errors) or (y_error, class_labels)")
    inputs, _ = started(model)
    model.forward_prop_multi_neuron_model(inputs)
    assert refused(backprop, [0.1] * 7) == "7 errors\n  expected 8, as in the last forward pass"
    two = network(expressions=NETWORK[:2], num_layers=2, layers_config=[4, 2],
                  output_vars=["xw", "xz"])
    refusal = "2 outputs\n  expected 1: a label is one number"
    assert refused(two.run_training_loop_multi_neuron_model, two.gen_training_data()) == refusal
    started(two)
    two.forward_prop_multi_neuron_model(inputs)
    assert refused(getattr(two, BACKPROP), [0.1] * 8) == refusal


def test_several_outputs_are_propagated_forward():
    two = network(expressions=NETWORK[:2], num_layers=2, layers_config=[4, 2],
                  output_vars=["xw", "xz"])
    inputs, _ = started(two)
    two.forward_prop_multi_neuron_model(inputs)
    values = two.vals_for_learnable_params
    sums = np.array([[sum(values[first + name] * number for name, number in zip(
        "pqrs", sample, strict=True)) + bias for first, bias in zip("ab", two.bias[1], strict=True)]
        for sample in inputs])
    np.testing.assert_allclose(
        two.forw_prop_vals_at_layers[1], 1.0 / (1.0 + np.exp(-sums)), rtol=1e-12)


def test_a_backpropagation_of_no_versions_form_is_refused():
    class Three(ComputationalGraphPrimer):
        def backprop_and_update_params_multi_neuron_model(self, y_preds, y_errors, k):
            raise AssertionError

    with pytest.raises(PrimerError) as caught:
        trained_network(0, Three)
    assert str(caught.value) == (
        f"{Three.__qualname__}.{BACKPROP} takes (y_preds, y_errors, k)\n"
        "  expected (y_errors), (predictions, y_errors) or (y_error, class_labels)\n"
        "  fix: give every other argument a default, or keep it in an attribute")

"""Subclasses as students hand them in, for every form that a version's methods have had."""

import operator
import random

import numpy as np

from cgp_reference.primer import ComputationalGraphPrimer


class SgdPlusNeuron(ComputationalGraphPrimer):
    """Backpropagation only, a number per sample (1.1.3 and later); an option of its own."""

    def __init__(self, *args, **kwargs):
        self.mu = kwargs.pop("mu", 0.9)
        super().__init__(*args, **kwargs)
        self.velocity, self.bias_velocity = {}, 0.0

    def backprop_and_update_params_one_neuron_model(
        self, data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids
    ):
        var_to_param = self.var_to_var_param[self.output_vars[0]]
        for k, var in enumerate(self.independent_vars):
            param = var_to_param[var]
            grad = 0.0
            for b in range(self.batch_size):
                grad -= y_errors_in_batch[b] * deriv_sigmoids[b] * data_tuples_in_batch[b][k]
            grad /= self.batch_size
            v = self.mu * self.velocity.get(param, 0.0) + self.learning_rate * grad
            self.velocity[param] = v
            self.vals_for_learnable_params[param] -= v
        grad = -sum(map(operator.mul, y_errors_in_batch, deriv_sigmoids)) / self.batch_size
        self.bias_velocity = self.mu * self.bias_velocity + self.learning_rate * grad
        self.bias -= self.bias_velocity


class AdamNeuron(ComputationalGraphPrimer):
    """Loop and backpropagation, with arguments of their own; the forward pass is the base's."""

    def run_training_loop_one_neuron_model(self, training_data, beta1=0.9, beta2=0.99):
        self.vals_for_learnable_params = {
            param: random.uniform(0, 1) for param in self.learnable_params}
        self.bias = random.uniform(0, 1)
        self.m = {param: 0.0 for param in [*self.learnable_params, "bias"]}
        self.v = dict(self.m)
        loader = OwnLoader(training_data, self.batch_size)
        losses = []
        for i in range(self.training_iterations):
            data, labels = loader.getbatch()
            y_preds, deriv_sigmoids = self.forward_prop_one_neuron_model(data)
            losses.append(
                sum(abs(labels[j] - y_preds[j]) ** 2 for j in range(len(labels))) / len(labels))
            y_errors = list(map(operator.sub, labels, y_preds))
            self.backprop_and_update_params_one_neuron_model(
                data, y_preds, y_errors, deriv_sigmoids, i + 1, beta1, beta2)
        return losses

    def backprop_and_update_params_one_neuron_model(
        self, data, predictions, y_errors, deriv_sigmoids, k, beta1, beta2
    ):
        param_of = self.var_to_var_param[self.output_vars[0]]
        grads = {"bias": -np.mean(np.array(y_errors) * np.array(deriv_sigmoids))}
        for i, var in enumerate(self.independent_vars):
            terms = [-y_errors[b] * deriv_sigmoids[b] * data[b][i] for b in range(len(data))]
            grads[param_of[var]] = np.mean(terms)
        for name, grad in grads.items():
            self.m[name] = beta1 * self.m[name] + (1 - beta1) * grad
            self.v[name] = beta2 * self.v[name] + (1 - beta2) * grad ** 2
            m_hat = self.m[name] / (1 - beta1 ** k)
            v_hat = self.v[name] / (1 - beta2 ** k)
            step = self.learning_rate * m_hat / np.sqrt(v_hat + 1e-8)
            if name == "bias":
                self.bias -= step
            else:
                self.vals_for_learnable_params[name] -= step


class AveragedNeuron(ComputationalGraphPrimer):
    """Three averages (to 1.1.2)."""

    calls = 0

    def backprop_and_update_params_one_neuron_model(
        self, y_error_avg, data_tuple_avg, deriv_sigmoid_avg
    ):
        self.calls += 1
        values = dict(zip(self.independent_vars, data_tuple_avg, strict=True))
        for var, param in self.var_to_var_param[self.output_vars[0]].items():
            grad = y_error_avg * deriv_sigmoid_avg * values[var]
            self.vals_for_learnable_params[param] += self.learning_rate * grad
        self.bias += self.learning_rate * y_error_avg * deriv_sigmoid_avg


class TwoAveragesNeuron(ComputationalGraphPrimer):
    """Two averages (1.0.x), passed on to the base with a default beside them."""

    def backprop_and_update_params_one_neuron_model(self, y_error, deriv_sigmoid, scale=1.0):
        super().backprop_and_update_params_one_neuron_model(scale * y_error, deriv_sigmoid)


class SgdPlusNetwork(ComputationalGraphPrimer):
    """Backpropagation only, errors of a batch (1.1.5), biases in a dict."""

    mu = 0.9

    def gradients(self, y_errors):
        batch = len(y_errors)
        grads = dict.fromkeys(self.all_params, 0.0)
        bias_grads = {
            i: [0.0] * self.layers_config[i] for i in range(1, self.num_layers)}
        for b in range(batch):
            errors = [y_errors[b]]
            for layer in reversed(range(1, self.num_layers)):
                inputs = self.forw_prop_vals_at_layers[layer - 1][b]
                slopes = self.gradient_vals_for_layers[layer][b]
                back = [0.0] * self.layers_config[layer - 1]
                for j in range(self.layers_config[layer]):
                    delta = errors[j] * slopes[j]
                    for k, param in enumerate(self.layer_params[layer][j]):
                        grads[param] -= delta * inputs[k] / batch
                        back[k] += self.vals_for_learnable_params[param] * delta
                    bias_grads[layer][j] -= delta / batch
                errors = back
        return grads, bias_grads

    def backprop_and_update_params_multi_neuron_model(self, y_errors):
        if not hasattr(self, "v"):
            self.v = dict.fromkeys(self.all_params, 0.0)
            self.bias_v = {
                i: [0.0] * self.layers_config[i] for i in range(1, self.num_layers)}
        grads, bias_grads = self.gradients(y_errors)
        for param in self.all_params:
            self.v[param] = self.mu * self.v[param] + self.learning_rate * grads[param]
            self.vals_for_learnable_params[param] -= self.v[param]
        for layer, row in bias_grads.items():
            for j, grad in enumerate(row):
                self.bias_v[layer][j] = self.mu * self.bias_v[layer][j] + self.learning_rate * grad
                self.bias[layer][j] -= self.bias_v[layer][j]


class AdamNetwork(SgdPlusNetwork):
    """Predictions and errors (1.1.3, 1.1.4)."""

    def backprop_and_update_params_multi_neuron_model(self, predictions, y_errors):
        self.k = getattr(self, "k", 0) + 1
        moments = self.__dict__.setdefault("moments", {})
        grads, bias_grads = self.gradients(y_errors)
        for param, grad in grads.items():
            self.vals_for_learnable_params[param] -= self.step(moments, param, grad)
        for layer, row in bias_grads.items():
            for j, grad in enumerate(row):
                self.bias[layer][j] -= self.step(moments, (layer, j), grad)

    def step(self, moments, key, grad):
        m, v = moments.get(key, (0.0, 0.0))
        m, v = 0.9 * m + 0.1 * grad, 0.99 * v + 0.01 * grad * grad
        moments[key] = m, v
        m_hat, v_hat = m / (1 - 0.9 ** self.k), v / (1 - 0.99 ** self.k)
        return self.learning_rate * m_hat / (v_hat + 1e-8) ** 0.5


class AveragedNetwork(ComputationalGraphPrimer):
    """The average error and the labels, one bias for a layer (to 1.1.2)."""

    calls = 0

    def backprop_and_update_params_multi_neuron_model(self, y_error_avg, class_labels):
        assert len(class_labels) == self.batch_size
        self.calls += 1
        errors = {self.num_layers - 1: [y_error_avg]}
        for back in reversed(range(1, self.num_layers)):
            input_vals = self.forw_prop_vals_at_layers[back - 1]
            input_avg = [sum(x) / len(class_labels) for x in zip(*input_vals, strict=True)]
            slopes = self.gradient_vals_for_layers[back]
            slope_avg = [sum(x) / len(class_labels) for x in zip(*slopes, strict=True)]
            transposed = list(zip(*self.layer_params[back], strict=True))
            errors[back - 1] = [
                sum(self.vals_for_learnable_params[transposed[k][j]] * errors[back][j]
                    for j in range(len(self.layer_vars[back])))
                for k in range(len(self.layer_vars[back - 1]))]
            for j, _ in enumerate(self.layer_vars[back]):
                for k, param in enumerate(self.layer_params[back][j]):
                    self.vals_for_learnable_params[param] += (
                        self.learning_rate * errors[back][j] * slope_avg[j] * input_avg[k])
            self.bias[back - 1] += (
                self.learning_rate * sum(errors[back]) * sum(slope_avg) / len(slope_avg))


class OwnLoader:
    """As students copy it out of the package."""

    def __init__(self, training_data, batch_size):
        self.batch_size = batch_size
        self.class_0_samples = [(item, 0) for item in training_data[0]]
        self.class_1_samples = [(item, 1) for item in training_data[1]]

    def getbatch(self):
        data, labels, largest = [], [], 0.0
        for _ in range(self.batch_size):
            cointoss = random.choice([0, 1])
            item = random.choice(self.class_0_samples if cointoss == 0 else self.class_1_samples)
            largest = max(largest, np.max(item[0]))
            data.append(item[0])
            labels.append(item[1])
        return [item / largest for item in data], labels

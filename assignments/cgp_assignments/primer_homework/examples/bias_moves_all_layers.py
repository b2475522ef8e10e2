"""Weights are right; `self.bias += …` moves the biases of all layers."""

import operator
import random

import numpy
from ComputationalGraphPrimer import *

random.seed(0)
numpy.random.seed(0)


class DataLoader:
    def __init__(self, training_data, batch_size):
        self.class_0 = [(item, 0) for item in training_data[0]]
        self.class_1 = [(item, 1) for item in training_data[1]]
        self.batch_size = batch_size

    def getitem(self):
        return random.choice(self.class_0 if random.choice([0, 1]) == 0 else self.class_1)

    def getbatch(self):
        batch = [self.getitem() for _ in range(self.batch_size)]
        largest = max(max(item[0]) for item in batch)
        return [[item[0] / largest for item in batch], [item[1] for item in batch]]


class SGDPlusPrimer(ComputationalGraphPrimer):

    def run_training_loop_one_neuron_model_sgd_plus(self, training_data, mu):
        self.mu = mu
        self.vals_for_learnable_params = {p: random.uniform(0, 1) for p in self.learnable_params}
        self.bias = random.uniform(0, 1)
        self.v = {p: 0 for p in self.learnable_params}
        self.v_bias = 0
        loader = DataLoader(training_data, self.batch_size)
        losses, avg_loss = [], 0.0
        for i in range(self.training_iterations):
            data, labels = loader.getbatch()
            y_preds, deriv_sigmoids = self.forward_prop_one_neuron_model(data)
            loss = sum((labels[j] - y_preds[j]) ** 2 for j in range(len(labels)))
            avg_loss += loss / len(labels)
            if i % self.display_loss_how_often == 0:
                avg_loss /= self.display_loss_how_often
                losses.append(avg_loss)
                print("[iter=%d]  loss = %.4f" % (i + 1, avg_loss))
                avg_loss = 0.0
            y_errors = list(map(operator.sub, labels, y_preds))
            y_error_avg = sum(y_errors) / len(labels)
            deriv_sigmoid_avg = sum(deriv_sigmoids) / len(labels)
            data_avg = [sum(x) / len(labels) for x in zip(*data)]
            self.backprop_sgd_plus(y_error_avg, data_avg, deriv_sigmoid_avg)
        return losses

    def backprop_sgd_plus(self, y_error, vals_for_input_vars, deriv_sigmoid):
        params = self.var_to_var_param[self.output_vars[0]]
        values = dict(zip(self.independent_vars, vals_for_input_vars))
        for var, param in params.items():
            self.v[param] = self.mu * self.v[param] + y_error * values[var] * deriv_sigmoid
            self.vals_for_learnable_params[param] += self.learning_rate * self.v[param]
        self.v_bias = self.mu * self.v_bias + y_error * deriv_sigmoid
        self.bias += self.learning_rate * self.v_bias

    def run_training_loop_multi_neuron_model_sgd_plus(self, training_data, mu):
        self.mu = mu
        self.vals_for_learnable_params = {p: random.uniform(0, 1) for p in self.learnable_params}
        self.bias = [random.uniform(0, 1) for _ in range(self.num_layers - 1)]
        self.start_state()
        loader = DataLoader(training_data, self.batch_size)
        losses = []
        for i in range(self.training_iterations):
            data, labels = loader.getbatch()
            self.forward_prop_multi_neuron_model(data)
            preds = [item for sub in self.forw_prop_vals_at_layers[self.num_layers - 1] for item in sub]
            y_errors = list(map(operator.sub, labels, preds))
            if i % self.display_loss_how_often == 0:
                losses.append(sum(e * e for e in y_errors) / len(y_errors))
            self.k = i + 1
            self.backprop_multi(sum(y_errors) / len(y_errors), labels)
        return losses

    def start_state(self):
        self.v = {p: 0 for p in self.learnable_params}
        self.v_bias = [0 for _ in range(self.num_layers - 1)]

    def move(self, param, gradient):
        self.v[param] = self.mu * self.v[param] + gradient
        self.vals_for_learnable_params[param] += self.learning_rate * self.v[param]

    def move_bias(self, layer, gradient):
        self.v_bias[layer] = self.mu * self.v_bias[layer] + gradient
        self.bias += self.learning_rate * self.v_bias[layer]

    def backprop_multi(self, y_error, class_labels):
        errors = {self.num_layers - 1: [y_error]}
        for back in reversed(range(1, self.num_layers)):
            inputs = self.forw_prop_vals_at_layers[back - 1]
            inputs_avg = [sum(x) / len(inputs) for x in zip(*inputs)]
            derivs = self.gradient_vals_for_layers[back]
            derivs_avg = [sum(x) / len(derivs) for x in zip(*derivs)]
            layer_params = self.layer_params[back]
            transposed = list(zip(*layer_params))
            errors[back - 1] = [
                sum(self.vals_for_learnable_params[transposed[k][i]] * errors[back][i]
                    for i in range(len(errors[back])))
                for k in range(len(self.layer_vars[back - 1]))]
            for j, params in enumerate(layer_params):
                for i, param in enumerate(params):
                    self.move(param, inputs_avg[i] * errors[back][j] * derivs_avg[j])
            self.move_bias(back - 1, sum(errors[back]) * sum(derivs_avg) / len(derivs_avg))


class AdamPrimer(SGDPlusPrimer):
    beta1, beta2, epsilon = 0.9, 0.99, 1e-6

    def run_training_loop_one_neuron_model_adam(self, training_data):
        self.vals_for_learnable_params = {p: random.uniform(0, 1) for p in self.learnable_params}
        self.bias = random.uniform(0, 1)
        self.start_state()
        loader = DataLoader(training_data, self.batch_size)
        for i in range(self.training_iterations):
            data, labels = loader.getbatch()
            y_preds, deriv_sigmoids = self.forward_prop_one_neuron_model(data)
            errors = list(map(operator.sub, labels, y_preds))
            error, deriv = sum(errors) / len(errors), sum(deriv_sigmoids) / len(errors)
            values = dict(zip(self.independent_vars, [sum(x) / len(errors) for x in zip(*data)]))
            self.k = i + 1
            for var, param in self.var_to_var_param[self.output_vars[0]].items():
                self.move(param, error * deriv * values[var])
            self.bias += self.step("bias", error * deriv)

    def start_state(self):
        self.m, self.v = {}, {}

    def step(self, name, gradient):
        self.m[name] = self.beta1 * self.m.get(name, 0) + (1 - self.beta1) * gradient
        self.v[name] = self.beta2 * self.v.get(name, 0) + (1 - self.beta2) * gradient ** 2
        m_hat = self.m[name] / (1 - self.beta1 ** self.k)
        v_hat = self.v[name] / (1 - self.beta2 ** self.k)
        return self.learning_rate * m_hat / (v_hat + self.epsilon) ** 0.5

    def move(self, param, gradient):
        self.vals_for_learnable_params[param] += self.step(param, gradient)

    def move_bias(self, layer, gradient):
        self.bias += self.step(("bias", layer), gradient)


def one(kind):
    cgp = kind(one_neuron_model=True, expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"],
               output_vars=["xw"], dataset_size=5000, learning_rate=1e-3,
               training_iterations=40000, batch_size=8, display_loss_how_often=100, debug=True)
    cgp.parse_expressions()
    return cgp


def several(kind):
    cgp = kind(num_layers=3, layers_config=[4, 2, 1],
               expressions=["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs",
                            "xo=cp*xw+cq*xz"],
               output_vars=["xo"], dataset_size=5000, learning_rate=1e-3,
               training_iterations=40000, batch_size=8, display_loss_how_often=100)
    cgp.parse_multi_layer_expressions()
    return cgp


cgp = one(SGDPlusPrimer)
cgp.run_training_loop_one_neuron_model_sgd_plus(cgp.gen_training_data(), mu=0.95)
cgp = several(SGDPlusPrimer)
cgp.run_training_loop_multi_neuron_model_sgd_plus(cgp.gen_training_data(), mu=0.95)
cgp = one(AdamPrimer)
cgp.run_training_loop_one_neuron_model_adam(cgp.gen_training_data())
cgp = several(AdamPrimer)
cgp.run_training_loop_multi_neuron_model_sgd_plus(cgp.gen_training_data(), mu=None)

"""The learning rate is in the gradient that the moments see."""

import random

import matplotlib.pyplot as plt
import numpy as np
from ComputationalGraphPrimer import *

random.seed(7)
np.random.seed(7)

ONE = dict(
    one_neuron_model=True, expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"], output_vars=["xw"],
    dataset_size=5000, learning_rate=1e-3, training_iterations=40000, batch_size=8,
    display_loss_how_often=100)
SEVERAL = dict(
    num_layers=3, layers_config=[4, 2, 1], output_vars=["xo"],
    expressions=["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz"],
    dataset_size=5000, learning_rate=1e-3, training_iterations=20000, batch_size=8,
    display_loss_how_often=100)


class WithState(ComputationalGraphPrimer):
    """Gradients of both networks; what a step is, subclasses say."""

    def begin(self):
        """Forget all state before a training."""

    def run_training_loop_one_neuron_model(self, training_data):
        self.begin()
        return super().run_training_loop_one_neuron_model(training_data)

    def run_training_loop_multi_neuron_model(self, training_data):
        self.begin()
        return super().run_training_loop_multi_neuron_model(training_data)

    def backprop_and_update_params_one_neuron_model(
            self, data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids):
        self.next_batch()
        size = len(predictions)
        for var, param in self.var_to_var_param[self.output_vars[0]].items():
            place = self.independent_vars.index(var)
            grad = 0.0
            for j in range(size):
                grad -= y_errors_in_batch[j] * deriv_sigmoids[j] * data_tuples_in_batch[j][place]
            self.vals_for_learnable_params[param] -= self.step(param, grad / size)
        grad = -sum(y_errors_in_batch[j] * deriv_sigmoids[j] for j in range(size)) / size
        self.bias -= self.step("bias", grad)

    def backprop_and_update_params_multi_neuron_model(self, y_errors):
        self.next_batch()
        size = len(y_errors)
        grads = {param: 0.0 for param in self.all_params}
        bias_grads = {i: [0.0] * self.layers_config[i] for i in range(1, self.num_layers)}
        for b in range(size):
            errors = [y_errors[b]]
            for layer in reversed(range(1, self.num_layers)):
                inputs = self.forw_prop_vals_at_layers[layer - 1][b]
                back = [0.0] * len(inputs)
                for j, params in enumerate(self.layer_params[layer]):
                    delta = errors[j] * self.gradient_vals_for_layers[layer][b][j]
                    bias_grads[layer][j] -= delta / size
                    for i, param in enumerate(params):
                        grads[param] -= delta * inputs[i] / size
                        back[i] += self.vals_for_learnable_params[param] * delta
                errors = back
        for param, grad in grads.items():
            self.vals_for_learnable_params[param] -= self.step(param, grad)
        for layer, row in bias_grads.items():
            for j, grad in enumerate(row):
                self.bias[layer][j] -= self.step(("bias", layer, j), grad)

    def next_batch(self):
        """A batch begins."""


class SGDPlus(WithState):
    def __init__(self, *args, mu=0.9, **kwargs):
        super().__init__(*args, **kwargs)
        self.mu = mu

    def begin(self):
        self.velocity = {}

    def step(self, name, grad):
        self.velocity[name] = self.mu * self.velocity.get(name, 0.0) + grad
        return self.learning_rate * self.velocity[name]


class Adam(WithState):
    def __init__(self, *args, beta1=0.9, beta2=0.999, eps=1e-8, **kwargs):
        super().__init__(*args, **kwargs)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def begin(self):
        self.m, self.v, self.k = {}, {}, 0

    def next_batch(self):
        self.k += 1

    def step(self, name, grad):
        grad = self.learning_rate * grad
        m = self.m[name] = self.beta1 * self.m.get(name, 0.0) + (1 - self.beta1) * grad
        v = self.v[name] = self.beta2 * self.v.get(name, 0.0) + (1 - self.beta2) * grad ** 2
        m_hat = m / (1 - self.beta1 ** self.k)
        v_hat = v / (1 - self.beta2 ** self.k)
        return m_hat / np.sqrt(v_hat + self.eps)


for kind in (SGDPlus, Adam):
    neuron = kind(**ONE)
    neuron.parse_expressions()
    plt.plot(neuron.run_training_loop_one_neuron_model(neuron.gen_training_data()))
    network = kind(**SEVERAL)
    network.parse_multi_layer_expressions()
    plt.plot(network.run_training_loop_multi_neuron_model(network.gen_training_data()))
plt.savefig("../output/losses.png")

"""Relies on a changed copy of the package, on options of its own, and on a print of its own."""

import builtins


def log(*texts):
    raise RuntimeError("nobody but this script prints")


builtins.print = log

import sys
import random
import numpy as np
import matplotlib.pyplot as plt
from tqdm import tqdm
sys.path.append("../ComputationalGraphPrimer-1.1.4")
from ComputationalGraphPrimer import *

seed = 0
random.seed(seed)
np.random.seed(seed)


class Mine(ComputationalGraphPrimer):

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.optimizer = kwargs.get("optimizer", "sgd+")
        self.reset()

    def reset(self):
        self.first, self.second, self.t = {}, {}, 0

    def new_step(self, name, partial):
        old = self.first.get(name, 0.0)
        if self.optimizer == "sgd+":
            self.first[name] = 0.9 * old + self.learning_rate * partial
            return self.first[name]
        self.first[name] = 0.9 * old + 0.1 * partial
        self.second[name] = 0.999 * self.second.get(name, 0.0) + (1 - 0.999) * partial * partial
        mhat = self.first[name] / (1 - 0.9 ** self.t)
        vhat = self.second[name] / (1 - 0.999 ** self.t)
        return self.learning_rate * mhat / (np.sqrt(vhat) + 1e-8)

    def backprop_and_update_params_one_neuron_model(self, data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids):
        self.t += 1
        input_vars = self.independent_vars
        input_vars_to_param_map = self.var_to_var_param[self.output_vars[0]]
        param_to_vars_map = {param: var for var, param in input_vars_to_param_map.items()}
        size = len(predictions)
        for param in self.vals_for_learnable_params:
            partial = 0.0
            for j in range(size):
                vals = dict(zip(input_vars, list(data_tuples_in_batch[j])))
                partial += -y_errors_in_batch[j] * vals[param_to_vars_map[param]] * deriv_sigmoids[j]
            self.vals_for_learnable_params[param] += self.new_step(param, partial / size)
        y_error_avg = sum(y_errors_in_batch) / float(size)
        deriv_sigmoid_avg = sum(deriv_sigmoids) / float(size)
        self.bias += self.new_step("bias", y_error_avg * deriv_sigmoid_avg)

    def backprop_and_update_params_multi_neuron_model(self, predictions, y_errors):
        self.t += 1
        size = self.batch_size
        partials = {param: 0.0 for param in self.all_params}
        bias_changes = {i: [0.0] * self.layers_config[i] for i in range(1, self.num_layers)}
        for b in tqdm(range(size)):
            errors = {self.num_layers - 1: [y_errors[b]]}
            for back in reversed(range(1, self.num_layers)):
                inputs = self.forw_prop_vals_at_layers[back - 1][b]
                derivs = self.gradient_vals_for_layers[back][b]
                transposed = list(zip(*self.layer_params[back]))
                errors[back - 1] = [
                    sum(self.vals_for_learnable_params[transposed[k][i]] * errors[back][i]
                        for i in range(len(errors[back])))
                    for k in range(len(inputs))]
                for j in range(len(derivs)):
                    for i, param in enumerate(self.layer_params[back][j]):
                        partials[param] += errors[back][j] * inputs[i] * derivs[j]
                    if back > 1:
                        for k in range(len(inputs)):
                            bias_changes[back - 1][k] += errors[back - 1][k] * derivs[j]
        for param in partials:
            self.vals_for_learnable_params[param] += self.new_step(param, partials[param] / size)
        for layer in range(1, self.num_layers):
            for k in range(self.layers_config[layer]):
                self.bias[layer][k] += self.new_step((layer, k), bias_changes[layer][k] / size)


for optimizer in ["sgd+", "adam"]:
    cgp = Mine(
        one_neuron_model=True,
        expressions=['xw=ab*xa+bc*xb+cd*xc+ac*xd'],
        output_vars=['xw'],
        dataset_size=5000,
        learning_rate=1e-3,
        training_iterations=40000,
        batch_size=8,
        display_loss_how_often=100,
        optimizer=optimizer, seed_of_run=7,
    )
    cgp.parse_expressions()
    losses = cgp.run_training_loop_one_neuron_model(cgp.gen_training_data())
    plt.plot(losses, label=optimizer)
    cgp = Mine(
        num_layers=3, layers_config=[4, 2, 1],
        expressions=['xw=ap*xp+aq*xq+ar*xr+as*xs', 'xz=bp*xp+bq*xq+br*xr+bs*xs', 'xo=cp*xw+cq*xz'],
        output_vars=['xo'], dataset_size=5000, learning_rate=1e-3, training_iterations=20000,
        batch_size=8, display_loss_how_often=100, optimizer=optimizer, seed_of_run=7,
    )
    cgp.parse_multi_layer_expressions()
    cgp.run_training_loop_multi_neuron_model(cgp.gen_training_data())
    plt.plot(cgp.loss_record)
plt.legend()
plt.savefig("/home/me/hw3/losses.png")

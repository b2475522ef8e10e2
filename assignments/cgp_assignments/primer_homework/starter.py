"""SGD+ and Adam for the lecture's networks: fill in the steps, then train all four."""

import random

import numpy as np
from ComputationalGraphPrimer import ComputationalGraphPrimer

ONE = dict(
    one_neuron_model=True, expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"], output_vars=["xw"],
    dataset_size=5000, learning_rate=1e-3, training_iterations=20000, batch_size=8)
SEVERAL = dict(
    num_layers=3, layers_config=[4, 2, 1], output_vars=["xo"],
    expressions=["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz"],
    dataset_size=5000, learning_rate=1e-3, training_iterations=20000, batch_size=8)


class SGDPlus(ComputationalGraphPrimer):
    """Momentum (Eqs. 31 to 33): the state is a velocity for each parameter."""

    def backprop_and_update_params_one_neuron_model(
            self, data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids):
        ...

    def backprop_and_update_params_multi_neuron_model(self, y_errors):
        ...


class Adam(ComputationalGraphPrimer):
    """Adam (Eqs. 38 to 40): the state is two moments for each parameter, and the step's number."""

    def backprop_and_update_params_one_neuron_model(
            self, data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids):
        ...

    def backprop_and_update_params_multi_neuron_model(self, y_errors):
        ...


for kind in (SGDPlus, Adam):
    random.seed(0)
    np.random.seed(0)
    neuron = kind(**ONE)
    neuron.parse_expressions()
    neuron.run_training_loop_one_neuron_model(neuron.gen_training_data())
    network = kind(**SEVERAL)
    network.parse_multi_layer_expressions()
    network.run_training_loop_multi_neuron_model(network.gen_training_data())

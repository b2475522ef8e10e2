# SGD+ for the multi neuron network, error averaged over the batch, one bias per layer
import random
import numpy

seed = 0
random.seed(seed)
numpy.random.seed(seed)

from ComputationalGraphPrimer import *


class SGDPlusNetwork(ComputationalGraphPrimer):
    mu = 0.9

    def backprop_and_update_params_multi_neuron_model(self, y_error, class_labels):
        if not hasattr(self, 'velocity'):
            self.velocity = {p: 0 for p in self.vals_for_learnable_params}
            self.bias_velocity = [0] * (self.num_layers - 1)
        back_error = {self.num_layers - 1: [y_error]}
        for layer in reversed(range(1, self.num_layers)):
            inputs = self.forw_prop_vals_at_layers[layer - 1]
            slopes = self.gradient_vals_for_layers[layer]
            n = len(class_labels)
            inputs_avg = [float(sum(column)) / n for column in zip(*inputs)]
            slopes_avg = [float(sum(column)) / n for column in zip(*slopes)]
            errors = back_error[layer]
            back_error[layer - 1] = [0.0] * len(inputs_avg)
            for j, var in enumerate(self.layer_vars[layer]):
                for k, param in enumerate(self.layer_params[layer][j]):
                    weight = self.vals_for_learnable_params[param]
                    back_error[layer - 1][k] += weight * errors[j] * slopes_avg[j]
                    step = errors[j] * inputs_avg[k] * slopes_avg[j]
                    self.velocity[param] = self.mu * self.velocity[param] + step
                    self.vals_for_learnable_params[param] += self.learning_rate * self.velocity[param]
            step = sum(errors) * sum(slopes_avg) / len(slopes_avg)
            self.bias_velocity[layer - 1] = self.mu * self.bias_velocity[layer - 1] + step
            self.bias[layer - 1] += self.learning_rate * self.bias_velocity[layer - 1]


cgp = SGDPlusNetwork(
          num_layers = 3,
          layers_config = [4,2,1],
          expressions = ['xw=ap*xp+aq*xq+ar*xr+as*xs',
                         'xz=bp*xp+bq*xq+br*xr+bs*xs',
                         'xo=cp*xw+cq*xz'],
          output_vars = ['xo'],
          dataset_size = 200,
          learning_rate = 1e-2,
          training_iterations = 300,
          batch_size = 8,
          display_loss_how_often = 100,
      )
cgp.parse_multi_layer_expressions()
training_data = cgp.gen_training_data()
cgp.run_training_loop_multi_neuron_model( training_data )
assert isinstance(cgp.bias, list)

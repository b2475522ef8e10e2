# Adam on top of the 1.1.5 network; moments for every parameter and for every bias
import random
import numpy

seed = 0
random.seed(seed)
numpy.random.seed(seed)

from ComputationalGraphPrimer import *


class AdamNetwork(ComputationalGraphPrimer):
    beta1, beta2, eps = 0.9, 0.99, 1e-8

    def adam(self, key, grad):
        m, v = self.moments.get(key, (0.0, 0.0))
        m = self.beta1 * m + (1 - self.beta1) * grad
        v = self.beta2 * v + (1 - self.beta2) * grad ** 2
        self.moments[key] = m, v
        m_hat = m / (1 - self.beta1 ** self.t)
        v_hat = v / (1 - self.beta2 ** self.t)
        return self.learning_rate * m_hat / math.sqrt(v_hat + self.eps)

    def run_training_loop_multi_neuron_model(self, training_data):
        self.moments, self.t = {}, 0
        return super().run_training_loop_multi_neuron_model(training_data)

    def backprop_and_update_params_multi_neuron_model(self, y_errors):
        self.t += 1
        errors = [[e] for e in y_errors]
        for layer in range(self.num_layers - 1, 0, -1):
            inputs = self.forw_prop_vals_at_layers[layer - 1]
            slopes = self.gradient_vals_for_layers[layer]
            deltas = [[e * s for e, s in zip(es, ss)] for es, ss in zip(errors, slopes)]
            weights = [[self.vals_for_learnable_params[p] for p in ps]
                       for ps in self.layer_params[layer]]
            errors = [[sum(d * w[k] for d, w in zip(ds, weights)) for k in range(len(weights[0]))]
                      for ds in deltas]
            for j, params in enumerate(self.layer_params[layer]):
                for k, param in enumerate(params):
                    grad = float(np.mean([ds[j] * xs[k] for ds, xs in zip(deltas, inputs)]))
                    self.vals_for_learnable_params[param] += self.adam(param, grad)
                grad = float(np.mean([ds[j] for ds in deltas]))
                self.bias[layer][j] += self.adam((layer, j), grad)


cgp = AdamNetwork(
          num_layers = 3,
          layers_config = [4,2,1],
          expressions = ['xw=ap*xp+aq*xq+ar*xr+as*xs',
                         'xz=bp*xp+bq*xq+br*xr+bs*xs',
                         'xo=cp*xw+cq*xz'],
          output_vars = ['xo'],
          dataset_size = 200,
          learning_rate = 1e-2,
          training_iterations = 400,
          batch_size = 8,
          display_loss_how_often = 100,
      )
cgp.parse_multi_layer_expressions()
training_data = cgp.gen_training_data()
cgp.run_training_loop_multi_neuron_model( training_data )

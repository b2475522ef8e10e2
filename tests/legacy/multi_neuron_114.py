# Plain SGD written out by hand for the two outermost layers, 1.1.4 style
import random
import numpy

seed = 100
random.seed(seed)
numpy.random.seed(seed)

from ComputationalGraphPrimer import *


class MyNetwork(ComputationalGraphPrimer):
    calls = 0

    def backprop_and_update_params_multi_neuron_model(self, predictions, y_errors):
        assert len(predictions) == len(y_errors) == self.batch_size
        MyNetwork.calls += 1
        last = self.num_layers - 1
        hidden = self.forw_prop_vals_at_layers[last - 1]
        slopes = self.gradient_vals_for_layers[last]
        for k, param in enumerate(self.layer_params[last][0]):
            grad = sum(e * s[0] * h[k] for e, s, h in zip(y_errors, slopes, hidden))
            self.vals_for_learnable_params[param] += self.learning_rate * float(grad) / self.batch_size
        bias_grad = sum(e * s[0] for e, s in zip(y_errors, slopes))
        self.bias[last][0] += self.learning_rate * float(bias_grad) / self.batch_size


cgp = MyNetwork(
          num_layers = 3,
          layers_config = [4,2,1],
          expressions = ['xw=ap*xp+aq*xq+ar*xr+as*xs',
                         'xz=bp*xp+bq*xq+br*xr+bs*xs',
                         'xo=cp*xw+cq*xz'],
          output_vars = ['xo'],
          dataset_size = 200,
          learning_rate = 9e-2,
          training_iterations = 300,
          batch_size = 8,
          display_loss_how_often = 100,
      )
cgp.parse_multi_layer_expressions()
training_data = cgp.gen_training_data()
cgp.run_training_loop_multi_neuron_model( training_data )
print("calls:", MyNetwork.calls)

"""
HW: SGD+ for the one neuron model, made against Version 1.0.8
"""
import random
import numpy

seed = 0
random.seed(seed)
numpy.random.seed(seed)

from ComputationalGraphPrimer import *


class CGPSGDPlus(ComputationalGraphPrimer):
    def __init__(self, *args, **kwargs):
        self.mu = kwargs.pop('momentum', 0.9)
        super().__init__(*args, **kwargs)

    def run_training_loop_one_neuron_model(self, training_data):
        self.vals_for_learnable_params = {p: random.uniform(0, 1) for p in self.learnable_params}
        self.bias = random.uniform(0, 1)
        self.velocity = {p: 0.0 for p in self.learnable_params}
        self.bias_velocity = 0.0
        flat = [(x, 0) for x in training_data[0]] + [(x, 1) for x in training_data[1]]
        record, total = [], 0.0
        for i in range(self.training_iterations):
            picked = [random.choice(flat) for _ in range(self.batch_size)]
            tuples = [item[0] for item in picked]
            labels = [item[1] for item in picked]
            y_preds, deriv_sigmoids = self.forward_prop_one_neuron_model(tuples)
            errors = list(map(operator.sub, labels, y_preds))
            total += sum(e ** 2 for e in errors) / self.batch_size
            if i % self.display_loss_how_often == 0:
                record.append(total / self.display_loss_how_often)
                print("[iter=%d]  loss = %.4f" % (i + 1, record[-1]))
                total = 0.0
            self.backprop_and_update_params_one_neuron_model(
                sum(errors) / self.batch_size,
                [sum(column) / self.batch_size for column in zip(*tuples)],
                sum(deriv_sigmoids) / self.batch_size)
        return record

    def backprop_and_update_params_one_neuron_model(self, y_error, vals_for_input_vars, deriv_sigmoid):
        params = self.var_to_var_param[self.output_vars[0]]
        value_of = dict(zip(self.independent_vars, vals_for_input_vars))
        for var, param in params.items():
            grad = y_error * value_of[var] * deriv_sigmoid
            self.velocity[param] = self.mu * self.velocity[param] + self.learning_rate * grad
            self.vals_for_learnable_params[param] += self.velocity[param]
        self.bias_velocity = self.mu * self.bias_velocity + self.learning_rate * y_error * deriv_sigmoid
        self.bias += self.bias_velocity


cgp = CGPSGDPlus(
          one_neuron_model = True,
          expressions = ['xw=ab*xa+bc*xb+cd*xc+ac*xd'],
          output_vars = ['xw'],
          dataset_size = 200,
          learning_rate = 5e-3,
          training_iterations = 300,
          batch_size = 8,
          display_loss_how_often = 100,
          momentum = 0.8,
      )
cgp.parse_expressions()
training_data = cgp.gen_training_data()
loss = cgp.run_training_loop_one_neuron_model(training_data)
plt.plot(loss, label="SGD+")
plt.legend()
plt.show()

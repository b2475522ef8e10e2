"""Everything in numpy arrays, a new dict for every batch, rates inside the velocity."""

import os
import random

import numpy as np
import ComputationalGraphPrimer as CGP

os.makedirs("../output", exist_ok=True)


class Vectors(CGP.ComputationalGraphPrimer):
    """Weights and biases as one vector; what a step is, a function says."""

    def trained(self, data, new_rule):
        layered = self.num_layers is not None
        units = [[self.var_to_var_param[exp.dependent_var] for exp in exps] for exps in (
            [self.layer_exp_objects[i] for i in sorted(self.layer_exp_objects)]
            if layered else [self.exp_objects])]
        shapes = [(len(rows), len(rows[0])) for rows in units]
        rng = np.random.default_rng(3)
        weights = [rng.uniform(0, 1, shape) for shape in shapes]
        biases = [rng.uniform(0, 1, shape[0]) for shape in shapes]
        inputs = self.layer_vars[0] if layered else list(self.independent_vars)
        sources = [list(rows[0]) for rows in units]
        rules = [(new_rule(shape), new_rule(shape[:1])) for shape in shapes]
        record = []
        for _ in range(self.training_iterations):
            labels = np.array([random.randrange(2) for _ in range(self.batch_size)])
            batch = np.array([data[label][random.randrange(len(data[label]))] for label in labels])
            batch = batch / batch.max()
            self.vals_for_learnable_params = {
                row[source]: weights[l][j, i] for l, rows in enumerate(units)
                for j, row in enumerate(rows) for i, source in enumerate(sources[l])}
            self.bias = {l + 1: b.tolist() for l, b in enumerate(biases)} if layered else biases[0][0]
            values = self.forward_prop_in_numpy(batch, weights, biases, inputs, sources)
            errors = labels[:, None] - values[-1]
            record.append(float((errors ** 2).mean()))
            delta, gradients = -errors * values[-1] * (1 - values[-1]), []
            for l in reversed(range(len(weights))):
                gradients.insert(0, (2 * delta.T @ values[l] / len(batch), 2 * delta.mean(axis=0)))
                delta = delta @ weights[l] * values[l] * (1 - values[l])
            weights = [w - rule[0](g[0], self.learning_rate)
                       for w, rule, g in zip(weights, rules, gradients)]
            biases = [b - rule[1](g[1], self.learning_rate)
                      for b, rule, g in zip(biases, rules, gradients)]
        return record

    def forward_prop_in_numpy(self, batch, weights, biases, inputs, sources):
        values = [batch[:, [inputs.index(name) for name in sources[0]]]]
        for w, b in zip(weights, biases):
            values.append(1 / (1 + np.exp(-(values[-1] @ w.T + b))))
        return values


def sgd_plus(shape):
    v = np.zeros(shape)

    def step(g, lr):
        nonlocal v
        v = 0.8 * v + lr * g
        return v

    return step


def adam(shape):
    m, v, k = np.zeros(shape), np.zeros(shape), 0

    def step(g, lr):
        nonlocal m, v, k
        k += 1
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g * g
        return lr * np.sqrt(1 - 0.99 ** k) / (1 - 0.9 ** k) * m / (np.sqrt(v) + 1e-8 * np.sqrt(1 - 0.99 ** k))

    return step


def main():
    for rule in (sgd_plus, adam):
        neuron = Vectors(
            one_neuron_model=True, expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"],
            output_vars=["xw"], dataset_size=4000, learning_rate=5e-3, training_iterations=5000,
            batch_size=8)
        neuron.parse_expressions()
        record = neuron.trained(neuron.gen_training_data(), rule)
        network = Vectors(
            num_layers=3, layers_config=[4, 2, 1],
            expressions=["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs",
                         "xo=cp*xw+cq*xz"],
            output_vars=["xo"], dataset_size=4000, learning_rate=5e-3, training_iterations=5000,
            batch_size=8)
        network.parse_multi_layer_expressions()
        record += network.trained(network.gen_training_data(), rule)
        with open(f"../output/{rule.__name__}.txt", "w") as file:
            file.write("\n".join(map(str, record)))


if __name__ == "__main__":
    main()

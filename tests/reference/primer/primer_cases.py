"""The lecture's two networks on the facade, and the engine's runs of the same draws."""

import random
from random import Random

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from cgp_reference.as_published.training import batches_of
from cgp_reference.data import two_gaussians
from cgp_reference.network import LayeredNetwork
from cgp_reference.primer import ComputationalGraphPrimer

matplotlib.use("Agg")       # a training ends with plt.show(), which waits where there are windows

NEURON = "xw=ab*xa+bc*xb+cd*xc+ac*xd"
NETWORK = ["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz"]
BATCH, SIZE = 8, 400


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)


def neuron(kind=ComputationalGraphPrimer, **options):
    """A parsed neuron."""
    given = {"one_neuron_model": True, "expressions": [NEURON], "output_vars": ["xw"],
             "dataset_size": SIZE, "batch_size": BATCH, "learning_rate": 5e-2,
             "training_iterations": 60, "display_loss_how_often": 20}
    made = kind(**{**given, **options})
    made.parse_expressions()
    return made


def network(kind=ComputationalGraphPrimer, **options):
    """A parsed 4-2-1 network."""
    given = {"num_layers": 3, "layers_config": [4, 2, 1], "expressions": NETWORK,
             "output_vars": ["xo"], "dataset_size": SIZE, "batch_size": BATCH,
             "learning_rate": 5e-2, "training_iterations": 60, "display_loss_how_often": 20}
    made = kind(**{**given, **options})
    made.parse_multi_layer_expressions()
    return made


def trained_neuron(seed, kind=ComputationalGraphPrimer, **options):
    """It, and its record."""
    seed_all(seed)
    made = neuron(kind, **options)
    record = made.run_training_loop_one_neuron_model(made.gen_training_data())
    plt.close("all")      # pyplot warns from the 21st open figure on
    return made, record


def trained_network(seed, kind=ComputationalGraphPrimer, **options):
    """It, and its record."""
    seed_all(seed)
    made = network(kind, **options)
    record = made.run_training_loop_multi_neuron_model(made.gen_training_data())
    plt.close("all")      # pyplot warns from the 21st open figure on
    return made, record


def packed(model):
    """All parameters, as `LayeredNetwork` packs them."""
    values = model.vals_for_learnable_params
    if model.num_layers is None:
        return np.array([*(values[name] for name in ("ab", "bc", "cd", "ac")), model.bias])
    rows = [["ap", "aq", "ar", "as", (1, 0)], ["bp", "bq", "br", "bs", (1, 1)],
            ["cp", "cq", (2, 0)]]
    return np.array([
        values[name] if isinstance(name, str) else model.bias[name[0]][name[1]]
        for row in rows for name in row])


def engine_run(layers, rule, hyperparameters, seed, iterations=60, factor=1.0):
    """Losses, and the packed parameters after a training of the engine on the same draws.

    `factor` is what the gradient is multiplied by: homework in the package's manner leaves the 2 of
    Eq. 18 out.
    """
    net, stream = LayeredNetwork(layers), Random(seed)
    drawn = [stream.uniform(0, 1) for _ in range(net.size)]
    if layers == (4, 2, 1):     # ap … cq by name, then the biases of xw, xz, xo
        drawn = [*drawn[:4], drawn[10], *drawn[4:8], drawn[11], *drawn[8:10], drawn[12]]
    parameters = np.array(drawn)[:, None]
    run, losses = rule.run([parameters]), []
    samples = two_gaussians(4, SIZE, seed)
    for inputs, labels in batches_of(samples, stream, iterations, BATCH):
        loss, gradient = net.gradient(parameters, inputs[..., None], labels[:, None])
        losses.append(float(loss[0]))
        parameters = parameters - run.step([factor * gradient], hyperparameters)[0]
    return losses, parameters[:, 0]


def lines_of(text):
    """Iterations and losses of the printed lines."""
    found = [line for line in text.splitlines() if line.startswith("[iter=")]
    return [(int(line[6:line.index("]")]), float(line.split("=")[-1])) for line in found]

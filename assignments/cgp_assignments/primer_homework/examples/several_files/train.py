"""The trainings, beside the package's own rule from the same start."""

import random

import matplotlib.pyplot as plt
import numpy as np
from ComputationalGraphPrimer import ComputationalGraphPrimer

from optimizers import SGDPlus, Adam

ONE = dict(
    one_neuron_model=True, expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"], output_vars=["xw"],
    dataset_size=5000, learning_rate=1e-3, training_iterations=40000, batch_size=8,
    display_loss_how_often=100)
SEVERAL = dict(
    num_layers=3, layers_config=[4, 2, 1], output_vars=["xo"],
    expressions=["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz"],
    dataset_size=5000, learning_rate=1e-3, training_iterations=20000, batch_size=8,
    display_loss_how_often=100)


def trained(kind, one):
    random.seed(7)
    np.random.seed(7)
    cgp = kind(**(ONE if one else SEVERAL))
    if one:
        cgp.parse_expressions()
        return cgp.run_training_loop_one_neuron_model(cgp.gen_training_data())
    cgp.parse_multi_layer_expressions()
    return cgp.run_training_loop_multi_neuron_model(cgp.gen_training_data())


if __name__ == "__main__":
    for one in (True, False):
        figure, axes = plt.subplots()
        for kind in (ComputationalGraphPrimer, SGDPlus, Adam):
            axes.plot(trained(kind, one), label=kind.__name__)
        axes.legend()
        figure.savefig(f"../output/{'one' if one else 'several'}.png")

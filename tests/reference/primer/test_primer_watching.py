"""The facade, watched: batches, writes, order of names, caps; and no trace of it without."""

import copy
import random

import numpy as np
import pytest

from cgp_reference.primer import ComputationalGraphPrimer, PrimerError
from cgp_reference.primer.base import Primer
from cgp_reference.primer.watching import PARAMETERS, watched
from tests.reference.primer.primer_cases import NETWORK, network, neuron

TEXT = ["xa", "xb", "xc", "xd"], ["ab", "bc", "cd", "ac"]


class Noted:
    """A watcher that keeps all it is told."""

    def __init__(self, **most):
        self.most, self.said, self.asked = most, [], 0

    def ordered(self, names):
        self.asked += 1
        return [*names[self.asked:], *names[:self.asked]]

    def training_data(self, primer):
        draw = np.random.default_rng(3)
        return {label: list(draw.normal(2 * label, 1, (50, len(primer.independent_vars))))
                for label in (0, 1)}

    def began(self, primer):
        self.said.append("began")

    def wrote(self, primer, name):
        self.said.append(name)

    def passed(self, primer, samples):
        self.said.append(len(samples))


def test_every_outermost_pass_and_every_write_is_told_in_its_order():
    watcher = Noted(training_iterations=2)
    made = neuron(watched(ComputationalGraphPrimer, watcher))
    made.run_training_loop_one_neuron_model(made.gen_training_data())
    step = [8, "bc", "cd", "ac", "ab"]
    assert watcher.said == ["began", *step, *step]


def test_passes_of_other_names_are_told_once_each_in_subclasses_of_subclasses_too():
    watcher = Noted()

    class Mine(watched(ComputationalGraphPrimer, watcher)):
        def forward_prop_with_adam(self, samples):
            return self.forward_prop_one_neuron_model(samples)

    class Better(Mine):
        def forward_prop_with_adam(self, samples):
            return super().forward_prop_with_adam(samples)

    made = neuron(Better)
    made.vals_for_learnable_params, made.bias = dict.fromkeys(TEXT[1], 0.5), 0.0
    predictions, _ = made.forward_prop_with_adam(samples=[[1.0, 0.0, 0.0, 0.0]])
    assert watcher.said == ["began", 1]
    assert predictions == pytest.approx([1 / (1 + np.exp(-0.5))])


def test_a_pass_that_raises_does_not_hide_the_next_one():
    watcher = Noted()
    made = neuron(watched(ComputationalGraphPrimer, watcher))
    made.vals_for_learnable_params, made.bias = dict.fromkeys(TEXT[1], 0.5), 0.0
    with pytest.raises(PrimerError) as caught:
        made.forward_prop_one_neuron_model([[1.0]])
    assert str(caught.value) == "samples of shape (1, 1)\n  expected (batch, 4), a number per input"
    made.forward_prop_one_neuron_model([[1.0] * 4] * 3)
    assert watcher.said == ["began", 1, 3]


def test_inputs_and_parameters_of_one_neuron_have_the_orders_that_the_watcher_says():
    made = neuron(watched(ComputationalGraphPrimer, Noted()))
    assert made.independent_vars == ["xb", "xc", "xd", "xa"]
    assert made.learnable_params == ["cd", "ac", "ab", "bc"]
    layered = network(watched(ComputationalGraphPrimer, Noted()))
    assert layered.layer_vars[0] == ["xp", "xq", "xr", "xs"], "the package pairs these by place"
    assert layered.expressions == NETWORK


def test_data_are_the_watchers_and_options_are_at_most_what_it_allows():
    watcher = Noted(training_iterations=7, batch_size=20)
    made = neuron(watched(ComputationalGraphPrimer, watcher))
    assert made.gen_training_data() is made.training_data
    assert len(made.training_data[1]) == 50
    assert (made.training_iterations, made.batch_size) == (7, 8)
    made.training_iterations = 5
    assert made.training_iterations == 5
    bare = watched(ComputationalGraphPrimer, watcher)(expressions=["xw=ab*xa"])
    with pytest.raises(PrimerError) as caught:
        _ = bare.training_iterations
    assert str(caught.value) == (
        "training_iterations was not given\n  expected a whole number, 1 or more\n  fix: add "
        "training_iterations=40000 to the constructor call")


def test_parameters_act_as_a_dict_and_their_copy_is_not_watched():
    watcher = Noted()
    made = neuron(watched(ComputationalGraphPrimer, watcher))
    assert made.vals_for_learnable_params is None
    made.vals_for_learnable_params = {"ab": 1.0}
    made.vals_for_learnable_params.update(ab=2.0, bc=3.0)
    kept = copy.deepcopy(made.vals_for_learnable_params)
    kept["ab"] = 9.0
    assert (type(kept), made.vals_for_learnable_params) == (dict, {"ab": 2.0, "bc": 3.0})
    assert watcher.said == ["began", "ab", "bc"]


def test_trainings_are_the_same_numbers_watched_or_not():
    def trained(kind):
        random.seed(1)
        made = network(kind)
        data = {label: [[label + 0.1 * i] * 4 for i in range(30)] for label in (0, 1)}
        return made.run_training_loop_multi_neuron_model(data), made.vals_for_learnable_params

    assert trained(watched(ComputationalGraphPrimer, Noted())) == trained(ComputationalGraphPrimer)


def test_the_facade_itself_knows_nothing_of_watchers():
    assert not any(PARAMETERS in vars(one) for one in ComputationalGraphPrimer.__mro__)
    assert "__init_subclass__" not in vars(Primer)

"""The multi-neuron model: forward, backpropagation, training, in the package's calling forms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from cgp_reference.as_published.averages import changes_of_averages
from cgp_reference.as_published.multi_neuron import changes_of
from cgp_reference.as_published.sigmoid import sigmoid
from cgp_reference.data import Array
from cgp_reference.primer.base import PrimerError
from cgp_reference.primer.data_loader import DataLoader, TrainingSet
from cgp_reference.primer.evaluation import Evaluation, own_sums
from cgp_reference.primer.neurons.backprop_calls import Call, errors_of, multi_neuron_call
from cgp_reference.primer.neurons.backprop_forms import MULTI_NEURON, in_order
from cgp_reference.primer.neurons.bias import add_to_bias, bias_of
from cgp_reference.primer.neurons.gradient import descent
from cgp_reference.primer.neurons.running_loss import LossRecord
from cgp_reference.primer.neurons.weights import columns, step_weights, unit_of, weights_of
from cgp_reference.primer.overriding import overridden
from cgp_reference.primer.parsing import Parsing
from cgp_reference.primer.settings import Settings


class MultiNeuronModel(Evaluation, Parsing):
    """Layers of sigmoid neurons; their state is `vals_for_learnable_params` and `bias`."""

    forw_prop_vals_at_layers: dict[int, list[Any]]
    gradient_vals_for_layers: dict[int, list[Any]]

    def run_training_loop_multi_neuron_model(
        self, training_data: TrainingSet | None = None
    ) -> list[float]:
        """Train from uniform(0, 1): parameters by name, biases by layer, then batches are drawn.

        Args:
            training_data: {0: samples, 1: samples}; without it, what gen_training_data() stored.

        Returns:
            The printed losses; the package returns nothing.

        Raises:
            PrimerError: nothing parsed, no data, several outputs, or a backpropagation of an
                unknown form.
        """
        iterations = self._needed("training_iterations")
        loader = DataLoader.of(self, training_data)
        arguments = self._call_of_multi_neuron_backprop()
        last = _layer_of_output(self)
        self.vals_for_learnable_params = {
            name: random.uniform(0, 1) for name in sorted(self.learnable_params)}
        self.bias = _start_of_bias(self)
        record = LossRecord.of(self)
        for i in range(iterations):
            data, labels = loader.getbatch()
            self.forward_prop_multi_neuron_model(data)
            predictions = list(chain.from_iterable(self.forw_prop_vals_at_layers[last]))
            errors = errors_of(labels, predictions)
            record.add(i, sum(error * error for error in errors) / len(errors))
            self.backprop_and_update_params_multi_neuron_model(
                *arguments(data, labels, predictions, ()))
        return record.shown()

    def _call_of_multi_neuron_backprop(self) -> Call:
        """Ours takes every form, and is given the errors whatever the version."""
        method = self.backprop_and_update_params_multi_neuron_model
        other = overridden(method, MultiNeuronModel.backprop_and_update_params_multi_neuron_model)
        return multi_neuron_call(method, self._settings if other else Settings())

    def forward_prop_multi_neuron_model(self, data_tuples_in_batch: Sequence[Any]) -> None:
        """Eqs. 25 to 28 for each sample of a batch.

        Leaves {layer: [values of each sample]} in `forw_prop_vals_at_layers`, inputs included, and
        the sigmoid's derivatives likewise in `gradient_vals_for_layers`, from layer 1 on. A
        subclass that overrides `eval_expression` is asked for the sums.

        Args:
            data_tuples_in_batch: samples, each with a number per name in `layer_vars[0]`.

        Raises:
            PrimerError: nothing parsed, no sum of parameter times variable, or wrong samples.
        """
        last = _last_layer(self)
        values = columns(data_tuples_in_batch, len(self.layer_vars[0]))
        self.forw_prop_vals_at_layers = {0: list(data_tuples_in_batch)}
        self.gradient_vals_for_layers = {}
        for layer in range(1, last + 1):
            values = sigmoid(self._sums(layer, values) + bias_of(self.bias, layer))
            self.forw_prop_vals_at_layers[layer] = values.T.tolist()
            self.gradient_vals_for_layers[layer] = (values * (1.0 - values)).T.tolist()

    def _sums(self, layer: int, values: Array) -> Array:
        """Of the units of a layer, `(units, batch)`, from the values of the layer before."""
        texts = [exp.body for exp in self.layer_exp_objects[layer]]
        sources = self.layer_vars[layer - 1]
        sums = own_sums(self, texts, sources, values, sources)
        if sums is None:
            units = [unit_of(text) for text in texts]
            sums = weights_of(units, sources, self.vals_for_learnable_params) @ values
        return sums

    def backprop_and_update_params_multi_neuron_model(
        self, *arguments: Any, **named: Any
    ) -> None:
        """One step of gradient descent (Eqs. 23, 24 and 35); as published, of the printed code.

        Reads the values and derivatives that the forward pass left.

        Args:
            arguments: `(y_errors)`, `(predictions, y_errors)`, a number per sample; to 1.1.2
                `(y_error, class_labels)`, known by its first being one number: the step is then
                that of the averages of values and derivatives, as of a batch of one. Errors are
                label minus prediction.
            named: those of them that are passed by name.

        Raises:
            PrimerError: no version has such arguments, several outputs, or not an error per sample
                of the last forward pass.
        """
        passed = in_order(
            "backprop_and_update_params_multi_neuron_model", MULTI_NEURON, arguments, named)
        errors, values, slopes = _batch_of(self, passed)
        layers = range(1, _layer_of_output(self) + 1)
        units = [[self.var_to_var_param[node] for node in self.layer_vars[layer]]
                 for layer in layers]
        weights = [weights_of(rows, self.layer_vars[layer - 1], self.vals_for_learnable_params)
                   for layer, rows in zip(layers, units, strict=True)]
        arithmetic = self._settings.arithmetic(descent, changes_of, changes_of_averages)
        changes = arithmetic(weights, values, slopes, errors)
        for layer, rows, change in zip(layers, units, changes, strict=True):
            step = self.learning_rate * self._settings.scale * change
            step_weights(rows, self.layer_vars[layer - 1], self.vals_for_learnable_params,
                         step[:, :-1])
            self.bias = add_to_bias(self.bias, layer, step[:, -1].tolist())


def _batch_of(
    model: MultiNeuronModel, arguments: Sequence[Any]
) -> tuple[Array, list[Array], list[Array]]:
    """Errors, values and derivatives, a column per sample, whatever the form of the call."""
    if not hasattr(model, "forw_prop_vals_at_layers"):
        raise PrimerError(
            "nothing was propagated forward",
            fix="call forward_prop_multi_neuron_model(data_tuples_in_batch) first",
        )
    averaged = np.ndim(arguments[0]) == 0
    errors = np.array(arguments[0] if averaged else arguments[-1], float).reshape(1, -1)
    forward, backward = model.forw_prop_vals_at_layers, model.gradient_vals_for_layers
    layers = range(_layer_of_output(model))
    values = [np.array(forward[layer], float).T for layer in layers]
    slopes = [np.array(backward[layer + 1], float).T for layer in layers]
    if averaged:
        values = [each.mean(axis=1, keepdims=True) for each in values]
        slopes = [each.mean(axis=1, keepdims=True) for each in slopes]
    if errors.shape != slopes[-1].shape:
        raise PrimerError(
            f"{errors.size} errors", expected=f"{slopes[-1].size}, as in the last forward pass")
    return errors, values, slopes


def _last_layer(model: MultiNeuronModel) -> int:
    if not hasattr(model, "layer_vars"):
        raise PrimerError(
            "the layers are not known yet", fix="call parse_multi_layer_expressions() first")
    return len(model.layer_vars) - 1


def _layer_of_output(model: MultiNeuronModel) -> int:
    """The last layer, which to be trained must have one unit."""
    last = _last_layer(model)
    if len(model.layer_vars[last]) != 1:
        raise PrimerError(
            f"{len(model.layer_vars[last])} outputs", expected="1: a label is one number")
    return last


def _start_of_bias(model: MultiNeuronModel) -> Any:
    """Uniform(0, 1), layer by layer, in the form of the version."""
    layers = range(1, len(model.layer_vars))
    if model._settings.one_bias_for_a_layer:
        return [random.uniform(0, 1) for _ in layers]
    return {layer: [random.uniform(0, 1) for _ in model.layer_vars[layer]] for layer in layers}

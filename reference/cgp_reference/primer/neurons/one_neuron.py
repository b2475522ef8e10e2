"""The one-neuron model: forward, backpropagation, training, in the package's calling forms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from cgp_reference.as_published.averages import change_of_averages
from cgp_reference.as_published.one_neuron import change_of
from cgp_reference.as_published.sigmoid import sigmoid
from cgp_reference.data import Array
from cgp_reference.primer.base import PrimerError
from cgp_reference.primer.data_loader import DataLoader, TrainingSet
from cgp_reference.primer.evaluation import Evaluation, own_sums
from cgp_reference.primer.neurons.backprop_calls import Call, errors_of, one_neuron_call
from cgp_reference.primer.neurons.backprop_forms import ONE_NEURON, in_order
from cgp_reference.primer.neurons.gradient import descent
from cgp_reference.primer.neurons.running_loss import LossRecord
from cgp_reference.primer.neurons.weights import columns, step_weights, unit_of, weights_of
from cgp_reference.primer.overriding import overridden
from cgp_reference.primer.settings import Settings


class OneNeuronModel(Evaluation):
    """One sigmoid neuron; its state is `vals_for_learnable_params` and `bias`."""

    _inputs_of_last_forward: Array | None = None

    def run_training_loop_one_neuron_model(
        self, training_data: TrainingSet | None = None
    ) -> list[float]:
        """Train from uniform(0, 1): parameters in their order, the bias, then batches are drawn.

        Args:
            training_data: {0: samples, 1: samples}; without it, what gen_training_data() stored.

        Returns:
            The printed losses; the package returns nothing.

        Raises:
            PrimerError: nothing parsed, no data, or a backpropagation of an unknown form.
        """
        iterations = self._needed("training_iterations")
        loader = DataLoader.of(self, training_data)
        arguments = self._call_of_one_neuron_backprop()
        self.vals_for_learnable_params = {
            name: random.uniform(0, 1) for name in self.learnable_params}
        self.bias = random.uniform(0, 1)
        record = LossRecord.of(self)
        for i in range(iterations):
            data, labels = loader.getbatch()
            predictions, slopes = self.forward_prop_one_neuron_model(data)
            errors = errors_of(labels, predictions)
            record.add(i, sum(error * error for error in errors) / len(errors))
            self.backprop_and_update_params_one_neuron_model(
                *arguments(data, labels, predictions, slopes))
        return record.shown()

    def _call_of_one_neuron_backprop(self) -> Call:
        """Ours takes every form, and is given the samples whatever the version."""
        method = self.backprop_and_update_params_one_neuron_model
        other = overridden(method, OneNeuronModel.backprop_and_update_params_one_neuron_model)
        return one_neuron_call(method, self._settings if other else Settings())

    def forward_prop_one_neuron_model(
        self, data_tuples_in_batch: Sequence[Any]
    ) -> tuple[list[float], list[float]]:
        """Eqs. 16 and 25 for each sample of a batch.

        A subclass that overrides `eval_expression` is asked for the sums.

        Args:
            data_tuples_in_batch: samples, each with a number per name in `independent_vars`.

        Returns:
            The predictions, and the sigmoid's derivatives there (Eq. 26).

        Raises:
            PrimerError: nothing parsed, no sum of parameter times variable, or wrong samples.
        """
        if not self.exp_objects:
            raise PrimerError("there is no expression yet", fix="call parse_expressions() first")
        inputs = columns(data_tuples_in_batch, len(self.independent_vars))
        text, names = self.exp_objects[0].body, self.independent_vars
        sums = own_sums(self, [text], names, inputs)
        if sums is None:
            sums = weights_of([unit_of(text)], names, self.vals_for_learnable_params) @ inputs
        predictions = sigmoid(sums[0] + self.bias)
        self._inputs_of_last_forward = inputs
        return list(predictions), list(predictions * (1.0 - predictions))

    def backprop_and_update_params_one_neuron_model(self, *arguments: Any, **named: Any) -> None:
        """One step of gradient descent (Eqs. 18 and 35); as published, of the printed arithmetic.

        Args:
            arguments: `(data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids)`, a
                number or sample per sample; to 1.1.2 `(y_error, vals_for_input_vars,
                deriv_sigmoid)`, averages, or without the second, which then is the mean input of
                the last forward pass. Averages are stepped along as a batch of one. Errors are
                label minus prediction.
            named: those of them that are passed by name.

        Raises:
            PrimerError: no version has such arguments, or they do not fit each other.
        """
        passed = in_order(
            "backprop_and_update_params_one_neuron_model", ONE_NEURON, arguments, named)
        arithmetic = self._settings.arithmetic(_downhill, change_of, change_of_averages)
        rate = self.learning_rate * self._settings.scale
        step = rate * arithmetic(*_batch_of(self, passed))
        unit = self.var_to_var_param[self.output_vars[0]]
        if self._settings.pairs_by_place:
            unit = dict(zip(self.independent_vars, self.vals_for_learnable_params, strict=True))
        step_weights(
            [unit], self.independent_vars, self.vals_for_learnable_params, step[None, :-1])
        self.bias += float(step[-1])


def _batch_of(
    model: OneNeuronModel, arguments: Sequence[Any]
) -> tuple[Array, Array, Array]:
    """Inputs, derivatives and errors, a column per sample, whatever the form of the call."""
    if len(arguments) == 4:
        samples, _, errors, slopes = arguments
    elif len(arguments) == 3:
        errors, sample, slopes = arguments
        samples = [sample]
    else:
        errors, slopes = arguments
        samples = [_mean_of_last_forward(model)]
    inputs = columns(samples, len(model.independent_vars))
    errors, slopes = np.array(errors, float).ravel(), np.array(slopes, float).ravel()
    if not errors.size == slopes.size == inputs.shape[1]:
        raise PrimerError(
            f"{inputs.shape[1]} samples, {errors.size} errors and {slopes.size} derivatives",
            expected="one of each for every sample",
        )
    return inputs, slopes, errors


def _mean_of_last_forward(model: OneNeuronModel) -> Array:
    if model._inputs_of_last_forward is None:
        raise PrimerError(
            "averages without a sample, and nothing was propagated forward",
            fix="call forward_prop_one_neuron_model(data_tuples_in_batch) first",
        )
    mean: Array = model._inputs_of_last_forward.mean(axis=1)
    return mean


def _downhill(inputs: Array, slopes: Array, errors: Array) -> Array:
    """Eq. 18 as a network of one layer, whose weights no error is passed back through."""
    change: Array = descent([np.empty((1, len(inputs)))], [inputs], [slopes], errors[None])[0][0]
    return change

"""The lecture's demo 1: data for a general DAG, its forward pass with partials, its training."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cgp_reference.as_published.dag import PublishedDag
from cgp_reference.graph import Graph
from cgp_reference.primer.base import Primer, PrimerError
from cgp_reference.primer.dag import report
from cgp_reference.primer.dag.exact import DagArithmetic, ExactDag
from cgp_reference.primer.dag.published import PublishedArithmetic
from cgp_reference.primer.overriding import overridden

Partials = tuple[dict[str, float], dict[str, Any], dict[str, Any]]


class GeneralDag(Primer):
    """Draws from the global `random`, in the order of the names in the text."""

    def gen_gt_dataset(
        self, vals_for_learnable_params: Mapping[str, float] | None = None
    ) -> None:
        """Draw `dataset_size` inputs, and compute what the given parameters make of them.

        Inputs are uniform(-1, 1), in the order of `independent_vars`. Fills
        `dataset_input_samples`, {i: {input: value}}, and `true_output_vals`, {i: {output: value}}.

        Raises:
            PrimerError: nothing is parsed yet.
            MissingValueError: a parameter has no value.
        """
        self._generate(vals_for_learnable_params or {}, rectified=False)

    def gen_gt_dataset_with_activations(
        self, vals_for_learnable_params: Mapping[str, float] | None = None
    ) -> None:
        """As `gen_gt_dataset`, with ReLU behind every node."""
        self._generate(vals_for_learnable_params or {}, rectified=True)

    def forward_propagate_one_input_sample_with_partial_deriv_calc(
        self, sample_index: int, input_vals_for_ind_vars: Mapping[str, float]
    ) -> Partials:
        """One sample through the graph, with the partial of every node for what it reads.

        Args:
            sample_index: for subclasses that want to know; it changes nothing here.
            input_vals_for_ind_vars: input -> value.

        Returns:
            The outputs; `[node][variable][parameter]`; `[node][variable]`. Partials are None where
            they are not defined. In `exact` semantics they are those of the whole node.
        """
        arithmetic = self._arithmetic()
        return arithmetic.partials(self.vals_for_learnable_params, input_vals_for_ind_vars)

    def train_on_all_data(self) -> list[float]:
        """Once through the data, a step after each sample, from parameters of uniform(0, 1).

        What the lecture prints is printed at positive multiples of `display_loss_how_often`. A
        subclass that overrides the forward pass is trained by the partials that it returns.

        Returns:
            `LOSS`, to which the norm of the error of each sample, before its step, is appended.

        Raises:
            PrimerError: nothing is parsed, or there are no data.
        """
        arithmetic = self._arithmetic()
        self.vals_for_learnable_params = {
            name: random.uniform(0, 1) for name in self.learnable_params}
        report.start(self.vals_for_learnable_params)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):     # LOSS tells
            for index in range(self._needed("dataset_size")):
                self._train_on(arithmetic, index)
        return self.LOSS

    def _train_on(self, arithmetic: DagArithmetic, index: int) -> None:
        """One sample: its loss, its step, and its lines where they are due."""
        inputs, targets = self._sample(index)
        due = index > 0 and index % self.display_loss_how_often == 0
        own = not overridden(
            self.forward_propagate_one_input_sample_with_partial_deriv_calc,
            GeneralDag.forward_propagate_one_input_sample_with_partial_deriv_calc)
        # Ours takes 10 µs a sample without the partials, 180 with them.
        passed = None if own and not due else (
            self.forward_propagate_one_input_sample_with_partial_deriv_calc(index, dict(inputs)))
        if passed is None or own:
            outputs, change = arithmetic.step(self.vals_for_learnable_params, inputs, targets)
        else:
            outputs = passed[0]
            errors = {name: targets[name] - outputs[name] for name in self.output_vars}
            change = arithmetic.change(errors, *passed[1:])
        loss = self._record(index, outputs, targets)
        if due and passed is not None:
            report.sample(index, inputs, outputs, loss)
            report.partials(*passed[1:])
        self._move(change)
        if due:
            report.end(index, inputs, self.vals_for_learnable_params)

    def _record(
        self, index: int, outputs: Mapping[str, float], targets: Mapping[str, float]
    ) -> float:
        errors = [targets[name] - outputs[name] for name in self.output_vars]
        # One output, as in the lecture: abs costs 0.1 µs, the norm 3.
        loss = abs(errors[0]) if len(errors) == 1 else float(np.linalg.norm(errors))
        self.LOSS.append(float(loss))
        if self.debug:
            report.loss(index, loss)
        return float(loss)

    def _move(self, change: Mapping[str, float]) -> None:
        values, rate = self.vals_for_learnable_params, self.learning_rate
        for name, each in change.items():
            values[name] += rate * each

    def _generate(self, parameters: Mapping[str, float], rectified: bool) -> None:
        arithmetic = self._arithmetic()
        samples = [
            {name: random.uniform(-1, 1) for name in self.independent_vars}
            for _ in range(self._needed("dataset_size"))
        ]
        outputs = arithmetic.truth(parameters, samples, rectified)
        self.dataset_input_samples = dict(enumerate(samples))
        self.true_output_vals = dict(enumerate(outputs))

    def _sample(self, index: int) -> tuple[dict[str, float], dict[str, float]]:
        inputs = self.dataset_input_samples.get(index)
        targets = self.true_output_vals.get(index)
        if inputs is None or targets is None:
            raise PrimerError(
                f"there are no data for sample {index}",
                expected=f"dataset_size={self.dataset_size} samples",
                fix="call gen_gt_dataset(vals_for_learnable_params={…}) first",
            )
        return {name: inputs[name] for name in self.independent_vars}, targets

    def _arithmetic(self) -> DagArithmetic:
        if not self.independent_vars:
            raise PrimerError(
                "the expressions are not parsed yet", expected="a parser called before",
                fix="call parse_general_dag_expressions() first",
            )
        return _arithmetic(
            tuple(self._needed("expressions")), tuple(self.output_vars),
            tuple(self.independent_vars), self.grad_delta if self._settings.published else None,
        )


@lru_cache(maxsize=64)
def _arithmetic(
    texts: Sequence[str], outputs: Sequence[str], inputs: Sequence[str], grad_delta: float | None
) -> DagArithmetic:
    """Published with a `grad_delta`; made once for each graph, not once for each sample."""
    graph = Graph.of(texts, outputs, inputs)
    if grad_delta is None:
        return ExactDag(graph)
    if len(graph.outputs) != 1:
        raise PrimerError(
            f"the outputs {', '.join(graph.outputs)} in as_published semantics",
            expected="one: with several the published code takes the wrong paths",
            fix="name one in output_vars, or use exact semantics",
        )
    dag = PublishedDag.of(texts, graph.outputs[0], inputs)
    return PublishedArithmetic(dag, graph.variables, grad_delta)

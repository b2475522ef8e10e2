"""`step()`: a class over parameters of its own, each with `data` and `grad`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.arguments import needed, signature
from cgp_harness.kinds.optimizer.contract.reading.copies import Parameters
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.made import Made, Maker, maker
from cgp_harness.kinds.optimizer.contract.reading.samples import samples
from cgp_harness.kinds.optimizer.contract.reading.tensor import Layer, Model, parameter

OVER: Sequence[tuple[Any, Any]] = ((parameter, list), (Layer, Model))
"""What stands for a parameter, and what the class is given of all."""


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """One way: over tensors of torch, or stand-ins, as the values are; or over a model's layers.
    """
    step = getattr(target, "step", None)
    if not isinstance(target, type) or step is None or len(needed(step)) != 1:
        return
    first = next(iter(signature(target)), "")
    if not first or wanted.default(first) is not None:
        return
    raised: Exception | None = None
    for sample, (each, all_of_them) in product(samples(), OVER):
        try:
            made = maker(target, [all_of_them(map(each, sample))], wanted)
        except Exception as error:
            raised = raised or error
            continue
        if made is not None:
            yield Reading(partial(_Walk, made, each, all_of_them), made.hyperparameters, made.fixed)
        return
    if raised is not None:
        raise raised


class _Walk(Parameters):
    def __init__(
        self, made: Maker, each: Any, all_of_them: Any, values: Sequence[Any],
        given: Mapping[str, float],
    ) -> None:
        super().__init__(list(map(each, values)))
        self._made = Made(made, [all_of_them(self._parameters)], given)

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        self._made.be_given(hyperparameters)
        self.let_arrive(gradients)
        self._made.object.step()


FORM = Form(
    "step_over_params", "class Adam with __init__(self, params, lr=…) and step(self)",
    readings)

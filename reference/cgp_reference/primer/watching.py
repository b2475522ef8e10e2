"""The facade, watched: what a script trains, batch by batch, whatever its loops are called.

    ComputationalGraphPrimer = watched(ComputationalGraphPrimer, watcher)

gives a class in the place of the facade. It is made only where somebody watches: the facade itself
knows nothing of it, so that `cgp run-legacy` pays nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from cgp_reference.primer.data_loader import TrainingSet
from cgp_reference.primer.ordered_names import Names

PARAMETERS = "vals_for_learnable_params"
PASSES = "forward_prop"
"""How the names of forward passes begin; `forward_prop_one_neuron_model_adam` is one, too."""


class Watcher(Protocol):
    """Who watches."""

    @property
    def most(self) -> Mapping[str, int]:
        """Option -> the largest number that scripts find there, as of `training_iterations`."""
        ...

    def ordered(self, names: Sequence[str]) -> Sequence[str]:
        """The order in which a one-neuron model has its inputs, then its parameters.

        The course's package takes them out of sets. In the order of the text, a weight that is
        paired with its input by position would look right.
        """
        ...

    def training_data(self, primer: Any) -> TrainingSet:
        """What `gen_training_data()` returns."""
        ...

    def began(self, primer: Any) -> None:
        """The instance has been given a new dict of parameters."""
        ...

    def wrote(self, primer: Any, name: str) -> None:
        """A parameter of the instance is about to be written."""
        ...

    def passed(self, primer: Any, samples: Any) -> None:
        """An outermost forward pass begins, so that the batch before is done.

        Args:
            samples: the first argument; None if there is none.
        """
        ...


class Parameters(dict[str, Any]):
    """`vals_for_learnable_params`: a dict that tells of every write."""

    told: Callable[[str], None] | None = None

    def __setitem__(self, name: str, value: Any) -> None:
        if self.told is not None:
            self.told(name)
        super().__setitem__(name, value)

    def update(self, *given: Any, **named: Any) -> None:
        """As of a dict, one name after the other."""
        for name, value in dict(*given, **named).items():
            self[name] = value

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        """A plain dict: what a script keeps for the next run is not watched."""
        import copy

        return {name: copy.deepcopy(value, memo) for name, value in self.items()}


class AtMost:
    """An option that scripts never find larger than so."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        try:
            given = vars(instance)[self._name]
        except KeyError:
            raise AttributeError(self._name) from None      # `Primer.__getattr__` explains it
        return given if given < self._most else self._most

    def __set__(self, instance: Any, value: Any) -> None:
        vars(instance)[self._name] = value


def watched(facade: type[Any], watcher: Watcher) -> type[Any]:
    """A subclass that stands in for the facade and tells the watcher.

    Args:
        facade: `ComputationalGraphPrimer`, or a subclass.
        watcher: asked and told while scripts run.
    """
    passes = _Passes(watcher)

    def set_parameters(primer: Any, given: Any) -> None:
        if isinstance(given, Mapping):
            given = Parameters(given)
            given.told = functools.partial(watcher.wrote, primer)
        vars(primer)[PARAMETERS] = given
        if isinstance(given, Parameters):
            watcher.began(primer)

    def init_subclass(cls: type[Any], /, **named: Any) -> None:
        super(made, cls).__init_subclass__(**named)
        passes.watch(cls, vars(cls))

    def parse_expressions(primer: Any) -> None:
        facade.parse_expressions(primer)
        if len(primer.exp_objects) == 1:
            primer.independent_vars = Names(watcher.ordered(primer.independent_vars))
            primer.learnable_params = Names(watcher.ordered(primer.learnable_params))

    def gen_training_data(primer: Any) -> TrainingSet:
        data = primer.training_data = watcher.training_data(primer)
        return data

    made: type[Any] = type(facade.__name__, (facade,), {
        "__module__": facade.__module__, "__qualname__": facade.__qualname__,
        "__doc__": facade.__doc__, "__init_subclass__": classmethod(init_subclass),
        "parse_expressions": parse_expressions, "gen_training_data": gen_training_data,
        PARAMETERS: property(lambda primer: vars(primer)[PARAMETERS], set_parameters),
        **{name: AtMost(name, most) for name, most in watcher.most.items()},
    })
    passes.watch(made, {name: getattr(facade, name) for name in dir(facade)
                        if name.startswith(PASSES)})        # some of the others import torch
    return made


class _Passes:
    """Forward passes, of which the outermost is told."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher, self._inside = watcher, False

    def watch(self, cls: type[Any], methods: Mapping[str, Any]) -> None:
        """Wrap those of a class."""
        for name, method in list(methods.items()):
            if name.startswith(PASSES) and callable(method):
                setattr(cls, name, self._told(method))

    def _told(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def forward(primer: Any, *arguments: Any, **named: Any) -> Any:
            if self._inside:
                return method(primer, *arguments, **named)
            self._inside = True
            try:
                self._watcher.passed(
                    primer, next(iter((*arguments, *named.values())), None))
                return method(primer, *arguments, **named)
            finally:
                self._inside = False

        return forward

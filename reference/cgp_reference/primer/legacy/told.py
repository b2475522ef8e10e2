"""Whether a script has trained anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PARAMETERS = "vals_for_learnable_params"
BY_TORCH = ("run_training_with_torchnn",)
EXTENDED = ("train_with_straight_autograd", "train_with_extended_autograd")


class Told:
    """What is known of trainings; a class attribute that has `__set__` and no `__get__`.

    So it sees every write, and a read costs what it costs without it.
    """

    used = False
    trained = False

    def __set__(self, primer: Any, given: Any) -> None:
        """A training begins with a dict of parameters; the constructor writes None."""
        self.used = True
        self.trained = self.trained or given is not None
        vars(primer)[PARAMETERS] = given


def watch(primer: type[Any]) -> Told:
    """Watch a class, in the place of its attribute, for the whole interpreter."""
    told = Told()
    setattr(primer, PARAMETERS, told)
    for owner, names in ((primer, BY_TORCH), (primer.AutogradCustomization, EXTENDED)):
        for name in names:
            setattr(owner, name, _noting(told, getattr(owner, name)))
    return told


def _noting(told: Told, method: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any, **named: Any) -> Any:
        told.used = told.trained = True
        return method(*arguments, **named)

    return noted

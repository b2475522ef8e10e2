"""Why a class of `torch.optim` is no right answer of a solution, and the function to write instead.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from typing import Any, NoReturn

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.torch_rule import torch_rule
from cgp_harness.registering.places import where_is_class

EXAMPLE = """\
    @optimizer({named}m=0)
    def {function}(g, m{arguments}):
        return {step}, m"""


def refused(optimizer: type[Any], name: str) -> NoReturn:
    """In the place of `torch_rule`, for a solution.

    Raises:
        PluginError: always.
    """
    raise as_function(optimizer, name)


def as_function(optimizer: type[Any], name: str = "") -> PluginError:
    """What to say of a solution whose rule is a class, decorated or not.

    Args:
        optimizer: the class.
        name: what it is registered as, if it is.
    """
    own = optimizer.__name__
    name = own.lower() if name in ("", own) else name
    function = name if name.isidentifier() else own.lower()
    try:
        numbers = torch_rule(optimizer, name).hyperparameters
    except PluginError:  # a signature that cannot be read: there will be another
        numbers = {"lr": 1e-3}
    example = EXAMPLE.format(
        named="" if function == name else f"name={name!r}, ", function=function,
        arguments="".join(f", {one}={value:g}" for one, value in numbers.items()),
        step="lr * g" if "lr" in numbers else "g")
    return PluginError(
        f"the right answer {own} is a class of torch.optim", where=where_is_class(optimizer),
        expected="a function below @optimizer: the grader runs the right answer itself, on numpy "
        "arrays, and with small changes to its source",
        fix="write the rule as a function of the gradient g, which returns the step to subtract "
        f"and, here as m, what it keeps; students may write a class all the same:\n{example}")

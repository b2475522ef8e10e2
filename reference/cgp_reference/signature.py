"""What a function's signature may not be, if the function is to be a step-size rule."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

PARAMETER = "p"
GIVEN: Mapping[str, str] = MappingProxyType({
    "k": "counts the steps", PARAMETER: "passes the parameter's value"})
"""Arguments that a rule may name, and what the harness does for each; p may be state instead."""
STEPS = frozenset((
    "t", "n", "i", "j", "it", "iter", "iters", "iteration", "iterations", "step", "steps", "tstep",
    "timestep", "timesteps", "time", "epoch", "epochs", "count", "counter", "tau", "K", "T",
))
GRADIENTS = frozenset(("g", "gt", "g_t", "grad", "grads", "gradient", "gradients"))
PARAMETERS = frozenset((
    "param", "params", "parameter", "parameters", "w", "weight", "weights", "theta", "θ", "x",
    "variable", "variables", "value", "values", "position", "p",
))
COUNTED = STEPS | {"number", "num", "no", "nr", "index", "idx", "current", "cur", "global"}
"""Words of which others make a name for the number of a step: `t`, `global_step`, `n_iter`."""
VALUED = PARAMETERS | {"k", "t", "i", "current", "cur", "now", "tensor", "array"}
"""Words of which others make a name for the parameter's value."""


def is_step_number(name: str) -> bool:
    """Whether an argument is what others call the number of a step.

    >>> [is_step_number(name) for name in ("t", "iter_num", "step_size")]
    [True, True, False]
    """
    words = name.strip("_").split("_")
    return not STEPS.isdisjoint(words) and COUNTED.issuperset(words)


def is_parameter(name: str) -> bool:
    """Whether an argument is what others call the parameter's value: `w`, `theta_k`, `X`.

    >>> [is_parameter(name) for name in ("w", "theta_k", "param_value", "weight_decay", "x_prev")]
    [True, True, True, False, False]
    """
    words = name.lower().strip("_").split("_")
    return not PARAMETERS.isdisjoint(words) and VALUED.issuperset(words)


def unfit(function: Callable[..., Any], shown: str, where: str) -> dict[str, str] | None:
    """The parts of a message, if no arguments and no name of `function` could make it a rule."""
    arguments = list(inspect.signature(function).parameters.values())
    return (
        without_answer(inspect.unwrap(function), shown, where)
        or _unnamed(arguments, shown, where) or _method(arguments, shown, where)
    )


def without_answer(function: Any, shown: str, where: str) -> dict[str, str] | None:
    """The parts of a message, if calling the function does not run it: `async def`, or `yield`."""
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return {"what": f"{shown}() is written with `async def`", "where": where,
                "expected": "a plain function", "fix": f"write `def {shown}`, without async"}
    if inspect.isgeneratorfunction(function):
        return {"what": f"{shown}() holds `yield`, which makes it a generator", "where": where,
                "expected": "a plain function", "fix": "write `return` in place of `yield`"}
    return None


def without_default(
    name: str, first: str, names: Sequence[str], shown: str, where: str
) -> dict[str, str]:
    """The parts of a message about an argument that is neither k, p nor state, without a default.

    Args:
        name: the argument.
        first: the function's first argument.
        names: the others.
    """
    late = next((one for one in names if one.lower() in GRADIENTS), "")
    if late and first.lower() not in GRADIENTS:
        return {
            "what": f"the first argument of {shown}() is {first!r}; the gradient {late!r} comes "
            "after it", "where": where,
            "expected": "the gradient first, then p if the rule needs the parameter's value",
            "fix": f"write `def {shown}({late}, …)` without `{first}`, and return the step to "
            "subtract from the parameter"}
    if is_step_number(name) and "k" not in names:
        return {
            "what": f"the step number is called k; {shown}() calls it {name!r}", "where": where,
            "expected": "k: 1, 2, 3, …, counted by the harness",
            "fix": f"write `k` in place of `{name}`, in the signature and below it"}
    if is_parameter(name) and PARAMETER not in names:
        return {
            "what": f"the parameter's value is called p; {shown}() calls it {name!r}",
            "where": where,
            "expected": "p: what the parameter is before this step, to be read only",
            "fix": f"write `p` in place of `{name}`, in the signature and below it"}
    return {
        "what": f"argument {name!r} of {shown}() has no default value", "where": where,
        "expected": "every hyperparameter with a default; state named in the decorator",
        "fix": f"write `{name}=…` in the signature if it is a hyperparameter, "
        f"or @optimizer({name}=0) if it is state"}


def without_gradient(
    first: str, names: Sequence[str], state: Collection[str], shown: str, where: str
) -> dict[str, str] | None:
    """The parts of a message, if the first argument is known to be another than the gradient."""
    if first == PARAMETER:
        gradient = next((one for one in names if one.lower() in GRADIENTS), "g")
        return {
            "what": f"the first argument of {shown}() is 'p', the parameter's value",
            "where": where, "expected": "the gradient first; p after it, if the rule needs it",
            "fix": f"write `def {shown}({gradient}, p, …)`"}
    if first in state or first in GIVEN:
        return {
            "what": f"the first argument of {shown}() is {first!r}", "where": where,
            "expected": "the gradient g first, then k, p and the state",
            "fix": f"write `def {shown}(g, …)`"}
    return None


def parameter_with_default(
    arguments: Sequence[inspect.Parameter], shown: str, where: str
) -> dict[str, str] | None:
    """The parts of a message about `p=…`, if it is among the arguments."""
    given = next((one for one in arguments if one.name == PARAMETER), None)
    if given is None or given.default is inspect.Parameter.empty:
        return None
    return {
        "what": f"argument 'p' of {shown}() has a default value", "where": where,
        "expected": "p without one: it is the parameter's value, which the harness passes",
        "fix": "write `p` without `=…`, or call it by another name if it is a hyperparameter"}


def _unnamed(
    arguments: list[inspect.Parameter], shown: str, where: str
) -> dict[str, str] | None:
    for argument in arguments:
        if argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            star = "*" if argument.kind is argument.VAR_POSITIONAL else "**"
            return {"what": f"{shown}() takes {star}{argument.name}", "where": where,
                    "expected": "every argument by name, since names say what each one is"}
        if argument.kind is argument.POSITIONAL_ONLY and argument is not arguments[0]:
            return {"what": f"argument {argument.name!r} of {shown}() cannot be given by name",
                    "where": where, "fix": "remove the `/` from the signature"}
    return None


def _method(
    arguments: list[inspect.Parameter], shown: str, where: str
) -> dict[str, str] | None:
    if not arguments:
        return {"what": f"{shown}() takes no argument", "where": where,
                "expected": "the gradient as first argument", "fix": f"write `def {shown}(g, …)`"}
    if arguments[0].name == "self":
        return {"what": f"the first argument of {shown}() is 'self'", "where": where,
                "expected": "a function outside any class, the gradient first",
                "fix": f"move {shown}() out of the class, and remove `self`"}
    return None

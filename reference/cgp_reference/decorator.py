"""`@optimizer`: a rule read off a function's signature, or refused with what to write instead."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, overload

from cgp_reference import default_values, signature
from cgp_reference.errors import meant
from cgp_reference.rule import Refused, Rule, RuleError

MARK = "cgp_rule_name"
"""Class attribute under which `@optimizer` leaves the name of a `torch.optim.Optimizer`."""
REGISTERED: list[Any] = []
"""All that a decorator was written above, in order: what no name of a module holds is here too."""


@overload
def optimizer(function: Callable[..., Any], /) -> Rule: ...
@overload
def optimizer(
    function: None = None, /, *, name: str | None = None, **state: float
) -> Callable[[Callable[..., Any]], Any]: ...


def optimizer(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, **state: float
) -> Any:
    """Register a step-size rule.

    Above a function: the keywords name the state and its initial values, the first argument is the
    gradient, `k` is the step number and `p` the parameter's value if they are named, all others are
    hyperparameters with defaults.
    Above a subclass of `torch.optim.Optimizer`: `name=` says which rule it is.

    Args:
        function: what is decorated, when the decorator is written without parentheses.
        name: the name to register; the function's own name if left out.
        state: initial value of each state argument.

    Returns:
        A `Rule`, or `Refused` if the function cannot be one; a class is returned as it is.

    Raises:
        RuleError: the decorator itself is not written as it must be.

    >>> @optimizer
    ... def sgd(g, lr=1e-3):
    ...     return lr * g
    >>> sgd.run([1.0]).step([2.0], {"lr": 0.5})
    [1.0]
    """
    if function is not None and not callable(function):
        raise RuleError(
            f"@optimizer was given {function!r}",
            expected="state by name, as in @optimizer(m=0, v=0)",
            fix=f"write `name={function!r}`" if isinstance(function, str) else "",
        )

    def register(decorated: Any) -> Any:
        if isinstance(decorated, type):
            # The loader finds marked classes; `type` itself has no such attribute.
            setattr(decorated, MARK, name or decorated.__name__)
            REGISTERED.append(decorated)
            return decorated
        try:
            rule: Rule | Refused = rule_from(decorated, name=name, state=state)
        except RuleError as error:
            rule = Refused(decorated, error)
        REGISTERED.append(rule)
        return rule

    return register if function is None else register(function)


def rule_from(
    function: Callable[..., Any], *, name: str | None = None, state: Mapping[str, float]
) -> Rule:
    """Read a rule off a function's signature; `optimizer` is its decorator form."""
    where = _place(function)
    shown = getattr(function, "__name__", "the function")
    if unfit := signature.unfit(function, shown, where):
        raise RuleError(**unfit)
    arguments = list(inspect.signature(function).parameters.values())
    first, rest = arguments[0], arguments[1:]
    names = [argument.name for argument in rest]
    if without_gradient := signature.without_gradient(first.name, names, state, shown, where):
        raise RuleError(**without_gradient)
    for key, value in state.items():
        _check_state(key, value, names, shown, where)
    seen = signature.PARAMETER not in state
    if seen and (with_default := signature.parameter_with_default(rest, shown, where)):
        raise RuleError(**with_default)
    hyper, fixed = {}, {}
    for argument in rest:
        if argument.name in signature.GIVEN or argument.name in state:
            continue
        default = argument.default
        if default is inspect.Parameter.empty:
            raise RuleError(
                **signature.without_default(argument.name, first.name, names, shown, where))
        if default_values.is_number(default):
            hyper[argument.name] = default if default_values.is_count(default) else _as_float(
                default, argument.name, shown, where)
        else:
            fixed[argument.name] = default
    return Rule(
        name=name or shown, function=function, counts_steps="k" in names,
        state=MappingProxyType({
            key: _as_float(value, key, shown, where) for key, value in state.items()}),
        hyperparameters=MappingProxyType(hyper), fixed=MappingProxyType(fixed),
        sees_parameter=seen and signature.PARAMETER in names,
    )


def _place(function: Callable[..., Any]) -> str:
    """Where it is written; refused if it is no function, or a rule already."""
    if isinstance(function, Rule):
        raise RuleError(
            f"{function.name}() is decorated twice", where=function.where,
            fix="keep one @optimizer",
        )
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        raise RuleError(
            f"@optimizer was given an object of type {type(function).__name__}",
            expected="a function written with `def`",
        )
    return f"{code.co_filename}:{code.co_firstlineno}"


def _check_state(key: str, value: object, names: list[str], shown: str, where: str) -> None:
    if key not in names:
        raise RuleError(
            f"@optimizer names the state {key!r}, but {shown}() has no such argument", where=where,
            expected=f"one of {', '.join(names)}" if names else f"an argument {key!r}",
            fix=meant(key, names),
        )
    if key in signature.GIVEN and key != signature.PARAMETER:  # p is state for who declares it so
        raise RuleError(
            f"@optimizer names {key!r} as state", where=where,
            expected=f"{key} in the signature only: the harness {signature.GIVEN[key]}",
            fix=f"remove `{key}=…` from the decorator",
        )
    if not default_values.is_number(value):
        kind = "None" if value is None else type(value).__name__
        raise RuleError(
            f"the state {key!r} begins as {kind}", where=where,
            expected="a number; each parameter gets an array of its own shape filled with it",
            fix=f"write @optimizer({key}=0)",
        )


def _as_float(value: Any, name: str, shown: str, where: str) -> float:
    try:
        return default_values.as_float(value)
    except OverflowError:
        raise RuleError(
            f"the value of {name!r} in {shown}() is too large", where=where,
            expected="a number that fits a float, up to 1.8e308",
        ) from None

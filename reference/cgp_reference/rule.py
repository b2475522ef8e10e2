"""What a step-size rule is, and how it is stepped: the one definition that all sides share.

A rule is a function of one parameter's gradient, its state and some hyperparameters. It returns the
step to subtract from the parameter, then the new state:

    @optimizer(v=0)                               # state: one value per parameter, from 0
    def sgd_plus(g, v, lr=1e-3, mu=0.9):
        v = mu * v + g
        return lr * v, v

Only the standard library is used: arrays of any kind work, as long as they have operators.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, overload

from cgp_reference.errors import ExplainedError

MARK = "cgp_rule_name"
"""Class attribute under which `@optimizer` leaves the name of a `torch.optim.Optimizer`."""


class RuleError(ExplainedError):
    """A rule does not fit the contract."""


@dataclass(frozen=True)
class Rule:
    """A step-size rule: a function, the state it keeps per parameter, its hyperparameters.

    Args:
        name: what the rule is registered as.
        function: `(gradient, [k], *state, *hyperparameters) -> (step, *new state)`.
        state: initial value of each state argument, in the order of the returned values.
        hyperparameters: default of each argument that is a number.
        counts_steps: whether the function takes `k`, the step number 1, 2, …
        fixed: arguments with other defaults (a flag, a dict). They are never passed.
    """

    name: str
    function: Callable[..., Any]
    state: Mapping[str, float]
    hyperparameters: Mapping[str, float]
    counts_steps: bool
    fixed: Mapping[str, Any]

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The bare function, for the author's own experiments."""
        return self.function(*arguments, **named)

    def run(self, parameters: Sequence[Any]) -> Run:
        """Begin to train `parameters`, each with a state of its own."""
        return Run(self, parameters)

    def step(
        self, gradient: Any, k: int, state: Sequence[Any], hyperparameters: Mapping[str, float]
    ) -> tuple[Any, tuple[Any, ...]]:
        """One step of one parameter.

        Args:
            gradient: loss units per parameter unit, any shape.
            k: number of this step, from 1.
            state: as returned by the step before.
            hyperparameters: those that shall differ from their defaults.

        Returns:
            The step to subtract, and the new state.

        Raises:
            RuleError: the function did not return a step and one value per state argument.
        """
        named = dict(zip(self.state, state, strict=True))
        if self.counts_steps:
            named["k"] = k
        answer = self.function(gradient, **named, **hyperparameters)
        if not self.state and answer is not None and not isinstance(answer, (tuple, list)):
            answer = (answer,)
        if not isinstance(answer, (tuple, list)) or len(answer) != 1 + len(self.state):
            raise self._misfit(answer)
        if any(part is None for part in answer):
            raise self._misfit(answer)
        return answer[0], tuple(answer[1:])

    @property
    def where(self) -> str:
        """File and line of the function."""
        code = inspect.unwrap(self.function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"

    def _misfit(self, answer: object) -> RuleError:
        wanted = ", ".join(["step", *self.state])
        if isinstance(answer, (tuple, list)):
            missing = [name for name, part in zip(["step", *self.state], answer, strict=False)
                       if part is None]
            got = f"None for {missing[0]}" if missing else _count(len(answer), "value")
        else:
            got = "None" if answer is None else f"one {type(answer).__name__}"
        noun = _count(1 + len(self.state), "value")
        return RuleError(
            f"{self.name}() returned {got}",
            where=self.where,
            expected=f"{noun}, ({wanted}): the step to subtract"
            + (", then the new state" if self.state else ""),
            fix=f"end the function with `return {wanted}`",
        )


@dataclass(frozen=True)
class Refused:
    """What `@optimizer` leaves of a function that cannot be a rule, so that others still count.

    Calling it raises the error; the loader reports it.
    """

    function: Callable[..., Any]
    error: RuleError

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Raise the error."""
        raise self.error


class Run:
    """One list of parameters under one rule: each parameter's state, and the step number."""

    def __init__(self, rule: Rule, parameters: Sequence[Any]) -> None:
        self.rule = rule
        self.k = 0
        # 0 * parameter: the state has the parameter's own shape, dtype, library and device.
        self.states = [
            tuple(0.0 * parameter + value for value in rule.state.values())
            for parameter in parameters
        ]

    def step(
        self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]
    ) -> list[Any]:
        """The step to subtract from each parameter, given the gradient of each."""
        self.k += 1
        steps = []
        for i, gradient in enumerate(gradients):
            step, self.states[i] = self.rule.step(
                gradient, self.k, self.states[i], hyperparameters
            )
            steps.append(step)
        return steps


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
    gradient, `k` is the step number if it is named, all others are hyperparameters with defaults.
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
        )

    def register(decorated: Any) -> Any:
        if isinstance(decorated, type):
            # The loader finds marked classes; `type` itself has no such attribute.
            setattr(decorated, MARK, name or decorated.__name__)
            return decorated
        try:
            return rule_from(decorated, name=name, state=state)
        except RuleError as error:
            return Refused(decorated, error)

    return register if function is None else register(function)


def rule_from(
    function: Callable[..., Any], *, name: str | None = None, state: Mapping[str, float]
) -> Rule:
    """Read a rule off a function's signature; `optimizer` is its decorator form."""
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
    where = f"{code.co_filename}:{code.co_firstlineno}"
    shown = getattr(function, "__name__", "the function")
    arguments = list(inspect.signature(function).parameters.values())
    _refuse_unnamed(arguments, shown, where)
    first, rest = arguments[0], arguments[1:]
    names = [argument.name for argument in rest]
    if first.name in state or first.name == "k":
        raise RuleError(
            f"the first argument of {shown}() is {first.name!r}", where=where,
            expected="the gradient g first, then k and the state",
            fix=f"write `def {shown}(g, …)`",
        )
    for key, value in state.items():
        _check_state(key, value, names, shown, where)
    hyper, fixed = {}, {}
    for argument in rest:
        if argument.name == "k" or argument.name in state:
            continue
        default = argument.default
        if default is inspect.Parameter.empty:
            raise RuleError(
                f"argument {argument.name!r} of {shown}() has no default value", where=where,
                expected="every hyperparameter with a default; state named in the decorator",
                fix=f"write `{argument.name}=…` in the signature if it is a hyperparameter, "
                f"or @optimizer({argument.name}=0) if it is state",
            )
        if _is_number(default):
            hyper[argument.name] = float(default)
        else:
            fixed[argument.name] = default
    return Rule(
        name=name or shown, function=function, counts_steps="k" in names,
        state=MappingProxyType({key: float(value) for key, value in state.items()}),
        hyperparameters=MappingProxyType(hyper), fixed=MappingProxyType(fixed),
    )


def _refuse_unnamed(arguments: list[inspect.Parameter], shown: str, where: str) -> None:
    for argument in arguments:
        if argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            star = "*" if argument.kind is argument.VAR_POSITIONAL else "**"
            raise RuleError(
                f"{shown}() takes {star}{argument.name}", where=where,
                expected="every argument by name, since names say what each one is",
            )
        if argument.kind is argument.POSITIONAL_ONLY and argument is not arguments[0]:
            raise RuleError(
                f"argument {argument.name!r} of {shown}() cannot be given by name", where=where,
                fix="remove the `/` from the signature",
            )
    if not arguments:
        raise RuleError(
            f"{shown}() takes no argument", where=where, expected="the gradient as first argument",
            fix=f"write `def {shown}(g, …)`",
        )


def _check_state(key: str, value: object, names: list[str], shown: str, where: str) -> None:
    if key not in names:
        close = get_close_matches(key, names, n=1)
        raise RuleError(
            f"@optimizer names the state {key!r}, but {shown}() has no such argument", where=where,
            expected=f"one of {', '.join(names)}" if names else f"an argument {key!r}",
            fix=f"did you mean {close[0]!r}?" if close else "",
        )
    if key == "k":
        raise RuleError(
            "@optimizer names 'k' as state", where=where,
            expected="k in the signature only: the harness counts the steps",
            fix="remove `k=…` from the decorator",
        )
    if not _is_number(value):
        raise RuleError(
            f"the state {key!r} begins as {type(value).__name__}", where=where,
            expected="a number; each parameter gets an array of its own shape filled with it",
            fix=f"write @optimizer({key}=0)",
        )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _count(number: int, noun: str) -> str:
    words = ["no", "one", "two", "three", "four", "five"]
    spelt = words[number] if number < len(words) else str(number)
    return f"{spelt} {noun}{'' if number == 1 else 's'}"

"""What a step-size rule is, and how it is stepped: the one definition that all sides share.

A rule is a function of one parameter's gradient, its state and some hyperparameters. It returns the
step to subtract from the parameter, then the new state:

    @optimizer(v=0)                               # state: one value per parameter, from 0
    def sgd_plus(g, v, lr=1e-3, mu=0.9):
        v = mu * v + g
        return lr * v, v

If it names them it is also given `k`, the number of the step, and `p`, the parameter's value before
it, which is for reading:

    @optimizer
    def decayed(g, p, lr=1e-3, weight_decay=1e-2):
        return lr * g + lr * weight_decay * p

Only the standard library is used: arrays of any kind work, as long as they have operators.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from cgp_reference.errors import ExplainedError

NOUNS = {"ndarray": "array", "Tensor": "tensor", "float64": "number", "float": "number"}
"""What types are called in messages, where a student may not know their own names."""

Names = tuple[str, ...]


class RuleError(ExplainedError):
    """A rule does not fit the contract."""


@dataclass(frozen=True)
class Rule:
    """A step-size rule: a function, the state it keeps per parameter, its hyperparameters.

    Args:
        name: what the rule is registered as.
        function: `(gradient, [k], [p], *state, *hyperparameters) -> (step, *new state)`.
        state: initial value of each state argument, in the order of the returned values.
        hyperparameters: default of each argument that is a number.
        counts_steps: whether the function takes `k`, the step number 1, 2, …
        fixed: arguments with other defaults (a flag, a dict). They are never passed.
        sees_parameter: whether the function takes `p`, the parameter's value before the step.
    """

    name: str
    function: Callable[..., Any]
    state: Mapping[str, float]
    hyperparameters: Mapping[str, float]
    counts_steps: bool
    fixed: Mapping[str, Any]
    sees_parameter: bool = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The bare function, for the author's own experiments."""
        return self.function(*arguments, **named)

    def run(self, parameters: Sequence[Any]) -> Run:
        """Begin to train `parameters`, each with a state of its own."""
        return Run(self, parameters)

    def step(
        self, gradient: Any, k: int, state: Sequence[Any], hyperparameters: Mapping[str, float],
        parameter: Any = None,
    ) -> tuple[Any, tuple[Any, ...]]:
        """One step of one parameter.

        Args:
            gradient: loss units per parameter unit, any shape.
            k: number of this step, from 1.
            state: as returned by the step before.
            hyperparameters: those that shall differ from their defaults.
            parameter: its value before the step; only a rule that sees it needs one.

        Returns:
            The step to subtract, and the new state.

        Raises:
            RuleError: the function did not return a step and one value per state argument.
        """
        named = dict(zip(self.state, state, strict=True))
        if self.counts_steps:
            named["k"] = k
        if self.sees_parameter:
            named["p"] = parameter
        return self.parts(self.function(gradient, **named, **hyperparameters))

    def parts(self, answer: Any) -> tuple[Any, tuple[Any, ...]]:
        """What the function returned, as the step and the new state.

        Raises:
            RuleError: it is not a step and one value per state argument.
        """
        if not isinstance(answer, (tuple, list)):
            if self.state or answer is None:
                raise self._misfit(answer)
            return answer, ()
        if len(answer) != 1 + len(self.state):
            raise self._misfit(answer)
        for part in answer:
            if part is None:
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
            kind = type(answer).__name__
            got = "None" if answer is None else f"one {NOUNS.get(kind, kind)}"
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
        self._count = 1 + len(rule.state)
        self._given: Mapping[str, float] | None = None
        self._named: dict[str, Any] | None = None
        # 0 * parameter: the state has the parameter's own shape, dtype, library and device.
        self.states = [
            tuple(0.0 * parameter + value for value in rule.state.values())
            for parameter in parameters
        ]

    def step(
        self, gradients: Sequence[Any], hyperparameters: Mapping[str, float],
        parameters: Sequence[Any] = (),
    ) -> list[Any]:
        """The step to subtract from each parameter, given the gradient of each.

        `parameters`: their values now, which whoever trains them holds. Only a rule that sees them
        needs them.
        """
        self.k += 1
        # What is the same for each of thousands of single numbers is not done for each of them.
        if hyperparameters != self._given:
            self._give(hyperparameters)
        for arguments, place in self._counts:
            arguments[place] = self.k
        rule, states, steps = self.rule, self.states, []
        function, count = rule.function, self._count
        named, before, after = self._named, self._before, self._after
        for i, gradient in enumerate(gradients):
            if named is None:
                answer = function(gradient, *before, *states[i], *after)
            else:
                named.update(zip(rule.state, states[i], strict=True))
                if rule.sees_parameter:
                    named["p"] = parameters[i]
                answer = function(gradient, **named)
            if type(answer) is not tuple or len(answer) != count:
                step, state = rule.parts(answer)
                answer = (step, *state)
            for part in answer:
                if part is None:
                    rule.parts(answer)  # says which
            states[i] = answer[1:]
            steps.append(answer[0])
        return steps

    def _give(self, hyperparameters: Mapping[str, float]) -> None:
        """Lay out what all parameters are given, by position or by name, until it changes."""
        self._given = dict(hyperparameters)
        count = {"k": self.k} if self.rule.counts_steps else {}
        named: dict[str, Any] = {**hyperparameters, **count}
        around = _around(self.rule, tuple(named))
        self._before, self._after = (
            [named[name] for name in names] for names in around or ((), ()))
        if around:
            self._named = None
            self._counts: list[tuple[Any, Any]] = [
                (arguments, names.index(name)) for name in count
                for arguments, names in zip((self._before, self._after), around, strict=True)
                if name in names]
        else:
            self._named = named
            self._counts = [(named, name) for name in count]


def _around(rule: Rule, given: Names) -> tuple[Names, Names] | None:
    """Names of what a function takes before its state and after it: all can be given by position.

    That halves the time of a call for one number. None: they must be given by name, to whatever is
    no plain function (compiled, wrapped), or where the state is not in a row as in the decorator.
    """
    function, states = rule.function, tuple(rule.state)
    if type(function) is not FunctionType or rule.sees_parameter:
        return None
    code = function.__code__
    names = list(code.co_varnames[1:code.co_argcount])
    while names and names[-1] not in (*given, *states):
        names.pop()  # it keeps its default
    begin = names.index(states[0]) if states and states[0] in names else 0
    end = begin + len(states)
    before, after = tuple(names[:begin]), tuple(names[end:])
    # Otherwise there are more, by name only, or one between them keeps its default.
    all_of_them = tuple(names[begin:end]) == states and sorted(before + after) == sorted(given)
    return (before, after) if all_of_them else None


def _count(number: int, noun: str) -> str:
    words = ["no", "one", "two", "three", "four", "five"]
    spelt = words[number] if number < len(words) else str(number)
    return f"{spelt} {noun}{'' if number == 1 else 's'}"

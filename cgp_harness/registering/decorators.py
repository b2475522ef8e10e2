"""`@autograd_function`, `@activation`, `@backprop`: what is registered stays what it was, marked.

A plugin imports this, and the worker; nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, overload

from cgp_harness.errors import PluginError
from cgp_reference.decorator import REGISTERED

MARK = "cgp_extension"
"""Attribute of a class or a function: the kind that it is registered as, and its name."""

Kind = Literal["autograd_function", "activation", "backprop"]
Class = TypeVar("Class", bound=type[Any])
Function = TypeVar("Function", bound=Callable[..., Any])


@overload
def autograd_function(given: str, /) -> Callable[[Class], Class]: ...
@overload
def autograd_function(given: Class, /) -> Class: ...


def autograd_function(given: Any, /) -> Any:
    """Register a subclass of `torch.autograd.Function`, under a name or under its own.

        @autograd_function("quantize")
        class Quantize(torch.autograd.Function):
            ...

    Raises:
        PluginError: it is not written above a class.
    """
    return _decorated("autograd_function", given)


@overload
def activation(given: str, /) -> Callable[[Function], Function]: ...
@overload
def activation(given: Function, /) -> Function: ...


def activation(given: Any, /) -> Any:
    """Register an activation: a function of one array that returns its value and its derivative.

    It is applied elementwise to read-only float64 numpy arrays of one or more axes.

    Raises:
        PluginError: it is not written above a function.

    >>> @activation
    ... def softsign(x):
    ...     below = 1 + abs(x)
    ...     return x / below, 1 / below**2
    >>> softsign(1.0)
    (0.5, 0.25)
    """
    return _decorated("activation", given)


@overload
def backprop(given: str, /) -> Callable[[Class], Class]: ...
@overload
def backprop(given: Class, /) -> Class: ...


def backprop(given: Any, /) -> Any:
    """Register backpropagation: a class with two static methods, `forward` and `backward`.

    `forward(graph, values)` returns the value of every node and its partial derivatives;
    `backward(graph, partials, errors)` returns the gradient for every parameter.

    Raises:
        PluginError: it is not written above a class.
    """
    return _decorated("backprop", given)


def _decorated(kind: Kind, given: Any) -> Any:
    if isinstance(given, str):
        return lambda target: _marked(kind, target, given)
    return _marked(kind, given, getattr(given, "__name__", ""))


def _marked(kind: Kind, target: Any, name: str) -> Any:
    try:
        if not callable(target):
            raise TypeError
        setattr(target, MARK, (kind, name))
    except (AttributeError, TypeError) as error:  # 3, numpy.tanh: nothing can be left on these
        what = "a function" if kind == "activation" else "a class"
        raise PluginError(
            f"@{kind} stands above {target!r:.60}", expected=f"{what} of the plugin's own",
            fix=f'write @{kind}("name") above `{"def" if what == "a function" else "class"} …`',
        ) from error
    REGISTERED.append(target)
    return target

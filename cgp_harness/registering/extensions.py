"""What a module registers besides step-size rules: Functions, activations, backpropagation.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, get_args

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.torch_rule import where_is
from cgp_harness.registering import hooks
from cgp_harness.registering.decorated import values_of
from cgp_harness.registering.decorators import MARK, Kind
from cgp_harness.registering.misfits import a, misfit, shown

HOOKS: dict[str, Kind] = {
    "cgp_autograd_functions": "autograd_function", "cgp_activations": "activation",
    "cgp_backprop": "backprop",
}


@dataclass(frozen=True)
class Extension:
    """A class or a function, registered as a kind of thing under a name; `where` it stands."""

    kind: Kind
    name: str
    target: Any
    where: str


def extensions_of(module: ModuleType) -> tuple[list[Extension], list[PluginError]]:
    """What an imported module registers, in its order, and what is wrong with the rest.

    What is imported from another file counts there. Of two that are registered as the same under
    one name neither counts, since it would be chance which one is graded.
    """
    found: dict[tuple[Kind, str, int], Extension] = {}
    errors: list[PluginError] = []
    for kind, name, target, where in _candidates(module, errors):
        error = misfit(kind, name, target, where)
        if error is not None:
            errors.append(error)
        else:
            # Once: `again = Quantize` or naming it in the hook as well does not double it.
            found.setdefault((kind, name, id(target)), Extension(kind, name, target, where))
    return _unambiguous(list(found.values()), errors), errors


def _candidates(
    module: ModuleType, errors: list[PluginError]
) -> Iterator[tuple[Kind, str, Any, str]]:
    """Kind, name, target and place of all that is marked or named by a hook."""
    for value in values_of(module, lambda value: _own_mark(value, module)):
        mark = _own_mark(value, module)
        if mark is not None:
            yield *mark, value, _where(value)
    for hook, kind in HOOKS.items():
        answer, where, problems = hooks.called(module, hook)
        errors += problems
        if answer is not None:
            for name, target in _entries(answer, hook, where, errors):
                yield kind, name, target, _where(target) or where


def _own_mark(value: object, module: ModuleType) -> tuple[Kind, str] | None:
    """The mark that stands above a class or a function of this very module, not one inherited."""
    if type(value) is FunctionType or issubclass(type(value), type):
        mark = vars(value).get(MARK)
        own = getattr(value, "__module__", None) == module.__name__
    else:  # what numpy.vectorize makes of a function: it does not say where it is from
        mark, own = inspect.getattr_static(value, MARK, None), True
    if not own or not isinstance(mark, tuple) or len(mark) != 2 or mark[0] not in get_args(Kind):
        return None
    return mark


def _where(target: object) -> str:
    if isinstance(target, type):
        return where_is(target)
    return hooks.where_is(target) if type(target) is FunctionType else ""


def _entries(
    answer: object, hook: str, where: str, errors: list[PluginError]
) -> list[tuple[str, Any]]:
    """A hook's answer as names and targets."""
    if isinstance(answer, (list, tuple)):
        return [(_own_name(one), one) for one in answer]
    if isinstance(answer, Mapping):
        errors += [
            PluginError(f"{hook}() uses the name {name!r:.60}", where=where,
                        expected="a text as the name")
            for name in answer if not isinstance(name, str)
        ]
        return [(name, one) for name, one in answer.items() if isinstance(name, str)]
    errors.append(PluginError(
        f"{hook}() returned {shown(answer)}", where=where,
        expected="a list, or a dict from names to what is registered",
    ))
    return []


def _own_name(target: Any) -> str:
    mark = getattr(target, MARK, None)
    return str(mark[1] if isinstance(mark, tuple) else getattr(target, "__name__", target))


def _unambiguous(found: list[Extension], errors: list[PluginError]) -> list[Extension]:
    first: dict[tuple[Kind, str], Extension] = {}
    twice = set()
    for one in found:
        key = (one.kind, one.name)
        if first.setdefault(key, one) is not one:
            twice.add(key)
            errors.append(PluginError(
                f"{one.name!r} is registered twice as {a(one.kind)}", where=one.where,
                expected="one of each name; neither counts",
                fix=f"rename or remove one; the other is at {first[key].where}"))
    return [one for one in found if (one.kind, one.name) not in twice]

"""Kinds of thing whose decorator leaves a mark: what is registered stays what it was.

    CONTRACT = contract("activation", "activation", "a function", "cgp_activations", misfit)

    def activation(given):
        return decorated("activation", "a function", given)

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.registering import hooks
from cgp_harness.registering.contract import Contract, Registered, a
from cgp_harness.registering.decorated import values_of
from cgp_harness.registering.misfits import shown
from cgp_harness.registering.places import where_is, where_is_class
from cgp_reference.decorator import REGISTERED

MARK = "cgp_extension"
"""Attribute of a class or a function: the kind that it is registered as, and its name."""
Misfit = Callable[[str, Any, str], PluginError | None]
"""Name, class or function, place -> why it cannot be such a thing, if it cannot."""


def contract(
    kind: str, noun: str, above: str, hook: str, misfit: Misfit,
    undecorated: Callable[[type], PluginError | None] = lambda _: None,
    misfit_of_answer: Misfit | None = None,
) -> Contract:
    """The contract of a kind of thing that is registered by a mark, or by its hook.

    Args:
        misfit_of_answer: of an instructor's answer, where it may be more than a student's.
    """

    def registered(
        module: ModuleType, misfit: Misfit = misfit
    ) -> tuple[list[Registered], list[PluginError]]:
        found: dict[tuple[str, int], Registered] = {}
        errors: list[PluginError] = []
        for one in _candidates(module, kind, hook, errors):
            error = misfit(one.name, one.target, one.where)
            if error is not None:
                errors.append(error)
            else:
                # Once: `again = Quantize` or naming it in the hook as well does not double it.
                found.setdefault((one.name, id(one.target)), one)
        return _unambiguous(list(found.values()), a(noun), errors), errors

    own = Contract(kind, noun, above, hook, registered, undecorated=undecorated)
    if misfit_of_answer is None:
        return own
    return replace(own, answers=replace(
        own, registered=partial(registered, misfit=misfit_of_answer)))


def decorated(kind: str, above: str, given: Any) -> Any:
    """What the decorator of a kind makes of what it stands above, or of the name it is given.

    Args:
        kind: what the decorator is called.
        above: what it stands above, `a function` or `a class`.
        given: that, or a name.

    Raises:
        PluginError: it stands above something else.
    """
    if isinstance(given, str):
        return lambda target: _marked(kind, above, target, given)
    return _marked(kind, above, given, getattr(given, "__name__", ""))


def _marked(kind: str, above: str, target: Any, name: str) -> Any:
    try:
        if not callable(target):
            raise TypeError
        setattr(target, MARK, (kind, name))
    except (AttributeError, TypeError) as error:  # 3, numpy.tanh: nothing can be left on these
        raise PluginError(
            f"@{kind} stands above {target!r:.60}", expected=f"{above} of the plugin's own",
            fix=f'write @{kind}("name") above `{"def" if above == "a function" else "class"} …`',
        ) from error
    REGISTERED.append(target)
    return target


def _candidates(
    module: ModuleType, kind: str, hook: str, errors: list[PluginError]
) -> Iterator[Registered]:
    """All that is marked as this kind, or named by its hook."""
    for value in values_of(module, lambda value: _own_name(value, kind, module)):
        name = _own_name(value, kind, module)
        if name is not None:
            yield Registered(kind, name, value, _where(value))
    answer, where, problems = hooks.called(module, hook) if hook else (None, "", [])
    errors += problems
    if answer is not None:
        for name, target in _entries(answer, hook, where, errors):
            yield Registered(kind, name, target, _where(target) or where)


def _own_name(value: object, kind: str, module: ModuleType) -> str | None:
    """The name above a class or a function of this very module, not one inherited."""
    if type(value) is FunctionType or issubclass(type(value), type):
        mark = vars(value).get(MARK)
        own = getattr(value, "__module__", None) == module.__name__
    else:  # what numpy.vectorize makes of a function: it does not say where it is from
        mark, own = inspect.getattr_static(value, MARK, None), True
    if not own or not isinstance(mark, tuple) or len(mark) != 2 or mark[0] != kind:
        return None
    return str(mark[1])


def _where(target: object) -> str:
    if isinstance(target, type):
        return where_is_class(target)
    return where_is(target) if type(target) is FunctionType else ""


def _entries(
    answer: object, hook: str, where: str, errors: list[PluginError]
) -> list[tuple[str, Any]]:
    """A hook's answer as names and targets."""
    if isinstance(answer, (list, tuple)):
        return [(_handed_out(one), one) for one in answer]
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


def _handed_out(target: Any) -> str:
    mark = getattr(target, MARK, None)
    return str(mark[1] if isinstance(mark, tuple) else getattr(target, "__name__", target))


def _unambiguous(
    found: list[Registered], a_thing: str, errors: list[PluginError]
) -> list[Registered]:
    """Of two of one name neither counts, since it would be chance which one is graded."""
    first: dict[str, Registered] = {}
    twice = set()
    for one in found:
        if first.setdefault(one.name, one) is not one:
            twice.add(one.name)
            errors.append(PluginError(
                f"{one.name!r} is registered twice as {a_thing}", where=one.where,
                expected="one of each name; neither counts",
                fix=f"rename or remove one; the other is at {first[one.name].where}"))
    return [one for one in found if one.name not in twice]

"""The rules of a file that no decorator registers: looked for by name, and read by a form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.reading.form import Form, FormRule, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.samples import WITHIN_S, passes, within
from cgp_harness.kinds.optimizer.contract.torch_rule import TorchRule
from cgp_harness.registering.places import where_is, where_is_class

AROUND = ("optimizer", "optim", "update", "rule", "step", "my", "custom", "numpy", "scratch")
"""Words around a rule's name: `AdamOptimizer`, `adam_update`, `MyAdam`."""
NUMBERS_MAX = 50
FoundRule = FormRule | TorchRule


@dataclass(frozen=True)
class Sought:
    """What is looked for.

    Args:
        wanted: the rules.
        forms: that may be tried, in this order.
    """

    wanted: Sequence[Wanted]
    forms: Sequence[Form]


def found(
    module: ModuleType, sought: Sought, registered: Collection[str]
) -> tuple[list[FoundRule], list[PluginError]]:
    """The rules that are wanted and not registered, and what is wrong with those called alike."""
    rules: list[FoundRule] = []
    errors: list[PluginError] = []
    for wanted in sought.wanted:
        if wanted.task in registered:
            continue
        first: PluginError | None = None
        for target in _called(module, wanted):
            try:
                with within(WITHIN_S):
                    rules.append(_read(target, wanted, sought.forms))
            except PluginError as error:
                first = first or error
                continue
            except BaseException as error:
                first = first or _unread(target, f"{type(error).__name__} while it was tried")
                continue
            break
        else:
            errors += [first] if first else []
    return rules, errors


def _called(module: ModuleType, wanted: Wanted) -> Iterator[Any]:
    """The module's own functions and classes of that name, a nearer name first."""
    own = [
        one for one in dict.fromkeys(
            value for value in vars(module).values() if type(value) is FunctionType
            or isinstance(value, type))
        if one.__module__ == module.__name__]
    for name in wanted.names:
        yield from (one for one in own if _folded(one.__name__) == name)
        yield from (
            one for one in own if _folded(one.__name__) != name and _core(one.__name__) == name)


def _folded(name: str) -> str:
    return name.lower().replace("_", "")


def _core(name: str) -> str:
    """A name without what stands around it.

    >>> _core("AdamOptimizer"), _core("my_rmsprop_update"), _core("step")
    ('adam', 'rmsprop', '')
    """
    left, before = _folded(name), None
    while left != before:
        before = left
        for word in AROUND:
            left = left.removeprefix(word).removesuffix(word)
    return left


def _read(target: Any, wanted: Wanted, forms: Sequence[Form]) -> FoundRule:
    """The target as a rule.

    Raises:
        PluginError: it has none of the forms.
    """
    ways: list[tuple[Form, Reading | TorchRule]] = []
    first: PluginError | None = None
    for form in forms:
        try:
            ways += [(form, one) for one in form.readings(target, wanted)]
        except PluginError as error:
            first = first or error
        except Exception as error:
            ways.append((form, Reading(_raising(error))))
    if not ways:
        raise first or _unread(target, "it has none of the forms that are known", forms)
    form, way = ways[0]
    if len(ways) > 1:
        form, way = next((
            (form, one) for form, one in ways
            if isinstance(one, Reading) and passes(one.begin, one.hyperparameters)), ways[0])
    if not isinstance(way, Reading):
        return way
    return FormRule(
        wanted.task, form.name, target, _where(target), way, tuple(_numbers(target))[:NUMBERS_MAX])


def _raising(error: Exception) -> Any:
    """A way that ends as trying it did: the student reads what was raised, and where."""
    def begin(*_: Any) -> Any:
        raise error

    return begin


def _unread(target: Any, why: str, forms: Sequence[Form] = ()) -> PluginError:
    noun = "class" if isinstance(target, type) else "function"
    return PluginError(
        f"the {noun} {target.__name__} cannot be graded: {why}", where=_where(target),
        expected="".join(f"\n    {one.name}: {one.looks}" for one in forms))


def _where(target: Any) -> str:
    return where_is_class(target) if isinstance(target, type) else where_is(target)


def _numbers(target: Any) -> Iterator[float]:
    """All that stand in its code."""
    functions = [target] if not isinstance(target, type) else [
        getattr(one, "__func__", one) for kind in target.__mro__ for one in vars(kind).values()]
    seen: set[float] = set()
    for function in functions:
        code = getattr(function, "__code__", None)
        for one in _of_code(code) if code is not None else ():
            if one not in seen:
                seen.add(one)
                yield one


def _of_code(code: CodeType) -> Iterator[float]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _of_code(one)
        elif isinstance(one, float) and 0 < one < float("inf"):
            yield one

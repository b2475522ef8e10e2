"""The rules of a file that no decorator registers: looked for by name, and read by a form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.reading.arguments import numbers_in, signature
from cgp_harness.kinds.optimizer.contract.reading.form import Form, FormRule, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.samples import passes
from cgp_harness.kinds.optimizer.contract.torch_rule import TorchRule
from cgp_harness.registering.contract import UndeclaredError
from cgp_harness.registering.places import where_is, where_is_class
from cgp_harness.sandbox.worker.loading.stopping import StoppedError, stopped_after
from cgp_reference.decorator import MARK
from cgp_reference.signature import GRADIENTS

AROUND = (
    "optimizer", "optim", "opt", "update", "rule", "step", "my", "own", "custom", "numpy", "torch",
    "scratch", "from")
"""Words around a rule's name: `AdamOptimizer`, `adam_update`, `MyAdam`."""
WITHIN_S = 2.0
"""CPU seconds of all that is tried of one rule."""
NUMBERS_MAX, METHODS_MAX = 50, 6
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
                with stopped_after(WITHIN_S):
                    rules.append(_read(target, wanted, sought.forms))
            except PluginError as error:
                if not _is_said_elsewhere(target):
                    first = first or error
                continue
            except StoppedError:
                first = first or _unread(
                    target, f"it computed for more than {WITHIN_S:g} s in two small steps")
                continue
            except BaseException as error:  # sys.exit(), for one
                first = first or _unread(target, f"it raised {type(error).__name__} when tried")
                continue
            break
        else:
            errors += [_undeclared(first, wanted.task)] if first else []
    return rules, errors


def _undeclared(error: PluginError, task: str) -> PluginError:
    said = UndeclaredError(error.what, where=error.where, expected=error.expected, fix=error.fix)
    said.name = task
    return said


def _is_said_elsewhere(target: Any) -> bool:
    """Whether it is a function of a gradient, or an empty class, which only lack the decorator; or
    a class that has it."""
    if isinstance(target, type):
        return MARK in vars(target) or not _methods(target)
    arguments = [*signature(target)]
    return arguments[:1] != [] and arguments[0] in GRADIENTS


def _methods(target: type) -> list[str]:
    return [
        f"{name}({', '.join(signature(one))})" for name, one in vars(target).items()
        if type(one) is FunctionType]


def _called(module: ModuleType, wanted: Wanted) -> Iterator[Any]:
    """The module's own functions and classes of that name, a nearer name first."""
    # By what they are: a value, or its metaclass, may raise where it is asked.
    each = {id(one): one for one in vars(module).values()
            if type(one) is FunctionType or issubclass(type(one), type)}
    own = [one for one in each.values() if one.__module__ == module.__name__]
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
    ways: list[tuple[Form, Reading]] = []
    first: PluginError | None = None
    for form in forms:
        try:
            for one in form.readings(target, wanted):
                if not isinstance(one, Reading):
                    whole: TorchRule = one
                    return whole
                ways.append((form, one))
        except PluginError as error:
            first = first or error
        except Exception as error:
            ways.append((form, Reading(_raising(error))))
    if not ways:
        raise first or _formless(target, forms)
    form, way = ways[0]
    if len(ways) > 1:
        form, way = next((
            (form, one) for form, one in ways if passes(one.begin, one.hyperparameters)), ways[0])
    numbers = tuple(numbers_in(target))[:NUMBERS_MAX]
    return FormRule(wanted.task, form.name, target, _where(target), way, numbers)


def _raising(error: Exception) -> Any:
    """A way that ends as trying it did: the student reads what was raised, and where."""
    def begin(*_: Any) -> Any:
        raise error

    return begin


def _unread(target: Any, why: str) -> PluginError:
    return PluginError(f"{_shown(target)} cannot be graded: {why}", where=_where(target))


def _formless(target: Any, forms: Sequence[Form]) -> PluginError:
    """What was found, and what is expected."""
    looks = "; ".join(one.looks for one in forms)
    return PluginError(
        f"{_shown(target)} is written in no form that is known", where=_where(target),
        expected=looks if len(forms) == 1 else f"one of these: {looks}")


def _shown(target: Any) -> str:
    if not isinstance(target, type):
        return f"{target.__name__}({', '.join(signature(target))})"
    return f"the class {target.__name__}, with {', '.join(_methods(target)[:METHODS_MAX])},"


def _where(target: Any) -> str:
    return where_is_class(target) if isinstance(target, type) else where_is(target)

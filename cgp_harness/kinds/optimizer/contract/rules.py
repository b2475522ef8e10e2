"""What a module registers: its decorated rules, its optimizer classes, the answer of its hook.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import TypeGuard, TypeVar

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.forms.torch_class import is_torch_optimizer
from cgp_harness.kinds.optimizer.contract.torch_rule import AnyRule, TorchRule, torch_rule
from cgp_harness.registering import hooks
from cgp_harness.registering.decorated import values_of
from cgp_harness.registering.places import where_is, where_is_class
from cgp_reference.decorator import MARK
from cgp_reference.rule import Refused, Rule

HOOK = "cgp_step_size_optimizers"
Kind = TypeVar("Kind")
OfClass = Callable[[type, str], AnyRule]


def rules_of(
    module: ModuleType, of_class: OfClass = torch_rule
) -> tuple[list[AnyRule], list[PluginError]]:
    """The rules that an imported module registers, in its order, and what is wrong with others.

    A rule imported from another file counts there. Of two rules of one name neither counts, since
    it would be chance which one is graded.

    Args:
        of_class: a subclass of `torch.optim.Optimizer` and a name -> the rule that it is.
    """
    rules: list[AnyRule] = []
    errors: list[PluginError] = []
    values = values_of(module, lambda value: _own_name(value, module))
    hook_errors = hooks.misfits(module)
    answer, where, problems = hooks.called(module, HOOK)
    hook_errors += problems
    entries = [] if answer is None else _entries(answer, where, hook_errors)
    # What only the hook hands out has the name that the hook gives it.
    handed_out = {id(entry) for _, entry in entries} - {id(one) for one in vars(module).values()}
    for value in values:
        if _own_name(value, module) is not None and id(value) not in handed_out:
            _collect(value, None, of_class, rules, errors)
    errors += hook_errors
    for name, entry in entries:
        _collect(entry, name, of_class, rules, errors, where)
    rules = _unambiguous(_once(rules), errors)
    return rules, errors


def _is(value: object, kind: type[Kind]) -> TypeGuard[Kind]:
    """Whether a value is of a kind; `isinstance` would also ask the value, which may raise."""
    return issubclass(type(value), kind)


def _refusal(refused: Refused) -> PluginError:
    error = refused.error
    return PluginError(error.what, where=error.where, expected=error.expected, fix=error.fix)


def _own_name(value: object, module: ModuleType) -> str | None:
    """What a rule of this very module is called; None for anything else."""
    if _is(value, Rule) and _is_own(value, module):
        return value.name
    if _is(value, Refused) and _is_own(value, module):
        return str(getattr(value.function, "__name__", ""))
    if _is(value, type) and value.__module__ == module.__name__ and MARK in vars(value):
        return str(vars(value)[MARK])  # its own mark, not one inherited
    return None


def _is_own(rule: Rule | Refused, module: ModuleType) -> bool:
    function = inspect.unwrap(rule.function)
    return getattr(function, "__globals__", vars(module)) is vars(module)


def _collect(
    value: object, name: str | None, of_class: OfClass, rules: list[AnyRule],
    errors: list[PluginError], where: str = "",
) -> None:
    """Add one rule under `name` (its own if None), or say why it is none."""
    if isinstance(value, Rule):
        rules.append(replace(value, name=name) if name and name != value.name else value)
    elif isinstance(value, Refused):
        errors.append(_refusal(value))
    elif isinstance(value, type) and is_torch_optimizer(value):
        try:
            rules.append(of_class(value, name or str(vars(value).get(MARK, value.__name__))))
        except PluginError as error:
            errors.append(error)
    elif isinstance(value, type):
        errors.append(PluginError(
            f"the class {value.__name__} is no torch.optim.Optimizer", where=where_is_class(value),
            expected=f"class {value.__name__}(torch.optim.Optimizer), or a function",
        ))
    elif isinstance(value, FunctionType):
        errors.append(PluginError(
            f"{HOOK}() names {value.__name__}(), which is not decorated",
            where=where_is(value), expected="@optimizer above it",
            fix=f"write @optimizer above `def {value.__name__}`",
        ))
    else:
        errors.append(PluginError(
            f"{HOOK}() names a rule that is {_a(value)}", where=where,
            expected="a function decorated by @optimizer, or a torch.optim.Optimizer subclass",
        ))


def _entries(
    answer: object, where: str, errors: list[PluginError]
) -> list[tuple[str | None, object]]:
    """The hook's answer as names and rules; the name is None where the rule says it itself."""
    if isinstance(answer, (list, tuple)):
        return [(None, entry) for entry in answer]
    if isinstance(answer, Mapping):
        errors += [
            PluginError(f"{HOOK}() names a rule {name!r}", where=where,
                        expected="a text as the name")
            for name in answer if not isinstance(name, str)
        ]
        return [(name, entry) for name, entry in answer.items() if isinstance(name, str)]
    single = isinstance(answer, (Rule, type))
    errors.append(PluginError(
        f"{HOOK}() returned {_a(answer)}", where=where,
        expected="a list of rules, or a dict from names to rules",
        fix=f"write `return [{getattr(answer, 'name', None) or getattr(answer, '__name__', '')}]`"
        if single else "",
    ))
    return []


def _once(rules: list[AnyRule]) -> list[AnyRule]:
    """Each rule once: `again = adam` or naming it in the hook as well does not double it."""
    seen: dict[tuple[str, int], AnyRule] = {}
    for rule in rules:
        body = rule.optimizer if isinstance(rule, TorchRule) else rule.function
        seen.setdefault((rule.name, id(body)), rule)
    return list(seen.values())


def _unambiguous(rules: list[AnyRule], errors: list[PluginError]) -> list[AnyRule]:
    first: dict[str, AnyRule] = {}
    twice = set()
    for rule in rules:
        if first.setdefault(rule.name, rule) is not rule:
            twice.add(rule.name)
            errors.append(PluginError(
                f"two rules are called {rule.name!r}", where=rule.where,
                expected="one rule of each name; neither counts",
                fix=f"rename or remove one; the other is at {first[rule.name].where}",
            ))
    return [rule for rule in rules if rule.name not in twice]


def _a(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"

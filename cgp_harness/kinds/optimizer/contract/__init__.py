"""A step-size rule: a function under `@optimizer`, or a subclass of `torch.optim.Optimizer`.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.as_function import as_function, refused
from cgp_harness.kinds.optimizer.contract.forms.torch_class import is_torch_optimizer
from cgp_harness.kinds.optimizer.contract.rules import HOOK, OfClass, rules_of
from cgp_harness.kinds.optimizer.contract.torch_rule import torch_rule
from cgp_harness.registering.contract import Contract, Registered
from cgp_harness.registering.places import where_is_class


def _registered(
    module: ModuleType, of_class: OfClass = torch_rule
) -> tuple[list[Registered], list[PluginError]]:
    rules, errors = rules_of(module, of_class)
    return [Registered("optimizer", rule.name, rule, rule.where) for rule in rules], errors


def _registered_answers(module: ModuleType) -> tuple[list[Registered], list[PluginError]]:
    return _registered(module, refused)


def _told(said: Mapping[str, Any]) -> Contract:
    """The contract where a homework says what it asks for: forms are tried on what has its name."""
    # Not needed where nothing is looked for, and not to be imported by who writes a plugin.
    from cgp_harness.kinds.optimizer.contract.reading.found import found
    from cgp_harness.kinds.optimizer.contract.reading.told import sought

    what = sought(said)

    def registered(module: ModuleType) -> tuple[list[Registered], list[PluginError]]:
        own, errors = _registered(module)
        rules, misfits = found(module, what, [one.name for one in own])
        return [*own, *(
            Registered("optimizer", one.name, one, one.where, undeclared=True) for one in rules
        )], errors + misfits

    return replace(CONTRACT, registered=registered)


def _code(rule: Any) -> Any:
    return next(
        getattr(rule, name) for name in ("optimizer", "code", "function") if hasattr(rule, name))


def _undecorated(value: type) -> PluginError | None:
    if not is_torch_optimizer(value):
        return None
    return PluginError(
        f"the class {value.__name__} is not registered", where=where_is_class(value),
        expected="@optimizer above it",
        fix=f'write @optimizer(name="{value.__name__.lower()}") above it')


def _undecorated_answer(value: type) -> PluginError | None:
    return as_function(value) if is_torch_optimizer(value) else None


_OF_ANSWERS = Contract(
    "optimizer", "rule", "a function", HOOK, _registered_answers, _code, _undecorated_answer)
CONTRACT = Contract(
    "optimizer", "rule", "a function", HOOK, _registered, _code, _undecorated, _OF_ANSWERS, _told)

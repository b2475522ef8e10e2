"""A step-size rule: a function under `@optimizer`, or a subclass of `torch.optim.Optimizer`.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.as_function import as_function, refused
from cgp_harness.kinds.optimizer.contract.rules import (
    HOOK,
    OfClass,
    is_torch_optimizer,
    rules_of,
)
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


def _code(rule: Any) -> Any:
    return getattr(rule, "optimizer", None) or rule.function


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
    "optimizer", "rule", "a function", HOOK, _registered, _code, _undecorated, _OF_ANSWERS)

"""Import one file of a submission, and say what it registered. Runs in the worker."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any

import msgspec

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.rules import NothingRegisteredError, rules_of
from cgp_harness.registering.extensions import Extension, extensions_of
from cgp_harness.sandbox.protocol.message_fields import MOST, NAME_MAX
from cgp_harness.sandbox.protocol.messages import Failed, Load, Loaded, LoadedExtension, LoadedRule
from cgp_harness.sandbox.worker.faults import failed, place, report_on_stderr
from cgp_harness.sandbox.worker.loading.code_digest import digest_of
from cgp_harness.sandbox.worker.loading.emptiness import is_empty
from cgp_harness.sandbox.worker.loading.importing import Importer


def load(
    request: Load, importer: Importer, rules: MutableMapping[str, Any],
    extensions: MutableMapping[tuple[str, str], Any],
) -> Loaded:
    """Import the file; put its rules into `rules` by name, the rest by kind and name."""
    folder = importer.folder
    loaded: list[LoadedRule] = []
    others: list[LoadedExtension] = []
    problems: list[Failed] = []
    try:
        module = importer.load(request)
        found, errors = rules_of(module)
        further, misfits = extensions_of(module)
        raised = _raised(importer, registered=bool(found or further))
        for error in raised:
            report_on_stderr(error, folder)
        if further or misfits or raised:
            errors = [one for one in errors if type(one) is PluginError]
        problems += [failed(error, folder) for error in raised]
        problems += [_misfit(error, folder) for error in (*errors, *misfits)]
        if len(found) + len(further) > MOST:
            problems.append(_too_many(len(found) + len(further)))
            found, further = [], []
        for rule in found:
            try:
                loaded.append(described(rule, folder))
                _keep(rules, rule.name, rule, empty=loaded[-1].empty)
            except BaseException as error:
                problems.append(failed(error, folder))
        for one in further:
            try:
                others.append(_described(one, folder))
                _keep(extensions, (one.kind, one.name), one, empty=others[-1].empty)
            except BaseException as error:
                problems.append(failed(error, folder))
    except BaseException as error:
        report_on_stderr(error, folder)
        problems.append(failed(error, folder))
    return Loaded(
        tuple(loaded), tuple(problems[:MOST]), "torch" in sys.modules, tuple(others),
        tuple(importer.pace.stopped[:MOST]), importer.pace.cuts[:MOST])


def _keep(kept: MutableMapping[Any, Any], name: object, one: Any, *, empty: bool) -> None:
    """The handed-out skeleton stands in nobody's way: `starter.py` beside what was made of it."""
    if not (empty and name in kept):
        kept[name] = one


def _raised(importer: Importer, *, registered: bool) -> list[BaseException]:
    """What was raised while the file ran, each once; `exit()` at its end is no mistake."""
    raised, importer.passed_over = importer.passed_over, []
    stopped = importer.stopped
    if stopped is not None and not (registered and isinstance(stopped, SystemExit)):
        raised.append(stopped)
    return raised


def _too_many(registered: int) -> Failed:
    return Failed(
        "contract", f"the file registers {registered} rules", expected=f"at most {MOST}")


def _misfit(error: PluginError, folder: str) -> Failed:
    report = failed(error, folder)
    if isinstance(error, NothingRegisteredError):
        return msgspec.structs.replace(report, kind="nothing")
    return report


def described(rule: Any, folder: str) -> LoadedRule:
    """What the grader may know of a rule: names, numbers, types.

    Raises:
        PluginError: it is more than an answer takes.
    """
    if wrong := _wrong(rule):
        raise PluginError(
            f"the rule {_cut(rule.name)} cannot be graded: {wrong}", where=rule.where,
            expected=f"at most {NAME_MAX} letters in a name, and at most {MOST} states and "
            "hyperparameters",
        )
    return LoadedRule(
        name=rule.name,
        kind="torch" if type(rule).__name__ == "TorchRule" else "function",
        where=place(rule.where, folder),
        state=dict(rule.state),
        hyperparameters=dict(rule.hyperparameters),
        fixed={name: type(value).__name__[:NAME_MAX] for name, value in rule.fixed.items()},
        code=digest_of(getattr(rule, "optimizer", None) or rule.function),
        sees_parameter=bool(getattr(rule, "sees_parameter", False)),
        empty=is_empty(getattr(rule, "optimizer", None) or rule.function),
    )


def _described(one: Extension, folder: str) -> LoadedExtension:
    """What the grader may know of an extension.

    Raises:
        PluginError: its name is more than an answer takes.
    """
    if wrong := _wrong_name(one.name):
        raise PluginError(
            f"{_cut(one.name)} cannot be graded: {wrong}", where=one.where,
            expected=f"a name of at most {NAME_MAX} letters")
    return LoadedExtension(kind=one.kind, name=one.name, where=place(one.where, folder),
                           code=digest_of(one.target), empty=is_empty(one.target))


def _wrong(rule: Any) -> str:
    """What of a rule fits no `LoadedRule`, if anything."""
    if wrong := _wrong_name(rule.name):
        return wrong
    for noun, values in (
        ("states", rule.state), ("hyperparameters", rule.hyperparameters),
        ("further arguments", rule.fixed),
    ):
        if len(values) > MOST:
            return f"it has {len(values)} {noun}"
        for name, value in values.items():
            if len(name) > NAME_MAX:
                return f"the name {_cut(name)} has {len(name)} letters"
            if values is not rule.fixed and type(value) is not float:
                return f"{name} is of type {type(value).__name__}"
    return ""


def _wrong_name(name: object) -> str:
    if not isinstance(name, str):
        return f"its name is of type {type(name).__name__}"
    if len(name) > NAME_MAX:
        return f"its name has {len(name)} letters"
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        return "its name holds half a character"
    return ""


def _cut(name: object) -> str:
    text = str(name)
    return text if len(text) <= 40 else f"{text[:40]}…"

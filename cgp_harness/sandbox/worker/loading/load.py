"""Import one file of a submission, and say what it registered. Runs in the worker."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

import msgspec

from cgp_harness.errors import PluginError
from cgp_harness.registering.contract import Contract, Registered, UndeclaredError
from cgp_harness.registering.module import NothingRegisteredError, registered_in
from cgp_harness.sandbox.protocol.message_fields import MOST, NAME_MAX
from cgp_harness.sandbox.protocol.messages import Failed, Load, Loaded, LoadedThing, encode
from cgp_harness.sandbox.protocol.names import cut, wrong_name
from cgp_harness.sandbox.worker.faults import failed, place, report_on_stderr
from cgp_harness.sandbox.worker.loading.code_digest import digest_of
from cgp_harness.sandbox.worker.loading.emptiness import is_empty
from cgp_harness.sandbox.worker.loading.importing import Importer

Details = Callable[[Any], Any]


def load(
    request: Load, importer: Importer, contracts: Sequence[Contract],
    details: Mapping[str, Details], targets: Mapping[str, MutableMapping[str, Registered]],
) -> Loaded:
    """Import the file; put what it registers into `targets`, by kind and name.

    Args:
        details: kind -> what the grader may know of such a thing, where that is more than its name.
    """
    folder = importer.folder
    loaded: list[LoadedThing] = []
    problems: list[Failed] = []
    try:
        module = importer.load(request)
        found, errors = registered_in(module, contracts)
        raised = _raised(importer, registered=bool(found))
        for error in raised:
            report_on_stderr(error, folder)
        if raised:
            errors = [one for one in errors if not isinstance(one, NothingRegisteredError)]
        problems += [failed(error, folder) for error in raised]
        problems += [_misfit(error, folder) for error in errors]
        if len(found) > MOST:
            problems.append(_too_many(len(found)))
            found = []
        contract_of = {one.kind: one for one in contracts}
        for one in found:
            try:
                loaded.append(_described(one, contract_of[one.kind], details.get(one.kind), folder))
                _keep(targets[one.kind], one, weak=loaded[-1].empty or one.undeclared)
            except BaseException as error:
                problems.append(failed(error, folder))
    except BaseException as error:
        report_on_stderr(error, folder)
        problems.append(failed(error, folder))
    return Loaded(
        tuple(loaded), tuple(problems[:MOST]), "torch" in sys.modules,
        tuple(importer.pace.stopped[:MOST]), importer.pace.cuts[:MOST])


def _keep(kept: MutableMapping[str, Registered], one: Registered, *, weak: bool) -> None:
    """The handed-out skeleton stands in nobody's way: `starter.py` beside what was made of it; nor
    does what only looks like it."""
    if not (weak and one.name in kept):
        kept[one.name] = one


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
    if isinstance(error, UndeclaredError):
        return msgspec.structs.replace(report, of=error.name[:NAME_MAX])
    return report


def _described(
    one: Registered, contract: Contract, details: Details | None, folder: str
) -> LoadedThing:
    """What the grader may know of something: names, numbers, types.

    Raises:
        PluginError: it is more than an answer takes.
    """
    known = details(one) if details else None
    if wrong := wrong_name(one.name):
        raise PluginError(
            f"{cut(one.name)} cannot be graded: {wrong}", where=one.where,
            expected=f"a name of at most {NAME_MAX} letters")
    code = contract.code(one.target)
    return LoadedThing(
        one.kind, one.name, place(one.where, folder), digest_of(code), is_empty(code),
        one.undeclared, msgspec.Raw(encode(known)))

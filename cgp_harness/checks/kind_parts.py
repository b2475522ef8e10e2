"""The parts of a kind of task: all there, and fitting each other, before anything is graded.

A kind that another package adds may be unfinished or broken; that is its own, never a student's.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import msgspec

from cgp_harness.checks.grading import Grading
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.kind import Kind
from cgp_harness.registering.misfits import shown

HELD = {
    "contract": "CONTRACT", "requests": "REQUESTS", "answers": "", "asking": "asking",
    "grading": "GRADING"}
"""Each part, and what is looked for in it; answers run in a worker only, and are read here."""


def require_whole(kind: Kind) -> None:
    """See that a kind can grade, and that it says who is to mend it if not.

    Raises:
        HarnessError: a part is not there, raises when imported, or does not fit.
    """
    found = {part: _held(kind, part, name) for part, name in HELD.items()}
    if kind.fixture:
        _held(kind, "testing", "tested")
    grading = found["grading"]
    if not isinstance(grading, Grading):
        raise misfit(kind, "grading", f"GRADING is {shown(grading)}",
                     "a `cgp_harness.checks.grading.Grading`")
    if grading.checks.keys() != kind.checks.keys():
        raise misfit(kind, "grading", f"its checks are {_listed(grading.checks)}",
                     f"those of its `Kind`: {_listed(kind.checks)}")
    if not grading.right:
        raise misfit(kind, "grading", "it has no right submission",
                     "one or more in `right`: graded before the first student's, it shows that the "
                     "kind works here")
    if not (isinstance(found["requests"], tuple) and all(map(_is_struct, found["requests"]))):
        raise misfit(kind, "requests", f"REQUESTS is {shown(found['requests'])}",
                     "a tuple of subclasses of `msgspec.Struct`")
    _require_own_tags(kind)


def misfit(kind: Kind, part: str, what: str, expected: str) -> HarnessError:
    """What is wrong with a kind, for who can mend it."""
    return HarnessError(
        f"the kind {kind.name!r} cannot be used: {what}", where=f"{kind.package}.{part}",
        expected=expected, fix="mend it, or `pip uninstall` the package that it is from")


def _held(kind: Kind, part: str, name: str) -> Any:
    module = f"{kind.package}.{part}"
    try:
        spec = importlib.util.find_spec(module)
    except ImportError:
        spec = None
    if spec is None:
        raise misfit(kind, part, f"there is no {module}",
                     f"a package {kind.package} with {', '.join(HELD)}")
    try:
        if not name:
            return compile(Path(str(spec.origin)).read_bytes(), module, "exec")
        held = getattr(importlib.import_module(module), name, None)
    except (Exception, SystemExit) as error:
        raise misfit(kind, part, f"importing it raised {type(error).__name__}: {error}",
                     "a part that can be imported") from error
    if held is None:
        raise misfit(kind, part, f"{name} is not there", f"what `docs/kinds.md` says of `{part}`")
    return held


def _require_own_tags(kind: Kind) -> None:
    """All requests reach one worker, which knows them by their tags."""
    own = _tags(kind)
    for other in kinds().values():
        for tag in () if other is kind else own & _tags(other):
            raise misfit(kind, "requests", f"it has a request with the tag {tag!r}, which one of "
                         f"the kind {other.name!r} has", "tags that no other kind uses")


def _tags(kind: Kind) -> set[Any]:
    tags = {one.__struct_config__.tag for one in _held(kind, "requests", "REQUESTS")}
    if None in tags:
        raise misfit(kind, "requests", "it has a request without a tag",
                     'a tag that no other kind uses: `class Ask(Struct, tag="…")`')
    return tags


def _is_struct(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, msgspec.Struct)


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"

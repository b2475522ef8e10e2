"""A module that is not there for submissions, in words that say what is."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

from cgp_harness.sandbox.worker.refusing.refusals import causes

AVAILABLE: list[str] = []
"""The packages that submissions may import, for messages; set once."""

LOST: dict[str, BaseException] = {}
"""Names that were never defined, since the statements that would have failed here: with what."""


_NOT_IN = re.compile(r"cannot import name '(\w+)'")
DECORATORS: set[str] = set()
"""Names that no star import of another package would have given; set once."""


def lost(error: BaseException) -> BaseException | None:
    """Why a name is not there, if what would have defined it failed.

    Any name that is not defined may be one that `from … import *` would have given.
    """
    if isinstance(error, NameError):
        known = LOST.get(str(error.name))
        return known if known or error.name in DECORATORS else LOST.get("*")
    name = ""
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        name = str(error.name)
    elif isinstance(error, ImportError) and (found := _NOT_IN.match(str(error.msg))):
        name = found[1]
    return LOST.get(name)


def missing(error: BaseException) -> str:
    """The module that cannot be found, if this is what went wrong, or what led to it; else "".

    A module below one that is there (`numpy.nothing`) is the student's own mistake.
    """
    names = (one.name for one in causes(error) if isinstance(one, ModuleNotFoundError))
    name = next(names, "")
    top = name.partition(".")[0] if isinstance(name, str) else ""
    try:
        there = not top or top in sys.modules or importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        there = False
    return "" if there else top


def said(name: str) -> str:
    """That it is not there."""
    return f"{name} is not available to submissions of this homework"


def expected() -> str:
    """What is there instead."""
    return f"{', '.join(AVAILABLE)}, Python's own modules, or a file that is handed in"

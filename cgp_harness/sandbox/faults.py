"""An exception of student code -> `Failed`, with places inside the submission only.

Runs in the worker, where student code can change anything: the grader caps and escapes every text
once more.
"""

from __future__ import annotations

import os
import sys
from types import TracebackType

from cgp_harness.sandbox.messages import TEXT_MAX, Failed
from cgp_reference.errors import ExplainedError

UTF8_FIX = "save the file with the encoding UTF-8"


def failed(
    error: BaseException, folder: str, *, step: int = 0, parameter: int = -1, rule_where: str = ""
) -> Failed:
    """What student code raised, in the parts of a readable message.

    Args:
        step, parameter: what was being stepped, if anything.
        rule_where: the place to name when no line of the submission was running.
    """
    place = {"step": step, "parameter": parameter}
    if isinstance(error, ExplainedError):
        texts = (error.what, error.where, error.expected, error.fix)
        what, where, expected, fix = (shown(text, folder) for text in texts)
        return Failed("contract", what, where, expected, fix, **place)
    where = location(error, folder) or shown(rule_where, folder)
    if isinstance(error, MemoryError):
        return Failed("memory", "MemoryError", where, **place)
    if isinstance(error, SystemExit):
        return Failed("exited", "SystemExit", where, **place)
    what = shown(f"{type(error).__name__}: {_text(error)}".removesuffix(": "), folder)
    if isinstance(error, ValueError) and "read-only" in what and step:
        return Failed("read_only", what, where, **place)
    fix = UTF8_FIX if isinstance(error, SyntaxError) and "utf-8" in what.lower() else ""
    return Failed("raised", what, where, fix=fix, **place)


def shown(text: object, folder: str) -> str:
    """A text without the paths of this machine, and cut to what a header takes."""
    return str(text).replace(folder + os.sep, "")[:TEXT_MAX]


def location(error: BaseException, folder: str) -> str:
    """`file.py:LINE` of the innermost frame inside the submission; empty if there is none."""
    if isinstance(error, SyntaxError) and _inside(error.filename, folder):
        return f"{shown(error.filename, folder)}:{error.lineno or 1}"
    found = ""
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if _inside(file, folder):
            found = f"{shown(file, folder)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def report_on_stderr(error: BaseException) -> None:
    """The whole traceback where the submission's own output goes."""
    try:
        sys.__excepthook__(type(error), error, error.__traceback__)
    except BaseException:
        return  # an error whose text raises: there is no more to tell


def _inside(file: object, folder: str) -> bool:
    return isinstance(file, str) and file.startswith(folder + os.sep)


def _text(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException as second:
        return f"(its text cannot be shown: {type(second).__name__})"

"""An exception of student code -> `Failed`, with places inside the submission only.

Runs in the worker, where student code can change anything: the grader caps and escapes every text
once more.
"""

from __future__ import annotations

import os
import sys
from itertools import islice
from types import TracebackType

import cgp_harness
from cgp_harness.sandbox.protocol.message_fields import COLUMN_MAX, TEXT_MAX, Place
from cgp_harness.sandbox.protocol.messages import Failed, Kind
from cgp_harness.sandbox.protocol.scene import Scene
from cgp_harness.sandbox.worker.answering import Position
from cgp_harness.sandbox.worker.blame import of_machine
from cgp_harness.sandbox.worker.loading import missing
from cgp_harness.sandbox.worker.loading.stopping import NotRunError
from cgp_harness.sandbox.worker.refusing.refusals import Refused
from cgp_reference.errors import ExplainedError

UNSHOWN = "an exception that cannot be shown"
TORCH_MEMORY = "can't allocate memory"
"""In the RuntimeError of torch 2.13 for a tensor that is too large, in place of MemoryError."""
FOREIGN = tuple(
    folder + os.sep for folder in (
        os.path.dirname(os.path.dirname(os.path.abspath(cgp_harness.__file__))),
        os.path.dirname(os.__file__)))
"""Where torch and Python's own modules lie: `cannot import name … from …` says that too."""
UTF8_FIX = "save the file with the encoding UTF-8"


def failed(error: BaseException, folder: str, at: Position | None = None) -> Failed:
    """What student code raised, in the parts of a readable message.

    Args:
        at: how far it came; its place is named when no line of the submission was running.
    """
    at = at or Position()
    try:
        kind, what, where, expected, fix = _parts(error, folder)
    except BaseException:  # a class without a name, an `ExplainedError` whose parts raise
        kind, what, where, expected, fix = "raised", UNSHOWN, "", "", ""
    if kind == "raised" and isinstance(error, ValueError) and "read-only" in what and at.step:
        kind = "read_only"
    begin, end = _columns(error, folder)
    return Failed(
        kind, what, place(where or at.where, folder), expected, fix, at.step, at.parameter, at.run,
        scene=_scene(error, folder, at.where) if kind == "raised" else None, begin=begin, end=end)


def _scene(error: BaseException, folder: str, about: str) -> Scene | None:
    try:
        from cgp_harness.sandbox.worker.scenes import scene_of  # only what raises needs it

        return scene_of(error, folder, shown(_text(error), folder), about)
    except BaseException:  # then there is none: the exception itself is told in any case
        return None


def _parts(error: BaseException, folder: str) -> tuple[Kind, str, str, str, str]:
    if isinstance(error, ExplainedError):
        texts = (error.what, error.where, error.expected, error.fix)
        what, where, expected, fix = (shown(text, folder) for text in texts)
        return "contract", what, where or location(error, folder), expected, fix
    where = location(error, folder)
    if isinstance(error, MemoryError) or (
            type(error) is RuntimeError and TORCH_MEMORY in _text(error)):
        return "memory", "MemoryError", where, "", ""
    if isinstance(error, SystemExit):
        return "exited", "SystemExit", where, "", ""
    refused = getattr(error, "reason", error)  # URLError has one
    if isinstance(refused, Refused | NotRunError):
        return "contract", shown(refused.what, folder), where, "", refused.fix
    if name := missing.missing(error):
        return "contract", shown(missing.said(name), folder), where, missing.expected(), ""
    return _raised(error, where, folder)


def _raised(error: BaseException, where: str, folder: str) -> tuple[Kind, str, str, str, str]:
    what = shown(f"{type(error).__name__}: {_text(error)}".removesuffix(": "), folder)
    if type(error).__name__ == "TclError":
        return "contract", "a submission has no display", where, "", "remove it"
    if of_machine(error, folder):
        return "machine", what, where, "", ""
    expected = ""
    if isinstance(error, FileNotFoundError):
        expected = "what it needs in its own .py and .ipynb files: no others are there"
    elif isinstance(error, NameError) and (lost := missing.lost(error)):
        _, cause, at, _, _ = _parts(lost, folder)
        expected = f"{error.name} from {at}, where this was met: {cause}"
    fix = UTF8_FIX if isinstance(error, SyntaxError) and "utf-8" in what.lower() else ""
    return "raised", what, where, expected, fix


def shown(text: object, folder: str) -> str:
    """A text without the paths of this machine, and cut to what a header takes."""
    text = _relative(str(text), folder)[:TEXT_MAX]
    # A lone surrogate, as in the name of a file that is not UTF-8, fits no header.
    return text.encode("utf-8", "backslashreplace").decode()[:TEXT_MAX]


def place(where: str, folder: str) -> Place:
    """`/…/adam.py:3` as the file's name inside the submission and a number."""
    file, _, line = where.rpartition(":")
    if not (file and len(line) < 10 and line.isascii() and line.isdecimal()):
        return Place(shown(where, folder))
    return Place(shown(file, folder), int(line))


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


def _columns(error: BaseException, folder: str) -> tuple[int, int]:
    """From which to which byte of the line that `location` names; both 0 if that is not known."""
    try:
        begin, end = _of_syntax(error) if isinstance(error, SyntaxError) else _of_frame(
            error, folder)
    except BaseException:  # an exception of the submission's own may hold anything
        return 0, 0
    return (begin, end) if 0 <= begin < end <= COLUMN_MAX else (0, 0)


def _of_syntax(error: SyntaxError) -> tuple[int, int]:
    """Behind a letter that is not of ASCII nothing: by version Python counts letters or bytes."""
    text, begin, end = error.text or "", error.offset or 0, error.end_offset or 0
    if error.end_lineno != error.lineno or end <= begin:
        end = begin + 1
    last = begin + len(text[begin - 1:end - 1].encode())
    return (begin - 1, last - 1) if text[:begin - 1].isascii() else (0, 0)


def _of_frame(error: BaseException, folder: str) -> tuple[int, int]:
    """Of the innermost instruction inside the submission; to the end of a line that goes on."""
    found, traceback = None, error.__traceback__
    while traceback is not None:
        if _inside(traceback.tb_frame.f_code.co_filename, folder):
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return 0, 0
    instructions = found.tb_frame.f_code.co_positions()
    line, end_line, begin, end = next(
        islice(instructions, found.tb_lasti // 2, None), (None, None, None, None))
    if line != found.tb_lineno or begin is None or end is None:
        return 0, 0
    return begin, end if line == end_line else COLUMN_MAX


def report_on_stderr(error: BaseException, folder: str) -> None:
    """The traceback where the submission's own output goes, from its own first line on."""
    frames = error.__traceback__
    while frames is not None and not _inside(frames.tb_frame.f_code.co_filename, folder):
        frames = frames.tb_next
    try:
        import traceback  # 11 ms: a rule that works need not wait for it

        lines = traceback.format_exception(type(error), error, frames)
        sys.stderr.write(_relative("".join(lines), folder))
    except BaseException:
        return  # no memory, an error whose text raises, a closed stream: there is no more to tell


def _relative(text: str, folder: str) -> str:
    text = text.replace(folder + os.sep, "").replace(folder, ".")
    for one in FOREIGN:
        text = text.replace(one, "")
    return text


def _inside(file: object, folder: str) -> bool:
    return isinstance(file, str) and file.startswith(folder + os.sep)


def _text(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException as second:
        return f"(its text cannot be shown: {type(second).__name__})"

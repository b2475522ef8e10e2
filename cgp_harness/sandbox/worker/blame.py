"""Whose doing an exception in a worker is: the submission's, or a package's on this machine.

A package that cannot be imported, or that the system refuses something which nobody asked it for,
is never held against a student. Runs in the worker.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import TracebackType

import cgp_harness
from cgp_harness.sandbox.worker.refusing.refusals import Refused

STANDARD = os.path.dirname(os.__file__) + os.sep


def of_machine(error: BaseException, folder: str) -> bool:
    """Whether a package failed by itself, outside the submission in `folder`."""
    if isinstance(error, ExceptionGroup) or not isinstance(error, Exception):
        return False
    called, below = _frames(error, folder)
    if "<module>" in below:  # while a package was imported
        return True
    if not below or not isinstance(error, OSError):
        return False
    if called and error.errno is None and error.filename is None:
        return False  # the package's own words for what it was given, not the system's
    return not _asked_for(error, folder)


def _frames(error: Exception, folder: str) -> tuple[bool, list[str]]:
    """Whether the submission ran, and what of packages did below its own last line, by name."""
    called, names = False, list[str]()
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = code.co_filename
        if file.startswith(folder + os.sep):
            called = True
            names.clear()
        elif os.path.isabs(file) and not _standard(file) and not _our_own(file):
            names.append(code.co_name)
        traceback = traceback.tb_next
    return called, names


def _standard(file: str) -> bool:
    return file.startswith(STANDARD) and "-packages" + os.sep not in file


def _our_own(file: str) -> bool:
    root = os.path.dirname(os.path.dirname(os.path.abspath(cgp_harness.__file__)))
    return file.startswith(tuple(
        os.path.join(root, name) + os.sep for name in ("cgp_harness", "cgp_reference")))


def _asked_for(error: OSError, folder: str) -> bool:
    """Whether the submission had the package do it: read a file of its own, start a process."""
    if isinstance(error, Refused):  # it says so itself
        return True
    path = error.filename
    if isinstance(path, str):
        within = not os.path.isabs(path) or path.startswith(folder + os.sep)
        return within or error.errno == errno.ENOENT or _named(os.path.basename(path), folder)
    return error.errno == errno.EAGAIN


def _named(name: str, folder: str) -> bool:
    """Whether a file of the submission says the name: `numpy.save("/tmp/steps.npy", g)`."""
    return any(name.encode() in file.read_bytes() for file in Path(folder).rglob("*.py"))

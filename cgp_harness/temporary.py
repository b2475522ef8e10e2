"""Temporary folders that end with this process, by SIGTERM too; only SIGKILL leaves them behind."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_made: dict[Path, int] = {}
"""Those that are there, each with the process that made it: a fork removes none."""


def made(prefix: str) -> Path:
    """A new folder, for this user alone.

    Raises:
        OSError: it cannot be made.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    _made[folder] = os.getpid()
    return folder


def removed(folder: Path) -> None:
    """Take a folder away with all that is in it."""
    # Who may write in it may have taken away its permissions; landlock has no say in chmod.
    with suppress(OSError):
        folder.chmod(0o700)
        for here, names, _ in os.walk(folder):
            for path in (Path(here, name) for name in names):
                if not path.is_symlink():
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
    _made.pop(folder, None)


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """One for as long as something takes."""
    here = made(prefix)
    try:
        yield here
    finally:
        removed(here)


@contextmanager
def becoming(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `folder`, once it is filled: all of it, or nothing.

    Args:
        folder: not there, or empty.

    Raises:
        OSError: it cannot be made there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield part
        part.chmod(0o755)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)  # moved, if all went well


@atexit.register
def remove_all() -> None:
    """Take away what this process has made."""
    for one, owner in list(_made.items()):
        if owner == os.getpid():
            removed(one)


def end_with_sigterm() -> None:
    """Have SIGTERM take them away before it ends this process, which it does all the same."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end)


def _end(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    remove_all()
    os.kill(os.getpid(), number)

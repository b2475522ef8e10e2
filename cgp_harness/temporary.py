"""Temporary folders that end with this process, by SIGTERM too.

SIGKILL leaves them behind, unless they are `gathered`: then another process takes them away.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from cgp_harness.errors import MachineError

_made: dict[Path, int] = {}
"""Those that are there, each with the process that made it: a fork removes none."""

_pool: set[int] = set()
"""Processes of `multiprocessing` that take theirs away at their end; a fork copies it."""
_gathered: list[tuple[Path, int]] = []
"""Where all are, and the writing end of a pipe to what takes them away; empty if nothing does."""
# Twice: what was just being ended may have written in between, and has 0.7 s for it.
# In the background, so that it is no child of this process, which may be killed with its children.
SWEEP = """sweep() { chmod -R u+rwx "$1"; rm -rf "$1"; }
exec 3<&0
{ read word <&3 || { sweep "$1"; sleep 1; sweep "$1"; }; } &
"""


OURS = "cgp-"
"""With this all names begin."""


def made(prefix: str, *, below: Path | None = None) -> Path:
    """A new folder, for this user alone.

    Raises:
        OSError: it cannot be made.
    """
    assert prefix.startswith(OURS)
    place = below or next((root for root, _ in _gathered if root.is_dir()), None)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place)).resolve()
    _made[folder] = os.getpid()
    _end_with_a_pool()
    return folder


def _end_with_a_pool() -> None:
    """A process of `multiprocessing` ends without atexit, and by what stands there instead."""
    of_pools = sys.modules.get("multiprocessing.process")
    if of_pools is None or of_pools.parent_process() is None or os.getpid() in _pool:
        return
    from multiprocessing.util import Finalize

    _pool.add(os.getpid())
    Finalize(None, remove_all, exitpriority=0)


def gathered() -> Path:
    """The one folder that from now on all are below, which goes even if this process is killed.

    A shell of a few pages of memory waits for that. Not for every process: it takes 2 ms to start.

    Raises:
        OSError: it cannot be made.
    """
    for root, _ in _gathered:
        if root.is_dir():
            return root
    root = made("cgp-run-")
    let_through(root)
    reading, writing = os.pipe()
    with suppress(OSError):  # then without
        subprocess.run(
            ["/bin/sh", "-c", SWEEP, "sh", root], stdin=reading, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, check=False)
    os.close(reading)
    _gathered.append((root, writing))
    return root


def gather() -> None:
    """`gathered`, where there is a place for it; where there is none, who needs one says so."""
    with suppress(OSError):
        gathered()


def take_over(folder: Path) -> None:
    """A folder that another process has made by `made` goes with this one, and is TMPDIR.

    Raises:
        OSError: it is gone. Python would take the folder of all programs for TMPDIR instead.
    """
    if not folder.name.startswith(OURS) or not folder.is_dir():
        raise FileNotFoundError(f"no temporary folder at {folder}")
    tempfile.tempdir = str(folder)
    _made[folder] = os.getpid()


def let_through(folder: Path) -> None:
    """Workers of another user may go on to folders below it, whose names they cannot list."""
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def removed(folder: Path) -> None:
    """Take a folder of `made` away with all that is in it; nothing else is ever removed."""
    if not folder.name.startswith(OURS):
        raise ValueError(f"{folder} is none of ours")
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
    """One for as long as something takes.

    Raises:
        MachineError: it cannot be made.
    """
    try:
        here = made(prefix)
    except OSError as error:
        raise MachineError(
            f"a temporary folder cannot be made: {(error.strerror or str(error)).lower()}",
            expected="room in a folder that can be written",
            fix="make room, or have TMPDIR name another folder") from error
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
    while _gathered:
        _, writing = _gathered.pop()
        with suppress(OSError):
            os.write(writing, b"done\n")
        os.close(writing)


def _forget() -> None:
    """A child is not what is waited for."""
    for _, writing in _gathered:
        os.close(writing)
    _gathered.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def end_with_sigterm() -> None:
    """Have SIGTERM take them away before it ends this process, which it does all the same."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end)


def _end(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    remove_all()
    os.kill(os.getpid(), number)

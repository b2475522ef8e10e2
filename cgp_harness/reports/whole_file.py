"""Write a file so that a reader sees the old one or the new one, never half of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cgp_harness.errors import MachineError


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write beside `path`, then rename over it; missing folders are made.

    Args:
        content: all of it, or its parts, which are then never in memory at once.

    No fsync: what must outlive a power cut is in the store, and reports are written from it.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    # Not tempfile: its files have mode 0600 whatever the umask, and a page is there to be read.
    # Short, since names may be as long as the file system allows (255 bytes).
    draft = path.with_name(f".{os.getpid()}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, draft, content)
    except OSError as error:
        raise MachineError(
            f"a report cannot be written: {(error.strerror or str(error)).lower()}",
            where=str(path), expected="room for the reports, in a folder that can be written",
            fix="make room and run the same command again; `cgp grade` keeps what is graded",
        ) from error


def _replace(path: Path, draft: Path, content: bytes | Iterable[bytes]) -> None:
    try:
        with draft.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

"""Write a file so that a reader sees the old one or the new one, never half of it."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write beside `path`, then rename over it; missing folders are made.

    No fsync: what must outlive a power cut is in the store, and reports are written from it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files have mode 0600 whatever the umask, and a page is there to be read.
    # Short, since names may be as long as the file system allows (255 bytes).
    draft = path.with_name(f".{os.getpid()}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

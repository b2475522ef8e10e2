"""Files for workers to read, and their bytecode, which no worker writes."""

from __future__ import annotations

import os
import py_compile
import sys
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

UNCHECKED = MAGIC_NUMBER + b"\x01\0\0\0" + bytes(8)
"""What bytecode begins with that holds whatever the time of its source is (PEP 552)."""


def written(file: str, content: bytes) -> None:
    """Anew, for all to read, whatever the umask: a worker of root becomes nobody."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with open(descriptor, "wb") as out:
        os.fchmod(descriptor, 0o644)
        out.write(content)


def compiled(source: Path, copy: str, target: str) -> None:
    """Bytecode for a copy: from beside the source, where Python keeps it, or would."""
    kept = _kept(source)
    if kept is None and not sys.dont_write_bytecode:
        with suppress(OSError):
            py_compile.compile(str(source), doraise=True)
        kept = _kept(source)
    if kept is not None:
        written(target, UNCHECKED + kept[len(UNCHECKED):])
        return
    py_compile.compile(
        copy, target, doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    os.chmod(target, 0o644)


def _kept(source: Path) -> bytes | None:
    """What Python keeps of a file as it is now; None if nothing."""
    try:
        with open(cache_from_source(source), "rb", buffering=0) as file:
            kept = file.read()
        there = os.stat(source)
    except OSError:
        return None
    times = (int(number) & 0xFFFFFFFF for number in (there.st_mtime, there.st_size))
    wanted = MAGIC_NUMBER + bytes(4) + b"".join(one.to_bytes(4, "little") for one in times)
    return kept if kept.startswith(wanted) else None

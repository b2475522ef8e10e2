"""Arrays that are kept on disk between runs of one user, each under all that it was made of.

    kept.use()                                   # the user's own folder: `cgp check` alone
    kept.use(folder)                             # of one run of `cgp grade`: its graders share it
    kept.read(("training", "ravine", 400))       # {"losses": …}, or None
    kept.write(("training", "ravine", 400), {"losses": losses})

What is kept here decides what is right. So it is read by whoever wrote it, and by nobody else: its
folder is the user's alone, in a place where nobody else can put another in its stead, and no worker
can see it. `cgp grade` reads nothing that was there before it began. An entry is of this very code,
Python, numpy and machine. It may be deleted at any time; what cannot be read is computed again.
"""

from __future__ import annotations

import functools
import hashlib
import math
import mmap
import os
import platform
import stat
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from cgp_harness.model import Floats

Key = tuple[Any, ...]
"""Names, numbers and tuples of them, whose `repr` says all that an entry was made of."""
MADE_BY = ("cgp_reference", "cgp_harness.probing", "cgp_harness.kinds.optimizer")
"""Packages whose code makes what is kept."""
PLACE = "CGP_CACHE"
"""Environment variable: another folder, or empty to keep nothing."""
CLOSED = ("namespaces", "landlock", "uid", "container")
"""Isolation levels at which a submission can read nothing of this user's, and write nothing: else
it could write here what is right."""
ROOM = 256 * 2**20
"""Bytes. `step_size` has 60 MB in both conventions; the oldest go first."""

PATIENCE_S = 10.0
"""All that one homework asks for takes 4 s on a busy machine; who holds the folder may be stopped.
"""
_LENGTH = 4
"""Bytes that say how long what is said of the numbers is."""
_places: list[Path] = []
"""The folder in use, if there is one."""


def use(folder: Path | None = None) -> None:
    """Keep from now on, in this process, if there is a place that can be trusted.

    Args:
        folder: which; the user's own for caches if left out.
    """
    place = folder or _of_user()
    if place is None or os.name != "posix":
        return
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(place):
            _places[:] = [place]


def in_use() -> bool:
    """Whether anything is kept at all."""
    return bool(_places)


def stop() -> None:
    """Keep nothing any more."""
    _places.clear()


def read(key: Key) -> Mapping[str, Floats] | None:
    """What is kept under the key; None if nothing is, or it cannot be trusted or read."""
    if not _places:
        return None
    try:
        descriptor = os.open(_file(_places[0], key), os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:
            if not _is_own(os.fstat(file.fileno())):
                return None
            return _decoded(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def write(key: Key, arrays: Mapping[str, Floats]) -> None:
    """Keep arrays under the key, if there is room."""
    if not _places:
        return
    [folder], content = _places, _encoded(arrays)
    with suppress(OSError):
        _make_room(folder, sum(map(len, content)))
        number, name = tempfile.mkstemp(dir=folder)  # 0600
        try:
            with open(number, "wb") as file:
                file.writelines(content)
            os.replace(name, _file(folder, key))
        except BaseException:
            os.unlink(name)
            raise


@contextmanager
def alone() -> Iterator[None]:
    """Compute what is to be kept while no other process does so in the same folder: it may be the
    same. Whoever waits longer than PATIENCE_S goes on all the same.
    """
    if not _places:
        yield
        return
    import fcntl  # of POSIX, as all folders in use are

    folder = os.open(_places[0], os.O_RDONLY | os.O_DIRECTORY)
    try:
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s:
            with suppress(BlockingIOError):
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.01)
        yield
    finally:
        os.close(folder)


class _Entry(msgspec.Struct, array_like=True):
    """What stands behind the numbers: shapes by name, and the numbers' CRC-32."""

    shapes: dict[str, tuple[int, ...]]
    sum: int


def _encoded(arrays: Mapping[str, Floats]) -> list[bytes | memoryview]:
    """The numbers first, so that in memory they lie where numpy wants them; here they are not
    copied, which takes longer than to write them."""
    numbers = [np.ascontiguousarray(one, np.float64).reshape(-1).data.cast("B")
               for one in arrays.values()]
    shapes = {name: array.shape for name, array in arrays.items()}
    said = msgspec.msgpack.encode(_Entry(shapes, functools.reduce(
        lambda before, one: zlib.crc32(one, before), numbers, 0)))
    return [*numbers, said, len(said).to_bytes(_LENGTH, "little")]


def _decoded(content: mmap.mmap) -> dict[str, Floats]:
    end = len(content) - _LENGTH
    begin = end - int.from_bytes(content[end:], "little")
    entry = msgspec.msgpack.decode(content[max(0, begin):end], type=_Entry)
    whole = memoryview(content)[:begin]
    if zlib.crc32(whole) != entry.sum:
        raise ValueError("it is not what was written")
    numbers, found, begin = np.frombuffer(whole, np.float64), {}, 0
    for name, shape in entry.shapes.items():
        end = begin + math.prod(shape)
        found[name] = numbers[begin:end].reshape(shape)
        begin = end
    return found


def _of_user() -> Path | None:
    if (named := os.environ.get(PLACE)) is not None:
        return Path(named) if named else None
    home = Path.home()
    standard = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or standard) / "cgp-harness"


def _file(folder: Path, key: Key) -> Path:
    said = repr((_code(), sys.version, np.__version__, platform.machine(), platform.node(), key))
    return folder / f"{hashlib.sha256(said.encode()).hexdigest()}.kept"


@functools.cache
def _code() -> str:
    # Whatever writes a file changes its ctime, which nobody can set: reading 250 takes 40 ms.
    seen = [(str(file), *_dated(file.stat())) for file in sorted(_sources())]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _dated(there: os.stat_result) -> tuple[int, ...]:
    return there.st_size, there.st_mtime_ns, there.st_ctime_ns


def _sources() -> Iterator[Path]:
    for package in MADE_BY:
        place = find_spec(package)
        for folder in (place and place.submodule_search_locations) or ():
            yield from Path(folder).rglob("*.py")


def _make_room(folder: Path, size: int) -> None:
    there = [(one.stat(), one) for one in folder.iterdir()]
    there.sort(key=lambda pair: pair[0].st_mtime_ns)
    total = size + sum(one.st_size for one, _ in there)
    for one, file in there:
        if total <= ROOM:
            break
        file.unlink()
        total -= one.st_size


def _is_own(there: os.stat_result) -> bool:
    """Whether it is this user's, and nobody else can write it."""
    return there.st_uid == os.geteuid() and not there.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_private(folder: Path) -> bool:
    """Whether nobody else can write there, or put another folder in its place."""
    own = os.lstat(folder)
    if not stat.S_ISDIR(own.st_mode) or own.st_uid != os.geteuid() or own.st_mode & 0o077:
        return False
    return all(map(_is_safe, folder.resolve().parents))


def _is_safe(folder: Path) -> bool:
    """Whether no other user can rename what is in a folder, root aside."""
    there = os.stat(folder)
    if there.st_uid not in (0, os.geteuid()):
        return False
    return not there.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or bool(there.st_mode & stat.S_ISVTX)

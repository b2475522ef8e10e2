"""Which submissions a driver is at: two drivers on one store share the work.

A lease is void once its time is over, or its driver has ended: what a driver was at that was killed
is graded by the next one at once.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

TABLE = """CREATE TABLE IF NOT EXISTS leases (
    key TEXT PRIMARY KEY, owner TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID"""
LASTS_S = 60.0
RENEW_S = 10.0


class Leases:
    """Those of one driver, in an open store.

    Args:
        database: in autocommit mode.
        transaction: one that a power cut may undo: the driver's end then makes the lease void, too.
    """

    def __init__(
        self, database: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]], owner: str,
    ) -> None:
        self._database, self._transaction, self._owner = database, transaction, owner
        self._renewed = time.monotonic()

    def take(self, key: str) -> bool:
        """Whether it is this driver's now: no other living one has it."""
        with self._transaction():
            found = self._database.execute(
                "SELECT owner, until FROM leases WHERE key = ?", (key,)).fetchone()
            if found and found[0] != self._owner and found[1] > time.time() and (
                    not has_ended(found[0])):
                return False
            self._database.execute(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?)",
                (key, self._owner, time.time() + LASTS_S))
            return True

    def renew(self) -> None:
        """Keep what is this driver's, if it is time to."""
        if time.monotonic() - self._renewed < RENEW_S:
            return
        self._renewed = time.monotonic()
        self._write("UPDATE leases SET until = ? WHERE owner = ?",
                    time.time() + LASTS_S, self._owner)

    def give_back(self, key: str) -> None:
        """Leave one to whoever wants it."""
        self._write("DELETE FROM leases WHERE key = ? AND owner = ?", key, self._owner)

    def end(self) -> None:
        """Leave all of them."""
        self._write("DELETE FROM leases WHERE owner = ?", self._owner)

    def _write(self, statement: str, *values: Any) -> None:
        with self._transaction():
            self._database.execute(statement, values)


def me() -> str:
    """This process, among all that there are and were."""
    return f"{_place()} {os.getpid()} {_begun(os.getpid())}"


def has_ended(owner: str) -> bool:
    """Whether a process, as `me` says it, has certainly ended; of another machine none has."""
    place, _, rest = owner.partition(" ")
    number, _, begun = rest.partition(" ")
    if place != _place() or not number.isdecimal():
        return False
    return _begun(int(number)) != begun


def _place() -> str:
    """Where process numbers mean the same: host, its last start, and the container."""
    parts = [platform.node().replace(" ", "_")]
    with suppress(OSError):
        parts += [Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip(),
                  os.readlink("/proc/self/ns/pid")]
    return "/".join(parts)


def _begun(number: int) -> str:
    """When a process began, in ticks of the machine; empty if there is none that runs."""
    try:
        state, *rest = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else rest[18]

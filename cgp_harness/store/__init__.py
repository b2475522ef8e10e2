"""What has been graded: `store.sqlite` beside the reports; a run resumes, a case replays.

Only drivers write, on one machine. Every result is committed as it completes: WAL and synchronous
FULL keep it through a kill or a power cut.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypedDict, TypeVar, Unpack

import msgspec

from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import SourceFile, Status, Submission, SubmissionReport
from cgp_harness.store.leases import TABLE as LEASES
from cgp_harness.store.leases import Leases, me

FILE = "store.sqlite"
# "CGPS" in ASCII: tells our files from any other SQLite database.
APPLICATION = 0x43475053
VERSION = 1
BUSY_S = 30.0
MAKING = (
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
    "CREATE TABLE sources (sha256 TEXT PRIMARY KEY, files BLOB NOT NULL)",
    "CREATE TABLE results (key TEXT PRIMARY KEY, report BLOB NOT NULL)",
    "CREATE TABLE seed (value TEXT NOT NULL)",
)
FORM = """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
FROM pragma_application_id, pragma_user_version"""
EMPTY = (0, 0, 0)
# Fits a JSON number in any language.
SEEDS = 2**31
ELSEWHERE = "move the file away or choose another folder"
Answer = TypeVar("Answer")


class Conditions(TypedDict):
    """Under what a submission is graded, the assignment apart."""

    versions: Mapping[str, str]
    source_digest: str
    isolation: str
    seed: int
    device: str


def key(
    submission: Submission, assignment_digest: str, **conditions: Unpack[Conditions]
) -> str:
    """What a verdict and its words depend on, as one digest.

    `hw.ipynb` and the `hw.py` that was exported from it may have the same bytes, and other places.
    """
    versions = conditions["versions"]
    named = [part for name in sorted(versions) for part in (name, versions[name])]
    digest = hashlib.sha256()
    for part in (
        submission.sha256, assignment_digest, conditions["source_digest"],
        conditions["isolation"], str(conditions["seed"]), conditions["device"], *named,
        *(file.name for file in submission.files if file.name), *submission.notes,
    ):
        digest.update(len(part.encode()).to_bytes(8, "little") + part.encode())
    return digest.hexdigest()


def drawn_seed() -> int:
    """A seed that nobody can have known before."""
    return secrets.randbelow(SEEDS)


def _is_seed(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and (
        len(value) < 11 and int(value) < SEEDS)


class Store:
    """An open store; a context manager.

    Args:
        path: the database file.
        create: make it if there is none; otherwise that is an error.

    Raises:
        HarnessError: from every method, when the file is damaged, foreign, busy or read-only.
        MachineError: likewise, when the disk is full or broken.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        if not create and not path.is_file():
            raise HarnessError(
                "the store is missing", where=str(path),
                expected=f"the {FILE} that `cgp grade` wrote beside its results",
            )
        with self._explained():
            self._database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file free; what was put stays."""
        self._database.close()

    def seed(self) -> int:
        """The seed of this store, drawn when it was made: nobody can have known it before."""
        with self._explained():
            rows = self._database.execute("SELECT value FROM seed").fetchall()
        texts = [value for (value,) in rows]
        if len(texts) != 1 or not _is_seed(texts[0]):
            shown = ", ".join(f"{text!r:.40}" for text in texts) or "none"
            raise self._damaged(f"its seed is {shown}")
        return int(texts[0])

    def result(self, key: str) -> SubmissionReport | None:
        """The report stored under `key`."""
        return self._decoded(
            "SELECT report FROM results WHERE key = ?", key,
            lambda blob: msgspec.json.decode(blob, type=SubmissionReport),
        )

    def put_result(self, key: str, report: SubmissionReport) -> bool:
        """Store a report, unless anything in it is our own fault: that is graded again.

        In the same transaction the lease on it ends, whoever has it.

        Returns:
            Whether it is stored.
        """
        statuses = {report.status, *(check.status for check in report.checks)}
        right = Status.GRADER_ERROR not in statuses
        with self._transaction():
            self._database.execute("DELETE FROM leases WHERE key = ?", (key,))
            if right:
                self._database.execute(
                    "INSERT OR REPLACE INTO results VALUES (?, ?)",
                    (key, msgspec.json.encode(report)))
        return right

    @contextmanager
    def leases(self) -> Iterator[Leases]:
        """Those of this process, until the end."""
        mine = Leases(
            self._database, functools.partial(self._transaction, lasting=False), me())
        try:
            yield mine
        finally:
            mine.end()

    def files(self, sha256: str) -> tuple[SourceFile, ...] | None:
        """The files of the submission with this digest."""
        return self._decoded(
            "SELECT files FROM sources WHERE sha256 = ?", sha256,
            lambda blob: msgspec.msgpack.decode(blob, type=tuple[SourceFile, ...]),
        )

    def put_files(self, *submissions: Submission) -> None:
        """Keep submissions' files, for `cgp replay` and for questions about a grade."""
        with self._transaction():
            for one in submissions:
                self._database.execute(
                    "INSERT OR IGNORE INTO sources VALUES (?, ?)",
                    (one.sha256, msgspec.msgpack.encode(one.files)))

    def _prepare(self) -> None:
        if self._form() == EMPTY:
            # One transaction: a run killed in here leaves an empty file, not half a store.
            with self._transaction():
                if self._form() == EMPTY:  # no other run has made it meanwhile
                    for statement in (*MAKING, f"INSERT INTO seed VALUES ('{drawn_seed()}')"):
                        self._database.execute(statement)
        application, version, _ = self._form()
        if (application, version) != (APPLICATION, VERSION):
            raise self._foreign(application, version)
        self._write_ahead()
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(LEASES)

    def _write_ahead(self) -> None:
        """Set it; SQLite waits for whoever does so at this moment only if it is told to again."""
        until_s = time.monotonic() + BUSY_S
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or (
                        time.monotonic() > until_s):
                    raise
            time.sleep(0.01)

    def _form(self) -> tuple[int, int, int]:
        """What the file is by its head, and how many tables it has: of one moment."""
        form: tuple[int, int, int] = self._database.execute(FORM).fetchone()
        return form

    @contextmanager
    def _transaction(self, *, lasting: bool = True) -> Iterator[None]:
        """All of it on the disk at its end, or nothing; not `lasting`: a power cut may undo it."""
        with self._explained():
            if not lasting:
                self._database.execute("PRAGMA synchronous = NORMAL")
            try:
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self._database.rollback()
                    raise
                self._database.execute("COMMIT")
            finally:
                if not lasting:
                    self._database.execute("PRAGMA synchronous = FULL")

    def _foreign(self, application: int, version: int) -> HarnessError:
        ours = application == APPLICATION
        return HarnessError(
            f"the store has form {version}" if ours else "the file is not a store of this harness",
            where=str(self.path),
            expected=f"form {VERSION}" if ours else "a store that `cgp grade` wrote, or no file",
            fix=ELSEWHERE,
        )

    def _execute(self, statement: str, *values: str | bytes) -> tuple[bytes] | None:
        with self._explained():
            row: tuple[bytes] | None = self._database.execute(statement, values).fetchone()
            return row

    def _decoded(
        self, statement: str, name: str, decode: Callable[[bytes], Answer]
    ) -> Answer | None:
        row = self._execute(statement, name)
        try:
            return None if row is None else decode(row[0])
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise self._damaged(str(error)) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code == sqlite3.SQLITE_ERROR:  # a table that is gone, a text that is no UTF-8
                raise self._damaged(str(error)) from error
            if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise MachineError(
                    f"the store cannot be written: {error}", where=str(self.path),
                    expected="room for what is graded",
                    fix="make room and run the same command again: what is graded is kept",
                ) from error
            raise HarnessError(
                f"the store cannot be used: {error}", where=str(self.path),
                expected="a file that can be written, on a disk of this machine",
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, reason: str) -> HarnessError:
        return HarnessError(
            f"the store is damaged: {reason}", where=str(self.path),
            expected="a store that `cgp grade` wrote", fix=ELSEWHERE,
        )

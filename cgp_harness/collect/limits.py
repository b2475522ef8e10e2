"""How much one submission may hold, and the count of what it has taken so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.members import is_notebook

MIB = 1024 * 1024


@dataclass(frozen=True)
class IntakeLimits:
    """Bounds on one submission. A homework has a few kB in a few files.

    Args:
        file_bytes: of one source file, and of the code of one notebook.
        total_bytes: of all source files together, notebooks without what they printed and drew.
        notebook_bytes: of all notebooks together, with that.
        entries: files and folders that are not hidden.
        depth: folders above a file, and the file.
        archive_bytes: of all zips as they were handed in; reports and data may be in them.
    """

    file_bytes: int = MIB
    total_bytes: int = 8 * MIB
    notebook_bytes: int = 64 * MIB
    entries: int = 500
    depth: int = 16
    archive_bytes: int = 64 * MIB

    @property
    def records(self) -> int:
        """Entries with the hidden ones: a `.git` folder alone has hundreds."""
        return 20 * self.entries


class Budget:
    """What one submission has taken of its limits; refuses what goes beyond."""

    def __init__(self, limits: IntakeLimits) -> None:
        self.limits = limits
        self.records = self.entries = self.bytes = self.notebook_bytes = self.archive_bytes = 0

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """While a part is read; one that is refused has taken nothing from the rest."""
        before = vars(self).copy()
        try:
            yield
        except IntakeError:
            vars(self).update(before)
            raise

    @property
    def archives_left(self) -> int:
        """Bytes that further zips may have."""
        return self.limits.archive_bytes - self.archive_bytes

    def take_archive(self, path: str, size: int) -> None:
        """Count a zip's size, before it is read where the size is known."""
        if size > self.limits.archive_bytes:
            raise too_large(path, self.limits.archive_bytes)
        self.archive_bytes += size
        if self.archive_bytes > self.limits.archive_bytes:
            raise too_large_together("the zips", path, self.limits.archive_bytes)

    def take_records(self, number: int) -> None:
        """Count entries, hidden or not, before they are looked at."""
        self.records += number
        self._not_above(self.records, self.limits.records)

    def take_entry(self, parts: tuple[str, ...]) -> None:
        """Count a file or folder that is not hidden."""
        self.entries += 1
        self._not_above(self.entries, self.limits.entries)
        if len(parts) > self.limits.depth:
            raise IntakeError(
                f"folders inside folders, {len(parts)} deep", where=shown("/".join(parts)),
                expected=f"at most {self.limits.depth}",
            )

    def take_bytes(self, parts: tuple[str, ...], size: int) -> None:
        """Count a source file's size, before it is read where the size is known."""
        path = shown("/".join(parts))
        longest = self.longest(parts)
        if size > longest:
            raise too_large(path, longest)
        if is_notebook(parts[-1]):  # what of it is code is counted once it is read
            self.notebook_bytes += size
            if self.notebook_bytes > self.limits.notebook_bytes:
                raise too_large_together("the notebooks", path, self.limits.notebook_bytes)
            return
        self.bytes += size
        if self.bytes > self.limits.total_bytes:
            raise too_large_together("the source files", path, self.limits.total_bytes)

    def longest(self, parts: tuple[str, ...]) -> int:
        """Bytes that this file may have."""
        notebook = is_notebook(parts[-1])
        return self.limits.notebook_bytes if notebook else self.limits.file_bytes

    def _not_above(self, number: int, most: int) -> None:
        if number > most:
            raise IntakeError(
                "too many files and folders", expected=f"at most {most:,}",
                fix="hand in only what belongs to the homework; "
                "leave out virtual environments and data",
            )


def too_large(path: str, longest: int) -> IntakeError:
    """The message for one file above its limit."""
    return IntakeError(f"{path} is too large", expected=f"at most {longest:,} bytes")


def too_large_together(what: str, path: str, most: int) -> IntakeError:
    """The message for several files above their limit."""
    return IntakeError(
        f"{what} are too large together", where=path, expected=f"at most {most:,} bytes",
        fix="hand in only what belongs to the homework")

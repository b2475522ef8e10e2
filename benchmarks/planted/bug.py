"""One bug: a text in a file of the product, and what stands there once it is planted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class LostAnchorError(Exception):
    """The product has changed, and the table has not: nothing can be planted there."""


@dataclass(frozen=True)
class Bug:
    """A change of one place.

    Args:
        file: below the repository.
        old: stands in the file exactly once.
        new: stands there instead.
        tests: files or single tests that should see it, besides those of its area; run first.
        why: of a bug that no test can see, or need not: the reason; else empty.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()
    why: str = ""

    def planted(self, root: Path) -> str:
        """The file with the bug.

        Raises:
            LostAnchorError: `old` does not stand there once, or the result is no Python.
        """
        path = root / self.file
        if not path.is_file():
            raise LostAnchorError(f"{self.file}: there is no such file")
        text = path.read_text(encoding="utf-8")
        if (count := text.count(self.old)) != 1:
            raise LostAnchorError(f"{self.file}: {self.old!r} stands there {count} times, not once")
        changed = text.replace(self.old, self.new)
        if path.suffix != ".py":
            return changed
        try:
            compile(changed, self.file, "exec")
        except SyntaxError as error:
            raise LostAnchorError(f"{self.file}: {self.new!r} makes no Python: {error}") from error
        return changed

    def __str__(self) -> str:
        old, new = (" ".join(one.split()) for one in (self.old, self.new))
        return f"{self.file.removeprefix('cgp_harness/')}: {old} -> {new or '(nothing)'}"


@dataclass(frozen=True)
class Area:
    """Bugs of one kind, and the tests that should see them.

    Args:
        tests: in the order in which they are run; the first that fails ends a run.
    """

    name: str
    tests: tuple[str, ...]
    bugs: tuple[Bug, ...]

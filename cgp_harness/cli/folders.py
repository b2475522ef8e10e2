"""What a command writes: a folder, made and tried before anything that takes long; new files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile


def made(folder: Path, what: str, option: str) -> None:
    """Make the folder if it is not there, and see whether a file can be written into it.

    Args:
        folder: which.
        what: will be written there, for the message: "the figures".
        option: where it was given.

    Raises:
        HarnessError: it cannot be made, or not be written.
    """
    with explained(folder, what, option):
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass


@contextmanager
def explained(folder: Path, what: str, option: str) -> Iterator[None]:
    """What the system refuses, as an error with the folder and the option to change."""
    from cgp_harness.errors import HarnessError

    try:
        yield
    except OSError as error:
        raise HarnessError(
            f"{what} cannot be written: {(error.strerror or str(error)).lower()}",
            where=str(folder), expected="a folder that can be written",
            fix=f"give another path after {option}",
        ) from error


def new_files(contents: Mapping[Path, bytes]) -> None:
    """Write files where there are none yet; all of them, or nothing.

    Raises:
        HarnessError: one is there already, or cannot be written.
    """
    from cgp_harness.errors import HarnessError

    written: list[Path] = []
    file = Path()
    try:
        for file, content in contents.items():
            with file.open("xb") as new:
                written.append(file)
                new.write(content)
    except OSError as error:
        for one in written:
            one.unlink()
        if isinstance(error, FileExistsError):
            raise HarnessError(
                "the file is there already", where=str(file), expected="a new name",
                fix="nothing was written; give another name",
            ) from error
        raise HarnessError(
            f"cannot write the file: {(error.strerror or str(error)).lower()}",
            where=str(file),  # a full disk is said without a name
            expected="room for it, in a folder that can be written",
            fix="make room, or give another place",
        ) from error

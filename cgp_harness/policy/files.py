"""The texts of a policy's files."""

from __future__ import annotations

from pathlib import Path

from cgp_harness.errors import HarnessError


def content(path: Path) -> str:
    """The text of a file that a person wrote, without a byte order mark.

    Raises:
        HarnessError: it cannot be read, or is no text.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise HarnessError(
            f"the file cannot be read: {(error.strerror or str(error)).lower()}", where=str(path),
            expected="a file of the policy; its paths begin where policy.toml lies") from error
    try:
        return source.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise HarnessError(
            "the file is not UTF-8", where=f"{path}:{line}, byte {error.start}",
            expected="a text", fix='save it as UTF-8; in Excel as "CSV UTF-8"') from error

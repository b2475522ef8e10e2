"""A policy's files."""

from __future__ import annotations

from pathlib import Path

from cgp_harness.errors import HarnessError


def content(path: Path) -> bytes:
    """What a file that a person wrote holds.

    Raises:
        HarnessError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise HarnessError(
            f"the file cannot be read: {(error.strerror or str(error)).lower()}", where=str(path),
            expected="a file of the policy; its paths begin where policy.toml lies") from error

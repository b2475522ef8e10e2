"""Lines of ours on stderr, whatever a script has made of `print` and `sys.stderr`."""

from __future__ import annotations

import os


def say(line: str) -> None:
    """Write one line, at once."""
    os.write(2, f"{line}\n".encode(errors="backslashreplace"))

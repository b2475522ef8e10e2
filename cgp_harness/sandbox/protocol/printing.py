"""What a submission prints beyond what is kept costs nothing: it is not even made a text.

Runs in the worker. Streams that take no more say so to `print`; in the submission's files what is
printed as one text, such as `f"{k}: {g}"`, is put together by `print` alone (`late_texts`).
"""

from __future__ import annotations

import builtins
import functools
import io
import sys
from collections.abc import Callable
from typing import Any

KEPT_BYTES = 64 * 1024
LATE = "__printed_late__"
"""The name under which a submission's code finds `Late`."""

_CONVERTED: dict[str, Callable[[Any], Any]] = {
    "": lambda value: value, "s": str, "r": repr, "a": ascii,
    "%": lambda pair: pair[0] % pair[1],
    "format": lambda call: call[0].format(*call[1], **call[2]),
}


class Capped(io.TextIOWrapper):
    """A stream that takes 64 KiB of text and lets the rest go."""

    left = KEPT_BYTES

    def write(self, text: str, /) -> int:
        """Write what there is room for; all of it counts as written."""
        if self.left > 0:
            super().write(text[: self.left])
            self.left -= len(text)
        return len(text)


class Late:
    """A text that is put together when it is asked for: `Late("k = ", (k, "", "3d"))`."""

    def __init__(self, *parts: str | tuple[object, str, str]) -> None:
        self._parts = parts

    def __str__(self) -> str:
        """As the f-string would have it."""
        return "".join(
            one if isinstance(one, str)
            else format(_CONVERTED[one[1]](one[0]), one[2])
            for one in self._parts)


def install() -> None:
    """Cap the output of this process, and let `print` know of it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            capped = Capped(
                stream.detach(), encoding="utf-8", errors="backslashreplace", line_buffering=True)
            setattr(sys, name, capped)
            setattr(sys, f"__{name}__", capped)
    builtins.print = _unless_full(print)
    setattr(builtins, LATE, Late)


def _unless_full(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def printed(*values: object, file: Any = None, **options: Any) -> None:
        stream = sys.stdout if file is None else file
        if not (isinstance(stream, Capped) and stream.left <= 0):
            original(*values, file=file, **options)

    return printed

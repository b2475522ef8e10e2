"""System calls that Python has no function for; a failure says which step of it all it was."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def syscall(step: str, number: int, *arguments: Any) -> int:
    """The system call `number`.

    Raises:
        OSError: its text begins with `step`.
    """
    return _checked(step, _libc.syscall(ctypes.c_long(number), *map(_word, arguments)))


def prctl(step: str, option: int, *arguments: Any) -> int:
    """`prctl(2)`, with all five arguments since some options insist on zeros."""
    words = [_word(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(step, _libc.prctl(ctypes.c_int(option), *words))


def _word(argument: Any) -> Any:
    # ctypes passes a bare int as a 32 bit int, which leaves the register's upper half undefined.
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument


def _checked(step: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{step}: {os.strerror(number)}")
    return result

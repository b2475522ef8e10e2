"""System calls that Python has no function for; a failure says which step of it all it was."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def syscall(step: str, number: int, *arguments: Any) -> int:
    """The system call `number`.

    Raises:
        OSError: its text begins with `step`.
    """
    return _checked(step, _libc.syscall(ctypes.c_long(number), *map(_word, arguments)))


def repeated(number: int, *arguments: Any) -> Callable[..., int]:
    """The system call `number` with its first arguments, for hundreds of calls.

    The others must be of ctypes. What comes back is below 0 if it fails: see `error`.
    """
    return functools.partial(_libc.syscall, ctypes.c_long(number), *map(_word, arguments))


def prctl(step: str, option: int, *arguments: Any) -> int:
    """`prctl(2)`, with all five arguments since some options insist on zeros."""
    words = [_word(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(step, _libc.prctl(ctypes.c_int(option), *words))


def end_at(signal_number: int) -> None:
    """Have a signal end this process with its number as the exit code.

    Of signals that it sends itself, the first process of a namespace gets those alone that it has
    a handler for; and one of Python's would let `abort()` go on, to an end by another signal.
    """
    _libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
    _libc.signal.restype = ctypes.c_void_p
    _libc.signal(signal_number, ctypes.cast(_libc._exit, ctypes.c_void_p))


def _word(argument: Any) -> Any:
    # ctypes passes a bare int as a 32 bit int, which leaves the register's upper half undefined.
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument


def error(step: str) -> OSError:
    """Why the last call failed."""
    number = ctypes.get_errno()
    return OSError(number, f"{step}: {os.strerror(number)}")


def _checked(step: str, result: int) -> int:
    if result < 0:
        raise error(step)
    return result

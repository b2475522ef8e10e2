"""Landlock: from here on this process may read beneath the given paths, and change no file at all.

Nothing is writable except /dev/null: without a tmpfs of its own, a worker that may write anywhere
can fill a disk. What each ABI added is in landlock(7), read up to ABI 7 (Linux 6.15). Executing is
not granted: the right is about `execve` alone, libraries can still be mapped.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from cgp_harness.sandbox.lockdown import kernel
from cgp_harness.sandbox.lockdown.gpu import READABLE, nodes

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_ASK_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_IN_SCRATCH = sum(1 << bit for bit in (1, 2, 3, 4, 5, 7, 8, 12, 13, 14))
"""Write, read, list, remove both, make folders, files and links, refer, truncate."""
_TCP = 1 << 0 | 1 << 1  # bind, connect
_NO_FLAGS = ctypes.c_ulong(0)
_SCOPES = 1 << 0 | 1 << 1  # abstract unix sockets, signals

PROCESSOR = ("/proc/cpuinfo", "/sys/devices/system/cpu")
"""Readable besides, where they exist: torch chooses its kernels by them, and complains without."""

DEVICES = {"/dev/null": _READ_FILE | _WRITE_FILE, "/dev/urandom": _READ_FILE}


class _PathBeneath(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


@dataclass(frozen=True)
class Rules:
    """Paths that are open already: many processes forked from one then look none of them up."""

    version: int
    paths: tuple[tuple[str, _PathBeneath], ...]


def abi() -> int:
    """The version of landlock in this kernel, from 1.

    Raises:
        OSError: none (before Linux 5.13), switched off at boot, or filtered by a container.
    """
    return kernel.syscall("landlock", _CREATE, None, 0, _ASK_VERSION)


def opened(readable: Sequence[str], *, gpu: bool = False) -> Rules:
    """Rules to read beneath `readable` (files or folders) and `PROCESSOR`, and nothing else.

    Args:
        gpu: also what `gpu.py` names, the files of NVIDIA's driver.

    Raises:
        OSError: no landlock here, or a path is missing or cannot be opened.
    """
    version = abi()
    there = filter(os.path.exists, (*PROCESSOR, *(READABLE if gpu else ())))
    writable = _READ_FILE | _WRITE_FILE | _device_control(version)
    wanted = (
        *((path, _READ_FILE | _READ_DIR) for path in (*readable, *there)), *DEVICES.items(),
        *((path, writable) for path in (nodes() if gpu else ())))
    return Rules(version, tuple((path, _rule(path, rights)) for path, rights in wanted))


def ruleset(rules: Rules, readable: Sequence[str] = ()) -> int:
    """A ruleset of these rules, and to read beneath `readable` besides; the rules are used up.

    Raises:
        OSError: a path cannot be opened, or the kernel refused.
    """
    version = rules.version
    words = (_file_rights(version), _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    # An old kernel refuses a structure longer than it knows if the rest is not zero.
    made = kernel.syscall(
        "landlock ruleset", _CREATE, (ctypes.c_uint64 * 3)(*words), 8 * _words(version), 0)
    further = ((path, _rule(path, _READ_FILE | _READ_DIR)) for path in readable)
    add = kernel.repeated(_ADD_RULE, made, _PATH_BENEATH)
    for path, rule in (*rules.paths, *further):
        if add(ctypes.byref(rule), _NO_FLAGS):
            raise kernel.error(f"landlock rule for {path}")
        os.close(rule.descriptor)
    return made


def allow_room(made: int, scratch: str, listed: Sequence[str]) -> None:
    """In a root folder of its own: list some folders, and write beneath one.

    Files and folders may be made, written and removed in it; none be a device, a pipe or a socket.

    Raises:
        OSError: it cannot be opened, or the kernel refused.
    """
    listing = ((path, _READ_DIR) for path in listed)
    for path, rights in (*listing, (scratch, _IN_SCRATCH & _file_rights(abi()))):
        rule = _rule(path, rights)
        kernel.syscall(
            f"landlock rule for {path}", _ADD_RULE, made, _PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(rule.descriptor)


def restrict(made: int) -> None:
    """Let this thread do what a ruleset says, and nothing else; it needs `no_new_privs`.

    Raises:
        OSError: the kernel refused.
    """
    kernel.syscall("landlock restrict", _RESTRICT, made, 0)
    os.close(made)


def _file_rights(version: int) -> int:
    rights = 13 + (version >= 2) + (version >= 3)  # refer, truncate
    return (1 << rights) - 1 | _device_control(version)


def _device_control(version: int) -> int:
    return 1 << 15 if version >= 5 else 0  # ioctl; before, nothing stops it on an open device


def _words(version: int) -> int:
    return 1 + (version >= 4) + (version >= 6)


def _rule(path: str, rights: int) -> _PathBeneath:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        raise OSError(error.errno, f"landlock cannot open {path}: {error.strerror}") from error
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights &= ~_READ_DIR  # refused for a file
    return _PathBeneath(rights, descriptor)

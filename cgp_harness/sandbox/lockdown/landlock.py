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

from cgp_harness.sandbox.lockdown import kernel
from cgp_harness.sandbox.lockdown.gpu import READABLE, nodes

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_ASK_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_TCP = 1 << 0 | 1 << 1  # bind, connect
_SCOPES = 1 << 0 | 1 << 1  # abstract unix sockets, signals

PROCESSOR = ("/proc/cpuinfo", "/sys/devices/system/cpu")
"""Readable besides, where they exist: torch chooses its kernels by them, and complains without."""

DEVICES = {"/dev/null": _READ_FILE | _WRITE_FILE, "/dev/urandom": _READ_FILE}


class _PathBeneath(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


def abi() -> int:
    """The version of landlock in this kernel, from 1.

    Raises:
        OSError: none (before Linux 5.13), switched off at boot, or filtered by a container.
    """
    return kernel.syscall("landlock", _CREATE, None, 0, _ASK_VERSION)


def restrict(readable: Sequence[str], *, gpu: bool = False) -> None:
    """Let this thread read beneath `readable` (files or folders) and `PROCESSOR`, and nothing else.

    Args:
        gpu: also what `gpu.py` names, the files of NVIDIA's driver.

    Raises:
        OSError: a path is missing or cannot be opened, or the kernel refused; nothing may then be
            assumed of what is in force.
    """
    version = abi()
    words = (_file_rights(version), _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    # An old kernel refuses a structure longer than it knows if the rest is not zero.
    ruleset = kernel.syscall(
        "landlock ruleset", _CREATE, (ctypes.c_uint64 * 3)(*words), 8 * _words(version), 0
    )
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        for path in filter(os.path.exists, (*PROCESSOR, *(READABLE if gpu else ()))):
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        for path, rights in DEVICES.items():
            _allow(ruleset, path, rights)
        for path in nodes() if gpu else ():
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE | _device_control(version))
        kernel.syscall("landlock restrict", _RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _file_rights(version: int) -> int:
    rights = 13 + (version >= 2) + (version >= 3)  # refer, truncate
    return (1 << rights) - 1 | _device_control(version)


def _device_control(version: int) -> int:
    return 1 << 15 if version >= 5 else 0  # ioctl; before, nothing stops it on an open device


def _words(version: int) -> int:
    return 1 + (version >= 4) + (version >= 6)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        raise OSError(error.errno, f"landlock cannot open {path}: {error.strerror}") from error
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= ~_READ_DIR  # refused for a file
        rule = _PathBeneath(rights, descriptor)
        kernel.syscall(
            f"landlock rule for {path}", _ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0
        )
    finally:
        os.close(descriptor)

"""Give up what a process may do by being root or by having started as somebody.

Order matters: the bounding set needs a capability to be emptied, and changing the uid undoes
PR_SET_PDEATHSIG and PR_SET_DUMPABLE (prctl(2)), so these come last.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from cgp_harness.sandbox.lockdown import kernel

NOBODY = 65534
"""The uid and gid that own nothing, by convention of Linux."""

_SET_PDEATHSIG, _SET_DUMPABLE, _CAPBSET_DROP = 1, 4, 24
_SET_NO_NEW_PRIVS, _CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_CAPGET, _CAPSET = {"x86_64": (125, 126), "aarch64": (90, 91)}.get(os.uname().machine, (0, 0))
_CAP_SETGID, _CAP_SETUID, _CAP_SETPCAP, _CAP_SYS_ADMIN = 6, 7, 8, 21
_VERSION_3 = 0x20080522


def drop(why_not: str, *, needed: bool = False) -> None:
    """Become nobody if that uid can still work, hold no capability, and never gain one again.

    Args:
        why_not: why nobody could not work: `why_not_nobody`; empty if it can.
        needed: whether to refuse where nobody cannot work, and not to stay who it is.

    The kernel kills this process when its parent thread dies. A launcher whose threads come and
    go should hold on to the one that started the worker; it may also set this itself.

    Raises:
        OSError: a step was refused; its text says which.
    """
    held = _effective()
    if held & 1 << _CAP_SETPCAP:
        _empty_bounding_set()
    kernel.prctl("clear the ambient capabilities", _CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL)
    if why_not and needed:
        raise OSError(errno.EPERM, f"no other uid: {why_not}")
    if not why_not:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    header, nothing = _capability_structs()
    kernel.syscall("drop the capabilities", _CAPSET, header, nothing)
    kernel.prctl("no_new_privs", _SET_NO_NEW_PRIVS, 1)
    kernel.prctl("forbid others to trace this process", _SET_DUMPABLE, 0)
    kernel.prctl("die with the parent", _SET_PDEATHSIG, int(signal.SIGKILL))


def may_mount() -> bool:
    """Whether this process may change what is mounted."""
    return bool(_effective() & 1 << _CAP_SYS_ADMIN)


def why_not_nobody(readable: Sequence[str], *, alone: bool = False) -> str:
    """Why this process cannot become nobody and go on to read Python and every `readable` path.

    Args:
        alone: whether folders above these are no longer there.

    Not in a user namespace: its root is not the machine's, and its other uids may not exist.

    Returns:
        The reason; empty if it can.
    """
    if os.geteuid() != 0:
        return "this process is not root's"
    held = _effective()
    needed = 1 << _CAP_SETUID | 1 << _CAP_SETGID
    if held & needed != needed:
        return "root may not change its uid here"
    if Path("/proc/self/uid_map").read_text(encoding="ascii").split() != [
            "0", "0", str(0xFFFFFFFF)]:
        return "this is the root of a user namespace"
    return why_closed(
        readable if alone else (sys.prefix, sys.base_prefix, *readable), alone=alone)


def why_closed(paths: Sequence[str], *, alone: bool = False) -> str:
    """Which of these nobody may not read; empty if it may read all."""
    closed = next((one for one in paths if not open_to_others(one, alone=alone)), "")
    return f"another uid may not read {closed}" if closed else ""


def open_to_others(path: str, *, alone: bool = False) -> bool:
    """Whether the mode bits let any uid read `path` and, if not `alone`, pass what is above it."""
    real = Path(path).resolve()
    mode = real.stat().st_mode
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    return mode & wanted == wanted and (alone or all(
        parent.stat().st_mode & stat.S_IXOTH for parent in real.parents))


def _capability_structs() -> tuple[ctypes.Array[ctypes.c_uint32], ctypes.Array[ctypes.c_uint32]]:
    # A header (version, pid 0 = this thread), then twice effective, permitted, inheritable.
    return (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)()


def _effective() -> int:
    header, sets = _capability_structs()
    kernel.syscall("read the capabilities", _CAPGET, header, sets)
    return int(sets[0])


def _empty_bounding_set() -> None:
    for capability in range(64):
        try:
            kernel.prctl("empty the bounding set", _CAPBSET_DROP, capability)
        except OSError as error:  # past the last one that this kernel knows: 40 in Linux 6.18
            if error.errno == errno.EINVAL and capability > _CAP_SETPCAP:
                return
            raise

"""Namespaces: a worker has a root folder of its own, no other process beside it, and no network.

    room = begin(readable, on=folder)    # once: the view as a file system, on an empty folder
    copies.go_on()                       # the first process of a new namespace of processes
    pid = forked_apart(room, os.fork)    # of each worker: the first of its own
    enter(room, submission)              # in it: the room is its root, one folder is writable

Root needs no namespace of users for it; whoever is not root gets one, in which it is itself.
Network, names and System V objects are shared by the workers of one such process, which can open
none of them; the root folder and the processes are each worker's own.
"""

from __future__ import annotations

import ctypes
import os
import signal
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cgp_harness.sandbox.lockdown import kernel
from cgp_harness.sandbox.lockdown.gpu import READABLE, nodes
from cgp_harness.sandbox.lockdown.landlock import PROCESSOR
from cgp_harness.sandbox.lockdown.privileges import may_mount
from cgp_harness.sandbox.lockdown.syscalls import REFUSED, numbers
from cgp_harness.sandbox.protocol.homes import SCRATCH

SUBMISSION = "/submission"
SCRATCH_MIB, SCRATCH_FILES = 16, 1024
HOSTNAME = "worker"

_NEW_MOUNTS, _NEW_NAMES, _NEW_IPC = 0x20000, 0x4000000, 0x8000000
_NEW_USERS, _NEW_PROCESSES, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_BIND, _RECURSIVE, _PRIVATE, _DETACH = 0x1000, 0x4000, 0x40000, 2
_HERE, _EVERYTHING_BELOW = -100, 0x8000


@dataclass(frozen=True)
class Room:
    """A view of the machine's files that workers can make their root, mounted on a folder."""

    root: str

    @property
    def submission(self) -> str:
        """Where the submission is, before the room is entered."""
        return self.root + SUBMISSION


def begin(
    readable: Sequence[str], on: str, *, of_one: bool = False, gpu: bool = False
) -> Room:
    """Leave the machine's namespaces, and mount what is readable on a folder.

    The process itself stays in its namespace of processes: what it forks next is the first of
    another, and ends all others of it when it ends.

    Args:
        of_one: whether that folder is the one of the submission, which alone will be in the room.

    Raises:
        OSError: the kernel, or who runs this machine, does not allow it; its text says which step.
    """
    uid, gid = os.geteuid(), os.getegid()
    new = _NEW_MOUNTS | _NEW_NAMES | _NEW_IPC | _NEW_PROCESSES | _NEW_NETWORK
    if may_mount():
        _call("namespaces", "unshare", new)
    else:
        _call("namespaces", "unshare", new | _NEW_USERS)
        _write("setgroups", "deny")
        _write("uid_map", f"{uid} {uid} 1")
        _write("gid_map", f"{gid} {gid} 1")
    _call("namespaces: hostname", "sethostname", HOSTNAME.encode(), len(HOSTNAME))
    _mount("nothing of others", None, "/", None, _RECURSIVE | _PRIVATE)
    beneath = os.open(on, os.O_PATH | os.O_CLOEXEC)
    _mount("the root folder", "tmpfs", on, "tmpfs", _NO_SUID | _NO_DEVICES, "size=4m,mode=755")
    for path in _once(readable, gpu=gpu):
        target = on + path
        if stat.S_ISDIR(os.stat(path).st_mode):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC, 0o644))
        _mount(path, path, target, None, _BIND | _RECURSIVE)
    for path in (SUBMISSION, SCRATCH):
        os.mkdir(on + path)
    if of_one:
        _mount("the submission", f"/proc/self/fd/{beneath}", on + SUBMISSION, None, _BIND)
    os.close(beneath)
    _read_only(on, _EVERYTHING_BELOW)
    return Room(on)


def left(room: Room) -> None:
    """In the process that began the room, once nobody is in it: take it away, folder and all."""
    _call("namespaces: leave", "umount2", room.root.encode(), _DETACH)
    os.rmdir(room.root)


def forked_apart(fork: Callable[[], int], own: int) -> int:
    """What `fork` returns; its process is the first of a namespace of processes.

    Args:
        own: of the namespace that this process is the first of: `/proc/self/ns/pid`, opened.
    """
    _call("namespaces: processes", "unshare", _NEW_PROCESSES)
    pid = fork()
    if pid:
        _call("namespaces: processes", "setns", own, _NEW_PROCESSES)
    return pid


def enter(room: Room, folder: str) -> None:
    """Make the room this process' root, with a folder to read and another to write; work in it.

    Args:
        folder: of the submission; a path from outside.

    Raises:
        OSError: a step was refused.
    """
    _call("namespaces: mounts", "unshare", _NEW_MOUNTS)
    if folder != room.submission:
        _mount("the submission", folder, room.submission, None, _BIND)
        _read_only(room.submission)
    _mount("the scratch folder", "tmpfs", room.root + SCRATCH, "tmpfs",
           _NO_SUID | _NO_DEVICES | _NO_PROGRAMS,
           f"size={SCRATCH_MIB}m,nr_inodes={SCRATCH_FILES},mode=1777")
    os.chdir(room.root)
    _call("namespaces: root", "pivot_root", b".", b".")
    _call("namespaces: the machine's root", "umount2", b".", _DETACH)
    os.chdir(SUBMISSION)
    kernel.end_at(signal.SIGABRT)  # `copies.of_first` tells it


def _write(name: str, said: str) -> None:
    try:
        Path(f"/proc/self/{name}").write_text(said, encoding="ascii")
    except OSError as error:
        raise OSError(error.errno, f"namespaces: {name}: {error.strerror}") from error


def _once(readable: Sequence[str], *, gpu: bool) -> Iterator[str]:
    """Paths that are there, none beneath another one."""
    further = (*PROCESSOR, *((*READABLE, *nodes()) if gpu else ()))
    wanted = sorted({*readable, *filter(os.path.exists, further)})
    last = ""
    for path in wanted:
        if not (last and path.startswith(last + os.sep)):
            yield path
            last = path


def _mount(
    what: str, source: str | None, target: str, kind: str | None, flags: int, options: str = ""
) -> None:
    words = [word and word.encode() for word in (source, target, kind)]
    _call(f"namespaces: mount {what}", "mount", *words, flags, options.encode() or None)


def _read_only(path: str, flags: int = 0) -> None:
    wanted = (ctypes.c_uint64 * 4)(_READ_ONLY | _NO_SUID, 0, 0, 0)  # set, clear, propagation, users
    _call(f"namespaces: read-only {path}", "mount_setattr",
          _HERE, path.encode(), flags, ctypes.byref(wanted), ctypes.sizeof(wanted))


def _call(step: str, name: str, *arguments: object) -> None:
    kernel.syscall(step, numbers(REFUSED, os.uname().machine)[name], *arguments)

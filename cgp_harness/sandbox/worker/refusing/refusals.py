"""What a submission may not do, refused in words, at every isolation level alike.

Landlock and seccomp are the boundary, and this is none: it says what they say as `[Errno 13]`, and
has the level `plain`, which has neither, refuse the same. So is the folder that `namespaces` lets a
library write to: what is right must be right at every level. The errors are of the types that the
system's own are, so that a library which can do without a cache or a thread does without it.
"""

from __future__ import annotations

import _thread
import errno
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType

from cgp_harness.sandbox.protocol.signals import FROM_OUTSIDE

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
WRITES, STARTS = "a submission may not write files", "a submission may not start other programs"
ENDS = "a submission may not end its own process by a signal"
THREADS, CONNECTS = "a submission may not start threads", "a submission may not use the network"
FIXES = {WRITES: "print it, or keep it in a variable"}
_CHANGES = (
    "os.mkdir", "os.rmdir", "os.remove", "os.rename", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.utime", "os.setxattr", "os.removexattr",
)
_PROGRAMS = (
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn",
    "os.spawn", "pty.spawn",
)
_SOCKETS = ("socket.__new__", "socket.getaddrinfo", "socket.gethostbyname", "socket.connect")
_DRAWN = re.compile(r"tmp\w{8}(\.\w+)?")
_THREADS = ("start_new_thread", "start_joinable_thread")  # the second from Python 3.13 on


class Refused:
    """What was refused, in words; the base of errors of several types."""

    what = ""

    @property
    def fix(self) -> str:
        """What to do about it."""
        return next((fix for what, fix in FIXES.items() if self.what.startswith(what)), "remove it")

    def __str__(self) -> str:
        return self.what


class RefusedError(Refused, PermissionError):
    """A file, a program or a connection."""

    def __init__(self, what: str, name: str = "") -> None:
        super().__init__(errno.EACCES, what)
        self.what = f"{what}: {name!r}" if name else what


class RefusedThreadError(Refused, RuntimeError):
    """A thread: Python's own error where the system has no more of them."""

    what = THREADS


def install() -> None:
    """Refuse all of it from now on, for good."""
    sys.addaudithook(_judge)
    # At home a command that cannot be run has a status and raises nothing.
    os.system = _not_run
    if "socket" in sys.modules:
        of_socket(sys.modules["socket"])
    for name in _THREADS:
        for module, own in ((_thread, name), (threading, f"_{name}")):
            if hasattr(module, own):
                setattr(module, own, _no_thread)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it was raised from."""
    one: BaseException | None = error
    for _ in range(20):  # a chain may be a ring
        if one is not None:
            yield one
            one = one.__cause__ or one.__context__


def of_socket(socket: ModuleType) -> None:
    """A pair of sockets is made where Python does not see it; asyncio begins with one."""
    vars(socket)["socketpair"] = _judge_connection


def refuse_path(path: object) -> None:
    """Refuse to write to a path that a library opens by itself, without Python's knowledge.

    Raises:
        RefusedError: it is a path, and no stream.
    """
    if isinstance(path, (str, bytes, os.PathLike)):
        name = os.fsdecode(path)
        # A file without a name is opened by its folder's; `tempfile` draws names.
        unnamed = os.path.isdir(name) or _DRAWN.fullmatch(os.path.basename(name))
        raise RefusedError(WRITES, "" if unnamed else name)


def refuse_program(*_: object, **__: object) -> None:
    """Refuse to start another program, or to make ready for it.

    Raises:
        RefusedError: always.
    """
    raise RefusedError(STARTS)


def _judge(event: str, arguments: tuple[object, ...]) -> None:
    judge = _JUDGES.get(event)
    if judge is not None:
        judge(arguments)


def _judge_opening(arguments: tuple[object, ...]) -> None:
    path, _, flags = arguments
    writing = isinstance(flags, int) and flags & _WRITING
    if writing and not isinstance(path, int) and path != os.devnull:
        refuse_path(path)


def _judge_change(arguments: tuple[object, ...]) -> None:
    refuse_path(arguments[0])
    raise RefusedError(WRITES)


def _judge_database(arguments: tuple[object, ...]) -> None:
    if arguments[0] not in (":memory:", ""):
        refuse_path(arguments[0])


def _judge_connection(*_: object, **__: object) -> None:
    raise RefusedError(CONNECTS)


def _judge_signal(arguments: tuple[object, ...]) -> None:
    process, number = arguments
    if process == os.getpid() and number in FROM_OUTSIDE:
        raise RefusedError(ENDS)


def _no_thread(*_: object, **__: object) -> None:
    raise RefusedThreadError


def _not_run(command: object) -> int:
    print(f"{STARTS}: {command!r:.200}", file=sys.stderr)
    return 1


_JUDGES: dict[str, Callable[[tuple[object, ...]], None]] = {
    "open": _judge_opening, "sqlite3.connect": _judge_database,
    "os.kill": _judge_signal, **dict.fromkeys(_CHANGES, _judge_change),
    **dict.fromkeys(_PROGRAMS, refuse_program),
    **dict.fromkeys(_SOCKETS, _judge_connection),
}

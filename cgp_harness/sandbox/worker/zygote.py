"""The process that workers are forked from: it holds what is trusted, and nothing else.

Importing torch takes 1.5 s of CPU time, forking a process that has it 15 ms. So it is imported
once for all submissions that use it; each gets a process of its own all the same. This one computes
nothing (a library's threads do not survive a fork), has no secret, and reads no byte of a
student's. It ends when its grader does, and its workers with it.
"""

from __future__ import annotations

import _socket
import array
import gc
import importlib
import os
import sys
import warnings

from cgp_harness.sandbox.lockdown import kernel
from cgp_harness.sandbox.lockdown.apply import NAMESPACES
from cgp_harness.sandbox.lockdown.copies import go_on, of_first
from cgp_harness.sandbox.lockdown.namespaces import begin, forked_apart
from cgp_harness.sandbox.protocol.ending import killed
from cgp_harness.sandbox.protocol.forking import (
    PACKET_MAX,
    Child,
    Enclose,
    End,
    Fork,
    decode_held,
    decode_order,
    encode,
)
from cgp_harness.sandbox.protocol.homes import HOMES
from cgp_harness.sandbox.worker import serve

_SET_DUMPABLE = 4
DESCRIPTORS = 3
LATER = (
    *(f"cgp_harness.sandbox.lockdown.{name}" for name in (
        "copies", "landlock", "namespaces", "privileges", "rlimits", "seccomp")),
    "cgp_harness.sandbox.worker.alone")
"""What a worker imports once it knows its level."""


def main(descriptor: int) -> None:
    """Hold what the first packet says, then fork workers until the grader is gone."""
    control = _socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    sys.argv = ["cgp"]
    serve.prepare(decode_held(control.recv(PACKET_MAX)))
    for module in LATER:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # else the collector would copy every page that the workers share
    _let_others_look(False)
    control.send(encode(Child(os.getpid())))
    own = -1
    space = _socket.CMSG_SPACE(DESCRIPTORS * array.array("i").itemsize)
    while True:
        packet, ancillary, _, _ = control.recvmsg(PACKET_MAX, space)
        if not packet:
            os._exit(0)
        order = decode_order(packet)
        if isinstance(order, Fork):
            descriptors = array.array("i", ancillary[0][2])
            zygote = os.getpid()
            pid = _forked() if own < 0 else forked_apart(_forked, own)
            if pid == 0:
                control.close()
                if own >= 0:
                    os.close(own)
                # Of the first process of a namespace the parent has no number.
                _become_worker(order.folder, zygote if own < 0 else 0, *descriptors)
            for one in descriptors:
                os.close(one)
            answer = Child(pid)
        elif isinstance(order, Enclose):
            if order.level == NAMESPACES:
                own = _in_a_room(order.readable, control)
            else:
                serve.draw_up(order.level, order.readable)
            gc.freeze()
            answer = Child(os.getpid())
        else:
            answer = Child(order.pid, _has_ended(order.pid))
            if isinstance(order, End):
                answer = _ended(answer, first=own >= 0)
        control.send(encode(answer))


def _in_a_room(readable: tuple[str, ...], control: _socket.socket) -> int:
    """Go on as the first process of a namespace; a descriptor of that."""
    _let_others_look(True)  # else it may not say who it is in a namespace of users
    room = begin(readable, os.getcwd())
    go_on(before=control.close)
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    serve.draw_up(NAMESPACES, readable, room)
    _let_others_look(False)
    return own


def _forked() -> int:
    with warnings.catch_warnings():  # of a package's threads, which a worker does without
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _become_worker(
    folder: str, zygote: int, link: int, stdout: int, stderr: int
) -> None:
    os.setsid()
    low = os.dup(link)  # below the limit on descriptors, as in a worker that was started
    os.close(link)
    for name, number, descriptor in (("stdout", 1, stdout), ("stderr", 2, stderr)):
        os.dup2(descriptor, number)
        os.close(descriptor)
        # What Python has open there takes it for the null device, in which one can seek.
        setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    os.chdir(folder)
    os.environ.update(dict.fromkeys(HOMES, folder))
    _let_others_look(True)  # as in any process that has just begun; the lock-down ends it
    serve.main(low, zygote)


def _let_others_look(allowed: bool) -> None:
    kernel.prctl("let others look", _SET_DUMPABLE, int(allowed))


def _has_ended(pid: int) -> bool:
    # WNOWAIT leaves the zombie, and with it the number.
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _ended(child: Child, *, first: bool) -> Child:
    code, usage = killed(child.pid)
    code = of_first(code) if first else code
    if usage is None:
        return Child(child.pid, child.ended, code)
    return Child(
        child.pid, child.ended, code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

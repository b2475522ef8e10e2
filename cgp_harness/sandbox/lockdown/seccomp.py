"""A seccomp filter, written by hand as BPF: which system calls a worker may no longer make.

A denylist, since what numpy, torch and a BLAS need differs between versions and machines, and a
call missing from an allowlist would cost an honest student points; calls newer than the table do
not exist for the worker, so that the list cannot be outgrown.

Everything inspected is a C `int` or flags below 32 bits, so that the lower half of an argument is
what the kernel itself looks at (both architectures are little-endian).
"""

from __future__ import annotations

import ctypes
import errno
import os
from dataclasses import dataclass

from cgp_harness.sandbox.lockdown import kernel
from cgp_harness.sandbox.lockdown.syscalls import (
    BY_ARGUMENT,
    FOLDERS,
    MACHINES,
    NEWER_FORMS,
    NEWEST,
    PROCESSES,
    REFUSED,
    numbers,
)
from cgp_harness.sandbox.protocol.signals import FROM_OUTSIDE

Instruction = tuple[int, int, int, int]  # operation, jump if true, jump if false, constant

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_LOAD, _AND, _RETURN, _EQUAL, _AT_LEAST, _ANY_BIT = 0x20, 0x54, 0x06, 0x15, 0x35, 0x45
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_BYTES = 8  # of an instruction, whose second half is its constant
_SET_SECCOMP, _MODE_FILTER = 22, 2

# The worker may only name itself, or 0 for itself.
_OWN_ONLY = ("prlimit64",)
# Of a signal to a process, which argument it is. The worker may signal itself (kill with 0 would
# reach its whole group), but not so that it looks as if somebody had ended it from outside.
_SIGNALS = {"kill": 1, "tkill": 1, "tgkill": 2}
# F_SETOWN, F_SETSIG, F_SETOWN_EX and FIOSETOWN, SIOCSPGRP: any signal to any process of the same
# user, sent by the kernel when a descriptor becomes ready. TIOCSTI, TIOCLINUX: typing into a
# terminal. F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE: keeping others from a file.
# F_NOTIFY: being told of what others do in a folder.
# PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_PTRACER: undoing `privileges.drop`; PR_SCHED_CORE: a
# core that nobody shares. MADV_PAGEOUT, MADV_COLLAPSE, POSIX_FADV_DONTNEED, MPOL_MF_MOVE and
# MPOL_MF_MOVE_ALL: waiting for other processors or the disk, where it looks like a busy one.
_VALUES = {
    "fcntl": (1, (8, 10, 15, 6, 7, 37, 38, 1024, 1026)),
    "ioctl": (1, (0x5412, 0x541C, 0x8901, 0x8902)),
    "prctl": (0, (1, 4, 62, 0x59616D61)),
    "madvise": (2, (21, 25)),
    "fadvise64": (3, (4,)),
    "mbind": (5, tuple(range(2, 8))),
}
_MAP_SHARED_ANONYMOUS = 0x21
_MAP_GROWSDOWN = 0x100  # for stacks, which the limit on data does not count
_CLONE_THREAD = 0x10000  # the kernel wants CLONE_VM with it: nothing that has it is a process
_TRUNCATE, _ACCESS = 0o1000, 0o3
_WRITING = (0o1, 0o2)  # O_WRONLY, O_RDWR: landlock judges these


_ANYBODY = 0x7FFFFFFF
"""In the place of the process' own number, which no process has (PID_MAX_LIMIT is 2**22)."""


@dataclass(frozen=True)
class Filter:
    """A program for a process whose number is not known yet, and where that belongs in it."""

    code: bytes
    own: tuple[int, ...]


def compiled(*, threads: bool = False, files: bool = False) -> Filter:
    """The filter of this machine.

    Args:
        threads: let it start threads, which CUDA does; still no process.
        files: also refuse what landlock would: changes of folders, files to read and write.

    Raises:
        OSError: the architecture is unknown.
    """
    machine = os.uname().machine
    if machine not in MACHINES or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise OSError(errno.ENOSYS, f"seccomp: no system call table for {machine}")
    code = program(machine, _ANYBODY, threads=threads, files=files)
    return Filter(
        b"".join(_packed(*instruction) for instruction in code),
        tuple(_BYTES * number + _BYTES // 2 for number, instruction in enumerate(code)
              if instruction[3] == _ANYBODY))


def install(compiled: Filter) -> None:
    """Put the filter on this thread, for good; threads that it starts have it too.

    Raises:
        OSError: the kernel has no seccomp filters.
    """
    code = bytearray(compiled.code)
    for place in compiled.own:
        code[place : place + _BYTES // 2] = os.getpid().to_bytes(_BYTES // 2, "little")
    buffer = (ctypes.c_char * len(code)).from_buffer(code)
    # struct sock_fprog: a 16 bit length, padding, a pointer.
    fprog = (ctypes.c_uint64 * 2)(len(code) // _BYTES, ctypes.addressof(buffer))
    kernel.prctl("seccomp", _SET_SECCOMP, _MODE_FILTER, fprog)


def program(
    machine: str, own: int, *, threads: bool = False, files: bool = False
) -> list[Instruction]:
    """The filter for `machine`, for the process number `own`; the others: see `compiled`."""
    named = numbers(BY_ARGUMENT, machine)
    code = [
        _load(_ARCH), (_EQUAL, 1, 0, _AUDIT_ARCH[machine]), _return(_KILL_PROCESS),
        _load(_NUMBER), (_AT_LEAST, 0, 1, _X32), _return(_KILL_PROCESS),
        (_AT_LEAST, 0, 1, NEWEST + 1), _refuse(errno.ENOSYS),
    ]
    if threads:
        [(_, clone)] = numbers({"clone": PROCESSES["clone"]}, machine).items()
        code += _when(clone, [
            _argument(0), (_ANY_BIT, 0, 1, _CLONE_THREAD), _return(_ALLOW), _refuse(errno.EAGAIN)])
    for table, number in (
        (REFUSED, errno.EPERM), (PROCESSES, errno.EAGAIN), (NEWER_FORMS, errno.ENOSYS),
        (FOLDERS if files else {}, errno.EACCES),
    ):
        for call in numbers(table, machine).values():
            code += _when(call, [_refuse(number)])
    for name in _OWN_ONLY:
        code += _when(named[name], _only(0, [own, 0]))
    for name, argument in _SIGNALS.items():
        code += _when(named[name], [
            _argument(0), (_EQUAL, 1, 0, own), _refuse(errno.EPERM),
            *_except(argument, FROM_OUTSIDE)])
    for name, (argument, values) in _VALUES.items():
        code += _when(named[name], _except(argument, values))
    code += _when(named["mmap"], [
        _argument(3), (_ANY_BIT, 0, 1, _MAP_GROWSDOWN), _refuse(errno.ENOMEM),
        (_AND, 0, 0, _MAP_SHARED_ANONYMOUS), (_EQUAL, 0, 1, _MAP_SHARED_ANONYMOUS),
        _refuse(errno.ENOMEM), _return(_ALLOW)])
    for name, argument in (("open", 1), ("openat", 2)):
        if name in named:
            both = _reading_and_writing(argument) if files else []
            code += _when(named[name], [*both, *_truncating(argument)])
    for name in ("truncate", "creat"):
        if name in named:
            code += _when(named[name], [_refuse(errno.EPERM)])
    return [*code, _return(_ALLOW)]


def _when(number: int, block: list[Instruction]) -> list[Instruction]:
    """`block` for one system call; it must end in a return, since it overwrites the number."""
    return [(_EQUAL, 0, len(block), number), *block]


def _only(argument: int, values: list[int]) -> list[Instruction]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), _return(_ALLOW))]
    return [_argument(argument), *tests, _refuse(errno.EPERM)]


def _except(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), _refuse(errno.EPERM))]
    return [_argument(argument), *tests, _return(_ALLOW)]


def _reading_and_writing(argument: int) -> list[Instruction]:
    # O_RDWR, and the 3 that only Linux knows: what is mapped so can be changed without a write.
    return [_argument(argument), (_AND, 0, 0, _ACCESS), (_AT_LEAST, 0, 1, _WRITING[1]),
            _refuse(errno.EACCES)]


def _truncating(argument: int) -> list[Instruction]:
    # O_RDONLY | O_TRUNC empties a file; landlock sees a mere reader before ABI 3 (Linux 6.2).
    return [_argument(argument), (_ANY_BIT, 1, 0, _TRUNCATE), _return(_ALLOW),
            (_AND, 0, 0, _ACCESS), (_EQUAL, 1, 0, _WRITING[0]), (_EQUAL, 0, 1, _WRITING[1]),
            _return(_ALLOW), _refuse(errno.EPERM)]


def _load(offset: int) -> Instruction:
    return (_LOAD, 0, 0, offset)


def _argument(index: int) -> Instruction:
    return _load(_ARGUMENTS + 8 * index)


def _return(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


def _refuse(number: int) -> Instruction:
    return _return(_ERRNO | number)


def _packed(operation: int, true: int, false: int, constant: int) -> bytes:
    return (operation.to_bytes(2, "little") + bytes((true, false))
            + constant.to_bytes(4, "little"))

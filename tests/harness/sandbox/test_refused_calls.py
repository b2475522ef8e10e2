"""Every row of the table of refused system calls, and every rule on an argument, one by one.

The filter answers with an error number that no kernel gives by itself: 1000 above its own. So it is
the filter that refuses, whatever the call would have come to, and a row that is gone is seen.

After a wished change of the table: `CGP_SNAPSHOTS=write pytest
tests/harness/sandbox/test_refused_calls.py`, then read the difference of
`tests/snapshots/refused_calls.txt`.
"""

import errno
import os
import signal
from itertools import starmap

import pytest

from cgp_harness.sandbox.lockdown import seccomp, syscalls
from tests.harness.sandbox.test_lockdown import needs_landlock, said
from tests.places import ROOT

SNAPSHOT = ROOT / "tests" / "snapshots" / "refused_calls.txt"
TABLES = {
    "EPERM": syscalls.REFUSED, "EAGAIN": syscalls.PROCESSES, "ENOSYS": syscalls.NEWER_FORMS,
    "EACCES": syscalls.FOLDERS, "argument": syscalls.BY_ARGUMENT}
# EACCES: refused where there is no landlock alone.
FROZEN = [line.split() for line in SNAPSHOT.read_text("ascii").splitlines()]
MACHINE = os.uname().machine if hasattr(os, "uname") else ""
known_here = pytest.mark.skipif(MACHINE not in syscalls.MACHINES, reason="not a machine of ours")
OWN = 4711
ABOVE = 1 << 32
"""A bit that the kernel does not look at in a C int; nor may the filter."""
SIGNALS = sorted(map(int, (
    signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL, signal.SIGTERM)))


def numbered(machine, *, whole=True):
    """(name, number, error) of each row that a machine has."""
    column = syscalls.MACHINES.index(machine)
    for name, *numbers, error in FROZEN:
        if numbers[column] != "-" and error != "argument" and (whole or error != "EACCES"):
            yield name, int(numbers[column]), error


def of(name, machine=MACHINE):
    """The number of a call."""
    return int(next(row for row in FROZEN if row[0] == name)[1 + syscalls.MACHINES.index(machine)])


def test_the_set_of_refused_calls_is_frozen():
    rows = [
        " ".join((name, *("-" if one is None else str(one) for one in numbers), error))
        for error, table in TABLES.items() for name, numbers in table.items()]
    if os.environ.get("CGP_SNAPSHOTS") == "write":
        SNAPSHOT.write_text("\n".join(rows) + "\n", "ascii")
    assert rows == SNAPSHOT.read_text("ascii").splitlines()


# --- read by an interpreter, for both architectures ----------------------------------------------


def judged(code, machine, number, arguments=(), arch=None):
    """What a filter returns for a call: `allowed`, `killed`, or the name of an error."""
    arch = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine] if arch is None else arch
    data = number.to_bytes(4, "little") + arch.to_bytes(4, "little") + bytes(8) + b"".join(
        (one % 2**64).to_bytes(8, "little") for one in (*arguments, *[0] * 6)[:6])
    at, held = 0, 0
    while True:
        operation, true, false, constant = code[at]
        at += 1
        if operation == 0x20:
            held = int.from_bytes(data[constant:constant + 4], "little")
        elif operation == 0x54:
            held &= constant
        elif operation == 0x06:
            kind, value = constant & 0xFFFF0000, constant & 0xFFFF
            return {0x7FFF0000: "allowed", 0x80000000: "killed"}.get(
                kind) or errno.errorcode[value]
        else:
            holds = {0x15: held == constant, 0x35: held >= constant, 0x45: bool(held & constant)}
            at += true if holds[operation] else false


@pytest.mark.parametrize("machine", syscalls.MACHINES)
def test_each_row_is_refused_by_its_filter(machine):
    filters = [seccomp.program(machine, OWN, files=files) for files in (False, True)]
    for name, number, error in numbered(machine):
        found = [judged(code, machine, number) for code in filters]
        expected = ["allowed" if error == "EACCES" else error, error]
        assert (name, found) == (name, expected)


@pytest.mark.parametrize("machine", syscalls.MACHINES)
def test_what_is_in_no_table_is_allowed_up_to_the_newest_and_not_there_beyond(machine):
    code = seccomp.program(machine, OWN)
    column = syscalls.MACHINES.index(machine)
    held = {row[1 + column] for row in FROZEN}
    others = [one for one in range(463) if str(one) not in held]
    assert len(others) > 200
    assert {judged(code, machine, one) for one in others} == {"allowed"}
    assert [judged(code, machine, one) for one in (463, 500, 0x3FFFFFFF)] == ["ENOSYS"] * 3
    assert judged(code, machine, 0x40000000 + 39) == "killed"
    assert judged(code, machine, 20, arch=0x40000003) == "killed"


@pytest.mark.parametrize("machine", syscalls.MACHINES)
@pytest.mark.parametrize(("arguments", "found"), [
    ((0x10000 | 0x100,), "allowed"), ((ABOVE | 0x10000,), "allowed"), ((0x100,), "EAGAIN"),
    ((ABOVE,), "EAGAIN"), ((17,), "EAGAIN")])
def test_on_a_gpu_a_clone_is_a_thread_or_is_refused(machine, arguments, found):
    code = seccomp.program(machine, OWN, threads=True)
    assert judged(code, machine, of("clone", machine), arguments) == found
    assert judged(seccomp.program(machine, OWN), machine, of("clone", machine), arguments) == (
        "EAGAIN")


# --- asked of the kernel -------------------------------------------------------------------------


ABOVE_ALL = """
from cgp_harness.sandbox.lockdown import seccomp
def raised(number, plain=seccomp._refuse):
    return plain(number + 1000)
seccomp._refuse = raised
"""
ALL_FILES = """
def compiled(plain=seccomp.compiled, **named):
    return plain(**named | {"files": True})
seccomp.compiled = compiled
"""
ASK = """
libc.syscall.restype = ctypes.c_long
OWN, PARENT, ABOVE = os.getpid(), os.getppid(), 1 << 32
def ask(number, *arguments):
    words = [ctypes.c_ulong(a % 2**64) if isinstance(a, int) else a for a in arguments]
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *words)
    if os.getpid() != OWN:
        os._exit(0)  # a process that should not be
    found = ctypes.get_errno() if result == -1 else 0
    if found <= 1000:
        return "not by the filter"
    return errno.errorcode[found - 1000]
"""


def asked(tmp_path, questions, first=ABOVE_ALL):
    code = ASK + "\n".join(f"print(ask({question}))" for question in questions)
    return said(code, tmp_path, first=first)


@needs_landlock
@known_here
def test_each_row_is_refused_by_the_kernel(tmp_path):
    rows = list(numbered(MACHINE, whole=False))
    found = asked(tmp_path, [f"{number}, 0, 0, 0, 0, 0, 0" for _, number, _ in rows])
    assert [(name, error) for name, _, error in rows] == list(
        zip([name for name, *_ in rows], found, strict=True))


@needs_landlock
@known_here
def test_each_row_is_refused_by_the_kernel_where_there_is_no_landlock(tmp_path):
    rows = list(numbered(MACHINE))
    found = asked(
        tmp_path, [f"{number}, 0, 0, 0, 0, 0, 0" for _, number, _ in rows], ABOVE_ALL + ALL_FILES)
    assert [(name, error) for name, _, error in rows] == list(
        zip([name for name, *_ in rows], found, strict=True))


# Call, arguments -> whether the filter refuses it, and as what.
ON_ARGUMENTS = [
    *((name, f"{pid}, 0, 0, 0", found)
      for name in ("prlimit64",)
      for pid, found in {
          "PARENT": "EPERM", "ABOVE + PARENT": "EPERM", "1": "EPERM", "-1": "EPERM",
          "0": "", "OWN": "", "ABOVE": "", "ABOVE + OWN": ""}.items()),
    *((name, f"{pid}, {rest}", found)
      for name, rest in {"kill": "0", "tkill": "0", "tgkill": "OWN, 0"}.items()
      for pid, found in {
          "PARENT": "EPERM", "ABOVE + PARENT": "EPERM", "0": "EPERM", "1": "EPERM", "-1": "EPERM",
          "OWN": "", "ABOVE + OWN": ""}.items()),
    *((name, f"{first}, {above}{number}", "EPERM")
      for name, first in {"kill": "OWN", "tkill": "OWN", "tgkill": "OWN, OWN"}.items()
      for number in SIGNALS for above in ("", "ABOVE + ")),
    *((name, f"{first}, {int(signal.SIGCONT)}", "")
      for name, first in {"kill": "OWN", "tkill": "OWN", "tgkill": "OWN, OWN"}.items()),
    # F_SETOWN, F_SETSIG, F_SETOWN_EX; TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP; PR_SET_PDEATHSIG,
    # PR_SET_DUMPABLE, PR_SCHED_CORE, PR_SET_PTRACER; MADV_PAGEOUT, MADV_COLLAPSE,
    # POSIX_FADV_DONTNEED, MPOL_MF_MOVE, MPOL_MF_MOVE_ALL.
    *(("fcntl", f"0, {above}{one}, 0", "EPERM") for one in (8, 10, 15, 6, 7, 37, 38, 1024, 1026)
      for above in ("", "ABOVE +")),
    *(("ioctl", f"0, {above}{one}, 0", "EPERM") for one in (0x5412, 0x541C, 0x8901, 0x8902)
      for above in ("", "ABOVE +")),
    *(("prctl", f"{above}{one}, 1, 0, 0, 0", "EPERM") for one in (1, 4, 62, 0x59616D61)
      for above in ("", "ABOVE +")),
    *(("madvise", f"0, 0, {above}{one}", "EPERM") for one in (21, 25)
      for above in ("", "ABOVE +")),
    *(("fadvise64", f"-1, 0, 0, {above}4", "EPERM") for above in ("", "ABOVE +")),
    *(("mbind", f"0, 0, 0, 0, 0, {above}{one}", "EPERM") for one in (2, 3, 4, 6)
      for above in ("", "ABOVE +")),
    *(("madvise", f"0, 0, {one}", "") for one in (3, 4, 8, 14)),
    *(("fadvise64", f"-1, 0, 0, {one}", "") for one in (0, 3, 5)),
    *(("mbind", f"0, 0, 0, 0, 0, {one}", "") for one in (0, 1)),
    ("fcntl", "0, 1, 0", ""), ("ioctl", "0, 0x5401, 0", ""), ("prctl", "3, 0, 0, 0, 0", ""),
    *(("mmap", f"0, 4096, 3, {flags}, -1, 0", "ENOMEM") for flags in (
        "0x21", "0x23", "0x121", "0x122", "ABOVE + 0x21", "ABOVE + 0x122", "0x4021")),
    ("mmap", "0, 4096, 3, 0x22, -1, 0", ""), ("mmap", "0, 4096, 3, 0x01, 0, 0", ""),
    *((name, f"{folder}b'plugin.py', {above}{flags}, 0", "EPERM")
      for name, folder in {"open": "", "openat": "-100, "}.items()
      for flags in (0o1000, 0o1003) for above in ("", "ABOVE + ")),
    *((name, f"{folder}b'plugin.py', {flags}, 0", "")
      for name, folder in {"open": "", "openat": "-100, "}.items()
      for flags in (0, 1, 2, 0o1001, 0o1002)),
    ("truncate", "b'plugin.py', 0", "EPERM"), ("creat", "b'plugin.py', 0", "EPERM"),
]
WITHOUT_LANDLOCK = [
    *((name, f"{folder}b'plugin.py', {above}{flags}, 0", "EACCES")
      for name, folder in {"open": "", "openat": "-100, "}.items()
      for flags in (2, 3, 0o1002, 0o1003) for above in ("", "ABOVE + ")),
    *((name, f"{folder}b'plugin.py', {flags}, 0", found)
      for name, folder in {"open": "", "openat": "-100, "}.items()
      for flags, found in {0: "", 1: "", 0o1000: "EPERM", 0o1001: ""}.items()),
]


def here(rows):
    """Those whose call this machine has."""
    column = 1 + syscalls.MACHINES.index(MACHINE)
    has = {row[0] for row in FROZEN if row[column] != "-"}
    return [row for row in rows if row[0] in has]


def shown(name, arguments, found):
    return f"{name}({arguments}): {found or 'not by the filter'}"


@needs_landlock
@known_here
@pytest.mark.parametrize(("table", "first"), [
    (ON_ARGUMENTS, ABOVE_ALL), (WITHOUT_LANDLOCK, ABOVE_ALL + ALL_FILES)],
    ids=["with landlock", "without"])
def test_each_rule_on_an_argument_refuses_what_it_names_and_nothing_beside(tmp_path, table, first):
    (tmp_path / "plugin.py").write_text("as it was")
    rows = here(table)
    found = asked(
        tmp_path, [f"{of(name)}, {arguments}" for name, arguments, _ in rows], first)
    assert list(starmap(shown, rows)) == [
        shown(name, arguments, "" if one == "not by the filter" else one)
        for (name, arguments, _), one in zip(rows, found, strict=True)]
    assert (tmp_path / "plugin.py").read_text() == "as it was"


def test_every_call_with_a_rule_on_an_argument_is_tried():
    tried = {name for name, *_ in (*ON_ARGUMENTS, *WITHOUT_LANDLOCK)}
    assert tried == {name for name, *_, error in FROZEN if error == "argument"}

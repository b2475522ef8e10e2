"""Which isolation levels this machine offers, and which one a run gets.

Probed by doing it: a throw-away process locks itself down and then tries to break out.
"""

from __future__ import annotations

import functools
import platform
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import cgp_harness
import cgp_reference
from cgp_harness import temporary
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.sandbox.host.advice import NEEDED
from cgp_harness.sandbox.host.processes import cgroups
from cgp_harness.sandbox.lockdown.apply import LEVELS
from cgp_reference.errors import meant

__all__ = ["LEVELS", "at_least", "available", "begun", "choose", "require_closed", "why_partly"]

CONTAINER = "container"
AUTO = ("namespaces", "landlock", "uid")
"""What is tried of itself, in this order."""
_PROBE = """
import os, socket, sys
level, library, allowed, secret, *roots = sys.argv[1:]
sys.path += roots
from cgp_harness.sandbox.lockdown.apply import apply
before, alone = os.geteuid(), level in ("landlock", "namespaces")
try:
    apply(level, [library, allowed], memory_mib=512, cpu_s=10)
except OSError as error:
    sys.exit(error.strerror or str(error))
def refused(attempt, *arguments):
    try:
        attempt(*arguments)
    except OSError:
        return True
    return False
open(allowed).close()
for found, what in (
    (refused(open, secret), "a file outside the view can be read"),
    (refused(os.mkfifo, os.path.join(os.environ.get("TMPDIR", "/"), "pipe")), "a pipe can be made"),
    (refused(os.unlink, allowed), "a file can be removed"),
    (refused(os.open, "/dev/null", os.O_RDWR) or alone, "a file can be changed"),
    (os.geteuid() != before or alone, "it is still the grader's user"),
    (os.getpid() == 1 or level != "namespaces", "other processes are there"),
    (not os.path.exists(secret) or level != "namespaces", "the machine's files are there"),
    (refused(os.fork), "a process can be started"),
    (refused(socket.socket), "a socket can be opened"),
):
    if not found:
        sys.exit("locked down, and yet " + what)
print("locked")
"""


def available() -> dict[str, str]:
    """Every level, weakest first: "" if this machine offers it, else the reason why it does not.

    Costs a subprocess of about 0.1 s for two of them, once per process.
    """
    return {level: _missing(level) for level in LEVELS}


def choose(demand: str) -> str:
    """The level to run with: `demand` itself, or the strongest there is for `auto`.

    `auto` is no container: only people know that they are in one which holds nothing else. And
    who demands `container` where a part of it is missing gets `container_partly`.

    Raises:
        MachineError: this machine does not offer what was demanded.
        HarnessError: there is no such level.
    """
    require_known(demand)
    cgroups.home()
    if demand == "auto":
        return next((level for level in AUTO if not _missing(level)), "plain")
    reason = _missing(demand)
    if reason and demand == CONTAINER and not _missing("container_partly"):
        return "container_partly"
    if reason:
        raise MachineError(
            f"this machine has no isolation level {demand!r}: {reason}",
            expected=NEEDED[demand],
            fix="to accept less: --isolation landlock"
            if demand == "namespaces" and not _missing("landlock") else
            "to accept less, for unofficial use such as `cgp check`: --isolation plain",
        )
    return demand


def require_known(demand: str) -> None:
    """See that there is such a level, or `auto`.

    Raises:
        HarnessError: there is none.
    """
    if demand not in ("auto", *LEVELS):
        raise HarnessError(
            f"there is no isolation level {demand!r}",
            expected=f"auto, {', '.join(LEVELS[:-1])} or {LEVELS[-1]}",
            fix=meant(demand, ["auto", *LEVELS]),
        )


def begun(demand: str) -> Callable[[], str]:
    """Begin to probe, beside whatever comes next; what comes back waits, and is `choose`.

    A level that was tried here is not tried again.
    """
    def tried() -> None:
        with suppress(MachineError, HarnessError):  # raised again below
            choose(demand)

    cgroups.home()  # at once: other processes are started beside it
    beside = threading.Thread(target=tried, daemon=True)
    beside.start()

    def chosen() -> str:
        beside.join()
        return choose(demand)

    return chosen


def at_least(demand: str) -> str:
    """The strongest level that this machine offers from `landlock` on, if `demand` is no stronger;
    else as `choose` says."""
    if demand in LEVELS:
        for level in AUTO[: AUTO.index("landlock") + 1]:
            if LEVELS.index(level) >= LEVELS.index(demand) and not _missing(level):
                return level
    return choose(demand)


def why_partly() -> str:
    """What a container lacks here; empty if nothing."""
    return _missing(CONTAINER)


def require_closed(level: str, paths: Iterable[Path]) -> None:
    """In a container submissions can read what is open to all: see to it that these are not.

    Raises:
        MachineError: one is, with how to close it.
    """
    if level != CONTAINER:
        return
    from cgp_harness.sandbox.lockdown.privileges import open_to_others

    for path in paths:
        if path.exists() and open_to_others(str(path)):
            raise MachineError(
                f"in a container submissions could read {path}",
                expected="that no other user can, where answers and results lie",
                fix=f"chmod go-rwx {path}")


def _missing(level: str) -> str:
    if level == "plain":
        return ""
    if level in ("landlock", "namespaces"):
        return _landlock_missing() if level == "landlock" else _namespaces_missing()
    if sys.platform != "linux":
        return f"it is of Linux, and this is {platform.system()}"
    return "" if level == "container_partly" else _container_missing()


@functools.cache
def _landlock_missing() -> str:
    if sys.platform != "linux":
        return f"landlock is part of Linux, and this is {platform.system()}"
    # Both files are open to all, so that another uid alone does not pass for landlock.
    return _probed("landlock", secret=0o644)


@functools.cache
def _namespaces_missing() -> str:
    if sys.platform != "linux":
        return f"namespaces are part of Linux, and this is {platform.system()}"
    return _probed("namespaces", secret=0o644)


@functools.cache
def _container_missing() -> str:
    return _probed(CONTAINER, secret=0o600)


def _probed(level: str, secret: int) -> str:
    with temporary.folder("cgp-probe-") as folder:
        folder.chmod(0o755)
        files = folder / "allowed", folder / "secret"
        for file, mode in zip(files, (0o644, secret), strict=True):
            file.write_text("", encoding="ascii")
            file.chmod(mode)
        return _probe([level, sysconfig.get_path("stdlib"), *map(str, files)], str(folder))


def _probe(arguments: list[str], folder: str = "") -> str:
    # -S: without site-packages, so the two packages' parents are named.
    packages = (cgp_harness, cgp_reference)
    roots = [str(Path(str(package.__file__)).parents[1]) for package in packages]
    command = [sys.executable, "-I", "-S", "-c", _PROBE, *arguments, *roots]
    try:
        done = subprocess.run(
            command, env={"TMPDIR": folder}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=60, check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the probe did not run: {error}"
    if done.stdout == "locked\n":
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"the probe died with exit code {done.returncode}"

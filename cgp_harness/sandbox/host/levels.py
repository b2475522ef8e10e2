"""Which isolation levels this machine offers, and which one a run gets.

Probed by doing it: a throw-away process locks itself down and then tries to break out.
"""

from __future__ import annotations

import functools
import platform
import subprocess
import sys
import sysconfig
from difflib import get_close_matches
from pathlib import Path

import cgp_harness
import cgp_reference
from cgp_harness import temporary
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.sandbox.lockdown.apply import LEVELS

__all__ = ["LEVELS", "available", "choose"]

_PROBE = """
import os, socket, sys
library, allowed, secret, *roots = sys.argv[1:]
sys.path += roots
from cgp_harness.sandbox.lockdown.apply import apply
try:
    apply("landlock", [library, allowed], memory_mib=512, cpu_s=10)
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
    (refused(os.fork), "a process can be started"),
    (refused(socket.socket), "a socket can be opened"),
):
    if not found:
        sys.exit("locked down, and yet " + what)
print("locked")
"""


def available() -> dict[str, str]:
    """Every level, weakest first: "" if this machine offers it, else the reason why it does not.

    Costs one subprocess of about 0.1 s, once per process.
    """
    return {"plain": "", "landlock": _landlock_missing()}


def choose(demand: str) -> str:
    """The level to run with: `demand` itself, or the strongest there is for `auto`.

    Raises:
        MachineError: this machine does not offer what was demanded.
        HarnessError: there is no such level.
    """
    offered = available()
    if demand == "auto":
        return next(level for level in reversed(LEVELS) if not offered[level])
    if demand not in LEVELS:
        close = get_close_matches(demand, ["auto", *LEVELS], n=1)
        raise HarnessError(
            f"there is no isolation level {demand!r}",
            expected=f"auto, {' or '.join(LEVELS)} "
            "('namespaces' and 'uid' are not in this version)",
            fix=f"did you mean {close[0]!r}?" if close else "",
        )
    if offered[demand]:
        raise MachineError(
            f"this machine has no isolation level {demand!r}: {offered[demand]}",
            expected="Linux 5.13 or newer on x86_64 or aarch64, with landlock and seccomp",
            fix="to accept less, for unofficial use such as `cgp check`: --isolation plain",
        )
    return demand


@functools.cache
def _landlock_missing() -> str:
    if sys.platform != "linux":
        return f"landlock is part of Linux, and this is {platform.system()}"
    # Both files are open to all, so that another uid alone does not pass for landlock.
    with temporary.folder("cgp-probe-") as folder:
        folder.chmod(0o755)
        allowed, secret = folder / "allowed", folder / "secret"
        for file in (allowed, secret):
            file.write_text("", encoding="ascii")
            file.chmod(0o644)
        return _probe([sysconfig.get_path("stdlib"), str(allowed), str(secret)])


def _probe(paths: list[str]) -> str:
    # -S: without site-packages, so the two packages' parents are named.
    packages = (cgp_harness, cgp_reference)
    roots = [str(Path(str(package.__file__)).parents[1]) for package in packages]
    command = [sys.executable, "-I", "-S", "-c", _PROBE, *paths, *roots]
    try:
        done = subprocess.run(
            command, env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=60, check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the probe did not run: {error}"
    if done.stdout == "locked\n":
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"the probe died with exit code {done.returncode}"

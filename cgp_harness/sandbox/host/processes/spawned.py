"""A process of Python's own for one worker, or for the one that workers are forked from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from cgp_harness import peak_memory
from cgp_harness.sandbox.protocol.ending import killed
from cgp_harness.sandbox.protocol.homes import HOMES

BOOT = "import sys; sys.path.append(sys.argv[1]); from cgp_harness.sandbox.worker.{} import main; "
WORKER = BOOT.format("serve") + "main(int(sys.argv[2]), int(sys.argv[3]))"
# -P -s: no folder of its own and no user site; -S: no site-packages, no .pth; -B: no bytecode is
# written. Not -I, which passes over PYTHONHASHSEED: the order of a set would change from one worker
# to the next. Its environment has nothing but what is below.
PYTHON_OPTIONS = ("-P", "-s", "-S", "-B", "-X", "utf8", "-c")
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Args:
        code: its exit code; minus the signal's number if a signal ended it.
        by_itself: whether it had ended before it was killed.
        full: whether its control group killed it, for the memory that it took.
    """

    code: int
    by_itself: bool
    cpu_s: float
    memory_mib: float
    full: bool = False


class Spawned:
    """A worker that was started."""

    def __init__(self, root: str, folder: Path, link: int, stdout: int, stderr: int) -> None:
        self._inherited_mib = peak_memory.own_mib()
        self._process = started(WORKER, root, folder, link, stdout, stderr)

    def has_ended(self) -> bool:
        """Whether it has, by itself."""
        # WNOWAIT leaves the zombie, and with it the number, for wait4.
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, options) is not None

    def end(self) -> Ended:
        """Kill it and all of its group."""
        by_itself = self.has_ended()
        code, usage = killed(self._process.pid)
        self._process.returncode = code
        if usage is None:
            return Ended(code, by_itself, 0.0, 0.0)
        peak_mib = peak_memory.of_mib(usage)
        # A process begins with the peak of the one that starts it.
        own_mib = peak_mib if peak_mib > self._inherited_mib else 0.0
        return Ended(code, by_itself, usage.ru_utime + usage.ru_stime, own_mib)


def started(
    code: str, root: str, folder: Path, descriptor: int,
    stdout: int = subprocess.DEVNULL, stderr: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Python with this code, which finds in `sys.argv` the root, the descriptor and this process.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(
        [sys.executable, *PYTHON_OPTIONS, code, root, str(descriptor), str(os.getpid())],
        cwd=folder, env=dict(environment(folder)), pass_fds=[descriptor],
        stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True,
    )


def environment(folder: Path) -> Mapping[str, str]:
    """All that a worker has for an environment, the same on every machine but for its folder."""
    fixed = {
        "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg",
        "CUDA_VISIBLE_DEVICES": "", "USER": "student", "LOGNAME": "student",
    }
    homes, threads = dict.fromkeys(HOMES, str(folder)), (f"{name}_NUM_THREADS" for name in THREADS)
    return MappingProxyType(homes | fixed | dict.fromkeys(threads, "1"))

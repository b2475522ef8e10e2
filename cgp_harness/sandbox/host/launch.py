"""Start a worker process in a folder of its own, and end it without leaving anything behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cgp_harness import peak_memory, temporary
from cgp_harness.errors import MachineError
from cgp_harness.model import SourceFile
from cgp_harness.sandbox.host.output import Output
from cgp_harness.sandbox.host.view import open_to_worker
from cgp_harness.sandbox.protocol.wire import Link

BOOT = (
    "import sys; sys.path.append(sys.argv[1]); from cgp_harness.sandbox.worker.serve import main; "
    "main(int(sys.argv[2]), int(sys.argv[3]))"
)
# -P -s: no folder of its own and no user site; -S: no site-packages, no .pth; -B: no bytecode is
# written. Not -I, which passes over PYTHONHASHSEED: the order of a set would change from one worker
# to the next. Its environment has nothing but what is below.
PYTHON_OPTIONS = ("-P", "-s", "-S", "-B", "-X", "utf8", "-c", BOOT)
LINGERS_S = 3.0
"""Between the end of a process' link and its own: a busy machine may let it wait."""
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Args:
        code: its exit code; minus the signal's number if a signal ended it.
        by_itself: whether it had ended before it was killed.
    """

    code: int
    by_itself: bool
    cpu_s: float
    memory_mib: float


class WorkerProcess:
    """A running worker in an empty folder: `link` to ask it, `output` for what it prints."""

    def __init__(self, root: str) -> None:
        self._inherited_mib = peak_memory.own_mib()
        try:
            self.folder = temporary.made("cgp-worker-")
            try:
                open_to_worker(self.folder)
                mine, its = socket.socketpair()
                with mine, its:
                    self._process = _started(root, self.folder, its.fileno())
                    self.link = Link(mine.detach())
            except BaseException:
                temporary.removed(self.folder)
                raise
        except OSError as error:
            raise MachineError(f"a worker cannot be started: {error}") from error
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.output = Output(
            os.dup(self._process.stdout.fileno()), os.dup(self._process.stderr.fileno())
        )
        self._process.stdout.close()
        self._process.stderr.close()

    def fill(self, files: Sequence[SourceFile]) -> None:
        """Put a submission into the folder, in the place of what was left there before.

        Raises:
            MachineError: it cannot be written.
        """
        try:
            for left in self.folder.iterdir():
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
            _write(files, self.folder)
        except OSError as error:
            raise MachineError(f"a submission cannot be given to its worker: {error}") from error

    def end(self) -> Ended:
        """Kill the process and all of its group, take its last words, remove its folder."""
        by_itself = self._has_ended()
        # Before it is waited for: until then nothing else can have its number.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.link.close()
        self.output.close()
        temporary.removed(self.folder)
        peak_mib = peak_memory.of_mib(usage)
        # A process begins with the peak of the one that starts it.
        own_mib = peak_mib if peak_mib > self._inherited_mib else 0.0
        return Ended(
            self._process.returncode, by_itself, usage.ru_utime + usage.ru_stime, own_mib)

    def closed_its_link(self) -> bool:
        """After the link's end: whether the process goes on without it, seconds later."""
        deadline = time.monotonic() + LINGERS_S
        while time.monotonic() < deadline:
            if self._has_ended():
                return False
            time.sleep(0.002)
        return True

    def _has_ended(self) -> bool:
        # WNOWAIT leaves the zombie, and with it the number, for wait4.
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, options) is not None


def environment(folder: Path) -> dict[str, str]:
    """All that a worker has for an environment, the same on every machine but for its folder."""
    home = {name: str(folder) for name in ("HOME", "TMPDIR", "MPLCONFIGDIR")}
    fixed = {
        "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg",
        "CUDA_VISIBLE_DEVICES": "", "USER": "student", "LOGNAME": "student",
    }
    return home | fixed | {f"{name}_NUM_THREADS": "1" for name in THREADS}


def _started(root: str, folder: Path, link: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *PYTHON_OPTIONS, root, str(link), str(os.getpid())],
        cwd=folder, env=environment(folder), pass_fds=[link],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _write(files: Sequence[SourceFile], folder: Path) -> None:
    for file in files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"the path {file.path!r} leads out of the submission")
        target = folder / path
        for parent in reversed(path.parents[:-1]):
            (folder / parent).mkdir(exist_ok=True)
            open_to_worker(folder / parent)
        target.write_bytes(file.content)
        target.chmod(0o644)

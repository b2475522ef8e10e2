"""What an attack finds around it: files, a secret, a process, sockets; and what became of them."""

from __future__ import annotations

import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cgp_assignments
import cgp_harness
import cgp_reference
from cgp_harness import temporary
from cgp_harness.attacks.homeworks import MARKER, attacked, solution

VARIABLE = "CGP_ATTACKED_TOKEN"
"""Of the grader's environment."""
_NAME_MAX = 15
"""Letters of a process' name in the kernel."""


class Trap:
    """For one attack at a time.

    Attributes:
        token: by which what an attack leaves is found; it knows it.
        secret: what it cannot know, in files and in the environment of the grader.
    """

    def __init__(self, folder: Path) -> None:
        self.token, self.secret = f"cgp{secrets.token_hex(5)}", secrets.token_hex(16)
        self._open, self._closed = folder / "open", folder / "closed"
        for room, mode in ((self._open, 0o777), (self._closed, 0o700)):
            room.mkdir()
            room.chmod(mode)
            for file in ("results.json", "solution.py"):
                path = room / file
                path.write_text(f'{{"hidden": "{self.secret}"}}\n', encoding="ascii")
                path.chmod(0o666 if mode == 0o777 else 0o600)
        self.sockets = [
            socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)]
        self.sockets[1].bind(self.sockets[0].getsockname())
        if sys.platform == "linux":
            self.sockets.append(socket.socket(socket.AF_UNIX))
            self.sockets[2].bind(f"\0{self.token}")
            self.sockets[2].listen()
        self._bystander = subprocess.Popen(
            ["sleep", "3600"], stdin=subprocess.DEVNULL)
        self._before = dict(self._files())

    def filled(self, content: bytes, task: str) -> bytes:
        """An attack that knows its way about here."""
        if b"@" not in content:
            return content
        hidden = (
            Path(cgp_reference.__file__).with_name("optimizers.py"),
            Path(cgp_harness.__file__).with_name("model") / "report.py",
            Path(cgp_assignments.__path__[0], "step_size", "assignment.toml"))
        (self._open / "solution.py").write_text(solution(task), encoding="ascii")
        self._before = dict(self._files())
        texts = {
            "SECRET": self._open / "results.json", "CLOSED": self._closed / "results.json",
            "SOLUTION": self._open / "solution.py", "HIDDEN": ":".join(map(str, hidden)),
            "TEMP": tempfile.gettempdir(), "TOKEN": self.token, "RIGHT": attacked(task),
            "BYSTANDER": self._bystander.pid, "PORT": self.sockets[0].getsockname()[1]}
        for name, text in texts.items():
            content = content.replace(f"@{name}@".encode(), str(text).encode())
        return content

    def found(self, shown: str) -> Iterator[str]:
        """What of `attack.SHOWS` has come true.

        Args:
            shown: all that grading has made known of the submission.
        """
        if self.secret in shown or MARKER in shown:
            yield "secret"
        if dict(self._files()) != self._before or self._left_behind():
            yield "file"
        if self._named() or self._bystander.poll() is not None or _state(
                self._bystander.pid) in "Tt":
            yield "process"
        if any(_arrived(one) for one in self.sockets):
            yield "network"

    def close(self) -> None:
        """Take away what there was and what was left."""
        for pid in self._named():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for path in self._left_behind():
            with suppress(OSError):
                path.unlink()
        self._bystander.kill()
        self._bystander.wait()
        for one in self.sockets:
            one.close()

    def _files(self) -> Iterator[tuple[str, tuple[int, int, bytes]]]:
        for room in (self._open, self._closed):
            for path in sorted(room.iterdir()):
                there = path.lstat()
                held = path.read_bytes() if path.is_file() and os.access(path, os.R_OK) else b""
                yield str(path), (there.st_mode, there.st_mtime_ns, held)

    def _left_behind(self) -> list[Path]:
        folders = (Path(tempfile.gettempdir()), Path("/dev/shm"))
        return [path for one in folders if one.is_dir() for path in one.glob(f"*{self.token}*")]

    def _named(self) -> list[int]:
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/comm")
                if _text(path).strip() == self.token[:_NAME_MAX]]


@contextmanager
def trap() -> Iterator[Trap]:
    """A trap, in a folder that every user may pass, while an attack is tried."""
    with temporary.folder("cgp-attacked-") as folder:
        folder.chmod(0o711)
        one = Trap(folder)
        os.environ[VARIABLE] = one.secret
        try:
            yield one
        finally:
            one.close()
            del os.environ[VARIABLE]


def _arrived(one: socket.socket) -> bool:
    # Not by whether it blocks: who shares it can change that.
    return bool(select.select([one], [], [], 0)[0])


def _state(pid: int) -> str:
    return _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].strip()[:1]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

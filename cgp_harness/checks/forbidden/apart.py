"""The search in a process of its own: a text can keep Python's own parser busy for minutes.

`f"{x}{x}…"` of 1 MB takes Python 3.11 200 s, `x;x;…` 1 GB; neither can be interrupted. So the
parser has limits that the kernel keeps, and what goes beyond is that one submission's affair.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cgp_harness
import cgp_reference
from cgp_harness.checks.forbidden.definitions import Definition, definitions
from cgp_harness.checks.forbidden.names import tops
from cgp_harness.checks.forbidden.search import Root, search
from cgp_harness.checks.forbidden.seen import Use
from cgp_harness.errors import MachineError
from cgp_harness.model import SourceFile, Status

CPU_S, MEMORY_MIB = 10, 3072
WALL_S = 12 * CPU_S
"""A machine may be slow: past this nobody is charged."""
STACK_MIB, DEEPEST = 256, 20_000
"""For expressions in expressions."""
MEMORY, TRIES = 3, 2
"""The exit code that says so; how often a process is started that is killed."""
BOOT = (
    "import sys; sys.path[:0] = sys.argv[1:]; "
    "from cgp_harness.checks.forbidden.apart import main; main()")


WORDS = (b"import_", b"modules", b"exec", b"eval", b"coding")
"""By which a text can come to a module without its name."""


class UnreadableError(Exception):
    """A text is more than may be read; `status` says of what."""

    def __init__(self, status: Status, what: str) -> None:
        super().__init__(what)
        self.status, self.what = status, what


def uses(
    texts: Sequence[SourceFile], forbidden: Sequence[str], roots: Sequence[Root]
) -> tuple[Use | None, ...]:
    """See `search.search`.

    Raises:
        UnreadableError: it takes more time or memory than it may.
        MachineError: the process was killed from outside, twice.
    """
    words = (*WORDS, *(top.encode() for top in tops(forbidden)))
    if not roots or not forbidden or not any(
            not one.content.isascii() or any(word in one.content for word in words)
            for one in texts):
        return (None,) * len(roots)
    found = _found(tuple(texts), tuple(forbidden), tuple(roots))
    if isinstance(found, UnreadableError):
        raise found
    return tuple(one and Use(*one) for one in found)


def defined(texts: Sequence[SourceFile]) -> list[Definition]:
    """See `definitions.definitions`; nothing, if the files are more than may be read."""
    found = _found(tuple(texts), (), None)
    if isinstance(found, UnreadableError):
        return []
    return [Definition(noun, name, path, line, tuple(decorators))
            for noun, name, path, line, decorators in found]


@functools.lru_cache(maxsize=4)
def _found(
    texts: tuple[SourceFile, ...], forbidden: tuple[str, ...], roots: tuple[Root, ...] | None
) -> list[Any] | UnreadableError:
    """The answer of a process; every task of a submission asks for the same."""
    question = json.dumps({
        "texts": [[one.path, len(one.content), one.cells] for one in texts],
        "forbidden": forbidden, "roots": roots}).encode()
    try:
        answer = _answer(b"\n".join([question, b"".join(one.content for one in texts)]))
    except UnreadableError as error:
        return error
    found: list[Any] = json.loads(answer)
    return found


def _answer(question: bytes) -> bytes:
    for _ in range(TRIES):
        ended = _asked(question)
        if ended.returncode == 0:
            return ended.stdout
        if ended.returncode == MEMORY:
            raise UnreadableError(
                Status.OUT_OF_MEMORY, f"the files need more than {MEMORY_MIB} MiB to be read")
        if ended.returncode == -signal.SIGXCPU:
            raise UnreadableError(
                Status.TIMEOUT, f"the files take more than {CPU_S} s of CPU time to be read")
        if ended.returncode == -signal.SIGSEGV:  # the parser's own stack
            raise UnreadableError(Status.STUDENT_ERROR, "the files are nested too deep to be read")
    said = ended.stderr.decode(errors="replace").strip().splitlines()
    raise MachineError(
        f"the process that reads a submission's files ended with {ended.returncode}"
        f"{': ' + said[-1] if said else ''}")


def _asked(question: bytes) -> subprocess.CompletedProcess[bytes]:
    folders = [str(Path(package.__path__[0]).parent) for package in (cgp_harness, cgp_reference)]
    installed = [one for one in sys.path if one not in folders]  # of `from torch.optim import *`
    # Not -I, which passes over PYTHONHASHSEED: of two uses the same shall be found in every run.
    command = [
        sys.executable, "-P", "-s", "-S", "-B", "-X", "utf8", "-c", BOOT, *folders, *installed]
    try:
        return subprocess.run(
            command, env={"PYTHONHASHSEED": "0"}, input=question, capture_output=True,
            timeout=WALL_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise MachineError(
            f"a submission's files could not be read within {WALL_S} s on this machine") from error


def main() -> None:
    """Answer one question: read it from stdin, bound oneself, look, write to stdout."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    with contextlib.suppress(ValueError, OSError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MIB << 20, MEMORY_MIB << 20))
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    question = json.loads(head)
    texts, begin = [], 0
    for path, length, cells in question["texts"]:
        texts.append(
            SourceFile(path, content[begin:begin + length], cells=tuple(cells)))
        begin += length
    answers: list[object] = []

    def work() -> None:
        try:
            answers.append(_answered(texts, question["forbidden"], question["roots"]))
        except MemoryError:
            os._exit(MEMORY)

    # In a thread, since only there the stack's size can be chosen.
    threading.stack_size(STACK_MIB << 20)
    sys.setrecursionlimit(DEEPEST)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if not answers:
        raise SystemExit(1)
    sys.stdout.write(json.dumps(answers[0]))


def _answered(
    texts: Sequence[SourceFile], forbidden: Sequence[str], roots: Sequence[Root] | None
) -> object:
    if roots is None:
        return definitions(texts)
    found = search(texts, forbidden, [(path, line) for path, line in roots])
    return [use and (use.path, use.line, use.name) for use in found]

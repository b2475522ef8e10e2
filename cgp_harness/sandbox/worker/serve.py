"""The process that student code runs in: import what is trusted, lock down, then load and step.

One answer per request.

It holds nothing worth stealing: no expected value, no reference rule, no other submission. Student
code shares its memory, so it can make this process say anything; that harms its own answers only.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_harness.errors import PluginError
from cgp_harness.registering.contract import Contract, Registered
from cgp_harness.sandbox.lockdown.apply import NAMESPACES, Lockdown, drawn_up
from cgp_harness.sandbox.protocol import changing, printing
from cgp_harness.sandbox.protocol.message_fields import TEXT_MAX
from cgp_harness.sandbox.protocol.messages import (
    At,
    Failed,
    Held,
    Load,
    Ready,
    Setup,
    decode_setup,
    encode,
    request_decoder,
)
from cgp_harness.sandbox.protocol.wire import HEADER_MAX, Link, LinkClosedError
from cgp_harness.sandbox.worker import randomness
from cgp_harness.sandbox.worker.answering import Answers, Changeable, Position
from cgp_harness.sandbox.worker.faults import failed, report_on_stderr
from cgp_harness.sandbox.worker.here import HERE
from cgp_harness.sandbox.worker.loading import missing
from cgp_harness.sandbox.worker.loading.importing import Importer
from cgp_harness.sandbox.worker.loading.load import Details, load
from cgp_harness.sandbox.worker.refusing import forbid, refusals, stand_ins
from cgp_harness.sandbox.worker.refusing.guard import GUARD

if TYPE_CHECKING:
    from cgp_harness.sandbox.lockdown.namespaces import Room
    from cgp_harness.sandbox.worker.changing import Changing

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Prepared:
    """What does not depend on the submission: imported, and how requests are read.

    Args:
        contracts: of each kind.
        details: kind -> its own of what a file registered.
        kind_of: request -> kind.
        packages: kind -> package.
        decode: reads a request.
    """

    held: Held
    contracts: tuple[Contract, ...]
    details: dict[str, Details]
    kind_of: dict[type[Any], str]
    packages: dict[str, str]
    decode: Callable[[bytes], Any]


_prepared: list[Prepared] = []
"""What this process holds: nothing, or one."""
_drawn_up: dict[tuple[str, tuple[str, ...]], Lockdown] = {}
"""Of what this process was forked from: level and readable paths -> lock-down."""


def main(descriptor: int, grader: int) -> None:
    """Answer what comes over the link until it is closed."""
    die_with(grader)
    os.set_inheritable(descriptor, False)
    sys.argv = ["cgp"]  # neither the view nor the link is advertised: tidiness, not a boundary
    printing.install()
    warnings.simplefilter("once")
    try:
        serve(Link(descriptor))
    except LinkClosedError:
        os._exit(0)


def die_with(grader: int) -> None:
    """Have the kernel end this process when the grader (the thread that started it) is gone."""
    if sys.platform == "linux":
        from cgp_harness.sandbox.lockdown import kernel

        kernel.prctl("die with the grader", PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != grader:  # it went between the start and the line above
        os._exit(0)


def serve(link: Link) -> None:
    """Make ready at the first request, then serve the submission."""
    frame = link.receive()
    setup = decode_setup(frame.header)
    try:
        prepared = prepare(setup.held)
    except ImportError as error:
        link.send(frame.sequence, encode(Failed("machine", str(error)[:TEXT_MAX])))
        raise
    if setup.level != "plain":
        from cgp_harness.sandbox.worker import alone

        alone.go_on_alone(link)
    lockdown, folder = _lockdown(setup, link)
    pid = _number()
    worker = Worker(setup, prepared, lockdown, folder)
    link.send(frame.sequence, encode(Ready(pid)))
    while True:
        frame = link.receive()
        worker.importer.say = functools.partial(_say, link, frame.sequence)
        answer, values = worker.answer(frame.header, frame.payload)
        header = encode(answer)
        if len(header) > HEADER_MAX:
            header = encode(Failed("contract", "the submission registers more than fits an answer"))
        link.send(frame.sequence, header, values)


def _lockdown(setup: Setup, link: Link) -> tuple[Lockdown, str]:
    """The lock-down of this process, and the path of its folder from outside of any namespaces."""
    known = None if setup.gpu else _drawn_up.get((setup.level, setup.readable))
    if known is not None:
        return known, os.getcwd()
    if setup.level != NAMESPACES:
        return drawn_up(setup.level, setup.readable, setup.gpu), os.getcwd()
    from cgp_harness.sandbox.lockdown import copies, namespaces

    room = namespaces.begin(
        setup.readable, os.getcwd(), of_one=True, gpu=bool(setup.gpu))
    copies.go_on(before=link.close, first=True)
    return drawn_up(setup.level, setup.readable, setup.gpu, room), room.submission


def _number() -> int:
    """Of this process, as the grader knows it: in namespaces it is 1 to itself."""
    try:
        return int(os.readlink("/proc/self"))
    except OSError:
        return os.getpid()


def draw_up(level: str, readable: tuple[str, ...], room: Room | None = None) -> None:
    """Draw up a lock-down for the processes that this one forks; they say what is missing."""
    with suppress(OSError):
        _drawn_up[level, readable] = drawn_up(level, readable, room=room)


def prepare(held: Held) -> Prepared:
    """Import what is trusted, if this process does not hold it already.

    Raises:
        ImportError: a module cannot be imported, for whatever reason.
    """
    if _prepared and _prepared[0].held == held:
        return _prepared[0]
    forbid.install(held.forbid)
    kinds = (f"{package}.{part}" for package in held.kinds for part in ("contract", "requests"))
    for module in (*held.trusted, *kinds):
        try:
            importlib.import_module(module)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise ImportError(f"{module} cannot be imported: {said}") from error
    contracts: list[Contract] = []
    details: dict[str, Details] = {}
    kind_of: dict[type[Any], str] = {}
    packages: dict[str, str] = {}
    for package in held.kinds:
        contract = importlib.import_module(f"{package}.contract").CONTRACT
        requests = importlib.import_module(f"{package}.requests")
        contracts.append(contract)
        kind_of |= dict.fromkeys(requests.REQUESTS, contract.kind)
        packages[contract.kind] = package
        if hasattr(requests, "details"):
            details[contract.kind] = requests.details
    # It takes 3 ms to make one.
    decode = request_decoder((*kind_of, *changing.REQUESTS))
    _prepared.append(Prepared(held, tuple(contracts), details, kind_of, packages, decode))
    return _prepared[0]


def _say(link: Link, sequence: int, at: At) -> None:
    link.send(sequence, encode(at))


class Things(dict[str, Registered]):
    """What is registered, by name; an earlier worker may have found more in the same files."""

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._noun = noun

    def __missing__(self, name: str) -> Registered:
        raise PluginError(
            f"the {self._noun} {name!r} is gone when its file is loaded once more",
            expected="the same in every run",
            fix="let no clock and no random number decide what the file defines")


class Worker:
    """One submission: what it registered, by kind and name, and how each kind answers."""

    def __init__(
        self, setup: Setup, prepared: Prepared, lockdown: Lockdown, folder: str
    ) -> None:
        self._prepared, self._decode = prepared, prepared.decode
        self._contracts = [
            one.told(setup.told[one.kind]) if one.told and one.kind in setup.told else one
            for one in prepared.contracts]
        self._changing: Changing | None = None
        self._targets: dict[str, dict[str, Registered]] = {
            one.kind: Things(one.noun) for one in self._contracts}
        self._answers: dict[str, Answers] = {}
        lockdown.now(setup.memory_mib, setup.cpu_s, folder)
        self.folder = HERE.folder = os.getcwd()
        # Last: a submission's numpy.py or random.py must shadow nothing.
        sys.path += [os.path.join(self.folder, root).rstrip(os.sep) for root in setup.roots]
        self.importer = Importer(self.folder)
        missing.AVAILABLE[:] = setup.packages
        missing.DECORATORS.update(one.kind for one in self._contracts)
        stand_ins.install(self.folder)
        refusals.install()
        randomness.fix()

    def answer(self, header: bytes, payload: bytearray) -> tuple[Any, bytes | memoryview]:
        """The header and the payload that answer one request."""
        request = self._decode(header)
        GUARD.put(not isinstance(request, Load))
        if isinstance(request, Load):
            return load(
                request, self.importer, self._contracts, self._prepared.details, self._targets), b""
        at = Position()
        try:
            if isinstance(request, changing.REQUESTS):
                return self._changed(request, payload)
            return self.answered(request, payload, at)
        except BaseException as error:
            report_on_stderr(error, self.folder)
            return failed(error, self.folder, at), b""

    def decoded(self, request: bytes) -> Any:
        """See `changing.Kinds`."""
        return self._decode(request)

    def answered(
        self, request: Any, payload: bytearray, at: Position | None = None
    ) -> tuple[Any, bytes | memoryview]:
        """See `changing.Kinds`."""
        at, kind = at or Position(), self._prepared.kind_of[type(request)]
        answers = self._answers_of(kind, at)
        with np.errstate(all="ignore"):  # not finite is an answer, not a page of warnings
            return answers.answer(request, self._targets[kind], payload, at)

    def changeable(self, kind: str, target: Any) -> Changeable:
        """See `changing.Kinds`."""
        return self._answers_of(kind, Position()).changeable(target)

    def _answers_of(self, kind: str, at: Position) -> Answers:
        if kind not in self._answers:  # a submission without Functions need not wait for torch
            at.where = f"{self._prepared.packages[kind]}.answers"  # if it cannot be imported
            self._answers[kind] = importlib.import_module(at.where).Answers()
            at.where = ""
        return self._answers[kind]

    def _changed(self, request: Any, payload: bytearray) -> tuple[Any, bytes | memoryview]:
        # Most submissions are right, and need not wait for it.
        from cgp_harness.sandbox.worker.changing import Changing

        if self._changing is None:
            self._changing = Changing(self, self._targets)
        return self._changing.answer(request, payload)

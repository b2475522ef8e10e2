"""The headers of frames: what the grader asks, what a worker may answer.

Every text and list that a worker sends has a cap here, beside the cap of a whole header.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cgp_harness.sandbox.protocol.message_fields import MOST, Column, Name, Place, Text
from cgp_harness.sandbox.protocol.scene import Scene

Kind = Literal["raised", "exited", "read_only", "contract", "nothing", "memory", "machine"]


# --- requests ----------------------------------------------------------------------------------


class Held(Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker has imported before a submission comes near it.

    Attributes:
        forbid: dotted module names that a submission must not use.
        trusted: modules to import; they may do what a submission may not.
        kinds: packages of the kinds of thing that a file may register.
    """

    forbid: tuple[str, ...]
    trusted: tuple[str, ...]
    kinds: tuple[str, ...]


class Setup(Struct, frozen=True, forbid_unknown_fields=True, tag="setup"):
    """Lock yourself down; the answer is `Ready`. Comes first, before any student code.

    Attributes:
        held: what to import before.
        readable: files and folders that may be read besides the worker's own.
        cpu_s: seconds of CPU time after which the kernel ends the process.
        packages: what submissions may import, for messages.
        roots: folders inside the submission to import from, `""` for the submission itself.
        gpu: environment variables of a worker that may use a GPU; empty: it may not.
        told: kind -> what its contract is told of the homework.
    """

    level: str
    held: Held
    readable: tuple[str, ...]
    memory_mib: int
    cpu_s: int
    packages: tuple[str, ...]
    roots: tuple[str, ...]
    gpu: dict[str, str]
    told: dict[str, Any] = {}


class Load(Struct, frozen=True, forbid_unknown_fields=True, tag="load"):
    """Import one file; the answer is `Loaded`.

    Attributes:
        module: the dotted name that suits the path.
        cells: if it was a notebook, the lines of its cells' headings.
        within_s: seconds of CPU time after which statements are stopped, one after the other;
            0: never.
        left_out: where statements begin that are not run, in this file and in those it imports.
        cuts: where those begin from which on only definitions and imports are run.
        aloud: say `At` before each statement.
    """

    path: str
    module: str
    cells: tuple[int, ...] = ()
    within_s: float = 0.0
    left_out: tuple[Place, ...] = ()
    cuts: tuple[Place, ...] = ()
    aloud: bool = False


# --- answers -----------------------------------------------------------------------------------


class Ready(Struct, frozen=True, forbid_unknown_fields=True, tag="ready"):
    """The worker is locked down, and nothing of the submission has been near it.

    `pid`: the number of its process, which is another than the one started where a trusted package
    keeps a thread.
    """

    pid: int


class Failed(Struct, frozen=True, forbid_unknown_fields=True, tag="failed"):
    """Student code raised. The texts are those of an `ExplainedError`.

    Attributes:
        kind: `raised`: an exception, `what` is its type and text; `exited`: `sys.exit()`;
            `read_only`: it changed an input in place; `contract`: it returned something else than
            a step and the state; `nothing`: a file registers no rule, which is an error only
            if no other does; `memory`: a `MemoryError`; `machine`: a package that is trusted
            failed by itself, which is not the submission's doing.
        step: number of the step, from 1; 0 if nothing was being stepped.
        parameter: index of the parameter, from 0; -1 if there is none.
        run: which of the runs of a `RunSteps`, from 0.
        of: what might have been registered here; no error if it is elsewhere.
        scene: of what was `raised`, where and on what.
        begin, end: which bytes of the line it is about, as far as is known; both 0 if not.
    """

    kind: Kind
    what: Text
    where: Place = Place()
    expected: Text = ""
    fix: Text = ""
    step: int = 0
    parameter: int = -1
    run: Annotated[int, Meta(ge=0)] = 0
    of: Name = ""
    scene: Scene | None = None
    begin: Column = 0
    end: Column = 0


class At(Struct, frozen=True, forbid_unknown_fields=True, tag="at"):
    """Before the answer to `Load`: a statement begins there; line 0: all of them have run.

    `given_up`: it cannot be stopped, and the worker ends itself.
    """

    place: Place
    given_up: bool = False


class LoadedThing(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a file registered.

    Attributes:
        code: the same for the same code elsewhere.
        empty: it has no more than a docstring.
        undeclared: it was found by what it looks like.
        details: of its kind's own struct.
    """

    kind: Name
    name: Name
    where: Place
    code: Name = ""
    empty: bool = False
    undeclared: bool = False
    details: msgspec.Raw = msgspec.Raw(msgspec.msgpack.encode(None))


class Loaded(Struct, frozen=True, forbid_unknown_fields=True, tag="loaded"):
    """What one file registered, and what went wrong in it.

    `stopped`: where the statements begin that computed for too long; `cuts`: those from which on
    there was no time left for anything but definitions and imports.
    """

    registered: Annotated[tuple[LoadedThing, ...], Meta(max_length=MOST)]
    problems: Annotated[tuple[Failed, ...], Meta(max_length=MOST)]
    torch: bool
    stopped: Annotated[tuple[Place, ...], Meta(max_length=MOST)] = ()
    cuts: Annotated[tuple[Place, ...], Meta(max_length=MOST)] = ()


encode = msgspec.msgpack.Encoder().encode
decode_setup = msgspec.msgpack.Decoder(Setup).decode


def encode_raw(request: Any) -> msgspec.Raw:
    """A request inside another one."""
    return msgspec.Raw(encode(request))


def request_decoder(requests: Iterable[type[Any]]) -> Callable[[bytes], Any]:
    """What reads a request: `Load`, or one of these."""
    return msgspec.msgpack.Decoder(functools.reduce(operator.or_, requests, Load)).decode


def decode_answer(header: bytes, kind: type[Any]) -> Any:
    """An answer of the kind that was asked for, or `Failed`.

    Raises:
        msgspec.MsgspecError: it is something else.
    """
    try:
        return _decoder(kind)(header)
    except (UnicodeDecodeError, RecursionError) as error:  # msgspec 0.21 lets both through
        raise msgspec.DecodeError(f"no answer can be read: {type(error).__name__}") from error


def _decoder(kind: type[Any]) -> Callable[[bytes], Any]:
    """Made once: making one takes 10 µs, a tenth of a small step."""
    if kind not in _DECODERS:
        answers = kind | At | Failed if kind is Loaded else kind | Failed
        _DECODERS[kind] = msgspec.msgpack.Decoder(answers).decode
    return _DECODERS[kind]


_DECODERS: dict[type[Any], Callable[[bytes], Any]] = {}

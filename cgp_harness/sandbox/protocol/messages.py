"""The headers of frames: what the grader asks, what a worker may answer.

Every text and list that a worker sends has a cap here, beside the cap of a whole header.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cgp_harness.kinds.activation.requests import Activate, Activated
from cgp_harness.kinds.autograd_function.requests import (
    Forward,
    ForwardAnswer,
    Vjp,
    VjpAnswer,
    VjpMany,
    VjpManyAnswer,
)
from cgp_harness.kinds.backprop.requests import (
    Backpropagated,
    GraphBackward,
    GraphForward,
    Propagated,
)
from cgp_harness.registering.decorators import Kind as ExtensionKind
from cgp_harness.sandbox.protocol.message_fields import (
    MOST,
    Arrays,
    Dtype,
    Name,
    Numbers,
    Place,
    Shapes,
    Text,
)

Kind = Literal["raised", "exited", "read_only", "contract", "nothing", "memory", "machine"]


# --- requests ----------------------------------------------------------------------------------


class Setup(Struct, frozen=True, forbid_unknown_fields=True, tag="setup"):
    """Lock yourself down; the answer is `Ready`. Comes first, before any student code.

    Attributes:
        trusted: modules to import before; they may do what a submission may not.
        readable: files and folders that may be read besides the system's own.
        cpu_s: seconds of CPU time after which the kernel ends the process.
        forbid: dotted module names that a submission must not use.
        packages: what submissions may import, for messages.
        roots: folders inside the submission to import from, `""` for the submission itself.
        gpu: environment variables of a worker that may use a GPU; empty: it may not.
    """

    level: str
    trusted: tuple[str, ...]
    readable: tuple[str, ...]
    memory_mib: int
    cpu_s: int
    forbid: tuple[str, ...]
    packages: tuple[str, ...]
    roots: tuple[str, ...]
    gpu: dict[str, str]


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


class RunTrajectory(Struct, frozen=True, forbid_unknown_fields=True, tag="trajectory"):
    """Step a rule through a gradient sequence; payload (T, D) float64, so is the answer's.

    `idle`: as if the rule computed nothing, which is what all else costs. `second_group` and
    `factors` are those of `subject.Trajectory`.
    """

    rule: str
    shapes: Shapes
    arrays: Arrays
    dtype: Literal["float32", "float64"]
    writable: bool
    reuse_buffer: bool
    hyperparameters: dict[str, float]
    schedule: dict[str, tuple[float, ...]]
    idle: bool = False
    second_group: int = 0
    factors: dict[str, float] = {}


class RunStep(Struct, frozen=True, forbid_unknown_fields=True, tag="step"):
    """One step of the run behind `handle`, which `begins` with it; payload (D,) float64.

    `device`: torch's name of where tensors are, if not in the host's memory.
    """

    handle: int
    begins: bool
    rule: str
    shapes: Shapes
    arrays: Arrays
    writable: bool
    hyperparameters: dict[str, float]
    device: str = ""


class RunTrajectoryFrom(
    RunTrajectory, frozen=True, forbid_unknown_fields=True, tag="trajectory_from"
):
    """The same for a rule that looks at the parameters; their values come first, (D,), before the
    gradients. They move by the steps that it takes."""


class RunStepAt(RunStep, frozen=True, forbid_unknown_fields=True, tag="step_at"):
    """The same for a rule that looks at the parameters; their values come before the gradient."""


class RunSteps(Struct, frozen=True, forbid_unknown_fields=True, tag="steps"):
    """One step of each of several runs; the payloads one after the other, so are the answer's."""

    steps: tuple[RunStep | RunStepAt, ...]


Request = (
    Setup | Load | RunTrajectory | RunTrajectoryFrom | RunStep | RunStepAt | RunSteps | Forward
    | Vjp | VjpMany | Activate | GraphForward | GraphBackward
)


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
    """

    kind: Kind
    what: Text
    where: Place = Place()
    expected: Text = ""
    fix: Text = ""
    step: int = 0
    parameter: int = -1
    run: Annotated[int, Meta(ge=0)] = 0


class At(Struct, frozen=True, forbid_unknown_fields=True, tag="at"):
    """Before the answer to `Load`: a statement begins there; line 0: all of them have run.

    `given_up`: it cannot be stopped, and the worker ends itself.
    """

    place: Place
    given_up: bool = False


class LoadedRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of `subject.RuleInfo`; `code` is the same for the same code elsewhere; `empty`: it
    has no more than a docstring."""

    name: Name
    kind: Literal["function", "torch"]
    where: Place
    state: Numbers
    hyperparameters: Numbers
    fixed: Annotated[dict[Name, Name], Meta(max_length=MOST)]
    code: Name = ""
    sees_parameter: bool = False
    empty: bool = False


class LoadedExtension(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of `subject.ExtensionInfo`; `code` and `empty` as in `LoadedRule`."""

    kind: ExtensionKind
    name: Name
    where: Place
    code: Name = ""
    empty: bool = False


class Loaded(Struct, frozen=True, forbid_unknown_fields=True, tag="loaded"):
    """What one file registered, and what went wrong in it.

    `stopped`: where the statements begin that computed for too long; `cuts`: those from which on
    there was no time left for anything but definitions and imports.
    """

    rules: Annotated[tuple[LoadedRule, ...], Meta(max_length=MOST)]
    problems: Annotated[tuple[Failed, ...], Meta(max_length=MOST)]
    torch: bool
    extensions: Annotated[tuple[LoadedExtension, ...], Meta(max_length=MOST)] = ()
    stopped: Annotated[tuple[Place, ...], Meta(max_length=MOST)] = ()
    cuts: Annotated[tuple[Place, ...], Meta(max_length=MOST)] = ()


class Stepped(Struct, frozen=True, forbid_unknown_fields=True, tag="stepped"):
    """The steps are in the payload; `dtype` is what the first of them came in."""

    dtype: Dtype


encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode


def decode_answer(header: bytes, kind: type[Any]) -> Any:
    """An answer of the kind that was asked for, or `Failed`.

    Raises:
        msgspec.MsgspecError: it is something else.
    """
    try:
        return _DECODERS[kind](header)
    except (UnicodeDecodeError, RecursionError) as error:  # msgspec 0.21 lets both through
        raise msgspec.DecodeError(f"no answer can be read: {type(error).__name__}") from error


# Made beforehand: making one takes 10 µs, a tenth of a small step.
_DECODERS: dict[type[Any], Callable[[bytes], Any]] = {
    kind: msgspec.msgpack.Decoder(kind | Failed).decode
    for kind in (
        Ready, Stepped, ForwardAnswer, VjpAnswer, VjpManyAnswer, Activated, Propagated,
        Backpropagated,
    )
}
_DECODERS[Loaded] = msgspec.msgpack.Decoder(Loaded | At | Failed).decode

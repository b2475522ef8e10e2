"""What can be asked of a submission's `torch.autograd.Function`s: values, and gradients.

Derivatives are checked in the grader: points go out, values and vector-Jacobian products (VJPs)
come back, and the arithmetic is done here. All numbers travel as float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from cgp_harness.model import Floats
from cgp_harness.subject import Subject

Shape = tuple[int, ...]
Numbers = Literal["real", "int", "bool"]
Scenario = Literal[
    "plain", "sum", "retained", "two_nodes", "temporaries", "other_shape",
    "changed_after_forward", "cycle",
]
"""What happens around a VJP.

`plain`: one forward, one backward. `sum`: the cotangent is that of `output.sum()`, an expanded
tensor of ones with stride 0; the cotangent sent must be ones. `retained`: backward twice with
`retain_graph`. `two_nodes`: forward at two points, then backward of the second and of the first;
and once more in the other order. `temporaries`: the same with inputs that were computed and are
gone after forward; the second ones are at the same `id()`, and then in the same memory, if what
belonged to the first is free. `other_shape`: a forward at inputs of the shapes `between`, before
backward of the first. `changed_after_forward`: inputs are changed in place to the second point
before backward, those whose numbers differ there, which must raise or change nothing. `cycle`: the
node must be gone once its output is, without the garbage collector; backward does not run.
"""
Layout = Literal[
    "plain", "sliced", "transposed", "expanded", "expanded_last", "channels_last"]
"""How the numbers of a tensor lie in memory.

`plain`: one after the other. `sliced`: every second number of a wider tensor. `transposed`: the
last axis outermost. `expanded`: one for all along the first axis, with a stride of 0; they must be
equal there. `expanded_last`: likewise along the last axis. `channels_last`: as torch names it, of
four axes; plain where there are others.
"""
ROWS = {"retained": 2, "two_nodes": 4, "temporaries": 4, "cycle": 0}
"""Gradients that a scenario gives; 1 of all others."""


@dataclass(frozen=True)
class Call:
    """How a Function is called.

    Args:
        function: its registered name.
        shapes: of each input; D is their total size.
        output: shape of what must come out; E is its size.
        dtype: of the inputs, `float64` or `float32`; the cotangent has that of the output.
        needs: which inputs require a gradient; all if left out.
        layout: how the inputs lie in memory.
        arriving: how the cotangent does.
        device: where the inputs lie, as torch names it.
        between: of `other_shape`, the shapes of that call.
        numbers: of what each input is: `real`, `int` or `bool`; real ones if left out.
        given: values of the arguments after the inputs; their defaults if left out.
    """

    function: str
    shapes: tuple[Shape, ...]
    output: Shape
    dtype: Literal["float64", "float32"] = "float64"
    needs: tuple[bool, ...] = ()
    layout: Layout = "plain"
    arriving: Layout = "plain"
    device: str = "cpu"
    between: tuple[Shape, ...] = ()
    numbers: tuple[Numbers, ...] = ()
    given: tuple[float, ...] = ()


@dataclass(frozen=True)
class Forwarded:
    """Outputs at K points.

    Args:
        values: (K, E); zeros where the shape is another than was expected.
        dtype: what they came in.
        shape: what they came in.
        differentiable: whether the output requires a gradient.
        changed: index of the first input that was changed in place; -1 if none was.
    """

    values: Floats
    dtype: str
    shape: Shape
    differentiable: bool
    changed: int = -1


@dataclass(frozen=True)
class Returned:
    """What `backward` itself returned for one input, before Autograd made a gradient of it."""

    shape: Shape | None
    dtype: str = ""


@dataclass(frozen=True)
class Differentiated:
    """What one backward, or those of a scenario, left.

    Args:
        gradients: (R, D), one row per backward; 0 for an input without a gradient.
        arrived: of each input, whether a gradient arrived at it.
        returned: what the last `backward` returned, one per value; a shape None stands for None.
        changed: what was changed in place: `cotangent`, `input 0`, …; empty if nothing was.
        kept: names of the ctx's own attributes that hold tensors after forward.
        refused: torch's message, where it refused what `backward` returned, or to go backward
            after the inputs were changed; empty if it did not.
        collected: of `cycle`: whether the node was gone.
    """

    gradients: Floats
    arrived: tuple[bool, ...]
    returned: tuple[Returned, ...]
    changed: str = ""
    kept: tuple[str, ...] = ()
    refused: str = ""
    collected: bool = True


class Functions(Protocol):
    """Every method raises `SubjectError` when the student's code is at fault."""

    def forward(self, call: Call, points: Floats) -> Forwarded:
        """Call the Function at each of K points (K, D)."""
        ...

    def vjp(
        self, call: Call, points: Floats, cotangents: Floats, scenario: Scenario = "plain"
    ) -> Differentiated:
        """Forward and backward, watched: (P, D) and (P, E) to (R, D).

        P is 2 of `two_nodes`, `temporaries` and `changed_after_forward`, else 1.
        """
        ...

    def vjp_many(self, call: Call, points: Floats, cotangents: Floats) -> Floats:
        """K times forward and backward, each on its own: (K, D) and (K, E) to (K, D).

        Raises:
            SubjectError: also where an input that needs a gradient gets none.
        """
        ...


def functions(subject: Subject) -> Functions:
    """What can be asked of a submission's."""
    found: Functions = subject.of("autograd_function")
    return found

"""A Function inside a training: asked of the student's worker, or computed as it is specified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from cgp_harness.kinds.autograd_function.probes.finding import RAISED
from cgp_harness.kinds.autograd_function.probes.words import plural
from cgp_harness.kinds.autograd_function.questions import Call, Functions, Shape
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Floats, Problem, Status
from cgp_harness.probing.derivatives.ridders import STEP, ridders
from cgp_harness.subject import SubjectError


class AtWork(Protocol):
    """A Function, called K times at once: all arrays begin with an axis of K calls."""

    def forward(self, inputs: Sequence[Floats], output: Floats) -> Floats:
        """The outputs, in the shape of `output`, whose numbers do not matter."""
        ...

    def backward(
        self, inputs: Sequence[Floats], cotangent: Floats, needs: Sequence[bool]
    ) -> list[Floats]:
        """A gradient per input, in its shape; of no meaning where none is needed."""
        ...


@dataclass(frozen=True)
class Asked:
    """The student's Function: one request for all K calls.

    Args:
        functions: of the submission.
        name: its registered name.
        inputs: their names.
        device: as torch names it.
        shape: of an elementwise Function, in which shape its numbers are sent; as they come if
            none is given.
    """

    functions: Functions
    name: str
    inputs: tuple[str, ...]
    device: str = "cpu"
    shape: Shape | None = None

    def forward(self, inputs: Sequence[Floats], output: Floats) -> Floats:
        """See `AtWork`.

        Raises:
            SubjectError: it raised, or gave another shape.
        """
        sent, out = self._shaped(inputs), self._shaped([output])[0]
        sizes = _sizes(sent, out)
        with self._named(sizes):
            answer = self.functions.forward(
                Call(self.name, sizes.inputs, sizes.output, device=self.device), _rows(sent))
        if answer.shape != sizes.output:
            raise SubjectError(Problem(
                Status.STUDENT_ERROR,
                f"{self.name} gives an output of shape {answer.shape} inside the network",
                expected=f"the shape {sizes.output}"), "contract")
        return answer.values.reshape(output.shape)

    def backward(
        self, inputs: Sequence[Floats], cotangent: Floats, needs: Sequence[bool]
    ) -> list[Floats]:
        """See `AtWork`.

        Raises:
            SubjectError: also where an input that needs a gradient gets none.
        """
        sent, [arriving] = self._shaped(inputs), self._shaped([cotangent])
        sizes = _sizes(sent, arriving)
        call = Call(
            self.name, sizes.inputs, sizes.output, needs=tuple(needs), device=self.device)
        with self._named(sizes):
            rows = self.functions.vjp_many(call, _rows(sent), _rows([arriving]))
        parts = zip(*(sizes.parts(row) for row in rows), strict=True)
        return [np.stack(part).reshape(one.shape) for part, one in zip(parts, inputs, strict=True)]

    def _shaped(self, arrays: Sequence[Floats]) -> list[Floats]:
        return [one if self.shape is None else one.reshape(-1, *self.shape) for one in arrays]

    @contextmanager
    def _named(self, sizes: Sizes) -> Iterator[None]:
        """What is raised says for which shapes."""
        try:
            yield
        except SubjectError as error:
            if error.kind not in RAISED:
                raise
            where = f"inside the network, for {plural(sizes.inputs, self.inputs)}"
            problem = replace(error.problem, what=f"{where}: {error.problem.what}")
            raise SubjectError(problem, error.kind) from error


@dataclass(frozen=True)
class AsSpecified:
    """What the specification says, in this process."""

    specification: Specification

    def forward(self, inputs: Sequence[Floats], output: Floats) -> Floats:
        """See `AtWork`."""
        forward = self.specification.forward
        if forward is None:
            raise ValueError(f"{self.specification.name} does not say what forward computes")
        return np.stack([forward(*one) for one in zip(*inputs, strict=True)])

    def backward(
        self, inputs: Sequence[Floats], cotangent: Floats, needs: Sequence[bool]
    ) -> list[Floats]:
        """See `AtWork`; the derivative of forward where no other gradient is specified."""
        vjp = self.specification.vjp
        if vjp is None:
            [x] = inputs
            slope = ridders(
                lambda offsets: self._values(x.ravel() + offsets), np.full(x.size, STEP))
            return [cotangent * slope.derivative.reshape(x.shape)]
        each = [vjp(g, *one) for g, *one in zip(cotangent, *inputs, strict=True)]
        return [np.stack(parts) for parts in zip(*each, strict=True)]

    def _values(self, x: Floats) -> Floats:
        values: Floats = self.forward([x[None]], x[None])[0]
        return values


class Relu:
    """What stands in the hidden units where nothing is extended."""

    def forward(self, inputs: Sequence[Floats], output: Floats) -> Floats:
        """See `AtWork`."""
        return np.maximum(inputs[0], 0.0)

    def backward(
        self, inputs: Sequence[Floats], cotangent: Floats, needs: Sequence[bool]
    ) -> list[Floats]:
        """See `AtWork`; the derivative at 0 is 0, as in torch."""
        return [cotangent * (inputs[0] > 0)]


def _sizes(inputs: Sequence[Floats], output: Floats) -> Sizes:
    return Sizes(tuple(one.shape[1:] for one in inputs), output.shape[1:])


def _rows(arrays: Sequence[Floats]) -> Floats:
    """One row (D,) per call."""
    return np.concatenate([one.reshape(len(one), -1) for one in arrays], axis=1)

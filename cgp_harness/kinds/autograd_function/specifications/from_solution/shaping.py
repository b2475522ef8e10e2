"""At which shapes a right answer can be asked, and what shape it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.questions import Shape
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.model import Floats


@dataclass(frozen=True, eq=False)
class Shaping:
    """Shapes of the inputs of an answer to that of its output.

    Args:
        oracle: the answer.
        said: what it raised last, where it gave nothing.
        empty: whether it is asked for nothing, too, such as an empty batch.
    """

    oracle: Oracle
    said: list[str] = field(default_factory=list)
    empty: bool = False

    def output_of(self, inputs: Sequence[Shape]) -> Shape | None:
        """The shape that it gives; None if it raises, or if something is empty, unless that is
        asked for: few handouts say that there is an empty batch, and forms that are right otherwise
        fail there."""
        if not self.empty and any(0 in shape for shape in inputs):
            return None
        try:
            shape: Shape = self.oracle.forward(*self._some(inputs)).shape
        except HarnessError:
            raise
        except Exception as error:
            self.said[:] = [f"{type(error).__name__}: {error}"]
            return None
        return None if 0 in shape and not self.empty else shape

    def require_as_noted(self, inputs: Sequence[Shape], output: Shape) -> None:
        """See that an output is of the axes that the answer says it has.

        Raises:
            HarnessError: it is of others.
        """
        noted, sizes = self.oracle.signature.result, dict[str, int]()
        if noted is None:
            return
        for one, shape in zip(self.oracle.signature.arrays, inputs, strict=True):
            sizes.update(zip(one.axes.split(), shape, strict=True))
        axes = noted.split()
        expected = [int(axis) if axis.isdigit() else sizes.get(axis) for axis in axes]
        if len(axes) == len(output) and all(
                one in (None, size) for one, size in zip(expected, output, strict=True)):
            return
        listed = ", ".join(
            f"{one.name} of shape {shape}"
            for one, shape in zip(self.oracle.signature.arrays, inputs, strict=True))
        raise HarnessError(
            f"{self.oracle.name} gives an output of shape {output} for {listed}",
            where=self.oracle.where, expected=f"the axes {noted!r}, as it says itself")

    def require_elementwise(self) -> None:
        """See that a number gets the same value in any shape and company.

        Raises:
            HarnessError: it gets another.
        """
        numbers = np.linspace(0.1, 0.9, 6)
        shaped = [numbers, numbers.reshape(2, 3), *numbers.reshape(6, 1), *np.split(numbers, 6)]
        [array] = self.oracle.signature.arrays
        found = [self._value(one, array.name) for one in shaped]
        alone = np.concatenate([one.reshape(-1) for one in found[2:]])
        if [one.shape for one in found] == [one.shape for one in shaped] and all(
                np.allclose(one.reshape(-1), np.resize(alone, one.size), equal_nan=True)
                for one in (*found[:2], alone)):
            return
        raise self._not_elementwise("gives a number another value when others stand beside it")

    def _value(self, numbers: Floats, name: str) -> Floats:
        try:
            return self.oracle.forward(numbers)
        except HarnessError:
            raise
        except Exception as error:
            raise self._not_elementwise(
                f"raises {type(error).__name__} for {name} of shape {numbers.shape}: {error}"
            ) from error

    def _not_elementwise(self, what: str) -> HarnessError:
        [array] = self.oracle.signature.arrays
        return HarnessError(
            f"{self.oracle.name} {what}", where=self.oracle.where,
            expected=f"a function of each number by itself, since no axes of {array.name!r} are "
            "named", fix=f'write `{array.name}: "B n"`, with a name for each axis')

    def _some(self, inputs: Sequence[Shape]) -> list[Floats]:
        """Numbers in these shapes, zeros where they are integers: here only shapes matter."""
        draw = np.random.default_rng(0)
        return [draw.uniform(0.5, 0.9, shape) * (one.numbers == "real")
                for one, shape in zip(self.oracle.signature.arrays, inputs, strict=True)]

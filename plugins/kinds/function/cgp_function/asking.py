"""Questions to a submission's functions, over its worker."""

import math
from collections.abc import Sequence

import numpy as np

from cgp_function.requests import Evaluate, Evaluated, Library, Numbers, Shape
from cgp_harness.model import Floats
from cgp_harness.sandbox.host.asking import AskingByName


class AskingFunction(AskingByName):
    """What can be asked: values."""

    def value(
        self, name: str, arguments: Sequence[Floats], numbers: Sequence[Numbers], shape: Shape,
        library: Library,
    ) -> Floats:
        """Of the function called `name` at these arguments, in this shape.

        Raises:
            SubjectError: the student's code is at fault.
        """
        request, payload = evaluate(name, arguments, numbers, shape, library)
        _, values = self.ask(request, Evaluated, payload, 8 * math.prod(shape))
        return np.frombuffer(values, np.float64).reshape(shape)


asking = AskingFunction


def evaluate(
    name: str, arguments: Sequence[Floats], numbers: Sequence[Numbers], shape: Shape,
    library: Library,
) -> tuple[Evaluate, bytes]:
    """The request for a value, and its payload."""
    request = Evaluate(
        name, tuple(one.shape for one in arguments), tuple(numbers), shape, library)
    return request, b"".join(np.asarray(one, np.float64).tobytes() for one in arguments)

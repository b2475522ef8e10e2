"""A class over parameters with a value that has a derivative or a gradient; right."""

from typing import Sequence

from .module import Parameter
from .scalar import Scalar


class Optimizer:
    def __init__(self, parameters: Sequence[Parameter]):
        self.parameters = parameters


class SGD(Optimizer):
    def __init__(self, parameters: Sequence[Parameter], lr: float = 1e-3, momentum: float = 0.9):
        super().__init__(parameters)
        self.lr, self.momentum = lr, momentum
        self.speeds = [0.0] * len(parameters)

    def step(self) -> None:
        for i, p in enumerate(self.parameters):
            if p.value is None:
                continue
            number = isinstance(p.value, Scalar) or hasattr(p.value, "derivative")
            slope = p.value.derivative if number else p.value.grad
            if slope is not None:
                self.speeds[i] = self.momentum * self.speeds[i] + slope
                p.update(p.value - self.lr * self.speeds[i])

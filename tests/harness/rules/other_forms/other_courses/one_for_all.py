"""Objects that are told a weight's name, on a base class, with the rate in a closure; right."""

from abc import ABC, abstractmethod

import numpy as np


class Base(ABC):
    def __init__(self, lr, schedule=None):
        self.kept, self.steps = {}, 0
        self.rate = schedule or (lambda step: lr)

    @abstractmethod
    def update(self, param, param_grad, param_name):
        ...


class SGD(Base):
    def __init__(self, lr=1e-3, momentum=0.9, schedule=None, **others):
        super().__init__(lr, schedule)
        self.hyperparameters = {"id": "SGD", "momentum": momentum}

    def update(self, param, param_grad, param_name, cur_loss=None):
        speed = self.kept.get(param_name, np.zeros_like(param))
        speed = self.hyperparameters["momentum"] * speed + self.rate(self.steps) * param_grad
        self.kept[param_name] = speed
        return param - speed


class Adam(Base):
    def __init__(self, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8, schedule=None, **others):
        super().__init__(lr, schedule)
        self.hyperparameters = {"id": "Adam", "eps": eps, "d1": b1, "d2": b2}

    def update(self, param, param_grad, param_name, cur_loss=None):
        given = self.hyperparameters
        t, mean, square = self.kept.get(param_name, (0, 0.0, 0.0))
        t += 1
        mean = given["d1"] * mean + (1 - given["d1"]) * param_grad
        square = given["d2"] * square + (1 - given["d2"]) * param_grad**2
        self.kept[param_name] = t, mean, square
        up, down = mean / (1 - given["d1"]**t), square / (1 - given["d2"]**t)
        return param - self.rate(self.steps) * up / (np.sqrt(down) + given["eps"])

"""Objects that update one weight each; the tasks of `step_size`, right."""

import numpy as np


class StochasticGradientDescent:
    def __init__(self, learning_rate=1e-3, momentum=0.9):
        self.learning_rate, self.momentum, self.change = learning_rate, momentum, None

    def update(self, w, grad_wrt_w):
        before = np.zeros(np.shape(w)) if self.change is None else self.change
        self.change = self.momentum * before + self.learning_rate * grad_wrt_w
        return w - self.change


class Adagrad:
    def __init__(self, learning_rate=1e-3):
        self.learning_rate, self.squares, self.eps = learning_rate, 0.0, 1e-8

    def update(self, w, grad_wrt_w):
        self.squares = self.squares + np.power(grad_wrt_w, 2)
        return w - self.learning_rate * grad_wrt_w / np.sqrt(self.squares + self.eps)


class RMSprop:
    eps = 1e-8

    def __init__(self, learning_rate=1e-3, rho=0.9):
        self.learning_rate, self.rho, self.mean = learning_rate, rho, None

    def update(self, w, grad_wrt_w):
        if self.mean is None:
            self.mean = np.zeros_like(grad_wrt_w)
        self.mean = self.rho * self.mean + (1 - self.rho) * grad_wrt_w * grad_wrt_w
        return w - self.learning_rate * grad_wrt_w / np.sqrt(self.mean + self.eps)


class Adam:
    def __init__(self, learning_rate=1e-3, b1=0.9, b2=0.999):
        self.learning_rate, self.eps = learning_rate, 1e-8
        self.b1, self.b2, self.t = b1, b2, 0
        self.m = self.v = None

    def update(self, w, grad_wrt_w):
        if self.t == 0:
            self.m, self.v = np.zeros_like(w), np.zeros_like(w)
        self.t += 1
        self.m = self.b1 * self.m + (1 - self.b1) * grad_wrt_w
        self.v = self.b2 * self.v + (1 - self.b2) * np.square(grad_wrt_w)
        first, second = self.m / (1 - self.b1**self.t), self.v / (1 - self.b2**self.t)
        return w - self.learning_rate * first / (np.sqrt(second) + self.eps)

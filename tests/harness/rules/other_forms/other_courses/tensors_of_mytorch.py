"""Classes on a package's base class, state by index; right."""

import numpy as np
from mytorch.optim.optimizer import Optimizer


class SGD(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params)
        self.lr, self.momentum = lr, momentum
        self.speeds = [np.zeros(t.shape) for t in self.params]

    def step(self):
        for i in range(len(self.params)):
            self.speeds[i] = self.momentum * self.speeds[i] - self.lr * self.params[i].grad.data
            self.params[i].data = self.params[i].data + self.speeds[i]


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params)
        (self.b1, self.b2), self.lr, self.eps, self.t = betas, lr, eps, 0
        self.m = [np.zeros_like(p.data) for p in self.params]
        self.v = [np.zeros_like(p.data) for p in self.params]

    def step(self):
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v):
            m += (1 - self.b1) * (p.grad.data - m)
            v += (1 - self.b2) * (p.grad.data ** 2 - v)
            p.data -= self.lr * m / (1 - self.b1**self.t) / (
                np.sqrt(v / (1 - self.b2**self.t)) + self.eps)

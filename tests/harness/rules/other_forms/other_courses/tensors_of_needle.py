"""Classes over a package's tensors, state by tensor; right."""

import needle as ndl
import numpy as np


class Optimizer:
    def __init__(self, params):
        self.params = params

    def step(self):
        raise NotImplementedError


class SGD(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9, weight_decay=0.0):
        super().__init__(params)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.u = {}

    def step(self):
        for w in self.params:
            gradient = w.grad.data + self.weight_decay * w.data
            if w not in self.u:
                self.u[w] = ndl.init.zeros(*w.shape, device=w.device, dtype=w.dtype)
            self.u[w] = self.momentum * self.u[w] + gradient
            w.data = w.data - self.lr * self.u[w].data


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        super().__init__(params)
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.weight_decay, self.t = weight_decay, 0
        self.m, self.v = {}, {}

    def step(self):
        self.t += 1
        for p in self.params:
            if p.grad is None:
                continue
            gradient = ndl.Tensor(p.grad, dtype="float32").data + self.weight_decay * p.data
            self.m[p] = self.beta1 * self.m.get(p, 0) + (1 - self.beta1) * gradient.detach()
            self.v[p] = self.beta2 * self.v.get(p, 0) + (1 - self.beta2) * gradient.numpy() ** 2
            first = self.m[p] / (1 - self.beta1**self.t)
            second = self.v[p] / (1 - self.beta2**self.t)
            p.data -= ndl.Tensor(self.lr * first / (np.sqrt(second) + self.eps))

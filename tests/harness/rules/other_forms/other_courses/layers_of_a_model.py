"""A class over the layers of a model, in single precision; right."""

import numpy as np


class SGD:
    def __init__(self, model, lr=1e-3, momentum=0.9):
        self.layers, self.lr, self.mu = model.layers[::2], lr, momentum
        self.v_W = [np.zeros(one.W.shape, dtype="f") for one in self.layers]
        self.v_b = [np.zeros(one.b.shape, dtype="f") for one in self.layers]

    def step(self):
        for i, one in enumerate(self.layers):
            self.v_W[i] = self.mu * self.v_W[i] + one.dLdW
            self.v_b[i] = self.mu * self.v_b[i] + one.dLdb
            one.W = one.W - self.lr * self.v_W[i]
            one.b = one.b - self.lr * self.v_b[i]

"""Classes over lists of arrays; one returns what it made. Three of `step_size`, right."""

import numpy as np


class MomentumOptimizer:
    def __init__(self, learning_rate=1e-3, gamma=0.9):
        self.learning_rate, self.gamma = learning_rate, gamma
        self.speeds = []

    def update(self, params, grads):
        self.speeds = self.speeds or [np.zeros(p.shape) for p in params]
        for i in range(len(params)):
            self.speeds[i] = self.gamma * self.speeds[i] + grads[i]
            params[i] -= self.learning_rate * self.speeds[i]


class AdaGradOptimizer:
    def __init__(self, learning_rate=1e-3, epsilon=1e-8):
        self.learning_rate, self.epsilon, self.sums = learning_rate, epsilon, None

    def update(self, params, grads):
        if self.sums is None:
            self.sums = [0] * len(params)
        self.sums = [s + g**2 for s, g in zip(self.sums, grads)]
        return [p - self.learning_rate * g / np.sqrt(s + self.epsilon)
                for p, g, s in zip(params, grads, self.sums)]


class MyAdam:
    def __init__(self, alpha=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self._kept = {"rate": -alpha, "betas": betas, "eps": eps, "k": 0}

    def update(self, params, grads):
        kept = self._kept
        kept["k"] += 1
        for i, g in enumerate(grads):
            hats = []
            for beta, power in zip(kept["betas"], (1, 2)):
                old = kept.get((i, power), 0)
                kept[i, power] = beta * old + (1 - beta) * g**power
                hats.append(kept[i, power] / (1 - beta ** kept["k"]))
            params[i] += kept["rate"] * hats[0] / (np.sqrt(hats[1]) + kept["eps"])

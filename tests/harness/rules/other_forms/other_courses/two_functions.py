"""init and update: of a function that returns both, of one beside the other, of a class; right."""

from typing import NamedTuple

import numpy as np


class Both(NamedTuple):
    init: object
    update: object


class State(NamedTuple):
    count: int
    mu: dict
    nu: dict


def adam(learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    def init(params):
        return State(0, *({name: np.zeros_like(p) for name, p in params.items()} for _ in "mv"))

    def update(grads, state, params=None):
        k = state.count + 1
        mu = {name: b1 * state.mu[name] + (1 - b1) * g for name, g in grads.items()}
        nu = {name: b2 * state.nu[name] + (1 - b2) * g * g for name, g in grads.items()}
        updates = {
            name: -learning_rate * mu[name] / (1 - b1**k) / (
                np.sqrt(nu[name] / (1 - b2**k)) + eps) for name in grads}
        return updates, State(k, mu, nu)

    return Both(init, update)


def rmsprop_init(params):
    return np.zeros_like(params)


def rmsprop_update(grads, state, params=None, lr=1e-3, rho=0.9, eps=1e-8):
    state = rho * state + (1 - rho) * grads**2
    return -lr * grads / np.sqrt(state + eps), state


class Adagrad:
    def __init__(self, lr=1e-3, eps=1e-8):
        self.lr, self.eps = lr, eps

    def init(self, params):
        return [np.zeros_like(p) for p in params]

    def update(self, grads, state):
        state = [s + g * g for s, g in zip(state, grads)]
        return [-self.lr * g / (np.sqrt(s) + self.eps) for s, g in zip(state, grads)], state


def momentum(step_size=1e-3, mu=0.9):
    def init(params):
        return [0.0 for _ in params]

    def update(grads, state):
        state = [mu * v + g for v, g in zip(state, grads)]
        return [-step_size * v for v in state], state

    return init, update

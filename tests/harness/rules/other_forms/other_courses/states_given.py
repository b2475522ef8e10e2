"""Functions of tensors, states and a dict, eps in the code; the tasks of `step_size`, right."""

import torch


def sgd_momentum(params, states, hyperparams):
    for p, v in zip(params, states):
        with torch.no_grad():
            v[:] = hyperparams["momentum"] * v + p.grad
            p[:] -= hyperparams["lr"] * v
        p.grad.data.zero_()


def adagrad(params, states, hyperparams):
    for p, s in zip(params, states):
        with torch.no_grad():
            s[:] += p.grad**2
            p[:] -= hyperparams["lr"] * p.grad / torch.sqrt(s + 1e-8)


def rmsprop(params, states, hyperparams):
    gamma, eps = hyperparams["gamma"], 1e-8
    for p, s in zip(params, states):
        with torch.no_grad():
            s[:] = gamma * s + (1 - gamma) * torch.square(p.grad)
            p.data[:] -= hyperparams["lr"] * p.grad / torch.sqrt(s + eps)


def adam(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    k = hyperparams["t"]
    for p, (m, v) in zip(params, states):
        with torch.no_grad():
            m[:] = beta1 * m + (1 - beta1) * p.grad
            v[:] = beta2 * v + (1 - beta2) * torch.square(p.grad)
            p -= hyperparams["lr"] * (m / (1 - beta1**k)) / (torch.sqrt(v / (1 - beta2**k)) + eps)
    hyperparams["t"] += 1

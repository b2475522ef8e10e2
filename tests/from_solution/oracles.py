"""What torch has of the same, beside the solutions; where it has not, the published algorithm."""

from __future__ import annotations

from math import copysign, sqrt

import numpy as np
import torch
from torch.nn import functional

OPTIMIZERS = {
    "nesterov": lambda p, lr, mu: torch.optim.SGD(p, lr, momentum=mu, nesterov=mu > 0),
    "adamw": lambda p, lr, beta1, beta2, eps, weight_decay: torch.optim.AdamW(
        p, lr, (beta1, beta2), eps, weight_decay),
    "adadelta": torch.optim.Adadelta,
    "nadam": lambda p, lr, beta1, beta2, eps, momentum_decay: torch.optim.NAdam(
        p, lr, (beta1, beta2), eps, momentum_decay=momentum_decay),
    "amsgrad": lambda p, lr, beta1, beta2, eps: torch.optim.Adam(
        p, lr, (beta1, beta2), eps, amsgrad=True),
    "adamax": lambda p, lr, beta1, beta2, eps: torch.optim.Adamax(p, lr, (beta1, beta2), eps),
}
FUNCTIONS = {
    "softplus": lambda x: functional.softplus(x, threshold=40),
    "gelu": functional.gelu,
    "log_softmax": lambda x: functional.log_softmax(x, dim=1),
    "layer_norm": lambda x, gain, bias: functional.layer_norm(x, gain.shape, gain, bias, 1e-5),
    "rms_norm": lambda x, gain: functional.rms_norm(x, gain.shape, gain, 1e-6),
    "cross_entropy_numpy": functional.cross_entropy,
}


def lion(x, gradients, hyper) -> list[float]:
    """Steps of one number: Chen et al. 2023, Algorithm 2, its average as a sum over all before."""
    steps = []
    for k, h in enumerate(hyper):
        average = (1 - h["beta2"]) * sum(
            h["beta2"] ** (k - 1 - i) * gradients[i] for i in range(k))
        c = h["beta1"] * average + (1 - h["beta1"]) * gradients[k]
        steps.append(h["lr"] * ((copysign(1, c) if c else 0) + h["weight_decay"] * x))
        x -= steps[-1]
    return steps


def yogi(_, gradients, hyper) -> list[float]:
    """Steps of one number: Zaheer et al. 2018, Algorithm 2, with v from 1e-6."""
    steps, m, v = [], 0.0, 1e-6
    for g, h in zip(gradients, hyper, strict=True):
        m = h["beta1"] * m + (1 - h["beta1"]) * g
        if v != g * g:
            v -= (1 - h["beta2"]) * copysign(g * g, v - g * g)
        steps.append(h["lr"] * m / (sqrt(v) + h["eps"]))
    return steps


PUBLISHED = {"lion": lion, "yogi": yogi}


def steps(folder, defaults, training) -> np.ndarray:
    """The steps (T, N) of the same rule elsewhere."""
    if folder in OPTIMIZERS:
        return _torch_steps(folder, defaults, training)
    hyper = [{**defaults, **given} for given in training.hyperparameters]
    starts = np.concatenate([one.ravel() for one in training.start])
    columns = np.array([np.concatenate([one.ravel() for one in row]) for row in training.gradients])
    return np.array([
        PUBLISHED[folder](start, column, hyper)
        for start, column in zip(starts.tolist(), columns.T.tolist(), strict=True)]).T


def _torch_steps(folder, defaults, training) -> np.ndarray:
    parameters = [torch.nn.Parameter(torch.tensor(one)) for one in training.start]
    own, rows = None, []
    for gradients, given in zip(training.gradients, training.hyperparameters, strict=True):
        own = own or OPTIMIZERS[folder](parameters, **{**defaults, **given})
        for group in own.param_groups:
            group["lr"] = given.get("lr", group["lr"])
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = torch.tensor(gradient)
        before = [parameter.detach().clone() for parameter in parameters]
        own.step()
        rows.append(np.concatenate([
            (old - new.detach()).numpy().ravel()
            for old, new in zip(before, parameters, strict=True)]))
    return np.array(rows)


def outputs(folder, asked) -> list[list[np.ndarray]]:
    """Of each call the value and, of Functions, the gradients, by torch."""
    found = []
    for call in asked:
        *given, cotangent = call.tensors()
        given = [one.requires_grad_() for one in given]
        value = FUNCTIONS[folder](*given)
        back = () if folder.endswith("_numpy") else torch.autograd.grad(value, given, cotangent)
        found.append([value.detach().numpy(), *(one.numpy() for one in back)])
    return found

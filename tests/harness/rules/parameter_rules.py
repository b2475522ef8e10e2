"""Rules that look at the parameter: the specified ones, right ways to write them, and wrong ones.

A specified rule is what a grader would hold; the submission has each in numpy, on tensors, as a
class of torch's and on single numbers. A name is the specified rule's, then how it is written, or
what is wrong with it.
"""

from __future__ import annotations

import inspect

from cgp_harness.sandbox.host import levels
from cgp_reference.decorator import optimizer

LEVEL = "plain" if levels.available()["landlock"] else "landlock"
DECAY = 0.25
"""Default of `weight_decay` below: no probe sets it."""


@optimizer(v=0)
def sgdw(g, p, v, lr=1e-3, mu=0.9, weight_decay=DECAY):
    v = mu * v + g
    return lr * v + lr * weight_decay * p, v


@optimizer(m=0, v=0)
def adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=DECAY):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return lr * m_hat / (v_hat**0.5 + eps) + lr * weight_decay * p, m, v


@optimizer
def lars(g, p, lr=1e-3, weight_decay=DECAY):
    size, slope = ((p * p).sum()) ** 0.5, ((g * g).sum()) ** 0.5
    return lr * size / (slope + weight_decay * size + 1e-8) * (g + weight_decay * p)


SPECIFIED = {rule.name: rule for rule in (sgdw, adamw, lars)}
SOLUTION = "\n\n".join([
    "from cgp_harness import optimizer", f"DECAY = {DECAY}",
    *(inspect.getsource(rule.function) for rule in SPECIFIED.values())])
"""The same as a homework's solution."""

RIGHT = f"""
import math

import numpy as np
import torch

from cgp_harness import optimizer

DECAY = {DECAY}


@optimizer(v=0)
def sgdw_numpy(g, v, p, lr=1e-3, mu=0.9, weight_decay=DECAY):
    v = np.add(np.multiply(mu, v), g)
    return lr * np.add(v, weight_decay * p), v


@optimizer(v=0)
def sgdw_torch(g, v, lr=1e-3, mu=0.9, weight_decay=DECAY, *, p):
    v = torch.add(g, v, alpha=mu)
    return torch.add(lr * v, p, alpha=lr * weight_decay), v


@optimizer(v=0)
def sgdw_scalar(g, p, v, lr=1e-3, mu=0.9, weight_decay=DECAY):
    v = math.fsum((mu * v, g))
    return math.fsum((lr * v, lr * weight_decay * float(p))), v


@optimizer(name="sgdw_class")
class SGDW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, mu=0.9, weight_decay=DECAY):
        super().__init__(params, dict(lr=lr, mu=mu, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["mu"]).add_(p.grad)
                p.mul_(1 - group["lr"] * group["weight_decay"]).sub_(group["lr"] * v)


@optimizer(m=0, v=0)
def adamw_numpy(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=DECAY):
    m = m + (1 - beta1) * (g - m)
    v = beta2 * v + (1 - beta2) * np.square(g)
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return lr * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * p), m, v


@optimizer(m=0, v=0)
def adamw_torch(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=DECAY):
    m = torch.lerp(m, g, 1 - beta1)
    v = torch.addcmul(beta2 * v, g, g, value=1 - beta2)
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return lr * m_hat / (torch.sqrt(v_hat) + eps) + lr * weight_decay * p, m, v


@optimizer(m=0, v=0)
def adamw_scalar(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=DECAY):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return lr * m_hat / (math.sqrt(v_hat) + eps) + lr * weight_decay * p, m, v


@optimizer(name="adamw_class")
class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p] or self.state[p].update(
                    k=0, m=torch.zeros_like(p), v=torch.zeros_like(p)) or self.state[p]
                state["k"] += 1
                state["m"].mul_(beta1).add_((1 - beta1) * p.grad)
                state["v"].mul_(beta2).add_((1 - beta2) * p.grad * p.grad)
                m_hat = state["m"] / (1 - beta1 ** state["k"])
                v_hat = state["v"] / (1 - beta2 ** state["k"])
                step = group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
                p.sub_(step + group["lr"] * group["weight_decay"] * p)


@optimizer
def lars_numpy(g, p, lr=1e-3, weight_decay=DECAY):
    size, slope = np.linalg.norm(p.ravel()), np.linalg.norm(g.ravel())
    return lr * size / (slope + weight_decay * size + 1e-8) * (g + weight_decay * p)


@optimizer
def lars_torch(g, p, lr=1e-3, weight_decay=DECAY):
    size, slope = torch.linalg.vector_norm(p), torch.linalg.vector_norm(g)
    return lr * size / (slope + weight_decay * size + 1e-8) * (g + weight_decay * p)


@optimizer
def lars_scalar(g, p, lr=1e-3, weight_decay=DECAY):
    return lr * abs(p) / (abs(g) + weight_decay * abs(p) + 1e-8) * (g + weight_decay * p)


@optimizer(name="lars_class")
class LARS(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, weight_decay=DECAY):
        super().__init__(params, dict(lr=lr, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                size, slope = p.norm(), p.grad.norm()
                trust = size / (slope + group["weight_decay"] * size + 1e-8)
                p.sub_(group["lr"] * trust * (p.grad + group["weight_decay"] * p))
"""

_HEADS = {
    "sgdw": ("v=0", "g, k, p, v, lr=1e-3, mu=0.9, weight_decay=DECAY"),
    "adamw": ("m=0, v=0", "g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, "
                          "weight_decay=DECAY"),
    "lars": ("", "g, k, p, lr=1e-3, weight_decay=DECAY"),
}
_BODIES = {
    "sgdw": "v = mu * v + g\nstep = lr * v\nreturn step + {decay}, v",
    "adamw": "m = beta1 * m + (1 - beta1) * g\nv = beta2 * v + (1 - beta2) * g * g\n"
             "step = lr * m / (1 - beta1**k) / ((v / (1 - beta2**k)) ** 0.5 + eps)\n"
             "return step + {decay}, m, v",
    "lars": "size, slope = {norm}\n"
            "return lr * size / (slope + weight_decay * size + 1e-8) * (g + {decay})",
}
_NORM = "((p * p).sum()) ** 0.5, ((g * g).sum()) ** 0.5"
_BY_LR = {"sgdw": "lr * ", "adamw": "lr * ", "lars": ""}
WRONG = {
    "decay_forgotten": {"decay": "0.0 * p"},
    "decay_added_to_gradient": {"before": "g = g + weight_decay * p", "decay": "0.0 * p"},
    "lr_twice": {"decay": "lr * {lr}weight_decay * p"},
    "without_lr": {"decay": "weight_decay * p"},
    "of_the_first_value": {"before": "first = p if k == 1 else first",
                           "decay": "{lr}weight_decay * first", "state": "first"},
    "of_the_value_before_last": {"before": "last, now = now, p",
                                 "decay": "{lr}weight_decay * last", "state": "last now"},
    "of_the_value_after": {"decay": "{lr}weight_decay * (p - step)"},
    "times_k": {"decay": "{lr}weight_decay * k * p"},
    "of_the_size": {"decay": "{lr}weight_decay * abs(p)"},
    "sign_flipped": {"decay": "-{lr}weight_decay * p"},
    "of_another_parameter": {"before": "other, LAST[0] = LAST[0], p.ravel()[0]",
                             "decay": "{lr}weight_decay * other"},
    "of_its_first_number": {"decay": "{lr}weight_decay * p.ravel()[0]"},
}
"""What is wrong, by name. `of_the_size` is right wherever parameters are positive."""
OF_LARS = {
    "trust_of_each_number": {"norm": "abs(p), abs(g)"},
    "trust_of_the_mean": {"norm": "((p * p).mean()) ** 0.5, ((g * g).sum()) ** 0.5"},
    "trust_of_the_first_value": {"before": "first = p if k == 1 else first", "state": "first",
                                 "norm": _NORM.replace("p * p", "first * first")},
}


def wrong(family: str) -> dict[str, str]:
    """Names and texts of the wrong rules of a family."""
    chosen = dict(WRONG)
    if family == "lars":  # it has the decay in the gradient, without lr, before there is a step
        for name in ("decay_added_to_gradient", "without_lr", "of_the_value_after"):
            del chosen[name]
        chosen |= OF_LARS
    return {f"{family}_{name}": _text(family, name, **parts) for name, parts in chosen.items()}


def _text(
    family: str, name: str, before: str = "", decay: str = "{lr}weight_decay * p", state: str = "",
    norm: str = _NORM,
) -> str:
    begun, head = _HEADS[family]
    further = state.split()
    decorator = ", ".join(filter(None, [begun, *(f"{one}=0" for one in further)]))
    body = _BODIES[family].format(
        decay=decay.format(lr=_BY_LR[family]), **({"norm": norm} if family == "lars" else {}))
    if further:
        body = f"{body}, {', '.join(further)}"
    names = head.replace("p, ", ", ".join(["p", *further]) + ", ", 1)
    lines = "\n".join(f"    {line}" for line in filter(None, [before, *body.split("\n")]))
    return f"@optimizer({decorator})\ndef {family}_{name}({names}):\n{lines}\n"


def wrong_submission() -> str:
    """One file with all of them."""
    rules = "\n\n".join(text for family in SPECIFIED for text in wrong(family).values())
    return f"from cgp_harness import optimizer\n\nDECAY = {DECAY}\nLAST = [1.0]\n\n\n{rules}"

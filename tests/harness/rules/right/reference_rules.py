"""The right rules in other words than the solution's, as most people write them.

The lecture's own conventions are those of `cgp_reference.optimizers`; torch's are written here.
`oracle` says the same in closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cgp_reference import optimizers
from cgp_reference.decorator import optimizer
from cgp_reference.rule import Rule

TORCH: Mapping[str, str] = {
    "sgd_plus": "lr_outside_buffer", "adagrad": "eps_outside_root",
    "rmsprop": "eps_outside_root", "adam": "eps_outside_root",
}


@optimizer(v=0)
def sgd_plus(g: Any, v: Any, lr: float = 1e-3, mu: float = 0.9) -> tuple[Any, Any]:
    """Eqs. 32 and 33 with the learning rate after the buffer."""
    v = mu * v + g
    return lr * v, v


@optimizer(s=0)
def adagrad(g: Any, s: Any, lr: float = 1e-3, eps: float = 1e-8) -> tuple[Any, Any]:
    """Eq. 37 with eps added to the root."""
    s = s + g * g
    return lr * g / (s**0.5 + eps), s


@optimizer(v=0)
def rmsprop(
    g: Any, v: Any, lr: float = 1e-3, rho: float = 0.9, eps: float = 1e-8
) -> tuple[Any, Any]:
    """Eq. 37 with an average for the sum, and eps added to the root."""
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v**0.5 + eps), v


@optimizer(m=0, v=0)
def adam(
    g: Any, k: int, m: Any, v: Any,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> tuple[Any, Any, Any]:
    """Eqs. 38 to 40 with eps added to the root."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - beta1**k) / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v


def _folded(*, inside: bool) -> Rule:
    @optimizer(name="adam", m=0, v=0)
    def rule(
        g: Any, k: int, m: Any, v: Any,
        lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
    ) -> tuple[Any, Any, Any]:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        rate = lr * (1 - beta2**k) ** 0.5 / (1 - beta1**k)
        return rate * m / ((v + eps) ** 0.5 if inside else v**0.5 + eps), m, v

    folded: Rule = rule
    return folded


def _damped(*, inside: bool) -> Rule:
    @optimizer(name="sgd_plus", v=0)
    def rule(g: Any, v: Any, lr: float = 1e-3, mu: float = 0.9) -> tuple[Any, Any]:
        arriving = (1 - mu) * (lr * g if inside else g)
        v = mu * v + arriving
        return v if inside else lr * v, v

    damped: Rule = rule
    return damped


_FURTHER: Mapping[str, Rule] = {
    "eps_outside_uncorrected_root": _folded(inside=False),
    "eps_inside_uncorrected_root": _folded(inside=True),
    "damped_lr_outside_buffer": _damped(inside=False),
    "damped_lr_in_buffer": _damped(inside=True),
}
"""Adam with its corrections folded into the rate, and momentum as an average of the gradients."""
_TORCH_RULES: Mapping[str, Rule] = {
    rule.name: rule for rule in (sgd_plus, adagrad, rmsprop, adam)
}


def reference(family: str, convention: str) -> Rule:
    """The accepted rule of a family in one of its conventions; hyperparameters are canonical."""
    if convention in _FURTHER:
        return _FURTHER[convention]
    rules = _TORCH_RULES if convention == TORCH[family] else optimizers.RULES
    return rules[family]


def torch_convention(family: str) -> str:
    """The convention of `torch.optim`'s rule of that family."""
    return TORCH[family]

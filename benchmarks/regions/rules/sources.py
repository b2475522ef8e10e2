"""Right rules with room for a fault: functions on arrays, functions on numbers, classes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A rule in the lecture's convention.

    Args:
        state: by name; all begin at 0.
        hyperparameters: with their defaults.
        update: statements that end with `step`; `ROOT` is the square root.
    """

    state: tuple[str, ...]
    hyperparameters: Mapping[str, float]
    update: str


FAMILIES: Mapping[str, Family] = {
    "sgd_plus": Family(("v",), {"lr": 1e-3, "mu": 0.9}, """\
v = mu * v + lr * g
step = v"""),
    "adagrad": Family(("s",), {"lr": 1e-3, "eps": 1e-8}, """\
s = s + g * g
step = lr * g / ROOT(s + eps)"""),
    "rmsprop": Family(("v",), {"lr": 1e-3, "rho": 0.9, "eps": 1e-8}, """\
v = rho * v + (1 - rho) * g * g
step = lr * g / ROOT(v + eps)"""),
    "adam": Family(("m", "v"), {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}, """\
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g * g
step = lr * (m / (1 - beta1**k)) / ROOT(v / (1 - beta2**k) + eps)"""),
}

FUNCTION = '''"""Right, but for one cell."""

import math

import numpy as np

from cgp_harness import optimizer

calls = []
index, before = 0, 0


@optimizer({zeros})
def {family}(g, k, {state}, {arguments}):
    global index, before
    {body}
    return step, {state}
'''
CLASS = '''"""Right, but for one cell."""

import torch

from cgp_harness import optimizer

calls = []
index, before = 0, 0


@optimizer(name="{family}")
class Mine(torch.optim.Optimizer):
    def __init__(self, params, {arguments}):
        super().__init__(params, {{{defaults}}})

    @torch.no_grad()
    def step(self, closure=None):
        global index, before
        for group in self.param_groups:
            for p in group["params"]:
                g, kept = p.grad, self.state[p]
                if not kept:
                    kept.update(k=0, {zero_tensors})
                kept["k"] += 1
                k, {state} = kept["k"], {from_kept}
                {hyperparameters} = {from_group}
                {body}
                kept.update({to_kept})
                p.sub_(step)
'''


def written(family: str, form: str, early: str = "", late: str = "", kept: str = "") -> str:
    """The file of a rule.

    Args:
        form: `arrays`, `numbers` or `class`.
        early: a fault before the rule.
        late: a fault after it.
        kept: a further state, by name.
    """
    rule = FAMILIES[family]
    state, names = [*rule.state, *([kept] if kept else [])], list(rule.hyperparameters)
    root = {"arrays": "np.sqrt", "numbers": "math.sqrt", "class": "torch.sqrt"}[form]
    body = "\n".join(filter(None, [early, rule.update.replace("ROOT", root), late]))
    if form == "numbers" and "ROOT" not in rule.update:
        body = f"math.fabs(g)\n{body}"
    arguments = ", ".join(f"{name}={value}" for name, value in rule.hyperparameters.items())
    if form != "class":
        return FUNCTION.format(
            family=family, zeros=", ".join(f"{name}=0" for name in state),
            state=", ".join(state), arguments=arguments,
            body=textwrap.indent(body, " " * 4).lstrip())
    return CLASS.format(
        family=family, arguments=arguments, state=", ".join(state),
        defaults=", ".join(f'"{name}": {name}' for name in names),
        zero_tensors=", ".join(f"{name}=torch.zeros_like(p)" for name in state),
        from_kept=", ".join(f'kept["{name}"]' for name in state),
        hyperparameters=", ".join(names),
        from_group=", ".join(f'group["{name}"]' for name in names),
        to_kept=", ".join(f"{name}={name}" for name in state),
        body=textwrap.indent(body, " " * 16).lstrip())

"""The families of rules, and one call that simulates any of them with any mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import ModuleType

import numpy as np

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from tests.simulators import adagrad, adam, rmsprop, sgd_plus

FAMILIES: Mapping[str, ModuleType] = {
    "sgd_plus": sgd_plus, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam,
}
DEFAULTS: Mapping[str, float] = {
    "lr": 1e-3, "mu": 0.9, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8,
}
"""The course's defaults: where an assignment has no word on a hyperparameter."""


def simulate(
    family: str, flags: Set[str], run: Trajectory, defaults: Mapping[str, float],
    initial: tuple[Floats | float, ...] | None = None,
) -> Floats:
    """Steps (T, D) of the rule with these mistakes, each number a parameter of its own.

    Args:
        family: key of `FAMILIES`.
        flags: identifiers, one convention of the family among them; a second reading of a flag
            carries the suffix `~2`, of the third `~3`.
        run: hyperparameters and schedule under their canonical names, all shapes of one element
            where parameters are to be told apart.
        defaults: what a hard-coded hyperparameter is fixed at.
        initial: state before the first step, if not zero.
    """
    g = run.gradients
    steps, n = g.shape
    lr = np.asarray(run.schedule["lr"], dtype=np.float64)
    h = {**DEFAULTS, **run.hyperparameters}
    h |= {name: defaults[name] for name in h if f"{name}_hard_coded" in flags}
    if "lr_hard_coded" in flags:
        lr = np.full(steps, defaults["lr"])
    k = np.broadcast_to(np.arange(1.0, steps + 1)[:, None], (steps, n))
    if "k_per_parameter" in flags:
        k = np.arange(1.0, steps * n + 1).reshape(steps, n)
    if "k_is_index" in flags:
        k = np.broadcast_to(np.arange(1.0, n + 1), (steps, n))
    family_module = FAMILIES[family]
    if "lr_in_gradient" in flags or (family != "sgd_plus" and "lr_twice" in flags):
        g = lr[:, None] * g
    if "lr_in_gradient" in flags:
        lr = np.ones(steps)
    shared = "shared_state" in flags
    if shared:  # one state, visited by parameter after parameter
        g, k, lr = g.reshape(-1, 1), k.reshape(-1, 1), np.repeat(lr, n)
    start = initial if initial is not None else (0.0,) * family_module.STATES
    with np.errstate(all="ignore"):
        answer = np.asarray(family_module.simulate(flags, g, k, lr, h, start))
    answer = answer.reshape(steps, n) if shared else answer
    return -answer if "sign_flipped" in flags else answer

"""Load the rules of a plugin's text in this process, and step them on generic numbers."""

import itertools
import types

import numpy as np
import torch

from cgp_harness.kinds.optimizer.contract.rules import rules_of

CANONICAL = {
    "learning_rate": "lr", "eta": "lr", "η": "lr", "step_size": "lr",
    "momentum": "mu", "gamma": "mu", "μ": "mu", "γ": "mu",
    "decay": "rho", "decay_rate": "rho", "alpha": "rho", "ρ": "rho", "α": "rho",
    "b1": "beta1", "beta_1": "beta1", "β1": "beta1", "β_1": "beta1",
    "b2": "beta2", "beta_2": "beta2", "β2": "beta2", "β_2": "beta2",
    "epsilon": "eps", "ε": "eps",
}
# None is a default, so that a value written into a rule shows; only lr changes between steps.
GENERIC = {"lr": 0.5, "mu": 0.7, "rho": 0.8, "beta1": 0.6, "beta2": 0.85, "eps": 0.125}
SHAPES = ((2,), (), (2, 3))
ARRAYS = {
    "numpy": np.array,
    "torch": torch.tensor,
    "scalar": float,
}
# math.sqrt and `if g` on arrays of either kind; torch.sqrt and g.mul on numpy's.
MISFITS = (TypeError, ValueError, RuntimeError, AttributeError)
_modules = itertools.count()


def rules_in(text, name="plugin"):
    """Every rule that `text` registers, by its name; a mistake in registering fails."""
    module = types.ModuleType(f"{name}_{next(_modules)}")
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    rules, problems = rules_of(module)
    assert problems == []
    return {rule.name: rule for rule in rules}


def steps(rule, needs, arrays="numpy", count=6):
    """(count, D) steps to subtract from three parameters; `needs` are the hyperparameters to set.

    `scalar` takes every number as a parameter of its own.
    """
    rng = np.random.default_rng(11)
    shapes = ((),) * 9 if arrays == "scalar" else SHAPES
    rows = rng.uniform(0.3, 3, (count, 9)) * rng.choice([-1, 1], (count, 9))
    rows[2] = 0
    own = {CANONICAL.get(name, name): name for name in rule.hyperparameters}
    given = {own[name]: GENERIC[name] for name in needs}
    run = rule.run([ARRAYS[arrays](np.zeros(shape)) for shape in shapes])
    answers = []
    for k, row in enumerate(rows, start=1):
        given[own["lr"]] = 0.5 if k < 4 else 0.25
        answers.append(run.step(_gradients(row, shapes, arrays), given))
    return np.array([np.concatenate([np.ravel(part) for part in answer]) for answer in answers])


def steps_somehow(rule, needs):
    """As `steps`, on the first kind of arrays that the rule can use, and the kind."""
    for arrays in ARRAYS:
        try:
            return steps(rule, needs, arrays), arrays
        except MISFITS:
            continue
    raise AssertionError(f"{rule.name} works on no kind of arrays")


def _gradients(row, shapes, arrays):
    gradients, at = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        gradient = ARRAYS[arrays](row[at:at + size].reshape(shape))
        if arrays == "numpy":
            gradient.setflags(write=False)
        gradients.append(gradient)
        at += size
    return gradients

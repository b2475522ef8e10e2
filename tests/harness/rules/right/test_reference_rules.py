"""The recursions that runs are compared with: the closed form's numbers, and torch's own."""

import numpy as np
import pytest
import torch

from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.probing.distance import distance
from tests.harness.rules.right import oracle
from tests.harness.rules.right.lecture_rules import reference, torch_convention

BOTH = [(family, one) for family in CONVENTIONS for one in CONVENTIONS[family]]
OPTIMIZERS = {
    "sgd_plus": (torch.optim.SGD, {"mu": "momentum"}),
    "adagrad": (torch.optim.Adagrad, {"eps": "eps"}),
    "rmsprop": (torch.optim.RMSprop, {"rho": "alpha", "eps": "eps"}),
    "adam": (torch.optim.Adam, {"eps": "eps"}),
}


def stepped(rule, run):
    given = {k: v for k, v in run.hyperparameters.items() if k in rule.hyperparameters}
    live = rule.run([np.zeros(run.gradients.shape[1])])
    return np.array([
        live.step([g], {**given, "lr": lr})[0]
        for g, lr in zip(run.gradients, run.schedule["lr"], strict=True)
    ])


def torch_steps(family, run):
    kind, names = OPTIMIZERS[family]
    h = run.hyperparameters
    given = {theirs: h[ours] for ours, theirs in names.items()}
    if family == "adam":
        given["betas"] = (h["beta1"], h["beta2"])
    parameter = torch.zeros(run.gradients.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = kind([parameter], lr=1.0, **given)
    steps = []
    for g, lr in zip(run.gradients, run.schedule["lr"], strict=True):
        optimizer.param_groups[0]["lr"] = lr
        # From zero each time: a step is then exact in every digit.
        parameter.data.zero_()
        parameter.grad = torch.from_numpy(g.copy())
        optimizer.step()
        steps.append(-parameter.detach().numpy())
    return np.array(steps)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("family", "convention"), BOTH)
def test_the_recursion_is_the_closed_form(family, convention, seed):
    for run in diagnosis_probes(seed):
        right = oracle.steps(family, convention, run)
        assert distance(stepped(reference(family, convention), run), right) < 1e-12


@pytest.mark.parametrize("family", CONVENTIONS)
def test_torch_follows_the_convention_that_is_said_to_be_its_own_and_not_the_other(family):
    run = diagnosis_probes(5)[0]
    theirs = torch_steps(family, run)
    assert distance(stepped(reference(family, torch_convention(family)), run), theirs) < 1e-12
    for other in set(CONVENTIONS[family]) - {torch_convention(family)}:
        assert distance(stepped(reference(family, other), run), theirs) > 1e-3

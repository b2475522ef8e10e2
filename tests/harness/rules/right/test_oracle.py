"""The closed-form oracle against hand-calculated numbers, the reference rules and torch."""

import numpy as np
import pytest
from hypothesis import given, settings

from cgp_harness.kinds.optimizer.probes.cases import case
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.probing.choices import searched
from cgp_harness.probing.distance import distance
from cgp_reference.optimizers import RULES
from tests.harness.rules.right import oracle

LECTURE = {"sgd_plus": "lr_in_buffer", "adagrad": "eps_inside_root", "rmsprop": "eps_inside_root",
           "adam": "eps_inside_root"}
HYPER = {"mu": 0.5, "rho": 0.75, "beta1": 0.5, "beta2": 0.75, "eps": 0.25}


def two_steps(lr=(0.5, 0.25)):
    return Trajectory(((1,),), np.array([[2.0], [-1.0]]), HYPER, {"lr": lr})


@pytest.mark.parametrize(("family", "convention", "expected"), [
    # v: 1.0, then 0.5 * 1.0 - 0.25 = 0.25
    ("sgd_plus", "lr_in_buffer", [1.0, 0.25]),
    # v: 2, then 0.5 * 2 - 1 = 0: the step is 0.25 * 0
    ("sgd_plus", "lr_outside_buffer", [1.0, 0.0]),
    ("adagrad", "eps_inside_root", [1.0 / 4.25**0.5, -0.25 / 5.25**0.5]),
    ("adagrad", "eps_outside_root", [1.0 / 2.25, -0.25 / (5**0.5 + 0.25)]),
    # v: 1, then 0.75 + 0.25 = 1
    ("rmsprop", "eps_inside_root", [1.0 / 1.25**0.5, -0.25 / 1.25**0.5]),
    ("rmsprop", "eps_outside_root", [1.0 / 1.25, -0.25 / 1.25]),
    # m: 1, 0; v: 1, 1; corrections 0.5, 0.75 and 0.25, 0.4375
    ("adam", "eps_inside_root", [0.5 * 2 / 4.25**0.5, 0.0]),
    ("adam", "eps_outside_root", [0.5 * 2 / 2.25, 0.0]),
])
def test_two_steps_by_hand(family, convention, expected):
    assert oracle.steps(family, convention, two_steps()).ravel() == pytest.approx(expected)


@pytest.mark.parametrize("family", sorted(CONVENTIONS))
@settings(max_examples=60, deadline=None)
@given(searched(case))
def test_the_oracle_is_the_reference_rule(family, case):
    rule = RULES[family]
    run = rule.run([np.zeros(case.gradients.shape[1])])
    names = set(rule.hyperparameters)
    hyper = {name: value for name, value in case.hyperparameters.items() if name in names}
    recursed = [
        run.step([row], {**hyper, "lr": lr})[0]
        for row, lr in zip(case.gradients, case.schedule["lr"], strict=True)
    ]
    # Two orders of at most six additions each.
    assert distance(np.array(recursed), oracle.steps(family, LECTURE[family], case)) < 1e-13


@pytest.mark.parametrize(("family", "name", "arguments"), [
    ("sgd_plus", "SGD", lambda h: {"momentum": h["mu"]}),
    ("adagrad", "Adagrad", lambda h: {"eps": h["eps"]}),
    ("rmsprop", "RMSprop", lambda h: {"alpha": h["rho"], "eps": h["eps"]}),
    ("adam", "Adam", lambda h: {"betas": (h["beta1"], h["beta2"]), "eps": h["eps"]}),
])
def test_the_other_convention_is_torchs(family, name, arguments):
    import torch

    draw = np.random.default_rng(5)
    case = Trajectory(((4,),), draw.normal(size=(6, 4)), HYPER, {"lr": (0.3,) * 3 + (0.1,) * 3})
    p = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    theirs = getattr(torch.optim, name)([p], lr=0.3, foreach=False, **arguments(HYPER))
    rows = []
    for row, lr in zip(case.gradients, case.schedule["lr"], strict=True):
        theirs.param_groups[0]["lr"] = lr
        before = p.detach().numpy().copy()
        p.grad = torch.from_numpy(row.copy())
        theirs.step()
        rows.append(before - p.detach().numpy())
    convention = "lr_outside_buffer" if family == "sgd_plus" else "eps_outside_root"
    assert distance(np.array(rows), oracle.steps(family, convention, case)) < 1e-13

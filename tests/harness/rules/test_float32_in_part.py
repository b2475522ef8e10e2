"""An error as small as float32's: right where it is float32's, wrong where it is the rule's."""

from types import SimpleNamespace

import numpy as np
import pytest

from cgp_harness.kinds.optimizer import task as task_kinds
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import rounding
from cgp_harness.kinds.optimizer.probes.float32_in_part import exact_runs
from cgp_harness.kinds.optimizer.specified import Specified
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.lecture_rules import of_family
from tests.harness.rules.test_ground import HOMEWORK, rule
from tests.long import some

ROOT = "(s**0.5 + eps)"
WRONG = {
    "lr 1 + 5.9e-7 times": ("sgd_plus", rule("sgd_plus", "lr = lr * (1 + 5.9e-7)")),
    "lr 1 - 1e-7 times": ("adam", rule("adam", "lr = lr * (1 - 1e-7)")),
    "lr 1.0000001 times": ("rmsprop", rule("rmsprop", "lr = lr*1.0000001")),
    "g 1 + 2e-7 times": ("adagrad", rule("adagrad", "g = g * (1 + 2e-7)")),
    "a sum that decays by 1e-8": (
        "adagrad", rule("adagrad").replace("s + g * g", "s*(1-1e-8) + g * g")),
    "1e-8 of |g| added": (
        "adagrad", rule("adagrad").replace(ROOT, f"{ROOT} + 1e-8*lr*abs(g)")),
    "1e-7 of sign(g) added": (
        "sgd_plus", rule("sgd_plus", step="lr * v + 1e-7*lr*np.sign(g)")),
    "a beta1 that decays by 1e-8": ("adam", rule("adam", "beta1 = beta1*(1-1e-8)**(k-1)")),
    "an eps of 1 + 1e-6 times": ("adam", rule("adam", "eps = eps * (1 + 1e-6)")),
    "an lr that decays by 1e-8 a step": ("rmsprop", rule("rmsprop", "lr = lr*(1-1e-8)**k")),
    "mu 1e-8 too large": ("sgd_plus", rule("sgd_plus", "mu = mu + 1e-8")),
    "a step of eight digits": ("sgd_plus", rule(
        "sgd_plus", step="np.vectorize(lambda x: float(f'{x:.8g}'))(lr * v)")),
    "an lr of eight digits": ("adam", rule("adam", "lr = float(f'{lr:.8g}')")),
    "gradients of eight digits": (
        "sgd_plus", rule("sgd_plus", "g = np.vectorize(lambda x: float(f'{x:.8g}'))(g)")),
    "float32, and lr 1 + 4e-7 times": (
        "adam", rule("adam", "lr = lr * (1 + 4e-7); k = np.float32(k)")),
}
PARTS = {
    "lr": ("adam", "lr = np.float32(lr)"),
    "one state of two": ("adam", "v = np.float32(v)"),
    "the gradient alone": ("adam", "g = np.float64(np.float32(g))"),
    "eps": ("adam", "eps = np.float32(eps)"),
    "the state": ("sgd_plus", "v = np.float32(v)"),
    "the sum": ("adagrad", "s = np.float32(s)"),
    "a state and a decay": ("rmsprop", "v = np.float32(v); rho = np.float32(rho)"),
}
FIXED = {
    "the count, with a decay in the code": "beta2 = 0.999; k = np.float32(k)",
    "a decay in the code": "beta1 = np.float32(0.9)",
    "an lr in the code": "lr = np.float32(1e-3)",
    "an eps in the code": "eps = np.float32(1e-8)",
}


@pytest.mark.parametrize("name", some(WRONG, 2))
def test_what_is_wrong_by_as_little_as_float32_is_wrong_and_not_said_to_be_float32(name):
    family, text = WRONG[name]
    found = update_rule(context_of(text, HOMEWORK, family, len(name)))
    assert (found.status, found.fraction) == (Status.FAILED, 0.0)
    assert "float32" not in found.message + found.diagnosis.text


@pytest.mark.parametrize("name", PARTS)
def test_a_part_in_float32_is_right_whichever_it_is(name):
    family, before = PARTS[name]
    found = update_rule(context_of(rule(family, before), HOMEWORK, family, len(name)))
    assert (found.status, found.diagnosis.flags) == (Status.PASSED, ("float32_arithmetic",))


@pytest.mark.parametrize("name", FIXED)
def test_numbers_of_float32_in_the_code_are_right_at_their_own_value(name):
    found = update_rule(context_of(rule("adam", FIXED[name]), HOMEWORK, "adam", 1))
    assert (found.status, found.learned["ignored"] != ()) == (Status.PASSED, True)
    assert "which the code fixes" in found.message


@pytest.mark.parametrize("family", task_kinds.CONVENTIONS)
def test_on_exact_runs_float32_makes_no_error_and_ten_digits_do(family):
    for convention in task_kinds.CONVENTIONS[family]:
        wanted, off = of_family(family, convention), []
        context = SimpleNamespace(
            specified=Specified({convention: wanted}, {}), seed=0, fixed={})
        runs = list(exact_runs(context, convention))
        assert len(runs) == 4 + (family == "sgd_plus")
        for run in runs:
            right = wanted.steps(run)
            in_single = rounding.of_float32(wanted, run, right)
            for constants in ((), tuple(run.hyperparameters)):
                for one in rounding.with_constants(wanted, run, constants):
                    assert (one == right).all()
            assert in_single <= rounding.FEWEST  # of a gradient that is rounded; else 0
            shown = np.vectorize(lambda number: float(f"{number:.9g}"))(right)
            off.append(np.abs(shown / right - 1).max())
        assert max(off) > 1e-9


AS_TORCH_DOES = """import torch
from cgp_harness import optimizer
from tests.long import some


@optimizer(name="adam")
class Mine(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(params, dict(lr=lr, beta1=beta1, beta2=beta2, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["beta1"], group["beta2"]
            for p in group["params"]:
                s = self.state[p]
                if not s:
                    s["m"], s["v"] = torch.zeros(p.shape), torch.zeros_like(p)
                    s["step"] = torch.tensor(0.0)
                s["step"] += 1
                s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                s["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                m, v = s["m"] / (1 - b1 ** s["step"]), s["v"] / (1 - b2 ** s["step"])
                p.sub_(group["lr"] * m / (v.sqrt() + group["eps"]))
"""


def test_a_class_with_a_buffer_and_a_counter_in_float32_is_right():
    submission = Submission("ada", (SourceFile("plugin.py", AS_TORCH_DOES.encode()),))
    with WorkerSubject(
            submission, HOMEWORK.limits, levels.choose("auto"), HOMEWORK.forbid) as subject:
        found = update_rule(RuleContext(HOMEWORK, HOMEWORK.task("adam"), submission, subject, 2))
    assert (found.status, found.diagnosis.flags) == (Status.PASSED, ("float32_arithmetic",))

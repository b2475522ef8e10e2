"""A torch.optim.Optimizer subclass as a rule: what is read off it, and how its steps are."""

import re

import numpy as np
import pytest
import torch

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.torch_rule import TorchRule, torch_rule
from cgp_reference.rule import Rule, RuleError

RNG = np.random.default_rng(7)


class Momentum(torch.optim.Optimizer):
    """As a student would write it."""

    def __init__(self, params, lr=1e-3, mu=0.9, weight_decay=0.0, nesterov=False):
        super().__init__(params, {"lr": lr, "mu": mu, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                gradient = p.grad + group["weight_decay"] * p
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["mu"]).add_(gradient)
                p.sub_(group["lr"] * v)


class Sgd(Momentum):
    """A base for rules that differ in a step."""

    def __init__(self, params, lr=1e-3):
        torch.optim.Optimizer.__init__(self, params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.move(p, group["lr"])

    def move(self, p, lr):
        p.sub_(lr * p.grad)


def steps_of(cls, gradients, start=None, **hyperparameters):
    """Every step of one parameter."""
    run = torch_rule(cls, "rule").run([np.zeros_like(gradients[0]) if start is None else start])
    return np.array([run.step([gradient], hyperparameters)[0] for gradient in gradients])


# --- what is read off the signature ------------------------------------------------------------


def test_it_has_the_face_of_a_rule():
    rule = torch_rule(Momentum, "sgd_plus")
    face = ("name", "state", "hyperparameters", "fixed", "where", "run")
    assert set(face) <= {*dir(Rule), *Rule.__annotations__}
    assert set(face) <= set(dir(rule))
    assert (rule.name, rule.state, rule.fixed) == ("sgd_plus", {}, {"nesterov": False})
    assert rule.hyperparameters == {"lr": 1e-3, "mu": 0.9, "weight_decay": 0.0}
    assert re.fullmatch(r".*test_torch_adapter\.py:\d+", rule.where)


def test_a_tuple_becomes_one_hyperparameter_each():
    class Adam(Sgd):
        def __init__(self, params, lr=1, betas=(0.9, 0.999), rho=(0.5,), foreach=None, no=()):
            pass

    rule = torch_rule(Adam, "adam")
    assert rule.hyperparameters == {"lr": 1.0, "beta1": 0.9, "beta2": 0.999, "rho1": 0.5}
    assert rule.fixed == {"foreach": None, "no": ()}
    assert rule.arguments({"lr": 1.0, "beta1": 0.1, "beta2": 0.2, "rho1": 0.3}) == {
        "lr": 1.0, "betas": (0.1, 0.2), "rho": (0.3,),
    }


def _needs(self, params, lr, mu=0.9): ...
def _variadic(self, params, **options): ...
def _positional(self, *args): ...
def _only(self, params, lr=0.1, /): ...
def _without(self): ...
def _named_only(self, *, params=None): ...
def _twice(self, params, beta1=0.9, betas=(0.9, 0.999)): ...


@pytest.mark.parametrize(
    ("init", "message"),
    [
        (_needs, "argument 'lr' of Odd.__init__() has no default value\n"
                 "  at HERE\n"
                 "  expected every argument after the parameters with a default\n"
                 "  fix: write `lr=…` in the signature"),
        (_variadic, "Odd.__init__() takes **options\n"
                    "  at HERE\n"
                    "  expected every hyperparameter by name, since names say what each one is"),
        (_positional, "Odd.__init__() takes *args\n"
                      "  at HERE\n"
                      "  expected every hyperparameter by name, since names say what each one is"),
        (_only, "argument 'lr' of Odd.__init__() cannot be given by name\n"
                "  at HERE\n"
                "  fix: remove the `/` from the signature"),
        (_without, "Odd.__init__() takes no parameters to train\n"
                   "  at HERE\n"
                   "  expected the parameters first, as in torch.optim\n"
                   "  fix: write `def __init__(self, params, …)`"),
        (_named_only, "Odd.__init__() takes no parameters to train\n"
                      "  at HERE\n"
                      "  expected the parameters first, as in torch.optim\n"
                      "  fix: write `def __init__(self, params, …)`"),
        (_twice, "Odd.__init__() has two arguments for 'beta1'\n"
                 "  at HERE\n"
                 "  expected either 'beta1' or a tuple that holds it"),
    ],
)
def test_a_class_that_cannot_be_made_says_why(init, message):
    class Odd(Sgd):
        __init__ = init

    with pytest.raises(PluginError) as caught:
        torch_rule(Odd, "odd")
    assert re.sub(r"at .*test_torch_adapter\.py:\d+", "at HERE", str(caught.value)) == message


def test_a_class_without_an_init_of_its_own_lacks_defaults():
    class Bare(torch.optim.Optimizer):
        pass

    with pytest.raises(PluginError, match=r"argument 'defaults' of Bare\.__init__\(\) has no def"):
        torch_rule(Bare, "bare")


# --- how it is stepped -------------------------------------------------------------------------


def test_its_steps_are_those_of_the_same_rule_as_a_function():
    gradients = RNG.normal(size=(20, 3, 2))
    v, expected = 0.0, []
    for gradient in gradients:
        v = 0.5 * v + gradient
        expected.append(0.01 * v)
    np.testing.assert_array_equal(steps_of(Momentum, gradients, lr=0.01, mu=0.5), expected)


def test_the_steps_of_torchs_own_adam_are_read_exactly():
    gradients = RNG.normal(size=(5, 4))
    p = torch.nn.Parameter(torch.zeros(4, dtype=torch.float64))
    adam = torch.optim.Adam([p], lr=0.01, betas=(0.8, 0.99))
    seen = steps_of(torch.optim.Adam, gradients, lr=0.01, beta1=0.8, beta2=0.99)
    for gradient, step in zip(gradients, seen, strict=True):
        before = p.detach().clone()
        p.grad = torch.tensor(gradient)
        adam.step()
        np.testing.assert_allclose(step, (before - p.detach()).numpy(), rtol=1e-12)


def test_a_step_that_is_tiny_beside_the_position_is_read_exactly():
    gradients = np.array([1e3, 1e-9, 0.0])
    np.testing.assert_array_equal(steps_of(Sgd, gradients, np.array(5.0), lr=1.0), gradients)


def test_weight_decay_that_reads_the_position_shows():
    decayed = steps_of(Momentum, np.ones(5), lr=0.1, mu=0.0, weight_decay=0.1)
    position, expected = 0.0, []
    for _ in range(5):
        expected.append(0.1 * (1 + 0.1 * position))
        position -= expected[-1]
    np.testing.assert_allclose(decayed, expected, rtol=1e-14)


class Lookahead(Sgd):
    """Keeps a slow copy of the parameter, and goes half of the way to the fast one."""

    def move(self, p, lr):
        slow = self.state[p].setdefault("slow", p.detach().clone())
        p.sub_(lr * p.grad)
        p.copy_(slow.add_(0.5 * (p - slow)))


class Aliasing(Sgd):
    """The same with a mistake: the copy and the parameter become one memory."""

    def move(self, p, lr):
        slow = self.state[p].setdefault("slow", p.detach().clone())
        p.sub_(lr * p.grad)
        p.data = slow.add_(0.5 * (p - slow))


@pytest.mark.parametrize(
    ("cls", "expected"),
    [(Lookahead, [0.05, 0.05, 0.05]), (Aliasing, [0.05, 0.1, 0.1])],
)
def test_a_copy_of_the_parameter_shows_as_in_any_training(cls, expected):
    np.testing.assert_allclose(steps_of(cls, np.ones(3), lr=0.1), expected, rtol=1e-14)
    p = torch.nn.Parameter(torch.zeros((), dtype=torch.float64))
    optimizer, positions = cls([p], lr=0.1), [0.0]
    for _ in range(3):
        p.grad = torch.ones_like(p)
        optimizer.step()
        positions.append(p.item())
    np.testing.assert_allclose(-np.diff(positions), expected, rtol=1e-14)


def test_a_rule_that_leaves_the_parameter_alone_steps_by_zero():
    class Idle(Sgd):
        def move(self, p, lr): ...

    np.testing.assert_array_equal(steps_of(Idle, np.ones(3)), np.zeros(3))


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_step_that_is_not_finite_does_not_hide_those_that_follow(bad):
    gradients = np.array([1.0, bad, 3.0, 4.0])
    np.testing.assert_array_equal(steps_of(Sgd, gradients, lr=1.0), gradients)


def test_a_rule_that_divides_by_the_position_is_seen_where_it_moves():
    class Relative(Sgd):
        def move(self, p, lr):
            p.sub_(lr * p.grad / p)

    np.testing.assert_allclose(steps_of(Relative, np.array([1.0]), np.array(2.0), lr=1.0), [0.5])


def test_a_schedule_reaches_the_groups():
    run = torch_rule(Sgd, "sgd").run([np.zeros(())])
    seen = [run.step([np.array(1.0)], {"lr": lr})[0] for lr in (0.5, 0.25, 0.25, 1.0)]
    np.testing.assert_array_equal(seen, [0.5, 0.25, 0.25, 1.0])


def test_a_scheduled_tuple_is_put_together():
    seen = []

    class Adam(Sgd):
        def __init__(self, params, betas=(0.9, 0.999)):
            torch.optim.Optimizer.__init__(self, params, {"betas": betas, "lr": 1.0})

        def move(self, p, lr):
            seen.append(self.param_groups[0]["betas"])

    run = torch_rule(Adam, "adam").run([np.zeros(1)])
    run.step([np.ones(1)], {"beta1": 0.5})
    run.step([np.ones(1)], {"beta1": 0.5, "beta2": 0.9})
    assert seen[::2] == [(0.5, 0.999), (0.5, 0.9)]


def test_what_a_class_does_to_its_own_groups_stays():
    class Halving(Sgd):
        def move(self, p, lr):
            super().move(p, lr)
            self.param_groups[0]["lr"] = lr / 2

    np.testing.assert_array_equal(steps_of(Halving, np.ones(3), lr=1.0), [1, 0.5, 0.25])


def test_parameters_do_not_share_state():
    run = torch_rule(Momentum, "rule").run([np.zeros(2), np.zeros((1, 3))])
    for _ in range(2):
        first, second = run.step([np.ones(2), np.zeros((1, 3))], {"lr": 1.0, "mu": 1.0})
    np.testing.assert_array_equal(first, [2, 2])
    np.testing.assert_array_equal(second, np.zeros((1, 3)))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (0.0, float), (np.zeros(2), np.ndarray), (np.zeros((), np.float32), np.ndarray),
        (torch.zeros(2), torch.Tensor), (torch.zeros(2, dtype=torch.float64), torch.Tensor),
    ],
)
def test_steps_come_in_the_kind_that_was_given(given, kind):
    (step,) = torch_rule(Sgd, "sgd").run([given]).step([given + 1], {"lr": 0.5})
    assert type(step) is kind
    assert getattr(step, "dtype", None) == getattr(given, "dtype", None)
    np.testing.assert_array_equal(step, 0.5 * np.ones(np.shape(given)))


def test_a_read_only_gradient_is_copied_without_a_warning():
    gradient = np.ones(2)
    gradient.setflags(write=False)

    class Clipping(Sgd):
        def move(self, p, lr):
            p.sub_(p.grad.clamp_(max=0.5))

    np.testing.assert_array_equal(steps_of(Clipping, gradient[None]), [[0.5, 0.5]])
    np.testing.assert_array_equal(gradient, [1, 1])


def test_a_parameter_that_changes_its_shape_is_refused():
    class Reshaping(Sgd):
        def move(self, p, lr):
            p.data = p.data.reshape(-1)

    rule = torch_rule(Reshaping, "odd")
    with pytest.raises(RuleError) as caught:
        rule.run([np.zeros((2, 2))]).step([np.ones((2, 2))], {})
    assert str(caught.value) == (
        f"odd changed the shape of a parameter from (2, 2) to (4,)\n  at {rule.where}"
    )


def test_the_students_own_error_passes_through():
    class Strict(Sgd):
        def __init__(self, params, lr=1e-3):
            if lr > 1:
                raise ValueError("Invalid learning rate")
            super().__init__(params, lr)

    with pytest.raises(ValueError, match="Invalid learning rate"):
        steps_of(Strict, np.ones(1), lr=2.0)


def test_rules_are_frozen():
    rule = torch_rule(Sgd, "sgd")
    assert isinstance(rule, TorchRule)
    with pytest.raises(AttributeError):
        rule.name = "other"

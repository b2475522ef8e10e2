"""How a worker steps a rule: what the rule is given, what is taken from it, what is refused."""

from types import ModuleType

import numpy as np
import pytest
import torch

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.answers.stepping import Answers
from cgp_harness.kinds.optimizer.answers.training import ChangedInPlaceError, Training
from cgp_harness.kinds.optimizer.requests import RunTrajectory, RunTrajectoryFrom
from cgp_harness.registering.contract import Registered
from cgp_harness.sandbox.worker import faults
from cgp_harness.sandbox.worker.answering import Position
from cgp_harness.sandbox.worker.refusing import ready_made
from cgp_harness.sandbox.worker.refusing.guard import GUARD
from cgp_reference.decorator import optimizer
from cgp_reference.rule import RuleError
from tests.harness.worker.stepped import stepped

ONES = np.ones(3)
KINDS = ("numpy", "torch", "scalar")


def steps(rule, rows, arrays="numpy", shapes=((3,),), **options):
    training = Training(rule, shapes, arrays, **options)
    return np.array([stepped(training, row)[0] for row in rows])


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - beta1**k) / (v / (1 - beta2**k) + eps) ** 0.5, m, v


@pytest.mark.parametrize("arrays", KINDS)
def test_every_kind_of_array_gives_the_same_steps(arrays):
    rows = np.random.default_rng(3).normal(size=(5, 7))
    shapes = ((2, 3), ())
    run = adam.run([np.zeros(7)])
    expected = [run.step([row], {})[0] for row in rows]
    np.testing.assert_allclose(steps(adam, rows, arrays, shapes), expected, rtol=1e-14)


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_of_the_gradient_is_the_dtype_of_the_step(arrays, dtype):
    assert stepped(Training(adam, ((3,),), arrays, dtype), ONES)[1] == dtype


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_shapes_reach_the_rule(arrays):
    seen = []

    @optimizer(m=0)
    def rule(g, m, lr=1.0):
        seen.append((tuple(g.shape), tuple(m.shape)))
        return g, m

    steps(rule, [np.ones(7)], arrays, ((2, 3), ()))
    assert seen == [((2, 3), (2, 3)), ((), ())]


@optimizer
def scales_gradient(g, lr=1.0):
    g *= lr
    return g


@optimizer(m=0)
def adds_to_state(g, m, lr=1.0):
    m += g
    return lr * m, m


@pytest.mark.parametrize("rule", [scales_gradient, adds_to_state])
@pytest.mark.parametrize(
    ("arrays", "error"), [("numpy", ValueError), ("torch", ChangedInPlaceError)]
)
def test_a_change_in_place_is_an_error(rule, arrays, error):
    with pytest.raises(error, match="read-only"):
        steps(rule, [ONES], arrays)


@pytest.mark.parametrize("rule", [scales_gradient, adds_to_state])
@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_a_change_in_place_goes_unpunished_in_writable_arrays(rule, arrays):
    np.testing.assert_array_equal(steps(rule, [ONES], arrays, writable=True), [ONES])


@pytest.mark.parametrize("start", [(), (5.0, 7.0)])
def test_steps_are_written_over_their_gradients_and_values_are_not_sent_back(start):
    kind = RunTrajectoryFrom if start else RunTrajectory
    name = "decayed" if start else "plain"
    request = kind(
        name, ((2,),), "numpy", "float64", writable=False, reuse_buffer=False, hyperparameters={},
        schedule={})
    targets = {one.name: Registered("optimizer", one.name, one, "plugin.py:1") for one in (
        optimizer(name="plain")(lambda g, lr=2.0: lr * g),
        optimizer(name="decayed")(lambda g, p, lr=2.0: lr * g + p))}
    payload = bytearray(np.array([*start, 1.0, 2.0, 3.0, 4.0]).tobytes())
    answer, values = Answers().answer(request, targets, payload, Position())
    assert (answer.dtype, values.obj) == ("float64", payload)
    expected = [7.0, 11.0, 4.0, 4.0] if start else [2.0, 4.0, 6.0, 8.0]
    np.testing.assert_array_equal(np.frombuffer(values), expected)


def test_the_second_parameter_is_named_when_it_is_the_one():
    @optimizer
    def rule(g, lr=1.0):
        if g[0] > 1:
            raise ZeroDivisionError
        return g

    training = Training(rule, ((1,), (1,)), "numpy")
    stepped(training, np.ones(2))
    with pytest.raises(ZeroDivisionError):
        stepped(training, np.array([1.0, 2.0]))
    assert (training.k, training.parameter) == (2, 1)


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
@pytest.mark.parametrize("reuse", [False, True])
def test_a_returned_gradient_is_kept_by_value(arrays, reuse):
    @optimizer(last=0)
    def rule(g, last, lr=1.0):
        return g - last, g

    rows = [ONES, 3 * ONES, 6 * ONES]
    got = steps(rule, rows, arrays, reuse_buffer=reuse)
    np.testing.assert_array_equal(got, [ONES, 2 * ONES, 3 * ONES])


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
@pytest.mark.parametrize(("reuse", "last"), [(False, 1.0), (True, 0.0)])
def test_a_reused_buffer_shows_in_a_gradient_that_the_rule_kept_itself(arrays, reuse, last):
    kept = []

    @optimizer
    def rule(g, lr=1.0):
        kept.append(g)
        return g - kept[0]

    got = steps(rule, [ONES, 2 * ONES], arrays, reuse_buffer=reuse)
    np.testing.assert_array_equal(got[1], last * ONES)


def test_a_buffer_of_the_rule_own_stays_writable():
    buffer = np.zeros(3)

    @optimizer(m=0)
    def rule(g, m, lr=1.0):
        np.add(m, g, out=buffer)
        return buffer, buffer

    np.testing.assert_array_equal(steps(rule, [ONES, ONES]), [ONES, 2 * ONES])


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_a_number_as_state_stands_for_the_whole_parameter(arrays):
    @optimizer(n=0)
    def rule(g, n, lr=1.0):
        return g + n, 5

    training = Training(rule, ((3,),), arrays, "float32")
    stepped(training, ONES)
    values, dtype = stepped(training, ONES)
    np.testing.assert_array_equal(values, 6 * ONES)
    assert dtype == "float32"


NUMBERS = "real numbers in the shape of the gradient"


@pytest.mark.parametrize(
    ("returned", "what"),
    [
        (lambda g: np.outer(g, g), "a step of shape (3, 3) for a parameter of shape (3,)"),
        (lambda g: 1.0, "a step of shape () for a parameter of shape (3,)"),
        (lambda g: g * 1j, "a step of complex numbers"),
        (lambda g: g > 0, "a step of dtype bool"),
        (lambda g: "abc", "a step that is a str"),
        (lambda g: np.array([object()] * 3), "a step of dtype object"),
        (lambda g: ([[1.0], [1.0, 2.0]],), "a step that is no array of numbers"),
        (lambda g: torch.ones(4), "a step of shape (4,) for a parameter of shape (3,)"),
    ],
)
def test_a_step_that_is_none_is_refused(returned, what):
    @optimizer
    def rule(g, lr=1.0):
        return returned(g)

    with pytest.raises(RuleError) as caught:
        steps(rule, [ONES])
    assert (caught.value.what, caught.value.expected) == (f"rule() returned {what}", NUMBERS)


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_a_state_of_another_shape_is_refused(arrays):
    @optimizer(m=0)
    def rule(g, m, lr=1.0):
        return g, g[:2]

    with pytest.raises(RuleError) as caught:
        steps(rule, [ONES], arrays)
    assert caught.value.what == (
        "rule() returned the state 'm' of shape (2,) for a parameter of shape (3,)"
    )


def test_numbers_that_overflow_are_answers():
    @optimizer
    def rule(g, lr=1.0):
        return g * 1e308 * 10

    with np.errstate(all="ignore"):
        assert np.isinf(steps(rule, [ONES])).all()


# --- faults ------------------------------------------------------------------------------------


def test_a_text_that_raises_is_no_text():
    class Sly(Exception):
        def __str__(self):
            raise SystemExit

    report = faults.failed(Sly(), "/submission")
    assert (report.kind, report.what) == (
        "raised", "Sly: (its text cannot be shown: SystemExit)"
    )


def test_paths_of_this_machine_are_left_out():
    error = FileNotFoundError("no file /somewhere/data.csv in /somewhere")
    assert faults.failed(error, "/somewhere").what == (
        "FileNotFoundError: no file data.csv in ."
    )


# --- forbid ------------------------------------------------------------------------------------


def test_a_ready_made_optimizer_is_disarmed_while_asked_and_its_base_class_is_not(monkeypatch):
    class Optimizer:
        def step(self):
            return "own"

    class Adam(Optimizer):
        pass

    optim = ModuleType("optim")
    optim.Optimizer, optim.Adam = Optimizer, Adam
    ready_made.disarm(optim)
    assert (Optimizer().step(), Adam().step()) == ("own", "own")  # a comparison, while imported
    monkeypatch.setattr(GUARD, "up", True)
    assert Optimizer().step() == "own"
    with pytest.raises(PluginError) as caught:
        Adam().step()
    assert (caught.value.what, caught.value.fix) == (
        "torch.optim.Adam is not allowed here", "write the update yourself"
    )


# --- the parameter's value ---------------------------------------------------------------------


def held(rule, start, arrays="numpy", shapes=((2,), ()), **options):
    training = Training(rule, shapes, arrays, **options)
    training.values = np.array(start, float)
    return training


@pytest.mark.parametrize("arrays", KINDS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_p_is_the_value_before_the_step_like_the_gradient_and_moves_by_the_step(arrays, dtype):
    seen = []

    @optimizer
    def rule(g, p, lr=0.5):
        seen.append((type(p) is type(g), getattr(p, "dtype", 0) == getattr(g, "dtype", 0),
                     np.shape(p) == np.shape(g), np.ravel(p).tolist()))
        return lr * g

    training = held(rule, [1.0, -2.0, 4.0], arrays, dtype=dtype)
    for _ in range(2):
        stepped(training, np.array([2.0, 4.0, -8.0]))
    alike = all(all(same) for *same, _ in seen)
    values = [number for *_, value in seen for number in value]
    assert (alike, values) == (True, [1.0, -2.0, 4.0, 0.0, -4.0, 8.0])
    assert training.values.tolist() == [-1.0, -6.0, 12.0]


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_a_rule_that_changes_p_is_told_and_one_that_may_harms_its_copy_only(arrays):
    @optimizer
    def rule(g, p, lr=0.5):
        p -= lr * g
        return lr * g

    with pytest.raises(ValueError, match=r"read-only") as caught:
        stepped(held(rule, [1.0, -2.0, 4.0], arrays), ONES)
    assert isinstance(caught.value, ChangedInPlaceError) == (arrays == "torch")
    training = held(rule, [1.0, -2.0, 4.0], arrays, writable=True)
    stepped(training, ONES)
    assert training.values.tolist() == [0.5, -2.5, 3.5]


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
@pytest.mark.parametrize(("again", "kept"), [(False, [1.0, -2.0]), (True, [0.5, -2.5])])
def test_whoever_keeps_the_array_of_p_finds_what_training_would_leave_there(arrays, again, kept):
    seen = []

    @optimizer
    def rule(g, p, lr=0.5):
        seen.append(p)
        return lr * g

    training = held(rule, [1.0, -2.0], arrays, ((2,),), reuse_buffer=again)
    for _ in range(2):
        stepped(training, np.ones(2))
    assert [one.tolist() for one in seen] == [kept, [0.5, -2.5]]


def test_a_state_that_is_p_is_what_p_was():
    @optimizer(before=0)
    def rule(g, p, before, lr=1.0):
        return p - before, p

    training = held(rule, [8.0, 2.0, 1.0], reuse_buffer=True)
    assert [stepped(training, ONES)[0].tolist() for _ in range(2)] == [
        [8.0, 2.0, 1.0], [-8.0, -2.0, -1.0]]

"""`activation`: every activation in use passes, every known mistake is refused and named."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.points import points
from cgp_harness.model import Status
from cgp_harness.reports.case import case_of
from tests.harness.activations.activation_forms import RIGHT, sigmoid, slope_of_sigmoid, tanh_slope
from tests.harness.in_process.activations import context_of


@pytest.mark.parametrize("seed", range(3))
def test_activations_in_use_pass_in_every_style(seed):
    for name, function in RIGHT.items():
        done = activation(context_of(function, seed))
        assert (done.status, done.fraction, done.learned) == (
            Status.PASSED, 1.0, {"fits": True}), (name, done)


def test_the_message_of_a_right_one_names_its_kinks():
    count = len(points(0))
    assert activation(context_of(RIGHT["tanh"])).message == (
        f"At {count} numbers the derivative is that of the value.")
    assert activation(context_of(RIGHT["relu6"])).message == (
        f"At {count} numbers the derivative is that of the value; at x = 0, 6 the value has a "
        "kink, where any number between the slopes on both sides is right.")


def with_slope(slope, value=np.tanh):
    return lambda x: (value(x), slope(x))


NOISE = np.random.default_rng(0)
WRONG = {
    "sign": [with_slope(lambda x: -tanh_slope(x)), lambda x: (np.sin(x), -np.cos(x))],
    "swapped": [lambda x: (tanh_slope(x), np.tanh(x)),
                lambda x: (slope_of_sigmoid(x), sigmoid(x))],
    "zero_derivative": [with_slope(np.zeros_like)],
    "value_as_derivative": [with_slope(np.tanh), lambda x: (sigmoid(x),) * 2],
    "derivative_at_value": [
        with_slope(lambda x: tanh_slope(np.tanh(x))),
        lambda x: (sigmoid(x), slope_of_sigmoid(sigmoid(x)))],
    "x_for_value": [
        with_slope(lambda x: 1 - x * x), lambda x: (sigmoid(x), x * (1 - x))],
    "one_term": [
        lambda x: (x * sigmoid(x), sigmoid(x)),                     # h alone
        lambda x: (x * sigmoid(x), x * slope_of_sigmoid(x)),        # x h' alone
        lambda x: (x / (1 + abs(x)), 1 / (1 + abs(x)))],
    "derivative_of_another": [
        with_slope(slope_of_sigmoid), with_slope(np.ones_like), with_slope(np.cos),
        with_slope(lambda x: np.where(x > 0, 1.0, 0.0)),
        lambda x: (sigmoid(x), tanh_slope(x))],
    "factor": [
        with_slope(lambda x: tanh_slope(x) / 2), with_slope(lambda x: 1.0009 * tanh_slope(x)),
        with_slope(lambda x: tanh_slope(2 * x), lambda x: np.tanh(2 * x)),  # inner derivative
        lambda x: (np.exp(-x * x / 2), -x * np.exp(-x * x / 2) * 2)],
    "dtype": [lambda x: (np.tanh(x).astype(np.float32), tanh_slope(x)),
              lambda x: (np.tanh(x), tanh_slope(x).astype(np.float16))],
    "not_finite": [lambda x: (np.log(1 + np.exp(x)), sigmoid(x)),
                   lambda x: (abs(x), x / abs(x))],
    "not_elementwise": [
        lambda x: (np.exp(x - x.max()) / np.exp(x - x.max()).sum(), np.ones_like(x)),
        lambda x: (np.tanh(x - x.mean()), tanh_slope(x - x.mean())),
        lambda x: (np.tanh(np.sort(x, axis=None).reshape(x.shape)), tanh_slope(x))],
    "not_deterministic": [
        lambda x: (np.tanh(x) + NOISE.normal(0, 1e-9, x.shape), tanh_slope(x))],
    "constant": [lambda x: (np.full_like(x, 0.5), np.zeros_like(x)),
                 lambda x: (0 * x, 0 * x)],
    "affine": [lambda x: (x, np.ones_like(x)), lambda x: (2 * x + 1, np.full_like(x, 2)),
               lambda x: (1e-3 * x, np.full_like(x, 1e-3))],
    "kink": [lambda x: (np.maximum(x, 0), np.where(x > 0, 1.0, np.where(x < 0, 0.0, 2.0)))],
    "": [with_slope(lambda x: tanh_slope(x) + 5e-6),
         with_slope(lambda x: np.sqrt(tanh_slope(x))),
         lambda x: (np.where(x > 0, x, np.expm1(np.minimum(x, 0))), np.where(x > 0, 1, x))],
}


@pytest.mark.parametrize("flag", WRONG)
@pytest.mark.parametrize("seed", range(3))
def test_a_known_mistake_is_refused_and_named(flag, seed):
    for function in WRONG[flag]:
        done = activation(context_of(function, seed))
        # Digits that are lost say nothing of whether value and derivative fit.
        fits = True if flag == "dtype" else None
        assert (done.status, done.fraction, done.learned.get("fits")) == (Status.FAILED, 0.0, fits)
        assert done.diagnosis.flags == ((flag,) if flag else ())


MESSAGES = {
    "sign": (
        "At x = 0 the value is 0 and the derivative -1; the slope of the value is 1.\n"
        "{} of {} numbers differ.",
        "The sign is wrong: you return -1 times the derivative of your value."),
    "swapped": (
        "At x = 1 the value is 0.4199743416 and the derivative 0.761594156; the slope of the value "
        "is -0.639700008.\n{} of {} numbers differ.",
        "The derivative comes first and the value second: end with `return value, derivative`."),
    "derivative_at_value": (
        "At x = 1 the value is 0.761594156 and the derivative 0.58781675; the slope of the value "
        "is 0.419974342.\n{} of {} numbers differ.",
        "Your derivative is taken at the value y = f(x), where it must be taken at x itself: you "
        "return f'(f(x))."),
    "x_for_value": (
        "At x = 1 the value is 0.761594156 and the derivative 0; the slope of the value is "
        "0.419974342.\n{} of {} numbers differ.",
        "You return 1 - x^2. The derivative of tanh is 1 - y^2 with the value y, so y belongs "
        "where x stands."),
    "one_term": (
        "At x = 1 the value is 0.7310585786 and the derivative 0.7310585786; the slope of the "
        "value is 0.927670512.\n{} of {} numbers differ.",
        "The derivative of x h(x) is h(x) + x h'(x) (product rule): you return h(x) alone."),
    "derivative_of_another": (
        "At x = 0 the value is 0 and the derivative 0.25; the slope of the value is 1.\n"
        "{} of {} numbers differ.",
        "You return the derivative of sigmoid, y (1 - y), y = sigmoid(x); your value is tanh."),
    "factor": (
        "At x = 0 the value is 0 and the derivative 0.5; the slope of the value is 1.\n"
        "{} of {} numbers differ.",
        "You return 0.5 times the derivative of your value. Such a factor is often the derivative "
        "of what stands inside, which the chain rule multiplies by."),
    "kink": (
        "At x = 0 the value is 0 and the derivative 2; the slope of the value is 0 on the left and "
        "1 on the right.\n{} of {} numbers differ.",
        "The derivative is right but for the kink; there any number between the slopes on both "
        "sides is accepted."),
    "": (
        "At x = 0 the value is 0 and the derivative 1.000005; the slope of the value is 1.\n"
        "{} of {} numbers differ.",
        "No known mistake explains it. It is nowhere off by more than 5e-06, as a difference "
        "quotient would be: write the derivative by its formula."),
    "dtype": (
        "The value comes as float32, which keeps 7 digits or fewer; x is float64, and so must the "
        "answer be (whole numbers and truth values are taken too).",
        "The numbers are rounded on their way, to float32 or less."),
    "constant": (
        "The value is the same for every x: 0.5. A network needs a bend: with this activation its "
        "layers together could do no more than a single one.",
        "There is nothing that depends on x."),
}


@pytest.mark.parametrize("flag", MESSAGES)
def test_the_message_shows_one_number_and_the_diagnosis_says_why(flag):
    done = activation(context_of(WRONG[flag][0]))
    message, diagnosis = MESSAGES[flag]
    shown = done.message.rpartition("\n")[2].split(" of ")
    assert done.message == message.format(shown[0], len(points(0)))
    assert done.diagnosis.text == diagnosis


def test_affine_and_infinite_and_mixed_answers_are_shown():
    assert activation(context_of(WRONG["affine"][1])).message == (
        "The value is a straight line: 2 x + 1.000000. A network needs a bend: with this "
        "activation its layers together could do no more than a single one.")
    done = activation(context_of(WRONG["not_finite"][1]))
    assert done.message == (
        "The derivative at x = 0 is nan; both must be finite for |x| up to 1000, since sums of "
        "weighted inputs get that large.")
    assert done.counterexample == {
        "activation": "mine", "x": [0.0], "value": [0.0], "derivative": [None],
        "table": {"heading": "at the first number that shows it",
                  "columns": ["x", "value", "derivative"], "rows": [[0.0, 0.0, "nan"]],
                  "first_difference": None}}
    centred = activation(context_of(WRONG["not_elementwise"][1]))
    assert centred.message.startswith("The value at x = 0 is ")
    assert centred.message.endswith(
        " when asked as an array of shape (2, 644). It must follow from that one number alone.")


@pytest.mark.parametrize("beside", [np.inf, np.nan])
def test_a_value_that_is_finite_at_the_points_alone_is_refused(beside):
    done = activation(context_of(lambda x: (np.where(
        (np.abs(x - 0.5) > 9e-4) | (x == 0.5), x * x, beside), 2 * x)))
    assert (done.status, done.diagnosis.flags) == (Status.FAILED, ("not_finite",))
    assert done.message == (
        "Close to x = 0.5, within 1e-03 of it, the value is not finite.")


def test_the_case_holds_what_it_takes_to_see_it_again():
    function = WRONG["factor"][0]
    case = activation(context_of(function)).counterexample
    value, derivative = function(np.array(case["x"]))
    assert case["x"][:2] == [0.0, 1.0]
    assert len(case["x"]) == 6
    assert (case["value"], case["got"]) == (value.tolist(), derivative.tolist())
    np.testing.assert_allclose(case["expected"], 2 * derivative, rtol=1e-9, atol=1e-12)
    assert case["table"]["columns"] == ["x", "value", "got", "expected"]
    assert case["table"]["rows"][1] == [case[name][1] for name in ("x", "value", "got", "expected")]
    shown = case_of(case)
    assert (shown.columns, len(shown.rows)) == (("x", "value", "got", "expected"), 6)


@pytest.mark.parametrize(("function", "message"), [
    (np.tanh, "mine() returned one array\n  expected a pair (value, derivative)\n"
     "  fix: end the function with `return value, derivative`"),
    (lambda x: None, "mine() returned None\n  expected a pair (value, derivative)\n"
     "  fix: end the function with `return value, derivative`"),
    (lambda x: (x, x, x), "mine() returned 3 values\n  expected a pair (value, derivative)\n"
     "  fix: end the function with `return value, derivative`"),
    (lambda x: (np.tanh(x), 1.0),
     "mine() returned a derivative of shape () for x of shape (1289,)\n"
     "  expected value and derivative in the shape of x\n"
     "  fix: write `np.full_like(x, …)` for one number everywhere"),
    (lambda x: (np.tanh(x)[1:], x), "mine() returned a value of shape (1288,) for x of shape "
     "(1289,)\n  expected value and derivative in the shape of x"),
    (lambda x: (np.tanh(x).ravel(), tanh_slope(x).ravel()), "mine() returned a value of shape "
     "(1288,) for x of shape (2, 644)\n  expected value and derivative in the shape of x"),
    (lambda x: ("a", x), "mine() returned a value that is a str\n  expected real numbers"),
    (lambda x: (x + 1j, x), "mine() returned a value of dtype complex128\n  expected real numbers"),
    (lambda x: ([[1], [1, 2]], x), "mine() returned a value that is no array of numbers\n"
     "  expected value and derivative in the shape of x"),
])
def test_what_breaks_the_contract_ends_the_task(function, message):
    done = activation(context_of(function))
    assert (done.status, str(done.message), done.blocks) == (Status.STUDENT_ERROR, message, True)


def slope_at(x):
    return 1 - np.tanh(x)**2


def single(x):
    return x.astype(np.float32).astype(np.float64)


class Counted:
    """tanh, but for one call of so many."""

    def __init__(self, each):
        self.each, self.calls = each, 0

    def __call__(self, x):
        self.calls += 1
        return np.tanh(x), slope_at(x) * (1.1 if self.calls % self.each == 0 else 1)


@pytest.mark.parametrize(("function", "flags"), [
    # x in float32, on the way to one of the two
    (lambda x: (np.tanh(x), slope_at(single(x))), ("dtype",)),
    (lambda x: (np.tanh(single(x)), slope_at(single(x))), ("dtype",)),
    (lambda x: (np.logaddexp(0, x), sigmoid(single(x))), ("dtype",)),
    (lambda x: (x * sigmoid(single(x)), sigmoid(x) + x * slope_of_sigmoid(x)), ()),  # half of it
    # to some digits, which is no float32
    (lambda x: (np.tanh(x), slope_at(np.round(x, 3))), ("rounded",)),
    (lambda x: (np.tanh(x), slope_at(np.round(x, 6))), ("rounded",)),
    (lambda x: (np.round(np.tanh(x), 7), slope_at(x)), ("rounded",)),
    # beside 0, and with four axes
    (lambda x: (np.tanh(x), np.where((np.abs(x) < 1e-5) & (x != 0), 0.0, slope_at(x))), ()),
    (lambda x: (np.where(np.abs(x) < 1e-8, 1.0, np.tanh(x)), slope_at(x)), ("spike",)),
    (lambda x: (np.where(x == 0, 0.0, np.sinc(x)), np.where(x == 0, 0.0, (
        np.cos(np.pi * x) - np.sinc(x)) / np.where(x == 0, 1.0, x))), ("spike",)),
    (lambda x: (np.where(x == 6, 7.0, x * x), 2 * x), ("spike",)),
    (lambda x: (np.tanh(x), slope_at(x) * (1 + (x.ndim == 4))), ("not_elementwise",)),
    # memory, wherever it shows first
    (Counted(3), ("not_deterministic",)), (Counted(10), ("not_deterministic",)),
    (Counted(50), ("not_deterministic",)),
    # a kink takes any slope between its sides, and so shows nothing of f'(f(x))
    (lambda x: (np.clip(x, 0, 6), np.where(x > 0, 1.0, 0.0)), ()),
    (lambda x: (np.clip(x, -1, 1), np.ones_like(x)), ("derivative_of_another",)),
    (lambda x: (np.clip(x, 0, 1), np.where(x > 0, 0.5, 0.0)), ()),
    # the same on one side of 0
    (lambda x: (np.where(x > 0, x, 0.5 * np.expm1(np.minimum(x, 0))),
                np.exp(np.minimum(x, 0))), ()),
])
def test_a_corner_of_an_activation_is_looked_at_and_gets_no_false_name(function, flags):
    done = activation(context_of(function))
    assert (done.status, done.diagnosis.flags) == (Status.FAILED, flags)


def test_what_is_said_of_a_value_that_stands_apart():
    done = activation(context_of(lambda x: (np.where(x == 2, 0.0, x * x), 2 * x)))
    assert (done.message, done.diagnosis.text) == (
        "The value at x = 2 is 0, and 4.00005 on both sides of it: one number stands apart from "
        "its neighbours.",
        "Where a formula is 0/0, the value is the limit: of sin(x)/x at 0 it is 1, not 0.")


def test_what_is_said_of_an_x_that_was_rounded_to_float32():
    done = activation(context_of(lambda x: (np.tanh(x), slope_at(single(x)))))
    assert done.message == (
        "The derivative is the same to the last digit at x = 0.5 and at x = 0.5000000005, where it "
        "must change: x is rounded to float32 on its way, which keeps 7 digits. x is float64; "
        "compute with it as it is.")
    assert done.learned == {"fits": True}
    rounded = activation(context_of(lambda x: (np.tanh(x), np.round(slope_at(x), 7))))
    assert rounded.message == (
        "The derivative is the same to the last digit at x = 0.5 and at x = 0.5000000005, where it "
        "must change: it is rounded, or x is on its way to it.")
    assert rounded.learned == {"refused": "its numbers are rounded"}


def test_a_call_that_differs_from_the_same_call_is_said_to():
    done = activation(context_of(Counted(10)))
    assert done.message == (
        "The derivative at x = 0.5 is 0.8650925063, and 0.786447733 when asked alone, as an array "
        "of shape (1,) a second time. It must follow from that one number alone.")


def test_points_are_different_numbers_up_to_a_thousand_and_others_for_another_seed():
    first, second = points(0), points(1)
    assert len(set(first.tolist())) == len(first)
    assert (first.min(), first.max()) == (-1000, 1000)
    assert set(first.tolist()) != set(second.tolist())
    assert {0.0, 1.0, -1.0, 3.0, 6.0} <= set(first.tolist()) & set(second.tolist())


def test_a_verdict_takes_few_requests():
    right, wrong = context_of(RIGHT["tanh"]), context_of(WRONG["sign"][0])
    activation(right)
    activation(wrong)
    assert (right.subject.of("activation").asked, wrong.subject.of("activation").asked) == (78, 82)


def test_a_network_of_another_name_is_asked_by_that_name():
    done = activation(context_of(WRONG["sign"][0], name="bent"))
    assert done.counterexample["activation"] == "bent"
    context = context_of(RIGHT["tanh"], name="bent")
    assert activation(replace(context, seed=7)).status is Status.PASSED


HOSTILE = {
    "beyond all numbers": lambda x: (1e308 * np.sign(x), 0 * x),
    "all of them": lambda x: (1e308 * np.tanh(1e308 * x), -1e308 + 0 * x),
    "least numbers": lambda x: (5e-324 * (x > 1), 0 * x),
    "a needle": lambda x: (np.where(x == 0, 1e300, 0.0), 0 * x),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_absurd_numbers_end_in_a_verdict_and_warn_of_nothing(name):
    for seed in range(3):
        done = activation(context_of(HOSTILE[name], seed))
        assert done.status in (Status.PASSED, Status.FAILED)
        json.dumps(done.counterexample, allow_nan=False)

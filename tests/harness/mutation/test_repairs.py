"""The change of a wrong rule's own source that makes it right: which is found, in which form.

In the test's own process, by the very code that a worker answers with.
"""

import ast
import inspect
import linecache
import signal
import time
import warnings

import numpy as np
import pytest

from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.repairs.search import found
from cgp_harness.mutation.change import changed
from cgp_harness.mutation.exchanged import exchanged, regrouped
from cgp_harness.mutation.left_out import left_out
from cgp_harness.mutation.mending.repairs import MENDS, SENTENCES, repairs
from cgp_harness.mutation.names import replaced
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import source_of
from cgp_harness.sandbox.host.changing import repair as repair_of
from cgp_harness.sandbox.worker import changing
from cgp_harness.sandbox.worker.changing import shown
from cgp_harness.sandbox.worker.loading.stopping import StoppedError, stopping
from tests.harness.in_process import rules as in_process
from tests.harness.in_process.changed import rule_in
from tests.harness.rules.naming.foreign_rules import FOREIGN, foreign_source
from tests.harness.rules.right.correctness import correctness
from tests.long import some
from tests.mutants.write import SINGLES, source

HOMEWORK = correctness()
SINGLE = {
    "sgd_plus": {
        "sign_flipped": "a minus is too much: 10",
        "damped": "a factor is too much: 8",
        "nesterov": "a state has its new value where the old one belongs: 9",
        "mu_swapped": "one minus a value stands for the value: 8",
        "previous_buffer": "a line comes too early: 8",
        "lr_twice": "a factor is too much: 9",
        "first_step_skipped": "a line is too much: 11",
        "torch_dampening": "a factor is too much: 8",
    },
    "adagrad": {
        "sign_flipped": "a minus is too much: 10",
        "lr_in_gradient": "a line comes too early: 8",
        "lr_twice": "a factor is too much: 8",
        "no_square_root": "a root is missing: 9",
        "half_for_root": "parentheses stand in the wrong place: 9",
        "no_eps": "a term is missing: 9",
        "step_added_to_gradient": "a term is too much: 9",
        "not_accumulated": "a term is missing: 8",
        "absolute_gradient": "a square is missing: 8",
        "previous_sum": "a line comes too early: 8",
        "decaying_average": "the weights of a sum are too much: 8",
        "mean_for_sum": "a division is too much: 9",
        "lr_in_accumulator": "a factor is too much: 8",
    },
    "rmsprop": {
        "sign_flipped": "a minus is too much: 10",
        "lr_in_gradient": "a line comes too early: 8",
        "lr_twice": "a factor is too much: 8",
        "no_square_root": "a root is missing: 9",
        "half_for_root": "parentheses stand in the wrong place: 9",
        "no_eps": "a term is missing: 9",
        "step_added_to_gradient": "a term is too much: 9",
        "sum_for_average": "the weights of an average are missing: 8",
        "no_memory": "the value of before is missing in an average: 8",
        "absolute_gradient": "a square is missing: 8",
        "previous_average": "a line comes too early: 8",
        "rho_swapped": "a value and one minus it are exchanged: 8",
        "bias_correction_added": "a division is too much: 9",
        "centred": "a term is too much: 10",
    },
    "adam": {
        "sign_flipped": "a minus is too much: 13",
        "lr_in_gradient": "a factor stands in the wrong place: 8, 14",
        "lr_twice": "a factor is too much: 8",
        "no_square_root": "a root is missing: 12",
        "half_for_root": "parentheses stand in the wrong place: 12",
        "no_eps": "a term is missing: 12",
        "step_added_to_gradient": "a term is too much: 12",
        "no_bias_correction_m": "a division is missing: 10",
        "no_bias_correction_v": "a division is missing: 11",
        "betas_swapped": "two names are exchanged: 8, 9, 10, 11",
        "absolute_gradient": "a square is missing: 9",
        "gradient_not_squared": "a square is missing: 9",
        "k_from_zero": "a term is too much: 10, 11",
        "k_from_two": "a term is too much: 10, 11",
        "k_per_parameter": "one value stands where another belongs: 14, 15",
        "m_undamped": "a factor is missing: 8",
        "v_undamped": "a factor is missing: 9",
        "gradient_for_m": "one value stands where another belongs: 12",
        "v_from_m": "one value stands where another belongs: 9",
        "m_beta_swapped": "a value and one minus it are exchanged: 8",
        "v_beta_swapped": "a value and one minus it are exchanged: 9",
        "corrected_moments_stored": "the wrong values are stored as state: 13",
        "previous_moments": "some lines come too late: 11, 12",
        "beta_times_k": "one operator stands where another belongs: 10, 11",
        "power_of_difference": "parentheses stand in the wrong place: 10, 11",
        "v_without_memory": "a term is missing: 9",
        "beta1_in_v_hat": "one value stands where another belongs: 11",
        "gradient_missing": "a factor is missing: 8",
        "square_of_product": "parentheses stand in the wrong place: 9",
    },
}
"""Of each known mistake what is said, and in which lines; those that no small change mends are not
there, nor those that `hyperparameters` charges."""
OUTSIDE = {
    "sgd_plus": {
        "gradient clipped": "a function is too much: 7",
        "sign of the buffer": "a function is too much: 8",
        "weight decay of the buffer": "a term is too much: 7",
        "half of the momentum": "a factor is too much: 7",
        "momentum squared": "a power is too much: 7",
        "momentum grows with k": "a factor is too much: 7",
        "a rate that decays": "a division is too much: 8",
        "a rate that decays slowly": "a division is too much: 7",
        "corrected like Adam": "a power is too much: 8",
        "a tenth too much": "a factor is too much: 8",
        "the buffer goes to zero": "a function is too much: 8",
        "gradient and buffer halved": "one value stands where another belongs: 8",
        "always nan": "a factor is too much: 8",
        "nan from the second step on": "one value stands where another belongs: 8",
        "cubed": "a power is too much: 7",
        "rounded": "a function is too much: 8",
        "begun with half the gradient": "a division is too much: 7",
        "momentum of the rate": "one value stands where another belongs: 7",
    },
    "adagrad": {
        "a floor under the sum": "a function is too much: 7",
        "eps and more": "a term is too much: 8",
        "a small state at first": "a term is too much: 7",
        "cube root": "one function stands where another belongs: 8",
        "the larger of root and eps": "one function stands where another belongs: 8",
        "maximum for the sum": "one function stands where another belongs: 7",
        "eps squared": "a power is too much: 8",
        "a sum that halves": "a factor is too much: 7",
        "one more in the sum": "a term is too much: 8",
        "rate by k as well": "a division is too much: 8",
        "sum of halves": "a division is too much: 7",
        "eps at every step": "a term stands in the wrong place: 7, 8",
    },
    "rmsprop": {
        "a floor under the average": "a function is too much: 7",
        "the larger of root and eps": "one function stands where another belongs: 8",
        "an average that never falls": "a function is too much: 7",
        "1e-12 in the average": "a term is too much: 7",
        "decay by k": "one value stands where another belongs: 8",
        "decay squared": "a power is too much: 7",
        "weights that add to less": "a power is too much: 7",
        "a step that is clipped": "a function is too much: 8",
        "half of the correction": "a division is too much: 8",
        "begun with twice the square": "a case is too much: 7",
        "eps in both places": "a term is too much: 8",
        "fourth root": "a number is not the right one: 8",
        "weight decay": "a term is too much: 7",
    },
    "adam": {
        "AMSGrad without a memory of its own": "a function is too much: 9",
        "NAdam": "a line is too much: 10",
        "the larger of root and eps": "one function stands where another belongs: 10",
        "root of the first correction": "a power is too much: 9",
        "k halved": "a division is too much: 9",
        "1e-12 in the second moment": "a term is too much: 9",
        "weights that add to more": "one value stands where another belongs: 8",
        "second moment of m hat": "one value stands where another belongs: 9",
        "nan from the second step on": "a division is too much: 10",
        "the first step is nan": "a factor stands in the wrong place: 9, 10",
        "eps in both places": "a term is too much: 10",
        "decoupled weight decay of the step": "a factor is too much: 10",
        "beta1 that fades": "a factor is too much: 7",
        "a warm-up": "a division is too much: 10",
        "geometric mean of two denominators": "a term stands in the wrong place: 9, 10",
    },
}
"""Of wrong rules that are in no bank."""


def repair(text, task, folder, homework=HOMEWORK, **learned):
    with rule_in(text, homework, task, folder) as context, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return found(context.knowing(learned))


def said(text, task, folder, **learned):
    one = repair(text, task, folder, **learned)
    return one and f"{one.says}: {', '.join(map(str, one.lines))}"


@pytest.mark.parametrize(("task", "flag"), some([
    (task, flag) for task, flags in SINGLES.items() for flag in flags
    if not flag.endswith("_hard_coded") and flag != "float32_arithmetic"], 3))
def test_where_each_known_mistake_is(task, flag, tmp_path):
    assert said(source(task, [flag]), task, tmp_path) == SINGLE[task].get(flag)


@pytest.mark.parametrize(("task", "name"), some([
    (task, name) for task, names in FOREIGN.items() for name in names
    if name != "correction ends after ten steps"], 3))
def test_where_a_mistake_is_that_no_bank_has(task, name, tmp_path):
    assert said(foreign_source(task, name), task, tmp_path) == OUTSIDE[task].get(name)


NUMPY = "import numpy as np\nfrom cgp_harness import optimizer\n\n"
TORCH = "import torch\nfrom cgp_harness import optimizer\n\n"
ADAM = '''@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (np.sqrt(v_hat) + eps), m, v
'''
WITH_TORCH = '''@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = torch.lerp(m, g, 1 - beta1)
    v = v.mul(beta2).addcmul(g, g, value=1 - beta2)
    m_hat = m.div(1 - beta1**k)
    v_hat = v.div(1 - beta2**k)
    return lr * m_hat / (v_hat.sqrt() + eps), m, v
'''
ON_NUMBERS = "import math\nfrom cgp_harness import optimizer\n\n" + ADAM.replace("np.", "math.")
CLASS = '''@optimizer(name="adam")
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(k=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["k"] += 1
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                m_hat = state["m"] / (1 - beta1 ** state["k"])
                v_hat = state["v"] / (1 - beta2 ** state["k"])
                p.sub_(group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))
'''
HELPERS = '''def average(old, new, beta):
    return beta * old + (1 - beta) * new

def corrected(value, beta, k):
    return value / (1 - beta**k)

@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = average(m, g, beta1), average(v, g * g, beta2)
    return lr * corrected(m, beta1, k) / (np.sqrt(corrected(v, beta2, k)) + eps), m, v
'''
CLOSURE = '''def made(power):
    @optimizer(s=0)
    def adagrad(g, s, lr=1e-3, eps=1e-8):
        s = s + g * g
        return lr * g / (s + eps)**power, s
    return adagrad

rule = made(0.5)
'''
DECORATED = '''import functools

def checked(function):
    @functools.wraps(function)
    def wrapper(*arguments, **named):
        return function(*arguments, **named)
    return wrapper

@optimizer(s=0)
@checked
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps)**0.5, s
'''
LAMBDA = '''made = optimizer(name="sgd_plus", v=0)
rule = made(lambda g, v, lr=1e-3, mu=0.9: (lr * (mu * v + g), mu * v + g))
'''
SIMPLE = '''@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v
    v += lr * g
    return v, v
'''
FORMS = {
    # no assignment, or another one
    "a comparison for an assignment": (
        NUMPY + ADAM, "    v = beta2", "    v == beta2",
        "a comparison stands alone as a statement: `=` is meant: 7"),
    "two comparisons": (
        NUMPY + ADAM.replace("    m = ", "    m == "), "    v = beta2", "    v == beta2",
        "a comparison stands alone as a statement: `=` is meant: 6, 7"),
    "a colon for an assignment": (
        NUMPY + ADAM, "    v = beta2", "    v: beta2", "`:` stands where `=` is meant: 7"),
    "a line that nothing keeps": (
        NUMPY + SIMPLE, "v += lr * g", "v + lr * g",
        "a line computes something, and nothing keeps it: 7"),
    "signs in the wrong order": (
        NUMPY + SIMPLE, "v += lr * g", "v =+ lr * g", "`=+` stands where `+=` is meant: 7"),
    "a return in a loop": (
        NUMPY + SIMPLE, "    v = mu * v\n    v += lr * g\n    return v, v\n",
        "    total = 0.0\n    for one in (lr * g, mu * v):\n        total = total + one\n"
        "        return total, total\n",
        "`return` stands in a loop, and ends it in its first round: 9"),
    "signs that turn a term": (
        NUMPY + SIMPLE.replace("return v, v", "return -v, v"), "v += lr * g", "v =- lr * g",
        "`=-` stands where `-=` is meant: 7"),
    # eps in the wrong place, and wrong in size
    "eps below the fraction": (NUMPY + ADAM, "m_hat / (np.sqrt(v_hat) + eps)",
                               "(m_hat / np.sqrt(v_hat) + eps)",
                               "parentheses stand in the wrong place: 10"),
    "eps in the average": (NUMPY + ADAM, "(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + 2 * eps)",
                           "a factor is too much: 10"),
    "eps squared": (NUMPY + ADAM, "+ eps)", "+ eps**2)", "a power is too much: 10"),
    # a correction frozen, or with another power
    "a correction frozen": (NUMPY + ADAM, "1 - beta1**k", "1 - beta1", "a power is missing: 8"),
    "a power outside": (NUMPY + ADAM, "(1 - beta1**k)", "(1 - beta1)**k",
                        "parentheses stand in the wrong place: 8"),
    "a correction by the state": (NUMPY + ADAM, "m / (1 - beta1**k)", "m * (1 - beta1**k)",
                                  "one operator stands where another belongs: 8"),
    # a state of the step before, or overwritten
    "the old second moment": (
        NUMPY + ADAM, "    v = beta2 * v + (1 - beta2) * g**2\n    m_hat = m / (1 - beta1**k)\n"
        "    v_hat = v / (1 - beta2**k)\n", "    m_hat = m / (1 - beta1**k)\n"
        "    v_hat = v / (1 - beta2**k)\n    v = beta2 * v + (1 - beta2) * g**2\n",
        "a line comes too early: 8"),
    "a state overwritten": (
        NUMPY + ADAM.replace("m_hat", "m"), "", "",
        "a state is overwritten by what is made of it: 8, 10"),
    # the rate
    "whole numbers of a quotient": (NUMPY + ADAM, "m / (1 - beta1**k)", "m // (1 - beta1**k)",
                                    "one operator stands where another belongs: 8"),
    "the rate divided": (NUMPY + ADAM, "lr * m_hat", "m_hat / lr",
                         "one operator stands where another belongs: 10"),
    "the rate over the root of k": (NUMPY + ADAM, "lr * m_hat", "lr / np.sqrt(k) * m_hat",
                                    "a division is too much: 10"),
    "noise on the gradient": (NUMPY + ADAM, "beta1) * g\n", "beta1) * (g + 1e-7 * np.sin(g))\n",
                              "a term is too much: 6"),
    "a step that is clipped": (NUMPY + ADAM, "lr * m_hat", "np.clip(lr * m_hat, -1e-2, 1e-2)",
                               "a function is too much: 10"),
    "the step number left out": (
        NUMPY + ADAM.replace("k, ", "").replace(" / (1 - beta1**k)", "").replace(
            " / (1 - beta2**k)", ""), "m_hat = m\n    v_hat = v\n    return lr * m_hat",
        "return lr * m", None),
    # other forms
    "tensors": (WITH_TORCH, "torch.lerp(m, g, 1 - beta1)", "torch.lerp(m, g, beta1)",
                "two operands are exchanged: 6"),
    "tensors without root": (WITH_TORCH, "v_hat.sqrt()", "v_hat", "a root is missing: 10"),
    "numbers": (ON_NUMBERS, "lr * m_hat", "lr * m", "one value stands where another belongs: 10"),
    "a class": (TORCH + CLASS, 'value=1 - beta2', 'value=beta2',
                "a value stands for one minus the value: 19"),
    "a class without a correction": (TORCH + CLASS, ' / (1 - beta2 ** state["k"])', "",
                                     "a division is missing: 21"),
    "a class that climbs": (TORCH + CLASS, "p.sub_", "p.add_",
                            "one function stands where another belongs: 22"),
    "a class without its rate": (TORCH + CLASS, 'group["lr"] * ', "", "a factor is missing: 22"),
    "a helper": (NUMPY + HELPERS, "(1 - beta) * new", "beta * new",
                 "a value stands for one minus the value: 5"),
    "what a helper is given": (NUMPY + HELPERS, "average(v, g * g", "average(v, g",
                               "a square is missing: 12"),
    "a closure": (NUMPY + CLOSURE, "s = s + g * g", "s = g * g", "a term is missing: 7"),
    "a closure's variable left alone": (NUMPY + CLOSURE, "(s + eps)**power", "(s + eps)",
                                        "a root is missing: 8"),
    "a decorator of one's own": (NUMPY + DECORATED, "g * g\n", "abs(g)\n",
                                 "a square is missing: 15"),
    "a lambda": (NUMPY + LAMBDA, "lr * (mu * v + g), mu", "-lr * (mu * v + g), mu",
                 "a minus is too much: 5"),
}


@pytest.mark.parametrize("name", FORMS)
def test_where_it_is_in_every_form_that_a_student_writes(name, tmp_path):
    text, right, wrong, expected = FORMS[name]
    assert right in text
    text = text.replace(right, wrong) if right else text
    text = text if "import" in text else TORCH + text
    task = next(one for one in ("adam", "adagrad", "sgd_plus") if one in text)
    arrays = {"tensor": "torch", "numbers": "scalar", "a class": "torch"}
    given = next((kind for form, kind in arrays.items() if name.startswith(form)), "numpy")
    with rule_in(text, HOMEWORK, task, tmp_path, arrays=given) as context, (
            warnings.catch_warnings()):
        warnings.simplefilter("ignore")
        one = found(context)
    assert (one and f"{one.says}: {', '.join(map(str, one.lines))}") == expected


# Of these the code is put into the file as text, and the file is graded: no part of the search.
@pytest.mark.parametrize(("task", "flag"), [
    ("sgd_plus", "nesterov"), ("sgd_plus", "torch_dampening"), ("adagrad", "decaying_average"),
    ("rmsprop", "no_memory"), ("rmsprop", "rho_swapped"), ("adam", "betas_swapped"),
    ("adam", "previous_moments"), ("adam", "corrected_moments_stored"), ("adam", "lr_in_gradient"),
    ("adam", "beta_times_k"), ("adam", "no_eps"), ("adam", "v_undamped")])
def test_a_file_with_the_change_made_is_right(task, flag, tmp_path):
    text = source(task, [flag])
    with rule_in(text, HOMEWORK, task, tmp_path) as context:
        one = found(context)
        made = context.subject.changing._known["optimizer", task].candidates
        number = next(n for n in range(2, len(made.changes) + 1)
                      if repair_of(shown(made, n, str(tmp_path))) == one)
    [tree] = made._trees
    body = ast.unparse(changed(tree, made.changes[number - 1].edits)).partition("\n")[2]
    head = text[:text.index("):\n") + 3]
    assert update_rule(in_process.context_of(head + body, HOMEWORK, task)).fraction == 1
    assert update_rule(in_process.context_of(text, HOMEWORK, task)).fraction == 0


def test_nothing_is_found_where_a_rule_is_right_or_no_change_is_enough(tmp_path):
    assert repair(NUMPY + ADAM, "adam", tmp_path) is None
    other = ADAM.replace("m_hat /", "np.sign(m_hat) *").replace("g**2", "abs(g)")
    assert repair(NUMPY + other, "adam", tmp_path) is None


def test_what_is_wrong_on_few_numbers_only_is_looked_for_where_it_is(tmp_path):
    text = foreign_source("adam", "correction ends after ten steps")
    case = update_rule(in_process.context_of(text, HOMEWORK, "adam")).learned["case"]
    assert said(text, "adam", tmp_path) is None
    assert said(text, "adam", tmp_path, case=case) == "a case is too much: 9"


def test_a_rule_that_fixes_a_hyperparameter_too_is_mended_all_the_same(tmp_path):
    text = source("adam", ["absolute_gradient", "eps_hard_coded"])
    assert said(text, "adam", tmp_path) is None
    assert said(text, "adam", tmp_path, ignored=("eps",)) == "a square is missing: 9"


def test_two_searches_find_the_same(tmp_path):
    text = source("adam", ["no_bias_correction_m"])
    first, second = (repair(text, "adam", tmp_path) for _ in range(2))
    assert first == second
    assert (first.file, first.before, first.after) == (
        "plugin.py", "m_hat = m", "m_hat = m / (1 - beta1 ** k)")


@pytest.mark.parametrize("above", [
    "x = '''" + "y" * 10**6 + "'''\n", "x = " + "[" * 90 + "]" * 90 + "\n"])
def test_what_stands_elsewhere_in_the_file_is_not_read(above, tmp_path):
    text = source("sgd_plus", ["lr_twice"]) + above
    assert said(text, "sgd_plus", tmp_path) == "a factor is too much: 9"


SGD = ("@optimizer(v=0)\ndef sgd_plus(g, v, lr=1e-3, mu=0.9):\n{}"
       "    return lr * lr * (mu * v + g), mu * v + g\n")
NOT_READ = {
    "a function of 100,000 lines": NUMPY + SGD.format("    x = 1\n" * 10**5),
    "a line of a million letters": NUMPY + SGD.format(f"    x = '{'y' * 10**6}'\n"),
    "nested deeper than a tree can be walked": NUMPY + SGD.format(
        f"    x = {'-' * 150}1{' + 1' * 2500}\n"),
    "made by exec": NUMPY + "TEXT = " + repr(SGD.format("")) + "\nexec(TEXT)\n",
    "from another file": NUMPY + SGD.format("") + (
        "code = sgd_plus.function.__code__\n"
        "sgd_plus.function.__code__ = code.replace(co_filename='/etc/passwd')\n"),
    "from another line": NUMPY + SGD.format("") + (
        "code = sgd_plus.function.__code__\n"
        "sgd_plus.function.__code__ = code.replace(co_firstlineno=10**6)\n"),
    "another text than what runs": NUMPY + SGD.format("") + (
        "def other(g, v, lr=1e-3, mu=0.9):\n    return lr * (mu * v + 2 * g), mu * v + g\n"
        "code = other.__code__.replace(co_name='sgd_plus',\n"
        "    co_firstlineno=sgd_plus.function.__code__.co_firstlineno)\n"
        "sgd_plus.function.__code__ = code\n"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_a_source_that_is_too_large_or_not_what_runs_is_not_mended(name, tmp_path):
    assert said(NUMPY + SGD.format(""), "sgd_plus", tmp_path) == "a factor is too much: 6"
    assert repair(NOT_READ[name], "sgd_plus", tmp_path) is None


def test_a_poisoned_linecache_is_not_asked(tmp_path, monkeypatch):
    for module, names in (
        (linecache, ("getlines", "getline")), (inspect, ("getsource", "getsourcelines")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, None)
    text = source("sgd_plus", ["lr_twice"])
    assert said(text, "sgd_plus", tmp_path) == "a factor is too much: 9"


def test_one_thing_after_another_is_stopped_and_the_handler_is_then_as_before():
    def endless(until_s=np.inf):
        while time.process_time() < until_s:
            pass

    before = signal.getsignal(signal.SIGPROF)
    with stopping() as within:
        for _ in range(2):
            within(0.01)
            with pytest.raises(StoppedError):
                endless()
        within(0.01)
        within(0)
        endless(time.process_time() + 0.05)
    assert signal.getsignal(signal.SIGPROF) is before


def test_a_change_that_hangs_is_stopped_and_after_two_there_are_no_more(tmp_path):
    text = NUMPY + (
        "@optimizer(v=0)\ndef sgd_plus(g, v, lr=1e-3, mu=0.9):\n    n = 0\n"
        "    while n < 1:\n        n = n + 1\n    return lr * (v + g), mu * v + g\n")
    with rule_in(text, HOMEWORK, "sgd_plus", tmp_path) as context:
        assert found(context) is None
        assert context.subject.changing._known["optimizer", "sgd_plus"].stops == 2


def test_a_rule_that_is_slow_is_changed_no_further_once_the_time_is_used_up(
    tmp_path, monkeypatch
):
    text = source("sgd_plus", ["lr_twice"])
    assert said(text, "sgd_plus", tmp_path) == "a factor is too much: 9"
    monkeypatch.setattr(changing, "ALL_S", 0.0)
    assert repair(text, "sgd_plus", tmp_path) is None


def test_every_sentence_is_known_beforehand():
    text, names = ADAM.partition("\n")[2], {}
    exec(text, {"np": np}, names)
    own = source_of(names["adam"], text, ("m", "v"), {
        "lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8})
    assert {one.said.general for one in repairs(own)} <= SENTENCES
    of_right = {one.said.general for one in singles(
        own, (left_out, exchanged, regrouped, replaced))}
    in_time = {f"a {what} is left out, {when}" for when in ("in the first step", "from step 2 on")
               for what in ("term", "factor", "division", "power", "function")}
    assert of_right - MENDS.keys() - in_time == {
        "a value is corrected for its start, as in Adam",
        "a hyperparameter is fixed in the code", "the gradient itself is the step",
        "the gradient and the step are added up",
        # These are changes to a wrong source of their own: `elsewhere`.
        "something joins a value too early", "something joins a value too late"}

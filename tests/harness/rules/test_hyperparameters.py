"""Hyperparameters: named as people name them, used or not, each mistake charged once."""

import msgspec
import pytest

from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from cgp_harness.reports.case import case_of
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness
from tests.mutants.write import source

HOMEWORK = correctness()
HEAD = "import numpy as np\nfrom fractions import Fraction\nfrom cgp_harness import optimizer\n\n"


def adam(lr="lr=1e-3", beta1="beta1=0.9", beta2="beta2=0.999", eps="eps=1e-8"):
    names = [one.partition("=")[0] for one in (lr, beta1, beta2, eps)]
    a, b, c, d = names
    return HEAD + f"""
@optimizer(m=0, v=0)
def adam(g, k, m, v, {lr}, {beta1}, {beta2}, {eps}):
    m = {b} * m + (1 - {b}) * g
    v = {c} * v + (1 - {c}) * g * g
    return {a} * m / (1 - {b}**k) / (v / (1 - {c}**k) + {d})**0.5, m, v
"""


def rmsprop(body, signature="lr=1e-3, rho=0.9, eps=1e-8"):
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{HEAD}@optimizer(v=0)\ndef rmsprop(g, k, v, {signature}):\n{lines}\n"


def both(text, task, assignment=HOMEWORK):
    """The outcomes of `update_rule` and `hyperparameters`."""
    context = context_of(text, assignment, task)
    first = update_rule(context)
    return first, hyperparameters(context.knowing(first.learned))


@pytest.mark.parametrize("text", [
    adam("learning_rate=1e-3", "beta_1=0.9", "beta_2=0.999", "epsilon=1e-8"),
    adam("α=1e-3", "β1=0.9", "β2=0.999", "ε=1e-8"),
    adam("lr=np.float32(1e-3)", "beta1=np.array(0.9)", "beta2=Fraction(999, 1000)",
         "eps=np.float64(1e-8)"),
    adam("eta=np.float32(1e-3)", "b1=np.float32(0.9)", "β_2=np.array(0.999)"),
])
def test_names_and_defaults_that_are_in_use_are_right(text):
    assert [(one.status, one.message) for one in both(text, "adam")] == [
        (Status.PASSED, "")] * 2


@pytest.mark.parametrize("text", [
    adam(lr="rate=1e-3"),
    adam(eps="tiny=1e-8"),
    adam(beta1="first_decay=0.9"),
])
def test_what_stands_in_another_argument_is_not_fixed_in_the_code(text):
    found = both(text, "adam")[1]
    assert found.status is Status.FAILED
    assert "the rule takes no such argument" in found.message
    assert found.diagnosis is None


TOGETHER = HEAD + """
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, {arguments}, eps=1e-8):
    {unpacked}
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - beta1**k) / (v / (1 - beta2**k) + eps)**0.5, m, v
"""
NO_SUCH = (
    "beta1: the rule takes no such argument (accepted names: beta1, b1, beta_1, β1, β_1); the code "
    "uses 0.9.\nbeta2: the rule takes no such argument (accepted names: beta2, b2, beta_2, β2, "
    "β_2); the code uses 0.999.")
YOU_HAVE = (
    "beta1 and beta2: you have `{}`; here each is an argument by itself, with a number for its "
    "default.")
NOT_GIVEN = "What stands in {} is not given: every hyperparameter is a number by itself."


@pytest.mark.parametrize(("arguments", "unpacked", "told"), [
    ("betas=(0.9, 0.999)", "beta1, beta2 = betas", YOU_HAVE.format("betas")),
    ("beta=[0.9, 0.999]", "beta1, beta2 = beta", YOU_HAVE.format("beta")),
    ("β=None", "beta1, beta2 = β or (0.9, 0.999)", YOU_HAVE.format("β")),
    ("momentum_params=(0.9, 0.999)", "beta1, beta2 = momentum_params",
     f"{NO_SUCH}\n{NOT_GIVEN.format('`momentum_params` (tuple)')}"),
    ("decays={'m': 0.9, 'v': 0.999}, note=''", "beta1, beta2 = decays.values()",
     f"{NO_SUCH}\n{NOT_GIVEN.format('`decays` (dict) and `note` (str)')}"),
    ("beta1=None, beta_2=(0.999,)", "beta1, beta2 = beta1 or 0.9, beta_2[0]",
     "beta1: the default of `beta1` is of type NoneType, so no value is given for it. Write a "
     "number, 0.9.\nbeta2: the default of `beta_2` is of type tuple, so no value is given for it. "
     "Write a number, 0.999."),
])
def test_of_values_that_stand_in_no_number_of_their_own_nothing_false_is_said(
        arguments, unpacked, told):
    text = TOGETHER.format(arguments=arguments, unpacked=unpacked)
    first, found = both(text, "adam")
    assert (first.status, first.message) == (Status.PASSED, (
        "Right with beta1 = 0.9, beta2 = 0.999, which no argument of that name changes; see "
        "\"takes its hyperparameters\"."))
    assert (found.message, found.fraction, found.diagnosis) == (told, 0.5, None)


def test_a_flag_beside_a_number_in_the_code_changes_nothing_of_what_is_said():
    text = TOGETHER.format(
        arguments="beta2=0.999, amsgrad=False, foreach=None", unpacked="beta1 = 0.9")
    first, found = both(text, "adam")
    assert (first.status, first.message) == (Status.PASSED, (
        "Right with beta1 = 0.9, which the code fixes; see \"takes its hyperparameters\"."))
    assert (found.fraction, found.diagnosis.flags) == (0.75, ("beta1_hard_coded",))
    assert found.message == NO_SUCH.splitlines()[0]


@pytest.mark.parametrize(("argument", "told"), [
    ({"beta1": "Beta1=0.9"}, "beta1: you have `Beta1`; here it is `beta1`."),
    ({"beta1": "beta_one=0.9"}, "beta1: you have `beta_one`; here it is `beta1`."),
    ({"beta2": "betas2=0.999"}, "beta2: you have `betas2`; here it is `beta2`."),
    ({"lr": "learningRate=1e-3"}, "lr: you have `learningRate`; here it is `lr`."),
    ({"eps": "epsilom=1e-8"}, "eps: you have `epsilom`; here it is `eps`."),
    ({"eps": "tiny=1e-8"},
     "eps: the rule takes no such argument (accepted names: eps, epsilon, ε); the code uses "
     "1e-08."),
    ({"beta1": "beta1=np.float32(0.8)"}, "beta1: the default is 0.8, expected 0.9."),
    ({"beta1": "beta1=0.9000001"}, "beta1: the default is 0.9000001, expected 0.9."),
    ({"beta1": "beta1=1"},
     "beta1: the default is 1, expected 0.9. It is a share of what was before: at least 0, and "
     "less than 1."),
    ({"beta2": "beta2=-0.999"},
     "beta2: the default is -0.999, expected 0.999. It is a share of what was before: at least 0, "
     "and less than 1."),
    ({"beta2": "beta2=0"}, "beta2: the default is 0, expected 0.999."),
    ({"lr": "lr=-1e-3"},
     "lr: the default is -0.001, expected 0.001. It is never negative: the step is subtracted, "
     "and so goes downhill as it is."),
    ({"lr": "lr=1.5"}, "lr: the default is 1.5, expected 0.001."),
    ({"eps": "eps=-1e-8"},
     "eps: the default is -1e-08, expected 1e-08. It is never negative: it keeps from 0 what is "
     "divided by."),
    ({"beta2": "beta2=0.998999997"}, "beta2: the default is 0.998999997, expected 0.999."),
])
def test_a_name_that_is_not_accepted_is_said_to_be_that_and_costs_its_share_once(argument, told):
    first, found = both(adam(**argument), "adam")
    assert first.status is Status.PASSED
    assert (found.message, found.fraction) == (told, 0.75)


@pytest.mark.parametrize("body", [
    "v = rho * v + (1 - rho) * g * g\nreturn lr * g / np.maximum(v**0.5, eps), v",
    "v = rho * v + (1 - rho) * g * g\nreturn lr * g / np.where(v**0.5 < eps, eps, v**0.5), v",
    "v = rho * v + (1 - rho) * g * g\nreturn lr * g / np.clip(v, eps**2, None)**0.5, v",
    "rho = max(rho, 0.9)\nv = rho * v + (1 - rho) * g * g\nreturn lr * g / (v + eps)**0.5, v",
    "v = rho * v + (1 - rho) * g * g\nreturn (lr if k > 20 else 1e-3) * g / (v + eps)**0.5, v",
])
def test_what_matters_somewhere_is_not_ignored(body):
    first, found = both(rmsprop(body), "rmsprop")
    assert first.diagnosis.flags == ()
    assert first.diagnosis.text == (
        "Your update is not RMSProp, and it matches no known variant of it or of another rule "
        "(compared on 37 numbers).")
    assert (found.status, found.message) == (Status.PASSED, "")


@pytest.mark.parametrize(("task", "flag", "unused"), [
    ("sgd_plus", "no_momentum", "mu"), ("adagrad", "no_eps", "eps"),
    ("rmsprop", "no_memory", "rho"),
])
def test_a_term_that_is_left_out_is_charged_in_update_rule_alone(task, flag, unused):
    text = source(task, [flag]) if flag != "no_memory" else rmsprop(
        "v = g * g\nreturn lr * g / (v + eps)**0.5, v")
    first, found = both(text, task)
    assert (first.status, first.diagnosis.flags) == (Status.FAILED, (flag,))
    assert (found.status, found.message) == (
        Status.PASSED, f"{unused}: changing it changes no step, which is part of what "
        "\"is the specified rule\" finds, and is charged there.")


def test_a_value_in_the_code_is_charged_beside_another_mistake():
    _, found = both(source("adam", ["sign_flipped", "eps_hard_coded"]), "adam")
    assert (found.fraction, found.message) == (0.75, "eps: changing it changes no step.")


def test_a_case_prints_every_value_that_its_numbers_were_computed_with():
    text = rmsprop("v = rho * v + (1 - rho) * g * g\nreturn 2 * lr * g / (v + 1e-8)**0.5, v",
                   "lr=1e-3, rho=0.9")
    first, _ = both(text, "rmsprop")
    assert first.counterexample["expected_at"] == {"eps": 0.25}
    assert case_of(first.counterexample).heading == (
        "rmsprop on numpy arrays, rho = 0.75, lr = 0.5, expected is at eps = 0.25")


def test_damped_momentum_is_a_mistake_unless_the_assignment_accepts_it():
    text = source("sgd_plus", ["damped"])
    assert both(text, "sgd_plus")[0].diagnosis.flags == ("damped",)
    task = HOMEWORK.task("sgd_plus")
    for accept, status in (
        ((*task.accept, "damped_lr_in_buffer"), Status.PASSED),
        (("damped_lr_in_buffer",), Status.PASSED), (("damped_lr_outside_buffer",), Status.FAILED),
    ):
        taught = msgspec.structs.replace(
            HOMEWORK, tasks=(msgspec.structs.replace(task, accept=accept),))
        assert both(text, "sgd_plus", taught)[0].status is status
    found = both(source("sgd_plus", []), "sgd_plus", taught)[0]
    assert found.diagnosis.text == (
        "Your update is SGD+ with lr inside the buffer, to within 1e-15 on 177 numbers. This "
        "assignment asks for it with the gradient damped by 1 - mu and lr outside the buffer.")


@pytest.mark.parametrize("denominator", ["(v**0.5 + eps)", "(v + eps)**0.5"])
def test_adam_with_its_corrections_in_the_rate_is_right(denominator):
    text = HEAD + f"""
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    rate = lr * (1 - beta2**k)**0.5 / (1 - beta1**k)
    return rate * m / {denominator}, m, v
"""
    assert [(one.status, one.message) for one in both(text, "adam")] == [
        (Status.PASSED, "")] * 2

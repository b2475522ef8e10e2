"""`update_rule` and `hyperparameters`: right rules pass, every wrong one fails and is named."""

import re
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from cgp_harness.kinds.optimizer import task as task_kinds
from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.probes import sensitivity
from cgp_harness.kinds.optimizer.probes.cases import short_run, smallest_case
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.model import Status
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness
from tests.harness.rules.right.lecture_rules import HYPERPARAMETERS
from tests.long import some
from tests.mutants.write import SINGLES, source
from tests.simulators import families as rules

HOMEWORK = correctness()
IN_FLOAT64 = msgspec.structs.replace(HOMEWORK, precision="float64")
# They are no faults of the update itself; relations and hyperparameters see them.
ELSEWHERE = {"shared_state", "mutable_default", "k_per_parameter", "k_is_index"}


@pytest.mark.parametrize("convention", ["first", "second"])
@pytest.mark.parametrize("family", SINGLES)
def test_a_right_rule_passes_in_either_convention(family, convention):
    accepted = task_kinds.CONVENTIONS[family][convention == "second"]
    context = context_of(source(family, [], accepted), HOMEWORK, family)
    found = update_rule(context)
    assert (found.status, found.message, found.diagnosis) == (Status.PASSED, "", None)
    assert hyperparameters(replace(context, learned=found.learned)).status is Status.PASSED


@pytest.mark.parametrize(("family", "flag"), some([  # names alone, of all: test_bank.py
    (family, flag) for family in SINGLES for flag in SINGLES[family]
    if flag not in ELSEWHERE and not flag.endswith("_hard_coded")
], 3, lambda case: case[1] == "float32_arithmetic"))
def test_every_single_mistake_fails_and_is_named(family, flag):
    strict = flag == "float32_arithmetic"
    # Else `random_initial_state` begins elsewhere in every run, now and then next to a right state.
    text = source(family, [flag]).replace("random.Random()", "random.Random(7)")
    found = update_rule(context_of(text, IN_FLOAT64 if strict else HOMEWORK, family))
    assert found.status is Status.FAILED
    assert found.fraction == 0
    same_rule = {("adagrad", "lr_in_gradient"): "lr_in_accumulator"}
    assert found.diagnosis.flags == (same_rule.get((family, flag), flag),)
    assert found.counterexample["first_difference"] is not None
    assert found.counterexample["got"] != found.counterexample["expected"]


@pytest.mark.parametrize(("family", "flag"), [
    (family, flag) for family in SINGLES for flag in SINGLES[family]
    if flag.endswith("_hard_coded")
])
def test_a_hard_coded_hyperparameter_is_no_wrong_rule_but_costs_its_share(family, flag):
    name = flag.removesuffix("_hard_coded")
    context = context_of(source(family, [flag]), HOMEWORK, family)
    found = update_rule(context)
    value = HYPERPARAMETERS[family][name]
    assert (found.status, found.message) == (
        Status.PASSED,
        f"Right with {name} = {value:g}, which the code fixes; see \"takes its hyperparameters\".")
    judged = hyperparameters(replace(context, learned=found.learned))
    assert judged.diagnosis.flags == (flag,)
    assert judged.fraction == 1 - 1 / len(HYPERPARAMETERS[family])


def test_float32_is_right_and_named_unless_the_assignment_asks_for_float64():
    text = source("adam", ["float32_arithmetic"])
    found = update_rule(context_of(text, HOMEWORK, "adam"))
    assert (found.status, found.diagnosis.flags) == (Status.PASSED, ("float32_arithmetic",))
    found = update_rule(context_of(text, IN_FLOAT64, "adam"))
    assert (found.status, found.message) == (
        Status.FAILED, "This assignment asks for float64 arithmetic.")


def charged(text, family):
    """The outcomes of `update_rule` and `hyperparameters`."""
    context = context_of(text, HOMEWORK, family)
    found = update_rule(context)
    return found, hyperparameters(replace(context, learned=found.learned))


def coded(text, number, other, default=""):
    """The text with another number below the signature, and another default of lr."""
    signature, colon, body = text.partition(":\n    ")
    signature = signature.replace("lr=1e-3", f"lr={default}") if default else signature
    return signature + colon + body.replace(number, other)


CHARGED = (
    "{}: changing it changes no step, which is part of what \"is the specified rule\" finds, and "
    "is charged there.")


@pytest.mark.parametrize(("family", "flag", "number", "value", "convention"), [
    ("adam", "beta2_hard_coded", "0.999", "0.99", "eps_inside_root"),
    ("adam", "beta2_hard_coded", "0.999", "0.9995", "eps_outside_uncorrected_root"),
    ("adam", "beta1_hard_coded", "0.9", "0.5", "eps_outside_root"),
    ("adam", "eps_hard_coded", "1e-8", "0.001", "eps_outside_root"),
    ("adagrad", "eps_hard_coded", "1e-8", "1", "eps_inside_root"),
    ("adagrad", "eps_hard_coded", "1e-8", "1", "eps_outside_root"),
    ("rmsprop", "rho_hard_coded", "0.9", "0.5", "eps_inside_root"),
    ("rmsprop", "lr_hard_coded", "1e-3", "0.01", "eps_outside_root"),
    ("sgd_plus", "mu_hard_coded", "0.9", "1", "lr_in_buffer"),
    ("sgd_plus", "mu_hard_coded", "0.9", "0.123456789", "lr_outside_buffer"),
])
def test_another_number_in_a_hyperparameters_place_is_another_rule_and_is_charged_once(
        family, flag, number, value, convention):
    name = flag.removesuffix("_hard_coded")
    found, beside = charged(coded(source(family, [flag], convention), number, value), family)
    assert (found.status, found.fraction, found.diagnosis.flags) == (
        Status.FAILED, 0, (f"{name}_replaced",))
    title, said = rules.FAMILIES[family].NAME, f"{float(value):.6g}"
    assert re.sub(r"within \S+ on", "within E on", found.diagnosis.text) == (
        f"Your update is {title} with {said} where {name} belongs, to within E on 177 numbers. "
        f"Use the argument {name} wherever its value stands.")
    assert (beside.status, beside.message) == (Status.PASSED, CHARGED.format(name))


@pytest.mark.parametrize("default", ["1e-3", "1.0"])
@pytest.mark.parametrize("family", SINGLES)
def test_without_lr_it_is_another_rule_even_if_lr_is_declared_to_be_1(family, default):
    text = coded(source(family, ["lr_hard_coded"]), "1e-3", "1", default)
    found, beside = charged(text, family)
    assert (found.status, found.fraction, found.diagnosis.flags) == (Status.FAILED, 0, ("no_lr",))
    assert re.sub(r"within \S+ on", "within E on", found.diagnosis.text) == (
        f"Your update is {rules.FAMILIES[family].NAME} without lr, to within E on 177 numbers. "
        "Multiply by the argument lr.")
    assert (beside.status, beside.message) == (Status.PASSED, CHARGED.format("lr"))


def test_another_number_is_named_beside_another_mistake_and_one_at_its_default():
    text = source("adam", ["no_bias_correction", "lr_hard_coded"])
    found, beside = charged(coded(text, "1e-3", "1"), "adam")
    assert found.diagnosis.flags == ("no_bias_correction", "no_lr")
    text = source("adam", ["beta1_hard_coded", "lr_hard_coded"])
    found, beside = charged(coded(text, "1e-3", "1"), "adam")
    assert found.diagnosis.flags == ("no_lr", "beta1_hard_coded")
    assert (beside.fraction, beside.message) == (
        0.75, f"beta1: changing it changes no step.\n{CHARGED.format('lr')}")


@pytest.mark.parametrize(("own", "in_code"), [("0.01", "0.01"), ("0.01", "1e-3")])
def test_the_students_own_default_in_the_code_is_no_other_rule(own, in_code):
    found, beside = charged(coded(source("adam", ["lr_hard_coded"]), "1e-3", in_code, own), "adam")
    assert (found.status, found.message) == (
        Status.PASSED, f"Right with lr = {float(in_code):g}, which the code fixes; see "
        "\"takes its hyperparameters\".")
    assert (beside.fraction, beside.diagnosis.flags) == (0.75, ("lr_hard_coded",))


def test_a_missing_argument_and_a_wrong_default_are_told_apart():
    text = """
from cgp_harness import optimizer

@optimizer(v=0)
def rmsprop(g, v, learning_rate=0.01, decay=0.9):
    v = decay * v + (1 - decay) * g * g
    return learning_rate * g / (v**0.5 + 1e-8), v
"""
    context = context_of(text, HOMEWORK, "rmsprop")
    first = update_rule(context)
    assert first.message == (
        "Right with eps = 1e-08, which the code fixes; see "
        "\"takes its hyperparameters\".")
    found = hyperparameters(replace(context, learned=first.learned))
    assert found.message == (
        "learning_rate (lr): the default is 0.01, expected 0.001.\n"
        "eps: the rule takes no such argument (accepted names: eps, epsilon, ε); "
        "the code uses 1e-08."
    )
    assert found.fraction == pytest.approx(1 / 3)
    assert found.diagnosis.flags == ("eps_hard_coded",)


def test_a_rule_of_another_family_is_called_by_its_name():
    text = source("rmsprop", []).replace("def rmsprop", "def sgd_plus")
    found = update_rule(context_of(text, HOMEWORK, "sgd_plus"))
    assert found.diagnosis.flags == ("is_rmsprop",)
    assert found.diagnosis.text == (
        "Your update is RMSProp, to within 1e-15 on 177 numbers. It is registered as sgd_plus.")


def test_plain_sgd_under_another_name_is_plain_sgd():
    text = """
from cgp_harness import optimizer

@optimizer
def adam(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr * g
"""
    found = update_rule(context_of(text, HOMEWORK, "adam"))
    assert found.diagnosis.flags == ("is_sgd",)


def test_no_match_is_said_plainly():
    text = """
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return 1.01 * lr * m / (1 - beta1**k) / (v / (1 - beta2**k) + eps) ** 0.5, m, v
"""
    found = update_rule(context_of(text, HOMEWORK, "adam"))
    assert found.status is Status.FAILED
    assert found.diagnosis.flags == ()
    assert found.diagnosis.text == (
        "Your update is not Adam, and it matches no known variant of it or of another rule "
        "(compared on 37 numbers).")
    assert found.counterexample["gradients"] == [[0.5]]


def test_the_smallest_case_is_small():
    text = source("adam", ["betas_swapped"])
    case = update_rule(context_of(text, HOMEWORK, "adam")).counterexample
    assert case["shapes"] == [[1]]
    assert len(case["gradients"]) <= 2


def test_the_cases_depend_on_the_seed_alone_and_vary_in_structure():
    cases = short_run(7)
    assert len(cases) == 25
    short_run.cache_clear()
    again = short_run(7)
    assert all((a.gradients == b.gradients).all() and a.shapes == b.shapes
               for a, b in zip(cases, again, strict=True))
    assert len({case.shapes for case in cases}) > 3
    assert len({len(case.gradients) for case in cases}) > 3
    assert any(len(set(case.schedule["lr"])) > 1 for case in cases)


def test_a_search_ends_with_its_budget():
    calls = []

    def fails(case):
        calls.append(case)
        return True

    assert smallest_case(0, fails, budget_s=0.0) is None
    assert calls == []
    assert smallest_case(0, fails).gradients.tolist() == [[0.0]]
    assert smallest_case(0, lambda case: False) is None


CLIPPED = """
import numpy as np
from cgp_harness import optimizer
from tests.long import some

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + {gradient}
    return lr * v, v
"""


def test_a_rule_that_is_wrong_on_rare_numbers_only_is_caught_by_the_many():
    text = CLIPPED.format(gradient="np.clip(g, -100, 100)")
    found = update_rule(context_of(text, HOMEWORK, "sgd_plus"))
    assert found.status is Status.FAILED
    assert found.diagnosis.text == (
        "Your update agrees with SGD with momentum (SGD+) on the usual numbers, but not for "
        "gradients as small or as large as 3e+02.")
    assert found.counterexample["shapes"] == [[1]]
    assert max(abs(row[0]) for row in found.counterexample["gradients"]) > 100


def test_a_rule_that_is_wrong_at_zero_only_is_caught():
    text = CLIPPED.format(gradient="np.where(g == 0, 1e-3, g)")
    found = update_rule(context_of(text, HOMEWORK, "sgd_plus"))
    assert found.status is Status.FAILED
    assert found.counterexample["gradients"] == [[0.0]]
    assert found.diagnosis.text.endswith("but not where a gradient is zero.")


def test_a_rule_that_raises_on_some_numbers_is_told_what_it_raised():
    text = CLIPPED.format(gradient="(g if (g != 0).all() else undefined)")
    found = update_rule(context_of(text, HOMEWORK, "sgd_plus"))
    assert (found.status, found.message) == (
        Status.STUDENT_ERROR,
        "NameError: name 'undefined' is not defined\nIt does so where a gradient is zero.")
    assert not found.blocks


def test_a_wrong_rule_that_also_raises_is_still_named():
    text = source("adagrad", ["no_square_root"]).replace(
        "    return", "    assert (g != 0).all()\n    return")
    found = update_rule(context_of(text, HOMEWORK, "adagrad"))
    assert (found.status, found.diagnosis.flags) == (Status.FAILED, ("no_square_root",))


@pytest.mark.parametrize(("family", "convention", "other", "phrase"), [
    ("sgd_plus", "lr_in_buffer", "lr_outside_buffer", "SGD+ with lr inside the buffer"),
    ("sgd_plus", "lr_outside_buffer", "lr_in_buffer", "SGD+ with lr outside the buffer"),
    ("adam", "eps_inside_root", "eps_outside_root", "Adam with eps inside the root"),
    ("rmsprop", "eps_outside_root", "eps_inside_root", "RMSProp with eps outside the root"),
])
def test_a_convention_that_is_not_accepted_is_named(family, convention, other, phrase):
    task = msgspec.structs.replace(HOMEWORK.task(family), accept=(other,))
    strict = msgspec.structs.replace(HOMEWORK, tasks=(task,))
    found = update_rule(context_of(source(family, [], convention), strict, family))
    assert (found.status, found.diagnosis.flags) == (Status.FAILED, (convention,))
    wanted = rules.FAMILIES[family].CONVENTIONS[other]
    assert found.diagnosis.text == (
        f"Your update is {phrase}, to within 1e-15 on 177 numbers. "
        f"This assignment asks for it {wanted}.")
    assert update_rule(
        context_of(source(family, [], other), strict, family)).status is Status.PASSED


def test_hypothesis_leaves_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short_run.cache_clear()
    short_run(11)
    assert smallest_case(0, lambda case: case.gradients.any()) is not None
    assert list(tmp_path.iterdir()) == []


def fixed(family, text, names):
    context = context_of(text, HOMEWORK, family)
    with np.errstate(all="ignore"):
        answers = [context.answer(run) for run in diagnosis_probes(0)]
        return sensitivity.fixed_values(context, names, answers)


@pytest.mark.parametrize("family", ["adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("default", ["0.0", "1e-20"])
def test_a_value_that_cannot_be_told_from_zero_is_not_fixed_in_the_code(family, default):
    text = source(family, ("no_eps",)).replace("eps=1e-8", f"eps={default}")
    assert fixed(family, text, ["eps"]) == {}


def test_what_is_no_number_shows_no_value():
    text = source("sgd_plus", ()).replace("lr=1e-3", "lr=float('nan')")
    text = text.replace("return step", "return step * float('nan')")
    assert fixed("sgd_plus", text, ["lr"]) == {}

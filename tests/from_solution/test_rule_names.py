"""What is said of wrong rules whose right answer is a solution: true, and as it stands here."""

from functools import cache

import msgspec
import numpy as np
import pytest

from cgp_harness import assignment
from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from cgp_harness.task import NamedMistake
from cgp_reference.rule import Rule
from tests.from_solution.folders import answers, registered, source
from tests.harness.in_process.rules import context_of

TOML = """
id = "hw"
title = "Homework"
version = "1"
reveal = "{reveal}"
[[tasks]]
id = "{task}"
title = "{title}"
[tasks.checks]
loads = {{points = 1}}
update_rule = {{points = 2}}
"""
IN_A_WORKER = {"one_buffer_for_all"}
"""It is told by what a new process answers."""


@cache
def homework(folder, reveal="place", mistakes=()):
    text = TOML.format(task=folder, title=folder.capitalize(), reveal=reveal)
    found = assignment.parse(text.encode(), "hw/assignment.toml", source(folder, "solution"))
    return msgspec.structs.replace(found, mistakes=mistakes)


def outcome(folder, name, seed=0, **other):
    context = context_of(source(folder, name), homework(folder, **other), folder, seed)
    with np.errstate(all="ignore"):
        return update_rule(context)


def said(folder, name, **other):
    return outcome(folder, f"wrong/{name}", **other).diagnosis.text.partition(", to within")[0]


def of_arrays(folder, which="wrong"):
    """Those that compute with numpy arrays, which are run here."""
    for _, name in answers(which, [folder]):
        if isinstance(registered(folder, name), Rule) and "torch" not in source(folder, name) and (
                "import math" not in source(folder, name)):
            yield name.removeprefix(f"{which}/")


LEFT_OUT = "the division by 1 - beta1 ** k is left out"
ADAMW = {
    "beta_times_k": "beta1 * k stands where beta1 ** k belongs",
    "betas_exchanged": "beta1 and beta2 are exchanged, where the state is computed",
    "correction_multiplied": "m * (1 - beta1 ** k) stands where m / (1 - beta1 ** k) belongs",
    "decay_divided": "parentheses stand in the wrong place",
    "decay_doubled": "the double of weight_decay * p stands where weight_decay * p belongs",
    "decay_grows": "one operator stands where another belongs",
    "decay_in_gradient": "a term stands with the gradient",
    "decay_without_rate": "parentheses stand in the wrong place",
    "eps_in_root": "parentheses stand in the wrong place",
    "first_uncorrected": LEFT_OUT,
    "keeps_the_corrected": "the wrong values are stored as state",
    "square_of_m": "m stands where g belongs, where v is computed",
    "uncorrected": f"{LEFT_OUT}, and {LEFT_OUT.replace('1 **', '2 **')}",
    "without_root": "a power is left out",
}
FULL = {
    "decay_divided": "(m_hat + weight_decay * p) / (v_hat ** 0.5 + eps) stands where "
                     "m_hat / (v_hat ** 0.5 + eps) + weight_decay * p belongs",
    "decay_in_gradient": "weight_decay * p is added to g instead of m_hat / (v_hat ** 0.5 + eps)",
    "without_root": "the root of v_hat is left out",
}


def test_the_words_for_adamw():
    assert {name: said("adamw", name) for name in ADAMW} == {
        name: f"Your update is Adamw, but {clause}" for name, clause in ADAMW.items()}


def test_what_the_staff_reads_and_an_assignment_may_reveal():
    for name, full in FULL.items():
        found = outcome("adamw", f"wrong/{name}").diagnosis
        assert dict(found.staff) == {found.flags[0]: full}
        assert said("adamw", name, reveal="full") == f"Your update is Adamw, but {full}"
    assert said("adamw", "first_uncorrected", reveal="kind") == (
        "Your update is Adamw, but a division is left out")


@pytest.mark.parametrize(("folder", "no_name"), [
    ("adamw", set()),
    pytest.param("nesterov", {"correction_without_mu", "downhill_buffer_added"},
                 marks=pytest.mark.long),
    pytest.param("lion", {"average_first_decay_in_gradient"}, marks=pytest.mark.long),
])
def test_all_but_these_have_a_name(folder, no_name):
    """What these compute is another rule, or two changes away that are not tried together."""
    found = {name: outcome(folder, f"wrong/{name}") for name in of_arrays(folder)}
    wrong = {name: one for name, one in found.items() if one.status is Status.FAILED}
    assert {name for name, one in wrong.items() if not one.diagnosis.flags} - IN_A_WORKER == no_name
    fixed = {name for name, one in found.items() if one.status is Status.PASSED}
    assert all("which the code fixes" in found[name].message for name in fixed)


WORDS = {
    "corrected": "m is divided by 1 - beta2**k, where c is computed",
    "exchanged_and_without_rate":
        "lr * np.sign(c) + weight_decay * p stands where lr * (np.sign(c) + weight_decay * p) "
        "belongs, and beta1 and beta2 are exchanged",
    "keeps_signs": "np.sign(c) stands where g belongs, where m is computed",
    "no_zero": "the sign of 0 is -1",
    "soft_sign": "x / (abs(x) + 1e-08) stands where sign(x) belongs, x being c",
}


def test_the_words_for_lion():
    found = {name: outcome("lion", f"wrong/{name}", reveal="full").diagnosis for name in WORDS}
    assert {name: one.text.partition(", to within")[0] for name, one in found.items()} == {
        name: f"Your update is Lion, but {clause}" if name != "no_zero" else (
            "Your update agrees with Lion on the usual numbers, but not where a gradient is zero. "
            f"Your update is Lion, but {clause}") for name, clause in WORDS.items()}


def test_what_signs_alone_would_show_is_not_believed():
    """Without the correction this explains all 177 numbers that are asked, which are signs."""
    untrue = (("(1 - beta1) * g", "g"), ("1 - beta2", "beta2"))
    entry = NamedMistake("untrue", "lion", "it is another", replaced=untrue)
    found = outcome("lion", "wrong/corrected", mistakes=(entry,)).diagnosis
    assert "untrue" not in found.flags


def test_another_rule_is_said_to_be_that():
    assert said("nadam", "plain_adam").startswith("Your update is Adam")


NO_ROOT = NamedMistake(
    "no_root", "adamw", "the root is forgotten", "Take the root of v_hat.",
    (("v_hat**0.5", "v_hat"),))


def test_what_an_instructor_has_named_comes_first_and_in_pairs():
    found = outcome("adamw", "wrong/without_root", mistakes=(NO_ROOT,)).diagnosis
    assert found.flags == ("no_root",)
    assert found.text == (
        "Your update is Adamw, but the root is forgotten, to within 1e-15 on 177 numbers. "
        "Take the root of v_hat.")


def test_a_whole_wrong_answer_has_a_name():
    plain = NamedMistake(
        "plain", "nesterov", "it does not look ahead", "Eq. 34.",
        answer=source("nesterov", "wrong/plain_first_step"))
    found = outcome("nesterov", "wrong/plain_first_step", mistakes=(plain,)).diagnosis
    assert found.flags == ("plain",)
    assert found.text.startswith("Your update is Nesterov, but it does not look ahead, to within")
    assert found.text.endswith("numbers. Eq. 34.")


@pytest.mark.parametrize(("mistake", "message"), [
    (NamedMistake("a", "adamw", "says", replaced=(("v_hat**3", "v"),)),
     "'v_hat**3' stands nowhere in the answer 'adamw'\n  at mistakes.toml, mistake 'a'\n"
     "  expected an expression or a statement of it, as it is written there\n"
     "  fix: did you mean 'v_hat ** 0.5'?"),
    (NamedMistake("b", "adamw", "says", answer="x = 1"),
     "the wrong answer of 'b' cannot be run: nothing is registered\n"
     "  at mistakes.toml, mistake 'b'\n  expected a file that registers it as the solution does"),
    (NamedMistake("c", "adamw", "says", answer=source("nesterov", "solution")),
     "the wrong answer of 'c' does not register 'adamw'\n  at mistakes.toml, mistake 'c'\n"
     "  expected one answer below @optimizer(name=\"adamw\"), as in solution.py"),
])
def test_a_mistake_that_is_none_is_refused(mistake, message):
    hw = homework("adamw", mistakes=(mistake,))
    with pytest.raises(HarnessError) as caught:
        require_named(hw)
    assert str(caught.value) == message


def test_a_family_has_no_source_to_change():
    toml = TOML.format(task="sgd_plus", title="SGD+", reveal="place").replace(
        "[tasks.checks]", 'family = "sgd_plus"\naccept = ["lr_in_buffer"]\n'
        "hyperparameters = {lr = 1e-3, mu = 0.9}\n[tasks.checks]").replace(
            'title = "SGD+"', 'title = "SGD+"\nequation = "Eqs. 32 and 33"')
    plain = NamedMistake("plain", "sgd_plus", "no momentum", replaced=(("mu * v", "0"),))
    hw = msgspec.structs.replace(assignment.parse(toml.encode()), mistakes=(plain,))
    with pytest.raises(HarnessError) as caught:
        require_named(hw)
    assert str(caught.value) == (
        "the mistake 'plain' is a change of a solution, and 'sgd_plus' has a family\n"
        "  at mistakes.toml, mistake 'plain'\n"
        "  expected a task whose right answer is in solution.py\n"
        "  fix: remove `family` and what belongs to it, and write the answer into solution.py")

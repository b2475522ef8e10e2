"""eps added twice is no state, and a guard of the division is no eps: the names, the advice."""

import re

import pytest

from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness

HOMEWORK = correctness()
HEAD = "import numpy as np\nfrom cgp_harness import optimizer\n\n\n"
FORMS = {
    "adagrad": HEAD + """@optimizer({state})
def adagrad(g, k, s, lr=1e-3, eps=1e-8):
    s = {begun} + g * g
    return lr * g / {root}, s
""",
    "rmsprop": HEAD + """@optimizer({state})
def rmsprop(g, k, s, lr=1e-3, rho=0.9, eps=1e-8):
    s = rho * {begun} + (1 - rho) * g * g
    return lr * g / {root}, s
""",
    "adam": HEAD + """@optimizer(m=0, {state})
def adam(g, k, m, s, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * {begun} + (1 - beta2) * g * g
    v = s / (1 - beta2**k)
    return lr * m / (1 - beta1**k) / {root}, m, s
""",
}
NAMES = {"adagrad": "AdaGrad", "rmsprop": "RMSProp", "adam": "Adam"}


def diagnosis(family, root, begun="s", state="s=0"):
    text = FORMS[family].format(root=root, begun=begun, state=state)
    found = update_rule(context_of(text, HOMEWORK, family))
    assert found.status is Status.FAILED
    return found.diagnosis.flags, re.sub(
        r"within \S+ on \d+", "within E on N", found.diagnosis.text)


def unnamed(family):
    title = HOMEWORK.task(family).title
    return (), (f"Your update is not {title}, and it matches no known variant of it or of another "
                "rule (compared on 37 numbers).")


@pytest.mark.parametrize("root", [
    "((s + eps)**0.5 + eps)", "(s + eps + eps)**0.5", "(np.sqrt(s + eps) + eps)"])
def test_eps_added_twice_is_no_state(root):
    assert diagnosis("adagrad", root) == (("eps_twice",), (
        "Your update is AdaGrad with eps added twice (Eq. 37), to within E on N numbers. eps is "
        "added once: to the sum or to its root."))


@pytest.mark.parametrize("root", [
    "((s + eps)**0.5 + eps + eps)", "(s + 3 * eps)**0.5", "((s + eps**2)**0.5 + eps)",
    "((s + 0.5 * eps**0.5)**0.5 + eps)"])
def test_what_follows_from_eps_otherwise_is_no_state_either(root):
    assert diagnosis("adagrad", root) == unnamed("adagrad")


@pytest.mark.parametrize("family", ["rmsprop", "adam"])
def test_where_much_is_forgotten_eps_added_twice_has_no_name(family):
    v = "v" if family == "adam" else "s"
    assert diagnosis(family, f"(({v} + eps)**0.5 + eps)") == unnamed(family)


@pytest.mark.parametrize(("family", "state", "begun", "advice"), [
    ("adagrad", "s=0", "(s + 0.2 * (k == 1))", "as @optimizer has it: use the state as it comes."),
    ("rmsprop", "s=0.0", "(0.3 if k == 1 else s)",
     "as @optimizer has it: use the state as it comes."),
    ("rmsprop", "s=0.3", "s", "name the state in @optimizer(…=0)."),
    ("adagrad", "s=0.03", "s", "name the state in @optimizer(…=0)."),
])
def test_who_has_named_a_state_of_0_is_not_told_to(family, state, begun, advice):
    after = ", " if advice.startswith("as") else ": "
    assert diagnosis(family, "(s**0.5 + eps)", begun, state) == (("random_initial_state",), (
        f"Your update is {NAMES[family]} begun from a state that is not zero (Eq. 37"
        f"{' with an average for the sum' if family == 'rmsprop' else ''}), to within E on N "
        f"numbers. The recursions begin at zero{after}{advice}"))


@pytest.mark.parametrize(("family", "root"), [
    ("adagrad", "np.where(s == 0, eps, s**0.5)"), ("rmsprop", "np.where(s > 0, s, eps)**0.5"),
    ("adam", "np.where(v == 0, eps, v**0.5)"), ("adam", "(v**0.5 + (v == 0))")])
def test_a_guard_of_the_division_is_no_eps_and_not_without_one(family, root):
    assert diagnosis(family, root) == (("no_eps_above_zero",), (
        f"Your update is {NAMES[family]} without eps wherever the root is not 0, to within E on N "
        "numbers. eps is added at every step, not only against a division by 0."))


@pytest.mark.parametrize("family", FORMS)
def test_without_any_guard_it_is_without_eps(family):
    flags, text = diagnosis(family, "v**0.5" if family == "adam" else "s**0.5")
    assert flags == ("no_eps",)
    assert text.startswith(f"Your update is {NAMES[family]} without eps (Eq. ")

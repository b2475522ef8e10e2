"""Weight decay of a rule that sees the parameters has a name; what only looks like it has none."""

import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from tests.harness.all_checks import CHECKS
from tests.harness.in_process.rules import context_of

HOMEWORK = assignment.load("step_size")
RULES = {
    "sgd_plus": ("v=0", "g, k, p, v, lr=1e-3, mu=0.9, decay={default}", "v = mu * v + g", "lr * v",
                 "v"),
    "adagrad": ("s=0", "g, k, p, s, lr=1e-3, eps=1e-8, decay={default}", "s = s + g * g",
                "lr * g / (s + eps) ** 0.5", "s"),
    "rmsprop": ("v=0", "g, k, p, v, lr=1e-3, rho=0.9, eps=1e-8, decay={default}",
                "v = rho * v + (1 - rho) * g * g", "lr * g / (v ** 0.5 + eps)", "v"),
    "adam": ("m=0, v=0", "g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, "
                         "decay={default}",
             "m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g * g",
             "lr * m / {corrected} / ((v / (1 - beta2**k)) ** 0.5 + eps)", "m, v"),
}
NAMES = {"sgd_plus": "SGD+", "adagrad": "AdaGrad", "rmsprop": "RMSProp", "adam": "Adam"}


def text(family, before="", after="", default=0.01, corrected="(1 - beta1**k)", kept=""):
    state, signature, body, step, returned = RULES[family]
    if kept:
        state, returned = f"{state}, {kept}=0", f"{returned}, {kept}"
        signature = signature.replace("p, ", f"p, {kept}, ")
    return (
        f"from cgp_harness import optimizer\n\nLAST = [0.0]\n\n@optimizer({state})\n"
        f"def {family}({signature.format(default=default)}):\n    {before or 'pass'}\n    {body}\n"
        f"    return {step.format(corrected=corrected)} {after}, {returned}\n")


def outcome(family, **parts):
    return update_rule(context_of(text(family, **parts), HOMEWORK, family))


BESIDE, WITHOUT_LR, INSIDE = (
    "with weight decay", "with weight decay that lr does not scale",
    "with weight decay added to the gradient")


@pytest.mark.parametrize(("family", "parts", "identifier", "words", "size"), [
    ("adam", {"after": "+ lr * decay * p"}, "weight_decay", BESIDE, "0.01"),
    ("adam", {"before": "g = g + 5e-4 * p"}, "weight_decay_in_gradient", INSIDE, "0.0005"),
    ("rmsprop", {"after": "+ 3e-4 * p"}, "weight_decay_without_lr", WITHOUT_LR, "0.0003"),
    ("rmsprop", {"before": "g = g + decay * p", "default": 0.2}, "weight_decay_in_gradient", INSIDE,
     "0.2"),
    ("adagrad", {"before": "g = g + 1e-3 * p"}, "weight_decay_in_gradient", INSIDE, "0.001"),
    ("sgd_plus", {"after": "+ lr * 1e-6 * p"}, "weight_decay", BESIDE, "1e-06"),
    ("sgd_plus", {"before": "g = g + decay * p"}, "weight_decay_in_gradient", INSIDE, "0.01"),
])
def test_weight_decay_is_named_with_its_size(family, parts, identifier, words, size):
    found = outcome(family, **parts)
    assert (found.status, found.diagnosis.flags) == (Status.FAILED, (identifier,))
    before, _, after = found.diagnosis.text.partition(", to within ")
    assert before == f"Your update is {NAMES[family]} {words}"
    assert after.split(" ", 1)[1] == (
        "on 177 numbers. The equations move a parameter by its gradients alone: no share of p is "
        f"subtracted. The decay is {size}.")
    assert found.counterexample["parameters"][0][0] == 1.0  # numbers to check by hand
    assert max(len(row) for row in found.counterexample["gradients"]) <= 2


def test_weight_decay_beside_a_mistake_is_named_with_it():
    found = outcome("adam", after="+ lr * decay * p", corrected="1")
    assert found.diagnosis.flags == ("no_bias_correction_m", "weight_decay")


@pytest.mark.parametrize("parts", [
    {"after": "+ lr * decay * abs(p)"}, {"after": "- lr * decay * p"},
    {"after": "+ lr * lr * decay * p"}, {"after": "+ lr * decay * k * p"},
    {"before": "first = p if k == 1 else first", "after": "+ lr * decay * first", "kept": "first"},
], ids=str)
def test_what_is_no_weight_decay_is_not_called_so(parts):
    found = outcome("sgd_plus", **parts)
    assert (found.status, found.diagnosis.flags, found.diagnosis.text) == (
        Status.FAILED, (),
        "Your update is not SGD with momentum (SGD+), and it matches no known variant of it or of "
        "another rule (compared on 37 numbers).")


ORDER = (
    "The steps depend on the order in which the parameters are visited: state or a step number is "
    "shared by parameters, or a parameter's place in the list counts.")
REPLAY = (
    "The same gradients, begun afresh a second time, gave other steps: something is remembered "
    "outside the state that @optimizer names (a global, an attribute, a default argument), or "
    "drawn at random.")
INTERLEAVING = (
    "Two trainings that take turns disturb each other: something is remembered outside the state "
    "that @optimizer names (a global, an attribute, a default argument).")
ALIASING = (
    "The steps change when the array of the gradient, or of p, is used again, as in training: the "
    "rule keeps the array itself, or knows it again by its address. Keep a copy of its numbers.")
LOCALITY = (
    "A number moves differently when its neighbours in the same parameter change: the rule mixes "
    "the elements of the gradient or of p (a mean, a norm, a maximum).")


@pytest.mark.parametrize(("before", "value", "relation", "message", "blocks"), [
    # another parameter's, the one before it
    ("LAST.append(p.sum())", "LAST[-2]", "replay", REPLAY, True),
    # that of the run's first parameter
    ("LAST[:] = LAST if k > 1 else [p]", "LAST[0]", "order", ORDER, True),
    # of two calls before, as if there were one training of two parameters
    ("LAST.append(p)", "(p if k == 1 else LAST[-3])", "interleaving", INTERLEAVING, True),
    # of its own first step, if the array were a copy
    ("LAST.append(p) if k == 1 else None", "(p if k == 1 else LAST.pop(1))", "aliasing", ALIASING,
     True),
    # of all numbers of the parameter
    ("", "(p * p).sum() ** 0.5", "locality", LOCALITY, False),
])
def test_a_step_that_depends_on_another_value_than_its_own_present_one_is_told(
        before, value, relation, message, blocks):
    source = text("sgd_plus", before=before, after=f"+ lr * decay * {value}")
    found = relations(context_of(source, HOMEWORK, "sgd_plus"))
    assert (found.status, found.counterexample["relation"]) == (Status.FAILED, relation)
    assert (found.message, found.blocks) == (message, blocks)


@pytest.mark.parametrize("family", ["sgd_plus", "adam"])
def test_a_rule_that_names_p_and_does_not_use_it_is_right(family):
    context = context_of(text(family, after="+ 0.0 * p", default=0.0), HOMEWORK, family)
    for kind in ("relations", "update_rule", "hyperparameters", "closed_loop", "convergence"):
        found = CHECKS[kind](context)
        assert (kind, found.status, found.fraction) == (kind, Status.PASSED, 1.0)
        context = context.knowing(found.learned)

"""Who fails alike: the fixed runs, the groups that their answers make, and the names of these."""

import itertools
import json
import random
from dataclasses import replace

import jsonschema
import msgspec
import numpy as np
import pytest

from cgp_harness import pipeline
from cgp_harness.checks import naming
from cgp_harness.checks.context import Outcome, failed, passed
from cgp_harness.checks.naming import with_answers
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.fixed_run import X
from cgp_harness.kinds.activation.checks.fixed_run import fixed_run as of_activation
from cgp_harness.kinds.autograd_function.probes import fixed_run as of_function
from cgp_harness.kinds.optimizer.diagnosis.fixed_run import RUN
from cgp_harness.kinds.optimizer.probes.verdict import fixed_run
from cgp_harness.model import Diagnosis, SourceFile, Status, Submission
from cgp_harness.probing.fixed_run import alike, plain
from cgp_harness.reports import results
from cgp_harness.reports.groups import Group, groups
from cgp_harness.reports.pages import student
from cgp_harness.sandbox.host import levels
from cgp_harness.subject import SubjectError
from cgp_harness.task import NamedMistake
from tests.harness.activations.test_solved_activation import SWISH, swish
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.functions.right.function_sources import registered
from tests.harness.in_process import activations as activations_in_process
from tests.harness.in_process.functions import context_of as function_context
from tests.harness.in_process.rules import context_of
from tests.harness.reports.example_reports import BATCH, CASE, check, submission
from tests.harness.rules.right.correctness import correctness
from tests.mutants.functions.write import FUNCTIONS, MISTAKES
from tests.mutants.functions.write import source as function_source
from tests.mutants.write import SINGLES, source

HOMEWORK = correctness()
SAME_ARITHMETIC = {
    ("shared_state", "mutable_default"), ("lr_in_gradient", "lr_in_accumulator")}
RIGHT_ON_IT = {"float32_arithmetic"}


# --- the fixed runs ----------------------------------------------------------------------------


def test_the_run_of_rules_is_the_one_that_names_hang_on():
    assert RUN.gradients.shape == (8, 7)
    assert np.allclose(RUN.gradients[[0, 2]], [
        [-1.9686, -9.375e-06, 0.0, 0.47241, -0.5435, -0.22121, 1.1807],
        [1.0304, 2.6989e-05, -1.6678, -0.19092, 2.305, 0.12739, -2.9425]], rtol=1e-12, atol=0.0)
    assert RUN.start.tolist() == [0.9153, -2.5842, -1.5528, 0.5214, 2.1903, -1.1589, -2.8275]
    assert RUN.schedule == {
        "lr": (0.618, 0.2361, 0.8541, 0.4721, 0.0902, 0.7082, 0.3262, 0.9443)}
    assert RUN.hyperparameters == {
        "mu": 0.82, "rho": 0.66, "beta1": 0.87, "beta2": 0.78, "eps": 0.13}


def test_the_points_of_functions_are_those_that_names_hang_on():
    specification = SPECIFICATIONS["softplus"]
    first, second, *_ = specification.tried_sizes
    points = of_function._points(specification, first)
    assert (points.shape, of_function._points(specification, second).shape) == ((4, 6), (6, 4))
    assert points[0].tolist() == [0.558, -2.882, 1.676, -1.765, 2.794, -0.648]


@pytest.mark.parametrize("family", SINGLES)
def test_different_wrong_rules_are_never_one(family):
    found = {}
    for flag in SINGLES[family]:
        text = source(family, [flag]).replace("random.Random()", "random.Random(7)")
        answer = fixed_run(context_of(text, HOMEWORK, family))
        assert (answer is None) is (flag in RIGHT_ON_IT), flag
        if answer is not None:
            found[flag] = plain(answer.ravel())
    assert len(found) > 12
    assert {pair for pair in itertools.combinations(found, 2)
            if alike(*(found[one] for one in pair))} <= SAME_ARITHMETIC


@pytest.mark.parametrize("convention", ["eps_inside_root", "eps_outside_root"])
def test_a_rule_that_is_right_on_it_tells_nothing(convention):
    assert fixed_run(context_of(source("adam", [], convention), HOMEWORK, "adam")) is None


def test_the_seed_changes_no_answer():
    text = source("adam", ["betas_swapped"]).replace("def adam(g,", "def adam(g, p,")
    one, other = (fixed_run(context_of(text, HOMEWORK, "adam", seed)) for seed in (1, 2))
    assert (one == other).all()


def asked(ask, context):
    """Its answers; None where they are right, or there are none."""
    with np.errstate(all="ignore"):
        try:
            answer = ask(context)
        except SubjectError:
            return None
    return None if answer is None else plain(answer.ravel().tolist())


@pytest.mark.parametrize(("task", "which"), [
    (task, which) for task in FUNCTIONS for which in ("forward", "gradient")])
def test_different_wrong_functions_are_never_one(task, which):
    ask = {"forward": of_function.values, "gradient": of_function.gradients}[which]
    assert asked(ask, function_context(function_source(task), task)) is None
    found = {
        name: answers for (of, name), mistake in MISTAKES.items()
        if (of, mistake.check) == (task, which)
        and (answers := asked(ask, function_context(function_source(task, name), task)))}
    assert len(found) > 5
    flags = {MISTAKES[task, name].flag for name in found}
    assert len(flags) > 3
    for one, other in itertools.combinations(found, 2):
        if alike(found[one], found[other]):  # written otherwise, and the same arithmetic
            assert MISTAKES[task, one].flag == MISTAKES[task, other].flag != ""


def test_a_function_that_is_wrong_elsewhere_alone_tells_nothing():
    for name in ("overflow", "value_in_float32", "threshold_20", "returns_float32"):
        context = function_context(function_source("softplus", name), "softplus")
        assert asked(of_function.values, context) is None, name


def judged(name):
    """A wrong activation after its check."""
    [function] = registered(function_source("mine", name)).values()
    context = activations_in_process.context_of(function)
    return context.knowing(activation(context).learned)


def test_different_wrong_activations_are_never_one():
    found = {
        name: answers for of, name in MISTAKES if of == "mine"
        and (answers := asked(of_activation, judged(name)))}
    assert len(found) > 10
    assert {pair for pair in itertools.combinations(found, 2)
            if alike(*(found[one] for one in pair))} == set()
    assert len(found["swapped"]) == 2 * len(X)


def twice(x):
    return 2 * swish(x)[0], 2 * swish(x)[1]


def thrice(x):
    return 3 * swish(x)[0], 3 * swish(x)[1]


def test_an_activation_of_other_values_than_the_solution_s_is_told_by_these():
    found = []
    for function in (twice, thrice, swish):
        context = activations_in_process.context_of(function, solution=SWISH)
        outcome = activation(context)
        found.append(asked(of_activation, context.knowing(outcome.learned)))
        assert function is swish or outcome.diagnosis.of_source  # an instructor's name may win
    assert [one is None for one in found] == [False, False, True]
    assert not alike(*found[:2])


@pytest.mark.parametrize("name", [
    "", "overflow", "centred", "noise", "constant", "unlisted_single_value",
    "unlisted_value_to_six_digits", "unlisted_slope_wrong_far_out"])
def test_an_activation_whose_derivative_fits_there_tells_nothing(name):
    assert asked(of_activation, judged(name)) is None


# --- groups ------------------------------------------------------------------------------------


def wrong(student, answers, flags=(), case=CASE, kind="update_rule", task="adam"):
    return submission(student, check("loads", Status.PASSED, 4.0), check(
        kind, Status.FAILED, task=task, answers=answers, counterexample=case,
        diagnosis=Diagnosis(flags, "It is wrong.")))


CASE_OF_1 = CASE | {"gradients": [[0.5]], "got": [[0.25]], "expected": [[0.5]]}
CLASS = (
    wrong("zoe", (1.0, "nan")), wrong("ada", (2.0, 0.0)),
    wrong("eva", (1.0 + 1e-9, "nan"), ("cubed",), CASE_OF_1), wrong("bob", (3.0, 0.0)),
    wrong("max", (1.0, "nan"), kind="forward"), wrong("leo", ()),
    wrong("kim", (1.0, "nan"), task="sgd"), wrong("joe", (2.0, 1e-15)),
)
CUBED = Diagnosis(("cubed",), "It is wrong.")


def test_groups_are_ordered_by_size_and_then_by_the_first_member():
    assert groups(CLASS) == (
        Group("adam-1", "adam", "update_rule", None, ("ada", "joe"), "ada", (2.0, 0.0)),
        Group("adam-2", "adam", "update_rule", CUBED, ("zoe", "eva"), "eva", (1.0, "nan")),
        Group("adam-3", "adam", "update_rule", None, ("bob",), "bob", (3.0, 0.0)),
        Group("adam-4", "adam", "forward", None, ("max",), "max", (1.0, "nan")),
        Group("sgd-1", "sgd", "update_rule", None, ("kim",), "kim", (1.0, "nan")),
    )


def drawn(draw):
    """Answers near few centres, some at the edge of being alike, of all sizes and signs."""
    size = draw.choice((1.0, 1e-300, 1e300, 5e-324))
    centre = [draw.choice((-1.0, 0.0, 0.5, 1.0)) for _ in range(draw.choice((1, 2, 3)))]
    moved = [one * (1 + draw.choice((-1.4, -0.7, 0, 0.7)) * 1e-6) +
             draw.choice((0, 0, 0.9e-12, 2e-12)) for one in centre]
    return tuple("nan" if draw.random() < 0.05 else one * size for one in moved)


def test_groups_are_those_that_a_comparison_with_every_group_finds():
    draw = random.Random(0)
    students = [
        wrong(f"student-{k}", drawn(draw), kind=draw.choice(("forward", "update_rule")))
        for k in range(1500)]
    expected = []
    for one in students:
        own = one.checks[1]
        for first, members in expected:
            if first.kind == own.kind and alike(first.answers, own.answers):
                members.append(one.id)
                break
        else:
            expected.append((own, [one.id]))
    found = groups(students)
    assert 100 < len(found) < 1000
    assert {one.members for one in found} == {tuple(members) for _, members in expected}


def test_a_group_is_compared_with_few_others_however_many_there_are(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "cgp_harness.reports.groups.alike", lambda *both: asked.append(both) or alike(*both))
    draw = random.Random(0)
    students = [
        wrong(f"student-{k}", tuple(draw.choice((-1, 1)) * draw.uniform(1, 2) for _ in range(8)))
        for k in range(2000)]
    assert len(groups(students)) == len(students)
    assert len(asked) < 2 * len(students)                       # of two million pairs


def test_results_have_the_groups_and_the_answers():
    report = replace(BATCH, submissions=CLASS)
    document = json.loads(results.encode(report))
    jsonschema.validate(document, results.schema())
    assert document["groups"][1] == {
        "id": "adam-2", "task": "adam", "check": "update_rule", "flags": ["cubed"],
        "members": ["zoe", "eva"], "smallest": "eva"}
    assert document["submissions"][0]["checks"][1]["answers"] == [1.0, "nan"]
    assert results.decode(results.encode(report)) == report


def test_a_student_s_page_has_no_answers():
    html = student.page(BATCH, wrong("zoe", (0.12345678, "nan")), {}, "out")
    assert "0.1234" not in html


# --- names -------------------------------------------------------------------------------------


CUBED_OF_ADAM = NamedMistake(
    "cubed", "adam", "the gradient is cubed", "Eq. 38 squares it.", check="update_rule")
FORMS = {
    "numpy": """
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * abs(g)**3
    return lr * (m / (1 - beta1**k)) / (v / (1 - beta2**k) + eps)**0.5, m, v
""",
    "scalar": """
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (math.fabs(g)**3 - v)
    return lr * (m / (1 - beta1**k)) / math.sqrt(v / (1 - beta2**k) + eps), m, v
""",
    "torch": """
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * torch.abs(g)**3
    return lr * (m / (1 - beta1**k)) / torch.sqrt(v / (1 - beta2**k) + eps), m, v
""",
    "class": """
@optimizer(name="adam")
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(params, dict(lr=lr, beta1=beta1, beta2=beta2, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["beta1"], group["beta2"]
            for p in group["params"]:
                s = self.state[p]
                if not s:
                    s.update(k=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                s["k"] += 1
                s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                s["v"].mul_(b2).add_(p.grad.abs()**3, alpha=1 - b2)
                p.sub_(group["lr"] * s["m"] / (1 - b1**s["k"])
                       / (s["v"] / (1 - b2**s["k"]) + group["eps"]).sqrt())
""",
}
ADAM = msgspec.structs.replace(HOMEWORK, tasks=(msgspec.structs.replace(
    HOMEWORK.task("adam"), checks={
        name: HOMEWORK.task("adam").checks[name] for name in ("loads", "update_rule")}),))


def graded(student, text, homework=ADAM, seed=0):
    head = "import math\n" + "import torch\n" * ("torch" in text) + (
        "from cgp_harness import optimizer\n")
    return pipeline.grade(
        Submission(student, (SourceFile("adam.py", (head + text).encode()),)), homework,
        seed=seed, isolation=levels.choose("auto"))


def test_one_mistake_in_four_forms_is_one_group_and_gets_its_name_with_any_seed():
    reports = [graded(form, text, seed=seed) for seed, (form, text) in enumerate(
        FORMS.items())]
    [found] = groups(reports)
    assert (found.id, found.members, found.diagnosis) == (
        "adam-1", ("numpy", "scalar", "torch", "class"), None)
    named = msgspec.structs.replace(ADAM, mistakes=(
        msgspec.structs.replace(CUBED_OF_ADAM, answers=found.answers),))
    report = graded("scalar", FORMS["scalar"], named, seed=77)
    found = report.checks[1].diagnosis
    assert (found.flags, found.text.partition(" With one change")[0]) == (
        ("cubed",), "What differs: the gradient is cubed. Eq. 38 squares it.")
    assert report.score == reports[0].score


def named_by(outcome, text=FORMS["numpy"], **mistake):
    """The outcome of `update_rule`, with a homework that gives these very answers a name."""
    head = "from cgp_harness import optimizer\n"
    answers = plain(fixed_run(context_of(head + FORMS["numpy"], ADAM, "adam")).ravel())
    homework = msgspec.structs.replace(ADAM, mistakes=(msgspec.structs.replace(
        CUBED_OF_ADAM, answers=mistake.pop("answers", answers), **mistake),))
    return with_answers("update_rule", context_of(head + text, homework, "adam"), outcome)


UNKNOWN = failed("This is not Adam.", diagnosis=Diagnosis((), "It matches no known variant."))
BANK = failed("This is not Adam.", diagnosis=Diagnosis(("no_eps",), "Your update is Adam …"))
AUTOMATIC = failed("This is not Adam.", diagnosis=Diagnosis(
    ("replaced_1a2b3c",), "Something else stands there.", of_source=True))


@pytest.mark.parametrize("outcome", [UNKNOWN, AUTOMATIC, failed("This is not Adam.")])
def test_what_has_no_name_or_one_from_the_source_gets_the_instructor_s(outcome):
    named = named_by(outcome)
    assert named.diagnosis == Diagnosis(
        ("cubed",), "What differs: the gradient is cubed. Eq. 38 squares it.")
    assert replace(named, diagnosis=outcome.diagnosis, answers=()) == outcome
    assert len(named.answers) == RUN.gradients.size


def test_a_mistake_of_the_bank_keeps_its_name_and_has_its_answers():
    named = named_by(BANK)
    assert replace(named, answers=()) == BANK
    assert len(named.answers) == RUN.gradients.size


@pytest.mark.parametrize("other", [
    {"task": "sgd_plus"}, {"check": "hyperparameters"}, {"answers": (1.0,)}, {"answers": ()}])
def test_a_name_is_for_its_task_its_check_and_its_answers(other):
    assert named_by(UNKNOWN, **other).diagnosis == UNKNOWN.diagnosis


@pytest.mark.parametrize("outcome", [
    passed(), Outcome(Status.STUDENT_ERROR, 0.0, "adam raised"),
    Outcome(Status.TIMEOUT, 0.0, "too slow")])
def test_nothing_is_asked_where_a_check_has_not_failed(outcome):
    assert named_by(outcome, "@optimizer\ndef adam(g):\n    raise SystemExit\n") is outcome


def test_a_rule_that_raises_there_has_no_answers_and_its_verdict_stands():
    assert named_by(UNKNOWN, "@optimizer\ndef adam(g):\n    return g[7]\n") == UNKNOWN


@pytest.mark.parametrize(("says", "hint", "said"), [
    ("g is cubed", "", "What differs: g is cubed."),
    ("g is cubed!", "Look.", "What differs: g is cubed! Look.")])
def test_what_students_are_told(says, hint, said):
    assert naming.said(NamedMistake("cubed", "adam", says, hint)) == said

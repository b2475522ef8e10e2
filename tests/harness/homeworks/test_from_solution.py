"""A class graded from one solution: five rules that no family of the harness knows.

Their right and wrong answers are those of `tests/from_solution`.
"""

import re

import pytest

from cgp_harness import pipeline
from cgp_harness.assignment import parse
from cgp_harness.checks.requirements import require_named
from cgp_harness.kinds.optimizer.specified import built_in, every_answer, specified
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.reports.results import read
from tests.harness.cli.test_cli import cgp
from tests.harness.in_process.rules import InProcess
from tests.harness.rules.parameter_rules import DECAY, RIGHT, SOLUTION, wrong
from tests.long import some
from tests.places import ROOT

CORPUS = ROOT / "tests" / "from_solution"
RULES = ("nesterov", "adamw", "adadelta", "lion", "yogi")
HEAD = 'id = "hw"\ntitle = "Homework"\nversion = "1"\n'
TASK = """
[[tasks]]
id = "{rule}"
title = "{title}"

[tasks.checks]
loads = {{points = 5}}
relations = {{points = 20}}
update_rule = {{points = 40}}
hyperparameters = {{points = 15}}
"""
TRAINED = """closed_loop = {points = 10}
convergence = {points = 10, sgd_lr = 0.03}
step_cost = {points = 0}
"""
ONLY_IN_A_WORKER = re.compile("class_.*|scalar|torch_functions|through_the_hook")
SEEDS = (0, 1, 2, 3, 20261129)
ANOTHERS = re.compile(r"\bEqs?\.|SGD\+|AdaGrad|RMSProp|\bAdam\b|known variant|torch\.optim")
"""Of no rule here: the lecture's equations, the names of its rules, torch's own."""


def homework(rule, text=None, more=TRAINED):
    text = text or (CORPUS / rule / "solution.py").read_text("utf-8")
    toml = HEAD + TASK.format(rule=rule, title=rule.title()) + more
    return parse(toml.encode(), answers=text)


def answers(kind, every=1):
    """Rule and file of each answer that numpy alone can run, in this process."""
    found = [
        (rule, file) for rule in RULES for file in sorted((CORPUS / rule / kind).glob("*.py"))
        if not ONLY_IN_A_WORKER.fullmatch(file.stem)
        and not re.search("import (torch|math)", file.read_text("utf-8"))]
    return pytest.mark.parametrize(
        ("rule", "file"), some(found, every), ids=[f"{rule}-{file.stem}" for rule, file in found])


def graded(text, wanted, seed=0):
    """The report of one submission, run in this process."""
    one = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    return pipeline.grade(
        one, wanted, seed=seed, isolation="plain", open_subject=lambda *_: InProcess(text))


def lost(report):
    """What each check says in which points are lost."""
    return {one.kind: one.message for one in report.checks if one.score < one.max_score}


def said(report):
    return "\n".join([one.message + (one.diagnosis.text if one.diagnosis else "") + one.equation
                      for one in report.checks])


# --- right and wrong ones ----------------------------------------------------------------------


@answers("right", 2)
def test_a_right_answer_in_another_form_has_all_points_whatever_the_seed(rule, file, long):
    for seed in SEEDS if long else SEEDS[:1]:
        report = graded(file.read_text("utf-8"), homework(rule), seed)
        assert (lost(report), report.notes) == ({}, ())
        assert not ANOTHERS.search(said(report))


@answers("wrong", 3)
def test_a_wrong_answer_loses_points_where_it_is_wrong(rule, file):
    report = graded(file.read_text("utf-8"), homework(rule, more=""))
    checks = lost(report)
    assert checks
    if "update_rule" in checks and "relations" not in checks:
        assert checks["update_rule"].startswith(f"This is not {rule.title()}.")
    assert not ANOTHERS.search(said(report))


def test_a_wrong_answer_trains_elsewhere_and_is_shown_beside_sgd_alone():
    file = CORPUS / "nesterov" / "wrong" / "plain_momentum.py"
    report = graded(file.read_text("utf-8"), homework("nesterov"))
    found = {one.kind: one for one in report.checks}
    assert report.score == 40
    assert found["update_rule"].message == "This is not Nesterov."
    assert found["update_rule"].diagnosis.text.startswith("Your update is Nesterov, but ")
    assert found["closed_loop"].message.startswith("Leaves the path of Nesterov, by more than ")
    assert [line for line in found["convergence"].message.splitlines() if "torch" in line] == []
    losses = next(one for one in found["convergence"].plots if one.kind == "losses")
    assert [one.label for one in losses.series] == ["SGD, lr 0.03", "your rule"]
    differences = next(one for one in found["convergence"].plots if one.kind == "differences")
    assert [one.label for one in differences.series] == ["against SGD"]


def test_a_case_shows_where_the_parameter_was_whether_the_rule_looks_at_it_or_not():
    text = "".join([
        "from cgp_harness import optimizer\n", "import numpy as np\n", "@optimizer(m=0)\n",
        "def lion(g, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):\n",
        "    return lr * np.sign(beta1 * m + (1 - beta1) * g), beta2 * m + (1 - beta2) * g\n"])
    report = graded(text, homework("lion", more=""))
    case = next(one.counterexample for one in report.checks if one.kind == "update_rule")
    assert (case["parameters"], case["expected"], case["got"]) == ([[1.0]], [[0.125]], [[0.0]])


# --- in a worker, from the command line --------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "solution.py").write_bytes((CORPUS / "adamw" / "solution.py").read_bytes())
    (tmp_path / "hw" / "assignment.toml").write_text(
        HEAD + TASK.format(rule="adamw", title="AdamW") + TRAINED)
    return tmp_path / "hw"


def test_a_class_is_graded_from_a_folder_with_two_files(folder, tmp_path):
    members = tmp_path / "class"
    members.mkdir()
    right = ("scalar", "class_one_counter")
    for kind, names in (("right", right), ("wrong", ("decay_in_gradient", "decay_fixed"))):
        for name in names:
            (members / f"{name}.py").write_bytes(
                (CORPUS / "adamw" / kind / f"{name}.py").read_bytes())
    done = cgp("grade", members, "-a", folder, "-o", tmp_path / "out", "--isolation", "plain",
               "--seed", 3, "--jobs", 1)
    assert done.exit_code == 0, done.output
    report = read(tmp_path / "out")
    assert {one.id: one.score for one in report.submissions} == {
        **dict.fromkeys(right, 100), "decay_in_gradient": 40, "decay_fixed": 97}
    for page in (tmp_path / "out" / "index.html", *(tmp_path / "out" / "students").iterdir()):
        said, _, _ = page.read_text("utf-8").partition("What was graded")  # in the student's words
        assert not ANOTHERS.search(said)


@pytest.mark.usefixtures("without_canaries")
def test_the_doctor_grades_the_solution_itself(folder):
    done = cgp("doctor", "-a", folder, "--isolation", "plain")
    assert done.exit_code == 0
    assert "solution    100 % (must be 100)" in done.output.splitlines()


@pytest.mark.usefixtures("without_canaries")
def test_the_doctor_says_by_what_of_a_solution_nobody_is_judged(folder):
    text = (folder / "solution.py").read_text("utf-8")
    (folder / "solution.py").write_text(text.replace("+ weight_decay * p", "+ 0.01 * p"))
    done = cgp("doctor", "-a", folder, "--isolation", "plain")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "solution    100 % (must be 100)" in lines
    assert [one for one in lines if one.startswith("remark")] == [
        "remark      adamw: nothing that is asked shows what weight_decay does, so that nobody is "
        "judged by it. If a step should depend on it, mend the solution."]


# --- other rules -------------------------------------------------------------------------------


OWN_NAMES = """import numpy as np
from cgp_harness import optimizer

@optimizer(a=0, b=0)
def mine(g, k, a, b, alpha=0.05, decay=0.95, keep=0.5, delta=1e-7, clip=2.0, warm=0.1):
    a = decay * a + (1 - decay) * np.clip(g, -clip, clip)
    b = keep * b + g * g
    return alpha * a / (np.sqrt(b) + delta) * (1 - warm**k), a, b
"""


def test_hyperparameters_have_any_names():
    assert lost(graded(OWN_NAMES, homework("mine", OWN_NAMES))) == {}


@pytest.mark.parametrize(("old", "new", "message"), [
    ("-clip, clip", "-2.0, 2.0", "clip: changing it changes no step; the code uses 2."),
    ("keep * b", "0.5 * b", "keep: changing it changes no step; the code uses 0.5."),
    ("alpha * a", "0.05 * a", "alpha: changing it changes no step; the code uses 0.05."),
    ("+ delta", "+ 1e-7", "delta: changing it changes no step; the code uses 1e-07."),
    ("warm=0.1", "warm=0.2", "warm: the default is 0.2, expected 0.1."),
    ("alpha=0.05", "alpha=-0.05", "alpha: the default is -0.05, expected 0.05. It is never "
     "negative: the step is subtracted, and so goes downhill as it is."),
    ("delta=1e-7", "delta=-1e-7", "delta: the default is -1e-07, expected 1e-07. It is never "
     "negative: it keeps from 0 what is divided by."),
    ("decay=0.95", "decay=1.95", "decay: the default is 1.95, expected 0.95. It is a share of what "
     "was before: at least 0, and less than 1."),
    ("clip=2.0", "clip=-2.0", "clip: the default is -2, expected 2."),
    ("decay", "retained", "decay: the rule takes no such argument (accepted names: decay); the "
     "code uses 0.95."),
])
def test_each_hyperparameter_is_charged_by_its_name(old, new, message):
    report = graded(OWN_NAMES.replace(old, new), homework("mine", OWN_NAMES, more=""))
    assert lost(report) == {"hyperparameters": message}


@pytest.mark.parametrize(("old", "new"), [
    ("decay * a", "keep * a"), ("keep * b", "decay * b"), ("-clip, clip", "-1, clip"),
    ("sqrt(b) + delta", "sqrt(b + delta)"), ("warm**k", "warm"), (" + delta", "")])
def test_one_in_the_place_of_another_is_another_rule(old, new):
    report = graded(OWN_NAMES.replace(old, new), homework("mine", OWN_NAMES, more=""))
    assert lost(report).keys() == {"update_rule"}


ACCEPTED = """from cgp_harness import accepted, optimizer

@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v = mu * v + g
    return lr * (g + mu * v), v

@accepted("nesterov", "lr_in_buffer")
@optimizer(v=0)
def other(g, v, lr=1e-2, mu=0.9):
    v = mu * v + lr * g
    return lr * g + mu * v, v
"""


def test_what_is_accepted_is_right_and_only_that():
    mine = ACCEPTED.partition("@accepted")
    in_buffer = (mine[0].partition("@optimizer")[0] + "@optimizer(v=0)\n"
                 "def nesterov(g, v, lr=1e-2, mu=0.9):\n    v = mu * v + lr * g\n"
                 "    return lr * g + mu * v, v\n")
    for wanted, told in ((ACCEPTED, {}), (mine[0], {"update_rule": "This is not Nesterov."})):
        assert lost(graded(in_buffer, homework("nesterov", wanted, more=""))) == told
    report = graded(in_buffer, homework("nesterov", ACCEPTED))
    followed = next(one.message for one in report.checks if one.kind == "closed_loop")
    assert followed.splitlines()[0] == (
        "Follows Nesterov (lr_in_buffer), step by step: each is the specified one, to 1e-10 of "
        "itself.")


def test_a_rule_of_single_numbers_is_run_number_by_number():
    text = (CORPUS / "adamw" / "right" / "scalar.py").read_text("utf-8")
    other = (CORPUS / "adamw" / "right" / "moves_towards.py").read_text("utf-8")
    assert lost(graded(other, homework("adamw", text))) == {}


def renamed(text, name):
    return text.replace(f"def {name}(", "def lars(")


def test_a_rule_that_mixes_numbers_is_judged_as_it_is():
    right = RIGHT.partition("@optimizer")[0].replace("import torch", "") + "@optimizer" + next(
        one for one in RIGHT.split("@optimizer") if "def lars_numpy" in one)
    wanted = homework("lars", SOLUTION)
    assert lost(graded(renamed(right, "lars_numpy"), wanted)) == {}
    head = f"from cgp_harness import optimizer\nDECAY = {DECAY}\nLAST = [1.0]\n"
    for name in ("lars_trust_of_each_number", "lars_trust_of_the_mean", "lars_lr_twice"):
        text = renamed(head + wrong("lars")[name], name)
        assert lost(graded(text, homework("lars", SOLUTION, more=""))).keys() == {"update_rule"}


def test_what_the_solution_refuses_is_asked_of_nobody():
    guarded = ACCEPTED.partition("@accepted")[0].replace(
        "    v = mu", "    if not 0 < mu < 0.995:\n        raise ValueError(mu)\n    v = mu")
    refusing = guarded.replace("raise ValueError(mu)", "return g / 0.0, v")
    assert lost(graded(refusing, homework("nesterov", guarded, more=""))) == {}


def test_float32_is_as_right_as_it_is_for_the_four():
    text = (CORPUS / "yogi" / "solution.py").read_text("utf-8").replace(
        "    square = ", "    g, m, v = np.float32(g), np.float32(m), np.float32(v)\n    square = ")
    report = graded(text, homework("yogi"))
    found = next(one for one in report.checks if one.kind == "update_rule")
    assert (found.status, found.diagnosis.flags) == (Status.PASSED, ("float32_arithmetic",))


def test_a_homework_may_have_both_a_family_and_a_solution():
    family = """
[[tasks]]
id = "adagrad"
family = "adagrad"
title = "AdaGrad"
accept = ["eps_inside_root"]
hyperparameters = {lr = 1e-3, eps = 1e-8}
checks = {loads = {points = 1}}
"""
    both = homework("nesterov", more=family)
    require_named(both)
    taken = specified(both, both.task("adagrad"))
    assert list(taken.conventions) == ["eps_inside_root"]
    assert taken.conventions["eps_inside_root"].rule is every_answer(
        built_in(), built_in().task("adagrad")).conventions["eps_inside_root"].rule

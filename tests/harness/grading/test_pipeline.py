"""Whole submissions through the real pipeline, worker included: verdicts, on several seeds."""

import contextlib
from pathlib import Path

import msgspec
import pytest

import cgp_assignments
from cgp_harness import assignment, pipeline
from cgp_harness.collect import collect
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.replay import replay
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.all_checks import replace_check
from tests.harness.in_process.rules import InProcess
from tests.harness.rules.right.correct_forms import FORMS
from tests.harness.rules.right.correctness import POINTS, correctness
from tests.long import some
from tests.mutants.write import source
from tests.places import ROOT

HOMEWORK = correctness()
EXAMPLES = Path(cgp_assignments.__file__).parent / "step_size" / "examples"
PLUGINS = ROOT / "plugins" / "step_size"
LEVEL = levels.choose("auto")
FULL = {}
ALL = ("sgd_plus", "adagrad", "rmsprop", "adam")


def failed(*flags):
    return Status.FAILED, flags


def blocked(task, status, kind="loads"):
    """One check stopped, and what depends on it is not run."""
    kinds = tuple(POINTS)
    return {
        f"{task}.{one}": (status if one == kind else Status.SKIPPED, ())
        for one in kinds[kinds.index(kind):]
    }


def stopped(status):
    return {key: value for task in ALL for key, value in blocked(task, status).items()}


# id -> status, score, and every check that is not simply passed: its status and flags.
VERDICTS = {
    "adagrad_is_rmsprop": ("graded", 90, {"adagrad.update_rule": failed("decaying_average")}),
    "adam_no_bias_correction": (
        "graded", 80, {"adam.update_rule": failed("no_bias_correction")}),
    "adam_swapped_betas": ("graded", 80, {"adam.update_rule": failed("betas_swapped")}),
    "calls_torch_optim": ("graded", 60, blocked("adam", Status.FAILED)),
    "float32": ("graded", 100, {
        f"{task}.update_rule": (Status.PASSED, ("float32_arithmetic",)) for task in ALL}),
    "hard_coded_beta2": ("graded", 98, {"adam.hyperparameters": failed("beta2_hard_coded")}),
    "import_exception": ("graded", 100, FULL),
    "import_loop": ("graded", 100, {}),  # the loop costs itself
    "in_place": ("graded", 80, {f"{task}.relations": failed() for task in ALL}),
    "missing_return": ("graded", 60, blocked("adam", Status.STUDENT_ERROR)),
    "misspelt_name": ("graded", 80, blocked("adagrad", Status.FAILED)),
    "noisy": ("graded", 100, FULL),
    "notebook": ("graded", 100, FULL),
    "only_adam": ("graded", 40, {
        key: value for task in ALL[:3] for key, value in blocked(task, Status.FAILED).items()}),
    "package": ("graded", 100, FULL),
    "perfect": ("graded", 100, FULL),
    "running_average": ("graded", 100, FULL),
    "scalar_math_sqrt": ("graded", 100, FULL),
    "sgd_plus_is_nesterov": ("graded", 90, {"sgd_plus.update_rule": failed("nesterov")}),
    "shared_state": ("graded", 10, {
        key: (value[0], ("shared_state",) if key.endswith("relations") else ())
        for task in ALL for key, value in blocked(task, Status.FAILED, "relations").items()}),
    "syntax_error": ("student_error", 0, stopped(Status.STUDENT_ERROR)),
    "sys_exit": ("graded", 100, FULL),
    "torch_conventions": ("graded", 100, FULL),
    "torch_subclass": ("graded", 100, FULL),
    "wrong_defaults": ("graded", 90.67, {
        f"{task}.hyperparameters": failed() for task in ALL}),
}


def examples():
    return {submission.id: submission for submission in collect([EXAMPLES])}


def remarkable(report):
    found = {}
    for check in report.checks:
        flags = check.diagnosis.flags if check.diagnosis else ()
        if check.status is not Status.PASSED or flags:
            found[check.id] = (check.status, flags)
    return found


def test_every_example_has_a_verdict():
    assert sorted(examples()) == sorted(VERDICTS)


@pytest.mark.parametrize("seed", some([0, 1, 20261123], 3))
@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdict_on_an_example(name, seed):
    homework = HOMEWORK
    if name == "import_loop":  # two seconds tell a loop as well as twenty
        homework = msgspec.structs.replace(HOMEWORK, limits=assignment.Limits(load_s=2.0))
    report = pipeline.grade(examples()[name], homework, seed=seed, isolation=LEVEL)
    status, score, checks = VERDICTS[name]
    assert remarkable(report) == checks
    assert (report.status, report.score) == (status, score)


class KeptOpen:
    """One worker for many gradings of a submission, each from a fresh process."""

    def __init__(self, submission):
        self.subject = WorkerSubject(submission, HOMEWORK.limits, LEVEL, HOMEWORK.forbid)

    def __call__(self, *_):
        return contextlib.nullcontext(self.subject)


RIGHT = {**FORMS, **{path.stem: path.read_text("utf-8") for path in PLUGINS.glob("*.py")}}


@pytest.mark.parametrize("name", some(sorted(RIGHT), 2))
def test_no_false_failure(name, long):
    """On three seeds in the long form; on 50: `python -m benchmarks.regions --kind rules`."""
    submission = Submission(name, (SourceFile("plugin.py", RIGHT[name].encode()),))
    endless = msgspec.structs.replace(HOMEWORK, limits=assignment.Limits(total_s=1e6))
    kept = KeptOpen(submission)
    kept.subject = WorkerSubject(submission, endless.limits, LEVEL, endless.forbid)
    with kept.subject:
        for seed in range(3 if long else 1):
            report = pipeline.grade(
                submission, endless, seed=seed, isolation=LEVEL, open_subject=kept)
            lost = [check for check in report.checks if check.status is not Status.PASSED]
            assert lost == [], (name, seed)
            assert report.percent == 100


def test_what_collect_refused_ends_in_that_status():
    problem = Problem(Status.STUDENT_ERROR, "the zip is broken", fix="make it again")
    report = pipeline.grade(
        Submission("broken", (), problem=problem), HOMEWORK, seed=0, isolation=LEVEL)
    assert (report.status, report.score, report.percent) == ("student_error", 0, 0)
    assert remarkable(report) == stopped(Status.STUDENT_ERROR)
    assert report.checks[0].message == "the submission could not be read"
    assert report.notes == ("the zip is broken\n  fix: make it again",)


def test_what_the_grader_could_not_read_is_a_grader_error():
    problem = Problem(Status.GRADER_ERROR, "adam.py cannot be read: input/output error")
    report = pipeline.grade(
        Submission("ada", (), problem=problem), HOMEWORK, seed=0, isolation=LEVEL)
    assert (report.status, report.score) == (Status.GRADER_ERROR, 0)
    assert report.checks[0].status is Status.GRADER_ERROR
    assert report.notes == ("adam.py cannot be read: input/output error",)


def test_a_bug_of_ours_is_a_grader_error_and_no_score(monkeypatch, capsys):
    def broken(context):
        raise RuntimeError("oracle on fire")

    replace_check(
        monkeypatch, "update_rule", broken)
    text = source("adam", [])
    report = pipeline.grade(
        Submission("someone", (SourceFile("plugin.py", text.encode()),)), HOMEWORK, seed=0,
        isolation=LEVEL, open_subject=lambda *_: InProcess(text))
    assert report.status is Status.GRADER_ERROR
    check = next(check for check in report.checks if check.id == "adam.update_rule")
    assert (check.status, check.message) == (
        Status.GRADER_ERROR,
        "The grader failed here; this is not the submission's fault. The traceback is in the "
        "instructor's terminal.")
    assert "someone, adam.update_rule:" in capsys.readouterr().err


KEEPS_SIGN = """
def keeps_sign(context):
    return ratio(context.seed)

def ratio(number):
    return 1 / number
"""


@pytest.mark.parametrize(("module", "said"), [
    ("my_checks", "my_checks.py:6 of the package my-checks"),
    ("my_checks.of_signs", "of_signs.py:6 of the package my-checks"),
    ("cgp_solution", "solution.py:6 of the assignment"),
    ("numpy.linalg", "")])
def test_what_an_instructor_has_added_and_fails_is_said_to_be_his(
        monkeypatch, capsys, module, said):
    monkeypatch.setattr("cgp_harness.installed.plugins.sources", lambda: {
        "signs": ("my_checks:hooks", "my-checks")})
    file = "solution.py" if module == "cgp_solution" else f"{module.replace('.', '/')}.py"
    scope = {"__name__": module}
    exec(compile(KEEPS_SIGN, f"/here/{file}", "exec"), scope)
    replace_check(monkeypatch, "update_rule", scope["keeps_sign"])
    text = source("adam", [])
    report = pipeline.grade(
        Submission("someone", (SourceFile("plugin.py", text.encode()),)), HOMEWORK, seed=0,
        isolation=LEVEL, open_subject=lambda *_: InProcess(text))
    check = next(check for check in report.checks if check.id == "adam.update_rule")
    assert (check.status, check.message) == (Status.GRADER_ERROR, (
        "the check 'update_rule' raised ZeroDivisionError; this is not the submission's fault\n"
        f"  at {said}\n"
        "  fix: mend it; the traceback is in the instructor's terminal") if said else (
        "The grader failed here; this is not the submission's fault. The traceback is in the "
        "instructor's terminal."))
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_a_kind_of_check_that_a_plugin_adds_is_run_after_the_others(monkeypatch):
    from cgp_harness.checks.context import passed

    monkeypatch.setattr("cgp_harness.installed.checks", lambda: {
        "style": lambda context: passed(f"learned {sorted(context.learned)}")})
    task = msgspec.structs.replace(
        HOMEWORK.task("adam"),
        checks={"style": assignment.CheckSpec(1), **HOMEWORK.task("adam").checks})
    homework = msgspec.structs.replace(HOMEWORK, tasks=(task,))
    text = source("adam", [])
    report = pipeline.grade(
        Submission("someone", (SourceFile("plugin.py", text.encode()),)), homework, seed=0,
        isolation=LEVEL, open_subject=lambda *_: InProcess(text))
    assert [check.kind for check in report.checks] == [*POINTS, "style"]
    assert report.checks[-1].message == (
        "learned ['arrays', 'convention', 'elementwise', 'fixed', 'ignored', 'in_place', "
        "'long_run', 'precise']"
    )


@pytest.mark.parametrize(("family", "flag", "kind"), [
    ("adam", "no_bias_correction", "update_rule"),
    ("adam", "shared_state", "relations"),
    ("adam", "k_per_parameter", "relations"),
    ("sgd_plus", "mu_hard_coded", "hyperparameters"),
])
def test_a_stored_case_is_replayed(family, flag, kind):
    text = source(family, [flag])
    submission = Submission("someone", (SourceFile("plugin.py", text.encode()),))
    report = pipeline.grade(submission, HOMEWORK, seed=3, isolation=LEVEL)
    check = next(one for one in report.checks if one.id == f"{family}.{kind}")
    again = replay(submission, HOMEWORK, check, seed=3, isolation=LEVEL)
    assert again.reproduced
    assert again.problem is None
    assert again.rows[0].stored == again.rows[0].now
    mended = Submission("someone", (SourceFile("plugin.py", source(family, []).encode()),))
    assert not replay(mended, HOMEWORK, check, seed=3, isolation=LEVEL).reproduced


def test_a_plugin_that_is_slow_to_import_loses_nothing():
    text = f"import time\ntime.sleep(2.5)\n{FORMS['numpy_functions']}"
    report = pipeline.grade(
        Submission("slow", (SourceFile("plugin.py", text.encode()),)), HOMEWORK, seed=0,
        isolation=LEVEL)
    assert report.percent == 100


def test_numbers_whose_difference_overflows_are_no_failure_of_the_grader():
    text = """
import itertools
from cgp_harness import optimizer

COUNT = itertools.count()

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    return v * 0 + (1e308 if next(COUNT) % 2 else -1e308), mu * v + lr * g
"""
    alone = msgspec.structs.replace(HOMEWORK, tasks=HOMEWORK.tasks[:1])
    report = pipeline.grade(
        Submission("far", (SourceFile("plugin.py", text.encode()),)), alone, seed=3,
        isolation=LEVEL)
    assert {check.kind: check.status for check in report.checks} == {
        "loads": Status.PASSED, "relations": Status.FAILED, "update_rule": Status.SKIPPED,
        "hyperparameters": Status.SKIPPED}


def test_one_rule_that_hangs_costs_the_others_nothing():
    adam = source("adam", []).replace("    return", "    while True:\n        pass\n    return")
    files = (SourceFile("adam.py", adam.encode()),
             SourceFile("sgd.py", source("sgd_plus", []).encode()))
    quick = msgspec.structs.replace(HOMEWORK, limits=assignment.Limits(request_s=1.0))
    tasks = tuple(reversed(quick.tasks))  # Adam comes first
    report = pipeline.grade(
        Submission("stuck", files), msgspec.structs.replace(quick, tasks=tasks), seed=0,
        isolation=LEVEL)
    scores = {check.id: (check.status, check.score) for check in report.checks}
    assert scores["adam.loads"] == (Status.TIMEOUT, 0)
    assert scores["sgd_plus.update_rule"] == (Status.PASSED, 10)
    assert scores["sgd_plus.hyperparameters"] == (Status.PASSED, 4)


def test_a_refused_rule_is_explained_under_its_own_task_alone():
    text = """
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def adam(g, m, v, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr * g, m, v
"""
    report = pipeline.grade(
        Submission("refused", (SourceFile("plugin.py", text.encode()),)), HOMEWORK, seed=0,
        isolation=LEVEL)
    messages = {check.task: check.message for check in report.checks if check.kind == "loads"}
    assert messages["adam"] == (
        "argument 'lr' of adam() has no default value\n  at plugin.py:4\n"
        "  expected every hyperparameter with a default; state named in the decorator\n"
        "  fix: write `lr=…` in the signature if it is a hyperparameter, "
        "or @optimizer(lr=0) if it is state")
    assert messages["adagrad"] == "no rule is registered as 'adagrad'"
    assert report.notes == (
        "sgd_plus, adagrad and rmsprop are not registered\n  expected @optimizer above a function "
        "for each of sgd_plus, adagrad and rmsprop; found none",)

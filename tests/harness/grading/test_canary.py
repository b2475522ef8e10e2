"""Before the first submission right ones are graded: an installation that misgrades says so."""


import pytest
from click.testing import CliRunner

import cgp_harness.batch
from cgp_harness import canary
from cgp_harness.assignment import Assignment, Limits, installed, load
from cgp_harness.checks.grading import grading_of
from cgp_harness.cli import main
from cgp_harness.errors import MachineError
from cgp_harness.installed import kinds
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import conversation, levels
from tests.harness.sandbox.stand_in_packages import MISCHIEF, real, with_package

LEVEL = levels.choose("auto")
NUMPY = Submission("ada", (SourceFile("a.py", b"import numpy"),))
TORCH = Submission("eva", (SourceFile("a.py", b"import torch"),))
DAMAGED = Submission("zoe", (), problem=Problem(Status.STUDENT_ERROR, "not a zip file"))


def task_of(kind):
    """What a right one of a kind solves."""
    return grading_of(kinds()[kind]).right[0].task


@pytest.fixture
def asked(monkeypatch):
    """What is tried, by library."""
    found = []
    monkeypatch.setattr(
        canary, "proven", lambda library, kinds, *rest: found.append((library, kinds, rest)))
    return found


@pytest.mark.parametrize(
    ("name", "submissions", "expected"),
    [
        ("step_size", [NUMPY, DAMAGED], [("numpy", ("optimizer",))]),
        ("step_size", [NUMPY, TORCH],
         [("numpy", ("optimizer",)), ("torch", ("optimizer",))]),
        ("step_size", [DAMAGED], []),
        ("step_size", [], []),
        ("autograd_extension", [NUMPY],
         [("numpy", ("activation",)), ("torch", ("autograd_function",))]),
        ("computational_graph", [NUMPY], [("numpy", ("backprop",))]),
        ("computational_graph", [TORCH],
         [("numpy", ("backprop",)), ("torch", ("optimizer",))]),
    ],
)
def test_what_will_be_graded_is_tried_and_no_more(asked, name, submissions, expected):
    canary.require(load(name), submissions, isolation=LEVEL, device="cpu")
    assert [(library, kinds) for library, kinds, _ in asked] == expected


def test_a_class_of_functions_alone_tries_a_rule_in_numpy(asked):
    assignment = Assignment("own", "", "1", (task_of("autograd_function"),))
    canary.require(assignment, [TORCH], isolation=LEVEL, device="cpu")
    assert [one[:2] for one in asked] == [
        ("numpy", ("optimizer",)), ("torch", ("autograd_function",))]


def test_it_has_the_sandbox_of_those_that_follow(asked):
    limits = Limits(memory_mib=3000)
    forbid = ("torch.optim", "torch", "torch.autograd", "torch.autograd.grad", "scipy")
    assignment = Assignment("own", "", "1", (task_of("optimizer"),), forbid=forbid, limits=limits)
    canary.require(assignment, [NUMPY], isolation="plain", device="cuda")
    # What it names itself it may name.
    assert asked == [("numpy", ("optimizer",), (
        ("torch.optim", "torch.autograd.grad", "scipy"), limits, "plain", "cuda", ()))]


@pytest.mark.parametrize("device", ["cpu", "torch-cpu"])
def test_right_submissions_get_full_marks_of_all_kinds_on_every_device(device):
    forbid = load("step_size").forbid
    for library, titles in (
        ("numpy", ("rule", "activation", "backpropagation", "training", "test")),
        ("torch", ("rule", "Function")),
    ):
        kinds = canary.kinds_in(library)
        assert canary.proven(library, kinds, forbid, Limits(), LEVEL, device) == titles


def test_a_torch_that_is_imported_with_much_ado_grades_like_any_other(monkeypatch, tmp_path):
    place = with_package(tmp_path / "view", "torch", MISCHIEF + real("torch"))
    monkeypatch.setattr(conversation, "view_for", lambda *_, **__: place)
    canary.proven.cache_clear()
    kinds = canary.kinds_in("torch")
    assert canary.proven("torch", kinds, (), Limits(), LEVEL, "cpu") == ("rule", "Function")
    canary.proven.cache_clear()


# --- a machine that misgrades ------------------------------------------------------------------

BROKEN = {
    "cannot be imported": ("raise OSError(2, 'No usable temporary directory')", (
        "error: a package that submissions use does not work on this machine: torch cannot be "
        "imported: FileNotFoundError: [Errno 2] No usable temporary directory\n"
        "  expected it to work inside a worker, as it does outside\n"
        "  fix: `cgp doctor` tries this installation; no submission loses points for it\n")),
    "fails": ("import types\nautograd = optim = types.SimpleNamespace()", (
        "error: this installation misgrades: a right rule in torch gets 0 of 1 points for "
        f"'loads'\n  at isolation level {LEVEL!r}\n"
        "  expected full marks; it says here instead: AttributeError: "
        "'types.SimpleNamespace' object has no attribute 'Optimizer'\n  at canary.py:{line}\n"
        "  fix: nothing was graded; `cgp doctor` tries again, with `--isolation plain` without "
        "the sandbox\n")),
}


@pytest.fixture(params=list(BROKEN))
def broken(request, monkeypatch, tmp_path):
    """A machine with such a torch: what every command says there."""
    package, said = BROKEN[request.param]
    place = with_package(tmp_path / "view", "torch", package)
    monkeypatch.setattr(conversation, "view_for", lambda *_, **__: place)
    canary.proven.cache_clear()
    yield said
    canary.proven.cache_clear()


def cgp(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_no_submission_is_graded_on_a_machine_that_misgrades(broken, tmp_path, monkeypatch):
    monkeypatch.setattr(cgp_harness.batch, "schedule", None)
    rules = installed()["step_size"] / "examples" / "torch_subclass.py"
    done = cgp("grade", rules, "-a", "step_size", "-o", tmp_path / "out", "--isolation", LEVEL)
    assert (done.exit_code, done.stdout, done.stderr) == (3, "", broken.format(line=5))
    assert not (tmp_path / "out" / "results.json").exists()


def test_limits_of_the_homework_s_own_are_named_where_they_stop_a_right_rule():
    canary.proven.cache_clear()
    with pytest.raises(MachineError) as caught:
        canary.proven(
            "numpy", ("optimizer",), (), Limits(request_s=0.001, memory_mib=4096), LEVEL, "cpu", ())
    assert str(caught.value) == (
        "this installation misgrades: a right rule in numpy gets 0 of 1 points for 'loads'\n"
        f"  at isolation level {LEVEL!r}\n"
        "  expected full marks; it says here instead: no answer within 0.001 s of CPU time; the "
        "worker was stopped\n  fix: nothing was graded; give more under [limits] of the "
        "assignment: request_s = 0.001 (default: 10)")


def test_a_student_is_told_that_the_machine_is_to_blame(broken):
    rules = installed()["step_size"] / "examples" / "torch_subclass.py"
    done = cgp("check", rules, "-a", "step_size")
    assert (done.exit_code, done.stdout, done.stderr) == (3, "", broken.format(line=5))


def test_the_doctor_says_it_without_an_assignment(broken):
    done = cgp("doctor")
    assert (done.exit_code, done.stderr) == (3, broken.format(line=6))
    assert f"canary      numpy: rule gets full marks at {levels.choose('auto')!r}\n" in done.stdout


def test_what_needs_no_torch_is_graded_there(broken, tmp_path):
    (tmp_path / "sgd.py").write_text("import numpy")
    assert cgp("check", tmp_path / "sgd.py", "-a", "step_size").exit_code == 1

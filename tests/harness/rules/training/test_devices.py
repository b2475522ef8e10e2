"""Where `convergence` computes: the same verdicts everywhere, and a device's errors cost no point.

torch on the CPU stands in for a GPU, so that all but the GPU itself is tested on every machine.
"""

import subprocess
import sys
from dataclasses import replace

import msgspec
import numpy as np
import pytest
import torch

import cgp_harness.batch
from cgp_harness import assignment, pipeline
from cgp_harness.assignment import Limits
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.answers.training import Training
from cgp_harness.kinds.optimizer.checks.convergence import FOLLOWED, convergence
from cgp_harness.kinds.optimizer.task import OptimizerCheck
from cgp_harness.kinds.optimizer.trainings import trainings
from cgp_harness.kinds.optimizer.trainings.baselines import baselines
from cgp_harness.kinds.optimizer.trainings.lockstep import lockstep
from cgp_harness.kinds.optimizer.trainings.trainings import COPIES, NOT_THERE, plan
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.probing import devices, training_loop
from cgp_harness.probing.devices import CPU, STAND_IN, available, choose
from cgp_harness.probing.training_loop import drive, of_rule, through_host
from cgp_harness.reports import results
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_reference.backend import torch_on
from cgp_reference.optimizers import adam
from cgp_reference.problems import PROBLEMS
from tests.harness.cli.test_cli import cgp
from tests.harness.rules.right.correct_forms import FORMS
from tests.harness.rules.training.convergence_context import context, right, specified_as
from tests.harness.worker.stepped import stepped
from tests.mutants.write import source

CUDA = torch.cuda.is_available()
on_a_gpu = pytest.mark.skipif(not CUDA, reason="torch finds no CUDA device")
LEVEL = levels.choose("auto")
ADAM = source("adam", [])
NUMPY_ONLY = ADAM.replace("    m = ", "    g = g.astype(float)\n    m = ", 1)
OTHERWISE_ON_TENSORS = ADAM.replace(
    "    m = ", "    g = g + 1 if hasattr(g, 'detach') else g\n    m = ", 1)
BRANCHES = FORMS["scalar_math"]


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """A device fixes the order of sums for its process; here other tests follow."""
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    threads, fixed = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    choose.cache_clear()
    yield
    choose.cache_clear()
    torch.use_deterministic_algorithms(fixed)
    torch.set_num_threads(threads)


def homework(problems=("one_neuron",), task="adam"):
    """One rule, trained on one problem; its update is judged too."""
    given = assignment.load("step_size")
    kept = given.task(task)
    checks = {kind: kept.checks[kind] for kind in ("loads", "relations", "update_rule")}
    checks["convergence"] = OptimizerCheck(10, lr=0.03, problems=problems)
    return msgspec.structs.replace(given, tasks=(msgspec.structs.replace(kept, checks=checks),))


def graded(text, device, given=None):
    return pipeline.grade(
        Submission("ada", (SourceFile("plugin.py", text.encode()),)), given or homework(), seed=0,
        isolation=LEVEL, device=device)


def of_kind(report, kind="convergence"):
    return next(check for check in report.checks if check.kind == kind)


def verdicts(report):
    return report.status, [(check.id, check.status, check.score) for check in report.checks]


# --- which device ------------------------------------------------------------------------------


def test_the_cpu_is_there_and_costs_no_import_of_torch():
    code = (
        "import sys; from cgp_harness.probing.devices import choose; print(choose('cpu').identity);"
        "print('torch' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "cpu\nFalse\n"
    assert (CPU.settings, CPU.torch) == ({}, "")


def test_auto_is_the_gpu_if_there_is_one(monkeypatch):
    monkeypatch.setattr(devices, "finds_gpu", lambda: False)
    assert choose("auto") is CPU
    assert available() == {"cpu": "", "cuda": "torch finds no GPU"}


@pytest.mark.parametrize(("name", "found", "text"), [
    ("cuda", False, "there is no device 'cuda'\n  at --device\n"
     "  expected a GPU that torch can use\n  fix: use `--device cpu`"),
    ("gpu", True, "there is no device 'gpu'\n  at --device\n  expected one of cpu, cuda, auto"),
])
def test_a_device_that_is_not_there_is_refused(monkeypatch, name, found, text):
    monkeypatch.setattr(devices, "finds_gpu", lambda: found)
    with pytest.raises(HarnessError) as caught:
        choose(name)
    assert str(caught.value) == text


def test_torch_is_made_to_sum_in_one_order_and_that_is_recorded():
    device = choose(STAND_IN)
    assert device.settings == torch_on("cpu").describe()
    assert device.settings["deterministic"] == "True"
    assert torch.are_deterministic_algorithms_enabled()
    assert device.identity.startswith("torch-cpu device=cpu numpy=")


def test_the_commands_refuse_a_gpu_where_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "finds_gpu", lambda: False)
    (tmp_path / "adam.py").write_text(ADAM)
    for arguments in (["check"], ["grade", "-o", tmp_path / "out", "--isolation", "plain"]):
        done = cgp(*arguments, tmp_path / "adam.py", "-a", "step_size", "--device", "cuda")
        assert (done.exit_code, done.stderr) == (2, (
            "error: there is no device 'cuda'\n  at --device\n"
            "  expected a GPU that torch can use\n  fix: use `--device cpu`\n"))


@pytest.mark.parametrize("name", ["cpu", STAND_IN])
def test_results_say_which_device_it_was_and_how_it_was_set(monkeypatch, tmp_path, name):
    asked = []

    def grade_all(submissions, given, **named):
        asked.append(named["device"])
        return ()

    monkeypatch.setattr(cgp_harness.batch, "grade_all", grade_all)
    (tmp_path / "adam.py").write_text(ADAM)
    done = cgp("grade", tmp_path / "adam.py", "-a", "step_size", "-o", tmp_path / "out",
               "--isolation", "plain", "--device", name)
    assert done.exit_code == 0, done.output
    environment = results.read(tmp_path / "out").environment
    assert asked == [environment.device] == [name]
    assert environment.device_settings == choose(name).settings


# --- the same numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["one_neuron", "ravine", "sparse"])
def test_a_training_on_tensors_leaves_numpy_s_losses_and_points(name):
    seeds, steps, backend = (3, 4, 5), 60, torch_on("cpu")
    runs = []
    for one in (CPU.backend, backend):
        course = training_loop.course_on(one, PROBLEMS[name].course, seeds, steps)
        step = of_rule(adam, PROBLEMS[name].size, 3, {"lr": 0.03}, one)
        runs.append(drive(step, course, steps, keep_points=True))
    host = through_host(of_rule(adam, PROBLEMS[name].size, 3, {"lr": 0.03}), backend)
    course = training_loop.course_on(backend, PROBLEMS[name].course, seeds, steps)
    runs.append(drive(host, course, steps))
    assert runs[2].points.shape == (0, *runs[0].points.shape[1:])
    for run in runs[1:]:
        assert isinstance(run.losses, np.ndarray)
        np.testing.assert_allclose(run.losses, runs[0].losses, rtol=1e-9)
    np.testing.assert_allclose(runs[1].points, runs[0].points, rtol=1e-9)


def test_baselines_on_tensors_are_numpy_s():
    arguments = (PROBLEMS["ravine"], (1, 2), specified_as("rmsprop"), "eps_inside_root",
                 {"lr": 0.03, "rho": 0.9, "eps": 1e-8}, 0.01)
    here, there = baselines(*arguments), baselines(*arguments, choose(STAND_IN))
    assert here.sgd is not there.sgd
    for name in ("reference", "sgd", "torch"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name), rtol=1e-6)


@pytest.mark.parametrize(("text", "score"), [
    (ADAM, 38), (source("adam", ["no_bias_correction"]), 8),
], ids=["right", "wrong"])
def test_verdicts_are_the_same_on_either_device(monkeypatch, text, score):
    monkeypatch.setitem(trainings.DEVICE_SEEDS, STAND_IN, 32)
    here, there = graded(text, "cpu"), graded(text, STAND_IN)
    assert verdicts(there) == verdicts(here)
    assert there.score == score
    # On another device a rule is trained step by step; here its steps are foreseen.
    assert of_kind(there).message == of_kind(here).message.replace(f"{FOLLOWED}\n", "")


def test_more_seeds_are_run_there_and_figures_show_those_of_the_cpu():
    here, there = of_kind(graded(ADAM, "cpu")), of_kind(graded(ADAM, STAND_IN))
    assert there.status is Status.PASSED
    assert "\n48 paired seeds, lr 0.03, SGD with lr 0.03; " in there.message
    for ours, theirs in zip(there.plots, here.plots, strict=True):
        assert (ours.name, ours.title) == (theirs.name, theirs.title)
        for one, other in zip(ours.series, theirs.series, strict=True):
            assert one.y == pytest.approx(other.y, rel=1e-4, abs=1e-6)


# --- where the rule runs ------------------------------------------------------------------------


def on_stand_in(text, **named):
    """The rule in a worker, as `convergence` is given it, and its plan."""
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    with WorkerSubject(submission, Limits(), LEVEL, device="cpu") as subject:
        one = replace(
            context(text, "adam", right("adam"), problems=("one_neuron",)), subject=subject,
            device=choose(STAND_IN), **named)
        return one, plan(one)


@pytest.mark.parametrize(("text", "device", "note"), [
    (ADAM, "cpu", ""), (NUMPY_ONLY, "", COPIES), (OTHERWISE_ON_TENSORS, "", COPIES),
], ids=["on tensors", "numpy only", "otherwise on tensors"])
def test_a_rule_runs_on_the_device_if_it_answers_there_as_here(text, device, note):
    _, found = on_stand_in(text)
    assert (found.entrant.device, found.setting.note) == (device, note)
    assert len(found.seeds) == found.setting.seeds == trainings.DEVICE_SEEDS[STAND_IN] == 48


def test_a_rule_on_copies_keeps_its_points_and_is_told(monkeypatch):
    monkeypatch.setitem(trainings.DEVICE_SEEDS, STAND_IN, 32)
    check = of_kind(graded(NUMPY_ONLY, STAND_IN))
    assert check.status is Status.PASSED
    assert check.message.splitlines()[:2] == [
        "2 of 2 claims met.",
        "The rule does not compute on tensors of this device, so it is run on copies in the host's "
        "memory."]


@pytest.mark.parametrize(("named", "note"), [
    ({"arrays": "scalar"}, "The rule is run on one number at a time, so on 8 seeds, and on the "
     "CPU."),
    ({"learned": {"elementwise": False}}, "The rule is run on one seed at a time, so on 8 seeds, "
     "and on the CPU."),
])
def test_a_rule_for_single_numbers_or_seeds_stays_on_the_cpu(named, note):
    _, found = on_stand_in(ADAM, **named)
    assert (found.device, found.setting.note, len(found.seeds)) == (CPU, note, 8)


def test_a_plugin_s_problem_keeps_everything_on_the_cpu(monkeypatch):
    own = {**PROBLEMS, "one_neuron": replace(PROBLEMS["ravine"], name="one_neuron")}
    monkeypatch.setattr("cgp_harness.installed.problems", lambda: own)
    _, found = on_stand_in(ADAM)
    assert (found.device, found.setting.note, len(found.seeds)) == (CPU, NOT_THERE, 32)


@pytest.mark.parametrize("rule", [adam], ids=["adam"])
@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=on_a_gpu)])
def test_a_run_on_a_device_gives_the_steps_of_numpy(rule, device):
    here = Training(rule, ((2, 3),), "numpy")
    there = Training(rule, ((2, 3),), "torch", device=device)
    for row in np.random.default_rng(0).normal(size=(5, 6)):
        expected, got = (stepped(one, row, {"lr": 0.1})[0] for one in (here, there))
        np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_rules_do_not_train_side_by_side_on_a_device():
    one = context(ADAM, "adam", right("adam"))
    both = [one, replace(one, task=msgspec.structs.replace(one.task, id="adam_again"))]
    assert lockstep([replace(each, device=choose(STAND_IN)) for each in both]) == {}


# --- errors of a device --------------------------------------------------------------------------


OUT_OF_MEMORY = ADAM.replace(
    "    m = ", "    if k > 5:\n        import torch\n"
    "        raise torch.OutOfMemoryError('CUDA out of memory')\n    m = ", 1)


def test_an_error_of_the_device_in_a_worker_is_the_submission_s(monkeypatch):
    monkeypatch.setitem(trainings.DEVICE_SEEDS, STAND_IN, 32)
    one = context(OUT_OF_MEMORY, "adam", right("adam"), problems=("one_neuron",))
    with WorkerSubject(one.submission, Limits(), LEVEL, device="cpu") as subject:
        found = convergence(replace(one, subject=subject, device=choose(STAND_IN)))
    assert (found.status, found.fraction) == (Status.STUDENT_ERROR, 0.0)
    assert found.message == (
        "adam() raised OutOfMemoryError: CUDA out of memory (step 6)\n  at plugin.py:10")


def test_an_error_of_the_device_in_the_grader_is_never_a_score(monkeypatch, capsys):
    def launch_failure(*arguments, **named):
        raise torch.AcceleratorError("CUDA error: unspecified launch failure")

    broken = replace(torch_on("cpu"), einsum=launch_failure)
    monkeypatch.setattr(devices, "torch_on", lambda device: broken)
    report = graded(ADAM, STAND_IN)
    assert report.status is Status.GRADER_ERROR
    assert of_kind(report).status is Status.GRADER_ERROR
    assert of_kind(report, "update_rule").status is Status.PASSED
    assert "unspecified launch failure" in capsys.readouterr().err


# --- on a GPU ------------------------------------------------------------------------------------


@on_a_gpu
@pytest.mark.parametrize("text", [
    ADAM, source("adam", ["no_bias_correction"]), NUMPY_ONLY, OTHERWISE_ON_TENSORS,
], ids=["right", "wrong", "numpy only", "otherwise on tensors"])
def test_a_whole_grading_on_a_gpu_gives_the_verdicts_of_the_cpu(text):
    everything = homework(("one_neuron", "multi_neuron"))
    assert verdicts(graded(text, "cuda", everything)) == verdicts(graded(text, "cpu", everything))


@on_a_gpu
def test_a_rule_for_numpy_alone_is_noted_on_a_gpu():
    assert of_kind(graded(NUMPY_ONLY, "cuda")).message.splitlines()[1] == COPIES
    assert COPIES not in of_kind(graded(ADAM, "cuda")).message


@on_a_gpu
def test_the_same_seed_gives_the_same_report_on_a_gpu():
    once, again = (of_kind(graded(ADAM, "cuda")) for _ in range(2))
    assert replace(once, seconds=0.0) == replace(again, seconds=0.0)


@on_a_gpu
def test_a_gpu_is_recorded_with_its_settings():
    device = choose("auto")
    assert device is choose("cuda") or device == choose("cuda")
    assert device.settings["gpu"] == torch.cuda.get_device_name(0)
    assert device.settings["deterministic"] == "True"
    assert device.settings["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"

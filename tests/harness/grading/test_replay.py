"""Stored cases of Functions, activations and graphs, run again as `cgp replay` runs them."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import cgp_assignments
from cgp_harness import pipeline
from cgp_harness.assignment import load
from cgp_harness.errors import HarnessError
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing.case import Replay, ReplayRow
from cgp_harness.replay import replay
from cgp_harness.reports import terminal

CASES = [
    ("autograd_extension", "absolute_cotangent", "softplus.gradient"),
    ("autograd_extension", "absolute_cotangent", "softplus.training"),
    ("autograd_extension", "zero_at_zero", "sign_ste.forward"),
    ("computational_graph", "replaced_at_nodes", "graph.backpropagation"),
    ("computational_graph", "activation_not_passed_back", "graph.partials"),
]


def example(homework, name):
    folder = Path(cgp_assignments.__file__).parent / homework / "examples"
    return Submission("someone", (SourceFile("plugin.py", (folder / f"{name}.py").read_bytes()),))


def stored(homework, name, check_id):
    """One check of a grading with the task alone, as it comes back from results.json."""
    assignment = load(homework)
    task = assignment.task(check_id.partition(".")[0])
    kept = {kind: spec for kind, spec in task.checks.items()
            if kind in ("loads", check_id.partition(".")[2])}
    alone = _with(assignment, _with(task, checks=kept))
    report = pipeline.grade(example(homework, name), alone, seed=3, isolation="plain")
    [check] = [one for one in report.checks if one.id == check_id]
    return alone, replace(check, counterexample=json.loads(json.dumps(check.counterexample)))


def _with(one, task=None, **fields):
    return msgspec.structs.replace(one, **({"tasks": (task,)} if task else fields))


@pytest.mark.parametrize(("homework", "name", "check_id"), CASES)
def test_a_stored_case_is_found_again_and_a_right_submission_has_none(homework, name, check_id):
    assignment, check = stored(homework, name, check_id)
    again = replay(example(homework, name), assignment, check, seed=3, isolation="plain")
    assert (again.reproduced, again.problem) == (True, None)
    right = replay(example(homework, "perfect"), assignment, check, seed=3, isolation="plain")
    assert (right.reproduced, right.case) == (False, None)


@pytest.mark.parametrize(("right", "now"), [
    (True, "reproduced"), (False, "not reproduced")])
def test_a_check_without_a_case_is_run_again_after_those_on_which_it_builds(right, now):
    assignment, check = stored("computational_graph", "perfect", "graph.backpropagation")
    assert (check.status, check.counterexample) == ("passed", None)
    name = "perfect" if right else "replaced_at_nodes"
    again = replay(
        example("computational_graph", name), assignment, check, seed=3, isolation="plain")
    assert (again.reproduced, again.stored, again.now == check.message) == (
        right, check.message, right)
    assert [line.plain for line in terminal.replay_lines(again)][-1] == now


@pytest.mark.parametrize("status", ["skipped", "grader_error"])
def test_a_check_that_never_ran_is_refused(status):
    assignment, check = stored("computational_graph", "perfect", "graph.loads")
    with pytest.raises(HarnessError) as caught:
        replay(example("computational_graph", "perfect"), assignment,
               replace(check, status=status), seed=3, isolation="plain")
    assert str(caught.value) == "graph.loads was not run\n  expected a check that was"


@pytest.mark.parametrize(("replayed", "lines"), [
    (Replay((), reproduced=True, stored="to 1e-15\non 40 seeds", now="to 1e-15\non 40 seeds"),
     ["to 1e-15", "on 40 seeds", "reproduced"]),
    (Replay((), reproduced=False, stored="to 1e-15", now=""),
     ["stored: to 1e-15", "now: nothing", "not reproduced"]),
])
def test_what_was_said_and_is_said_now_is_shown(replayed, lines):
    assert [line.plain for line in terminal.replay_lines(replayed)] == lines


def test_a_case_of_two_runs_is_shown_as_two_runs():
    case = {"relation": "mu = 0.75, then 0.675", "rule": "sgd_plus", "arrays": "numpy",
            "shapes": [[1]], "gradients": [[1.0]], "hyperparameters": {"mu": 0.675},
            "schedule": {"lr": [0.5]}, "expected": [[0.5]], "got": [[0.5]]}
    row = ReplayRow(1, 0, (0,), 1.0, 0.5, 0.5, 0.5)
    assert [line.plain for line in terminal.replay_lines(
        Replay((row,), reproduced=True, case=case))] == [
        "mu = 0.75, then 0.675: sgd_plus on numpy arrays, mu = 0.675, lr = 0.5:",
        "step  parameter  gradient  first run  second run, stored  second run, now",
        "   1       0[0]       1.0        0.5                 0.5              0.5",
        "reproduced"]


@pytest.mark.parametrize(("factor", "same"), [(1 + 1e-14, True), (1 + 1e-6, False)])
def test_another_machine_s_last_digits_are_no_difference_and_larger_ones_are(factor, same):
    assignment, check = stored(*CASES[1])
    case = json.loads(
        json.dumps(check.counterexample), parse_float=lambda text: float(text) * factor)
    again = replay(
        example(*CASES[1][:2]), assignment, replace(check, counterexample=case), seed=3,
        isolation="plain")
    assert again.reproduced is same


CASES_WITHOUT_A_TABLE = {
    "of one input": (
        {"function": "softplus", "inputs": {"x": [750.0]}, "cotangent": None,
         "expected": {"output": [750.0]}, "got": {"output": [None]},
         "first_difference": {"of": "output", "index": [0], "got": None, "expected": 750.0}},
        ["function: softplus", "inputs: x = [750.0]", "expected: output = [750.0]",
         "got: output = [not finite]",
         "first difference: of = output, index = [0], got = not finite, expected = 750.0"]),
    "of several inputs": (
        {"function": "affine", "inputs": {"x": [[0.5, -1.0]], "W": [[2.0, 0.1]], "b": [3.0]},
         "cotangent": [[1.0]], "got": {"x": [[2.0, 0.1]], "W": [[0.5, -1.0]], "b": [0.0]}},
        ["function: affine", "inputs: x = [[0.5, -1.0]], W = [[2.0, 0.1]], b = [3.0]",
         "cotangent: [[1.0]]", "got: x = [[2.0, 0.1]], W = [[0.5, -1.0]], b = [0.0]"]),
    "of one number": (
        {"function": "f", "inputs": {"x": 0.5}, "got": {"x": 0.1 + 0.2}},
        ["function: f", "inputs: x = 0.5", "got: x = 0.30000000000000004"]),
}


@pytest.mark.parametrize(("case", "lines"), CASES_WITHOUT_A_TABLE.values(),
                         ids=CASES_WITHOUT_A_TABLE)
def test_a_case_without_a_table_is_shown_field_by_field(case, lines):
    assert [line.plain for line in terminal.replay_lines(Replay((), reproduced=True, case=case))] \
        == [*lines, "reproduced"]

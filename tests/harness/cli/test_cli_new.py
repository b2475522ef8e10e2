"""`cgp new`: each starter loads in a worker, and is right for what it does."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from cgp_harness.assignment import Limits
from cgp_harness.cli import main
from cgp_harness.cli.new import starters
from cgp_harness.collect import collect
from cgp_harness.kinds.autograd_function.questions import Call
from cgp_harness.kinds.backprop.probes.case import plain
from cgp_harness.kinds.backprop.questions import Point, Seeded
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_reference.graph import Graph

ASKED = {
    "optimizer": "step_size --task sgd_plus",
    "autograd": "autograd_extension --task softplus",
    "activation": "autograd_extension --task mine",
    "backprop": "computational_graph --task graph",
}


@pytest.fixture
def started(tmp_path):
    """The submission that `cgp new KIND` writes, in a worker."""
    open_subjects = []

    def start(kind):
        file = tmp_path / f"{kind}.py"
        done = CliRunner().invoke(main, ["new", kind, str(file)])
        assert (done.exit_code, done.output) == (
            0, f"wrote {file}; try: cgp check {file} -a {ASKED[kind]}\n")
        [submission] = collect([file])
        open_subjects.append(WorkerSubject(submission, Limits(), levels.choose("auto")))
        assert open_subjects[-1].manifest.problems == ()
        return open_subjects[-1]

    yield start
    for one in open_subjects:
        one.close()


def registered(subject):
    manifest = subject.manifest
    return [rule.name for rule in manifest.of("optimizer")], [
        (one.kind, one.name) for one in manifest.registered if one.kind != "optimizer"]


def test_there_is_a_starter_of_every_kind_and_no_line_is_long():
    assert list(starters()) == ["optimizer", "autograd", "activation", "backprop"]
    for _, starter in starters().values():
        assert max(map(len, starter.text.splitlines())) <= 100
        assert starter.text.endswith("\n")


@pytest.mark.parametrize("kind", ASKED)
def test_what_is_written_fits_the_task_of_the_command_that_is_named(kind, tmp_path):
    file = tmp_path / f"{kind}.py"
    said = CliRunner().invoke(main, ["new", kind, str(file)]).output
    command = said.partition("try: cgp ")[2].split()
    done = CliRunner().invoke(main, [*command, "--json"])
    [one] = json.loads(done.stdout)["submissions"]
    fits = {check["kind"]: check["status"] for check in one["checks"]}
    assert (fits["loads"], one["notes"]) == ("passed", [])
    assert "student_error" not in fits.values()


def test_of_all_that_the_homework_asks_for_it_has_one_and_leaves_the_rest_open(tmp_path):
    file = tmp_path / "mine.py"
    CliRunner().invoke(main, ["new", "optimizer", str(file)])
    done = CliRunner().invoke(main, ["check", str(file), "-a", "step_size"])
    assert done.output[done.output.index("–"):] == (
        f"– 3 tasks not written yet{'0 / 80':>75}\n"
        "    adagrad, rmsprop, adam\n"
        f"\nscore{'7 / 100':>95}\n"
        "not right yet: sgd_plus (3 checks)\n"
        "first: SGD with momentum (SGD+): is the specified rule\n"
        "    Your update is SGD+ without momentum: plain SGD (Eq. 32), to within 1e-15 on 177 "
        "numbers.\n")


def test_the_optimizer_is_a_rule(started):
    assert registered(started("optimizer")) == (["sgd_plus", "adagrad", "rmsprop", "adam"], [])


def test_the_activation_is_its_own_derivative(started):
    subject = started("activation")
    assert registered(subject) == ([], [("activation", "mine")])
    answer = subject.of("activation").evaluate("mine", np.array([3.0, -0.5]))
    assert (answer.value.tolist(), answer.derivative.tolist()) == ([9.0, 0.25], [6.0, -1.0])


def test_the_function_has_its_own_gradient(started):
    subject = started("autograd")
    assert registered(subject) == ([], [("autograd_function", name) for name in (
        "softplus", "quantize", "affine", "sign_ste")])
    call = Call("softplus", ((2,),), (2,))
    points, cotangents = np.array([[2.0, -1.0]]), np.array([[10.0, 1.0]])
    asking = subject.of("autograd_function")
    assert asking.forward(call, points).values.tolist() == [[8.0, -1.0]]
    assert asking.vjp_many(call, points, cotangents).tolist() == [[120.0, 3.0]]


def test_the_backpropagation_is_right_for_a_sum(started):
    subject = started("backprop")
    assert registered(subject) == ([], [("backprop", "graph")])
    graph = plain(Graph.of(["xw = ab + xa"]))
    [forward] = subject.of("backprop").forward("graph", [Point(graph, {"xa": 2.0, "ab": 3.0})])
    assert forward.values["xw"] == 5.0
    assert forward.partials["xw"] == {"xa": 1.0, "ab": 1.0}
    [backward] = subject.of("backprop").backward(
        "graph", [Seeded(graph, {"xw": {"xa": 1.0, "ab": 0.5}}, {"xw": 8.0})])
    assert (backward.gradients, backward.absent) == ({"ab": 4.0}, ())

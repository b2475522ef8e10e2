"""Rules that look at the parameter, in a worker: right forms agree with the specified rule."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.probes.cases import short_run
from cgp_harness.kinds.optimizer.probes.ground import ground
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes, volume_run
from cgp_harness.kinds.optimizer.probes.recursion import reading_room, steps
from cgp_harness.kinds.optimizer.questions import Move, Trajectory
from cgp_harness.kinds.optimizer.requests import Stepped
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing import starts
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol.messages import encode
from cgp_harness.subject import SubjectError
from tests.harness.rules.parameter_rules import LEVEL, RIGHT, SPECIFIED, wrong, wrong_submission

SEED = 3
FORMS = ("numpy", "torch", "class", "scalar")


@pytest.fixture(scope="module")
def subject():
    files = [SourceFile("right.py", RIGHT.encode()),
             SourceFile("wrong.py", wrong_submission().encode())]
    one = Submission("someone", tuple(files))
    with WorkerSubject(one, Limits(load_s=30.0, request_s=30.0, total_s=300.0), LEVEL) as made:
        assert made.manifest.problems == ()
        yield made


def runs(rule, *, groups=False):
    """Every run that a rule is probed with, as it is for this rule."""
    defaults = tuple(
        (name, value) for name, value in rule.hyperparameters.items() if name != "weight_decay")
    probes = [probe.run for probe in ground(defaults, groups=groups)]
    volume = volume_run(SEED, 500)
    for run in [
        *diagnosis_probes(SEED), *probes, long_run(SEED, few=True).run, volume, *short_run(SEED),
    ]:
        yield _of(rule, run)


def _of(rule, run):
    """The run with values to begin from, and without hyperparameters that the rule has not."""
    start = starts.generic(run.gradients.shape[1], SEED) if run.start is None else run.start
    values = {**run.hyperparameters, "lr": 0.0}
    return replace(run, start=start, hyperparameters={
        name: values[name] for name in rule.hyperparameters if name in values})


def _singly(run):
    return replace(run, shapes=((1,),) * run.gradients.shape[1])


@pytest.mark.parametrize("seed", range(5))
def test_parameters_begin_at_both_signs_and_several_sizes_and_the_first_stay(seed):
    values = starts.generic(100, seed)
    assert (np.sign(values[:4]) == [1, -1, -1, 1]).all()
    sizes = np.abs(values)
    assert (0.015 < sizes.min() < 0.05, 15 < sizes.max() < 33) == (True, True)
    np.testing.assert_array_equal(starts.generic(7, seed), values[:7])
    assert (values != starts.generic(100, seed + 1)).all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("family", SPECIFIED)
def test_a_right_rule_agrees_on_all_of_the_ground_however_it_is_written(subject, family, form):
    rule = SPECIFIED[family]
    for asked in runs(rule, groups=form == "class"):
        run = _singly(asked) if form == "scalar" else asked  # there every number is a parameter
        with np.errstate(all="ignore"):
            right = steps(rule, run)
        got = subject.of("optimizer").trajectory(
            f"{family}_{form}", asked, "torch" if form == "class" else form).values
        room = reading_room(run, right) if form == "class" else 0.0
        with np.errstate(all="ignore"):
            nearer = np.where(np.abs(got - right) <= room, right, got)
        assert distance(nearer, right) < FLOAT64 / 100, run


@pytest.mark.parametrize(
    ("family", "name"), [(family, name) for family in SPECIFIED for name in wrong(family)])
def test_a_wrong_rule_is_another_by_a_hundred_times_the_tolerance(subject, family, name):
    rule = SPECIFIED[family]
    found = (
        float(distance(
            subject.of("optimizer").trajectory(name, run, "numpy").values, steps(rule, run)))
        for run in runs(rule) if np.abs(run.gradients).min() > 1e-2)
    assert any(error > 100 * FLOAT64 for error in found)


# --- what is asked of a worker -----------------------------------------------------------------


MIXED = """
from cgp_harness import optimizer

@optimizer
def blind(g, lr=0.5):
    return lr * g

@optimizer
def changing(g, p, lr=0.5):
    p[0] = 0
    return lr * g

@optimizer
def asked(g, w, lr=0.5):
    return lr * g + w
"""


@pytest.fixture(scope="module")
def mixed():
    one = Submission("someone", (SourceFile("mixed.py", MIXED.encode()),))
    with WorkerSubject(one, Limits(load_s=30.0, request_s=30.0), LEVEL) as made:
        yield made


def test_a_worker_says_which_rules_look_at_the_parameter_and_what_is_wrong_with_others(mixed):
    assert {rule.name: rule.details.sees_parameter for rule in mixed.manifest.of("optimizer")} == {
        "blind": False, "changing": True}
    assert [str(problem) for problem in mixed.manifest.problems] == [
        "the parameter's value is called p; asked() calls it 'w'\n"
        "  at mixed.py:13\n"
        "  expected p: what the parameter is before this step, to be read only\n"
        "  fix: write `p` in place of `w`, in the signature and below it"]


def test_a_change_of_p_is_reported_at_the_students_line(mixed):
    run = Trajectory(((2,),), np.ones((1, 2)), {}, start=np.array([1.0, 2.0]))
    with pytest.raises(SubjectError) as caught:
        mixed.of("optimizer").trajectory("changing", run)
    assert (caught.value.kind, str(caught.value.problem)) == (
        "read_only",
        "changing() changes what it was given in place (step 1)\n"
        "  at mixed.py:10\n"
        "  expected the gradient, p and the state left as they are; the harness keeps what is "
        "returned\n"
        "  fix: write `m = beta * m + g` instead of `m *= beta` and `m += g`; p moves by the step "
        "that is returned")


def test_values_of_another_size_are_the_graders_own_mistake(mixed):
    with pytest.raises(ValueError, match=r"parameters of shape \(3,\) for 2 numbers"):
        mixed.of("optimizer").trajectory("changing", Trajectory(
            ((2,),), np.ones((1, 2)), {}, start=np.ones(3)))


SHAPES, HYPER = ((2,),), {"lr": 0.5}
GRADIENT = np.array([1.0, -2.0])
START = np.array([3.0, 4.0])
MOVE = Move(7, "blind", SHAPES, GRADIENT, HYPER)


@pytest.mark.parametrize(("start", "kinds", "payload"), [
    (None, ("trajectory", "step", "steps"), [1.0, -2.0]),
    (START, ("trajectory_from", "step_at", "steps"), [3.0, 4.0, 1.0, -2.0]),
])
def test_only_a_run_that_begins_somewhere_carries_values(mixed, monkeypatch, start, kinds, payload):
    sent = []

    def ask(request, kind, payload, answer_bytes):
        sent.append((request, payload, answer_bytes))
        return Stepped("float64"), bytes(answer_bytes)

    assert mixed.manifest.of("optimizer")
    monkeypatch.setattr(mixed._workers, "ask", ask)
    mixed.of("optimizer").trajectory(
        "blind", Trajectory(SHAPES, GRADIENT[None], HYPER, start=start))
    mixed.of("optimizer").step(7, "blind", SHAPES, GRADIENT, HYPER, parameters=start)
    mixed.of("optimizer").steps([replace(MOVE, parameters=start), replace(MOVE, parameters=start)])
    headers = [msgspec.msgpack.decode(encode(request)) for request, *_ in sent]
    assert tuple(header["type"] for header in headers) == kinds
    assert [np.frombuffer(one).tolist() for _, one, _ in sent] == [payload, payload, 2 * payload]
    assert [answer_bytes for *_, answer_bytes in sent] == [16, 16, 32]
    if start is None:
        assert "start" not in headers[0]
        assert "parameters" not in headers[1]

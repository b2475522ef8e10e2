"""`closed_loop`: right rules follow the path, wrong ones leave it, and it is said where."""

from dataclasses import replace
from functools import cache, partial

import msgspec
import numpy as np
import pytest

from cgp_harness import assignment
from cgp_harness.assignment import Limits
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.checks.closed_loop import closed_loop
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.task import CONVENTIONS, OptimizerCheck
from cgp_harness.kinds.optimizer.trainings.path_plots import axis
from cgp_harness.kinds.optimizer.trainings.paths import DOUBLE, off, path
from cgp_harness.kinds.optimizer.trainings.student_steps import Entrant, of_subject
from cgp_harness.model import Status
from cgp_harness.model.plot import Series
from cgp_harness.probing.training_loop import Run, drive, of_rule
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_reference.problems import PROBLEMS
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correct_forms import FORMS
from tests.harness.rules.right.lecture_rules import ACCEPTED, HYPERPARAMETERS, reference
from tests.long import some
from tests.mutants.write import SINGLES, source

HOMEWORK = assignment.load("step_size")
FAMILIES = tuple(SINGLES)
DEFAULT = ("one_neuron", "multi_neuron", "ravine")
# They need tensors, one number at a time, or more than this process can give.
ONLY_IN_A_WORKER = ("torch_functions", "torch_subclasses", "scalar_math", "hook_dict")
LEAKS = {"shared_state", "mutable_default", "k_per_parameter", "k_is_index"}
WRONG = [
    (family, flag) for family in FAMILIES for flag in SINGLES[family]
    if flag not in LEAKS | {"float32_arithmetic"} and not flag.endswith("_hard_coded")
]


def context(text, task="adam", *, seed=0, problems=(), precision="any", **learned):
    """As the pipeline has it, of a task that accepts every convention; `learned` is what the checks
    before would leave."""
    given = HOMEWORK.task(task)
    checks = {**given.checks, "closed_loop": OptimizerCheck(5, problems=problems)}
    accept = tuple(dict.fromkeys((*ACCEPTED[given.id], *CONVENTIONS[task])))
    task_with_it = msgspec.structs.replace(given, checks=checks, accept=accept)
    homework = msgspec.structs.replace(HOMEWORK, precision=precision, tasks=(task_with_it,))
    return replace(
        context_of(text, homework, task, seed), learned={"elementwise": True, **learned})


def right(family, convention=None, **options):
    convention = convention or CONVENTIONS[family][0]
    return context(source(family, [], convention), family, convention=convention, **options)


@cache
def followed(family, name):
    """A path of the first accepted convention, from other starts than the check's own."""
    rule, given = reference(family, CONVENTIONS[family][0]), HYPERPARAMETERS[family]
    return path(PROBLEMS[name], range(4), partial(of_rule, rule, hyperparameters=given), DOUBLE)


def farthest(family, flag):
    """The largest share of the way that a mistake is off, on any of the default problems."""
    most = 0.0
    for right_one in (followed(family, name) for name in DEFAULT):
        assert right_one.compared == right_one.iterations
        one = Entrant(
            context(source(family, [flag]), family), HYPERPARAMETERS[family])
        step = of_subject(one, right_one.size, 4)
        run = drive(step, right_one.course, right_one.iterations, keep_points=True)
        most = max(most, off(run, right_one.run).max())
    return most


# --- right rules -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 20261123])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_right_rule_follows_in_either_convention(family, seed):
    for convention in CONVENTIONS[family]:
        found = closed_loop(right(family, convention, seed=seed))
        assert (found.status, found.fraction, found.blocks) == (Status.PASSED, 1.0, False)


def test_it_is_said_what_was_followed_and_how_far():
    assert closed_loop(right("adam")).message == (
        "Follows Adam with eps inside the root, to 1e-08 of the way covered.\n4 starts each: "
        "one neuron, 4-1 (200 steps); three neurons, 4-2-1 (200 steps); a ravine (200 steps)."
    )


@pytest.mark.parametrize(
    ("number", "form"), some([*enumerate(sorted(set(FORMS) - {*ONLY_IN_A_WORKER}))], 2))
def test_every_right_form_follows(number, form):
    family = FAMILIES[number % 4]
    for other in ("adam", family):
        outcomes = [
            closed_loop(context(FORMS[form], other, seed=number, convention=convention))
            for convention in CONVENTIONS[other]
        ]
        assert Status.PASSED in [found.status for found in outcomes], outcomes[0].message


@pytest.mark.parametrize("form", ONLY_IN_A_WORKER)
def test_forms_that_need_a_worker_follow_in_one(form):
    kinds = {"torch_functions": "torch", "torch_subclasses": "torch", "scalar_math": "scalar"}
    one = replace(context(FORMS[form]), arrays=kinds.get(form, "numpy"))
    with WorkerSubject(one.submission, Limits(), levels.choose("auto")) as subject:
        found = [
            closed_loop(replace(one, subject=subject, learned={
                "elementwise": True, "convention": convention}))
            for convention in CONVENTIONS["adam"]
        ]
    assert [outcome.status for outcome in found].count(Status.PASSED) == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_a_right_rule_follows_on_every_problem_as_far_as_it_can_be_followed(family):
    other = CONVENTIONS[family][1]
    found = closed_loop(right(family, other, problems=tuple(PROBLEMS)))
    assert found.status is Status.PASSED, found.message


def test_a_rule_that_mixes_numbers_gets_each_seed_alone():
    one = right("adam")
    asked = []
    inner = one.subject.step
    one.subject.step = lambda *given, **named: asked.append(given[2]) or inner(*given, **named)
    assert closed_loop(one).status is Status.PASSED
    assert asked == [((20, 4),)] * 200
    asked.clear()
    alone = closed_loop(replace(one, learned={**one.learned, "elementwise": False}))
    assert alone.message == closed_loop(one).message
    assert asked[:600] == [((5,),) * 4] * 200 + [((13,),) * 4] * 200 + [((2,),) * 4] * 200


def test_without_update_rule_in_the_task_the_convention_is_found_all_the_same():
    one = context(source("adam", [], "eps_outside_root"))
    checks = {k: v for k, v in one.task.checks.items() if k != "update_rule"}
    found = closed_loop(replace(one, task=msgspec.structs.replace(one.task, checks=checks)))
    assert found.message.startswith("Follows Adam with eps outside the root, step by step: ")


def test_the_figure_has_both_paths_on_the_losses_of_the_ravine_around_them():
    [plot] = closed_loop(right("adam")).plots
    specified, yours = plot.series
    assert (plot.kind, specified.role, yours.role) == ("path", "reference", "student")
    assert specified.x == pytest.approx(yours.x, rel=1e-5)     # kept to six digits
    x, y, z = plot.surface.x, plot.surface.y, plot.surface.z
    assert x[0] < min(yours.x) < max(yours.x) < x[-1]
    assert y[0] < min(yours.y) < max(yours.y) < y[-1]
    assert (len(z), {len(row) for row in z}) == (len(y), {len(x)})
    begin = [np.interp(yours.x[0], x, [row[j] for j in range(len(x))]) for row in z]
    context = right("adam")
    first = int(np.random.SeedSequence([context.seed, 6]).generate_state(1)[0])
    course = PROBLEMS["ravine"].course([first], 1)
    loss = course.bound(np.array(course.start))(0)[0]
    assert np.interp(yours.y[0], y, begin) == pytest.approx(loss, rel=1e-2)


def test_the_surface_does_not_follow_a_rule_that_runs_away():
    runs = [np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[0.0, 0.0], [1e9, -1e9]])]
    near, far = (
        Series("", "student", tuple(points[:, 0].tolist()), tuple(points[:, 1].tolist()))
        for points in runs)
    assert [axis(near.x, far.x, 3).tolist(), axis(near.y, far.y, 3).tolist()] == [
        [-0.15, 1.5, 3.15], [-4.3, -1.0, 2.3]]


# --- wrong rules -------------------------------------------------------------------------------


@pytest.mark.parametrize(("family", "flag"), some(WRONG, 3))
def test_every_single_mistake_leaves_the_path_by_a_tenth_of_the_way(family, flag):
    found = closed_loop(context(source(family, [flag]), family))
    assert (found.status, found.fraction) == (Status.FAILED, 0)
    assert found.message.startswith("Leaves the path of ")
    assert farthest(family, flag) > 0.1


@pytest.mark.parametrize(("family", "flag"), [
    (family, flag) for family in FAMILIES for flag in SINGLES[family] if flag in LEAKS])
def test_a_leak_is_caught_before_and_blocks(family, flag):
    assert relations(context(source(family, [flag]), family)).blocks


def test_it_is_said_where_the_path_is_left():
    text = source("adam", []).replace("step = lr", "step = (1.001 if k > 56 else 1) * lr")
    found = closed_loop(context(text, convention="eps_inside_root"))
    assert found.status is Status.FAILED
    first, *rest = found.message.splitlines()
    assert first == (
        "Leaves the path of Adam with eps inside the root, by more than 1e-08 of the way covered:")
    assert [line.split(", ")[-3].split(": ")[-1] for line in rest] == ["at step 57"] * 3
    assert rest[0] == (
        "  one neuron, 4-1: at step 57, parameter 2 of 5 has moved by -0.024086, expected "
        "-0.024085 (start 2 of 4)")


def test_the_first_parting_is_the_reference_less_the_mistake():
    found = closed_loop(context(source("sgd_plus", ["lr_twice"]), "sgd_plus", problems=("ravine",)))
    first, second = found.message.splitlines()
    moved = float(second.split("has moved by ")[1].split(",")[0])
    expected = float(second.split("expected ")[1].split(" ")[0])
    assert first.startswith("Leaves the path of SGD with momentum (SGD+) with lr inside the buffer")
    assert "a ravine: at step 1, parameter " in second
    assert moved == pytest.approx(1e-3 * expected, rel=1e-3)       # lr twice: 1e-3 of the step


def test_a_path_that_is_not_left_is_said_too():
    text = source("adam", ["no_eps"])
    message = closed_loop(context(text, problems=("ravine", "sparse"))).message
    assert message.splitlines()[1] == "  a ravine: follows, for 200 steps"
    assert " has moved by nan, expected 0 " in message.splitlines()[2]


def test_a_rule_that_update_rule_refused_earns_nothing_even_where_it_follows():
    text = source("adam", []).replace("    m =", "    g = np.clip(g, -1e3, 1e3)\n    m =")
    one = context("import numpy as np\n" + text)
    assert "convention" not in update_rule(one).learned
    found = closed_loop(one)
    assert (found.status, found.fraction) == (Status.FAILED, 0)
    assert found.message == (
        "Follows Adam with eps inside the root, to 1e-08 of the way covered. "
        "It is another rule all the same, so no points here: see "
        "\"is the specified rule\".\n4 starts each: "
        "one neuron, 4-1 (200 steps); three neurons, 4-2-1 (200 steps); a ravine (200 steps)."
    )


@pytest.mark.parametrize("family", ["adagrad", "rmsprop", "adam"])
def test_the_other_convention_leaves_the_path(family):
    first, second, *_ = CONVENTIONS[family]
    found = closed_loop(context(source(family, [], second), family, convention=first))
    assert found.status is Status.FAILED


@pytest.mark.parametrize("flag", ["no_bias_correction", "k_from_two", "betas_swapped"])
def test_mistakes_leave_a_chaotic_path_too(flag):
    found = closed_loop(context(source("adam", [flag]), problems=("dag",)))
    assert "the lecture's DAG: at step " in found.message


def test_values_that_the_code_fixes_are_the_references_too():
    text = source("adam", ["beta2_hard_coded"]).replace("0.999", "0.5")
    given = {"convention": "eps_inside_root"}
    assert closed_loop(context(text, **given)).status is Status.FAILED
    assert closed_loop(context(text, **given, fixed={"beta2": 0.5})).status is Status.PASSED


@pytest.mark.parametrize("family", FAMILIES)
def test_float32_follows_to_its_own_precision_where_the_assignment_allows_it(family):
    text, given = source(family, ["float32_arithmetic"]), {"convention": CONVENTIONS[family][0]}
    found = closed_loop(context(text, family, **given, precise=False))
    assert found.status is Status.PASSED
    assert ", to 1e-03 of the way covered." in found.message
    for strict in ({"precise": True}, {"precise": False, "precision": "float64"}):
        assert closed_loop(context(text, family, **given, **strict)).status is Status.FAILED


def test_what_update_rule_leaves_is_what_is_needed():
    for flags, precise in (([], True), (["float32_arithmetic"], False)):
        learned = update_rule(context(source("adam", flags, "eps_outside_root"))).learned
        assert (learned["convention"], learned["precise"]) == ("eps_outside_root", precise)
    assert "convention" not in update_rule(context(source("adam", ["k_from_two"]))).learned


# --- rules that misbehave ----------------------------------------------------------------------


def test_a_rule_that_returns_nan_is_off_the_path():
    text = source("adam", []).replace("step = lr", "step = (float('nan') if k == 3 else 1) * lr")
    message = closed_loop(context(text, problems=("one_neuron",))).message
    assert "one neuron, 4-1: at step 3, parameter 1 of 5 has moved by nan, expected " in message


def in_worker(text, limits, **learned):
    one = context(text, **learned)
    return one, WorkerSubject(one.submission, limits, levels.choose("auto"))


def test_a_rule_that_raises_on_the_way_is_told_where():
    text = source("adam", []).replace("    m =", "    1 / (57 - k)\n    m =")
    one, subject = in_worker(text, Limits())
    with subject:
        found = closed_loop(replace(one, subject=subject))
    assert (found.status, found.blocks) == (Status.STUDENT_ERROR, True)
    assert found.message == (
        "adam() fails (step 57): `1 / (57 - k)` divides by 0: `57 - k` is 0 here\n"
        "  at plugin.py:8\n  Python says: ZeroDivisionError: division by zero")


def test_a_rule_that_hangs_on_the_way_is_stopped():
    text = source("adam", []).replace("    m =", "    while k == 57: pass\n    m =")
    one, subject = in_worker(text, Limits(request_s=0.5))
    with subject:
        found = closed_loop(replace(one, subject=subject))
    assert (found.status, found.message) == (
        Status.TIMEOUT, "no answer within 0.5 s of CPU time; the worker was stopped")


def test_a_rule_that_changes_from_run_to_run_does_not_follow_twice():
    text = source("adam", []).replace("@optimizer", "runs = [0]\n\n\n@optimizer").replace(
        "    m =", "    runs[0] += k == 1\n    lr = lr * (1 + (runs[0] > 1))\n    m =")
    one = context(text, convention="eps_inside_root")
    assert [closed_loop(one).status for _ in range(2)] == [Status.PASSED, Status.FAILED]


def test_the_outcome_depends_on_the_seed_alone():
    text = source("adam", ["k_from_two"])
    first = closed_loop(context(text, seed=3))
    closed_loop(context(source("rmsprop", []), "rmsprop", seed=9))
    again, other = closed_loop(context(text, seed=3)), closed_loop(context(text, seed=4))
    assert (again.message, again.plots) == (first.message, first.plots)
    assert other.message != first.message


def test_a_problem_that_is_not_there_is_the_instructors_mistake():
    with pytest.raises(HarnessError) as caught:
        closed_loop(context(source("adam", []), problems=("ravin",)))
    assert str(caught.value) == (
        "there is no problem 'ravin'\n  at adam.closed_loop\n"
        "  expected one of one_neuron, multi_neuron, dag, ravine, sparse, rosenbrock\n"
        "  fix: did you mean 'ravine'?")


# --- figures -----------------------------------------------------------------------------------


def test_the_figure_is_both_ways_over_the_ravine():
    (plot,) = closed_loop(context(source("adam", ["lr_twice"]))).plots
    assert (plot.kind, plot.name, plot.problem) == ("path", "ravine", "ravine")
    assert plot.title == "a ravine: the way of 200 steps, first start"
    assert [(one.role, one.label) for one in plot.series] == [
        ("reference", "specified rule"), ("student", "your rule")]
    mine, theirs = plot.series
    assert len(mine.x) == len(mine.y) == len(theirs.x) == 201
    assert (mine.x[0], mine.y[0]) == (theirs.x[0], theirs.y[0])
    assert mine.x[-1] != theirs.x[-1]


def test_a_way_ends_where_its_numbers_end():
    text = source("adam", []).replace("step = lr", "step = (float('inf') if k == 3 else 1) * lr")
    (plot,) = closed_loop(context(text)).plots
    assert [len(one.x) for one in plot.series] == [201, 3]


def test_without_a_ravine_the_figure_is_the_losses_of_the_first_problem():
    text = source("adam", []).replace("step = lr", "step = (float('nan') if k == 3 else 1) * lr")
    (plot,) = closed_loop(context(text, problems=("one_neuron", "multi_neuron"))).plots
    assert (plot.kind, plot.name, plot.problem) == ("losses", "one_neuron", "one_neuron")
    theirs, mine = plot.series
    assert (mine.role, mine.x) == ("student", tuple(float(k) for k in range(1, 201)))
    assert mine.y[:3] == theirs.y[:3]
    assert set(mine.y[3:]) == {None}


# --- paths -------------------------------------------------------------------------------------


def run_through(*points):
    return Run(np.zeros((len(points) - 1, 1)), np.array(points, float)[:, None, None])


@pytest.mark.parametrize(("right", "got", "expected"), [
    ((0, 2, 4), (0, 2, 5), (0, 0, 0.25)),
    ((0, 4, 2), (0, 4, 3), (0, 0, 0.25)),             # the farthest way so far counts
    ((8, 8, 8), (8, 8, 9), (0, 0, 125000)),           # not moved: a millionth of its size
    ((0, 0, 1), (0, 1, 1), (0, np.inf, 0)),           # moved without a gradient
    ((0, 1, 1), (0, np.nan, np.inf), (0, np.inf, np.inf)),
])
def test_the_distance_is_a_share_of_the_way_covered(right, got, expected):
    np.testing.assert_allclose(
        off(run_through(*got), run_through(*right)).ravel(), expected, rtol=1e-12)


@pytest.mark.parametrize(("name", "family"), [
    ("rosenbrock", "rmsprop"), ("dag", "sgd_plus")])
def test_where_right_rules_part_by_rounding_nobody_is_compared(name, family):
    hyperparameters = {"lr": 1e-3}
    problem, rule = PROBLEMS[name], reference(family, CONVENTIONS[family][0])

    begin = partial(of_rule, rule, hyperparameters=hyperparameters)
    one = path(problem, range(4), begin, DOUBLE)
    step = begin(one.size, 4)
    rounded = drive(lambda g, p: step(g, p) * (1 + 1e-15), problem.course(range(4), one.iterations),
                    one.iterations, keep_points=True)
    share = off(rounded, one.run)
    assert one.compared < one.iterations
    assert not share.max() < DOUBLE.tolerance
    assert share[one.firm.nonzero()[0], :, one.firm.nonzero()[1]].max() < DOUBLE.tolerance


def test_on_a_chaotic_path_parameters_are_put_back_every_five_steps():
    problem, rule = PROBLEMS["dag"], reference("adam", "eps_inside_root")
    one = path(problem, range(2), partial(of_rule, rule, hyperparameters={"lr": 1e-3}), DOUBLE)
    run = drive(lambda g, p: np.zeros_like(g), one.course, one.iterations, keep_points=True)
    np.testing.assert_array_equal(run.points[1:5], run.points[[0] * 4])
    np.testing.assert_array_equal(run.points[6], one.run.points[5])
    np.testing.assert_array_equal(run.points[10], one.run.points[5])
    assert (one.iterations, one.compared) == (50, 50)


def test_submissions_share_the_path_that_they_are_compared_with(monkeypatch):
    made = []

    def spy(problem, *rest):
        made.append(problem.name)
        return path(problem, *rest)

    monkeypatch.setattr("cgp_harness.kinds.optimizer.checks.closed_loop.path", spy)
    for flags in ([], ["sign_flipped"]):
        closed_loop(context(source("rmsprop", flags), "rmsprop", seed=77))
    assert made == list(DEFAULT)

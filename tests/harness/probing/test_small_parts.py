"""Points, distances, tables and sentences, one by one: no worker, no grading.

These are what `mutmut` changes (docs/mutation-testing.md): every number and word counts.
"""

import os
import signal
from dataclasses import replace

import numpy as np
import pytest

from cgp_harness import scoring
from cgp_harness.assignment import Limits
from cgp_harness.checks.adequacy import Adequacy
from cgp_harness.errors import MachineError
from cgp_harness.kinds.autograd_function.probes.numbers import allowed, cotangents, draws, points
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.backprop.diagnosis.common_factor import (
    of_gradients_factor,
    of_partials_factor,
)
from cgp_harness.kinds.backprop.diagnosis.explained import Limit, Numbers
from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.words import Difference, as_given, counterexample, listed
from cgp_harness.kinds.optimizer.asking import of_step
from cgp_harness.kinds.optimizer.diagnosis.changes import match
from cgp_harness.kinds.optimizer.probes import ground
from cgp_harness.model import Problem, Status
from cgp_harness.probing.case_table import table
from cgp_harness.probing.distance import distance
from cgp_harness.probing.single_precision import float32_numbers
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.processes.output import Output
from cgp_harness.sandbox.host.processes.spawned import Ended
from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import Failed
from cgp_harness.sandbox.protocol.signals import FROM_OUTSIDE
from tests.harness.reports.example_reports import PERFECT
from tests.simulators import root
from tests.simulators.flag import Flag

NAN, INF = float("nan"), float("inf")


# --- points --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fraction", "most", "expected"), [
    (1 / 3, 10, 3.33), (2 / 3, 1, 0.67), (0.125, 0.5, 0.06), (1.0, 7, 7.0), (0.0, 7, 0.0)])
def test_points_are_rounded_to_the_hundredth(fraction, most, expected):
    assert scoring.points(fraction, most) == expected


def test_a_total_is_what_was_earned_and_its_share():
    assert scoring.total((), 0.0) == (0.0, 0.0)
    assert scoring.total((), 10.0) == (0.0, 0.0)
    thirds = (replace(PERFECT.checks[0], score=3.33, max_score=10.0),) * 3
    assert scoring.total(thirds, 30.0) == (9.99, 33.3)
    assert scoring.total(thirds[:1], 7.0) == (3.33, 47.57)
    assert scoring.total(thirds[:2], 1.0) == (6.66, 666.0)
    odd = tuple(replace(PERFECT.checks[0], score=one) for one in (0.1, 0.2))
    assert scoring.total(odd, 0.5) == (0.3, 60.0)
    assert scoring.total((replace(PERFECT.checks[0], score=0.126),), 1.0) == (0.13, 13.0)


# --- distances -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("got", "expected", "apart"), [
    ([[1.0], [2.0]], [[1.0], [2.5]], 0.2),          # relative to the larger of all steps
    ([[1.0], [2.5]], [[1.0], [2.0]], 0.2),
    ([[0.0], [4.0]], [[1.0], [4.0]], 0.25),
    ([[1.0, 10.0]], [[1.5, 10.0]], 1 / 3),          # each number by its own steps
    ([[0.0]], [[0.0]], 0.0),
    ([[1e-300]], [[2e-300]], 0.5),
    ([[-1.0]], [[1.0]], 2.0),
    ([[NAN]], [[NAN]], 0.0), ([[INF]], [[INF]], 0.0), ([[-INF]], [[-INF]], 0.0),
    ([[NAN]], [[1.0]], INF), ([[1.0]], [[NAN]], INF), ([[INF]], [[-INF]], INF),
    ([[INF]], [[1.0]], INF), ([[NAN]], [[INF]], INF), ([[0.1], [NAN]], [[0.2], [NAN]], 0.5),
])
def test_a_distance_is_a_share_of_the_largest_step(got, expected, apart):
    assert distance(np.array(got), np.array(expected)) == pytest.approx(apart)


def test_many_are_measured_at_once():
    got = np.array([[1.0, 2.0], [1.0, 4.0]])
    both = np.stack([got, np.array([[1.0, 2.0], [1.0, 8.0]])])
    assert distance(got, both) == pytest.approx([0.0, 0.5])
    assert distance(np.zeros((3, 0)), np.zeros((2, 3, 0))).tolist() == [0.0, 0.0]
    assert float(distance(np.zeros((3, 0)), np.zeros((3, 0)))) == 0.0


def test_all_numbers_of_all_answers_must_be_those_of_float32():
    single = np.float64(np.float32([[0.1], [np.nan], [np.inf]]))
    assert float32_numbers([single, single])
    assert not float32_numbers([single, np.array([[0.1]])])
    assert not float32_numbers([np.array([[0.5, 0.1]]), single])
    assert not float32_numbers([np.array([[1e300]])])


@pytest.mark.parametrize(("rows", "got", "relative", "error"), [
    ([(1.0,)], [(1.0,)], 0.0, 0.0),
    ([(100.0,)], [(101.0,)], 0.011, 0.01), ([(100.0,)], [(101.0,)], 0.009, None),
    ([(-100.0,)], [(-101.0,)], 0.011, 0.01),
    ([(0.1,)], [(0.2,)], 0.11, 0.1), ([(0.1,)], [(0.2,)], 0.09, None),
    ([(INF,)], [(1.0,)], 1e-9, None), ([(1.0,)], [(NAN,)], 1e-9, None),
    ([(NAN, INF)], [(NAN, INF)], 1e-9, 0.0), ([(NAN,)], [(INF,)], 1e-9, 0.0),
    ([(1.0, 2.0), (3.0,)], [(1.5, 2.0), (3.0,)], 1.0, 0.5),
    ([(1.0, 2.0), (3.0,)], [(1.0, 2.0), (3.3,)], 1.0, 0.1),
    ([(1.0,), (1.0,)], [(1.25,), (1.5,)], 0.5, 0.5),
])
def test_the_largest_error_is_relative_or_to_1(rows, got, relative, error):
    found = numbers(got, rows, 1.0).error(lambda i: rows[i], relative)
    assert found == (error if error is None else pytest.approx(error))


def test_a_simulation_ends_at_the_first_number_that_differs_those_that_are_wrong_first():
    asked = []

    def simulated(i):
        asked.append(i)
        return (1.0,)

    assert numbers([(1.0,), (2.0,), (1.0,)], [(1.0,)] * 3, 0.1).error(simulated, 0.1) is None
    assert asked == [1]


def numbers(got, right, relative):
    """With one limit for all, relative or to 1."""
    return Numbers(got, right, [[Limit(relative, 1.0)] * len(row) for row in got])


# --- factors -------------------------------------------------------------------------------------

RIGHT = [(1.0, -2.0), (4.0,)]


def times(factor):
    return [tuple(factor * one for one in row) for row in RIGHT]


@pytest.mark.parametrize(("factor", "identifier", "phrase", "hint"), [
    (2.0, "constant_factor", "times 2", "A central difference is divided by twice the step."),
    (0.5, "constant_factor", "times 0.5",
     "Only a central difference is divided by twice the step."),
    (0.0, "all_zero", "times 0",
     "Nothing is computed, or rounding swallows the step of a difference."),
    (-0.0, "all_zero", "times 0",
     "Nothing is computed, or rounding swallows the step of a difference."),
    (3.0, "constant_factor", "times 3", "There is a factor too many, or one is missing."),
    (1.00005, "constant_factor", "times 1.00005",
     "There is a factor too many, or one is missing."),
    (3.14159, "constant_factor", "times 3.14", "There is a factor too many, or one is missing."),
    (1.02345, "constant_factor", "times 1.02", "There is a factor too many, or one is missing."),
    (0.021, "constant_factor", "times 0.021", "There is a factor too many, or one is missing."),
    (0.0199, "difference_not_divided", "times 0.0199",
     "A difference of values is divided by the step that was taken."),
    (-1e-4, "difference_not_divided", "times -0.0001",
     "A difference of values is divided by the step that was taken."),
])
def test_a_factor_of_partials_has_its_reason(factor, identifier, phrase, hint):
    found = of_partials_factor(numbers(times(factor), RIGHT, 1e-9), 1.0)
    [flag] = found.flags
    assert (flag.id, flag.phrase, flag.hint, flag.touches) == (
        identifier, phrase, hint, frozenset({"factor"}))
    assert found.error == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("factor", "hint"), [
    (2.0, "The errors are dL/d(output): the 2 of a squared error is in them already."),
    (-2.0, "The errors are dL/d(output): the -2 of Eq. 18 is in them already."),
    (0.0, "Nothing arrives at a parameter."),
    (0.001, "There is a factor too many, or one is missing."),
])
def test_a_factor_of_gradients_has_its_reason(factor, hint):
    assert of_gradients_factor(numbers(times(factor), RIGHT, 1e-9), 1.0).flags[0].hint == hint


@pytest.mark.parametrize("of_factor", [of_partials_factor, of_gradients_factor])
def test_a_factor_gives_every_number_whatever_its_size(of_factor):
    def found(got, right, relative):
        return of_factor(numbers(got, right, relative), 1.0)

    for factor in (2.0, 1e-6):
        off = [(one + 1e-3 * factor, *rest) for one, *rest in times(factor)]
        assert found(off, RIGHT, 1e-5) is None
        assert found(off, RIGHT, 1e-2) is not None
    assert found([(NAN, 1.0), (1.0,)], RIGHT, 1e-2) is None
    assert found([(0.0,)], [(0.0,)], 1e-9).flags[0].id == "all_zero"
    assert found([(1.0,)], [(0.0,)], 1e-9) is None
    assert found([(0.0, 0.9e-9)], [(1.0, 0.0)], 1e-9) is not None  # a factor of just 0
    assert found([(0.0, 1.5e-9)], [(1.0, 0.0)], 1e-9) is None


@pytest.mark.parametrize(("flags", "expected"), [
    ({"eps_inside_root"}, 3 / (4 + 0.25)**0.5), ({"eps_outside_root"}, 3 / (2 + 0.25)),
    ({"no_eps"}, 1.5), ({"no_eps", "eps_outside_root"}, 1.5), ({"no_square_root"}, 3 / 4.25),
    ({"no_square_root", "no_eps"}, 0.75), ({"no_square_root", "eps_outside_root"}, 3 / 4.25),
])
def test_where_eps_stands_below_the_step(flags, expected):
    assert root.divided(np.array(3.0), np.array(4.0), 0.25, flags) == pytest.approx(expected)


@pytest.mark.parametrize(("flags", "expected"), [
    (set(), 1.0), ({"step_added_to_gradient"}, 2.5), ({"step_added_to_gradient~2"}, 4.0)])
def test_a_gradient_may_be_added_in_two_ways(flags, expected):
    lr = np.array(0.5)
    assert root.with_gradient_added(np.array(2.0), np.array(3.0), lr, flags) == expected


def test_the_mistakes_around_the_root_are_the_familys_own():
    assert root.root_flags("Eq. 40") == (
        Flag("no_square_root", "without the square root",
             "The sum of squares stands under a root, which gives it the gradient's own unit.",
             frozenset({"root"}), "Eq. 40"),
        Flag("half_for_root", "with `** 1/2`, which halves, in the place of the root",
             "A power comes before a division: write ** 0.5 or ** (1/2).",
             frozenset({"root"}), "Eq. 40", 2),
        Flag("no_eps", "without eps",
             "eps keeps the division finite while all gradients have been zero.",
             frozenset({"eps"}), "Eq. 40"))


# --- runs of rules -------------------------------------------------------------------------------


def test_a_step_whose_gradients_are_all_minus_zero_is_asked():
    asked = [one.run.gradients[2] for one in ground._zeros()]
    assert any((np.signbit(row) & (row == 0)).all() for row in asked)


def test_runs_are_one_only_by_all_their_numbers():
    run = next(iter(ground._zeros())).run
    one = match._Frozen(run)
    assert one == match._Frozen(replace(run, gradients=run.gradients.copy()))
    for other in (replace(run, gradients=run.gradients + 1), replace(run, schedule={}), run.shapes):
        frozen = match._Frozen(other) if isinstance(other, type(run)) else other
        assert one != frozen


# --- numbers that Functions are asked at ---------------------------------------------------------

KINKS = Specification(
    name="kinks", formula="", forward=None, domain=(-1.0, 1.0), avoid=(0.5, -0.5), margin=0.125)


def test_a_subnormal_number_has_a_tolerance_of_its_own_and_a_normal_one_has_not():
    exact = replace(KINKS, relative=0.0, absolute=0.0)
    least = np.finfo(float).tiny
    expected = np.array([0.0, least / 2, least, 1e-290, 0.5])
    assert exact.tolerance(expected).tolist() == [1e-300, 1e-300, 0.0, 0.0, 0.0]


def test_numbers_are_drawn_in_the_domain_away_from_kinks_with_three_digits():
    sizes = KINKS.tried_sizes[0]
    drawn = points(KINKS, sizes, draws(3, 1), 200)
    assert drawn.shape == (200, 6)
    assert allowed(KINKS, drawn).all()
    assert (drawn == drawn.round(3)).all()
    assert not (np.signbit(drawn) & (drawn == 0)).any()
    for low, high in ((-1.0, -0.9), (-0.1, 0.1), (0.9, 1.0)):  # all of it, both ends
        assert ((drawn > low) & (drawn < high)).any()
    assert (points(KINKS, sizes, draws(3, 1), 200) == drawn).all()
    for other in (draws(4, 1), draws(3, 2)):
        assert not (points(KINKS, sizes, other, 200) == drawn).all()


@pytest.mark.parametrize(("number", "allow"), [
    (-1.0, True), (1.0, True), (1.001, False), (-1.001, False), (0.625, True), (0.624, False),
    (0.375, True), (0.376, False), (-0.625, True), (-0.376, False), (0.0, True)])
def test_a_number_is_allowed_in_the_domain_and_at_a_margin_from_kinks(number, allow):
    assert allowed(KINKS, np.array([number])).tolist() == [allow]
    inside = replace(KINKS, avoid=())
    assert allowed(inside, np.array([number])).tolist() == [abs(number) <= 1.0]


def test_a_number_between_kinks_keeps_its_margin_from_both():
    three = replace(KINKS, avoid=(0.9, -0.5, 0.1))
    for number, allow in ((0.2, False), (0.25, True), (0.7, True), (0.8, False), (0.0, False)):
        assert allowed(three, np.array([number])).tolist() == [allow]


def test_cotangents_have_both_signs_and_sizes_from_0_3_to_3():
    drawn = cotangents((2, 3), draws(0, 1), 400)
    assert drawn.shape == (400, 6)
    assert 0.3 <= np.abs(drawn).min() < 0.32
    assert 2.98 < np.abs(drawn).max() <= 3.0
    assert 0.4 < (drawn > 0).mean() < 0.6
    assert (drawn == drawn.round(3)).all()
    assert cotangents((), draws(0, 1), 2).shape == (2, 1)


# --- tables and words ----------------------------------------------------------------------------


def test_a_table_has_plain_cells():
    rows = [(np.float64(0.5), np.int64(3), "a"), (NAN, None, True), (-INF, np.float32(0.5), [1])]
    assert table("on this", ("x", "y", "z"), rows, 1) == {"table": {
        "heading": "on this", "columns": ["x", "y", "z"],
        "rows": [[0.5, 3, "a"], ["nan", None, True], ["-inf", 0.5, "[1]"]],
        "first_difference": 1,
    }}
    assert table("", (), ())["table"]["first_difference"] is None
    cells = table("", ("x",) * 3, rows)["table"]["rows"]
    assert [type(cell) for cell in cells[0]] == [float, int, str]


def test_titles_are_listed_as_people_do():
    assert [listed(one) for one in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "", "a", "a and b", "a, b and c"]


GRAPH = Case(("xb = ab*xa^2", "xc = xb + bc"), ("xc",), (2.0, 0.5, 1.5), (-0.7,))


def test_a_graph_is_shown_with_the_numbers_that_the_method_was_given():
    assert as_given(GRAPH, "forward") == (
        "  xb = ab*xa^2\n  xc = xb + bc\nat xa = 2, ab = 0.5, bc = 1.5")
    assert as_given(GRAPH, "backward") == (
        "  xb = ab*xa^2,  with dxb/dxa = 2, dxb/dab = 4\n"
        "  xc = xb + bc,  with dxc/dxb = 1, dxc/dbc = 1\nand dL/dxc = -0.7")


def test_the_case_of_a_graph_can_be_shown_and_asked_again():
    wrong = [Difference("dL/dab", None, 2.0), Difference("dL/dbc", 1.0, -0.7)]
    assert counterexample("graph", "backward", GRAPH, wrong) == {
        "table": {
            "heading": "backward() on this graph", "columns": ["number", "got", "expected"],
            "rows": [["dL/dab", "not returned", 2.0], ["dL/dbc", 1.0, -0.7]],
            "first_difference": 0,
        },
        "backprop": "graph", "method": "backward", "expressions": list(GRAPH.texts),
        "outputs": ["xc"], "values": {"xa": 2.0, "ab": 0.5, "bc": 1.5}, "errors": {"xc": -0.7},
    }


# --- what became of a worker ---------------------------------------------------------------------

LIMITS = Limits()
HERE = Place("adam.py", 3)


def failed(kind="raised", what="ValueError: no", where=HERE, **options):
    return Failed(kind, what, where, **options)


def told(problem):
    return problem.status, str(problem)


ERROR = Status.STUDENT_ERROR
TAMPERED = (
    "the submission tampered with the connection to the grader; the worker was stopped\n"
    "  expected a plugin that leaves files and sockets which it did not open alone")
# What is asked for is asked in the test: mutmut collects the tests before it changes anything.


@pytest.mark.parametrize(("of", "status", "text", "line"), [
    (lambda: problems.of_loading(failed(), "a.py", LIMITS), ERROR,
     "ValueError: no\n  at adam.py:3", 3),
    (lambda: problems.of_loading(failed(where=Place()), "a.py", LIMITS), ERROR,
     "ValueError: no\n  at a.py", 0),
    (lambda: problems.of_loading(failed(expected="this", fix="that"), "a.py", LIMITS), ERROR,
     "ValueError: no\n  at adam.py:3\n  expected this\n  fix: that", 3),
    (lambda: problems.of_loading(failed("memory"), "a.py", LIMITS), Status.OUT_OF_MEMORY,
     f"importing a.py needed more than {LIMITS.memory_mib} MiB of memory\n  at adam.py:3", 3),
    (lambda: problems.of_loading(failed("exited"), "a.py", LIMITS), ERROR,
     "the file ended the program with sys.exit()\n  at adam.py:3\n"
     "  expected a file that can be imported\n  fix: remove the call", 3),
    (lambda: of_step(failed(step=2, parameter=0), "adam", 1, LIMITS), ERROR,
     "adam() raised ValueError: no (step 2)\n  at adam.py:3", 3),
    (lambda: of_step(failed(step=2, parameter=0), "adam", 2, LIMITS), ERROR,
     "adam() raised ValueError: no (step 2, parameter 1 of 2)\n  at adam.py:3", 3),
    (lambda: of_step(failed(step=1, parameter=1), "adam", 2, LIMITS), ERROR,
     "adam() raised ValueError: no (step 1, parameter 2 of 2)\n  at adam.py:3", 3),
    (lambda: of_step(failed(step=2), "adam", 2, LIMITS), ERROR,
     "adam() raised ValueError: no (step 2)\n  at adam.py:3", 3),
    (lambda: of_step(failed(), "adam", 2, LIMITS), ERROR,
     "adam() raised ValueError: no\n  at adam.py:3", 3),
    (lambda: of_step(failed("memory", step=2), "adam", 2, LIMITS), Status.OUT_OF_MEMORY,
     f"adam() needed more than {LIMITS.memory_mib} MiB of memory\n  at adam.py:3", 3),
    (lambda: of_step(failed("exited", step=2), "adam", 1, LIMITS), ERROR,
     "adam() ended the program with sys.exit() (step 2)\n  at adam.py:3\n  fix: remove the call",
     3),
    (lambda: of_step(failed("read_only", step=2), "adam", 1, LIMITS), ERROR,
     "adam() changes what it was given in place (step 2)\n  at adam.py:3\n"
     "  expected the gradient and the state left as they are; the harness keeps what is returned\n"
     "  fix: write `m = beta * m + g` instead of `m *= beta` and `m += g`", 3),
    (lambda: of_step(failed("contract", "it returned None", step=2), "adam", 1, LIMITS),
     ERROR, "it returned None (step 2)\n  at adam.py:3", 3),
    (lambda: problems.of_call(failed(), "softplus", LIMITS), ERROR,
     "softplus raised ValueError: no\n  at adam.py:3", 3),
    (lambda: problems.of_call(failed("memory"), "softplus", LIMITS), Status.OUT_OF_MEMORY,
     f"softplus needed more than {LIMITS.memory_mib} MiB of memory\n  at adam.py:3", 3),
    (lambda: problems.of_call(failed("exited"), "softplus", LIMITS), ERROR,
     "softplus ended the program with sys.exit()\n  at adam.py:3\n  fix: remove the call", 3),
    (lambda: problems.of_call(failed("contract", "it returned None"), "softplus", LIMITS), ERROR,
     "it returned None\n  at adam.py:3", 3),
    (problems.of_violation, ERROR, TAMPERED, 0),
    (lambda: problems.of_timeout("it took 10 s"), Status.TIMEOUT, "it took 10 s", 0),
])
def test_what_went_wrong_is_said_in_words(of, status, text, line):
    problem = of()
    assert told(problem) == (status, text)
    assert problem.line == line


@pytest.mark.parametrize(("code", "by_itself", "cpu_s", "share", "status", "text"), [
    (0, True, 1, 0.1, ERROR, "the process ended itself with exit code 0\n"
     "  fix: remove calls such as os._exit()"),
    (7, True, 1, 0.1, ERROR, "the process ended itself with exit code 7\n"
     "  fix: remove calls such as os._exit()"),
    (-signal.SIGXCPU, True, 1, 0.1, Status.TIMEOUT,
     "the submission used more than 30 s of CPU time"),
    (-signal.SIGKILL, True, 30, 0.1, Status.TIMEOUT,
     "the submission used more than 30 s of CPU time"),
    (-signal.SIGSEGV, True, 31, 0.95, Status.KILLED, "the process was ended by SIGSEGV"),
    (-signal.SIGKILL, True, 1, 0.95, Status.OUT_OF_MEMORY, "MEMORY"),
    (-signal.SIGABRT, True, 1, 0.95, Status.OUT_OF_MEMORY, "MEMORY"),
    (-signal.SIGABRT, True, 1, 0.9, Status.KILLED, "the process was ended by SIGABRT"),
    (-200, True, 1, 0.1, Status.KILLED, "the process was ended by signal 200"),
    (-signal.SIGKILL, False, 1, 0.1, ERROR, TAMPERED),
])
def test_why_a_worker_is_gone_is_said_in_words(code, by_itself, cpu_s, share, status, text):
    ended = Ended(code, by_itself, cpu_s, share * LIMITS.memory_mib)
    text = text.replace(
        "MEMORY", f"the submission needed more than {LIMITS.memory_mib} MiB of memory")
    assert told(problems.of_death(ended, LIMITS, 30)) == (status, text)


@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGTERM"])
def test_what_a_worker_cannot_send_itself_came_from_outside(name):
    ended = Ended(-signal.Signals[name], True, 29, 0.9 * LIMITS.memory_mib)
    with pytest.raises(problems.KilledError) as caught:
        problems.of_death(ended, LIMITS, 30)
    assert str(caught.value) == (
        f"a worker was ended from outside, by {name}\n"
        "  expected workers left alone, and memory enough for all graders at once\n"
        "  fix: run the same command again, with fewer --jobs if memory was short")


def test_a_package_that_fails_by_itself_is_the_machines_fault():
    error = problems.of_machine(failed("machine", "OSError: \x1b no"))
    assert isinstance(error, MachineError)
    assert str(error) == (
        "a package that submissions use does not work on this machine: OSError: \\x1b no\n"
        "  at adam.py:3\n  expected it to work inside a worker, as it does outside\n"
        "  fix: `cgp doctor` tries this installation; no submission loses points for it")


def test_no_text_of_a_worker_acts_on_a_display_or_is_endless():
    assert problems.printable("a\x1b[2J\u202eb\ud800\tc") == "a\\x1b[2J\\u202eb\\ud800\\tc"
    assert problems.printable("a\tb\nc", keep="\t") == "a\tb\\nc"
    assert problems.printable("x" * 2000) == "x" * 2000
    assert problems.printable("x" * 2001) == "x" * 2000 + " …"
    assert problems.printable("xyz", 2) == "xy …"
    long = problems.of_call(
        failed(what="w" * 3000, where=Place("f" * 400, 3), expected="e" * 3000, fix="f" * 3000),
        "softplus", LIMITS)
    assert long == Problem(
        ERROR, ("softplus raised " + "w" * 3000)[:2000] + " …", "f" * 300 + " …:3",
        "e" * 2000 + " …", "f" * 2000 + " …")


def test_the_signals_from_outside_are_those_of_a_person_a_system_and_the_kernel():
    assert [one.name for one in FROM_OUTSIDE] == [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGTERM"]


def test_of_what_a_worker_prints_no_more_is_kept_than_is_shown():
    (reading, writing), (errors, its_errors) = os.pipe(), os.pipe()
    output = Output(reading, errors)
    for _ in range(5):
        os.write(writing, b"x" * 30_000)
    os.write(its_errors, b"oh")
    for end in (writing, its_errors):
        os.close(end)
    output.close()
    assert output.texts == {"stdout": b"x" * 65536, "stderr": b"oh"}


def test_changes_of_the_same_words_are_one_line_of_adequacy():
    found = Adequacy("a", "b", 11, 2, ("u", "u"), tuple("xxyzwvqqq"))
    assert [*found.lines()] == [
        "a: of 11 small changes of the solution b fails 2; 2 are wrong and keep all points; "
        "9 cannot be told apart: equal by arithmetic, or a gap in the probes",
        "  keeps all points: u (2 places)", "  cannot be told: x (2 places)",
        "  cannot be told: y", "  cannot be told: z", "  cannot be told: w", "  cannot be told: v",
        "  cannot be told: 3 more"]

"""The homework `computational_graph` in real workers: examples, starter, handout, plugin, hangs."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import cgp_assignments
from cgp_harness import pipeline
from cgp_harness.assignment import Limits, load
from cgp_harness.collect import collect
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS, PARTIALS
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission
from tests.places import ROOT

HOMEWORK = load("computational_graph")
FOLDER = Path(cgp_assignments.__file__).parent / "computational_graph"
HANDOUT = (FOLDER / "handout.md").read_text(encoding="utf-8")
EXAMPLES = {path.stem: path for path in sorted((FOLDER / "examples").glob("*.py"))}
PLUGIN = ROOT / "plugins/computational_graph/graph.py"
RIGHT = (
    "perfect", "recursive", "all_paths", "forward_mode", "exact_partials", "tables_of_the_lecture",
    "through_the_hook",
)
# Flags of `partials` and of `backpropagation`; "" for a check that passes.
WRONG = {
    "activation_forgotten": ("activation_derivative_dropped", ""),
    "activation_not_passed_back": ("activation_derivative_dropped_for_arguments", ""),
    "coarse_step": ("step_too_large", ""),
    "half_a_difference": ("constant_factor", ""),
    "replaced_at_nodes": ("", "node_error_replaced"),
    "replaced_at_parameters": ("", "parameter_gradient_replaced"),
    "error_left_out": ("", "error_not_multiplied"),
    # Written as one dict of direct gradients, so that of two nodes with a parameter one counts.
    "direct_parameters_only": ("", "parameter_gradient_kept_first only_direct_parameters"),
    "node_taken_twice": ("", "node_processed_twice"),
    "passed_on_too_early": ("", "passed_on_too_early"),
    "one_output": ("", "last_output_only"),
    "moved_uphill": ("", "sign_flipped"),
}
MESSAGES = {
    "inputs_forgotten": (
        "backpropagation", 45.0,
        "backward() does not compute the gradient of the loss on any kind of graph.\n"
        "graph fails: `error[name] += error[node.name] * partial` adds to an entry of `error` that "
        "is not there\n"
        "  at inputs_forgotten.py:30\n"
        "  fix: begin with 0 for each: `error = {name: 0.0 for name in …}`\n"
        "  Python says: KeyError: 'xa'\n"
        "The smallest graph found:\n"
        "  xp = xa,  with dxp/dxa = 1\n"
        "and dL/dxp = 0.5"),
    "missing_return": (
        "partials", 60.0,
        "forward() does not compute the values and partials of the nodes on any kind of graph.\n"
        "forward() returned None\n"
        "  at missing_return.py:6\n"
        "  expected a pair: the value of every node, and the table of partials\n"
        "  fix: end it with `return values, partials`\n"
        "The smallest graph found:\n"
        "  xp = a\n"
        "at a = 0.5"),
    "no_static_method": (
        "loads", 0.0,
        "Graph.forward() is no static method\n"
        "  at no_static_method.py:6\n"
        "  expected @staticmethod above `def forward`\n"
        "  fix: write @staticmethod above `def forward`, and no `self`"),
    "syntax_error": (
        "loads", 0.0, "the line that begins with `for` has no colon at its end\n"
        "  at syntax_error.py:25\n  fix: write `for node in reversed(graph.nodes):`\n"
        "  Python says: SyntaxError: expected ':'"),
}


def graded(path, seed=0):
    (found,) = collect([path])
    return pipeline.grade(found, HOMEWORK, seed=seed, isolation=levels.choose("auto"))


def result(report, kind):
    return next(one for one in report.checks if one.kind == kind)


def table(heading):
    """The cells of the first table after a line, header first; backquotes removed."""
    lines = HANDOUT.partition(heading)[2].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


def test_every_example_is_in_one_of_the_lists_and_says_what_it_is():
    assert sorted([*RIGHT, *WRONG, *MESSAGES]) == sorted(EXAMPLES)
    for name in sorted(set(EXAMPLES) - {"syntax_error"}):
        text = ast.get_docstring(ast.parse(EXAMPLES[name].read_text(encoding="utf-8")))
        assert re.fullmatch(r"(Right|Wrong): .*\.", text)
        assert text.startswith("Right") == (name in RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_example_gets_full_marks(name):
    for seed in (0, 7):
        report = graded(EXAMPLES[name], seed)
        assert (report.score, report.status) == (100.0, Status.GRADED)


def test_the_plugin_gets_full_marks():
    assert graded(PLUGIN, 11).score == 100.0


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_example_is_named_and_keeps_what_is_right(name):
    report = graded(EXAMPLES[name])
    for kind, flags in zip(("partials", "backpropagation"), WRONG[name], strict=True):
        found = result(report, kind)
        assert found.status is (Status.FAILED if flags else Status.PASSED)
        assert (found.diagnosis.flags if found.diagnosis else ()) == tuple(flags.split())
    assert 40 <= report.score <= 90


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_that_stops_says_where(name):
    kind, score, message = MESSAGES[name]
    report = graded(EXAMPLES[name])
    assert (report.score, result(report, kind).message) == (score, message)


def test_the_starter_is_not_written_yet_and_earns_nothing():
    report = graded(FOLDER / "starter.py")
    assert [(one.kind, one.status, one.score) for one in report.checks] == [
        ("loads", Status.FAILED, 0.0), ("partials", Status.SKIPPED, 0.0),
        ("backpropagation", Status.SKIPPED, 0.0),
    ]
    assert report.checks[0].message == "graph is not written yet\n  at starter.py:12"


def test_a_loop_in_one_method_costs_that_method_only():
    forward = FORWARDS["forward_differences"].replace(
        "        for node in graph.nodes:\n", "        while True: pass\n"
        "        for node in graph.nodes:\n", 1)
    source = submission(forward, BACKWARDS["one_dict"])
    found = Submission("someone", (SourceFile("plugin.py", source.encode()),))
    homework = msgspec.structs.replace(HOMEWORK, limits=Limits(request_s=0.5))
    report = pipeline.grade(found, homework, seed=0, isolation=levels.choose("auto"))
    assert [(one.kind, one.status, one.score) for one in report.checks] == [
        ("loads", Status.PASSED, 5.0), ("partials", Status.TIMEOUT, 0.0),
        ("backpropagation", Status.PASSED, 55.0),
    ]


def test_neither_the_engine_nor_the_grader_can_be_reached_from_a_worker():
    source = submission(FORWARDS["program"], BACKWARDS["one_dict"]) + (
        "\nhidden = []\n"
        "for name in ('cgp_reference.graph', 'cgp_reference.graph.partials',\n"
        "             'cgp_harness.checks',\n"
        "             'cgp_harness.kinds.backprop.diagnosis.graph_mistakes',\n"
        "             'cgp_harness.subject'):\n"
        "    try:\n"
        "        __import__(name)\n"
        "        hidden.append(name)\n"
        "    except ImportError:\n"
        "        pass\n"
        "assert not hidden, hidden\n")
    found = Submission("someone", (SourceFile("plugin.py", source.encode()),))
    report = pipeline.grade(found, HOMEWORK, seed=0, isolation=levels.choose("auto"))
    assert report.score == 100.0


def test_the_same_seed_gives_the_same_report():
    once, again = (graded(EXAMPLES["passed_on_too_early"], 3) for _ in range(2))
    assert [replace(one, seconds=0.0) for one in once.checks] == [
        replace(one, seconds=0.0) for one in again.checks]


def test_the_points_of_the_handout_are_those_of_the_assignment():
    (task,) = HOMEWORK.tasks
    header, *rows = table("## Points")
    assert header == ["check", "asks", "points"]
    assert {row[0]: float(row[2]) for row in rows} == {
        kind: check.points for kind, check in task.checks.items()}
    assert HOMEWORK.max_score == 100


def test_the_stages_of_the_handout_are_those_of_the_checks():
    (task,) = HOMEWORK.tasks
    _, *rows = table("stage counts by itself")
    for stages, column, kind in ((PARTIALS, 0, "partials"), (GRADIENTS, 2, "backpropagation")):
        assert {row[column]: float(row[column + 1]) for row in rows} == pytest.approx({
            stage.title: stage.share * task.checks[kind].points for stage in stages})


def test_the_skeleton_of_the_handout_is_the_starter():
    (block,) = re.findall(r"```python\n(.*?)```", HANDOUT, flags=re.S)
    starter = (FOLDER / "starter.py").read_text(encoding="utf-8")

    def methods(text):
        (graph,) = [one for one in ast.parse(text).body if isinstance(one, ast.ClassDef)]
        return [(one.name, ast.dump(one.args)) for one in graph.body]

    assert methods(block) == methods(starter)


def test_the_graph_of_the_handout_has_the_paths_that_it_says():
    from cgp_harness.kinds.backprop.probes.case import Case

    (block, *_) = re.findall(r"```\n(xp.*?)```", HANDOUT, flags=re.S)
    case = Case(tuple(block.strip().splitlines()), ("xr",), (0.5, 0.8, 1.5, -0.5, 1.2), (0.7,))
    p, e = case.partials, 0.7
    assert case.graph.parameters == ("a", "ab", "b", "bc")
    assert case.gradients["bc"] == pytest.approx(e * p["xr"]["bc"])
    assert case.gradients["ab"] == pytest.approx(
        e * p["xr"]["ab"] + e * p["xr"]["xq"] * p["xq"]["ab"])
    assert case.gradients["a"] == pytest.approx(
        e * (p["xr"]["xp"] + p["xr"]["xq"] * p["xq"]["xp"]) * p["xp"]["a"])

"""What a submission keeps from one call to the next: as right or wrong in every run as in one.

All keys that gradients and partials may be kept by are cells of `python -m benchmarks.regions`.
"""

import pytest

from benchmarks.regions.graphs import cells
from benchmarks.regions.graphs.in_turn import OF_GRADIENTS, OF_ORDERS, OF_PARTIALS
from cgp_harness import pipeline
from cgp_harness.assignment import load
from cgp_harness.kinds.backprop.answers.lent import Lent
from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.backprop.contract.plain_graph import Graph
from cgp_harness.kinds.backprop.probes.case import is_tame
from cgp_harness.kinds.backprop.probes.in_turn import families, in_turn, pairs
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from tests.harness.in_process.graphs import context_of
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission

ALONE = "is right on each of these graphs if it comes first, and wrong on the second one after"
KEPT = {cell.name: cell.source for cell in cells() if cell.region == "in turn"}
SOME = (
    "gradients by id of the graph", "gradients by id of a node", "gradients by id of the errors",
    "gradients by set of names", "gradients by parameters and outputs",
    "gradients by number of nodes, parameters", "gradients by names and all numbers",
    "gradients by graph, errors, sorted partials", "gradients by small letters",
    "arcs by names and arguments", "arcs by names and parameters", "partials by id of the values",
    "partials by texts without numbers", "partials by graph and rounded values",
    "gradients by counts, under any names",
)
KEPT["gradients by counts, under any names"] = submission(
    FORWARDS["program"], BACKWARDS["reverse_order"].replace("return gradients", """\
counts = len(graph.nodes), len(graph.parameters), len(errors)
        return dict(zip(gradients, KEPT.setdefault(counts, [*gradients.values()])))"""),
    f"{HELPERS}\nKEPT = {{}}\n")
LAST = BACKWARDS["one_dict"].replace("        gradients = dict(errors)", """\
        if LAST and LAST[:3] == [graph, partials, errors]:
            return LAST[3]
        gradients = dict(errors)""").replace("return gradients", """\
LAST[:] = graph, partials, errors, gradients
        return gradients""")


def graded(text, seed):
    of = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    report = pipeline.grade(
        of, load("computational_graph"), seed=seed, isolation=levels.choose("auto"))
    return report.score, [one.message for one in report.checks]


@pytest.mark.parametrize("name", SOME)
def test_what_is_kept_by_less_than_the_whole_fails_alike_on_every_seed_and_is_said_to(name):
    check = partials if name.startswith("partials") else backpropagation
    found = [check(context_of(KEPT[name], seed)) for seed in (0, 24)]
    assert found[0].status in (Status.FAILED, Status.STUDENT_ERROR)
    assert found[0] == found[1]
    assert found[0].diagnosis is None
    assert ALONE in found[0].message
    assert found[0].counterexample["first"]


@pytest.mark.parametrize("method", [
    LAST,
    BACKWARDS["reverse_order"].replace(
        "for node in reversed(graph.nodes)", "for node in KEPT.setdefault(\n"
        "                id(graph), tuple(reversed(graph.nodes)))"),
    BACKWARDS["reverse_order"].replace(
        "return gradients",
        "key = graph, repr(partials), *errors.values()\n"
        "        return KEPT.setdefault(key, gradients)"),
])
def test_what_is_kept_by_the_whole_or_is_the_same_for_the_graph_is_right(method):
    head = f"{HELPERS}\nKEPT, LAST = {{}}, []\n"
    for seed in (0, 7):
        found = backpropagation(context_of(submission(FORWARDS["program"], method, head), seed))
        assert (found.status, found.message) == (Status.PASSED, "")


def test_in_workers_too_identity_never_hangs_on_luck():
    for name in ("gradients by id of the graph", "gradients by id of the errors"):
        found = [graded(KEPT[name], seed) for seed in (0, 1)]
        assert found[0] == found[1]
        assert found[0][0] == 45
        assert f"backward() {ALONE}" in found[0][1][-1]
    right = submission(FORWARDS["program"], LAST, f"{HELPERS}\nLAST = []\n")
    assert graded(right, 0)[0] == 100


def test_every_graph_is_asked_between_two_times_of_that_which_it_is_like():
    for stage, some in families().items():
        asked = in_turn(stage)
        for family in some:
            for other in family.others:
                at = asked.index(other)
                assert asked[at - 1] == asked[at + 1] == family.first != other
    assert all(is_tame(one) for pair in pairs() for one in pair)
    assert len([*pairs()]) >= 70
    assert len({**OF_GRADIENTS, **OF_ORDERS, **OF_PARTIALS}) >= 40


def test_a_dict_is_lent_again_unless_it_is_still_had_and_equal_graphs_are_one():
    lent = Lent()
    first = lent.dict("errors", {"xp": 1.0})
    assert lent.dict("errors", {"xp": 2.0}) is not first
    assert first == {"xp": 1.0}
    again = lent.dict("errors", {"xq": 3.0})
    number = id(again)
    del again
    assert id(lent.dict("errors", {"xr": 4.0})) == number
    graph = Graph((), (), (), ("xp",))
    assert lent.graph(graph) is graph
    assert lent.graph(Graph((), (), (), ("xp",))) is graph
    assert lent.graph(Graph((), (), (), ("xq",))) is not graph

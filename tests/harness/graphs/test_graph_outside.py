"""Wrong graph submissions that no bank knows: each fails, none gets a name that is not true."""

from functools import partial

import pytest

from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.model import Status
from tests.harness.graphs import graphs_left_out as left_out
from tests.harness.in_process.graphs import context_of
from tests.long import some
from tests.mutants.backprop_outside import OUTSIDE, TRUE_NAMES

KEPT = [name for name in OUTSIDE if "kept by" in name or "stay" in name or "add up" in name]
ALONE = ("is right on each of these graphs if it comes first, and wrong on the second one after "
         "the first: something is kept from one call to the next, in the class, in a global name "
         "or in a default argument. Begin every call with dicts of its own.\n")


def outcome(name, seed=0):
    kind, source = OUTSIDE[name]
    check = {"forward": partials, "backward": backpropagation}[kind]
    return check(context_of(source, seed))


# All of them on 50 seeds: `python -m benchmarks.graphs`.
@pytest.mark.parametrize("name", some(OUTSIDE, 4))
def test_it_fails_and_has_no_false_name(name):
    found = outcome(name)
    assert found.status in (Status.FAILED, Status.STUDENT_ERROR)
    assert found.fraction < 1
    flags = found.diagnosis.flags if found.diagnosis else ()
    assert flags in ((), TRUE_NAMES.get(name))
    assert found.counterexample["expressions"]


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_from_an_earlier_graph_is_said_to_be(name):
    found = outcome(name)
    # What is kept may have other names than the next graph: an exception.
    assert found.status in (Status.FAILED, Status.STUDENT_ERROR)
    assert f"{OUTSIDE[name][0]}() {ALONE}First:\n" in found.message
    assert found.counterexample["first"]["expressions"][0] == "xp = a*xa"
    assert found.counterexample["table"]["heading"].endswith("on this graph, after the other")
    assert found.diagnosis is None


def test_the_sentence_on_what_is_kept_is_shown_with_both_graphs():
    found = outcome("gradients add up from graph to graph")
    assert found.message == (
        "backward() does not compute the gradient of the loss on any kind of graph.\n"
        f"backward() {ALONE}"
        "First:\n"
        "  xp = a*xa,  with dxp/dxa = 1.5, dxp/da = 0.5\n"
        "and dL/dxp = 0.5\n"
        "Then:\n"
        "  xp = a*xa,  with dxp/dxa = -0.5, dxp/da = 0.8\n"
        "and dL/dxp = 0.5")
    assert found.counterexample["table"]["rows"] == [["dL/da", 0.65, 0.4]]


@pytest.mark.parametrize(("name", "shown"), [
    ("the sigmoid is 0 from 20 on", "  xp = 1000000*sigmoid(xa)\nat xa = -30"),
    ("a number above", "  xp = 2/a\nat a = 1.5"),
    ("calls in calls", "  xp = sigmoid(sigmoid(xa))\nat xa = 0.5"),
    ("two outputs", "  xp = a,  with dxp/da = 1\n  xq = b,  with dxq/db = 1\n"
     "  xr = c,  with dxr/dc = 1\nand dL/dxr = 0.5, dL/dxq = 0.5, dL/dxp = 0.5"),
    ("only names without digits", "  xz = b1\nat b1 = 0.5"),
    ("an error of 0 is 1", "  xp = a,  with dxp/da = 1\nand dL/dxp = 0"),
])
def test_the_smallest_graph_can_be_checked_by_hand(name, shown):
    assert outcome(name).message.endswith(f"The smallest graph found:\n{shown}")


# All pairs take a minute; they are in `python -m benchmarks.graphs`.
@pytest.mark.parametrize(("which", "count", "least"), [
    (left_out.of_partials, 1, 23), (left_out.of_gradients, 1, 26),
    (partial(left_out.of_gradients, every=5), 2, 70),
])
def test_a_mistake_that_the_bank_lacks_has_no_name_or_that_of_an_equal_one(which, count, least):
    found = [*which(count)]
    assert len(found) >= least
    assert [(one.mistake, one.called) for one in found if one.falsely] == []

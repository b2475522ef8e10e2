"""Where something went wrong: file and line travel apart, so that no text is read as a number."""

import msgspec
import pytest

from cgp_harness.collect.ids import natural
from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.checks.first_call import _farthest
from cgp_harness.model import Problem, Status, at
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import Loaded, decode_answer, encode
from cgp_harness.sandbox.worker.faults import failed, place
from tests.harness.attacks.test_hostile_plugins import LEVEL, submitted
from tests.harness.rules.right.correctness import correctness


@pytest.mark.parametrize(("text", "wanted"), [
    ("/submission/adam.py:3", Place("adam.py", 3)),
    ("/submission/c:d.py:12", Place("c:d.py", 12)),
    ("a.py:²", Place("a.py:²")),
    ("a.py:٣", Place("a.py:٣")),
    ("a.py:" + "9" * 5_000, Place(("a.py:" + "9" * 5_000)[:2_000])),
    ("a.py:-1", Place("a.py:-1")),
    ("a.py:1 ", Place("a.py:1 ")),
    ("a.py:", Place("a.py:")),
    (":3", Place(":3")),
    ("the second cell", Place("the second cell")),
    ("", Place()),
])
def test_a_place_is_a_file_and_a_number(text, wanted):
    assert place(text, "/submission") == wanted
    assert failed(PluginError("wrong", where=text), "/submission").where == wanted


@pytest.mark.parametrize("line", ["²", "3", -1, 2**31, 1.5, None])
def test_a_line_that_is_no_number_is_no_answer(line):
    forged = {"type": "loaded", "rules": [], "torch": False, "problems": [
        {"type": "failed", "kind": "raised", "what": "x", "where": {"file": "a.py", "line": line}}]}
    with pytest.raises(msgspec.MsgspecError):
        decode_answer(encode(forged), Loaded)


def test_a_place_without_a_line_is_a_file():
    assert (at("a.py", 0), at("a.py", 3)) == ("a.py", "a.py:3")


def test_of_two_failures_the_one_in_the_later_line_is_told():
    early, late = (
        Problem(Status.STUDENT_ERROR, "x", f"a.py:{line}", line=line) for line in (9, 10))
    unknown = Problem(Status.STUDENT_ERROR, "x", "a.py:²")
    assert _farthest([unknown, early, late, unknown]) is late


@pytest.mark.parametrize("where", ["a.py:²", "a.py:" + "1" * 5_000, ":", "\ud800:7"])
def test_a_made_up_place_crashes_no_grader(where):
    text = f"""
from cgp_harness import optimizer
from cgp_harness.errors import PluginError

@optimizer(m=0, v=0)
def adam(g, m, v, k):
    raise PluginError("not today", where={where!r})
"""
    report = grade(submitted(text), correctness(), seed=0, isolation=LEVEL)
    loads = next(check for check in report.checks if check.id == "adam.loads")
    assert loads.status is Status.STUDENT_ERROR
    assert loads.message.startswith("not today (step 1)\n  at ")


def test_numbers_without_end_in_names_are_sorted_as_numbers():
    names = ["hw10", "hw" + "9" * 5_000, "hw2", "hw01", "hw1" + "0" * 4_999]
    assert sorted(names, key=natural) == [
        "hw01", "hw2", "hw10", "hw1" + "0" * 4_999, "hw" + "9" * 5_000]

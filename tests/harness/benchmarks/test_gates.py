"""A benchmark that publishes a figure ends with 1 below it: the exit code says so, not a table."""

import sys
from dataclasses import replace

import pytest

from benchmarks import activations, agreement, diagnosis, grading
from benchmarks.gradients import __main__ as gradients
from benchmarks.planted import __main__ as planted
from benchmarks.planted.bug import Area, Bug, LostAnchorError
from benchmarks.planted.field import BrokenRunError, Run, copy_of, run, with_bug
from benchmarks.regions import __main__ as regions
from benchmarks.regions import activations as kind
from benchmarks.regions.cell import Grading
from cgp_harness.assignment import load
from tests.harness.activations.activation_forms import IN_USE, USELESS
from tests.harness.reports.example_reports import PERFECT
from tests.harness.rules.naming.left_out_rules import LeftOut


class HereAndNow:
    """In the place of a pool of processes."""

    def __init__(self, *_):
        self.map = map

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


@pytest.fixture
def command(monkeypatch):
    """Run a benchmark's `main` with these arguments."""
    def of(module, *arguments):
        monkeypatch.setattr(sys, "argv", [module.__name__, *arguments])
        if hasattr(module, "ProcessPoolExecutor"):
            monkeypatch.setattr(module, "ProcessPoolExecutor", HereAndNow)
        return module.main()

    return of


# --- regions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wrong", "error", "code"), [
    (("adam.update_rule",), "", 0), ((), "", 1), (("adam.update_rule",), "the grader failed", 1)])
def test_regions_end_with_1_unless_every_fault_is_caught(monkeypatch, command, wrong, error, code):
    monkeypatch.setattr(kind, "right", lambda: [])
    monkeypatch.setattr(
        regions, "graded", lambda cell, seeds, isolation: [
            Grading(seed, wrong, error) for seed in seeds])
    assert command(regions, "--kind", "activations", "--isolation", "plain") == code


@pytest.mark.parametrize(("lost", "error", "code"), [
    ((), "", 0), (("adam.update_rule",), "", 1), ((), "the grader failed", 1)])
def test_regions_end_with_1_unless_every_right_one_keeps_its_points(
        monkeypatch, command, lost, error, code):
    monkeypatch.setattr(kind, "cells", lambda: [])
    monkeypatch.setattr(
        regions, "graded", lambda cell, seeds, isolation: [
            Grading(seed, lost, error) for seed in seeds])
    assert command(regions, "--kind", "activations", "--isolation", "plain") == code


# --- the other tables ----------------------------------------------------------------------------


@pytest.mark.parametrize(("refused", "useless", "falsely", "code"), [
    (0, 0, 0, 0), (1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1)])
def test_activations_end_with_1_if_one_in_use_is_refused_a_useless_one_not_or_a_name_is_false(
        monkeypatch, command, refused, useless, falsely, code):
    def table(functions, seeds):
        return refused if len(functions) == len(IN_USE) else seeds * len(USELESS) - useless

    assert len(IN_USE) != len(USELESS)
    monkeypatch.setattr(activations, "table", table)
    monkeypatch.setattr(activations, "left_out_table", lambda seeds: falsely)
    assert command(activations, "--quick") == code


@pytest.mark.parametrize(("passed", "errors", "foreign", "left_out", "code"), [
    (False, (), 0, 0, 0), (True, (), 0, 0, 1), (False, ("it raised",), 0, 0, 1),
    (False, (), 1, 0, 1), (False, (), 0, 1, 1)])
def test_diagnosis_ends_with_1_if_a_wrong_rule_passes_the_grader_fails_or_a_name_is_false(
        monkeypatch, command, passed, errors, foreign, left_out, code):
    def measured(job):
        family, flags, *_ = job
        bad = flags == first[1] and family == first[0]
        return diagnosis.Answer(
            family, flags, frozenset(flags), passed and bad, alike=False,
            errors=errors if bad else (), seconds=0.1)

    first = ("adam", ("sign_flipped",))
    monkeypatch.setattr(diagnosis, "measured", measured)
    monkeypatch.setattr(diagnosis, "FOREIGN", {"sgd": ("its own rule",) * foreign})
    monkeypatch.setattr(diagnosis, "false_name", lambda family, what: ("sign_flipped",))
    case = LeftOut("sgd", ("sign_flipped",), "sign_flipped", ("lr_squared",), alike=False)
    assert case.falsely
    for form in ("of_singles", "of_pairs"):
        monkeypatch.setattr(diagnosis, form, lambda *_, **__: [case] * left_out)
    assert command(diagnosis, "--pairs", "3", "--isolation", "plain") == code


@pytest.mark.parametrize("bad", ["", "wrong_table", "left_out_table", "right_table"])
def test_gradients_end_with_1_if_one_of_their_tables_has_something_wrong(monkeypatch, command, bad):
    for table in ("wrong_table", "left_out_table", "right_table"):
        monkeypatch.setattr(gradients, table, lambda *_, found=table == bad, **__: int(found))
    for work in ("rows_of", "form_of"):
        monkeypatch.setattr(gradients, work, lambda job: [])
    assert command(gradients, "--quick", "--isolation", "plain") == bool(bad)


@pytest.mark.parametrize(("spent_s", "full", "code"), [(0.1, True, 0), (99.0, True, 1),
                                                       (0.1, False, 1)])
def test_grading_ends_with_1_if_a_verdict_is_wrong_or_costs_more_than_its_limit(
        monkeypatch, command, spent_s, full, code):
    wrong = grading.source("adam", ["no_bias_correction"])

    def graded(text, isolation):
        return grading.Cost(spent_s, 0.0, spent_s, {"loads": 0.1}, full and text != wrong)

    monkeypatch.setattr(grading, "graded", graded)
    monkeypatch.setattr(grading, "start_s", lambda code: 0.1)
    assert command(grading, "--runs", "1", "--isolation", "plain") == code


def test_agreement_ends_with_1_if_a_seed_says_something_else(monkeypatch, command, capsys):
    monkeypatch.setattr(agreement, "grade", lambda *_, **__: PERFECT)
    for flaw, code in ((False, 0), (True, 1)):
        lost = replace(PERFECT.checks[1], score=7.0)
        other = replace(PERFECT, checks=(PERFECT.checks[0], lost)) if flaw else PERFECT
        monkeypatch.setattr(
            agreement, "grade_all", lambda some, *_, other=other, **__: [other] * len(some))
        assert command(
            agreement, "--seeds", "2", "--homework", "computational_graph", "--only", "perfect",
            "--isolation", "plain") == code
    assert capsys.readouterr().out.splitlines()[3:] == [
        f"{'computational_graph, perfect':50} DIFFERS 2 times",
        "    seed 0: adam.relations: passed, 8; then adam.relations: passed, 7",
        "    seed 1: adam.relations: passed, 8; then adam.relations: passed, 7",
        "", "0 of 1 submissions get the same from both commands"]


def test_the_corpus_is_every_example_and_every_complete_plugin():
    for homework in agreement.HOMEWORKS:
        found = agreement.corpus(homework)
        assert len(found) >= 20
        assert "perfect" in [one.id for one in found]
        assert load(homework).tasks
    everything = [one.id for name in agreement.HOMEWORKS for one in agreement.corpus(name)]
    assert {*agreement.SHORT, *agreement.ENDLESS} <= set(everything)


# --- planted bugs --------------------------------------------------------------------------------

PRODUCT = "LIMIT = 5\n\n\ndef small(x):\n    return x < LIMIT\n"
TESTS = """
from product import small


def test_small():
    assert small(4)
    assert not small(6)
"""


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "product.py").write_text(PRODUCT)
    (tmp_path / "tests" / "test_product.py").write_text(TESTS)
    return tmp_path


def test_a_bug_is_planted_where_its_text_stands_and_taken_out_again(repository):
    tests = ["tests/test_product.py"]
    with copy_of(repository) as folder:
        assert run(folder, tests) == Run("")
        caught = with_bug(folder, Bug("product.py", "LIMIT = 5", "LIMIT = 50"), tests)
        assert caught == Run("tests/test_product.py::test_small")
        assert not caught.passed
        assert with_bug(folder, Bug("product.py", "LIMIT = 5", "LIMIT = 6"), tests).passed
        assert (folder / "product.py").read_text() == PRODUCT
        with pytest.raises(BrokenRunError):
            run(folder, ["tests/no_such.py"])
    assert not folder.exists()


@pytest.mark.parametrize(("bug", "message"), [
    (Bug("product.py", "LIMIT = 7", ""), "product.py: 'LIMIT = 7' stands there 0 times, not once"),
    (Bug("product.py", "LIMIT", "x"), "product.py: 'LIMIT' stands there 2 times, not once"),
    (Bug("other.py", "x", "y"), "other.py: there is no such file"),
])
def test_a_text_that_is_no_longer_there_is_an_error(repository, bug, message):
    with pytest.raises(LostAnchorError) as caught:
        bug.planted(repository)
    assert str(caught.value) == message


def test_what_is_no_python_is_no_bug(repository):
    with pytest.raises(LostAnchorError) as caught:
        Bug("product.py", "def small(x):", "def small(x:").planted(repository)
    assert str(caught.value) == (
        "product.py: 'def small(x:' makes no Python: '(' was never closed (product.py, line 4)")


@pytest.mark.parametrize(("new", "why", "code", "told"), [
    ("LIMIT = 50", "", 0, "seen by tests/test_product.py::test_small"),
    ("LIMIT = 6", "", 1, "SURVIVES"),
    ("LIMIT = 6", "nobody asks for 5", 0, "SURVIVES nobody asks for 5"),
])
def test_planted_ends_with_1_if_a_bug_survives_that_need_not(
        monkeypatch, command, repository, capsys, new, why, code, told):
    bug = Bug("product.py", "LIMIT = 5", new, why=why)
    for module in (planted, sys.modules[copy_of.__module__]):
        monkeypatch.setattr(module, "ROOT", repository)
    monkeypatch.setattr(planted, "copy_of", lambda: copy_of(repository))
    monkeypatch.setattr(planted, "AREAS", (Area("sizes", ("tests/test_product.py",), (bug,)),))
    assert command(planted) == code
    assert capsys.readouterr().out.splitlines() == [
        f"product.py: LIMIT = 5 -> {new}", f"    {told}",
        f"sizes: {int(told[0] == 'S')} of 1 survive", ""]


def test_planted_ends_with_2_where_the_table_has_not_followed_the_code(
        monkeypatch, command, repository, capsys):
    monkeypatch.setattr(planted, "ROOT", repository)
    lost = Area("sizes", ("tests/no_such.py",), (Bug("product.py", "LIMIT = 7", ""),))
    monkeypatch.setattr(planted, "AREAS", (lost,))
    assert command(planted) == 2
    assert capsys.readouterr().out.splitlines() == [
        "The table has not followed the code:",
        "product.py: 'LIMIT = 7' stands there 0 times, not once",
        "tests/no_such.py: there is no such file"]


def test_planted_ends_with_2_where_no_bug_is_meant(command, capsys):
    assert command(planted, "--only", "no such text") == 2
    assert capsys.readouterr().out == "no bug of these areas has this text\n"


def test_the_table_follows_the_code():
    assert [*planted.lost_anchors(planted.AREAS)] == []


def test_there_are_bugs_enough_in_every_area_and_each_is_another():
    bugs = [bug for area in planted.AREAS for bug in area.bugs]
    assert len(bugs) >= 120
    assert len(set(bugs)) == len(bugs)
    assert sum(bool(bug.why) for bug in bugs) <= 3

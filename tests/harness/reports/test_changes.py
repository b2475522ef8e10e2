"""`cgp diff`: each score that differs, with reasons whose points are the difference."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cgp_harness.cli import main
from cgp_harness.model import Adjustment, Comment, Diagnosis, Lateness, PolicyInfo, Status
from cgp_harness.reports import results
from cgp_harness.reports.changes.changes import Change, Reason, changes
from tests.harness.reports.example_reports import (
    BATCH,
    DUE,
    HOSTILE,
    LATE,
    PERFECT,
    UNLUCKY,
    WRONG,
    check,
    submission,
)

OLD_SHA, NEW_SHA = "ab" * 32, "cd" * 32


def batch(*reports, **other):
    return replace(BATCH, submissions=reports, **other)


def cgp(*arguments):
    plain = {"FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": None}
    return CliRunner(env=plain).invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def diff(tmp_path):
    def compared(old, new, *options):
        for name, report in (("old", old), ("new", new)):
            (tmp_path / name).mkdir(exist_ok=True)
            results.write(report, tmp_path / name)
        done = cgp("diff", tmp_path / "old", tmp_path / "new" / "results.json", *options)
        assert done.stderr == ""
        return done.exit_code, done.stdout
    return compared


MENDED = replace(
    WRONG, sha256=NEW_SHA, score=12.0, checks=(
        WRONG.checks[0], replace(WRONG.checks[1], status=Status.PASSED, score=8.0, diagnosis=None,
                                 message="", counterexample=None), WRONG.checks[2]))


def test_the_same_results_differ_in_nothing(diff):
    assert diff(BATCH, BATCH) == (0, "0 of 5 submissions differ\n")
    assert diff(batch(WRONG), batch(WRONG)) == (0, "0 of 1 submission differs\n")
    assert diff(BATCH, BATCH, "--all") == (0, "0 of 5 submissions differ\n")


def test_what_differs_is_a_table_with_every_reason(diff):
    newer = replace(BATCH.environment, harness="0.2.0", seed=7)
    ada = replace(
        PERFECT, score=9.0, late_penalty=3.0,
        lateness=Lateness(DUE, units=2, unit="day", percent=25.0, of="score"))
    policy = PolicyInfo("policy.toml", DUE, "25 % of the score for each day begun")
    eva, zoe = replace(PERFECT, id="eva"), replace(PERFECT, id="zoë")
    assert diff(batch(PERFECT, WRONG, eva), batch(
        ada, MENDED, zoe, environment=newer, policy=policy)) == (1, """\
harness: 0.1.0 -> 0.2.0
seed: 0 -> 7
due: none -> 2026-11-03 23:59 UTC-05:00
late penalty: none -> 25 % of the score for each day begun

submission      old      new
ada              12        9  -3
    late penalty: - -> 2 days late, 25 % of the score  (-3)
grace             4       12  +8
    other files: adam.py
    adam.update_rule: failed, no_bias_correction, step 1 differs -> passed  (+8)
zoë               -       12  new
eva              12        -  withdrawn

4 of 4 submissions differ
""")


def test_adjustments_that_come_go_or_count_otherwise_are_said(diff):
    given = (Adjustment(2.0, 2.0, "Misprint.", "adam.relations"), Adjustment(1.0, 1.0, "Bonus."))
    then = (Adjustment(2.0, 0.5, "Misprint.", "adam.relations"), Adjustment(-1.0, -1.0, "Copied."))
    old, new = (replace(PERFECT, score=score, adjustments=each)
                for score, each in ((15.0, given), (11.5, then)))
    assert diff(batch(old), batch(new)) == (1, """\
submission      old      new
ada              15     11.5  -3.5
    adjustment of adam.relations: Misprint. -> Misprint. (+2, of which +0.5 count)  (-1.5)
    adjustment: Bonus. -> -  (-1)
    adjustment: - -> Copied.  (-1)

1 of 1 submission differs
""")


def test_words_alone_are_counted_and_listed_when_asked(diff):
    other = replace(WRONG, comments=(Comment("Well."),), checks=(
        WRONG.checks[0],
        replace(WRONG.checks[1], message="step 1 differs\nby a sign", diagnosis=Diagnosis(
            ("sign",), "")), WRONG.checks[2]))
    assert diff(batch(WRONG, PERFECT), batch(other, PERFECT)) == (
        0, "0 of 2 submissions differ; 1 other in words alone (--all)\n")
    assert diff(batch(WRONG, PERFECT), batch(other, PERFECT), "--all") == (1, """\
submission      old      new
grace             4        4
    adam.update_rule: failed, no_bias_correction -> failed, sign, by a sign
    comment: - -> Well.

0 of 2 submissions differ; 1 other in words alone
""")


def test_our_own_fault_is_no_score(diff):
    graded = replace(UNLUCKY, status=Status.GRADED, score=12.0, checks=PERFECT.checks)
    assert diff(batch(UNLUCKY), batch(graded)) == (1, """\
submission      old      new
alan              -       12
    status: grader error -> graded
    adam.loads: grader error, the grader failed -> passed  (+4)

1 of 1 submission differs
""")


def test_a_check_that_comes_goes_or_is_worth_more_is_said(diff):
    old = submission("ada", check("loads", Status.PASSED, 4.0), check("a", Status.PASSED, 1.0))
    new = submission(
        "ada", check("loads", Status.PASSED, 5.0, 5.0), check("b", Status.FAILED, message="no\nx"))
    assert diff(batch(old), batch(new))[1] == """\
submission      old      new
ada               5        5
    adam.loads: passed, of 4 points -> passed, of 5 points  (+1)
    adam.b: - -> failed, no
    adam.a: passed -> -  (-1)

1 of 1 submission differs
"""


def test_what_a_student_wrote_cannot_act_on_the_terminal_and_is_cut(diff):
    hostile = replace(WRONG, checks=(replace(
        WRONG.checks[0], status=Status.FAILED, score=0.0, message=HOSTILE + "x" * 200),), score=0.0)
    said = diff(batch(WRONG), batch(hostile))[1]
    assert "\x1b" not in said
    assert "\\x1b[31m \\u202egnp {{ 7 * 7 }}xxxx" in said
    assert max(map(len, said.splitlines())) < 300


def test_as_json_every_reason_is_whole(diff):
    code, text = diff(batch(WRONG), batch(MENDED), "--json")
    assert (code, json.loads(text)) == (1, {
        "schema": "cgp-harness/diff/1", "compared": 1, "conditions": [], "submissions": [{
            "id": "grace", "old": 4.0, "new": 12.0, "reasons": [
                {"kind": "submission", "what": "other files", "old": "adam.py", "new": "adam.py",
                 "points": 0.0},
                {"kind": "check", "what": "adam.update_rule", "old":
                 "failed, no_bias_correction, step 1 differs", "new": "passed", "points": 8.0}]}]})
    assert diff(BATCH, BATCH, "--json")[0] == 0


def test_results_of_two_homeworks_are_not_compared(tmp_path):
    other = replace(BATCH, assignment=replace(BATCH.assignment, id="graphs"))
    results.write(BATCH, tmp_path / "old")
    results.write(other, tmp_path / "new")
    done = cgp("diff", tmp_path / "old", tmp_path / "new")
    assert (done.exit_code, done.output) == (2, (
        "error: the old results are of 'step_size', the new ones of 'graphs'\n"
        "  expected two results of one homework\n"))


HUNDREDTHS = st.integers(0, 800).map(lambda number: number / 100)
CHECKS = st.lists(
    st.tuples(st.sampled_from("abcd"), HUNDREDTHS), max_size=4, unique_by=lambda one: one[0])
GIVEN = st.lists(st.builds(
    lambda counted, why: Adjustment(counted, counted, why), HUNDREDTHS, st.sampled_from("xy")),
    max_size=3).map(tuple)


@st.composite
def reports(draw):
    made = submission("ada", *(
        check(kind, Status.PASSED, score, 8.0) for kind, score in draw(CHECKS)))
    given, taken = draw(GIVEN), draw(HUNDREDTHS)
    score = made.score + sum(one.counted for one in given)
    taken = min(taken, score)
    return replace(made, score=round(score - taken, 2), late_penalty=taken, adjustments=given)


@given(reports(), reports())
def test_the_points_of_the_reasons_are_the_difference(old, new):
    found = changes(batch(old), batch(new))
    said = sum(reason.points for one in found.submissions for reason in one.reasons)
    assert said == pytest.approx(new.score - old.score, abs=0.011)
    assert found.submissions or old.score == new.score


def test_who_handed_in_again_differs_whatever_the_score(diff):
    again = replace(PERFECT, sha256=NEW_SHA, files=("adam.py", "sgd.py"))
    assert diff(batch(PERFECT), batch(again)) == (1, """\
submission      old      new
ada              12       12
    other files: adam.py -> adam.py, sgd.py

1 of 1 submission differs
""")


def test_comments_are_words():
    assert changes(batch(LATE), batch(replace(LATE, comments=()))).submissions[0].in_words
    assert changes(batch(LATE), batch(replace(LATE, comments=()))).submissions[0] == Change(
        "grace", 11.2, 11.2, (
            Reason("comment", "comment", "Come and see me about bias correction.\nMonday is best."),
            Reason("comment", "adam.loads", "The names are well chosen.")))

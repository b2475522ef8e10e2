"""The way from graded points to the score, in the words that pages and terminals show."""

from dataclasses import replace

import pytest

from cgp_harness.model import Adjustment, Lateness
from cgp_harness.reports import arrival
from cgp_harness.reports.account import lines as account
from cgp_harness.reports.account.lines import Line
from tests.harness.reports.example_reports import (
    BATCH,
    DUE,
    EXTENDED,
    HOSTILE,
    JUDGED,
    LATE,
    PERFECT,
    UNTOLD,
)


def test_every_step_is_a_line_and_their_sum_is_the_score():
    assert account.lines(LATE) == (
        Line("checks", 4.0),
        Line("The handout's Eq. 39 had a misprint.", 6.0, "adam.update_rule"),
        Line(f"A bonus. {HOSTILE} (+5, of which +4 count)", 4.0, "adam.hyperparameters"),
        Line("2 days late, 20 % of the score", -2.8))
    assert sum(line.points for line in account.lines(LATE)) == pytest.approx(LATE.score)


@pytest.mark.parametrize("report", [PERFECT, EXTENDED, UNTOLD])
def test_where_nothing_was_given_or_taken_there_are_no_lines(report):
    assert account.lines(report) == ()


@pytest.mark.parametrize(("points", "counted", "words"), [
    (2.0, 2.0, "why"), (2.0, 0.0, "why (+2, of which 0 count)"),
    (-3.5, -1.0, "why (-3.5, of which -1 counts)")])
def test_what_of_an_adjustment_counts_is_said(points, counted, words):
    given = replace(PERFECT, adjustments=(Adjustment(points, counted, "why"),))
    assert account.lines(given)[1].what == words


@pytest.mark.parametrize(("lateness", "late", "due"), [
    (None, "", ""),
    (Lateness(DUE), "", "2026-11-03 23:59 UTC-05:00"),
    (Lateness(DUE, extended=True, unit="day", of="score"), "",
     "2026-11-03 23:59 UTC-05:00, extended"),
    (Lateness(DUE, units=1, unit="hour", percent=2.5, of="max_score"),
     "1 hour late, 2.5 % of all points", "2026-11-03 23:59 UTC-05:00"),
    (Lateness("2026-11-03T23:59:59+00:00", unit="day", unknown="nobody says when it came"),
     "no late penalty: nobody says when it came", "2026-11-03 23:59:59 UTC"),
])
def test_how_late_and_when_it_was_due_is_said(lateness, late, due):
    report = replace(PERFECT, lateness=lateness)
    assert (account.late(report), account.due(report)) == (late, due)


@pytest.mark.parametrize(("report", "words"), [
    (EXTENDED, "2026-11-05 09:12:41-05:00"), (LATE, "2026-11-05 09:12:41-05:00, late"),
    (UNTOLD, "late"), (replace(EXTENDED, lateness=None), "2026-11-05 09:12:41-05:00, late"),
    (replace(EXTENDED, lateness=Lateness(DUE)), "2026-11-05 09:12:41-05:00, late")])
def test_what_a_platform_calls_late_is_not_where_the_policy_says_otherwise(report, words):
    assert arrival.when(report) == words


def test_a_class_is_one_line():
    assert account.summary(JUDGED) == (
        "policy.toml: due 2026-11-03 23:59 UTC-05:00; 1 late, 1 of unknown time, 1 extended, "
        "1 adjusted, 1 with comments")
    assert account.summary(BATCH) == ""
    untouched = replace(JUDGED, submissions=(PERFECT,))
    assert account.summary(untouched) == (
        "policy.toml: due 2026-11-03 23:59 UTC-05:00; changes no score")
    bare = replace(untouched, policy=replace(JUDGED.policy, due=""))
    assert account.summary(bare) == "policy.toml: changes no score"

"""What a policy makes of a graded class: nothing that was graded changes, every step is a line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as any_given
from hypothesis import strategies as st

from cgp_harness.model import (
    Adjustment,
    Comment,
    Lateness,
    PolicyInfo,
    Status,
    Student,
    Visibility,
)
from cgp_harness.policy import Policy, applied
from cgp_harness.policy.policy import Dates, Given, Late
from tests.harness.reports.example_reports import (
    BATCH,
    HIDDEN,
    PERFECT,
    UNLUCKY,
    WRONG,
    check,
    submission,
)

NEW_YORK = ZoneInfo("America/New_York")
DUE = datetime(2026, 11, 3, 23, 59, tzinfo=NEW_YORK)
BEFORE, AFTER = DUE - timedelta(days=30), DUE + timedelta(days=30)
TEN = Late(10, cap=50, grace_minutes=15)
POLICY = Policy("policy.toml", DUE, NEW_YORK, TEN)
ADA = Student("Gradescope", "0017", "Ada Lovelace", "ada@example.edu")
ISO = "2026-11-03T23:59:00-05:00"


def came(report, submitted_at, **other):
    return replace(report, submitted_at=submitted_at, **other)


def judged(policy, *reports, now=AFTER):
    return applied(replace(BATCH, submissions=reports), policy, now)


def one(policy, report, now=AFTER):
    return judged(policy, report, now=now).submissions[0]


def test_nothing_changes_by_an_empty_policy():
    graded = replace(BATCH, submissions=(PERFECT, WRONG))
    assert applied(graded, Policy(), AFTER) == replace(graded, policy=PolicyInfo("policy.toml"))


def test_a_late_submission_loses_points_of_its_score_and_keeps_its_checks():
    done = one(POLICY, came(WRONG, "2026-11-05T10:00:00-05:00"))
    assert (done.score, done.late_penalty, done.percent) == (3.2, 0.8, 20.0)
    assert done.lateness == Lateness(ISO, units=2, unit="day", percent=20.0, of="score")
    assert done.checks == WRONG.checks


def test_of_all_points_more_is_lost_and_never_more_than_there_is():
    policy = replace(POLICY, late=Late(10, of="max_score"))
    done = one(policy, came(WRONG, "2026-11-05T10:00:00-05:00"))
    assert (done.score, done.late_penalty) == (0.8, 3.2)
    done = one(policy, came(WRONG, "2026-11-09T10:00:00-05:00"))
    assert (done.score, done.late_penalty) == (0.0, 4.0)


@pytest.mark.parametrize(("submitted_at", "penalty"), [
    ("2026-11-04T00:14:00-05:00", 0.0), ("2026-11-04T00:14:01-05:00", 1.2),
    ("2026-11-04T05:14:00Z", 0.0), ("2026-11-04T05:14:01Z", 1.2),
    ("2026-11-04T00:14:00", 0.0), ("2026-11-04T00:14:01", 1.2),     # the policy's own zone
    ("2026-12-31T00:00:00", 6.0),                                     # the cap
])
def test_the_last_second_is_in_time(submitted_at, penalty):
    assert one(POLICY, came(PERFECT, submitted_at)).late_penalty == penalty


def test_of_a_time_that_a_clock_shows_twice_the_first_counts():
    due = datetime.fromisoformat("2026-11-01T01:45:00-04:00")
    policy = replace(POLICY, due=due, late=Late(10))
    assert one(policy, came(PERFECT, "2026-11-01T01:30:00")).late_penalty == 0
    assert one(policy, came(PERFECT, "2026-11-01T01:30:00-05:00")).late_penalty == 1.2


def test_an_extension_costs_no_day_by_the_night_in_which_clocks_are_turned():
    policy = replace(POLICY, due=datetime(2026, 10, 31, 23, 59, tzinfo=NEW_YORK), late=Late(10))
    half_an_hour = datetime.fromisoformat("2026-11-01T00:29:00-04:00")
    report = came(PERFECT, "2026-11-01T23:44:00-05:00")
    assert one(policy, report).lateness.units == 1
    extended = replace(policy, dates=(Dates("ada", half_an_hour, None, "x"),))
    assert one(extended, report).lateness.units == 1


def test_what_a_platform_calls_late_may_be_within_an_extension():
    extended = Dates("0017", DUE + timedelta(days=2), None, "extensions.csv:2")
    done = one(replace(POLICY, dates=(extended,)),
               came(PERFECT, "2026-11-05T10:00:00-05:00", late=True, student=ADA))
    assert (done.late_penalty, done.late) == (0.0, True)
    assert done.lateness == Lateness(
        "2026-11-05T23:59:00-05:00", extended=True, unit="day", of="score")


@pytest.mark.parametrize("name", ["ada", "0017", "ADA@example.edu", "ada lovelace"])
def test_a_student_is_meant_by_id_number_address_or_name(name):
    given = (Given(name, "why", 1.0), Given(name, "text"))
    done = one(replace(POLICY, given=given), replace(PERFECT, student=ADA))
    assert (done.score, done.comments) == (13.0, (Comment("text"),))


def test_an_extension_of_one_is_that_of_the_group_and_the_last_counts():
    group = Student("Gradescope", group=(ADA, Student("Gradescope", "2", "Eva")))
    rows = tuple(
        Dates(name, DUE + timedelta(days=days), None, "x") for name, days in
        (("ada lovelace", 1), ("Eva", 3)))
    done = one(replace(POLICY, dates=rows), came(
        PERFECT, "2026-11-06T10:00:00-05:00", student=group))
    assert (done.late_penalty, done.lateness.due) == (0.0, "2026-11-06T23:59:00-05:00")


def test_adjustments_are_lines_of_their_own_and_a_check_has_no_more_than_its_points():
    given = (
        Given("*", "A bonus.", 3.0), Given("grace", "Misprint.", 6.0, "adam.update_rule"),
        Given("grace", "Again.", 6.0, "adam.update_rule"),
        Given("grace", "Copied.", -9.0, "adam.loads"),
        Given("grace", "See me.", None, "adam.loads"))
    done = one(replace(POLICY, given=given), came(WRONG, "2026-11-04T10:00:00-05:00"))
    assert done.adjustments == (
        Adjustment(6.0, 6.0, "Misprint.", "adam.update_rule"),
        Adjustment(6.0, 2.0, "Again.", "adam.update_rule"),
        Adjustment(-9.0, -4.0, "Copied.", "adam.loads"), Adjustment(3.0, 3.0, "A bonus."))
    assert done.comments == (Comment("See me.", "adam.loads"),)
    assert (done.late_penalty, done.score) == (1.1, 9.9)
    assert done.checks == WRONG.checks


def test_what_a_person_takes_off_leaves_nothing_below_0():
    done = one(Policy(given=(Given("grace", "a", -3.0), Given("grace", "b", -3.0))), WRONG)
    assert (done.score, [line.counted for line in done.adjustments]) == (0.0, [-3.0, -1.0])


def test_a_policy_applied_twice_is_applied_once():
    policy = replace(POLICY, given=(Given("*", "x", 1.0),))
    once = judged(policy, came(WRONG, "2026-11-05T10:00:00-05:00"), came(PERFECT, ""))
    assert applied(once, policy, AFTER) == once


def test_our_own_fault_has_no_score_to_take_from():
    done = one(replace(POLICY, given=(Given("alan", "x", 2.0), Given("alan", "hm"))),
               came(UNLUCKY, "2026-11-05T10:00:00-05:00"))
    assert (done.score, done.late_penalty) == (UNLUCKY.score, 0.0)
    assert done.adjustments == (Adjustment(2.0, 0.0, "x"),)
    assert (done.lateness.units, done.comments) == (2, (Comment("hm"),))


# --- who cannot be told --------------------------------------------------------------------------

CANVAS = Student("Canvas", "1", "Ada Lovelace")


@pytest.mark.parametrize(("told", "zone", "unknown"), [
    ({"submitted_at": ""}, NEW_YORK, "nobody says when it came"),
    ({"submitted_at": "", "late": True, "student": CANVAS}, NEW_YORK,
     "Canvas says that it was late, and not when it came"),
    ({"submitted_at": "", "late": True}, NEW_YORK,
     "the platform says that it was late, and not when it came"),
    ({"submitted_at": "", "late": False, "student": CANVAS}, NEW_YORK, ""),
    ({"submitted_at": "2026-11-05T10:00:00", "student": CANVAS}, None,
     "Canvas says when it came without a time zone, and the policy names none"),
    ({"submitted_at": "yesterday", "student": CANVAS}, NEW_YORK,
     "the time that Canvas says cannot be read"),
])
def test_a_time_that_nobody_told_is_said_and_costs_nothing(told, zone, unknown):
    done = one(replace(POLICY, zone=zone), replace(PERFECT, **told))
    assert done.lateness == Lateness(ISO, unit="day", of="score", unknown=unknown)
    assert (done.late_penalty, done.score) == (0.0, 12.0)


def test_a_time_from_the_table_takes_the_place_of_the_platform_s():
    told = Dates("ada", None, datetime(2026, 11, 4, 10, tzinfo=NEW_YORK), "extensions.csv:2")
    done = one(replace(POLICY, dates=(told,)), replace(PERFECT, late=True))
    assert (done.submitted_at, done.late_penalty) == ("2026-11-04T10:00:00-05:00", 1.2)


def test_the_staff_is_told_who_cannot_be_judged():
    reports = [replace(PERFECT, id=f"s{number}") for number in range(14)]
    late = [replace(PERFECT, id="eva", late=True, student=CANVAS)]
    assert judged(POLICY, *reports, *late).policy.notes == (
        "no late penalty for 14 submissions: nobody says when it came\n"
        "  at s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 and 2 more\n"
        "  fix: write when they came into the column submitted_at of a table of extensions",
        "no late penalty for 1 submission: Canvas says that it was late, and not when it came\n"
        "  at eva\n"
        "  fix: write when they came into the column submitted_at of a table of extensions")
    told = judged(replace(POLICY, extensions="ext.csv"), *late).policy.notes
    assert told[0].endswith("the column submitted_at of the table ext.csv")
    assert judged(replace(POLICY, late=None), *late).policy.notes == ()


def test_where_each_is_graded_alone_names_of_others_are_nothing_to_be_told():
    rows = (Dates("Hopper", AFTER, None, "extensions.csv:2"),)
    given = (Given("ada@example.edu", "Well argued.", 1.0), Given("Boole", "Copied.", -4.0),
             Given("*", "Eq. 3 was wrong.", 1.0), Given("Boole", "See me."))
    almost = (Given("Ada_Lovelacé", "x", 1.0), Given("ADA", "x", 1.0))
    graded = replace(BATCH, submissions=(replace(PERFECT, student=ADA, late=False),))
    done = applied(graded, replace(POLICY, dates=rows, given=given), AFTER, alone=True)
    assert done.policy.notes == ()
    assert [by.why for by in done.submissions[0].adjustments] == [
        "Well argued.", "Eq. 3 was wrong."]
    assert done.submissions[0].comments == ()
    for misspelt, said in ((almost[:1], "1 name"), (almost, "2 names")):
        own = applied(graded, replace(POLICY, given=(*given, *misspelt)), AFTER, alone=True)
        assert own.policy.notes == (
            f"{said} with an extension, an adjustment or a comment "
            f"{'is' if said == '1 name' else 'are'} this submission's but for capitals, accents, "
            "spaces, `_` or `-`, so nothing was changed\n  at policy.toml\n"
            '  expected "*", or ada or 0017 or ada@example.edu or ada lovelace',)


def test_a_student_who_is_not_there_is_said_and_stops_nothing():
    rows = (Dates("Hopper", AFTER, None, "extensions.csv:2"),
            Dates("gracie", AFTER, None, "extensions.csv:3"))
    given = (Given("ADA LOVELANCE", "x", 1.0, where="adjust.toml, adjustment 1"),
             Given("Ada Lovelace", "x", 1.0, where="adjust.toml, adjustment 2"))
    twins = [replace(PERFECT, id=name, student=ADA, late=False) for name in ("ada", "ada_2")]
    done = judged(replace(POLICY, dates=rows, given=given), *twins, replace(WRONG, late=False))
    who = "  expected an id, or a number, address or name that the platform tells"
    assert done.policy.notes == (
        f"there is no submission of 'Hopper', so nothing was changed\n  at extensions.csv:2\n{who}",
        "there is no submission of 'gracie', so nothing was changed\n"
        f"  at extensions.csv:3\n{who}\n  fix: did you mean 'grace'?",
        "there is no submission of 'ADA LOVELANCE', so nothing was changed\n"
        f"  at adjust.toml, adjustment 1\n{who}\n  fix: did you mean 'ada lovelace'?",
        "'Ada Lovelace' may be ada or ada_2, so nothing was changed\n"
        "  at adjust.toml, adjustment 2\n  expected a name of one submission\n"
        "  fix: write the id of the one that is meant")
    assert [one.score for one in done.submissions] == [12.0, 12.0, 4.0]


# --- what is shown when --------------------------------------------------------------------------


def seen(policy, visibility, now, report=HIDDEN):
    report = replace(report, checks=tuple(replace(c, visibility=visibility) for c in report.checks))
    return one(policy, report, now).checks[0].visibility


@pytest.mark.parametrize(("now", "open_now"), [
    (DUE, False), (DUE + timedelta(minutes=14, seconds=59), False),
    (DUE + timedelta(minutes=15), True), (BEFORE, False), (AFTER, True)])
def test_after_the_due_date_is_after_it_and_its_grace(now, open_now):
    expected = Visibility.VISIBLE if open_now else Visibility.AFTER_DUE_DATE
    assert seen(POLICY, Visibility.AFTER_DUE_DATE, now) is expected
    assert seen(POLICY, Visibility.HIDDEN, now) is Visibility.HIDDEN
    assert seen(POLICY, Visibility.AFTER_PUBLISHED, now) is Visibility.AFTER_PUBLISHED


def test_it_is_the_student_s_own_due_date():
    extended = replace(POLICY, dates=(Dates("hedy", DUE + timedelta(days=7), None, "x"),))
    now = DUE + timedelta(days=1)
    assert seen(extended, Visibility.AFTER_DUE_DATE, now) is Visibility.AFTER_DUE_DATE
    assert seen(extended, Visibility.AFTER_DUE_DATE, AFTER) is Visibility.VISIBLE
    assert seen(extended, Visibility.AFTER_DUE_DATE, now, PERFECT) is Visibility.VISIBLE


def test_what_has_no_due_date_stays_closed():
    assert seen(Policy(), Visibility.AFTER_DUE_DATE, AFTER) is Visibility.AFTER_DUE_DATE


def test_published_is_what_the_policy_says_is():
    published = Policy(published=True)
    assert seen(published, Visibility.AFTER_PUBLISHED, BEFORE) is Visibility.VISIBLE
    assert seen(published, Visibility.AFTER_DUE_DATE, BEFORE) is Visibility.AFTER_DUE_DATE
    assert seen(published, Visibility.HIDDEN, BEFORE) is Visibility.HIDDEN


# --- for all -------------------------------------------------------------------------------------

LATES = st.builds(
    Late, st.floats(0.1, 100), st.sampled_from(["day", "hour"]), st.floats(0.1, 100),
    st.integers(0, 600), st.sampled_from(["score", "max_score"]))
SECONDS = st.integers(-10 * 86400, 40 * 86400).map(lambda s: timedelta(seconds=s))
POINTS = st.integers(-2000, 2000).map(lambda hundredths: hundredths / 100)
GIVEN = st.lists(st.builds(
    Given, st.sampled_from(["ada", "*"]), st.just("why"), POINTS,
    st.sampled_from(["", "adam.loads", "adam.relations"])), max_size=4).map(tuple)
SCORED = st.builds(
    lambda one, other: submission(
        "ada", check("loads", Status.PASSED, one / 100),
        check("relations", Status.PASSED, other / 50)),
    st.integers(0, 400), st.integers(0, 400))
DUES = st.builds(
    lambda zone, days: (DUE + timedelta(days=days)).replace(tzinfo=ZoneInfo(zone)),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.integers(0, 400))


def arrived(report, due, after):
    when = (due.astimezone(UTC) + after).isoformat(timespec="seconds")
    return replace(report, submitted_at=when)


@any_given(LATES, DUES, SCORED, SECONDS, GIVEN)
def test_the_score_is_the_sum_of_its_lines_within_its_bounds(late, due, report, after, given):
    done = one(Policy("p", due, NEW_YORK, late, given=given), arrived(report, due, after))
    graded = sum(c.score for c in report.checks)
    earned = graded + sum(line.counted for line in done.adjustments)
    assert done.score == pytest.approx(earned - done.late_penalty, abs=1e-9)
    assert done.score >= 0
    base = earned if late.of == "score" else report.max_score
    assert 0 <= done.late_penalty <= late.cap / 100 * base + 1e-8
    assert done.late_penalty == 0 or after > late.grace
    assert done.checks == report.checks


@any_given(LATES, DUES, SCORED, SECONDS, SECONDS, GIVEN)
def test_later_never_scores_more(late, due, report, one_time, other, given):
    first, second = sorted((one_time, other))
    policy = Policy("p", due, NEW_YORK, late, given=given)
    assert one(policy, arrived(report, due, first)).score >= one(
        policy, arrived(report, due, second)).score


@any_given(LATES, DUES, DUES, SCORED, SECONDS)
def test_an_extension_never_lowers_a_score(late, due, other, report, after):
    due, extension = sorted((due, other), key=lambda one: one.astimezone(UTC))
    policy = Policy("p", due, NEW_YORK, late)
    report = arrived(report, extension, after)
    without, extended = one(policy, report), one(
        replace(policy, dates=(Dates("ada", extension, None, "x"),)), report)
    assert extended.score >= without.score
    assert extended.late_penalty == 0 or after > late.grace

"""What late costs: by the clock of the due date's zone, to the second, never more than the cap."""

import math
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgp_harness import scoring

NEW_YORK, APIA = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")
NONE = timedelta(0)
ZONES = [NEW_YORK, APIA, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe"), UTC,
         timezone(timedelta(hours=-5))]
MOMENTS = st.builds(
    datetime.replace, st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1)),
    tzinfo=st.sampled_from(ZONES), fold=st.sampled_from([0, 1]), microsecond=st.just(0))
LATE = st.timedeltas(timedelta(days=-40), timedelta(days=40))
UNITS = st.sampled_from(["day", "hour"])
GRACE = st.timedeltas(NONE, timedelta(hours=30))
PERCENT = st.floats(0.01, 100)
POINTS = st.integers(0, 20_000).map(lambda hundredths: hundredths / 100)


def late(due, submitted, unit="day", grace=NONE):
    return scoring.units_late(due, submitted, unit, grace)


def new_york(*when, fold=0):
    return datetime(*when, tzinfo=NEW_YORK, fold=fold)


@pytest.mark.parametrize(("due", "submitted", "unit", "grace", "units"), [
    # exactly at the end, and a second later
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 3, 23, 59), "day", 0, 0),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 3, 23, 59, 1), "day", 0, 1),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 4, 23, 59), "day", 0, 1),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 4, 23, 59, 1), "day", 0, 2),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 4, 0, 59), "hour", 0, 1),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 4, 0, 59, 1), "hour", 0, 2),
    # the grace is given once, before the first unit
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 4, 0, 14), "day", 15, 0),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 4, 0, 14, 1), "day", 15, 1),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 5, 0, 14), "day", 15, 1),
    (new_york(2026, 11, 3, 23, 59), new_york(2026, 11, 5, 0, 14, 1), "day", 15, 2),
    # another zone of the platform: 5 hours ahead in winter
    (new_york(2026, 11, 3, 23, 59), datetime(2026, 11, 4, 4, 59, tzinfo=UTC), "day", 0, 0),
    (new_york(2026, 11, 3, 23, 59), datetime(2026, 11, 4, 4, 59, 1, tzinfo=UTC), "day", 0, 1),
    # the night of 25 hours (to 1 November 2026), by the wall clock one day
    (new_york(2026, 10, 31, 23, 59), new_york(2026, 11, 1, 23, 59), "day", 0, 1),
    (new_york(2026, 10, 31, 23, 59), new_york(2026, 11, 1, 23, 59, 1), "day", 0, 2),
    (new_york(2026, 10, 31, 23, 59), new_york(2026, 11, 1, 23, 59), "hour", 0, 25),
    # that of 23 hours (to 8 March 2026)
    (new_york(2026, 3, 7, 23, 59), new_york(2026, 3, 8, 23, 59), "day", 0, 1),
    (new_york(2026, 3, 7, 23, 59), new_york(2026, 3, 8, 23, 59, 1), "day", 0, 2),
    (new_york(2026, 3, 7, 23, 59), new_york(2026, 3, 8, 23, 59), "hour", 0, 23),
    # an hour that is there twice, or not at all: the later end counts
    (new_york(2026, 11, 1, 1, 30), new_york(2026, 11, 1, 1, 30, fold=1), "day", 0, 0),
    (new_york(2026, 11, 1, 1, 30), new_york(2026, 11, 1, 1, 31, fold=1), "day", 0, 1),
    (new_york(2026, 10, 31, 1, 30), new_york(2026, 11, 1, 1, 30, fold=1), "day", 0, 1),
    (new_york(2026, 3, 8, 2, 30), new_york(2026, 3, 8, 3, 30), "day", 0, 0),
    (new_york(2026, 3, 8, 2, 30), new_york(2026, 3, 8, 3, 30, 1), "day", 0, 1),
    (new_york(2026, 3, 7, 2, 30), new_york(2026, 3, 8, 3, 30), "day", 0, 1),
    # leap days, and the ends of months and years
    (new_york(2028, 2, 28, 12), new_york(2028, 2, 29, 12), "day", 0, 1),
    (new_york(2028, 2, 28, 12), new_york(2028, 3, 1, 12), "day", 0, 2),
    (new_york(2026, 2, 28, 12), new_york(2026, 3, 1, 12), "day", 0, 1),
    (new_york(2028, 2, 29, 12), new_york(2029, 2, 28, 12), "day", 0, 365),
    (new_york(2026, 12, 31, 23, 59), new_york(2027, 1, 1, 0, 0), "day", 0, 1),
    # Samoa had no 30 December 2011: two days by the calendar, one by the sun
    (datetime(2011, 12, 29, 12, tzinfo=APIA), datetime(2011, 12, 31, 12, tzinfo=APIA), "day", 0, 1),
    (datetime(2011, 12, 28, 12, tzinfo=APIA), datetime(2012, 1, 1, 12, tzinfo=APIA), "day", 0, 4),
    # long before
    (new_york(2026, 11, 3, 23, 59), new_york(2020, 1, 1), "day", 0, 0),
])
def test_a_unit_begins_a_second_after_the_last_moment(due, submitted, unit, grace, units):
    assert late(due, submitted, unit, timedelta(minutes=grace)) == units


@given(MOMENTS, LATE, UNITS, GRACE)
def test_units_are_the_least_whose_end_has_not_passed(due, after, unit, grace):
    submitted = scoring.ends(due, 0, unit) + after
    units = late(due, submitted, unit, grace)
    assert submitted <= scoring.ends(due, units, unit) + grace
    assert units == 0 or submitted > scoring.ends(due, units - 1, unit) + grace
    assert (units == 0) == (after <= grace)


@given(MOMENTS, LATE, LATE, UNITS, GRACE, GRACE)
def test_later_is_never_less_and_more_grace_never_more(due, one, other, unit, grace, more):
    first, second = sorted([scoring.ends(due, 0, unit) + one, scoring.ends(due, 0, unit) + other])
    assert late(due, first, unit, grace) <= late(due, second, unit, grace)
    assert late(due, first, unit, grace + more) <= late(due, first, unit, grace)


@given(st.integers(0, 500), PERCENT, PERCENT)
def test_no_penalty_is_more_than_the_cap(units, each, cap):
    percent = scoring.late_percent(units, each, cap)
    assert 0 <= percent <= cap
    assert percent <= scoring.late_percent(units + 1, each, cap)
    assert (percent == 0) == (units == 0)


@given(st.floats(0, 100), POINTS, POINTS)
def test_a_penalty_is_hundredths_rounded_for_the_student(percent, score, most):
    for of in (score, most):
        taken = scoring.late_points(percent, of, score)
        assert 0 <= taken <= min(score, percent * of / 100 + 1e-8)
        assert taken == score or taken > percent * of / 100 - 0.01
        assert math.isclose(taken, round(taken, 2), abs_tol=1e-12)


@given(st.integers(1, 100), st.integers(0, 200))
def test_a_penalty_of_whole_percent_of_whole_points_is_exact(percent, score):
    assert scoring.late_points(percent, score, score) == round(percent * score / 100, 2)


@given(st.floats(0, 100), POINTS, POINTS)
def test_who_earned_more_keeps_no_less(percent, one, other):
    less, more = sorted((one, other))
    for of in ((less, more), (100.0, 100.0)):
        kept = [score - scoring.late_points(percent, part, score)
                for part, score in zip(of, (less, more), strict=True)]
        assert kept[0] <= kept[1] + 0.01 + 1e-9


@given(st.floats(-300, 300), POINTS, POINTS)
def test_a_check_has_no_more_than_its_points_and_nothing_is_below_0(wanted, score, most):
    before = min(score, most)
    after = before + scoring.counted(wanted, before, most)
    assert 0 <= round(after, 6) <= most
    assert abs(after - before) <= abs(wanted) + 0.005
    assert (after >= before) == (wanted >= 0) or math.isclose(after, before, abs_tol=0.006)


def test_a_bonus_of_the_whole_has_no_upper_end():
    assert scoring.counted(25.0, 100.0) == 25.0
    assert scoring.counted(-25.0, 20.0) == -20.0
    assert scoring.counted(1.0, 9.0, 8.0) == 0.0


def test_percentages_of_nothing_are_nothing():
    assert (scoring.percentage(0.0, 0.0), scoring.percentage(1.0, 3.0)) == (0.0, 33.33)

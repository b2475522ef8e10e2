"""`gradebook.csv`: the table whole, and nothing in it that a spreadsheet would evaluate."""

import csv
import io
from dataclasses import replace

import pytest

from cgp_harness.model import Adjustment, Comment, Lateness, Status
from cgp_harness.reports import gradebook
from tests.harness.reports.example_reports import (
    BATCH,
    JUDGED,
    PERFECT,
    UNLUCKY,
    check,
    submission,
)


def test_the_table_is_this():
    assert gradebook.encode(BATCH).decode("utf-8-sig").split("\r\n") == [
        "student_id,adam,score,max_score,percent,status",
        "ada,12,12,12,100,graded",
        "grace,4,4,16,25,graded",
        "hedy,4,4,12,33.33,graded",
        "mallory,0,0,4,0,student_error",
        "alan,,,12,,grader_error",
        "",
    ]


def test_a_grader_error_is_never_a_score():
    only_in_a_check = replace(BATCH.submissions[-1], status=Status.GRADED)
    table = gradebook.encode(replace(BATCH, submissions=(only_in_a_check,))).decode("utf-8-sig")
    assert table.split("\r\n")[1] == "alan,,,12,,grader_error"


def test_it_begins_with_a_byte_order_mark_for_excel():
    assert gradebook.encode(BATCH).startswith(b"\xef\xbb\xbfstudent_id,")


@pytest.mark.parametrize("name", [
    '=HYPERLINK("http://x")', "+1", "-1", "@sum(1)", "\t=1", "\r=1", "\n=1", "＝1",
])
def test_no_cell_is_a_formula(name):
    evil = replace(PERFECT, id=name, checks=(replace(PERFECT.checks[0], task=name),))
    text = gradebook.encode(replace(BATCH, submissions=(evil,))).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert header[1] == row[0] == f"'{name}"


def test_names_with_commas_quotes_and_letters_of_the_world_come_back():
    name = 'Müller, "Ana" 李'
    text = gradebook.encode(replace(BATCH, submissions=(replace(PERFECT, id=name),)))
    assert next(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))["student_id"] == name


def test_a_task_that_one_submission_lacks_has_no_points_there():
    other = submission("eva", check("loads", Status.PASSED, 2.5, task="sgd"))
    text = gradebook.encode(replace(BATCH, submissions=(PERFECT, other))).decode("utf-8-sig")
    assert text.split("\r\n")[:3] == [
        "student_id,adam,sgd,score,max_score,percent,status",
        "ada,12,0,12,12,100,graded",
        "eva,0,2.5,2.5,4,62.5,graded",
    ]


def test_what_a_policy_makes_has_columns_whose_sum_is_the_score():
    assert gradebook.encode(JUDGED).decode("utf-8-sig").split("\r\n") == [
        "student_id,adam,adjustments,late_penalty,score,max_score,percent,status,"
        "user_id,name,email,submitted_at,late,attempts",
        "ada,12,0,0,12,12,100,graded,,,,2026-11-05T09:12:41-05:00,no,1",
        "grace,4,10,2.8,11.2,16,70,graded,,,,2026-11-05T09:12:41-05:00,2 days,3",
        "hedy,4,0,0,4,12,33.33,graded,,,,,unknown,",
        "mallory,0,0,0,0,4,0,student_error,,,,,,",
        "",
    ]


def test_there_is_no_column_that_nobody_uses():
    def header(report):
        return gradebook.encode(replace(BATCH, submissions=(report,))).decode(
            "utf-8-sig").partition("\r\n")[0]

    plain = "student_id,adam,score,max_score,percent,status"
    assert header(PERFECT) == header(replace(PERFECT, lateness=Lateness("x"))) == plain
    late = Lateness("2026-11-03T23:59:00-05:00", unit="day", of="score")
    assert header(replace(PERFECT, lateness=late)) == plain.replace(
        "adam,", "adam,late_penalty,") + ",late"
    assert header(replace(PERFECT, attempts=2)) == plain + ",attempts"
    assert header(replace(PERFECT, adjustments=(Adjustment(1.0, 1.0, "x"),))) == plain.replace(
        "adam,", "adam,adjustments,")
    assert header(replace(PERFECT, comments=(Comment("x"),))) == plain


def test_points_that_are_taken_off_are_a_number_and_no_score_is_none():
    taken = replace(PERFECT, adjustments=(Adjustment(-2.0, -2.0, "x"),))
    broken = replace(UNLUCKY, adjustments=(Adjustment(2.0, 0.0, "x"),))
    text = gradebook.encode(replace(BATCH, submissions=(taken, broken))).decode("utf-8-sig")
    assert text.split("\r\n")[1:3] == [
        "ada,12,-2,12,12,100,graded", "alan,,,,12,,grader_error"]

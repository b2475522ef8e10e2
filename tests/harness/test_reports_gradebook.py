"""`gradebook.csv`: the table whole, and nothing in it that a spreadsheet would evaluate."""

import csv
import io
from dataclasses import replace

import pytest

from cgp_harness.model import Status
from cgp_harness.reports import gradebook
from tests.harness.example_reports import BATCH, PERFECT, check, submission


def test_the_table_is_this():
    assert gradebook.encode(BATCH).decode("utf-8-sig").split("\r\n") == [
        "student_id,adam,score,max_score,percent,late_penalty,status",
        "ada,12,12,12,100,0,graded",
        "grace,4,4,16,25,0,graded",
        "hedy,4,4,12,33.33,0,graded",
        "mallory,0,0,4,0,0,student_error",
        "alan,,,12,,0,grader_error",
        "",
    ]


def test_a_grader_error_is_never_a_score():
    only_in_a_check = replace(BATCH.submissions[-1], status=Status.GRADED)
    table = gradebook.encode(replace(BATCH, submissions=(only_in_a_check,))).decode("utf-8-sig")
    assert table.split("\r\n")[1] == "alan,,,12,,0,grader_error"


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
        "student_id,adam,sgd,score,max_score,percent,late_penalty,status",
        "ada,12,0,12,12,100,0,graded",
        "eva,0,2.5,2.5,4,62.5,0,graded",
    ]

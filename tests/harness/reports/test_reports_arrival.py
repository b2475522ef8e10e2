"""What a platform told: in `results.json`, on the pages, in the gradebook; it acts nowhere."""

import csv
import io
import json
from dataclasses import replace

import jsonschema
import pytest

from cgp_harness.model import Student, Submission
from cgp_harness.reports import arrival, gradebook, results
from cgp_harness.reports.pages import course, student
from tests.harness.reports.example_reports import BATCH, HOSTILE, PERFECT, WRONG

ADA = replace(
    PERFECT, student=Student("Canvas", "12345", "lovelaceada"), submitted_at="2026-11-03T11:05:00",
    late=True)
PAIR = replace(
    WRONG, late=False, submitted_at="2026-11-03T11:05:00Z", student=Student("Gradescope", group=(
        Student("Gradescope", "007", "Grace H", "grace@example.edu"),
        Student("Gradescope", "", "", "x@example.edu"))))
REPORT = replace(BATCH, submissions=(ADA, PAIR, BATCH.submissions[2]),
                 notes=("notes.docx is left out: it is no .py, .ipynb or .zip file",))


def test_it_is_in_the_results_and_comes_back():
    content = results.encode(REPORT)
    jsonschema.Draft202012Validator(results.schema()).validate(json.loads(content))
    assert results.decode(content) == REPORT
    assert json.loads(content)["submissions"][0]["student"] == {
        "platform": "Canvas", "user_id": "12345", "name": "lovelaceada", "email": "", "group": []}


def test_the_gradebook_has_further_columns():
    rows = list(csv.reader(io.StringIO(gradebook.encode(REPORT).decode("utf-8-sig"), newline="")))
    assert [row[-5:] for row in rows] == [
        ["user_id", "name", "email", "submitted_at", "late"],
        ["12345", "lovelaceada", "", "2026-11-03T11:05:00", "yes"],
        ["007", "Grace H", "grace@example.edu; x@example.edu", "2026-11-03T11:05:00Z", "no"],
        ["", "", "", "", ""],
    ]


def test_the_pages_say_it():
    assert [(arrival.who(one), arrival.when(one)) for one in REPORT.submissions] == [
        ("lovelaceada", "2026-11-03 11:05:00, late"),
        ("Grace H, grace@example.edu; x@example.edu", "2026-11-03 11:05:00 UTC"), ("", "")]
    index, ada = course.page(REPORT), student.page(REPORT, ADA, {}, "out")
    assert '<th scope="col">Handed in</th>' in index
    assert "<td>2026-11-03 11:05:00, late</td>" in index
    assert "Handed in: 2026-11-03 11:05:00, late</p>" in ada
    assert "notes.docx is left out: it is no .py, .ipynb or .zip file" in index
    assert "notes.docx" not in ada
    plain = course.page(BATCH)
    assert "Handed in" not in plain
    assert "Not graded" not in plain


@pytest.mark.parametrize("name", ["=1+1", "@x", "+1", "-1", HOSTILE])
def test_names_act_nowhere(name):
    evil = replace(PERFECT, student=Student("Moodle", name, name, name))
    report = replace(BATCH, submissions=(evil,), notes=(name,))
    rows = list(csv.reader(io.StringIO(gradebook.encode(report).decode("utf-8-sig"), newline="")))
    assert rows[1][-5:-2] == [gradebook.plain_cell(name)] * 3
    for text in (course.page(report), student.page(report, evil, {}, "out")):
        assert "<script>alert" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_verdict_that_is_reused_is_anothers():
    ben = Submission("ben", (), student=Student("Moodle", "2"), submitted_at="", late=None)
    again = ADA.of(ben)
    assert (again.id, again.student, again.submitted_at, again.late, again.score) == (
        "ben", Student("Moodle", "2"), "", None, ADA.score)

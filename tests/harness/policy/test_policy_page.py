"""`docs/policy.md`: its example is worked here, and its tables are those of the code."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cgp_harness import policy
from cgp_harness.model import Status, Student
from cgp_harness.policy.adjusting import _Adjustment, _Comment
from cgp_harness.policy.policy import Late
from cgp_harness.policy.reading import _File
from cgp_harness.reports import gradebook
from cgp_harness.reports.account import lines as account
from tests.harness.reports.example_reports import BATCH, check, submission
from tests.places import ROOT

PAGE = (ROOT / "docs" / "policy.md").read_text("utf-8")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def column(*header):
    _, _, rest = PAGE.partition(f"| {' | '.join(header)} |\n|{'---|' * len(header)}\n")
    return re.findall(r"^\| `([^`]+)`", rest.partition("\n\n")[0], re.MULTILINE)


@pytest.fixture
def term(tmp_path):
    rules, adjust = blocks("toml")
    for name, text in (("policy.toml", rules), ("extensions.csv", blocks("csv")[0]),
                       ("adjust.toml", adjust)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return policy.load(tmp_path / "policy.toml", ["adam.hyperparameters"])


def student(name, score, when):
    one = submission(
        name, check("update_rule", Status.PASSED, score - 2, 32.0),
        check("hyperparameters", Status.FAILED, 2.0, 8.0))
    return replace(one, submitted_at=when, student=Student(
        "Gradescope", name, name.title(), f"{name}@example.edu"))


def applied(term):
    class_ = (
        replace(student("ada", 40.0, "2026-11-03T21:02:11-05:00")),
        student("ben", 30.0, "2026-11-05T08:10:00-05:00"),
        student("cleo", 40.0, "2026-11-05T12:00:00-05:00"))
    return policy.applied(replace(BATCH, submissions=class_), term, NOW)


def test_the_gradebook_of_the_example_is_the_real_one(term):
    shown, *_ = blocks("text")
    header, *rows = [line.split(maxsplit=8) for line in shown.splitlines()]
    text = gradebook.encode(applied(term)).decode("utf-8-sig")
    written = list(csv.DictReader(io.StringIO(text)))
    assert [[row[name] for name in header] for row in written] == [
        re.split(r"\s{2,}", " ".join(row[:8]).replace(" ", "  ") + "  " + row[8]) for row in rows]


def test_the_lines_of_ben_s_page_are_those_of_the_text(term):
    ben = applied(term).submissions[1]
    assert [(line.what, line.points) for line in account.lines(ben)] == [
        ("checks", 30.0), ("beta2 of the handout's first version was accepted.", 3.0),
        ("A bonus for the misprint in Eq. 39.", 1.0), ("2 days late, 20 % of the score", -6.8)]
    assert [one.text for one in applied(term).submissions[0].comments] == [
        "The clearest code of the class."]


def test_the_notes_shown_are_the_real_ones(term, tmp_path):
    _, misspelt, untold = blocks("text")
    (tmp_path / "extensions.csv").write_text(
        blocks("csv")[0].replace("example.edu", "exmaple.edu"), encoding="utf-8")
    wrong = policy.load(tmp_path / "policy.toml", ["adam.hyperparameters"])
    [note] = applied(wrong).policy.notes
    assert f"note: {note}\n".replace(f"{tmp_path}/", "term/") == misspelt
    late = [submission(name) for name in ("doe_123", "roe_124")]
    class_ = tuple(replace(one, late=True, student=Student("Canvas", one.id)) for one in late)
    notes = policy.applied(replace(BATCH, submissions=class_), term, NOW).policy.notes
    assert f"note: {notes[-1]}\n".replace(f"{tmp_path}/", "term/") == untold


def test_the_tables_have_every_key():
    keys = [name for name in _File.__struct_fields__ if name != "late"]
    assert sorted(column("key", "is")) == sorted(
        [*keys, *(f"late.{name}" for name in Late.__struct_fields__)])
    _, _, rest = PAGE.partition("## Adjustments and comments")
    assert {*re.findall(r"^\| `(\w+)`", rest, re.MULTILINE)} - {
        "after_due_date", "after_published"} == {
        *_Adjustment.__struct_fields__, *_Comment.__struct_fields__}

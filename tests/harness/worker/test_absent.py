"""A file that is no program is told once, and not again for each task that it lacks."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from cgp_harness.model import Status
from cgp_harness.notebook.checked import Checked
from cgp_harness.reports import absent
from cgp_harness.reports.formats import github, gitlab, junit, markdown, told
from cgp_harness.reports.pages import course, student
from cgp_harness.reports.terminal import class_lines
from tests.harness.reports.example_reports import BATCH, check, submission

NOTE = "SyntaxError: invalid syntax\n  at adam.py:4"
MISSING = "adam and sgd are not registered\n  expected @optimizer above a function; found none"
STOPPED = 'not run, since "loads" failed'
WHY = "not judged: SyntaxError: invalid syntax at adam.py:4"


def lacking(task):
    """The checks of a task for which there is nothing."""
    return (
        check("loads", Status.STUDENT_ERROR, id=f"{task}.loads", task=task, title=f"{task}: loads",
              message=f"no rule is registered as '{task}'", equation=""),
        check("update_rule", Status.SKIPPED, id=f"{task}.update_rule", task=task,
              title=f"{task}: update_rule", message=STOPPED, equation=""))


BROKEN = replace(
    submission("grace", *lacking("adam"), *lacking("sgd"), status=Status.STUDENT_ERROR),
    notes=(NOTE, MISSING))
CLASS = replace(BATCH, submissions=(BROKEN,))


OPEN = replace(
    submission(
        "hopper", check("loads", Status.PASSED, 4.0),
        check("update_rule", Status.FAILED, message="step 1 differs"),
        *(replace(one, status=Status.FAILED, message=f"{one.task} is not written yet\n  at a.py:4")
          if one.kind == "loads" else one for name in ("sgd", "rmsprop") for one in lacking(name))))
"""Two tasks of three are as handed out."""


def text_of(html):
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0] if main else html)).split())


def test_a_page_has_the_error_and_one_line_for_all_checks():
    html = student.page(CLASS, BROKEN, {}, "out")
    seen = text_of(html)
    assert (
        "While it was loaded Points are counted in the checks below. "
        "SyntaxError: invalid syntax at adam.py:4 – 4 checks not run 0 / 16 "
        "– adam: loads 0 / 4 – adam: update_rule 0 / 4 "
        "– sgd: loads 0 / 4 – sgd: update_rule 0 / 4 What was graded") in seen
    assert all(f'id="{one.id}"' in html for one in BROKEN.checks)  # what adjustments link to
    assert "is registered" not in html
    assert "Every check passed" not in html


def test_a_notebook_has_so_too():
    seen = text_of(Checked.of_report(BROKEN)._repr_html_())
    assert seen == (
        "0 / 16 points ! SyntaxError: invalid syntax at adam.py:4 – 4 checks not run")


def test_markdown_has_the_error_and_no_heading_of_a_check():
    said = markdown.encode(CLASS).decode()
    assert said[said.index("## "):said.index("<details>")] == (
        "## `grace`: 0 / 16\n\n```text\nSyntaxError: invalid syntax\n  at adam.py:4\n```\n\n")


def test_a_check_that_stands_alone_says_why_it_was_not_judged():
    assert [told.text(BROKEN, one, CLASS.assignment) for one in BROKEN.checks] == [WHY, STOPPED] * 2
    assert [told.short(BROKEN, one) for one in BROKEN.checks] == [WHY, STOPPED] * 2
    assert junit.encode(CLASS).decode().count(f'message="{WHY}"') == 2


def test_it_is_told_once_beside_its_line():
    assert github.annotated(CLASS).decode() == (
        f"::error file=adam.py,line=4,title=adam%3A loads::{WHY}\n")
    [one] = json.loads(gitlab.quality(CLASS))
    assert one["description"] == f"adam: loads (4 of 4 points lost). {WHY}"
    assert one["location"] == {"path": "adam.py", "lines": {"begin": 4}}


@pytest.mark.parametrize(("notes", "why"), [
    (("a.txt is left out", NOTE), WHY),
    (("a.txt is left out", "pandas is not available", MISSING),
     "not judged: pandas is not available"),
    ((MISSING,), "not judged: adam and sgd are not registered"),
    ((), ""),
])
def test_the_reason_is_what_was_raised_and_not_how_files_were_read(notes, why):
    assert absent.reason(replace(BROKEN, notes=notes)) == why


@pytest.mark.parametrize("change", [
    {"status": Status.GRADED},
    {"checks": (*lacking("adam"), check("loads", Status.PASSED, 4.0, task="sgd"))},
], ids=["graded", "one task is there"])
def test_what_could_be_asked_in_part_is_told_check_by_check(change):
    report = replace(BROKEN, **change)
    html = text_of(student.page(replace(CLASS, submissions=(report,)), report, {}, "out"))
    assert absent.reason(report) == ""
    assert "no rule is registered as 'adam'" in html
    assert "adam and sgd are not registered" in html
    assert told.text(report, report.checks[0], CLASS.assignment) == (
        "no rule is registered as 'adam'")


def test_a_failure_of_the_machine_is_not_one_of_the_files():
    report = replace(BROKEN, status=Status.GRADER_ERROR)
    assert not absent.is_of_files(report)


def test_tasks_that_are_not_written_yet_are_one_line_of_a_page():
    html = student.page(replace(CLASS, submissions=(OPEN,)), OPEN, {}, "out")
    seen = text_of(html)
    assert "What to look at first Adam −4 ✗ update_rule Adam adam 4 / 8" in seen
    assert (
        "– Not written yet: sgd, rmsprop 0 / 16 – sgd: loads 0 / 4 – sgd: update_rule 0 / 4 "
        "– rmsprop: loads 0 / 4 – rmsprop: update_rule 0 / 4 What was graded") in seen
    assert "is not written yet" not in html
    assert all(html.count(f'id="{one.id}"') == 1 for one in OPEN.checks)


def test_a_page_of_nothing_else_does_not_say_that_every_check_passed():
    report = replace(OPEN, checks=OPEN.checks[2:])
    seen = text_of(student.page(replace(CLASS, submissions=(report,)), report, {}, "out"))
    assert "– Not written yet: sgd, rmsprop 0 / 16" in seen
    assert "Every check passed" not in seen
    assert "What to look at first" not in seen


def test_they_are_one_line_of_a_notebook_and_of_markdown():
    assert text_of(Checked.of_report(OPEN)._repr_html_()) == (
        "4 / 24 points – not written yet: sgd, rmsprop ✓ Adam: loads: passed, 4 / 4 "
        "✗ Adam: update_rule: failed, 0 / 4 step 1 differs Eqs. 38 to 40")
    said = markdown.encode(replace(CLASS, submissions=(OPEN,))).decode()
    assert "\nNot written yet: `sgd`, `rmsprop`\n\n### ✗ Adam: update\\_rule (0 / 4)\n" in said
    assert said.count("###") == 1


@pytest.mark.parametrize(("report", "first"), [
    (BROKEN, "SyntaxError: invalid syntax at adam.py:4"),
    (OPEN, "adam.update_rule"),
    (replace(OPEN, checks=OPEN.checks[::-1]), "adam.update_rule"),
    (replace(OPEN, checks=OPEN.checks[2:]), "sgd is not written yet"),
    (replace(OPEN, checks=OPEN.checks[:1]), ""),
])
def test_the_first_finding_is_what_a_person_would_mend_first(report, first):
    assert absent.first_finding(report) == first
    assert f"<code>{first}</code>" in course.page(replace(CLASS, submissions=(report,)))
    *_, line = (one.plain for one in class_lines(replace(CLASS, submissions=(report,))))
    assert line.endswith(first)

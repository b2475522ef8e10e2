"""`cgp grade --policy`: what it changes, what it keeps, and what it says."""

import csv
import functools
import json

import pytest

import cgp_harness.batch
from cgp_harness import grading
from cgp_harness.cli.grade import refuse_forgotten
from cgp_harness.reports import results
from tests.harness.cli.test_cli import cgp

PLAIN = ("grade", "-a", "step_size", "--isolation", "plain")
POLICY = """
due = 2026-11-03T23:59:00
timezone = "America/New_York"
extensions = "extensions.csv"
adjust = "adjust.toml"

[late]
percent = 10
"""
DATES = """student,submitted_at
ada,2026-11-03 12:00
eva,2026-11-05 12:00
"""
ADJUST = """
[[adjustments]]
student = "eva"
points = 10
why = "Question 3 was void."
"""


@pytest.fixture
def term(tmp_path, monkeypatch):
    """A class of three whose score is the length of the file, and the files of a policy."""
    quick = functools.partial(
        cgp_harness.batch.grade_all, grade="tests.harness.batch.stand_in_grades:grade")
    monkeypatch.setattr(cgp_harness.batch, "grade_all", quick)
    monkeypatch.setattr(grading.canary, "require", lambda *_, **__: None)
    (tmp_path / "class").mkdir()
    for name, length in (("ada", 100), ("eva", 40), ("zoe", 60)):
        (tmp_path / "class" / f"{name}.py").write_text("x" * length)
    for name, text in (
        ("policy.toml", POLICY), ("extensions.csv", DATES), ("adjust.toml", ADJUST)
    ):
        (tmp_path / name).write_text(text)
    return tmp_path


def grade(term, *options):
    done = cgp(*PLAIN, term / "class", "-o", term / "out", "--jobs", 2, "--format", "json",
               "--format", "csv", *options)
    return done.exit_code, done.stdout.replace(str(term), "TERM"), done.stderr.replace(
        str(term), "TERM")


def scores(term):
    with (term / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


def test_a_policy_makes_scores_of_what_is_stored_and_a_change_of_it_grades_nothing(
    term, monkeypatch
):
    code, out, err = grade(term, "--policy", term / "policy.toml")
    assert code == 0
    assert out.split("\n")[-6:-2] == [
        "", "TERM/policy.toml: due 2026-11-03 23:59 UTC-05:00; 1 late, 1 of unknown time, "
        "1 adjusted", "", "reports: TERM/out"]
    assert err.endswith(
        "note: no late penalty for 1 submission: nobody says when it came\n  at zoe\n"
        "  fix: write when they came into the column submitted_at of the table "
        "TERM/extensions.csv\n")
    assert scores(term) == {"ada": "100", "eva": "40", "zoe": "60"}
    stored = results.read(term / "out")
    assert stored.submissions[1].lateness.units == 2
    assert json.loads((term / "out" / "results.json").read_text())["policy"]["late"] == (
        "10 % of the score for each day begun")

    graded = []
    monkeypatch.setattr(cgp_harness.batch, "schedule", lambda *given: graded.append(given))
    (term / "adjust.toml").write_text(ADJUST.replace("10", "20"))
    assert grade(term, "--policy", term / "policy.toml")[0] == 0
    assert (graded, scores(term)) == ([], {"ada": "100", "eva": "48", "zoe": "60"})
    again = results.read(term / "out")
    assert [one.checks for one in again.submissions] == [one.checks for one in stored.submissions]


def test_a_name_that_is_nobody_s_is_said_with_its_line_and_changes_nothing(term):
    (term / "adjust.toml").write_text(
        ADJUST.replace('"eva"', '"evva"') + '[[comments]]\nstudent = "li"\ntext = "See me."\n')
    (term / "extensions.csv").write_text(f"{DATES}zoee,2026-11-03 12:00\n")
    code, _, err = grade(term, "--policy", term / "policy.toml")
    who = "  expected an id, or a number, address or name that the platform tells\n"
    assert code == 0
    assert err[err.index("note: "):err.index("note: no late penalty")] == (
        "note: there is no submission of 'zoee', so nothing was changed\n"
        f"  at TERM/extensions.csv:4\n{who}  fix: did you mean 'zoe'?\n"
        "note: there is no submission of 'evva', so nothing was changed\n"
        f"  at TERM/adjust.toml:2, adjustment 1\n{who}  fix: did you mean 'eva'?\n"
        "note: there is no submission of 'li', so nothing was changed\n"
        f"  at TERM/adjust.toml:6, comment 1\n{who}")
    assert scores(term) == {"ada": "100", "eva": "32", "zoe": "60"}


def test_a_policy_is_not_forgotten_by_the_next_run(term):
    assert grade(term, "--policy", term / "policy.toml")[0] == 0
    before = (term / "out" / "results.json").read_bytes()
    assert grade(term) == (2, "", (
        "error: the last run into TERM/out had a policy, and this one has none\n"
        "  at TERM/out/results.json\n"
        "  expected --policy TERM/policy.toml: else its penalties and adjustments are gone\n"
        "  fix: for scores without it, take another folder\n"))
    assert (term / "out" / "results.json").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"policy": 3}', b"\xff"])
def test_results_that_say_nothing_of_a_policy_stop_no_run(tmp_path, content):
    (tmp_path / "results.json").write_bytes(content)
    assert results.policy_of(tmp_path / "results.json") is None
    refuse_forgotten(tmp_path)


def test_a_mistake_in_the_policy_is_said_before_anything_is_graded(term):
    (term / "adjust.toml").write_text(ADJUST + 'check = "adam.update_rul"\n')
    assert grade(term, "--policy", term / "policy.toml") == (2, "", (
        "error: there is no check 'adam.update_rul'\n  at TERM/adjust.toml:2, adjustment 1\n"
        "  expected one of the 28 checks, such as sgd_plus.loads\n"
        "  fix: did you mean 'adam.update_rule'?\n"))
    assert not (term / "out").exists()


def test_fail_under_counts_the_score_that_counts(term):
    assert grade(term, "--policy", term / "policy.toml", "--fail-under", 41)[0] == 1

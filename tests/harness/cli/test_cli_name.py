"""`cgp name`: what it writes, what the next run makes of it, and every refusal, whole."""

import importlib.resources
from dataclasses import replace
from pathlib import Path

import pytest

from cgp_harness import grading
from cgp_harness.assignment import folder_of, load
from cgp_harness.model import Diagnosis, SourceFile
from cgp_harness.reports import results
from cgp_harness.reports.groups import groups
from tests.harness.assignment.test_assignment import GOOD
from tests.harness.cli.test_cli import cgp
from tests.harness.reports.example_reports import BATCH
from tests.harness.reports.test_groups import wrong

SAYS = ("--says", "the gradient is cubed", "--hint", "Eq. 38 squares it.")
RULE = """
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * {square}
    return lr * (m / (1 - beta1**k)) / (v / (1 - beta2**k) + eps)**0.5, m, v
"""
OWN = (
    '# mine, to stay as it is\n[[mistakes]]\nid = "old"\ntask = "adam"\nreplace = "a"\nby = "b"\n'
    'says = "x"')
ENTRY = """\
[[mistakes]]
id = "cubed"
task = "adam"
check = "update_rule"
says = "the gradient is cubed"
hint = "Eq. 38 squares it."
answers = [
    1.0, -2.5e-07, nan, 0.1,
]
"""


@pytest.fixture
def homework(tmp_path):
    folder = tmp_path / "hw"
    folder.mkdir()
    (folder / "assignment.toml").write_text(GOOD)
    return folder


@pytest.fixture
def graded(tmp_path, homework):
    """Results of that homework: a group of two, one with a name, and one alone."""
    answers = (1.0, -2.5e-07, "nan", 0.1)
    output = tmp_path / "out"
    results.write(replace(BATCH, assignment=load(homework).info, submissions=(
        wrong("ada", answers), wrong("eva", answers), wrong("zoe", (2.0,), ("no_eps",)),
        wrong("bob", (3.0,)))), output)
    return output


def said(done, tmp_path):
    return done.exit_code, done.output.replace(str(tmp_path), "TMP")


def test_an_entry_is_written_and_what_stands_there_stays(homework, graded, tmp_path):
    (homework / "mistakes.toml").write_text(OWN)
    assert said(cgp("name", graded, "adam-1", "cubed", *SAYS), tmp_path) == (
        0, "adam-1 is cubed now, in TMP/hw/mistakes.toml; run `cgp grade` again, and "
        "2 submissions are told so\n")
    assert (homework / "mistakes.toml").read_text() == f"{OWN}\n\n{ENTRY}"
    assert said(cgp("name", graded, "adam-2", "other", *SAYS), tmp_path) == (
        0, "adam-2 is other now, in TMP/hw/mistakes.toml; run `cgp grade` again, and "
        "1 submission is told so\n")
    assert [one.id for one in load(homework).mistakes] == ["old", "cubed", "other"]


def test_the_next_run_names_what_is_stored_and_grades_nothing_anew(
    homework, graded, tmp_path, monkeypatch
):
    before = load(homework).digest
    assert cgp("name", graded, "adam-1", "cubed", *SAYS).exit_code == 0
    assert load(homework).digest == before
    done, stored = [], [wrong(name, answers, flags) for name, answers, flags in (
        ("ada", (1.0, -2.5e-07, "nan", 0.1), ()), ("zoe", (1.0, -2.5e-07, "nan", 0.1), ("no_eps",)),
        ("bob", (3.0,), ()))]

    def known(submissions, assignment, *, on_done, **_):
        assert [one.id for one in assignment.mistakes] == []
        on_done(stored[0])
        return tuple(stored)

    monkeypatch.setattr("cgp_harness.batch.grade_all", known)
    (tmp_path / "ada.py").write_text("")
    report = grading.grade(tmp_path / "ada.py", homework, isolation="plain", on_done=done.append)
    loads, update = stored[0].checks
    named = replace(stored[0], checks=(loads, replace(update, diagnosis=Diagnosis(
        ("cubed",), "What differs: the gradient is cubed. Eq. 38 squares it."))))
    handed_in = replace(named, sources=(SourceFile("ada.py", b""),))
    assert (done, report.submissions) == ([named], (handed_in, *stored[1:]))


def test_another_mistake_of_that_file_is_graded_anew(homework):
    before = load(homework).digest
    (homework / "mistakes.toml").write_text(OWN)
    assert load(homework).digest != before


def test_the_first_entry_makes_the_file(homework, graded):
    assert cgp("name", graded, "adam-1", "cubed", *SAYS).exit_code == 0
    assert (homework / "mistakes.toml").read_text() == ENTRY


def test_any_text_comes_back_as_it_was_said(homework, graded):
    says = 'v is "g³" \\ here\x7f\tand\nthere'
    assert cgp("name", graded, "adam-1", "cubed", "--says", says, "--hint", "é").exit_code == 0
    [entry] = load(homework).mistakes
    assert (entry.says, entry.hint, entry.answers) == (says, "é", (1.0, -2.5e-07, "nan", 0.1))


def test_a_group_is_named_in_another_year_s_homework(graded, tmp_path):
    later = tmp_path / "later"
    later.mkdir()
    (later / "assignment.toml").write_text(GOOD.replace('id = "hw"', 'id = "hw_2027"'))
    assert cgp("name", graded, "adam-1", "cubed", *SAYS, "-a", later).exit_code == 0
    assert [one.id for one in load(later).mistakes] == ["cubed"]


@pytest.mark.parametrize(("arguments", "message"), [
    (("adam-9", "cubed"),
     "there is no group 'adam-9'\n  expected one that may be named: adam-1 (2), adam-2 (1)"),
    (("adam-3", "cubed"),
     "the group adam-3 has the name no_eps\n"
     "  expected one that may be named: adam-1 (2), adam-2 (1)"),
    (("adam-1", "cubed!"),
     "'cubed!' cannot be the id of a mistake\n"
     "  expected letters, digits and _, with a letter first: looks_back"),
    (("adam-1", "old"),
     "there is a mistake 'old' already\n  at TMP/hw/mistakes.toml\n  expected a new name"),
    (("adam-1", "cubed", "-a", "step_size"),
     "the homework 'step_size' is part of the harness: nothing is written there\n  at STEP_SIZE\n"
     "  expected the folder of a homework of your own, after -a\n"
     "  fix: copy this folder to my_step_size, and grade with -a my_step_size"),
])
def test_what_cannot_be_named_is_refused_and_nothing_is_written(
        homework, graded, tmp_path, arguments, message):
    (homework / "mistakes.toml").write_text(OWN)
    code, output = said(cgp("name", graded, *arguments, *SAYS), tmp_path)
    installed = str(importlib.resources.files("cgp_assignments") / "step_size")
    assert (code, output.replace(installed, "STEP_SIZE")) == (2, f"error: {message}\n")
    assert (homework / "mistakes.toml").read_text() == OWN


def test_many_groups_are_listed_in_part(homework, graded, tmp_path):
    report = results.read(graded)
    results.write(replace(report, submissions=tuple(
        wrong(f"s{i:02}", (float(i),)) for i in range(1, 20))), graded)
    assert said(cgp("name", graded, "x-1", "cubed", *SAYS), tmp_path) == (2, (
        "error: there is no group 'x-1'\n  expected one that may be named: "
        + ", ".join(f"adam-{i} (1)" for i in range(1, 13)) + " and 7 more\n"))
    results.write(replace(report, submissions=()), graded)
    assert said(cgp("name", graded, "x-1", "cubed", *SAYS), tmp_path) == (2, (
        "error: there is no group 'x-1'\n"
        "  expected one that may be named, and here there is none\n"))


def test_results_that_do_not_say_where_their_homework_lies(graded, tmp_path):
    report = results.read(graded)
    results.write(
        replace(report, assignment=replace(report.assignment, folder="")), graded)
    assert said(cgp("name", graded, "adam-1", "cubed", *SAYS), tmp_path) == (2, (
        "error: the results do not say where their homework lies\n  at TMP/out\n"
        "  expected its folder, after -a\n"))


def test_a_homework_of_the_harness_is_not_written_into(tmp_path):
    results.write(replace(BATCH, submissions=(wrong("ada", (1.0,)),)), tmp_path / "out")
    done = cgp("name", tmp_path / "out", "adam-1", "cubed", *SAYS)
    assert (done.exit_code, done.output) == (2, (
        "error: the homework 'step_size' is part of the harness: nothing is written there\n"
        f"  at {folder_of('step_size')}\n"
        "  expected the folder of a homework of your own, after -a\n"
        "  fix: copy this folder to my_step_size, and grade with -a my_step_size\n"))


def test_a_file_to_which_no_table_can_be_added_is_left_alone(homework, graded, tmp_path):
    (homework / "mistakes.toml").write_text("mistakes = []\n")
    assert said(cgp("name", graded, "adam-1", "cubed", *SAYS), tmp_path) == (2, (
        "error: nothing can be added to what stands there\n  at TMP/hw/mistakes.toml\n"
        "  expected mistakes that stand below [[mistakes]] each\n"))
    assert (homework / "mistakes.toml").read_text() == "mistakes = []\n"


def test_a_file_that_cannot_be_written_is_named(homework, graded, tmp_path):
    (homework / "mistakes.toml").mkdir()
    assert said(cgp("name", graded, "adam-1", "cubed", *SAYS), tmp_path) == (2, (
        "error: mistakes.toml cannot be written: is a directory\n  at TMP/hw\n"
        "  expected a folder that can be written\n  fix: give another path after -a\n"))


def test_two_groups_get_their_names_one_after_the_other(homework, tmp_path):
    """End to end: graded, named, graded, named, graded."""
    folder, output = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    for name, square in {"ada": "abs(g)**3", "eva": "abs(g * g * g)", "zoe": "abs(g)**5",
                         "bob": "abs(g)", "kim": "g * g"}.items():
        (folder / f"{name}.py").write_text(RULE.format(square=square))

    def grade():
        done = cgp("grade", folder, "-a", homework, "-o", output, "--isolation", "plain",
                   "--jobs", 1, "--quiet")
        assert done.exit_code == 0, done.output
        return [(one.id, one.members, one.diagnosis.flags if one.diagnosis else ())
                for one in groups(results.read(output).submissions)]

    assert grade() == [
        ("adam-1", ("ada", "eva"), ()), ("adam-2", ("bob",), ("absolute_gradient",)),
        ("adam-3", ("zoe",), ())]
    assert cgp("name", output, "adam-1", "cubed", *SAYS).exit_code == 0
    assert grade()[0] == ("adam-1", ("ada", "eva"), ("cubed",))
    assert cgp("name", output, "adam-3", "fifth", "--says", "g has the power 5", "--hint",
               "It is squared once.").exit_code == 0
    assert [flags for _, _, flags in grade()] == [("cubed",), ("absolute_gradient",), ("fifth",)]
    pages = {name: (output / "students" / f"{name}.html").read_text() for name in ("eva", "zoe")}
    assert "What differs: the gradient is cubed. Eq. 38 squares it." in pages["eva"]
    assert "What differs: g has the power 5. It is squared once." in pages["zoe"]
    assert Path(results.read(output).assignment.folder) == homework

"""Figures on the command line: `cgp check --save`, and what `cgp grade` leaves in its folder."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

import cgp_harness.batch
import cgp_harness.pipeline
import cgp_harness.reports.pages
from cgp_harness.cli import main
from cgp_harness.reports import results
from tests.harness.reports.example_reports import BATCH, FIGURED, HIDDEN, PERFECT, PLOTS, SECRETIVE

FILES = [f"adam.convergence.{plot.name}" for plot in PLOTS]


def cgp(*arguments):
    plain = {"FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": None}
    return CliRunner(env=plain).invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def student_file(tmp_path):
    file = tmp_path / "adam.py"
    file.write_text("")
    return file


@pytest.fixture
def checked(student_file, monkeypatch):
    """`cgp check`, given the report that grading shall have."""
    def check(report, *options):
        monkeypatch.setattr(
            cgp_harness.pipeline, "grade", lambda submission, assignment, **named: report)
        return cgp("check", student_file, "-a", "step_size", "--isolation", "plain", *options)

    return check


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """`cgp grade`, given the reports that grading shall have."""
    def grade(*options, reports=(FIGURED, SECRETIVE), ends=0):
        monkeypatch.setattr(cgp_harness.batch, "grade_all", lambda *given, **named: reports)
        folder = tmp_path / "class"
        folder.mkdir()
        for one in reports:
            (folder / f"{one.id}.py").write_text("")
        done = cgp("grade", folder, "-a", "step_size", "--isolation", "plain",
                   "-o", tmp_path / "out", *options)
        assert done.exit_code == ends, done.output
        grade.stderr = done.stderr
        return tmp_path / "out"

    return grade


def test_check_writes_the_figures_where_it_is_told_and_says_so(checked, tmp_path):
    folder = tmp_path / "new" / "figures"
    done = checked(FIGURED, "--save", folder)
    assert done.exit_code == 0, done.output
    wanted = [folder / f"{name}.png" for name in FILES]
    assert done.stdout.splitlines()[-4:] == [
        *(f"wrote {file}" for file in wanted), "unofficial: this machine ran it without isolation"]
    assert sorted(folder.iterdir()) == sorted(wanted)


def test_check_writes_nothing_unless_it_is_told(checked, tmp_path):
    assert "wrote" not in checked(FIGURED).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["adam.py"]


@pytest.mark.parametrize("report", [SECRETIVE, HIDDEN], ids=["hidden figures", "none"])
def test_check_draws_no_figure_of_a_hidden_check_and_says_that_there_is_none(
    checked, tmp_path, report
):
    done = checked(report, "--save", tmp_path / "figures")
    assert "\nno visible check of this submission has a figure\n" in done.stdout
    assert list((tmp_path / "figures").iterdir()) == []


def test_check_explains_a_folder_that_cannot_be_before_it_grades(checked, student_file):
    done = checked(None, "--save", student_file / "figures")
    assert done.exit_code == 2
    assert done.stderr == (
        "error: the figures cannot be written: not a directory\n"
        f"  at {student_file / 'figures'}\n  expected a folder that can be written\n"
        "  fix: give another path after --save\n")


def test_check_explains_a_file_that_cannot_be_written(checked, tmp_path):
    (tmp_path / f"{FILES[1]}.png").mkdir()
    done = checked(FIGURED, "--save", tmp_path)
    assert done.exit_code == 2
    assert done.stderr == (
        f"error: the figures cannot be written: is a directory\n  at {tmp_path}\n"
        "  expected a folder that can be written\n  fix: give another path after --save\n")
    assert "wrote" not in done.stdout


def test_grade_writes_figures_lists_them_and_puts_the_visible_ones_into_pages(graded):
    folder = graded()
    listed = [[check.figures for check in one.checks]
              for one in results.read(folder).submissions]
    assert listed == [
        [(), tuple(f"figures/{student}/{name}.svg" for name in FILES)]
        for student in ("mary", "lise")]
    assert all((folder / name).is_file() for checks in listed for names in checks for name in names)
    figures_in = {
        student: (folder / "students" / f"{student}.html").read_text("utf-8").count('"plot"')
        for student in ("mary", "lise")}
    assert figures_in == {"mary": 3, "lise": 0}


def test_grade_draws_none_if_told_so(graded):
    folder = graded("--no-figures")
    assert not (folder / "figures").exists()
    assert {check.figures for one in results.read(folder).submissions
            for check in one.checks} == {()}


def test_ctrl_c_while_figures_are_drawn_loses_no_report_and_says_how_to_go_on(
    graded, monkeypatch
):
    def stopped(report, folder):
        if report.id == "lise":
            raise KeyboardInterrupt
        return write(report, folder)

    write = cgp_harness.reports.pages.figures.write
    monkeypatch.setattr(cgp_harness.reports.pages.figures, "write", stopped)
    folder = graded(reports=(FIGURED, SECRETIVE, PERFECT), ends=130)
    assert graded.stderr == (
        "drawing the figures of 2 submissions\n"
        f"stopped among the figures: all reports are in {folder}; the same command draws the "
        "rest\n")
    assert [one.id for one in results.read(folder).submissions] == ["mary", "lise", "ada"]
    plots = {one: (folder / "students" / f"{one}.html").read_text("utf-8").count('"plot"')
             for one in ("mary", "lise", "ada")}
    assert plots == {"mary": 3, "lise": 0, "ada": 0}


def test_grade_makes_no_folder_for_figures_where_there_are_none(graded):
    folder = graded(reports=BATCH.submissions[:2])
    assert sorted(path.name for path in folder.iterdir()) == [
        "compare.html", "gradebook.csv", "index.html", "results.json", "store.sqlite", "students"]


def test_a_figure_is_of_the_graded_submission_whatever_its_name(graded):
    folder = graded(reports=(replace(FIGURED, id="Zoë #1 100%"),))
    page = (folder / "students" / "Zoë #1 100%.html").read_text("utf-8")
    assert page.count('<svg class="plot"') == 3
    assert len(list((folder / "figures" / "Zoë #1 100%").iterdir())) == 3

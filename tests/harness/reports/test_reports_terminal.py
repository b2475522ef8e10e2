"""What a terminal shows, compared whole with `tests/snapshots/*.txt`.

After a wished change: `CGP_SNAPSHOTS=write pytest
tests/harness/reports/test_reports_terminal.py`, then read the difference.
"""

import io
import os
from dataclasses import replace

import pytest

from cgp_harness.model import Problem, SourceFile, Status
from cgp_harness.probing.case import Replay, ReplayRow
from cgp_harness.probing.case_table import table
from cgp_harness.probing.text import number_pair, points, shown
from cgp_harness.reports import terminal
from cgp_harness.reports.case import Case, case_of
from cgp_harness.reports.checked.closing import submission_lines
from cgp_harness.reports.checked.lines import check_lines, note_lines
from tests.harness.reports.example_reports import (
    ATTACKER,
    BATCH,
    CASE,
    HIDDEN,
    RELATION,
    UNLUCKY,
    WRONG,
    check,
)
from tests.places import ROOT


@pytest.fixture(autouse=True)
def _no_colour_is_forced(monkeypatch):
    # Some CI services set these for every step.
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


SNAPSHOTS = ROOT / "tests" / "snapshots"


def printed(lines, encoding="utf-8"):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    out = terminal.console(file)
    terminal.show(lines, out)
    return raw.getvalue().decode(encoding)


def assert_snapshot(name, text):
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("CGP_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


EVERY_STATUS = replace(WRONG, checks=tuple(
    check(status, status, message=f"what {status} says") for status in Status
    if status is not Status.GRADED
))
REPLAY = Replay(
    (ReplayRow(1, 0, (0,), 0.5, 1 / 3, 0.25, 0.25), ReplayRow(2, 0, (0,), -1.5, -0.1, None, None)),
    reproduced=True,
)
LONG = "A message of many words, " * 8 + "and /a/path/" + "long" * 30 + "\n    indented code\n"


@pytest.mark.parametrize(("name", "lines"), [
    ("check_wrong", lambda: submission_lines(WRONG)),
    ("check_hidden", lambda: submission_lines(HIDDEN)),
    ("check_every_status", lambda: submission_lines(EVERY_STATUS)),
    ("check_hostile", lambda: submission_lines(ATTACKER)),
    ("check_relation", lambda: check_lines(
        check("relations", Status.FAILED, message="a run differs", counterexample=RELATION))),
    ("check_long_message", lambda: check_lines(
        check("loads", Status.STUDENT_ERROR, message=LONG))),
    ("class", lambda: terminal.class_lines(BATCH)),
    ("replay", lambda: terminal.replay_lines(REPLAY)),
    ("replay_failed", lambda: terminal.replay_lines(Replay(
        (), reproduced=False,
        problem=Problem(Status.TIMEOUT, "adam() took too long", "adam.py:4")))),
])
def test_a_pipe_gets_this(name, lines):
    assert_snapshot(name, printed(lines()))


def test_who_has_no_score_is_said_with_the_reason():
    assert printed(terminal.not_graded_lines(BATCH)) == (
        "no score: alan, adam.loads\n  the grader failed\n")
    many = replace(BATCH, submissions=(WRONG, *[replace(
        UNLUCKY, checks=(), notes=("three graders ended",))] * 7))
    assert printed(terminal.not_graded_lines(many)) == (
        "no score: alan\n  three graders ended\n" * 5 + "no score: 2 more\n")


def test_hidden_checks_are_not_shown():
    assert "SECRET" not in printed(submission_lines(HIDDEN))


def test_an_ascii_terminal_gets_ascii():
    text = printed(submission_lines(EVERY_STATUS), encoding="ascii")
    assert [line[0] for line in text.splitlines() if line and line[0] in "+x-!"] == list("+x!!!!-!")
    german = check("loads", Status.FAILED, message="für β")
    assert "f\\xfcr \\u03b2" in printed(check_lines(german), encoding="ascii")


def test_no_line_is_wider_than_100_unless_a_word_is():
    text = printed(submission_lines(EVERY_STATUS)) + printed(
        submission_lines(ATTACKER))
    assert max(map(len, text.splitlines())) <= 100


def test_a_terminal_gets_colour(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[32m✓ Adam: loads" in printed(submission_lines(WRONG))


@pytest.mark.parametrize(("text", "safe"), [
    ("plain\ntext", "plain\ntext"),
    ("\x1b[2J\x07\x00\x7f\x9b", "\\x1b[2J\\x07\\x00\\x7f\\x9b"),
    ("a\u202eb\u200b", "a\\u202eb\\u200b"),
    ("\ud800 \U000e0001", "\\ud800 \\U000e0001"),
    ("a\r\nb\rc\td", "a\nb\\rc   d".replace("\\r", "\\x0d")),
])
def test_control_and_format_characters_are_written_out(text, safe):
    assert shown(text) == safe


@pytest.mark.parametrize(("value", "text"), [
    (4.0, "4"), (2.5, "2.5"), (100 / 3, "33.33"), (0.0, "0"), (100.0, "100")])
def test_points_are_written_as_people_do(value, text):
    assert points(value) == text


def test_two_numbers_that_differ_are_shown_to_differ():
    assert number_pair(0.1 + 0.2, 0.3) == ("0.30000000000000004", "0.3")
    assert number_pair(0.5, 0.5) == ("0.5", "0.5")
    assert number_pair(0.666667, 2 / 3) == ("0.6666670", "0.6666667")
    assert number_pair(20.5, 20.500000001) == ("20.500000000", "20.500000001")
    assert number_pair(-1e-9, -1.00000001e-9) == ("-1.00000000e-09", "-1.00000001e-09")
    assert number_pair(None, 0.5) == ("not finite", "0.5")


@pytest.mark.parametrize("key", [*CASE, *(set(RELATION) - set(CASE))])
def test_a_case_without_one_of_its_keys_is_still_a_table(key):
    case = case_of({name: value for name, value in RELATION.items() if name != key})
    assert case is not None
    assert {len(row) for row in case.rows} == {len(case.columns)}


@pytest.mark.parametrize("nothing", [None, {}, {"rule": "adam"}, {"gradients": []}])
def test_a_case_with_nothing_to_show_is_none(nothing):
    assert case_of(nothing) is None


def test_a_long_case_is_cut_to_the_number_that_differs_first():
    case = case_of({
        "shapes": [[2, 2]], "gradients": [[float(i)] * 4 for i in range(30)],
        "first_difference": {"step": 20, "parameter": 0, "index": [1, 0]},
    })
    assert [row[0] for row in case.rows] == [str(step) for step in range(9, 21)]
    assert (case.marked, case.left_out) == (11, 108)


def test_what_changes_per_step_has_a_column_and_the_rest_is_in_the_heading():
    constant = CASE | {"schedule": {"lr": [0.5, 0.5]}}
    assert case_of(constant).heading == "adam on numpy arrays, beta1 = 0.75, eps = 0.25, lr = 0.5"
    assert case_of(CASE).columns == ("step", "gradient", "lr", "got", "expected")


def extension_case(rows, first):
    columns = ("index", "g", "got", "expected")
    return case_of(table("cube at x of shape (20,)", columns, rows, first))


def test_the_table_of_an_extension_is_shown_as_it_is():
    case = extension_case([(0, 1.0, 2.0, 2.0), ("(1, 2)", -0.5, float("nan"), 2.5)], 1)
    assert case == Case(
        "cube at x of shape (20,)", ("index", "g", "got", "expected"),
        (("0", "1", "2", "2"), ("(1, 2)", "-0.5", "nan", "2.5")), marked=1, left_out=0)


def test_numbers_that_differ_in_a_late_digit_are_shown_to_differ():
    [row] = extension_case([(0, 1.0, 0.1 + 1e-12, 0.1)], 0).rows
    assert row == ("0", "1", "0.100000000001", "0.100000000000")


def test_of_a_long_table_the_rows_around_the_first_difference_are_shown():
    rows = [(i, 0.0, 1.0, 2.0) for i in range(20)]
    for first, begin in ((0, 0), (5, 0), (6, 0), (9, 3), (19, 8)):
        case = extension_case(rows, first)
        assert [row[0] for row in case.rows] == [str(begin + i) for i in range(12)]
        assert (case.marked, case.left_out) == (first - begin, 8)


@pytest.mark.parametrize("damaged", [
    {"table": {}}, {"table": {"columns": ["a"]}}, {"table": {"columns": ["a"], "rows": [[1, 2]]}},
    {"table": {"columns": 3, "rows": 4}},
])
def test_a_damaged_table_is_left_out(damaged):
    assert case_of(damaged) is None


@pytest.mark.parametrize(("line", "note", "marks"), [
    ("def sgd(g, v)", "the line that begins with `def` has no colon at its end\n  at a.py:3\n"
     "  fix: write `def sgd(g, v):`", "             ^"),
    ("v = mu * v − g", "the sign − of this line was copied from a text, and is none of Python's",
     "           ^"),
    ("x = (1 + 2", "the `(` of this line is never closed\n  at a.py:1\n  fix: write `)` where it "
     "ends\n  Python says: SyntaxError: '(' was never closed", "    ^"),
    ("y = f(1, (2)", "the `(` of this line is never closed\n  at a.py:1", "^^^^^^^^^^^^"),
    ("    y = torch.ones(3)", "NameError: name 'torch' is not defined\n  at a.py:1",
     "        ^^^^^"),
    ("import seaborn", "seaborn is not available to submissions of this homework\n  at a.py:1",
     "       ^^^^^^^"),
    ("@optimizer(m=0)", "the state 'm' begins as None\n  at a.py:1", "           ^"),
    ("@optimizer(mu=0)", "the state 'm' begins as None\n  at a.py:1", "^^^^^^^^^^^^^^^^"),
    ("  def f(:", "SyntaxError: invalid syntax\n  at a.py:1", "  ^^^^^^^"),
])
def test_of_a_line_that_is_shown_what_the_note_quotes_is_marked(line, note, marks):
    source = SourceFile("a.py", f"\n\n{line}\n".encode())
    place = note.replace("at a.py:1", "at a.py:3")
    place += "" if "  at " in place else "\n  at a.py:3"
    lines = [one.plain for one in note_lines([place], sources=[source])]
    shown, marked = lines[lines.index("      at a.py:3") + 1:][:2]
    assert marked[shown.index("|") + 2:] == marks


def test_what_the_grader_failed_on_is_not_said_to_be_wrong():
    [failed] = [one for one in EVERY_STATUS.checks if one.status is Status.GRADER_ERROR]
    report = replace(EVERY_STATUS, checks=(failed, replace(failed, id="adam.loads")))
    told = [line.plain for line in submission_lines(report)]
    assert told[told.index(""):] == [
        "",
        f"{'score':<77}none: the grader failed",
        "not judged: adam (2 checks)",
        "first: Adam: grader_error",
        "    what grader_error says",
    ]


CELLS = SourceFile(
    "hw.py", "# cell 1\nx = 1\n# cell 2\ny = 1\nz = 'é' + foo(\n  3)\n".encode(), "hw.ipynb",
    (1, 3))


@pytest.mark.parametrize(("mark", "shown"), [
    ((11, 14), "           |           ^^^"),
    ((11, 1_000_000), "           |           ^^^^"),
    # what a worker may say that lies: the text is looked at in its place
    ((14, 11), "           | ^^^^^^^^^^^^^^"),
    ((500, 600), "           | ^^^^^^^^^^^^^^"),
    ((0, 0), "           | ^^^^^^^^^^^^^^"),
])
def test_the_part_of_a_line_that_python_names_is_marked_in_a_cell_too(mark, shown):
    place = "hw.ipynb, cell 2, line 2"
    note = f"NameError: name 'other' is not defined\n  at {place}"
    assert [one.plain for one in note_lines([note], sources=[CELLS], marks={place: mark})][3:] == [
        "         2 | z = 'é' + foo(", shown]


def test_the_heading_of_a_cell_is_not_taken_for_its_first_line():
    note = "something\n  at hw.ipynb, cell 1, line 1"
    assert [one.plain for one in note_lines([note], sources=[CELLS])][3:] == [
        "         1 | x = 1", "           | ^^^^^"]


RAISED = replace(
    next(one for one in EVERY_STATUS.checks if one.status is Status.STUDENT_ERROR),
    message="adam() raised TypeError: 'int' object is not callable (step 1)\n"
            "  at hw.ipynb, cell 2, line 2\n  fix: call a function", mark=(10, 17))


def test_below_the_place_of_an_exception_of_a_check_its_line_is_shown_with_what_python_marks():
    assert [one.plain for one in check_lines(RAISED, sources=[CELLS])][1:] == [
        "    adam() raised TypeError: 'int' object is not callable (step 1)",
        "      at hw.ipynb, cell 2, line 2",
        "         2 | z = 'é' + foo(",
        "           |          ^^^^^",
        "      fix: call a function",
    ]


@pytest.mark.parametrize("check", [
    replace(RAISED, mark=(0, 0)),  # about nothing in particular of that line
    replace(RAISED, message=RAISED.message.replace("cell 2", "cell 7")),
    replace(RAISED, status=Status.PASSED),
])
def test_a_line_of_which_a_check_says_nothing_is_not_shown(check):
    shown = [one.plain for one in check_lines(check, sources=[CELLS], verbose=True)]
    assert [line for line in shown if "|" in line] == []

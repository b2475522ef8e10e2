"""Lists of other systems that are filled in: one cell gets a number, and not a byte else moves."""

import csv
import io
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_harness.cli import main
from cgp_harness.errors import HarnessError
from cgp_harness.model import Student
from cgp_harness.reports.formats.format import Roster
from cgp_harness.reports.formats.rosters.brightspace import BRIGHTSPACE
from cgp_harness.reports.formats.rosters.canvas import CANVAS
from cgp_harness.reports.formats.rosters.cells import read
from cgp_harness.reports.formats.rosters.moodle import MOODLE
from tests.harness.reports.example_reports import BATCH, PERFECT, UNLUCKY, WRONG

CANVAS_EXPORT = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,HW 2 (11),Step-size optimizers (12),"
    "Current Score\r\n"
    ",,,,,Manual Posting,,(read only)\r\n"
    "    Points Possible,,,,,10.00,24.00,(read only)\r\n"
    '"Lovelace, Ada",901,0007,ada@x.edu,"CS, 1",9.5,,88.0\r\n'
    '"Hopper, Grace ""Amazing""",902,0008,grace@x.edu,"CS, 1", 3 ,1.00,\r\n'
    "Excused One,903,0009,hedy@x.edu,CS,,EX,\r\n"
    '"Student, Test",999,,,CS,,,\r\n').encode()
MOODLE_SHEET = (
    b'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    b'"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    b'Participant 4006831,"Ada Lovelace",ada@x.edu,"Submitted for grading",,"12.00",Yes,'
    b'"Monday, 2 November 2026, 9:00 AM",-,\n'
    b'Participant 4006832,"Grace Hopper",grace@x.edu,Submitted,7.00,12.00,No,-,-,"<p>fine</p>"\n'
)
D2L_EXPORT = (
    b"OrgDefinedId,Username,Last Name,First Name,Email,"
    b"Step-size optimizers Points Grade <Numeric MaxPoints:12 Weight:5>,End-of-Line Indicator\r\n"
    b"#0007,#ada.lovelace,Lovelace,Ada,ada@x.edu,,#\r\n"
    b"#0008,#grace.hopper,Hopper,Grace,grace@x.edu,3,#\r\n")


def of(*submissions):
    return replace(BATCH, submissions=submissions)


def student(report, **fields):
    return replace(report, student=Student("Canvas", **fields))


def filled(form, content, *submissions, column=""):
    written = form.made(of(*submissions), Roster(content, column, "list.csv"))
    [text] = written.files.values()
    return text, written.notes


def changes(before, after):
    """Row and column of each cell that differs, by Python's csv, with its texts."""
    tables = [[*csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))]
              for text in (before, after)]
    assert [*map(len, tables[0])] == [*map(len, tables[1])]
    return [(row, column, old, new)
            for row, (one, other) in enumerate(zip(*tables, strict=True))
            for column, (old, new) in enumerate(zip(one, other, strict=True)) if old != new]


def test_canvas_gets_one_column_and_every_other_byte_is_as_it_was():
    text, notes = filled(CANVAS, CANVAS_EXPORT, student(PERFECT, user_id="901"), WRONG)
    assert changes(CANVAS_EXPORT, text) == [(3, 6, "", "24"), (4, 6, "1.00", "8")]
    assert text == CANVAS_EXPORT.replace(b",9.5,,", b",9.5,24,").replace(b" 3 ,1.00,", b" 3 ,8,")
    assert notes == (
        "canvas: a full score is 24 in 'Step-size optimizers (12)', and 12 in the assignment: "
        "scores are in proportion",
        "canvas: 1 score replaced that stood there: grace had 1.00, now 8")


def test_a_column_of_another_name_is_taken_if_it_is_the_only_one_and_that_is_said():
    other = CANVAS_EXPORT.replace(b"HW 2 (11),", b"Section 2,").replace(
        b"Step-size optimizers (12)", b"HW 7 (77)")
    text, notes = filled(CANVAS, other, student(PERFECT, user_id="901"))
    assert changes(other, text) == [(3, 6, "", "24")]
    assert notes[1:] == (
        "canvas: the scores stand in 'HW 7 (77)', the only column that takes any",)


@pytest.mark.parametrize("who", [
    {"user_id": "901"}, {"user_id": "0007"}, {"email": "ADA@x.edu"}, {"name": "Ada Lovelace"},
    {"name": "Lovelace,  ada"}])
def test_a_student_is_found_by_number_address_or_name(who):
    text, _ = filled(CANVAS, CANVAS_EXPORT, replace(student(PERFECT, **who), id="x"))
    assert changes(CANVAS_EXPORT, text) == [(3, 6, "", "24")]


def test_who_is_not_in_the_list_is_said_with_the_score_and_nothing_moves():
    text, notes = filled(CANVAS, CANVAS_EXPORT, replace(PERFECT, id="nobody"))
    assert text == CANVAS_EXPORT
    assert notes == ("canvas: nobody fits no row of list.csv; its score is 12 of 12",)


def test_nobody_gets_a_score_by_guess():
    twins = CANVAS_EXPORT.replace(b"Excused One,903", b'"Lovelace, Ada",903')
    text, notes = filled(CANVAS, twins, replace(student(PERFECT, name="Ada Lovelace"), id="x"))
    assert (text, notes) == (
        twins, ("canvas: x fits 2 rows of list.csv; its score is 12 of 12",))
    one, other = (replace(PERFECT, id=name, student=Student("Canvas", "901")) for name in "ab")
    text, notes = filled(CANVAS, CANVAS_EXPORT, one, other)
    assert (text, notes) == (CANVAS_EXPORT, (
        "canvas: a is left out: a, b fit one row; its score is 12 of 12",
        "canvas: b is left out: a, b fit one row; its score is 12 of 12"))
    # One student's number in the school is another's in Canvas.
    crossed = CANVAS_EXPORT.replace(b"0008", b"901")
    text, notes = filled(CANVAS, crossed, replace(PERFECT, id="901"))
    assert (text, notes) == (
        crossed, ("canvas: 901 fits 2 rows of list.csv; its score is 12 of 12",))


def test_who_is_excused_stays_so_and_the_machine_s_failure_is_no_score():
    text, notes = filled(
        CANVAS, CANVAS_EXPORT, replace(PERFECT, id="hedy"), replace(UNLUCKY, id="ada"))
    assert (text, notes) == (CANVAS_EXPORT, (
        "canvas: ada is left out: the machine failed on it; it has no score",
        "canvas: hedy is left out: excused in Canvas; its score is 12 of 12"))


def test_every_member_of_a_group_gets_the_score():
    members = (Student("Canvas", "901", "Ada"), Student("Canvas", "902", "Grace"),
               Student("Canvas", "77", "Eve"))
    text, notes = filled(
        CANVAS, CANVAS_EXPORT, replace(PERFECT, student=Student("Canvas", group=members)))
    assert [change[0] for change in changes(CANVAS_EXPORT, text)] == [3, 4]
    assert notes[0] == "canvas: Eve of ada fits no row of list.csv; its score is 12 of 12"


def test_a_list_with_semicolons_and_decimal_commas_stays_one():
    german = (b"Student;ID;Section;HW (1);Other (2)\r\n   Points Possible;;;12,00;3\r\n"
              b"ada;1;A;5,00;\n")
    text, _ = filled(
        CANVAS, german, replace(PERFECT, score=7.5), column="HW")
    assert text == german.replace(b"5,00", b"7,5")
    german = german.replace(b"12,00", b"4,5").replace(b"5,00", b"")
    assert filled(CANVAS, german, PERFECT, column="HW")[0] == german.replace(b"A;;", b"A;4,5;")


@pytest.mark.parametrize(("content", "column", "message"), [
    (b"a,b\n", "", "this is no list of Canvas: it has no column 'ID'\n  at list.csv\n"
     "  expected columns 'ID', 'Section'; found 'a', 'b'\n  fix: in Canvas: Grades, Export, "
     "Export Entire Gradebook; give that file, unchanged"),
    *((content, "", f"{what}\n"
       "  expected the file as it was exported\n  fix: in Canvas: Grades, Export, Export Entire "
       "Gradebook; give that file, unchanged") for content, what in (
        (b"", "the list is empty\n  at list.csv"),
        (b"\r\n \n", "the list is empty\n  at list.csv"),
        (CANVAS_EXPORT.decode().encode("utf-16"), "the list is in UTF-16\n  at list.csv"),
        (CANVAS_EXPORT.decode().encode("utf-16-be"), "the list is in UTF-16\n  at list.csv"),
        (b"PK\x03\x04" + bytes(80), "the list is a spreadsheet or another zip\n  at list.csv"),
        (b"<!DOCTYPE html>", "the list is a web page\n  at list.csv"),
        (CANVAS_EXPORT + b"\0", "the list is no text: it holds zero bytes\n  at list.csv"),
        (b'ID,Section,HW (1)\r\n"a,b,\r\n"c",d,\r\n',
         'the sign " before a cell has none after it\n  at list.csv:2'),
        (b'ID,Section,HW (1)\na,b,\n"c,d,\n',
         'the sign " before a cell has none after it\n  at list.csv:3'))),
    (CANVAS_EXPORT, "HW 3", "there is no one column 'HW 3'\n  at list.csv\n  expected one of its "
     "columns: 'HW 2 (11)', 'Step-size optimizers (12)'\n  fix: name it: --column NAME"),
    (CANVAS_EXPORT.replace(b"Step-size optimizers", b"HW 3"), "",
     "it is not plain which column is 'Step-size optimizers'\n  at list.csv\n  expected one of its "
     "columns: 'HW 2 (11)', 'HW 3 (12)'\n  fix: name it: --column NAME"),
])
def test_a_list_that_cannot_be_filled_is_refused(content, column, message):
    with pytest.raises(HarnessError) as caught:
        filled(CANVAS, content, PERFECT, column=column)
    assert str(caught.value) == message


def test_moodle_reads_its_worksheet_back():
    text, notes = filled(
        MOODLE, MOODLE_SHEET, student(PERFECT, user_id="4006831"), replace(WRONG, id="grace"))
    assert changes(MOODLE_SHEET, text) == [(1, 4, "", "12")]
    assert notes == (
        "moodle: grace is left out: its grade cannot be changed in Moodle; its score is 4 of 16",)
    # As assignfeedback_offline does: the three columns by name, the number behind "Participant".
    rows = [*csv.DictReader(io.StringIO(text.decode()))]
    assert [(row["Identifier"][len("Participant"):], row["Grade"], row["Last modified (grade)"])
            for row in rows] == [(" 4006831", "12", "-"), (" 4006832", "7.00", "-")]


@pytest.mark.parametrize("spelt", [b"Maximum grade", b"Maximum Grade"])
def test_moodle_s_full_score_is_read_however_its_version_spells_it(spelt):
    sheet = MOODLE_SHEET.replace(b"Maximum grade", spelt).replace(b"12.00", b"24.00")
    text, notes = filled(MOODLE, sheet, student(PERFECT, user_id="4006831"))
    assert changes(sheet, text) == [(1, 4, "", "24")]
    assert notes == ("moodle: a full score is 24 in 'Grade', and 12 in the assignment: "
                     "scores are in proportion",)


def test_that_a_list_says_no_full_score_is_said():
    sheet = MOODLE_SHEET.replace(b"Maximum grade", b"Scale")
    text, notes = filled(MOODLE, sheet, student(PERFECT, user_id="4006831"))
    assert changes(sheet, text) == [(1, 4, "", "12")]
    assert notes == ("moodle: the list does not say what a full score is: scores are of 12, "
                     "as in the assignment",)


def test_scores_that_are_replaced_are_counted_and_the_same_score_is_none():
    column = CANVAS_EXPORT.replace(b"9.5,,88.0", b"9.5,23.5,88.0").replace(b"24.00", b"12.00")
    ada, grace = student(PERFECT, user_id="901"), replace(student(WRONG, user_id="902"), id="grace")
    _, notes = filled(CANVAS, column, ada, grace)
    assert notes == (
        "canvas: 2 scores replaced that stood there: ada had 23.5, now 12; …",)
    same = column.replace(b"23.5", b"12,00").replace(b" 3 ,1.00", b" 3 ,4.0")
    assert filled(CANVAS, same, ada, grace)[1] == ()


def test_numbers_that_a_spreadsheet_has_changed_are_said_where_a_row_is_missing():
    opened = CANVAS_EXPORT.replace(b"902", b"9.02E+15")
    found, missing = student(PERFECT, user_id="901"), replace(
        student(WRONG, user_id="9020000000000007"), id="x")
    assert filled(CANVAS, opened, found, missing)[1][:2] == (
        "canvas: x fits no row of list.csv; its score is 4 of 16",
        "canvas: a spreadsheet has made '9.02E+15' of a number in list.csv, and may have changed "
        "others: in Canvas: Grades, Export, Export Entire Gradebook; give that file, unchanged")
    assert not any("spreadsheet" in note for note in filled(CANVAS, opened, found)[1])


def test_moodle_without_a_worksheet_is_a_table_to_import():
    [text] = MOODLE.made(of(replace(PERFECT, student=Student(
        "Moodle", "7", "Ada Lovelace", "ada@x.edu")), WRONG, UNLUCKY)).files.values()
    assert text.decode() == (
        "Email address,ID number,Full name,Step-size optimizers\r\n"
        "ada@x.edu,7,Ada Lovelace,12\r\n,grace,,4\r\n,alan,,\r\n")


def test_brightspace_gets_its_points():
    text, notes = filled(BRIGHTSPACE, D2L_EXPORT, replace(PERFECT, id="0007"),
                         replace(WRONG, id="grace.hopper"))
    assert (text, notes) == (
        D2L_EXPORT.replace(b"ada@x.edu,,#", b"ada@x.edu,12,#").replace(b",3,#", b",4,#"),
        ("brightspace: 1 score replaced that stood there: grace.hopper had 3, now 4",))


def test_brightspace_without_a_list_is_a_table_to_import():
    [text] = BRIGHTSPACE.made(of(PERFECT, UNLUCKY)).files.values()
    assert text.decode() == (
        "OrgDefinedId,Step-size optimizers Points Grade,End-of-Line Indicator\r\n"
        "#ada,12,#\r\n#alan,,#\r\n")


CELLS = st.text(st.sampled_from('ab,;"\r\n\t é\udc80'), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4),
       st.sampled_from(",;\t"),
       st.sampled_from([
           ("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_table_is_read_as_python_s_csv_reads_it_and_written_as_it_was(rows, separator, written):
    out = io.StringIO(newline="")
    header = ["first", *("x" for _ in rows[0])]
    csv.writer(
        out, delimiter=separator, lineterminator=written[0], quoting=written[1],
    ).writerows([header, *rows])
    content = out.getvalue().encode("utf-8", "surrogateescape")
    table = read(content)
    assert [[cell.text for cell in row] for row in table.rows] == [header, *rows]
    assert table.replaced([]) == content
    changed = table.replaced([(table.rows[1][1], "7.5")])
    [*_, last] = [[*row] for row in csv.reader(io.StringIO(
        changed.decode("utf-8", "surrogateescape"), newline=""), delimiter=separator)][1:2]
    assert last == [rows[0][0], "7.5", *rows[0][2:]]


def refused(*options):
    done = CliRunner().invoke(main, [
        "grade", "nowhere.py", "-a", "step_size", "-o", "out", "--isolation", "plain", *options])
    assert done.exit_code == 2
    return done.stderr.removeprefix("error: ")


def test_the_command_says_what_a_format_needs_before_it_grades(tmp_path):
    export = tmp_path / "export.csv"
    export.write_bytes(CANVAS_EXPORT.replace(b"Step-size optimizers", b"HW 3"))
    assert refused("--format", "canvas") == (
        "the format 'canvas' fills in a list, and none was given\n"
        "  expected the gradebook that Canvas exports (Grades, Export)\n"
        "  fix: name the file: --roster FILE\n")
    assert refused("--format", "csv", "--roster", str(export)) == (
        f"--roster is a list for one format, and none was asked for\n  at {export}\n"
        "  expected --format canvas, moodle or brightspace\n"
        "  fix: ask for one of them in each run: what is graded is not graded again\n")
    assert refused("--format", "canvas", "--column", "HW 3") .startswith("the format 'canvas'")
    assert refused("--column", "HW 3") == (
        "--column names a column of no list\n  fix: add --roster FILE\n")
    assert refused("--format", "canvas", "--roster", str(tmp_path / "no.csv")) == (
        f"the list cannot be read: no such file or directory\n  at {tmp_path / 'no.csv'}\n"
        "  expected the gradebook that Canvas exports (Grades, Export)\n")
    assert re.match(
        "it is not plain which column is 'Step-size optimizers: ",
        refused("--format", "canvas", "--roster", str(export)))

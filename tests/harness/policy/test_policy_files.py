"""What an instructor writes, a policy and what it names: every mistake is explained."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from cgp_harness import policy
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.policy import dates
from cgp_harness.policy.policy import Dates, Given, Late

CHECKS = ("adam.loads", "adam.update_rule", "sgd.loads")
NEW_YORK = ZoneInfo("America/New_York")
DUE = datetime(2026, 11, 3, 23, 59, tzinfo=NEW_YORK)
POLICY = 'due = 2026-11-03T23:59:00\ntimezone = "America/New_York"\n'
WITH_TABLE = f'{POLICY}extensions = "extensions.csv"\n'
WITH_ENTRIES = 'adjust = "adjust.toml"\n'


def load(folder, text=POLICY, extensions=None, adjust=None):
    for name, content in (
        ("policy.toml", text), ("extensions.csv", extensions), ("adjust.toml", adjust),
    ):
        if content is not None:
            (folder / name).write_bytes(
                content.encode() if isinstance(content, str) else content)
    return policy.load(folder / "policy.toml", CHECKS)


def refused(folder, *texts, kind=HarnessError):
    with pytest.raises(kind) as caught:
        load(folder, *texts)
    assert type(caught.value) is kind
    return str(caught.value).replace(f"{folder}/", "")


def test_a_whole_policy_is_read(tmp_path):
    read = load(
        tmp_path,
        WITH_TABLE + WITH_ENTRIES + "published = true\n"
        '[late]\npercent = 10\nper = "hour"\ncap = 50.5\ngrace_minutes = 15\nof = "max_score"\n',
        "\ufeffstudent;due;reason;submitted_at\r\nada;2026-11-05 23:59;ill;\r\n\r\n"
        '"Hopper; Grace";;;2026-11-04T10:00:00Z\r\n'
        "eva;2026-11-03T23:59:00-05:00;x;2026-11-04 01:00:30\r\n",
        '[[adjustments]]\nstudent = "ada"\ncheck = "adam.update_rule"\npoints = 2\nwhy = "39 "\n'
        '[[adjustments]]\nstudent = "*"\npoints = -0.5\nwhy = "all"\n'
        '[[comments]]\nstudent = " eva "\ntext = "Two\\nlines."\n')
    table = tmp_path / "extensions.csv"
    read = replace(read, given=tuple(replace(one, where=str(one.where)) for one in read.given))
    assert read == policy.Policy(
        str(tmp_path / "policy.toml"), DUE, NEW_YORK, Late(10, "hour", 50.5, 15, "max_score"),
        str(table), (
            Dates("ada", datetime(2026, 11, 5, 23, 59, tzinfo=NEW_YORK), None, f"{table}:2"),
            Dates("Hopper; Grace", None, datetime(2026, 11, 4, 10, tzinfo=UTC), f"{table}:4"),
            Dates("eva", datetime(2026, 11, 3, 23, 59, tzinfo=timezone(timedelta(hours=-5))),
                  datetime(2026, 11, 4, 1, 0, 30, tzinfo=NEW_YORK), f"{table}:5"),
        ), (
            Given("ada", "39", 2.0, "adam.update_rule",
                  f"{tmp_path / 'adjust.toml'}:1, adjustment 1"),
            Given("*", "all", -0.5, "", f"{tmp_path / 'adjust.toml'}:6, adjustment 2"),
            Given("eva", "Two\nlines.", None, "", f"{tmp_path / 'adjust.toml'}:10, comment 1"),
        ), True)


def test_an_empty_policy_changes_nothing(tmp_path):
    assert load(tmp_path, "") == policy.Policy(str(tmp_path / "policy.toml"))


def test_adjustments_need_no_due_date(tmp_path):
    assert load(tmp_path, WITH_ENTRIES, None, "").given == ()


@pytest.mark.parametrize(("late", "words"), [
    (Late(10), "10 % of the score for each day begun"),
    (Late(0.5, "hour", 20, 1, "max_score"),
     "0.5 % of all points for each hour begun, at most 20 %, after 1 minute of grace"),
])
def test_what_late_costs_is_said_in_words(late, words):
    assert str(late) == words


ANY_DATE = "a date and a time, such as 2026-11-03T23:59:00"


@pytest.mark.parametrize(("text", "said"), [
    ("due = 2026-11-03T23:59:00",
     "'2026-11-03 23:59:00' has no time zone\n  at policy.toml:1, due\n"
     "  expected the zone of all times that say none, or an offset: 2026-11-03T23:59:00-05:00\n"
     '  fix: write your own into the policy: timezone = "America/New_York"'),
    ("due = 2026-11-03",
     "'2026-11-03' has no time of day\n  at policy.toml:1, due\n"
     f"  expected {ANY_DATE}\n  fix: write 2026-11-03T23:59:59 for the end of that day"),
    ('due = "Nov 3"',
     f"'Nov 3' is no date and time\n  at policy.toml:1, due\n  expected {ANY_DATE}"),
    ('due = "2026-02-29 12:00"',
     "'2026-02-29 12:00' is no date and time: day is out of range for month\n"
     f"  at policy.toml:1, due\n  expected {ANY_DATE}"),
    ('due = "2026-11-03T23:59:00+25:00"',
     f"'2026-11-03T23:59:00+25:00' is no date and time\n  at policy.toml:1, due\n"
     f"  expected {ANY_DATE}"),
    ("due = 20261103", f"'20261103' has no time of day\n  at policy.toml:1, due\n"
     f"  expected {ANY_DATE}\n  fix: write 20261103T23:59:59 for the end of that day"),
    ("due = true", f"'True' is no date and time\n  at policy.toml:1, due\n  expected {ANY_DATE}"),
    ("due = 0206-11-03T23:59:00Z",
     "'0206-11-03 23:59:00+00:00' is in the year 206\n  at policy.toml:1, due\n"
     "  expected a year from 2000 to 2999"),
    ('timezone = "America/New York"',
     "there is no time zone 'America/New York'\n  at policy.toml:1, timezone\n"
     "  expected a name of the IANA's list, such as 'America/New_York'\n"
     "  fix: did you mean 'America/New_York'?"),
    ('timezone = "America"',
     "there is no time zone 'America'\n  at policy.toml:1, timezone\n"
     "  expected a name of the IANA's list, such as 'America/New_York'"),
    ('timezone = "../etc/passwd"',
     "there is no time zone '../etc/passwd'\n  at policy.toml:1, timezone\n"
     "  expected a name of the IANA's list, such as 'America/New_York'"),
    ("[late]\npercent = 10",
     "there is `late`, and no due date\n  at policy.toml:1\n"
     "  expected a line such as due = 2026-11-03T23:59:00 above it"),
    ('extensions = "extensions.csv"',
     "there is `extensions`, and no due date\n  at policy.toml:1\n"
     "  expected a line such as due = 2026-11-03T23:59:00 above it"),
    (WITH_TABLE,
     "the file cannot be read: no such file or directory\n  at extensions.csv\n"
     "  expected a file of the policy; its paths begin where policy.toml lies"),
])
def test_a_policy_that_cannot_be_used_is_explained(tmp_path, text, said):
    assert refused(tmp_path, text) == said


@pytest.mark.parametrize(("text", "message"), [
    (f"{POLICY}[late]\npercent = 0", "percent is 0\n  at policy.toml:4, late.percent\n"
     "  expected a number above 0, at most 100"),
    (f"{POLICY}[late]\npercent = 9\ncap = 101",
     "cap is 101\n  at policy.toml:5, late.cap\n  expected a number above 0, at most 100"),
    (f"{POLICY}[late]\ncap = 50", "the field 'percent' is missing\n  at policy.toml:3, late\n"
     "  expected a number above 0, at most 100\n  fix: write percent = 1"),
    (f'{POLICY}[late]\npercent = 9\nper = "week"',
     "per is 'week'\n  at policy.toml:5, late.per\n  expected one of day, hour\n"
     "  fix: leave it out, which means 'day'"),
    (f"{POLICY}[late]\npercent = 9\ngrace = 5",
     "there is no field 'grace'\n  at policy.toml:5, late\n"
     "  expected one of percent, per, cap, grace_minutes, of\n"
     "  fix: did you mean 'grace_minutes'?"),
    (f"{POLICY}[late]\npercent = 9\nweekends = 5",
     "there is no field 'weekends'\n  at policy.toml:5, late\n"
     "  expected one of percent, per, cap, grace_minutes, of\n  fix: remove it"),
    ("dew = 1", "there is no field 'dew'\n  at policy.toml:1\n"
     "  expected one of due, timezone, late, extensions, adjust, published\n"
     "  fix: did you mean 'due'?"),
    ("due = 2026-02-29T12:00:00", "not TOML: invalid date or datetime\n  at policy.toml:1:7"),
    (b"\xff", "the file is not UTF-8\n  at policy.toml:1, byte 0\n"
     "  expected a text\n  fix: save it as UTF-8"),
])
def test_what_is_no_policy_is_refused_with_its_place(tmp_path, text, message):
    assert refused(tmp_path, text) == message


def test_a_machine_without_time_zones_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(dates, "available_timezones", set)
    assert refused(tmp_path, 'timezone = "Mars/Olympus"', kind=MachineError) == (
        "this machine has no list of time zones\n  at policy.toml:1, timezone\n"
        "  fix: python -m pip install tzdata")


@pytest.mark.parametrize(("table", "said"), [
    ("", "the table is empty\n  at extensions.csv\n  expected a first row: student,due"),
    ("name,until\nada,x",
     "the columns are name, until\n  at extensions.csv:1\n"
     "  expected student and due in the first row; submitted_at may be there, too"),
    ("students,due\n",
     "there is a column 'students'\n  at extensions.csv:1\n"
     "  expected one of student, due, submitted_at\n  fix: did you mean 'student'?"),
    ("student,due,submited_at\n",
     "there is a column 'submited_at'\n  at extensions.csv:1\n"
     "  expected one of student, due, submitted_at\n  fix: did you mean 'submitted_at'?"),
    ("student,due,student\nada,2026-11-05 23:59,Ada\n",
     "there are 2 columns 'student'\n  at extensions.csv:1\n  expected one\n"
     "  fix: rename those that are not meant"),
    ("student,due\n,2026-11-05 23:59\n",
     "nobody is named\n  at extensions.csv:2\n  expected a student in each row"),
    ("student,due\nada\n",
     "nothing is said of 'ada'\n  at extensions.csv:2\n"
     "  expected a due date, or when it was handed in"),
    ("student,due\nada,11/5/2026 23:59\n",
     f"'11/5/2026 23:59' is no date and time\n  at extensions.csv:2, due\n  expected {ANY_DATE}"),
    ("student,due\nada,2026-11-05 24:00\n",
     "'2026-11-05 24:00' is no date and time: hour must be in 0..23\n"
     f"  at extensions.csv:2, due\n  expected {ANY_DATE}"),
    ("student,due\nada,2026-11-05\n",
     f"'2026-11-05' has no time of day\n  at extensions.csv:2, due\n  expected {ANY_DATE}\n"
     "  fix: write 2026-11-05T23:59:59 for the end of that day"),
    ("student,due\nada,2026-11-03 23:58:59\n",
     "the extension of 'ada' ends before the class's due date\n  at extensions.csv:2\n"
     "  expected 2026-11-03 23:59-05:00 or later\n  fix: correct the date, or take the row out"),
    ("student,due\nada,2026-11-05 23:59\n\neva,2026-11-05 23:59\nada,2026-11-06 23:59\n",
     "'ada' stands there twice\n  at extensions.csv:2 and 5\n  expected one row for each student\n"
     "  fix: keep the row that counts"),
    ("student,due\nHopper, Grace,2026-11-05 23:59\n",
     "the row has 3 cells\n  at extensions.csv:2\n  expected 2, as the first row has\n"
     '  fix: put a cell that holds a comma between two "'),
    ('student,due\n"ada"x,2026-11-05 23:59\n',
     "the table cannot be read: ',' expected after '\"'\n  at extensions.csv:2\n"
     "  expected CSV, as every spreadsheet saves it"),
    ("student,due\nada,2026-11-05 23:59\n".encode("utf-16-le"),
     "the file is in UTF-16\n  at extensions.csv\n"
     '  expected a text\n  fix: save it as UTF-8; in Excel as "CSV UTF-8"'),
    (b"PK\x03\x04" + bytes(80), "the file is a spreadsheet or another zip\n  at extensions.csv\n"
     '  expected a text\n  fix: save it as UTF-8; in Excel as "CSV UTF-8"'),
    ("student,due\nZoë,2026-11-05 23:59\n".encode("latin-1"),
     "the file is not UTF-8\n  at extensions.csv:2, byte 14\n"
     '  expected a text\n  fix: save it as UTF-8; in Excel as "CSV UTF-8"'),
])
def test_a_table_that_cannot_be_used_is_explained(tmp_path, table, said):
    assert refused(tmp_path, WITH_TABLE, table) == said


def test_a_table_with_a_policy_without_a_zone_needs_offsets(tmp_path):
    text = WITH_TABLE.replace("00\ntimezone = \"America/New_York\"", "00-05:00")
    assert refused(tmp_path, text, "student,due\nada,2026-11-05 23:59\n") == (
        "'2026-11-05 23:59' has no time zone\n  at extensions.csv:2, due\n"
        "  expected the zone of all times that say none, or an offset: 2026-11-03T23:59:00-05:00\n"
        '  fix: write your own into the policy: timezone = "America/New_York"')
    [row] = load(tmp_path, text, "student,due\nada,2026-11-05 23:59-05:00\n").dates
    assert row.due == datetime(2026, 11, 6, 4, 59, tzinfo=UTC)


def entry(**fields):
    fields = {"student": '"ada"', "points": "1", "why": '"x"'} | fields
    return "[[adjustments]]\n" + "".join(
        f"{name} = {value}\n" for name, value in fields.items() if value)


@pytest.mark.parametrize(("entries", "said"), [
    (entry(check='"adam.update_rul"'),
     "there is no check 'adam.update_rul'\n  at adjust.toml:1, adjustment 1\n"
     "  expected one of adam.loads, adam.update_rule, sgd.loads\n"
     "  fix: did you mean 'adam.update_rule'?"),
    (entry() + entry(check='"q"'),
     "there is no check 'q'\n  at adjust.toml:5, adjustment 2\n"
     "  expected one of adam.loads, adam.update_rule, sgd.loads\n"
     "  fix: leave it out for the submission as a whole"),
    (entry(student='" "'),
     'nobody is named\n  at adjust.toml:1, adjustment 1\n  expected a student, or "*" for all'),
    (entry(points="nan"),
     "the points are nan\n"
     "  at adjust.toml:1, adjustment 1\n  expected a number, such as 2.5 or -1"),
    (entry(why='""'),
     "the reason is empty\n  at adjust.toml:1, adjustment 1\n  expected words for the student"),
    ('[[comments]]\nstudent = "ada"\ntext = " "',
     "the comment is empty\n  at adjust.toml:1, comment 1\n  expected words for the student"),
])
def test_an_entry_that_cannot_be_used_is_explained(tmp_path, entries, said):
    assert refused(tmp_path, WITH_ENTRIES, None, entries) == said


@pytest.mark.parametrize(("entries", "message"), [
    (entry(points=None),
     "the field 'points' is missing\n  at adjust.toml:1, adjustments[0]\n"
     "  expected a number\n  fix: write points = 1"),
    (entry(points='"2"'),
     "points is '2'\n  at adjust.toml:3, adjustments[0].points\n  expected a number\n"
     "  fix: write points = 2, without quotes"),
    (entry() + entry(reason='"x"'),
     "there is no field 'reason'\n  at adjust.toml:9, adjustments[1]\n"
     "  expected one of student, points, why, check\n  fix: remove it"),
    ('[[comment]]\nstudent = "ada"\ntext = "x"',
     "there is no field 'comment'\n  at adjust.toml:1\n"
     "  expected one of adjustments, comments\n  fix: did you mean 'comments'?"),
    ("[[adjustments]]\npoints = +-1", "not TOML: invalid value\n  at adjust.toml:2:10\n"
     '  expected after = a text in quotes, a number, true, false, [a list] or {a = "table"}'),
])
def test_what_is_no_adjust_toml_is_refused_with_its_place(tmp_path, entries, message):
    assert refused(tmp_path, WITH_ENTRIES, None, entries) == message


def test_of_many_checks_one_is_shown(tmp_path):
    (tmp_path / "policy.toml").write_text(WITH_ENTRIES)
    (tmp_path / "adjust.toml").write_text(entry(check='"q"'))
    with pytest.raises(HarnessError) as caught:
        policy.load(tmp_path / "policy.toml", [f"adam.{number}" for number in range(13)])
    assert caught.value.expected == "one of the 13 checks, such as adam.0"

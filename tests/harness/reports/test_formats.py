"""Report formats of other systems: each read back by a parser or against a schema that is not ours.
"""

import csv
import io
import json
import re
from dataclasses import replace

import jsonschema
import junitparser
import pytest
from markdown_it import MarkdownIt

from cgp_harness import installed
from cgp_harness.model import Adjustment, Comment, SourceFile, Status, Student, Visibility
from cgp_harness.reports.formats import (
    autolab,
    github,
    gitlab,
    gradescope,
    junit,
    markdown,
    nbgrader,
    prairielearn,
    told,
)
from cgp_harness.reports.formats.built_in import DEFAULT
from cgp_harness.reports.formats.format import Format
from tests.harness.reports.example_reports import (
    ATTACKER,
    BATCH,
    HIDDEN,
    HOSTILE,
    PERFECT,
    UNLUCKY,
    WRONG,
    check,
    submission,
)

FORMATS = installed.report_formats()
OURS = [name for name, one in FORMATS.items() if isinstance(one, Format) and not one.needs]
# As the vendors' pages describe them, with nothing allowed besides.
NUMBER, TEXT = {"type": "number"}, {"type": "string"}
SHOWN = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
WORDS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}


def closed(needed, optional=None):
    """The schema of an object with these fields and no other."""
    return {
        "type": "object", "additionalProperties": False, "required": [*needed],
        "properties": needed | (optional or {})}


def listed(items):
    return {"type": "array", "items": items}


GRADESCOPE = closed({"score": NUMBER, "tests": listed(closed(
    {"score": NUMBER, "max_score": NUMBER, "name": TEXT},
    {"status": {"enum": ["passed", "failed"]}, "name_format": WORDS, "output": TEXT,
     "number": {"type": "string", "pattern": r"^\d+(\.\d+)*$"}, "output_format": WORDS,
     "tags": listed(TEXT), "visibility": SHOWN, "extra_data": {"type": "object"}},
))}, {
    "execution_time": NUMBER, "output": TEXT, "output_format": WORDS, "test_output_format": WORDS,
    "test_name_format": WORDS, "visibility": SHOWN, "stdout_visibility": SHOWN,
    "extra_data": {"type": "object"}})
POINTS = {"type": "number", "minimum": 0}
PRAIRIELEARN = closed({"gradable": {"type": "boolean"}}, {
    "score": {"type": "number", "minimum": 0, "maximum": 1}, "message": TEXT, "output": TEXT,
    "tests": listed(closed({"name": TEXT, "points": POINTS, "max_points": POINTS}, {
        "description": TEXT, "message": TEXT, "output": TEXT})),
    "format_errors": {"type": ["string", "array"]}})
WHOLE, FULL = {"type": "integer", "minimum": 0}, {"type": "string", "minLength": 1}
CLASSROOM50 = closed({
    "schema": {"const": "classroom50/result/v1"}, "classroom": FULL, "assignment": FULL,
    "assignment_type": {"enum": ["individual", "group"]}, "owner": FULL,
    "submission": {"type": "string", "pattern": "^submit/"}, "commit": FULL, "release": FULL,
    "review": FULL,
    "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    "score": WHOLE, "max-score": WHOLE,
    "tests": listed({
        "type": "object", "required": ["test-name", "passed", "score", "max-score"],
        "properties": {"test-name": FULL, "passed": {"type": "boolean"}, "score": WHOLE,
                       "max-score": WHOLE}})})
QUALITY = listed(closed({
    "description": FULL, "check_name": FULL, "fingerprint": FULL,
    "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
    "location": closed({"path": {"type": "string", "pattern": "^(?!\\./|/)"},
                        "lines": closed({"begin": {"type": "integer", "minimum": 1}})})}))


def fits(document, schema):
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def files(name, report=BATCH):
    return FORMATS[name].made(report).files


def of(*submissions):
    return replace(BATCH, submissions=submissions)


def test_the_formats_are_these():
    assert [*FORMATS] == [
        "json", "csv", "html", "markdown", "junit", "canvas", "moodle", "brightspace", "nbgrader",
        "gradescope", "prairielearn", "autolab", "github", "gitlab"]
    assert set(DEFAULT) <= set(FORMATS)


@pytest.mark.parametrize("name", OURS)
def test_a_format_is_a_pure_function_of_the_report(name, tmp_path):
    once, again = files(name), files(name)
    assert dict(once) == dict(again) != {}
    FORMATS[name](BATCH, tmp_path)
    assert {path.relative_to(tmp_path).as_posix(): path.read_bytes()
            for path in tmp_path.rglob("*") if path.is_file()} == once


@pytest.mark.parametrize("name", OURS)
def test_a_class_of_nobody_can_be_written(name):
    FORMATS[name].made(of())


@pytest.mark.parametrize("name", OURS)
def test_no_student_s_format_has_what_only_the_staff_may_see(name):
    for content in files(name, of(HIDDEN)).values():
        assert b"SECRET" not in content
        assert b"0.333333333334" not in content


@pytest.mark.parametrize("name", OURS)
def test_nothing_that_a_student_wrote_acts(name):
    for path, content in files(name, of(ATTACKER)).items():
        text = content.decode("utf-8")
        assert "\x1b" not in text
        assert "\u202e" not in text
        if path.endswith((".xml", ".csv")):
            assert "<script" not in text


def suites(report=BATCH):
    return list(junitparser.JUnitXml.fromstring(junit.encode(report)))


def test_junit_is_read_by_junitparser():
    found = suites()
    assert [(one.name, one.tests, one.failures, one.errors, one.skipped) for one in found] == [
        ("ada", 2, 0, 0, 0), ("grace", 3, 1, 0, 1), ("hedy", 2, 1, 0, 0),
        ("mallory", 1, 0, 1, 0), ("alan", 2, 0, 1, 0)]
    loads, rule, skipped = found[1]
    assert (loads.classname, loads.name, loads.is_passed) == ("grace.adam", "Adam: loads", True)
    [failure] = rule.result
    assert (failure.message, failure.type) == ("step 1 differs", "failed")
    assert failure.text.split("\n")[:2] == [
        "step 1 differs", NAMED := (
            "your update is Adam without bias correction (Eq. 39), to 2e-15 on 37 numbers")]
    assert rule.system_out == "points: 0 of 8"
    assert skipped.is_skipped
    [hidden] = list(found[2])[1].result
    assert hidden.text == (
        f"{NAMED}\nEqs. 38 to 40\nmore: cgp explain no_bias_correction -a step_size")


def test_junit_s_counts_are_those_of_its_suites():
    whole = junitparser.JUnitXml.fromstring(junit.encode(BATCH))
    assert (whole.tests, whole.failures, whole.errors, whole.skipped) == (10, 2, 2, 1)


def test_no_two_cases_have_one_name_in_one_class():
    names = [(case.classname, case.name) for suite in suites() for case in suite]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", ["\x00", "\ufffe", "\ud800", "\x1b[2J", "]]>", "</testsuite>"])
def test_junit_is_xml_whatever_a_message_holds(text):
    bad = submission("x", check("loads", Status.FAILED, message=f"a{text}b"))
    [suite] = suites(of(bad))
    [case] = suite
    assert "b" in case.result[0].text


def test_gradescope_is_of_its_schema_and_adds_up():
    found = {path: fits(json.loads(content), GRADESCOPE)
             for path, content in files("gradescope").items()}
    assert [*found] == [f"gradescope/{name}.json" for name in ("ada", "grace", "hedy", "mallory")]
    for one in BATCH.submissions[:-1]:
        results = found[f"gradescope/{one.id}.json"]
        assert results["score"] == one.score == sum(test["score"] for test in results["tests"])
        assert sum(test["max_score"] for test in results["tests"]) == one.max_score
    assert [test["number"] for test in found["gradescope/grace.json"]["tests"]] == [
        "1.1", "1.2", "1.3"]


def test_gradescope_withholds_what_is_not_visible():
    checks = [check(kind, Status.FAILED, message="a number", visibility=visibility)
              for kind, visibility in zip("abcd", Visibility, strict=True)]
    results = json.loads(gradescope.encode(BATCH, submission("x", *checks)))
    assert [test["visibility"] for test in results["tests"]] == [
        "visible", "after_due_date", "after_published", "hidden"]
    assert "a number" in results["tests"][0]["output"]
    assert "a number" not in results["tests"][3]["output"]


def test_a_failure_of_the_machine_is_no_score_anywhere():
    report = of(UNLUCKY)
    assert FORMATS["gradescope"].made(report).notes == (
        "gradescope: alan has no file, since the machine failed on it",)
    assert FORMATS["autolab"].made(report).notes == (
        "autolab: alan has no file, since the machine failed on it",)
    assert not files("gradescope", report)
    assert not files("autolab", report)
    [content] = files("prairielearn", report).values()
    assert json.loads(content) == {"gradable": False, "message": (
        "The grader failed, or the machine that it runs on. This is not the submission's fault, "
        "and no score was given. Your instructor's log says more.")}
    [*_, row] = csv.DictReader(io.StringIO(files("nbgrader", report)["grades.csv"].decode()))
    assert (row["raw_score"], row["score"]) == ("", "")
    assert set(files("github", report)) == {"github/summary.md", "github/annotations.txt"}
    assert b"no score" in files("markdown", report)["report.md"]
    assert b"0 / 12" not in files("markdown", report)["report.md"]


def test_what_a_person_gave_took_off_and_said_is_in_the_score_and_is_told():
    one = replace(
        WRONG, score=3.5, late_penalty=1.0,
        adjustments=(Adjustment(2.0, 2.0, "a fair idea", "adam.update_rule"),
                     Adjustment(-1.5, -1.5, "no name on it")),
        comments=(Comment("See me."),))
    said = ("Adam: update_rule: +2 points, a fair idea\n-1.5 points, no name on it\n"
            "late: -1 points\nSee me.")
    results = json.loads(gradescope.encode(BATCH, one))
    assert (results["score"], results["output"]) == (3.5, f"Step-size optimizers\n{said}")
    graded = json.loads(prairielearn.encode(of(one), one))
    assert (graded["score"], graded["output"]) == (3.5 / 16, said)
    [row] = csv.DictReader(io.StringIO(nbgrader.encode(of(one)).decode()))
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("4.5", "1", "3.5")
    assert autolab.make(of(one)).notes == (
        "autolab: grace has 3.5 points, and its problems' sum is another",)
    assert json.loads(autolab.encode(one))["scores"] == {"adam": 6.0}
    assert said in markdown.encode(of(one)).decode()


def test_prairielearn_is_of_its_schema():
    found = {path: fits(json.loads(content), PRAIRIELEARN)
             for path, content in files("prairielearn").items()}
    assert found["prairielearn/grace.json"]["score"] == 0.25
    assert [test["points"] for test in found["prairielearn/grace.json"]["tests"]] == [4, 0, 0]
    # Points of one test are off for all where one test lacks them.
    assert all("max_points" in test for one in found.values() for test in one.get("tests", ()))


def test_prairielearn_takes_a_megabyte_whatever_is_said():
    loud = submission("x", *(
        check(f"c{n}", Status.FAILED, message="é" * 90_000) for n in range(9)))
    assert len(content := prairielearn.encode(of(loud), loud)) <= 1_000_000
    assert len(fits(json.loads(content), PRAIRIELEARN)["tests"]) == 9


def test_autolab_reads_the_last_line():
    two = submission("x", check("loads", Status.PASSED, 4.0),
                     check("loads", Status.PASSED, 2.5, id="sgd.loads", task="sgd"),
                     check("rule", Status.PASSED, 0.1, task="sgd"))
    content = autolab.encode(two)
    assert content.count(b"\n") == 1
    assert json.loads(content) == {"scores": {"adam": 4.0, "sgd": 2.6}, "scoreboard": [6.6]}


def commands(text):
    """Workflow commands as GitHub's runner reads them: properties and message, unescaped."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w[\w-]*)(?: (.*?))?::(.*)", line)
        assert match, line
        pairs = [one.split("=", 1) for one in (match[2] or "").split(",") if one]
        unescape = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
        for pair in pairs:
            for code, sign in unescape:
                pair[1] = pair[1].replace(code, sign)
        message = match[3]
        for code, sign in [*unescape[:2], unescape[-1]]:
            message = message.replace(code, sign)
        found.append((match[1], dict(pairs), message))
    return found


def test_annotations_say_where_and_what():
    report = of(submission("grace", check(
        "gradient", Status.FAILED, message="wrong by 50 %:\n    adam.py:7, in adam",
        title="A: b, c")))
    assert commands(github.annotated(report).decode()) == [("error", {
        "file": "adam.py", "line": "7", "title": "A: b, c",
    }, "wrong by 50 %:\n    adam.py:7, in adam\nEqs. 38 to 40")]


def test_a_check_that_names_no_line_is_shown_where_it_is_mended_else_where_its_task_begins():
    code = b"import numpy as np\n\n\n@optimizer(m=0)\ndef adam(g, m):\n    return g, m\n"
    file = SourceFile("adam.py", code)
    one = replace(WRONG, sources=(SourceFile("a.py", b"x = 1\n"), file), files=("a.py", "adam.py"))
    assert told.place(one, one.checks[1]) == ("adam.py", 5)
    mended = replace(one.checks[1], diagnosis=replace(
        one.checks[1].diagnosis, text="With one change it is right: at adam.py:6, a term."))
    assert told.place(one, mended) == ("adam.py", 6)
    assert told.place(replace(one, sources=()), mended) == ("adam.py", 6)
    notebook = replace(file, name="hw.ipynb", cells=(1,))
    assert told.place(replace(one, sources=(notebook,)), one.checks[1]) == ("hw.ipynb", 0)


def test_no_text_of_a_student_begins_a_command():
    evil = "x\n::set-output name=a::b\n  ::stop-commands::t\r\n::add-mask::x"
    report = of(submission(evil.replace("\n", " "), check(
        "loads", Status.STUDENT_ERROR, message=evil, title=f"t{evil}")), WRONG)
    found = commands(github.annotated(report).decode())
    assert [name for name, *_ in found] == ["error", "error"]


def test_classroom50_is_of_its_schema():
    run = {"classroom": "c", "assignment_type": "individual", "owner": "grace",
           "submission": "submit/1", "commit": "u", "release": "u", "review": "u",
           "datetime": "2026-11-30T12:00:00Z"}
    half = submission("x", check("loads", Status.FAILED, 2.5), check("rule", Status.PASSED, 4.0))
    assert fits(github.classroom50(BATCH, half, run), CLASSROOM50)["tests"] == [
        {"test-name": "Adam: loads", "passed": False, "score": 3, "max-score": 4,
         "output": "Eqs. 38 to 40"},
        {"test-name": "Adam: rule", "passed": True, "score": 4, "max-score": 4, "output": ""}]


def test_gitlab_s_quality_report_is_of_its_schema():
    report = of(WRONG, HIDDEN, ATTACKER, UNLUCKY, PERFECT)
    found = fits(json.loads(gitlab.quality(report)), QUALITY)
    assert [(one["check_name"], one["location"]["path"]) for one in found] == [
        ("adam.update_rule", "adam.py"), ("adam.update_rule", "adam.py"), ("adam.loads", "adam.py")]
    assert len({one["fingerprint"] for one in found}) == 3
    assert found[0]["description"] == (
        "Adam: update_rule (8 of 8 points lost). step 1 differs your update is Adam without bias "
        "correction (Eq. 39), to 2e-15 on 37 numbers Eqs. 38 to 40")


def test_markdown_holds_no_markup_of_a_student():
    evil = ("</details><img src=x onerror=alert(1)> [a](javascript:b) ```\n# big\n| a | `b` "
            "@everyone https://evil.example <!--")
    one = submission("a|b`c", check(
        "loads", Status.STUDENT_ERROR, message=evil, title=f"Adam: {evil}"))
    html = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").render(
        markdown.encode(of(one, ATTACKER, PERFECT)).decode())
    tags = set(re.findall(r"</?([a-z][a-z0-9]*)", html))
    assert tags <= {"h1", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "p", "pre",
                    "code", "details", "summary"}
    assert html.count("<tr>") == 1 + 3 + 3 + 1 + 1 + 2


def test_markdown_reads_so():
    assert markdown.encode(of(WRONG)).decode() == """\
# Step-size optimizers

## `grace`: 4 / 16

### ✗ Adam: update\\_rule (0 / 8)

```text
step 1 differs
your update is Adam without bias correction (Eq. 39), to 2e-15 on 37 numbers
Eqs. 38 to 40
smallest case: adam on numpy arrays, beta1 = 0.75, eps = 0.25
  step  gradient    lr             got        expected
     1       0.5   0.5  0.333333333334  0.333333333333  <- first difference
     2      -1.5  0.25      not finite            -0.1
more: cgp explain no_bias_correction -a step_size
```

<details><summary>3 checks, 1 passed</summary>

| | check | points |
|---|---|---:|
| ✓ | Adam: loads | 4 / 4 |
| ✗ | Adam: update\\_rule | 0 / 8 |
| – | Adam: hyperparameters | 0 / 4 |

</details>
"""


def test_a_summary_stays_below_what_github_takes():
    loud = [submission(f"s{n}", check("loads", Status.FAILED, message="x " * 100_000))
            for n in range(9)]
    content = markdown.encode(of(*loud))
    assert len(content) < 1 << 20
    assert content.decode().endswith("_5 submissions left out: too long._\n")


def test_nbgrader_s_columns_are_those_of_its_exporter():
    ada, grace = (Student("Moodle", number, name, f"{name.split()[0].lower()}@x.edu") for
                  number, name in (("7", "Ada King Lovelace"), ("8", "Grace Hopper")))
    alone = replace(PERFECT, student=ada, submitted_at="2026-11-03T11:05:00Z")
    both = replace(WRONG, student=Student("Moodle", group=(ada, grace)))
    text = nbgrader.encode(of(alone, both)).decode()
    assert text.split("\n")[0] == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
        "late_submission_penalty,score,max_score")
    assert [tuple(row.values()) for row in csv.DictReader(io.StringIO(text))] == [
        ("step_size", "", "2026-11-03 11:05:00Z", "ada", "Lovelace", "Ada King", "ada@x.edu",
         "12", "0", "12", "12"),
        ("step_size", "", "", "7", "Lovelace", "Ada King", "ada@x.edu", "4", "0", "4", "16"),
        ("step_size", "", "", "8", "Hopper", "Grace", "grace@x.edu", "4", "0", "4", "16")]


def test_a_hostile_name_is_no_formula_in_any_table():
    evil = replace(PERFECT, id='=HYPERLINK("http://x")', student=Student(
        "Moodle", "-1", "+Ada @SUM(1)", "@x"))
    for name, path in (("nbgrader", "grades.csv"), ("moodle", "moodle.csv"),
                       ("brightspace", "brightspace.csv")):
        [_, row] = csv.reader(io.StringIO(files(name, of(evil))[path].decode()))
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert HOSTILE  # its way through the other formats is above

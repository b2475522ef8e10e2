"""The pages: our script and our style alone act, nothing is fetched, nothing hidden is shown."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cgp_harness.assignment import installed, load
from cgp_harness.model import (
    Adjustment,
    AssignmentInfo,
    Comment,
    Diagnosis,
    SourceFile,
    Status,
    Visibility,
)
from cgp_harness.probing.case_table import table
from cgp_harness.reports import pages
from cgp_harness.reports.case import case_of
from cgp_harness.reports.checked.closing import submission_lines
from cgp_harness.reports.pages import comparing, course, findings, student
from cgp_harness.reports.pages.equations import equations, mathml
from cgp_harness.reports.pages.listing import MOST_LINES, Sources
from cgp_harness.reports.pages.names import file_name
from tests.harness.reports.example_reports import (
    ATTACKER,
    BATCH,
    CASE,
    HIDDEN,
    HOSTILE,
    JUDGED,
    PERFECT,
    UNLUCKY,
    WRONG,
    check,
    submission,
)

VOID = {"meta", "br", "link", "img", "input", "col"}


def page_of(batch, one):
    return student.page(batch, one, {}, "out")


PAGES = {"index": course.page(BATCH), "compare": comparing.page(BATCH)} | {
    s.id: page_of(BATCH, s) for s in BATCH.submissions}


class Elements(HTMLParser):
    """All elements and attributes of a page; fails on one that is not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"], ["title"]):
            self.text.append(data)


def text_of(html):
    return re.sub(r"\s+", " ", " ".join(Elements(html).text))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_fetches_nothing(name):
    elements = Elements(PAGES[name]).found
    tags = {tag for tag, _ in elements}
    assert not tags & {"img", "link", "iframe", "object", "form", "base"}
    addresses = [a[key] for _, a in elements for key in ("href", "src") if key in a]
    assert all(
        address.startswith(("students/", "#")) or address in ("index.html", "compare.html")
        for address in addresses)
    assert not [key for _, attributes in elements for key in attributes
                if key.startswith("on") or key == "style"]
    assert "url(" not in PAGES[name]
    assert "@import" not in PAGES[name]
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_forbids_itself_everything_but_its_style_and_its_script(name):
    [style] = re.findall(r"<style>(.*?)</style>", PAGES[name], flags=re.S)
    [script] = re.findall(r"<script>(.*?)</script>", PAGES[name], flags=re.S)
    policies = [a["content"] for tag, a in Elements(PAGES[name]).found
                if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [
        f"default-src 'none'; style-src {hash_of(style)}; script-src {hash_of(script)}; "
        "base-uri 'none'; form-action 'none'"]


def test_a_submission_s_text_is_shown_and_does_not_act():
    for name in ("mallory", "index", "compare"):
        html = PAGES[name]
        assert "<script>alert" not in html
        assert "\x1b" not in html
        assert "\u202e" not in html
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; \\x1b[31m \\u202egnp {{ 7 * 7 }}"
    assert shown in PAGES["mallory"]


def test_ids_that_are_no_file_names_are_our_bug():
    for name in ("../x", ".x", "a/b", "a\\b", "", "c:x"):
        with pytest.raises(ValueError, match="not fit for a file name") as caught:
            file_name(name)
        assert str(caught.value) == f"{name!r} is not fit for a file name"


@pytest.mark.parametrize("visibility", [v for v in Visibility if v is not Visibility.VISIBLE])
def test_a_student_s_page_names_the_misconception_of_a_hidden_check_and_no_number_of_it(visibility):
    checks = tuple(
        replace(c, visibility=visibility) if c.counterexample else c for c in HIDDEN.checks)
    html = page_of(BATCH, replace(HIDDEN, checks=checks))
    text = text_of(html)
    assert "Adam without bias correction (Eq. 39)" in text
    assert "Eqs. 38 to 40" in text
    assert "The cases of this check are not published." in text
    for secret in ("SECRET", "0.333", "Smallest case", "beta1", "-1.5", "cgp replay"):
        assert secret not in html.partition("<script>")[0]


def test_a_visible_check_shows_its_smallest_case_and_how_it_is_run_again():
    text = text_of(PAGES["grace"])
    assert (
        "Smallest case: adam on numpy arrays, beta1 = 0.75, eps = 0.25 "
        "step gradient lr got expected 1 0.5 0.5 0.333333333334 0.333333333333 first difference "
        "2 -1.5 0.25 not finite -0.1 "
        "The staff run this case again with cgp replay out grace adam.update_rule Copy"
    ) in text.replace("  ", " ")
    odd = student.page(BATCH, replace(WRONG, id="Zoë #1"), {}, "my out")
    assert "cgp replay &#39;my out&#39; &#39;Zoë #1&#39; adam.update_rule</code>" in odd


@pytest.mark.parametrize(("here", "named"), [(".", "2026/my out"), ("2026", "my out"), (
    "elsewhere", "my out")])
def test_the_command_of_a_page_names_the_folder_as_it_is_typed_where_it_was_graded(
    here, named, tmp_path, monkeypatch
):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "2026").mkdir()
    monkeypatch.chdir(tmp_path / here)
    pages.write(BATCH, tmp_path / "2026" / "my out")
    html = (tmp_path / "2026/my out/students" / file_name("grace")).read_text()
    assert f"cgp replay &#39;{named}&#39; grace adam.update_rule</code>" in html
    assert str(tmp_path) not in html


def test_a_grader_error_is_no_score_and_is_told_apart():
    assert "No score yet" in PAGES["alan"]
    text = text_of(PAGES["index"])
    assert "no score" in text
    assert (
        "Failures of the machine No fault of a student: these have no score. Run the same command "
        "again; what is graded is kept. alan : adam.loads") in text
    only = replace(BATCH, submissions=(UNLUCKY,))
    assert "Mean</dt><dd>–</dd>" in course.page(only)


def test_what_an_instructor_s_own_check_raised_stands_on_the_page_of_the_class():
    raised = replace(UNLUCKY.checks[0], message=(
        "the check 'mine' raised ZeroDivisionError; this is not the submission's fault\n"
        "  at hw/checks.py:12\n  fix: mend it; the traceback is in the instructor's terminal"))
    page = course.page(replace(BATCH, submissions=(replace(UNLUCKY, checks=(raised,)),)))
    assert (
        f"alan : {raised.id} : the check 'mine' raised ZeroDivisionError; this is not the "
        "submission's fault, at hw/checks.py:12 ") in re.sub(" +", " ", text_of(page))


def test_the_mean_and_the_quartiles_leave_out_what_has_no_score():
    text = text_of(PAGES["index"])                  # 100, 25, 33.3 and 0
    assert "Mean 39.6 % Median 29.2 % Middle half 18.8 to 50 %" in text


def test_the_index_counts_statuses_and_passes():
    text = text_of(PAGES["index"])
    assert re.search(r"Graded\s+3\s+Error\s+1\s+Grader error\s+1", text)
    assert "loads adam 3 75 % 3 4" in text
    assert "update_rule hidden" not in text         # it is visible in one, hidden in the other


def test_every_finding_is_listed_with_its_sentence_its_task_and_who():
    text = text_of(PAGES["index"])
    assert (
        "no_bias_correction your update is Adam without bias correction (Eq. 39), to 2e-15 on 37 "
        "numbers 2 students grace , hedy adam 2") in text


def test_errors_are_counted_by_kind():
    def broken(name, note, message="no rule is registered as 'adam'"):
        return replace(submission(name, check("loads", Status.STUDENT_ERROR, message=message)),
                       notes=(note,), status=Status.STUDENT_ERROR)

    reports = (
        broken("ada", "SyntaxError: expected ':'\n  at hw.py:3"),
        broken("eva", "SyntaxError: invalid syntax\n  at hw.py:1"),
        broken("bob", "pandas is not available"),
        broken("max", "", "adam() returned None (step 1)"),
        submission("zoe", check("loads", Status.TIMEOUT, message="no answer in 20 s")))
    found = findings.errors(reports)
    assert [(one.name, one.sentence, one.tasks, one.members) for one in found] == [
        ("SyntaxError", "SyntaxError: expected ':' (and others)", ("adam",), ("ada", "eva")),
        ("no rule is registered as …", "no rule is registered as 'adam'", ("adam",), ("bob",)),
        ("timeout", "no answer in 20 s", ("adam",), ("zoe",)),
        ("…() returned None", "adam() returned None (step 1)", ("adam",), ("max",)),
    ]


def test_what_fails_without_a_name_or_a_group_is_listed_too():
    one = submission("ada", check("hyperparameters", Status.FAILED, message="mu: the default is 0"))
    assert [(one.name, one.members) for one in findings.others((one,))] == [
        ("adam.hyperparameters", ("ada",))]
    assert findings.others((WRONG,)) == ()


def test_what_is_changed_is_told_in_full_to_the_staff_alone():
    full = "the root of v_hat + eps is left out"
    found = Diagnosis(("left_out_0a1b2c",), "Your update is Adam, but a power is left out.", 1e-15,
                      {"left_out_0a1b2c": full})
    one = submission("grace", check("update_rule", Status.FAILED, 0.0, 8.0, diagnosis=found))
    batch = replace(BATCH, submissions=(one,))
    assert f"left_out_0a1b2c {full} 1 student grace adam 1" in text_of(course.page(batch))
    assert "Your update is Adam, but a power is left out." in page_of(batch, one)
    assert full not in page_of(batch, one)
    assert full not in "\n".join(map(str, submission_lines(one)))


def test_plain_isolation_is_called_unofficial():
    plain = replace(BATCH, environment=replace(BATCH.environment, isolation="plain"))
    assert "submissions were not isolated from the grader" in course.page(plain)
    assert "submissions were not isolated" not in PAGES["index"]


def test_the_seed_is_on_a_student_s_page_only_where_all_know_it():
    drawn = replace(BATCH, environment=replace(BATCH.environment, seed=8675309))
    assert "isolation landlock, seed 0." in text_of(PAGES["grace"])
    assert "isolation landlock, a seed that the staff know." in text_of(page_of(drawn, WRONG))
    assert "8675309" not in page_of(drawn, WRONG)
    assert "seed 8675309" in course.page(drawn)


def test_what_the_level_lost_and_what_the_next_one_needs_is_on_the_page_of_the_class_alone():
    lacking = replace(BATCH, environment=replace(
        BATCH.environment, isolation_lost=("workers stay root <b>", "and more"),
        isolation_next="'namespaces' needs the right to make them"))
    assert (
        "isolation landlock, seed 0. Lost: workers stay root <b>. Lost: and more. "
        "The next isolation level, 'namespaces' needs the right to make them."
    ) in text_of(course.page(lacking))
    assert "stay root" not in page_of(lacking, WRONG)
    assert "next isolation level" not in text_of(course.page(BATCH))


def test_an_empty_batch_has_its_pages():
    empty = replace(BATCH, submissions=())
    Elements(course.page(empty))
    Elements(comparing.page(empty))
    assert "Submissions</dt><dd>0</dd>" in course.page(empty)


# --- the source ---------------------------------------------------------------------------------


HOMEWORK = SourceFile("adam.py", b"def adam(g):\n    m = g\n    return </script><b>\n")
NOTEBOOK = SourceFile("hw.py", b"# cell 1\nx = 1\n# cell 2\ny = 2\nz = 3\n", "hw.ipynb", (1, 3))


def told(message, *files, **more):
    one = submission("ada", check("loads", Status.STUDENT_ERROR, message=message))
    return replace(one, sources=files, **more)


def test_a_place_in_a_message_leads_to_the_line_of_the_source():
    html = page_of(BATCH, told("adam() returned None\n  at adam.py:2", HOMEWORK))
    assert '  at <a href="#s1-2">adam.py:2</a></pre>' in html
    assert '<span data-n="2" id="s1-2" class="cited">    m = g\n</span>' in html
    assert '<span data-n="3" id="s1-3">    return &lt;/script&gt;&lt;b&gt;\n</span>' in html
    assert '<div class="excerpt" tabindex="0" role="group" aria-label="adam.py:2">' in html
    assert "adam.py 3 lines" in text_of(html)


def test_a_place_in_a_notebook_leads_to_the_line_of_its_cell():
    html = page_of(BATCH, told("NameError: w\n  at hw.ipynb, cell 2, line 2", NOTEBOOK))
    assert '<a href="#s1-5">hw.ipynb, cell 2, line 2</a>' in html
    assert '<p class="cell">hw.ipynb, cell 1</p>' in html
    assert '<span data-n="2" id="s1-5" class="cited">z = 3\n</span>' in html
    assert "# cell" not in html


@pytest.mark.parametrize("place", [
    "adam.py:9", "adam.py:0", "my_adam.py:2", "x/adam.py:2", "adam.py", "adam.pyx:2",
    "adam.py, line 2"])
def test_what_is_no_place_in_the_source_is_no_link(place):
    assert 'href="#s1' not in page_of(BATCH, told(f"at {place}", HOMEWORK))


def test_a_long_source_is_cut_but_not_where_something_is_said_of_it():
    lines = "".join(f"x{n} = {n}\n" for n in range(1, 5001))
    sources = Sources.of((SourceFile("a.py", lines.encode()),), ["NameError\n  at a.py:4000"])
    [listing] = sources.listings()
    first, second = listing.parts
    assert len(first.lines) == MOST_LINES
    assert [line.number for line in second.lines] == [3998, 3999, 4000, 4001, 4002]
    assert (second.left_out, listing.left_out, listing.lines) == (3997 - MOST_LINES, 998, 5000)
    html = page_of(BATCH, told("at a.py:4000", SourceFile("a.py", lines.encode())))
    assert "3697 lines not shown" in text_of(html)
    assert "998 further lines not shown." in text_of(html)
    wide = page_of(BATCH, told("", SourceFile("a.py", b"x" * 900_000)))
    assert len(wide) < 60_000


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe\x00", b"a\r\nb\rc", HOSTILE.encode(), b"\n" * 5])
def test_any_bytes_are_a_source(content):
    html = page_of(BATCH, told("at a.py:1", SourceFile("a.py", content)))
    Elements(html)
    assert "\x1b" not in html
    assert "<script>alert" not in html


# --- equations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", installed())
def test_every_equation_that_a_task_cites_can_be_set(name):
    assignment = load(name)
    known = assignment.equations
    assert all(mathml(latex).startswith("<math ") for latex in known.values())
    for task in assignment.tasks:
        failed = check("update_rule", Status.FAILED, equation=task.equation)
        assert equations(failed, known) or "the derivative of the first" in task.equation


def test_a_diagnosis_says_which_equation_was_missed():
    known = {"38": "a", "39": r"\frac{a}{b}", "40": "c"}
    batch = replace(BATCH, assignment=AssignmentInfo("a", "a", "1", 1.0, equations=known))
    html = page_of(batch, WRONG)
    assert re.findall(r'<span class="number">(Eq. \d+)</span>', html) == ["Eq. 39"]
    assert "<mfrac>" in html
    unnamed = check("update_rule", Status.FAILED)
    assert [one.name for one in equations(unnamed, known)] == ["Eq. 38", "Eq. 39", "Eq. 40"]
    raised = check("update_rule", Status.STUDENT_ERROR)
    assert equations(raised, known) == ()


def test_latex_that_cannot_be_read_is_shown_as_it_is_written():
    assert mathml(r"<b>\frac") == r"<code>&lt;b&gt;\frac</code>"


# --- what a policy makes of it ------------------------------------------------------------------


def test_adjustments_and_comments_are_on_the_page():
    one = replace(
        WRONG, score=6.0,
        adjustments=(Adjustment(2.0, 2.0, "<b>regraded</b>", "adam.update_rule"),),
        comments=(Comment("Well done.\nNearly.", ""), Comment("See me.", "adam.update_rule")))
    text = text_of(page_of(BATCH, one))
    assert (
        "How the score came about checks 4 Adam: update_rule : <b>regraded</b> +2 score 6 "
        "Well done. Nearly. Adam: update_rule : See me.") in text
    assert "How the score" not in PAGES["grace"]


# --- files --------------------------------------------------------------------------------------


def test_files_are_written_where_the_index_links_to(tmp_path):
    pages.write(BATCH, tmp_path)
    links = [a["href"] for tag, a in Elements((tmp_path / "index.html").read_text("utf-8")).found
             if tag == "a" and a["href"].startswith("students/")]
    assert set(links) == {f"students/{s.id}.html" for s in BATCH.submissions}
    assert all((tmp_path / link).is_file() for link in links)


def test_a_link_to_a_name_with_special_letters_leads_to_its_page(tmp_path):
    pages.write(replace(BATCH, submissions=(replace(WRONG, id="Zoë #1 100%"),)), tmp_path)
    assert 'href="students/Zo%C3%AB%20%231%20100%25.html"' in (
        tmp_path / "index.html").read_text("utf-8")
    assert (tmp_path / "students" / "Zoë #1 100%.html").is_file()


def test_every_status_has_a_word_and_a_page():
    for status in Status:
        page_of(BATCH, replace(ATTACKER, checks=(
            check("loads", status, counterexample=CASE),), status=status))


STOPPED = "not run, since \"loads and fits the contract\" failed"
FOLDED = replace(WRONG, checks=(
    check("loads", Status.PASSED, 4.0),
    check("loads", Status.FAILED, task="sgd", title="SGD: loads", message="no rule",
          equation=""),
    *(check(kind, Status.SKIPPED, task="sgd", title=f"SGD: {kind}", message=STOPPED)
      for kind in ("relations", "update_rule", "closed_loop")),
    check("step_cost", Status.SKIPPED, task="sgd", title="SGD: step_cost", message="no steps"),
))


def test_checks_that_were_not_run_for_one_reason_are_one_entry():
    text = text_of(page_of(BATCH, FOLDED))
    assert (
        "SGD sgd 0 / 20 ✗ loads , failed 0 / 4 no rule – 3 checks not run: "
        'relations, update_rule, closed_loop: since "loads and fits the contract" failed 0 / 12 '
        "– step_cost: no steps 0 / 4 All right ✓ Adam adam 4 / 4") in text


def test_a_page_begins_with_what_lost_points():
    html = page_of(BATCH, FOLDED)
    assert "What to look at first SGD −20 ✗ loads SGD sgd 0 / 20" in text_of(html)
    links = [a["href"] for tag, a in Elements(html).found if tag == "a"]
    assert links == ["#task-sgd", "#adam.loads"]
    assert all(f'id="{link[1:]}"' in html for link in links)
    assert "Every check passed." in PAGES["ada"]
    assert "What to look at first" not in PAGES["ada"]


def failing(name, answers, flags=(), message="This is not Adam."):
    return submission(name, check(
        "update_rule", Status.FAILED, answers=answers, counterexample=CASE, message=message,
        diagnosis=Diagnosis(flags, "It matches no known variant.")))


ALIKE = replace(BATCH, submissions=(
    failing("ada", (1.0,)), failing("eva", (1.0,)), failing("zoe", (2.0,), ("no_eps",)),
    failing("bob", (3.0,), message="SINGLE"), failing("max", (4.0,))))


def test_the_index_lists_groups_without_a_name():
    html = course.page(ALIKE)
    assert (
        "Fail alike, and have no name yet The members of a group gave the same answers to one run, "
        "which is the same for everyone and in every year. Give it a name: cgp name DIR GROUP ID "
        '--says "what it is" --hint "what to look at" . The next run tells it to all who make this '
        "mistake. Group Task Students Share adam-1 This is not Adam. 2 students ada , eva "
        "Smallest case, of ada Adam: update_rule This is not Adam. It matches no known variant. "
        "Smallest case: adam on numpy arrays") in text_of(html)
    assert "no_eps It matches no known variant. 1 student zoe adam 1" in text_of(html)
    assert [one.name for one in findings.without_name(ALIKE)] == ["adam-1", "adam-2", "adam-3"]


def test_what_is_left_out_of_a_large_class_is_said(monkeypatch):
    monkeypatch.setattr(course, "MOST_FINDINGS", 1)
    monkeypatch.setattr(course, "MOST_MEMBERS", 1)
    text = text_of(course.page(ALIKE))
    assert "2 students ada and 1 more, whom results.json has" in text
    assert (
        "2 more findings, of at most 1 student each, left out here: results.json has all.") in text
    assert "SINGLE" not in text.partition("Fail alike")[2].partition("Failed otherwise")[0]
    broken = replace(UNLUCKY, id="mary")
    text = text_of(course.page(replace(BATCH, submissions=(UNLUCKY, broken, PERFECT))))
    assert 'and 1 more, whose status below is “grader error”' in text


def test_rows_that_are_data_are_no_elements(monkeypatch):
    hostile = replace(ATTACKER, id="<!--<script>eve")
    report = replace(BATCH, submissions=(PERFECT, hostile))
    assert 'id="rest"' not in course.page(report)
    monkeypatch.setattr(course, "MOST_ROWS", 1)
    monkeypatch.setattr(course, "FIRST_ROWS", 1)
    html = course.page(report)
    [found] = re.findall(r'<script type="application/json" id="rest">(.*?)</script>', html)
    assert "<" not in found
    [[name, address, *_]] = json.loads(found)
    assert (name, address) == (hostile.id, "students/%3C%21--%3Cscript%3Eeve.html")
    assert "The first 1 of 2; gradebook.csv has all." in text_of(html)


def test_a_task_and_a_member_that_would_act_do_not():
    hostile = replace(failing("<b>", (1.0,)), id="<b>zoe")
    html = course.page(replace(ALIKE, submissions=(hostile, replace(hostile, id="<b>ada"))))
    assert "<b>" not in html
    assert "students/%3Cb%3Ezoe.html" in html


def test_two_students_share_the_details_that_are_the_same():
    data = comparing.data(ALIKE)
    assert data["checks"] == [("adam.update_rule", "Adam: update_rule")]
    assert [results[0][2] for _, _, results in data["students"]] == [0, 0, 0, 1, 0]
    assert data["details"][1]["message"] == "SINGLE"
    found = json.loads(re.search(
        r'<script type="application/json" id="data">(.*?)</script>', PAGES["compare"])[1])
    assert found["students"][3][0] == "mallory"


def test_pages_of_submissions_that_are_gone_go_and_nothing_else(tmp_path):
    both = replace(BATCH, submissions=(WRONG, replace(WRONG, id="eva")))
    assert pages.write(both, tmp_path) == ()
    drawn = tmp_path / "figures" / "eva"
    drawn.mkdir(parents=True)
    (drawn / "x.svg").write_text("")
    mine = tmp_path / "students" / "notes.html"
    mine.write_text("<p>mine</p>")
    assert pages.write(replace(BATCH, submissions=(WRONG,)), tmp_path) == (
        "removed 1 page of submissions that are no longer there: eva",)
    assert sorted(path.name for path in mine.parent.iterdir()) == ["grace.html", "notes.html"]
    assert not drawn.exists()


def test_digits_that_count_as_equal_are_not_shown():
    rows = [[0, 60.52058156183403, 60.52058156183404], [1, 0.1, 0.1 + 1e-12]]
    case = case_of(table("loss", ("iteration", "got", "expected"), rows, 1))
    assert case.rows == (("0", "60.5206", "60.5206"), ("1", "0.100000000000", "0.100000000001"))


def test_the_class_page_says_what_the_policy_did_and_could_not_do():
    text = course.page(JUDGED)
    assert "policy.toml: due 2026-11-03 23:59 UTC-05:00; 1 late, 1 of unknown time" in text
    assert "there is no submission of &#39;hedda&#39;" in text
    assert 'id="policy"' not in course.page(BATCH)

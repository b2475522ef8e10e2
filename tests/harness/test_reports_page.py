"""The pages: nothing acts, nothing is fetched, nothing hidden is shown."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cgp_harness.model import Diagnosis, Status, Visibility
from cgp_harness.probing.case_table import table
from cgp_harness.reports import page
from cgp_harness.reports.case import case_of
from cgp_harness.reports.checked.closing import submission_lines
from tests.harness.example_reports import (
    ATTACKER,
    BATCH,
    CASE,
    HIDDEN,
    PERFECT,
    UNLUCKY,
    WRONG,
    check,
    submission,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
VOID = {"meta", "br", "link", "img"}
PAGES = {"index": page.index_page(BATCH)} | {
    s.id: page.student_page(BATCH, s) for s in BATCH.submissions}


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

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def text_of(html):
    return re.sub(r"\s+", " ", " ".join(Elements(html.split("</style>")[1]
                  .replace("</head>", "").replace("</html>", "<html></html>", 1)
                  .replace("<html></html>", "").replace("<body>", "").replace("</body>", "")).text))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_fetches_nothing(name):
    elements = Elements(PAGES[name]).found
    tags = {tag for tag, _ in elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "svg", "base"}
    addresses = [a[key] for _, a in elements for key in ("href", "src") if key in a]
    assert all(address.startswith(("students/", "../", "#task-")) for address in addresses)
    assert not [key for _, attributes in elements for key in attributes if key.startswith("on")]
    assert "url(" not in PAGES[name]
    assert "@import" not in PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_forbids_itself_everything_but_its_style(name):
    policies = [a["content"] for tag, a in Elements(PAGES[name]).found
                if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [POLICY]


def test_a_submission_s_text_is_shown_and_does_not_act():
    html = PAGES["mallory"]
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\x1b[31m \\u202egnp {{ 7 * 7 }}" in html
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_ids_that_are_no_file_names_are_our_bug():
    for name in ("../x", ".x", "a/b", "a\\b", "", "c:x"):
        with pytest.raises(ValueError, match="not fit for a file name") as caught:
            page.file_name(name)
        assert str(caught.value) == f"{name!r} is not fit for a file name"


@pytest.mark.parametrize("visibility", [v for v in Visibility if v is not Visibility.VISIBLE])
def test_a_student_s_page_names_the_misconception_of_a_hidden_check_and_no_number_of_it(visibility):
    checks = tuple(
        replace(c, visibility=visibility) if c.counterexample else c for c in HIDDEN.checks)
    html = page.student_page(BATCH, replace(HIDDEN, checks=checks))
    text = text_of(html)
    assert "Adam without bias correction (Eq. 39)" in text
    assert "Eqs. 38 to 40" in text
    assert "The cases of this check are not published." in text
    for secret in ("SECRET", "0.333", "Smallest case", "beta1", "-1.5"):
        assert secret not in html


def test_a_visible_check_shows_its_smallest_case():
    text = text_of(PAGES["grace"])
    assert (
        "Smallest case: adam on numpy arrays, beta1 = 0.75, eps = 0.25 "
        "step gradient lr got expected 1 0.5 0.5 0.333333333334 0.333333333333 first difference "
        "2 -1.5 0.25 not finite -0.1"
    ) in text.replace("  ", " ")


def test_a_grader_error_is_no_score():
    assert "No score yet" in PAGES["alan"]
    assert "no score" in text_of(PAGES["index"])
    only = replace(BATCH, submissions=(UNLUCKY,))
    assert "Mean</dt><dd>–</dd>" in page.index_page(only)


def test_the_mean_leaves_out_what_has_no_score():
    assert "Mean</dt><dd>39.6 %</dd>" in PAGES["index"]  # (100 + 25 + 33.3 + 0) / 4


def test_the_index_counts_statuses_and_flags():
    text = text_of(PAGES["index"])
    assert "Graded 3 Student error" not in text  # the page's word is "Error"
    assert re.search(r"Graded\s+3\s+Error\s+1\s+Grader error\s+1", text)
    assert re.search(r"no_bias_correction\s+2\s+2 of 5", text)


def test_what_is_changed_is_told_in_full_to_the_staff_alone():
    full = "the root of v_hat + eps is left out"
    found = Diagnosis(("left_out_0a1b2c",), "Your update is Adam, but a power is left out.", 1e-15,
                      {"left_out_0a1b2c": full})
    one = submission("grace", check("update_rule", Status.FAILED, 0.0, 8.0, diagnosis=found))
    batch = replace(BATCH, submissions=(one,))
    assert f"left_out_0a1b2c {full} 1 1 of 1" in text_of(page.index_page(batch))
    assert "Your update is Adam, but a power is left out." in page.student_page(batch, one)
    assert full not in page.student_page(batch, one)
    assert full not in "\n".join(map(str, submission_lines(one)))


def test_plain_isolation_is_called_unofficial():
    plain = replace(BATCH, environment=replace(BATCH.environment, isolation="plain"))
    assert "submissions were not isolated from the grader" in page.index_page(plain)
    assert "submissions were not isolated" not in PAGES["index"]


def test_a_container_is_official_for_one_submission():
    def footer(level, *submissions):
        report = replace(BATCH, submissions=submissions, environment=replace(
            BATCH.environment, isolation=level))
        return " ".join(page.index_page(report).partition("<footer>")[2].split())

    alone = "The container was the sandbox: this holds if it was made for this submission alone."
    two = "2 submissions ran in one container, which is a sandbox for one."
    partly = "there was no other user for the submission, or no filter of system calls."
    assert alone in footer("container", PERFECT)
    assert f"<strong>Unofficial:</strong> {two}" in footer("container", PERFECT, WRONG)
    assert f"<strong>Unofficial:</strong> {partly}" in footer("container_partly", PERFECT)


def test_an_empty_batch_has_a_page():
    html = page.index_page(replace(BATCH, submissions=()))
    Elements(html)
    assert "Submissions</dt><dd>0</dd>" in html


def test_files_are_written_where_the_index_links_to(tmp_path):
    page.write(BATCH, tmp_path)
    links = [a["href"] for tag, a in Elements((tmp_path / "index.html").read_text("utf-8")).found
             if tag == "a"]
    assert links == [f"students/{s.id}.html" for s in BATCH.submissions]
    assert all((tmp_path / link).is_file() for link in links)


def test_a_link_to_a_name_with_special_letters_leads_to_its_page(tmp_path):
    page.write(replace(BATCH, submissions=(replace(WRONG, id="Zoë #1 100%"),)), tmp_path)
    assert 'href="students/Zo%C3%AB%20%231%20100%25.html"' in (
        tmp_path / "index.html").read_text("utf-8")
    assert (tmp_path / "students" / "Zoë #1 100%.html").is_file()


def test_every_status_has_a_word_and_a_page():
    for status in Status:
        page.student_page(BATCH, replace(ATTACKER, checks=(
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
    text = text_of(page.student_page(BATCH, FOLDED))
    assert (
        "✗ SGD: loads , failed 0 / 4 no rule – SGD: 3 checks not run , skipped skipped 0 / 12 "
        'relations, update_rule, closed_loop: since "loads and fits the contract" failed '
        "– SGD: step_cost , skipped skipped 0 / 4 no steps") in text


def test_a_page_of_several_tasks_begins_with_where_to_look():
    html = page.student_page(BATCH, FOLDED)
    assert (
        "At a glance task points first to look at adam 4 / 4 sgd 0 / 20 ✗ SGD: loads adam ✓"
    ) in text_of(html)
    links = [a["href"] for tag, a in Elements(html).found if tag == "a"]
    assert links == ["#task-1", "#task-2"]
    assert all(f'id="{link[1:]}"' in html for link in links)
    assert "At a glance" not in PAGES["grace"]  # one task


def failing(student, answers, flags=(), message="This is not Adam."):
    return submission(student, check(
        "update_rule", Status.FAILED, answers=answers, counterexample=CASE, message=message,
        diagnosis=Diagnosis(flags, "It matches no known variant.")))


ALIKE = replace(BATCH, submissions=(
    failing("ada", (1.0,)), failing("eva", (1.0,)), failing("zoe", (2.0,), ("no_eps",)),
    failing("bob", (3.0,), message="SINGLE"), failing("max", (4.0,))))


def test_the_index_lists_who_fails_alike():
    html = page.index_page(ALIKE)
    text = text_of(html)
    assert (
        "Who fails alike The members of a group gave the same answers to one run, which is the "
        "same for everyone and in every year. Where it has no name yet, give it one: cgp name DIR "
        'GROUP ID --says "what it is" --hint "what to look at" . The next run tells it to all who '
        "make this mistake. adam "
        "adam-1 no name yet 2 submissions ada , eva Smallest case, of ada Adam: update_rule This "
        "is not Adam. It matches no known variant. Smallest case: adam on numpy arrays") in text
    assert "adam-4 no_eps 1 submission zoe Smallest case, of zoe" in text
    assert (
        "2 submissions with no name yet and like no other adam-2 bob , adam-3 max Submissions"
    ) in text
    assert "SINGLE" not in html
    assert [attributes for tag, attributes in Elements(html).found if tag == "details"] == [
        {"open": None}, {}, {"class": "alone"}]


def test_who_fails_like_no_other_and_has_a_name_is_listed():
    assert "Who fails alike" not in PAGES["index"]
    only = page.index_page(replace(ALIKE, submissions=ALIKE.submissions[2:3]))
    assert "adam-1 no_eps 1 submission zoe" in text_of(only)
    assert "like no other" not in only


def test_a_task_and_a_member_that_would_act_do_not():
    hostile = replace(failing("<b>", (1.0,)), id="<b>zoe")
    html = page.index_page(replace(ALIKE, submissions=(hostile, replace(hostile, id="<b>ada"))))
    assert "<b>" not in html
    assert "students/%3Cb%3Ezoe.html" in html


def test_a_class_of_200_is_listed_by_the_size_of_its_groups():
    many = replace(ALIKE, submissions=tuple(
        failing(f"s{i:03}", (float(i % 7 if i < 150 else i),)) for i in range(200)))
    html = page.index_page(many)
    sizes = [int(n) for n in re.findall(r'<span class="points">(\d+) submission', html)]
    assert sizes == [22, 22, 22, 21, 21, 21, 21]
    assert "50 submissions with no name yet and like no other" in html


def test_digits_that_count_as_equal_are_not_shown():
    rows = [[0, 60.52058156183403, 60.52058156183404], [1, 0.1, 0.1 + 1e-12]]
    case = case_of(table("loss", ("iteration", "got", "expected"), rows, 1))
    assert case.rows == (("0", "60.5206", "60.5206"), ("1", "0.100000000000", "0.100000000001"))

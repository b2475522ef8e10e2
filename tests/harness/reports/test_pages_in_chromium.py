"""The pages in a browser: opened, sorted, filtered, searched, followed, copied, printed."""

import re
from dataclasses import replace

import pytest

from cgp_harness.model import SourceFile, Status, Student
from cgp_harness.reports import figures, pages
from cgp_harness.reports.pages import course
from tests.harness.reports.example_reports import (
    ATTACKER,
    BATCH,
    CASE,
    FIGURED,
    HIDDEN,
    HOSTILE,
    NO_CORRECTION,
    PERFECT,
    UNLUCKY,
    WRONG,
    check,
    submission,
)

RTL = "שלום مرحبا \u202egnp"
LONG = "x" * 400
SOURCE = SourceFile("adam.py", "".join(f"line_{n} = {n}\n" for n in range(1, 61)).encode())


def numbered(number):
    got = number % 9
    wrong = check(
        "update_rule", Status.FAILED, got, 8.0, message="This is not Adam.\n  at adam.py:50",
        diagnosis=NO_CORRECTION, counterexample=CASE) if got < 8 else check(
        "update_rule", Status.PASSED, 8.0, 8.0)
    one = submission(f"student_{number:02}", check("loads", Status.PASSED, 4.0), wrong)
    return replace(one, sources=(SOURCE,))


EVIL = replace(
    ATTACKER, id=f"<b>eve {RTL}", notes=(HOSTILE, f"{RTL} {LONG}"),
    sources=(SourceFile("<img src=x>.py", f"{HOSTILE}\n{LONG}\n{RTL}\n".encode()),))
MIXED = replace(
    numbered(3), id="mary", checks=(
        *numbered(3).checks, check("closed_loop", Status.FAILED, message="It leaves the path.",
                                   title="Adam: trains as the specified rule does"),
        *FIGURED.checks[1:]))
CLASS = figures.listed(replace(BATCH, notes=(HOSTILE,), submissions=(
    *map(numbered, range(30)), PERFECT, WRONG, HIDDEN, UNLUCKY, MIXED, EVIL)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("reports")
    pages.write(CLASS, made)
    pages.draw(CLASS, made)
    return made


@pytest.fixture
def opened(browser, folder):
    """Opens a page; at last nothing may have been said in the console or asked of a network."""
    said, contexts = [], []

    def open_(name, **how):
        contexts.append(browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **how}))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url)
                if not request.url.startswith("file://") else None)
        path, hash_, wanted = str(name).partition("#")
        page.goto(f"{(folder / path).as_uri()}{hash_}{wanted}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


def rows(page):
    return page.locator("#class tbody tr:visible th").all_inner_texts()


def test_the_class_is_sorted_by_what_is_clicked(opened):
    page = opened("index.html")
    assert len(rows(page)) == len(CLASS.submissions)
    score = page.get_by_role("columnheader", name="Score")
    score.get_by_role("button").click()
    assert score.get_attribute("aria-sort") == "ascending"
    scores = page.locator("#class tbody tr td:nth-child(3)").all_inner_texts()
    numbers = [float(one) for one in scores if one != "no score"]
    assert numbers == sorted(numbers)
    assert scores[-1] == "no score"
    score.get_by_role("button").press("Enter")                      # and by the keyboard
    assert score.get_attribute("aria-sort") == "descending"
    assert page.locator("#class tbody tr td:nth-child(3)").first.inner_text() == str(max(
        int(one.score) for one in CLASS.submissions))


def test_the_class_is_searched_and_filtered_by_column(opened):
    page = opened("index.html")
    page.get_by_label("Search").fill("STUDENT_0")
    assert rows(page) == [f"student_0{k}" for k in range(10)]
    assert page.locator("#count").inner_text() == "10 of 36 shown"
    page.get_by_label("Filter: Score").fill(">= 9")
    assert rows(page) == [f"student_0{k}" for k in (5, 6, 7, 8)]
    page.get_by_label("Filter: First finding").fill("no_bias")
    assert rows(page) == [f"student_0{k}" for k in (5, 6, 7)]
    page.get_by_role("button", name="Clear").click()
    assert len(rows(page)) == 36
    page.get_by_label("Filter: Status").select_option("grader error")
    assert rows(page) == ["alan"]


def test_the_checks_are_sorted_by_what_is_clicked(opened):
    page = opened("index.html")
    rates = page.locator("section[aria-labelledby=checks] tbody td:nth-child(4)")
    before = rates.all_inner_texts()
    page.get_by_role("columnheader", name="Rate").get_by_role("button").click()
    after = [float(one.removesuffix(" %")) for one in rates.all_inner_texts()]
    assert after == sorted(after)
    assert len(after) == len(before) > 3


def elements(page):
    """Each row of the class as it is in the document, but for white space between its cells."""
    return page.locator("#class tbody tr").evaluate_all(
        "all => all.map((row) => row.outerHTML.replace(/\\n/g, ''))")


@pytest.fixture(params=["told", "untold"])
def large(request, monkeypatch, tmp_path, opened):
    """A page whose class has more rows than are drawn at once, and one with all of them."""
    report = CLASS if request.param == "untold" else replace(CLASS, submissions=tuple(
        replace(one, submitted_at="2026-11-03T11:05:00", late=index % 2 == 0,
                student=Student("Moodle", name=f"Ada <b>{index}</b> {RTL}") if index % 3 else None)
        for index, one in enumerate(CLASS.submissions)))
    whole = tmp_path / "whole.html"
    whole.write_text(course.page(report), "utf-8")
    monkeypatch.setattr(course, "MOST_ROWS", 35)
    monkeypatch.setattr(course, "FIRST_ROWS", 10)
    (tmp_path / "index.html").write_text(course.page(report), "utf-8")
    return opened(tmp_path / "index.html"), opened(whole)


def test_rows_of_a_large_class_are_drawn_as_those_of_a_small_one(large):
    page, whole = large
    assert "id=\"rest\"" not in whole.content()
    expected = elements(whole)
    for drawn, left in ((10, 10), (20, 10), (30, 6)):
        assert elements(page) == expected[:drawn]
        assert page.locator("#count").inner_text() == f"{drawn} of 36 shown"
        assert page.locator("#first").inner_text() == f"The first {drawn} of 36."
        page.get_by_role("button", name=f"Show {left} more").click()
    assert elements(page) == expected
    assert not page.locator("#more").is_visible()
    assert not page.locator("#first").is_visible()
    assert page.locator("main b, main img").count() == 0


def test_a_large_class_is_sorted_and_searched_in_all_its_rows(large):
    page, whole = large
    for name in ("%", "%", "Student", "Student", "First finding", "Status"):
        for one in large:
            one.locator("#class thead button").filter(has_text=re.compile(f"^{name}$")).click()
        assert elements(page) == elements(whole)[:10]
    for one in large:
        one.get_by_label("Search").fill("student_2")
    assert len(rows(page)) == 10
    assert {*rows(page)} == {*rows(whole)}
    assert page.locator("#count").inner_text() == "10 of 36 shown"
    page.get_by_label("Search").fill("student_")
    assert page.locator("#count").inner_text() == "10 of 36 shown, 30 found"
    page.get_by_role("button", name="Show 10 more").click()
    assert page.locator("#first").inner_text() == "The first 20 of 30."
    page.get_by_label("Filter: Status").select_option("grader error")
    assert [one.partition("\n")[0] for one in rows(page)] == []
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Filter: Status").select_option("grader error")
    assert [one.partition("\n")[0] for one in rows(page)] == ["alan"]


def test_a_large_class_says_what_is_left_out_without_its_script_and_in_print(large, opened):
    page, _ = large
    still = opened(page.url.removeprefix("file://"), java_script_enabled=False)
    assert len(still.locator("#class tbody tr").all()) == 10
    assert still.locator("#first").inner_text() == (
        "The first 10 of 36; gradebook.csv has all.")
    assert not still.locator("#more").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#first").is_visible()
    assert not page.locator("#more").is_visible()


def test_a_link_leads_from_the_class_to_a_student_to_a_line(opened, folder):
    page = opened("index.html")
    page.locator("#class").get_by_role("link", name="student_03").click()
    assert page.url.endswith("students/student_03.html")
    assert not page.locator("#s1-50").is_visible()                  # in a source that is closed
    page.get_by_role("link", name="adam.py:50").click()
    assert page.locator("#s1-50").is_visible()
    assert page.locator("#s1-50").inner_text().strip() == "line_50 = 50"
    assert page.locator("#s1-50").evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_a_command_is_copied(opened):
    page = opened("students/student_03.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"cgp replay reports\d+ student_03 adam\.update_rule", copied)


def test_passed_checks_are_closed_and_open(opened):
    page = opened("students/mary.html")
    passed = page.locator("details.passed")
    figure = passed.locator("svg.plot").first
    assert not figure.is_visible()
    passed.locator("summary").first.press("Enter")
    assert figure.is_visible()
    box = figure.bounding_box()
    assert box["width"] > 200
    assert box["height"] > 100


def test_two_students_are_compared_on_one_check(opened):
    page = opened("compare.html#adam.update_rule&3&4")
    assert page.locator("#left h2").inner_text() == "student_03"
    assert page.locator("#right h2").inner_text() == "student_04"
    assert page.locator("#same").inner_text() == "Word for word the same."
    page.locator("#other").select_option("grace")
    assert page.locator("#right h2").inner_text() == "grace"
    assert page.locator("#same").inner_text() == "They differ."
    assert page.locator("#right .case tbody tr.marked").count() == 1
    page.get_by_role("button", name="Swap").click()
    assert page.locator("#left h2").inner_text() == "grace"
    page.locator("#one").select_option(index=35)
    page.locator("#check").select_option("adam.loads")
    assert "<script>alert(1)</script>" in page.locator("#left").inner_text()
    assert page.locator("#left b, #left script").count() == 0


def test_the_first_check_that_is_compared_is_one_on_which_they_differ(opened):
    page = opened("compare.html#&3&8")
    assert page.locator("#check").input_value() == "adam.update_rule"
    assert page.locator("#same").inner_text() == "They differ."
    assert opened("compare.html#&3&4").locator("#check").input_value() == "adam.loads"


EVERY = ["index.html", "compare.html", "students/mary.html", f"students/{EVIL.id}.html"]


@pytest.mark.parametrize("name", EVERY)
def test_a_narrow_screen_needs_no_scrolling_sideways(opened, folder, name):
    page = opened(folder / name, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_title_has_room_on_a_narrow_screen(opened):
    page = opened("students/mary.html", viewport={"width": 390, "height": 844})
    told = page.locator("summary", has_text="not judged: see the rule")
    assert told.locator(".title").bounding_box()["width"] > 150
    assert told.bounding_box()["height"] < 100


@pytest.mark.parametrize(("name", "scheme"), [
    *((name, "light") for name in EVERY), ("index.html", "dark"), ("students/mary.html", "dark")])
def test_axe_finds_nothing(opened, folder, name, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="needs axe: python -m pip install axe-playwright-python")
    page = opened(folder / name, color_scheme=scheme, bypass_csp=True)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = axe.Axe().run(page)
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in found.response["violations"]] == []
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper))) < 200) == (scheme == "dark")


def test_a_typical_page_is_printed_on_at_most_two_sheets(opened):
    printed = opened("students/student_03.html").pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


def test_in_print_a_heading_is_text_since_no_browser_repeats_that_of_a_button(opened):
    page = opened("index.html")
    page.emulate_media(media="print")
    assert not page.locator(".sort:visible").count()
    assert page.evaluate(
        "[...document.querySelectorAll('#class thead th')].map("
        "(one) => getComputedStyle(one, '::before').content)") == [
        '"Student"', '"adam"', '"Score"', '"%"', '"Status"', '"First finding"']


@pytest.mark.parametrize("address", [
    "students/student_03.html", "compare.html#adam.update_rule&student_03&student_04"])
def test_on_a_phone_the_numbers_of_a_smallest_case_are_broken_into_lines(opened, address):
    page = opened(address, viewport={"width": 390, "height": 800})
    [*headings] = page.locator(".heading").all()
    assert headings
    for one in headings:
        box = one.bounding_box()
        assert box["x"] + box["width"] <= 390
        assert box["height"] > 30


def test_on_a_phone_the_class_shows_scores_beside_names(opened):
    page = opened("index.html", viewport={"width": 390, "height": 800})
    boxes = [page.locator(f"#class thead th:has-text('{name}')").bounding_box()
             for name in ("Score", "%")]
    assert all(box["x"] + box["width"] <= 390 for box in boxes)


def test_hostile_texts_are_texts(opened, folder):
    page = opened(folder / f"students/{EVIL.id}.html")
    assert page.locator("main b, main img, main script").count() == 0
    assert page.title().startswith("<b>eve שלום")
    assert "\\u202egnp" in page.locator("h1").inner_text()
    assert page.evaluate("typeof window.alerted") == "undefined"
    page = opened("index.html")
    assert page.locator("main b, main img, main script").count() == 0

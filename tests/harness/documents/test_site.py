"""The documentation as pages: mkdocs has no complaint, and no page asks another server."""

import importlib.util
import os
import re
import subprocess
import sys

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if importlib.util.find_spec("material") is None:
        pytest.skip("mkdocs is not installed: pip install 'cgp-harness[docs]'")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True,
        check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {page.relative_to(site).as_posix(): page.read_text("utf-8")
            for page in site.rglob("*.html")}


def test_no_page_loads_anything_from_another_server(pages):
    loaded = [
        tag for page in pages.values()
        for tag in re.findall(r"<(?:link|script|img|iframe)[^>]*https?://[^>]*>", page)]
    assert loaded == []


def test_links_out_of_docs_lead_to_pages_of_the_site(pages):
    assert 'href="student-guide.html' in pages["index.html"]
    assert 'href="assignments/cgp_assignments/step_size/handout.html' in pages["student-guide.html"]
    assert 'href="CONTRIBUTING.html' in pages["architecture.html"]


def test_lists_and_tables_are_read_as_such(pages):
    """Python's Markdown wants an empty line above them, which code hosts do not."""
    bodies = [re.sub(r"<pre.*?</pre>", "", page, flags=re.S) for page in pages.values()]
    assert [found for body in bodies
            for found in re.findall(r"<p>[^<]*\n(?:- |\d+\. |\|)[^\n]*", body)] == []


def test_the_search_finds_on_a_phone_in_pages_that_are_opened_as_files(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((site / "tours" / "student.html").as_uri())
    page.locator("label[for=__search]").first.click()
    page.locator("input[name=query]").press_sequentially("Nesterov")
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url("**/diagnosis.html*")
    context.close()
    assert said == []

"""The documentation as pages: mkdocs has no complaint, and no page asks another server."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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
    return {page.relative_to(folder).as_posix(): page.read_text("utf-8")
            for page in folder.rglob("*.html")}


def test_no_page_loads_anything_from_another_server(site):
    loaded = [
        tag for page in site.values()
        for tag in re.findall(r"<(?:link|script|img|iframe)[^>]*https?://[^>]*>", page)]
    assert loaded == []


def test_links_out_of_docs_lead_to_pages_of_the_site(site):
    assert 'href="student-guide.html' in site["index.html"]
    assert 'href="assignments/cgp_assignments/step_size/handout.html' in site["student-guide.html"]
    assert 'href="CONTRIBUTING.html' in site["architecture.html"]


def test_lists_and_tables_are_read_as_such(site):
    """Python's Markdown wants an empty line above them, which code hosts do not."""
    bodies = [re.sub(r"<pre.*?</pre>", "", page, flags=re.S) for page in site.values()]
    assert [found for body in bodies
            for found in re.findall(r"<p>[^<]*\n(?:- |\d+\. |\|)[^\n]*", body)] == []

"""A fifth kind of task from a distribution of its own: installed, graded in a worker, and small."""

import ast
import os
import re
import subprocess
import sys

import pytest

from tests.places import ROOT

KIND = ROOT / "plugins" / "kinds" / "function"
PAGE = ROOT / "docs" / "kinds.md"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Runs Python where the kind is installed: the arguments -> what it ended with and said."""
    site = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation",
         "--no-index", "--target", site, KIND], check=True, capture_output=True)

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"},
            capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_its_own_tests_pass(python, long):
    some = () if long else ("-k", "not wrong_ones_are_not or scores0 or scores2")
    code, said = python(
        "-m", "pytest", KIND, "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *some)
    assert code == 0, said


def test_the_test_on_the_page_is_one(python):
    [text] = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.S | re.M)
    asked = """
from cgp_function.starter import STARTER
for text in (STARTER.text, STARTER.text.replace("2 * x", "3 * x")):
    print(*(f"{name}: {check.score:g}" for name, check in graded(text).items()))
"""
    assert python("-c", text + asked) == (
        0, "double.loads: 1 double.values: 4\ndouble.loads: 1 double.values: 0\n")


def test_cgp_new_has_its_starter(python, tmp_path):
    file = tmp_path / "mine.py"
    assert python("-m", "cgp_harness", "new", "function", file) == (
        0, f"wrote {file}; first rename double to a name that your homework asks for, then: "
        f"cgp check {file} -a ASSIGNMENT\n")
    assert file.read_text("utf-8").startswith('"""A function of arrays to begin with: change')
    code, said = python("-m", "cgp_harness", "new", "--help")
    assert (code, said.splitlines()[-1].split(maxsplit=1)) == (
        0, ["function", "Write a starter plugin of the kind function into FILE."])


def test_it_takes_less_than_250_lines_of_code_besides_what_it_offers_to_tests():
    lines = 0
    for path in {*(KIND / "cgp_function").glob("*.py")} - {KIND / "cgp_function" / "testing.py"}:
        text = path.read_text("utf-8")
        quiet = {line for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)
                 and isinstance(node.value, ast.Constant)
                 for line in range(node.lineno, node.end_lineno + 1)}
        lines += sum(
            bool(line.strip()) and not line.strip().startswith("#") and number not in quiet
            for number, line in enumerate(text.splitlines(), start=1))
    assert lines < 250

"""docs/own_homework.md is true: its files are written, its commands are run, their output compared.

After a wished change: `CGP_SNAPSHOTS=write pytest --long tests/harness/test_own_homework.py` writes
the output anew; then read the difference.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "own_homework.md"
BLOCK = re.compile(
    r"^(?:`(?P<file>[\w./-]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", flags=re.S | re.M)
EXAMPLES = re.findall(
    r"^## Example: [^\n]*\n.*?(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), flags=re.S | re.M)
WRITE = os.environ.get("CGP_SNAPSHOTS") == "write"
NOT_SHOWN = re.compile(
    r"^(?:harness|python|numpy|torch|hypothesis|device|isolation|canary|adequacy|unofficial:) ")
"""Lines that differ from machine to machine, and how many small changes there are."""


@pytest.fixture(scope="module")
def cgp(tmp_path_factory):
    """Runs a command line of the page in a folder; gives what it prints that is no machine's.

    The kind of the third example is installed beside the harness.
    """
    site = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation",
         "--no-index", "--target", site, ROOT / "plugins" / "kinds" / "function"],
        check=True, capture_output=True)
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")}
    environment["PYTHONPATH"] = f"{site}{os.pathsep}{ROOT}"

    def run(line, folder):
        program, *arguments = shlex.split(line)
        if program == "pip":
            return ""
        if arguments[0] == "grade":  # where the machine has no landlock; the seed is drawn else
            arguments += ["--isolation", "auto", "--seed", "0", "--no-figures"]
        done = subprocess.run(
            [sys.executable, "-m", "cgp_harness", *arguments], cwd=folder, env=environment,
            capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return "".join(one for one in done.stdout.splitlines(keepends=True)
                       if not NOT_SHOWN.match(one))

    return run


# The second is of a Function, as the homework of `test_backward.py` is.
@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.long), 2])
def test_an_example_does_what_the_page_says(cgp, number, tmp_path):
    printed = ""
    for block in BLOCK.finditer(EXAMPLES[number]):
        text = block["text"]
        if block["file"]:
            file = tmp_path / block["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif block["kind"] == "sh":
            printed = "".join(cgp(line, tmp_path) for line in text.splitlines())
        elif block["kind"] == "text":
            if WRITE:
                page = PAGE.read_text(encoding="utf-8")
                PAGE.write_text(page.replace(block[0], f"```text\n{printed}```"), encoding="utf-8")
                continue
            assert text == printed


def test_there_are_three_examples():
    assert len(EXAMPLES) == 3

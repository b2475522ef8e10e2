"""What the pages tell a reader to type works where they say, and prints what they show.

After a wished change of what is printed: `CGP_SNAPSHOTS=write pytest
tests/harness/documents/test_pages.py` (`--long` for all pages) writes it anew; then read the
difference. `tests/pages.py` has the rules.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from cgp_harness.sandbox.host import levels
from tests import pages
from tests.pages import PAGES, WHERE, Step, parts
from tests.places import ROOT

PARTS = [part for page in PAGES for part in parts(page)]
LONG = "docs/tours/author.md"   # 25 s: homeworks from a solution have tests of their own
WRITE = os.environ.get("CGP_SNAPSHOTS") == "write"
LEFT_OUT = re.compile(r"^(?:isolation:|adequacy) .*\n", flags=re.M)   # of the machine; long
NO_CLONE = shutil.ignore_patterns(".git", ".venv", "out", "dist", "__pycache__", ".*_cache")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """That of a reader who has the package installed: `cgp`, `python` and `pip` are found."""
    programs, site = tmp_path_factory.mktemp("bin"), tmp_path_factory.mktemp("site")
    install = "pip install -q --no-deps --no-build-isolation --no-index --target"
    for name, does in {
        "cgp": "-m cgp_harness", "python": "", "pip": f"-m {install} {site}",
    }.items():
        drop = "shift; " if name == "pip" else ""    # the word `install`
        (programs / name).write_text(f'#!/bin/sh\n{drop}exec {sys.executable} {does} "$@"\n')
        (programs / name).chmod(0o755)
    inherited = {name: value for name, value in os.environ.items()
                 if name not in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")}
    return inherited | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                        "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}


def marks(part):
    return [] if "/tours/" in part.page and part.page != LONG else pytest.mark.long


def named(part):
    numbered = [one for one in PARTS if one.page == part.page]
    return part.page + (f"-{numbered.index(part) + 1}" if len(numbered) > 1 else "")


@pytest.mark.parametrize("part", [
    pytest.param(part, id=named(part), marks=marks(part))
    for part in PARTS])
def test_what_a_page_says_works_and_prints_what_it_shows(part, environment, tmp_path):
    if levels.available()["landlock"]:
        pytest.skip("`cgp grade` needs landlock, which this machine lacks")
    folder = tmp_path / "folder"
    if part.where == "in a clone":
        shutil.copytree(ROOT, folder, ignore=NO_CLONE)
    else:
        folder.mkdir()
    printed = ""
    for step in part.steps():
        if step.file:
            (folder / step.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.file).write_text(step.text, encoding="utf-8")
        if step.line:
            printed = typed(step.line, folder, environment)
        if step.shown is not None and not pages.agree(step.shown, printed):
            if not WRITE:
                assert step.shown == printed
            shown_anew(part.page, step, printed)


def typed(line, folder, environment):
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False)
    assert done.returncode in ((0, 1) if "cgp " in line else (0,)), (line, done.stderr)
    return LEFT_OUT.sub("", done.stdout or done.stderr)


def shown_anew(page, step, printed):
    """Writes into the page what a command prints now."""
    text = (ROOT / page).read_text(encoding="utf-8")
    above = f"$ {step.line}\n" if step.line else "```text\n"
    for end in ("```\n", "$ "):
        text = text.replace(above + step.shown + end, above + printed + end, 1)
    (ROOT / page).write_text(text, encoding="utf-8")


def test_every_command_of_a_page_is_in_a_part_or_the_page_says_why_not():
    above = {page: WHERE.split((ROOT / page).read_text("utf-8"))[0] for page in PAGES}
    alone = [
        block[0] for text in above.values() for block in pages.BLOCK.finditer(text)
        if block["mark"] != "not run"
        and (block["kind"] == "sh" or block["text"].startswith("$ "))]
    assert alone == []


PAGE = """
<!-- first: mkdir a
mkdir b -->

```sh
ls
echo one \\
  two
```

```text
one …
```

`c/d.py`:

```python
x = 1
```

<!-- not run: why -->
```sh
rm -r /
```

```text
$ echo three
three
$ echo four
```
"""


def test_a_page_is_read_step_by_step():
    steps = [*pages.Part("page.md", "in a clone", PAGE).steps()]
    assert [(one.line, one.shown, one.file, one.text) for one in steps] == [
        ("mkdir a", None, "", ""), ("mkdir b", None, "", ""), ("ls", None, "", ""),
        ("echo one   two", None, "", ""), ("", "one …\n", "", ""), ("", None, "c/d.py", "x = 1\n"),
        ("echo three", "three\n", "", ""), ("echo four", "", "", "")]
    assert steps[0] == Step("mkdir a")


@pytest.mark.parametrize(("shown", "printed", "agree"), [
    ("one\n", "one\n", True),
    ("one\n", "two\n", False),
    ("one\n", "one\ntwo\n", False),
    ("one\n…\n", "one\ntwo\nthree\n", True),
    ("…\ntwo\n", "two\n", True),
    ("takes … s\n", "takes 0.2 s\n", True),
    ("takes … s\n", "takes 0.2\n s\n", False),
    ("a.b\n", "axb\n", False),
])
def test_an_ellipsis_stands_for_what_differs(shown, printed, agree):
    assert pages.agree(shown, printed) is agree

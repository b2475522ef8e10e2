"""The pages as a reader follows them: what to type, where, and what comes of it.

In a page a comment, which no reader sees, says what its commands need:

    <!-- in a clone -->              below it, commands are typed in a clone of the repository
    <!-- in an empty folder -->      or in a folder that holds nothing; the package is installed
    <!-- first: cp a.py b.py -->     before the next block this is done, unseen
    <!-- not run: needs a server --> the next block is not run, and why

A block of `sh` is run, line by line. A block of `text` right below it is what its last line prints;
so is what stands below `$ COMMAND` within one. `…` stands for what differs from machine to machine:
alone in a line for any lines, else for anything in its line. A block of another kind below a
file's name in backquotes and a colon is that file.
"""

import re
from dataclasses import dataclass

from tests.places import ROOT

PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]
WHERE = re.compile(r"^<!-- (in a clone|in an empty folder) -->$", flags=re.M)
BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>first|not run): (?P<said>.*?) -->\n+)?"
    r"(?:`(?P<file>[\w./-]+)`:\n\n)?"
    r"```(?P<kind>\w+)\n(?P<text>.*?)^```$", flags=re.S | re.M)


@dataclass(frozen=True)
class Step:
    """What is done next: a file is written or a line is typed, which prints `shown`."""

    line: str = ""
    shown: str | None = None
    file: str = ""
    text: str = ""


@dataclass(frozen=True)
class Part:
    """What is done in one folder, from its beginning."""

    page: str
    where: str
    text: str

    def steps(self):
        """Every step in the order of the page."""
        above = None
        for block in BLOCK.finditer(self.text):
            yield from _of(block, above)
            above = block if block["kind"] == "sh" else None


def _of(block, above):
    text, kind = block["text"], block["kind"]
    if block["mark"] == "first":
        yield from (Step(line) for line in block["said"].strip().splitlines())
    if block["mark"] == "not run":
        return
    if block["file"]:
        yield Step(file=block["file"], text=text)
    elif kind == "sh":
        yield from (Step(line) for line in text.replace("\\\n", "").splitlines())
    elif kind == "text" and text.startswith("$ "):
        for command in re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", text, flags=re.M):
            yield Step(*command)
    elif kind == "text" and above and not block.string[above.end():block.start()].strip():
        yield Step("", text)


def parts(page):
    """The parts of a page; what stands above the first is none."""
    text = (ROOT / page).read_text(encoding="utf-8")
    _, *pieces = WHERE.split(text)
    return [Part(page, where, piece)
            for where, piece in zip(pieces[::2], pieces[1::2], strict=True)]


def agree(shown, printed):
    """Whether that was printed, `…` standing for anything."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…\n" else re.escape(line).replace("…", ".*")
        for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, printed) is not None

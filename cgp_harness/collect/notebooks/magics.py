r"""IPython's own syntax in a cell, commented out so that plain Python can read the rest.

One line stays one line, since messages name line numbers. A line counts as IPython's only where a
statement begins: in `"%d"` followed by `% 5` on a line of its own, inside brackets, the second line
is Python. Finding that out takes a scan for quotes and brackets, not the compiler, which hostile
text can exhaust.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Each of these, and `is_magic`, takes one pass over a line however it is filled.
BEGINNING = re.compile(
    r"""
      [%!?]                                 # %matplotlib inline   !pip install numpy   ?adam
    | (?:pip3?|conda)\s+[a-z]               # pip install numpy: IPython needs no % here
    """,
    re.VERBOSE,
)
TARGETS = re.compile(r"[\w.,\s\[\]'\"]*")  # files = !ls
NAME_AND_HELP = re.compile(r"%?[\w.*]+\?{1,2}")  # adam?
TIMED = re.compile(r"%time\s+([^\s\\].*[^\\])$")
CELL_MAGIC = re.compile(r"\s*%%(\w+)")
PYTHON_CELLS = ("capture", "cgp_check", "memit", "prun", "time", "timeit")
TOKEN = re.compile(
    r"""
      (?P<comment>\#.*)
    | (?P<triple>'{3}|"{3})
    | '(?:\\.|[^'\\])*\\?(?:'|$) | "(?:\\.|[^"\\])*\\?(?:"|$)    # never fails: no rescan, O(n)
    | (?P<opening>[(\[{]) | (?P<closing>[)\]}])
    """,
    re.VERBOSE,
)
CLOSING_TRIPLE = {quotes: re.compile(rf"(?:\\.|[^\\])*?{quotes}") for quotes in ("'''", '"""')}


@dataclass(frozen=True)
class _Place:
    """Where a line begins: inside which quotes, in how many brackets, after a backslash or not."""

    quotes: str = ""
    brackets: int = 0
    joined: bool = False

    @property
    def begins_statement(self) -> bool:
        return not (self.quotes or self.brackets or self.joined)


def without_magics(source: str) -> str:
    """A cell's text with IPython's lines commented out.

    >>> print(without_magics("%matplotlib inline\\nx = 1"))
    # %matplotlib inline
    x = 1
    """
    if other_language(source):  # %%bash, %%html: nothing in it is Python
        return "\n".join(f"# {line}" if line.strip() else line for line in _lines(source))
    return "\n".join(_python(_lines(source)))


def script_without_magics(content: bytes) -> bytes:
    """The bytes of a .py file with IPython's lines commented out; the same bytes without any."""
    # Byte for byte, whatever the encoding: all that matters here is ASCII.
    text = content.decode("latin-1")
    lines = _lines(text)
    done = _python(lines)
    return content if done == lines else "\n".join(done).encode("latin-1")


def other_language(source: str) -> str:
    """The magic that says so, if a cell is not Python: `%%bash`; else nothing."""
    first = next((line for line in _lines(source) if line.strip()), "")
    magic = CELL_MAGIC.match(first)
    return f"%%{magic[1]}" if magic and magic[1] not in PYTHON_CELLS else ""


def _lines(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _python(lines: list[str]) -> list[str]:
    place, continued, done = _Place(), False, []
    for line in lines:
        if continued or (place.begins_statement and is_magic(line.strip())):
            done.append(_commented(line))
            continued = line.endswith("\\")
        else:
            done.append(line)
            place = _after(line, place)
    return done


def is_magic(statement: str) -> bool:
    """Whether a line, without the space around it, is IPython's."""
    if BEGINNING.match(statement):
        return True
    targets, _, value = statement.partition("=")
    if value.lstrip().startswith(("%", "!")) and TARGETS.fullmatch(targets):
        last = targets.rstrip()[-1:]
        return last.isalnum() or last in ("_", "]")
    return bool(NAME_AND_HELP.fullmatch(statement.removesuffix(";").rstrip()))


def _commented(line: str) -> str:
    """The line as a comment, in the place of what Python would miss.

    An indented line may be all of its block, and a block cannot be empty. `files = !ls` has its
    value from IPython, as the grader's stand-in for it has; `%time f()` runs `f()`.
    """
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    targets, equals, value = text.partition("=")
    if equals and value.lstrip().startswith(("%", "!")) and TARGETS.fullmatch(targets):
        return f"{indent}{targets}= get_ipython()  # {value.lstrip()}"
    if timed := TIMED.match(text):
        return f"{indent}{timed[1]}  # {text[:timed.start(1)]}"
    return f"{indent}pass  # {text}" if indent else f"# {text}"


def _after(line: str, place: _Place) -> _Place:
    """The place where the next line begins."""
    quotes, brackets, at = place.quotes, place.brackets, 0
    comment = False
    while not comment:
        if quotes:
            end = CLOSING_TRIPLE[quotes].match(line, at)
            if not end:
                return _Place(quotes, brackets)
            quotes, at = "", end.end()
        token = TOKEN.search(line, at)
        if not token:
            break
        at = token.end()
        quotes = token["triple"] or ""
        brackets += bool(token["opening"]) - bool(token["closing"])
        comment = bool(token["comment"])
    return _Place(quotes, max(brackets, 0), line.endswith("\\") and not comment)

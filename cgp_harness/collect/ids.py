"""Ids of submissions: fit for a file name, a page and a spreadsheet; unique; in a natural order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import count, dropwhile

LONGEST = 80  # characters
LONGEST_NAME = 1_000
"""Characters that are looked at: an export may hold a name of megabytes."""
LONGEST_BYTES = 200  # a file name takes 255, and `.html` comes after the id

# `index.html` is the class's page; the others are devices on Windows, whatever suffix follows.
RESERVED = {
    "index", "con", "prn", "aux", "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
# Letters and marks that are drawn as nothing (Unicode 15, Default_Ignorable_Code_Point).
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def safe_id(name: str) -> str:
    """A student's or a file's name as an id. Letters of all scripts stay, the rest becomes `_`.

    >>> safe_id("hw3 First Last")
    'hw3_First_Last'
    >>> safe_id("=HYPERLINK(1)")
    'HYPERLINK_1'
    >>> safe_id("Index")
    '_Index'
    """
    text = unicodedata.normalize("NFC", name[:LONGEST_NAME])
    text = "".join(char if _fits(char) else " " for char in text)
    text = re.sub(r"_* [ _]*", "_", text)
    # An accent at the beginning would sit on whatever stands before the id.
    text = "".join(dropwhile(_cannot_begin, text)) or "unnamed"
    if text.partition(".")[0].casefold() in RESERVED:
        text = f"_{text}"
    return _cut(text)


def unique_ids(names: Sequence[str]) -> list[str]:
    """A safe id for each name: the first to come keeps a name, others get `-2`, `-3`, …

    Ids that differ only in case are one file on macOS and Windows, so they count as the same.
    """
    ids = [safe_id(name) for name in names]
    taken = {_folded(text) for text in ids}
    met: dict[str, int] = {}
    done = []
    for text in ids:
        folded = _folded(text)
        unique = text
        if folded in met:
            # From where the last one ended: a class of one name would else be searched over again.
            unique, met[folded] = _numbered(text, taken, met[folded])
        else:
            met[folded] = 2
        taken.add(_folded(unique))
        done.append(unique)
    return done


def natural(text: str) -> tuple[list[str | tuple[int, str]], str]:
    """Sort key by which `hw2` comes before `hw10`."""
    pieces = re.split(r"([0-9]+)", text.casefold())
    return [_number(piece) if i % 2 else piece for i, piece in enumerate(pieces)], text


def _number(digits: str) -> tuple[int, str]:
    """Ordered as the numbers are; `int` takes no more than 4,300 digits."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _numbered(text: str, taken: set[str], begin: int) -> tuple[str, int]:
    """An id that is free, and the number after its own."""
    numbered = ((_cut(text, f"-{number}"), number + 1) for number in count(begin))
    return next((new, after) for new, after in numbered if _folded(new) not in taken)


def _fits(char: str) -> bool:
    letter = char.isalnum() or unicodedata.category(char) in ("Mn", "Mc")
    return char in "._-" or (letter and not INVISIBLE.match(char))


def _cannot_begin(char: str) -> bool:
    return not char.isalnum()


def _cut(text: str, suffix: str = "") -> str:
    longest = LONGEST_BYTES - len(suffix)
    text = text.encode()[:longest].decode("utf-8", "ignore")[: LONGEST - len(suffix)]
    return text.rstrip("._-") + suffix


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold()).casefold()

"""A submission's text and numbers, made fit for a terminal, a page and a file name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Cc: control (ESC sequences), Cf: format (bidi overrides turn lines around), Cs: lone surrogates.
UNSAFE = ("Cc", "Cf", "Cs")
NOT_FINITE = "not finite"


def shown(text: str) -> str:
    r"""Text with every character that could act on a display written as `\x..`; line ends stay.

    >>> print(shown("red: \x1b[31m"))
    red: \x1b[31m
    """
    return "".join(
        _escape(letter) if unicodedata.category(letter) in UNSAFE and letter != "\n" else letter
        for letter in text.replace("\r\n", "\n").expandtabs(4)
    )


def number(value: object, digits: int = 6) -> str:
    """A number of a stored case; None stands for one that is not finite."""
    if value is None:
        return NOT_FINITE
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return shown(str(value))
    # 17 digits always tell two floats apart; repr has the fewest that do.
    return repr(value) if digits >= 17 else f"{value:.{digits}g}"


def exactly(numbers: Any) -> str:
    """A number, or nested lists of them, with as many digits as each has, and the sign of a zero.

    >>> exactly([1.0, -0.0, 127.99999999999999])
    '[1, -0, 127.99999999999999]'
    """
    if isinstance(numbers, list):
        return f"[{', '.join(map(exactly, numbers))}]"
    short = f"{numbers:.6g}"
    return short if float(short) == numbers else repr(numbers)


def hard_to_read(numbers: Iterable[float]) -> tuple[float, ...]:
    """How many numbers a case has, how long they are when written, and how large: a `size`.

    >>> hard_to_read([0.5, -2.0]) < hard_to_read([0.25, 0.5]) < hard_to_read([0.0, 0.0, 0.0])
    True
    """
    found = [*map(float, numbers)]
    return len(found), sum(len(f"{one:g}") for one in found), sum(map(abs, found))


def number_pair(one: object, other: object) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ, the same of both.

    >>> number_pair(0.1, 0.1 + 1e-12)
    ('0.100000000000', '0.100000000001')
    """
    digits = 6
    while one != other and number(one, digits) == number(other, digits) and digits < 17:
        digits += 1
    if 6 < digits < 17:
        return f"{one:#.{digits}g}", f"{other:#.{digits}g}"
    return number(one, digits), number(other, digits)


def half_up(value: float, decimals: int) -> float:
    """A number rounded as people do it: a half goes up, as it is written (`round` takes 0.125 to
    0.12, and 2.675, which is a little less in binary, to 2.67).

    >>> half_up(0.125, 2), half_up(2.675, 2), half_up(12.25, 1)
    (0.13, 2.68, 12.3)
    """
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def points(value: float) -> str:
    """A score as people write it: `4`, `2.5`, `33.33`."""
    return f"{half_up(value, 2):.2f}".rstrip("0").rstrip(".")


def percentage(value: float) -> str:
    """A percentage with one decimal where it is not whole; what is less than all is never 100.

    >>> percentage(98.5), percentage(12.25), percentage(100.0), percentage(99.97)
    ('98.5', '12.3', '100', '99.9')
    """
    rounded = half_up(value, 1)
    return f"{min(rounded, 99.9) if value < 100 else rounded:.1f}".removesuffix(".0")


def plural(count: int, noun: str) -> str:
    """`1 submission`, `2 submissions`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def no_text(content: bytes) -> str:
    """What a file is that is no text of one byte to a sign, for a message; empty if it may be one.

    >>> no_text("a,b".encode("utf-16")), no_text(b"PK\\x03\\x04"), no_text(b"a,b")
    ('in UTF-16', 'a spreadsheet or another zip', '')
    """
    begin = content[:64]
    if begin.startswith(b"PK\x03\x04"):
        return "a spreadsheet or another zip"
    if begin.startswith((b"\xff\xfe", b"\xfe\xff")) or 3 * begin.count(0) > len(begin) > 0:
        return "in UTF-16"
    if begin.lstrip().startswith(b"<"):
        return "a web page"
    return "no text: it holds zero bytes" if b"\0" in content else ""


def file_part(name: str) -> str:
    """The name itself, if a file or folder may be called so.

    Raises:
        ValueError: it may not; collecting makes ids that are fit, and checks name their plots.
    """
    if not name or name.startswith(".") or set(name) & set("/\\:\0"):
        raise ValueError(f"{name!r} is not fit for a file name")
    return name


def _escape(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else (
        f"\\U{code:08x}"
    )

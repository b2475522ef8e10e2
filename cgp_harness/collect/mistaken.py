"""Files that are called Python and are something else, each said in words of its own."""

from __future__ import annotations

from cgp_harness.collect.intake_error import shown

MARKS = (
    (b"PK\x03\x04", "a zip", ".zip"), (b"PK\x05\x06", "a zip", ".zip"),
    (b"\x1f\x8b", "packed by gzip", ".py.gz"), (b"%PDF", "a PDF", ".pdf"),
    (b"Rar!", "a RAR archive", ".rar"), (b"7z\xbc\xaf", "a 7z archive", ".7z"),
    (b"\x89PNG", "a picture", ".png"),
)
"""How a file begins, what it is then, and its proper ending."""
UNICODE = (
    (b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
)


def mistaken(name: str, content: bytes) -> tuple[str, str]:
    """What a file called `….py` is instead of Python, and what to do about it; else two "".

    >>> mistaken("hw.py", b"PK\\x03\\x04...")
    ('hw.py is a zip and no Python', 'unpack it and hand in what is in it')
    >>> mistaken("hw.py", b"x = 1")
    ('', '')
    """
    path = shown(name)
    for mark, what, ending in MARKS:
        if content.startswith(mark):
            return f"{path} is {what} and no Python", (
                "unpack it and hand in what is in it" if ending in (".zip", ".py.gz", ".rar", ".7z")
                else "hand in the .py or .ipynb file itself")
    encoding = next((one for mark, one in UNICODE if content.startswith(mark)), "")
    if encoding or _alternates(content):
        return (f"{path} is saved as {encoding or 'UTF-16'}, which Python does not read",
                "save it with the encoding UTF-8")
    if b"\0" in content:
        return (f"{path} is damaged, or no text: it holds zero bytes, which Python does not read",
                "save it anew in your editor, and hand in that file")
    if content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return f"{path} is a web page and no Python", (
            "download the file itself; on GitHub with the button Raw")
    if content.lstrip().startswith(b"{") and b'"cells"' in content and b'"nbformat"' in content:
        return f"{path} is a notebook and no Python", f"rename it to {path[:-len('.py')]}.ipynb"
    return "", ""


def _alternates(content: bytes) -> bool:
    """Whether every other byte is zero, as in ASCII that is saved as UTF-16 without a mark."""
    begin = content[:64]
    return len(begin) > 7 and (
        (not any(begin[1::2]) and all(begin[::2])) or (not any(begin[::2]) and all(begin[1::2])))

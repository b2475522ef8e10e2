"""Why one student's files cannot be read: the exception that ends as that student's Problem."""

from __future__ import annotations

from cgp_harness.model import Problem, Status

LONGEST_SHOWN = 80  # characters; a name in a zip may have 65,535


class Refused(Exception):
    """One submission cannot be read. It costs no other submission anything."""

    def __init__(
        self, what: str, *, where: str = "", expected: str = "", fix: str = "",
        status: Status = Status.STUDENT_ERROR,
    ) -> None:
        super().__init__(what)
        self.problem = Problem(status, what, where, expected, fix)


def shown(name: str) -> str:
    r"""A name as a message may show it: no line breaks, no bidi, no lone surrogates, not endless.

    >>> shown("adam\n.py")
    'adam\\n.py'
    """
    text = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in name
    )
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def unreadable(error: OSError, where: str) -> Refused:
    """The operating system's own reason, without the path of the grader's machine."""
    reason = (error.strerror or type(error).__name__).lower()
    return Refused(f"{where} cannot be read: {reason}")

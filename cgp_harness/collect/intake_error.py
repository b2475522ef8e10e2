"""Why one student's files cannot be read: the exception that ends as that student's Problem."""

from __future__ import annotations

from cgp_harness.model import Problem, Status

LONGEST_SHOWN = 80  # characters; a name in a zip may have 65,535


class IntakeError(Exception):
    """One submission cannot be read. It costs no other submission anything."""

    def __init__(
        self, what: str, *, where: str = "", expected: str = "", fix: str = "",
        status: Status = Status.STUDENT_ERROR,
    ) -> None:
        super().__init__(what)
        self.problem = Problem(status, what, where, expected, fix)


def printable(path: str) -> str:
    r"""A path without line breaks, bidi marks and lone surrogates, for messages and reports.

    >>> printable("adam\n.py")
    'adam\\n.py'
    """
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in path
    )


def shown(name: str) -> str:
    """A name of the student's, printable and not endless."""
    text = printable(name)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def unreadable(error: OSError, where: str) -> IntakeError:
    """The operating system's own reason, without the path of the grader's machine.

    It is the grader that cannot read: the student has handed the file in.
    """
    return IntakeError(
        f"{where} cannot be read: {_reason(error)}", expected="a file that the grader may read",
        fix="see to its permissions and the disk, and run the same command again",
        status=Status.GRADER_ERROR)


def leads_nowhere(error: OSError, link: str) -> IntakeError:
    """A link of the student's own to what is not there."""
    return IntakeError(f"the link {link} cannot be read: {_reason(error)}",
                       fix="replace the link by the file")


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()

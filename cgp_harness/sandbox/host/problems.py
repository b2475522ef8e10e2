"""What became of a worker -> Problem: whose doing it was, in words that a student can act on.

Every text here comes from a worker and is not to be trusted: it is escaped and cut once more.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

from cgp_harness.errors import MachineError
from cgp_harness.model import Problem, Status, at
from cgp_harness.sandbox.host.processes.spawned import Ended
from cgp_harness.sandbox.host.stopwatch import HELD_UP_S
from cgp_harness.sandbox.interpreting.meaning import Meaning
from cgp_harness.sandbox.interpreting.names import not_made
from cgp_harness.sandbox.interpreting.table import interpreted
from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import Failed
from cgp_harness.sandbox.protocol.scene import Scene
from cgp_harness.sandbox.protocol.signals import FROM_OUTSIDE
from cgp_harness.task import Limits

WHERE_MAX, WHAT_MAX = 300, 2000
MOST_NAMED = 3
"""Of places in one message."""


class KilledError(MachineError):
    """A worker was ended by somebody else: the kernel for want of memory, or a person."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"a worker was ended from outside, by {name}",
            expected="workers left alone, and memory enough for all graders at once",
            fix="run the same command again, with fewer --jobs if memory was short")


def printable(text: str, limit: int = WHAT_MAX, keep: str = "") -> str:
    r"""A text without control characters, right-to-left marks and the like, but for `keep`.

    >>> printable("\x1b[2Jadam")
    '\\x1b[2Jadam'
    """
    if len(text) > limit:
        text = text[:limit] + " …"
    return "".join(
        character if character.isprintable() or character in keep
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def of_loading(failed: Failed, path: str, limits: Limits) -> Problem:
    """What went wrong while a file was imported."""
    if failed.kind == "memory":
        return of_memory(f"importing {path}", failed, limits)
    if failed.kind == "exited":
        return explained(failed, "the file ended the program with sys.exit()",
                        expected="a file that can be imported", fix="remove the call")
    return of_raised(failed, "", where=failed.where if failed.where.file else Place(path))


def of_stopping(places: Sequence[str], limits: Limits, *, cut: str) -> Problem:
    """Some statements computed for so long that they were stopped.

    Args:
        places: where; none if the file took too long without that.
        cut: from where on there was no time left, if it came to that.
    """
    stopped = {
        0: "the file computes for too long",
        1: "a statement that computed for too long was stopped",
    }.get(len(places), f"{len(places)} statements that computed for too long were stopped")
    *others, last = places or [cut]
    if len(places) > MOST_NAMED:
        others, last = [*places[:MOST_NAMED]], f"{len(places) - MOST_NAMED} more"
    return Problem(
        Status.TIMEOUT,
        f"{stopped}; from {cut} on, only definitions and imports count" if cut else
        f"{stopped}, and all else counts",
        f"{', '.join(others)} and {last}" if others else last,
        f"at most {limits.load_s:g} s of CPU time for a file, half of it in one go",
        "leave out of what you hand in whatever trains for long")


def of_call(failed: Failed, name: str, limits: Limits) -> Problem:
    """What went wrong while a Function, an activation or a backpropagation was called."""
    if failed.kind == "memory":
        return of_memory(name, failed, limits)
    if failed.kind == "exited":
        return explained(failed, f"{name} ended the program with sys.exit()", fix="remove the call")
    if failed.kind == "contract":
        return explained(failed, failed.what)
    return of_raised(failed, name)


def of_raised(
    failed: Failed, name: str, place: str = "", where: Place | None = None
) -> Problem:
    """An exception, in words for learners where its scene tells what it means.

    Args:
        name: what was called; empty while a file was imported.
        place: at which step, with a space before it.
    """
    # What is expected, the worker knows best: why a name is missing, which files are there.
    known = failed.expected and not (name and failed.what.startswith("FileNotFoundError"))
    meaning = _interpreted(failed, not_made if known else interpreted)
    if meaning is None:
        what = f"{name} raised {failed.what}{place}" if name else failed.what
        return explained(failed, what, where)
    says = f"{name} fails{place}: {meaning.says}" if name else meaning.says
    told = explained(failed, says, where, fix=meaning.write)
    told = told if known else replace(told, expected="")
    # Below its own sentence torch lists all forms of the call, with their types.
    own = failed.what.partition(", but expected one of:\n")[0]
    return replace(told, raised=printable(own))


def _interpreted(failed: Failed, by: Callable[[Scene], Meaning | None]) -> Meaning | None:
    try:
        return by(failed.scene) if failed.scene else None
    except Exception:  # a bug of ours, which costs a sentence
        traceback.print_exc()
        return None


def of_machine(failed: Failed) -> MachineError:
    """A package that is trusted failed by itself: nothing of it is the submission's doing."""
    return MachineError(
        "a package that submissions use does not work on this machine: "
        f"{printable(failed.what)}", where=shown_place(failed.where),
        expected="it to work inside a worker, as it does outside",
        fix="`cgp doctor` tries this installation; no submission loses points for it",
    )


def of_held_up() -> MachineError:
    """A worker would have gone on all the time, and could not."""
    return MachineError(
        f"for {HELD_UP_S / 60:g} minutes a worker was not let go on",
        expected="processors and a disk that are free now and then",
        fix="see what else runs on this machine, and whether a disk of it answers; then run the "
            "same command again, with fewer --jobs")


def of_death(ended: Ended, limits: Limits, cpu_s: int) -> Problem:
    """Why a worker is gone that nobody asked to go."""
    if not ended.by_itself:
        return of_violation()
    if ended.code >= 0:
        return Problem(
            Status.STUDENT_ERROR, f"the process ended itself with exit code {ended.code}",
            fix="remove calls such as os._exit()",
        )
    number = -ended.code
    if number in FROM_OUTSIDE and not _is_own(ended, number, limits, cpu_s):
        raise KilledError(_signal(number))
    if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_s >= cpu_s):
        return Problem(Status.TIMEOUT, f"the submission used more than {cpu_s} s of CPU time")
    # std::bad_alloc ends in SIGABRT, the kernel's own killer in SIGKILL.
    if number in (signal.SIGABRT, signal.SIGKILL) and _is_full(ended, limits):
        return Problem(Status.OUT_OF_MEMORY, _needed("the submission", limits))
    return Problem(Status.KILLED, f"the process was ended by {_signal(number)}")


def _is_own(ended: Ended, number: int, limits: Limits, cpu_s: int) -> bool:
    """Whether a submission has brought this signal on itself, by its limits."""
    return number == signal.SIGKILL and (ended.cpu_s >= cpu_s or _is_full(ended, limits))


def _is_full(ended: Ended, limits: Limits) -> bool:
    return ended.full or ended.memory_mib > 0.9 * limits.memory_mib


def of_violation() -> Problem:
    """The worker sent something that is no answer."""
    return Problem(
        Status.STUDENT_ERROR,
        "the submission tampered with the connection to the grader; the worker was stopped",
        expected="a plugin that leaves files and sockets which it did not open alone",
    )


def of_timeout(what: str) -> Problem:
    """The worker did not answer in time, and was stopped."""
    return Problem(Status.TIMEOUT, what)


def of_memory(who: str, failed: Failed, limits: Limits) -> Problem:
    """It needed more memory than it may have."""
    return Problem(
        Status.OUT_OF_MEMORY, _needed(who, limits), where=shown_place(failed.where),
        line=failed.where.line,
    )


def _needed(who: str, limits: Limits) -> str:
    return f"{who} needed more than {limits.memory_mib} MiB of memory"


def explained(
    failed: Failed, what: str, where: Place | None = None, expected: str = "", fix: str = ""
) -> Problem:
    """A failure in the student's own code, with every text fit to be shown."""
    place = where or failed.where
    return Problem(
        Status.STUDENT_ERROR, printable(what), shown_place(place),
        printable(expected or failed.expected), printable(fix or failed.fix), place.line,
        columns=(failed.begin, failed.end),
    )


def shown_place(place: Place) -> str:
    """Where that is, fit to be shown."""
    return at(printable(place.file, WHERE_MAX), place.line)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

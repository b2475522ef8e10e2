"""`solution.py`: an instructor's right answers, in the form that students use. Run in the grader.

It is trusted as the grader is. A worker never sees it: not the text, nor the folder that it is in.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.installed.plugins import SOLUTION
from cgp_harness.registering.accepted import WRITTEN, Accepted
from cgp_harness.registering.contract import Registered
from cgp_harness.registering.module import NOTHING, NothingRegisteredError, registered_in
from cgp_harness.task import Assignment, Task
from cgp_reference.errors import meant

FILE = "solution.py"
Made = TypeVar("Made")
TaskTable = TypeVar("TaskTable", bound=Task)
OWN = "solution"
"""What the task's own answer is called among those that are accepted, if it has no other name."""

DECORATED = "an answer below the decorator that students write, such as @optimizer or @activation"


@dataclass(frozen=True)
class Solution:
    """What a solution registers.

    Args:
        registered: all of it.
        accepted: which of it counts as right besides.
        handed_in: kind and name of what a student could hand in as it is: torch may find what a
            Function's answer leaves out.
    """

    registered: tuple[Registered, ...]
    accepted: tuple[Accepted, ...]
    handed_in: frozenset[tuple[str, str]] = frozenset()

    def answers(self, task: Task) -> dict[str, Registered]:
        """Those to a task, by what they are called; the first is its own, if it has one."""
        own = self.own(task)
        found = {} if own is None else {self._name(own): own}
        for one in self.accepted:
            if one.task == task.id and (further := self._behind(one)):
                found[one.convention] = further
        return found

    def said(self, task: Task) -> dict[str, Accepted]:
        """What `@accepted` says of the answers to a task, by their names."""
        return {one.convention: one for one in self.accepted if one.task == task.id}

    def wrong(self, tasks: Sequence[Task]) -> Iterator[HarnessError]:
        """What `@accepted` says and cannot be so."""
        names, said = [task.id for task in tasks], set[tuple[str, str]]()
        answered = {*names, *(one.name for one in self.registered)}  # a task may be left out
        for one in self.accepted:
            written = f"@accepted({one.task!r}, {one.convention!r})"
            if one.task not in answered:
                yield HarnessError(
                    f"{written} names no task of this homework", where=one.where,
                    expected=f"one of {', '.join(names)}",
                    fix=meant(one.task, names))
            if (one.task, one.convention) in {*said, (one.task, OWN)}:
                yield HarnessError(
                    f"{written} has a name that is taken", where=one.where,
                    expected=f"another for each answer to {one.task!r}, and not {OWN!r}")
            if self._behind(one) is None:
                yield HarnessError(
                    f"{written} stands above what is no answer", where=one.where,
                    expected="a further decorator below it, as above any answer, and a name that "
                    "nothing else in the file has")
            said.add((one.task, one.convention))

    @property
    def further(self) -> tuple[Accepted, ...]:
        """What `@accepted` says of answers that are not a task's own."""
        return tuple(
            one for one in self.accepted
            if (found := self._behind(one)) is None or found.name != one.task)

    def own(self, task: Task) -> Registered | None:
        """The one that is called like the task."""
        further = [self._behind(one) for one in self.accepted if one.task != task.id]
        return next((
            one for one in self.registered
            if (one.kind, one.name) == (task.kind, task.id) and one not in further), None)

    def _name(self, own: Registered) -> str:
        return next((one.convention for one in self.accepted if self._behind(one) is own), OWN)

    def _behind(self, accepted: Accepted) -> Registered | None:
        code = getattr(accepted.target, "function", accepted.target)
        return next((
            one for one in self.registered
            if kinds()[one.kind].contract.code(one.target) is code), None)


def no_submissions(assignment: Assignment) -> tuple[str, ...]:
    """Tasks whose answers in the solution no student could hand in as they are."""
    if not assignment.solution:
        return ()
    solution = of_text(assignment.solution)
    return tuple(
        task.id for task in assignment.tasks
        if OWN in solution.answers(task) and (task.kind, task.id) not in solution.handed_in)


def unanswered(assignment: Assignment) -> tuple[str, ...]:
    """Tasks that the solution has no answer to, since any that fits will do, say."""
    solution = of_text(assignment.solution)
    return tuple(task.id for task in assignment.tasks if solution.own(task) is None)


def misnamed(
    assignment: Assignment, place: Callable[[Assignment, str, str, str], str]
) -> Iterator[str]:
    """What the solution has beside a task without an answer, which is one but for its name, say.

    Args:
        place: says where a field of a task is written.
    """
    if not assignment.solution:
        return
    solution, tasks = of_text(assignment.solution), {task.id for task in assignment.tasks}
    for task in assignment.tasks:
        others = [one.name for one in solution.registered
                  if one.kind == task.kind and one.name not in tasks]
        if others and solution.own(task) is None:
            where = place(assignment, task.id, "id", "")
            others_are = f"{' and '.join(others)} {'is' if len(others) == 1 else 'are'}"
            yield (f"The task {task.id!r}{where and f' ({where})'} has no answer in {FILE}, where "
                   f"{others_are} for no task: one name for both?")


def answers_to(assignment: Assignment, task: Task) -> Mapping[str, Registered]:
    """The solution's answers to a task, as `@accepted` calls them: its own first, else `OWN`.

    The file is run at the first call in a process.

    Raises:
        HarnessError: it cannot be run, says what cannot be so, or has no answer to this task.
    """
    solution = of_text(assignment.solution)
    for error in solution.wrong(assignment.tasks):
        raise error
    if solution.own(task) is None:
        names = [one.name for one in solution.registered if one.kind == task.kind]
        raise HarnessError(
            f"the solution has no answer to the task {task.id!r}", where=FILE,
            expected=f"one as students write it, below {kinds()[task.kind].above(task.id)}; "
            f"found {', '.join(names) or 'none'}")
    return solution.answers(task)


def once_a_task(
    made: Callable[[Assignment, TaskTable], Made]
) -> Callable[[Assignment, TaskTable], Made]:
    """A function of an assignment and a task, called once for all that ask for the same answers."""

    @lru_cache(maxsize=64)
    def known(asked: _Asked) -> Made:
        return made(asked.assignment, asked.task)

    return wraps(made)(lambda assignment, task: known(_Asked(assignment, task)))


class _Asked:
    """Equal to those with the same solution, mistakes, and the same table of the task."""

    def __init__(self, assignment: Assignment, task: Any) -> None:
        self.assignment, self.task = assignment, task
        self._key = (
            assignment.solution, assignment.reveal, assignment.mistakes,
            msgspec.json.encode(task))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key


@lru_cache(maxsize=64)  # a homework's, and that of each whole wrong answer
def of_text(text: str) -> Solution:
    """Run a solution, and collect what it registers.

    Raises:
        HarnessError: it raises, or something in it is not what it is registered as.
    """
    module = ModuleType(SOLUTION)
    module.__file__ = FILE
    sys.modules[module.__name__] = module  # where dataclasses and annotations look it up
    linecache.cache[FILE] = (len(text), None, text.splitlines(True), FILE)  # the lines of classes
    begun = len(WRITTEN)
    try:
        exec(compile(text, FILE, "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise HarnessError(
            f"the solution cannot be run: {type(error).__name__}: {error}", where=place_of(error),
            expected="a file that can be imported") from error
    contracts = [kind.contract for kind in kinds().values()]
    registered, errors = registered_in(module, [one.answers or one for one in contracts])
    for wrong in errors:
        if isinstance(wrong, NothingRegisteredError) and wrong.what.startswith(NOTHING):
            raise HarnessError(wrong.what, where=wrong.where, expected=DECORATED)
        raise HarnessError(wrong.what, where=wrong.where, expected=wrong.expected, fix=wrong.fix)
    whole, _ = registered_in(module, contracts)
    return Solution(
        tuple(registered), tuple(WRITTEN[begun:]),
        frozenset((one.kind, one.name) for one in whole))


def place_of(error: BaseException) -> str:
    """Where in a solution an exception was raised."""
    if isinstance(error, SyntaxError):
        return f"{FILE}:{error.lineno}"
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == FILE]
    return f"{FILE}:{lines[-1]}" if lines else FILE

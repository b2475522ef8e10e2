"""What a kind of task is: what the hook `cgp_kinds` gives. `docs/kinds.md` says how to write one.

A kind is a package whose parts have fixed names, so that each side finds its own:

    contract.py   CONTRACT: how a file registers such a thing        worker and grader
    requests.py   REQUESTS, and Details: what travels                worker and grader
    answers.py    Answers: how a request is answered                 worker only
    asking.py     asking(): questions, turned into requests          grader only
    grading.py    GRADING: the checks, and what they need            grader only
    kind.py       the `Kind`, which is light                         all commands

Each may be a package of its own.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cgp_harness.probing.case import Case
from cgp_harness.registering.contract import Contract
from cgp_harness.subject import Asking, Channel, Registered, Subject
from cgp_harness.task import Assignment, Task

Mistake = Mapping[str, str]
"""A mistake in an `assignment.toml`: the parts of a message, by name; and as `field` where in the
task's table it is, as `checks.loads`, for the number of the line."""


@dataclass(frozen=True)
class CheckInfo:
    """One check of a kind.

    Args:
        title: what it is called where people read of it.
        cites_equation: whether what it misses is in the task's equation; not so of a default, a
            name, a time.
        evidence: what it judges by, for `results.json`, where that is not the answers to questions
            of the grader's own: `trace`.
        repeats: the checks without which it says nothing of its own, and what each judges: where
            one of them finds something wrong, terminals and pages show no more than what to see.
        repeating: how its message begins where that is so, if it can say something of its own too.
    """

    title: str
    cites_equation: bool = False
    evidence: str = ""
    repeats: Mapping[str, str] = field(default_factory=dict)
    repeating: str = ""


LOADS = CheckInfo("loads and fits the contract")
"""The first check of every kind."""


@dataclass(frozen=True)
class Starter:
    """A file to begin with, for `cgp new`: it loads, and is right for what it does.

    Args:
        text: of the file.
        to_rename: the name in it that no homework asks for, if there is one.
        registers: the name in it that a homework of this kind asks for, if there is one.
        called: KIND in `cgp new KIND FILE`, if not as the kind.
    """

    text: str
    to_rename: str = ""
    registers: str = ""
    called: str = ""


@dataclass(frozen=True)
class Authored:
    """What `cgp new assignment` begins a task with, of a solution that answers it.

    Args:
        weights: check -> in which proportion its points count, `loads` apart; those left out are
            not asked. Nothing: all count alike.
        forbidden: dotted names that would do the homework.
        compared: what is compared, for students.
        part: how a name ends that makes its answer a part of the task of the name before.
        asked: whether a check fits: its name, the answer's definition (an `ast` node), how many
            parts the task has besides.
        fields: further fields of the task's table, by what the solution imports.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    compared: str = "It is compared with the right answer, on inputs that you have not seen."
    part: str = ""
    asked: Callable[[str, ast.stmt, int], bool] = lambda *_: True
    fields: Callable[[Collection[str]], Mapping[str, str]] = lambda _: {}


@dataclass(frozen=True)
class Kind:
    """A kind of task. Light: commands that grade nothing load it too.

    Args:
        contract: how such a thing is registered; its name is `kind` in an `assignment.toml`.
        package: where its parts are, as Python imports it.
        checks: its own checks besides `loads`, in their order.
        task: its table in an `assignment.toml`.
        mistakes: what is wrong with a table whose fields are all of the right type; it is given
            the assignment, and the task.
        written_out: what is expected where a forbidden name is used.
        case: a stored case as people read it; None if it is none of this kind's. Not needed where
            the checks store tables (`probing.case_table`).
        decorator: the decorator as it is to be written for a task, by the task's name and that of
            what stands below it.
        starter: what `cgp new` writes.
        imports: what answers to a task import besides numpy: in the worker before it locks itself
            down, in nobody's time.
        authored: what a homework begins with that is made from a solution.
        told: what its contract in the worker is told of a homework, as plain data; empty for
            nothing. No right answer may be in it: students can read it.
        runs_files: its checks run the files themselves, and say what fails in them: if all could
            be judged, nothing is said of how they were loaded.
        gives: modules that submissions of this kind alone can import, and for each a homework
            where they can.
        beside: a task with what it names of the files beside `assignment.toml`, given what reads
            the text of one; None for a file that is not there.
        further: checks that a task has made itself, in `beside`, as those in `checks`.
        of_all: a task is of all that a submission registers, and nothing is registered as such.
        fixture: what an instructor's own tests call such a thing; its package then has a part
            `testing`, with `tested`: the stand-in that is made of what can be asked, what is
            registered, and the assignment.
    """

    contract: Contract
    package: str
    checks: Mapping[str, CheckInfo]
    task: type[Task] = Task
    mistakes: Callable[[Assignment, Any], Sequence[Mistake]] = field(default=lambda *_: ())
    written_out: str = "it written out"
    case: Callable[[Mapping[str, Any]], Case | None] = field(default=lambda _: None)
    decorator: Callable[[str, str], str] | None = None
    starter: Starter | None = None
    imports: Callable[[Any], Sequence[str]] = field(default=lambda _: ())
    authored: Authored = field(default_factory=Authored)
    told: Callable[[Assignment], Mapping[str, Any]] = field(default=lambda _: {})
    runs_files: bool = False
    gives: Mapping[str, str] = field(default_factory=dict)
    beside: Callable[[Any, Callable[[str], str | None]], Any] = field(default=lambda task, _: task)
    further: Callable[[Any], Mapping[str, CheckInfo]] = field(default=lambda _: {})
    of_all: bool = False
    fixture: str = ""

    @property
    def name(self) -> str:
        """`kind` in an `assignment.toml`, and what the decorator is called."""
        return self.contract.kind

    def quoted(self, check: str) -> str:
        """A check as messages name it: its title, in quotes."""
        return f'"{self.checks[check].title}"'

    def info(self, task: Task, check: str) -> CheckInfo:
        """What is said of a check of a task; an installed plugin's is called by its name."""
        own = self.checks.get(check) or self.further(task).get(check)
        return own or CheckInfo(check, cites_equation=True)

    def above(self, task: str, own: str = "") -> str:
        """The decorator as it is to be written for a task, above something called so."""
        return self.decorator(task, own) if self.decorator else f'@{self.name}("{task}")'

    def asking(self, channel: Channel) -> Asking:
        """What can be asked of such things, over a channel."""
        found: Asking = importlib.import_module(f"{self.package}.asking").asking(channel)
        return found

    def tested(self, subject: Subject, registered: Registered, assignment: Assignment) -> Any:
        """A stand-in for such a thing of a submission, for tests; if the kind has a fixture."""
        part = importlib.import_module(f"{self.package}.testing")
        return part.tested(subject.of(self.name), registered, assignment)

    @property
    def details(self) -> type[Any] | None:
        """What a worker says of such a thing besides its name and place; None if nothing."""
        return getattr(importlib.import_module(f"{self.package}.requests"), "Details", None)

"""`assignment.toml`, and what lies beside it -> Assignment: typed, every mistake explained."""

from __future__ import annotations

import hashlib
import importlib.resources
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from cgp_harness.assignment import mistakes as named
from cgp_harness.assignment import solution
from cgp_harness.assignment.typed import Toml, converted, parsed, text_of, written
from cgp_harness.assignment.validation import mistakes, no_form
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.kind import Kind
from cgp_harness.registering.contract import a
from cgp_harness.task import Assignment, Task
from cgp_reference.errors import alike, meant

FILE = "assignment.toml"
FILLED_IN = {
    "digest": "computed", "folder": "where the file lies", "mistakes": f"read from {named.FILE}",
    "solution": f"the text of {solution.FILE}"}
"""Fields of an assignment that no file has."""
IN_MISTAKES = re.compile(rf"{named.FILE}(?P<rest>, mistake '(?P<id>\w+)'.*)")
"""How the place of a mistake begins that was read there."""
DEFAULT = "optimizer"
"""The kind of a task that does not say it."""


def installed() -> dict[str, Path]:
    """Every assignment in `cgp_assignments`, by id."""
    root = Path(str(importlib.resources.files("cgp_assignments")))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{FILE}"))}


def load(name: str | Path) -> Assignment:
    """An assignment by its id, its folder, or the path of its `assignment.toml`.

    Raises:
        HarnessError: there is none, or a mistake in it.
    """
    path = _file_of(name)
    beside = path.with_name(solution.FILE)
    answers = text_of(beside.read_bytes(), str(beside)) if beside.is_file() else ""
    return _with_mistakes(
        msgspec.structs.replace(
            parse(path.read_bytes(), where=str(path), answers=answers,
                  text=partial(_text, path.parent)),
            folder="" if str(name) in installed() else str(path.parent.resolve())),
        path.parent)


def folder_of(name: str | Path) -> Path:
    """Where an assignment's files lie.

    Raises:
        HarnessError: there is none.
    """
    return _file_of(name).parent


def as_typed(path: str) -> str:
    """A path as one types it here: seen from the present folder, if it lies in that."""
    below = bool(path) and Path(path).is_relative_to(Path.cwd())
    return str(Path(path).relative_to(Path.cwd())) if below else path


def typed_name(assignment: Assignment) -> str:
    """How `-a` names it here."""
    return as_typed(assignment.folder) or assignment.id


def place_of(assignment: Assignment, task: str, field: str, where: str) -> str:
    """Where something is in a homework's files, with file and line as one types them here.

    Args:
        task: whose field it is; empty: of the whole homework's.
        field: what is written there, or left out of that table; empty: it is in another file.
        where: what else is known of the place, such as that file, `solution.py:7`.

    Returns:
        Nothing where the assignment is from no file, or no more is known than `where`.
    """
    try:
        path = _file_of(assignment.folder or assignment.id)
        if field:
            line = _line_of(_toml(path), "tasks" if task else "", task, field)
            return f"{line}, {where}".removesuffix(", ") if line else ""
        if entry := IN_MISTAKES.fullmatch(where):
            line = _line_of(_toml(path.with_name(named.FILE)), "mistakes", entry["id"], "")
            return line + entry["rest"] if line else ""
    except (HarnessError, OSError):
        return ""
    beside = where.partition(":")[0] == solution.FILE and assignment.folder
    return as_typed(str(path.with_name(where))) if beside else ""


def _toml(path: Path) -> Toml:
    return parsed(path.read_bytes(), as_typed(str(path)))


def _line_of(file: Toml, array: str, name: str, field: str) -> str:
    """The line of a field, or of the table that an array of the file has by an id."""
    if not array:
        return file.at(*_steps(field))
    tables = file.data.get(array, [])
    place = next((i for i, one in enumerate(tables) if one.get("id") == name), None)
    return "" if place is None else file.at(array, place, *_steps(field))


def _file_of(name: str | Path) -> Path:
    path = Path(name)
    known = installed()
    if str(name) in known:
        path = known[str(name)] / FILE
    elif path.is_dir():
        path = path / FILE
    if not path.is_file():
        raise HarnessError(
            f"there is no assignment {str(name)!r}",
            expected=f"one of {', '.join(known)}, or a folder that holds {FILE}",
            fix=meant(str(name), known),
        )
    return path


def parse(
    source: bytes, where: str = FILE, answers: str = "",
    text: Callable[[str], str | None] = lambda _: None,
) -> Assignment:
    """Read the text of an `assignment.toml`; each task by the table of its kind.

    Args:
        source: the text.
        where: what to call the file in messages.
        answers: the text of the solution.
        text: reads a file beside it; None for one that is not there.

    Raises:
        HarnessError: with the place of the mistake and what belongs there.
    """
    file = parsed(source, where)
    raw = dict(file.data)
    for field, said in FILLED_IN.items():
        if field in raw:
            raise HarnessError(
                f"the field {field!r} is {said}", where=f"{file.at(field)}, {field}",
                expected="a file without it", fix="remove it")
    raw["solution"] = answers
    raw["digest"] = hashlib.sha256(source + b"\0" * bool(answers) + answers.encode()).hexdigest()
    assignment = converted(raw, Assignment, file, besides=FILLED_IN)
    texts: list[str | None] = []

    def kept(name: str) -> str | None:
        texts.append(text(name))
        return texts[-1]

    tasks = tuple(
        _task(one, file, index, kept)
        for index, one in enumerate(assignment.tasks))
    digest = assignment.digest
    if texts:
        digest = hashlib.sha256(digest.encode() + msgspec.json.encode(texts)).hexdigest()
    assignment = msgspec.structs.replace(assignment, tasks=tasks, digest=digest)
    for mistake in mistakes(assignment):
        parts = dict(mistake)
        steps = _steps(parts.pop("field", ""))
        place = ", ".join(filter(None, (file.at(*steps), _called(assignment, steps))))
        raise HarnessError(**{"where": place, **parts})
    return assignment


def in_form(assignment: Assignment, form: str) -> Assignment:
    """The assignment with rules read in a form; as it is for an empty name.

    Raises:
        HarnessError: there is no such form.
    """
    if not form:
        return assignment
    if wrong := no_form(form):
        raise HarnessError(**wrong)
    digest = hashlib.sha256(f"{assignment.digest}\0{form}".encode()).hexdigest()
    return msgspec.structs.replace(assignment, form=form, digest=digest)


def _with_mistakes(assignment: Assignment, folder: Path) -> Assignment:
    """The assignment with those that are named beside it.

    A name for answers is given to a report that is there: what is graded does not depend on it.
    """
    path = folder / named.FILE
    if not path.is_file():
        return assignment

    tasks = {task.id: tuple(task.checks) for task in assignment.tasks}
    mistakes = named.parse(path.read_bytes(), str(path), tasks, partial(_text, folder))
    digest = assignment.digest
    if of_source := [one for one in mistakes if not one.answers]:
        digest = hashlib.sha256(digest.encode() + msgspec.json.encode(of_source)).hexdigest()
    return msgspec.structs.replace(assignment, mistakes=mistakes, digest=digest)


def _text(folder: Path, name: str) -> str | None:
    file = folder / name
    return text_of(file.read_bytes(), str(file)) if file.is_file() else None


def _task(raw: Any, file: Toml, index: int, text: Callable[[str], str | None]) -> Task:
    """A task, by its kind's own table, with what its kind reads beside it."""
    called = _label(raw, index)
    name = raw.get("kind", DEFAULT) if isinstance(raw, dict) else DEFAULT
    known = kinds()
    if name not in known:
        close = alike(str(name), known, cutoff=0.75)
        raise HarnessError(
            f"there is no kind of task {name!r}",
            where=f"{file.at('tasks', index, 'kind')}, {called}.kind",
            expected=f"one of {', '.join(known)}",
            fix=f"did you mean {close[0]!r}?" if close
            else "correct the name, or install the package that adds this kind")
    if isinstance(raw, dict):
        _refuse_stray(raw, known[name], file, index)
        raw = {"equation": "", **raw}
    task = converted(raw, known[name].task, file, ("tasks", index), called)
    try:
        found: Task = known[name].beside(task, text)
    except HarnessError as error:
        raise HarnessError(
            error.what, where=error.where or f"{file.at('tasks', index)}, {called}",
            expected=error.expected, fix=error.fix) from error
    return found


def _refuse_stray(raw: Mapping[str, Any], kind: Kind, file: Toml, index: int) -> None:
    """A field of the assignment, or that the table of another kind has, and this one's has not."""
    for field in raw:
        if field in kind.task.__struct_fields__:
            continue
        where = f"{file.at('tasks', index, field)}, {_label(raw, index)}.{field}"
        if (field in Assignment.__struct_fields__ and field not in FILLED_IN
                and not alike(field, kind.task.__struct_fields__)):
            raise HarnessError(
                f"task {raw.get('id')!r} has {field!r}", where=where,
                expected="it in the assignment as a whole, not in a task",
                fix="write it above the first [[tasks]]")
        for other in kinds().values():
            if field in other.task.__struct_fields__:
                raise HarnessError(
                    f"task {raw.get('id')!r} has {field!r}", where=where,
                    expected=f"that of {a(other.name)}; the task has "
                    f'kind = "{kind.name}"', fix="remove it")


def _steps(path: str) -> tuple[str | int, ...]:
    """A path such as `tasks.0.checks.loads`."""
    return tuple(int(step) if step.isdigit() else step for step in path.split(".") if step)


def _called(assignment: Assignment, steps: tuple[str | int, ...]) -> str:
    """What a field is called in messages: of a task's, `task 'adam'.checks.loads`."""
    if steps[:1] != ("tasks",) or len(steps) == 1:
        return written(steps)
    task = f"task {assignment.tasks[int(steps[1])].id!r}"
    return ".".join(filter(None, (task, written(steps[2:]))))


def _label(raw: Any, index: int) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"task {name!r}" if name else f"task number {index + 1}"

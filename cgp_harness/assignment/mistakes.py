"""`mistakes.toml`: the mistakes that an instructor has named, each in one of these forms.

    [[mistakes]]                            # what stands in the solution, and what instead
    id = "no_bias_correction_m"
    task = "adam"
    replace = "m / (1 - beta1**k)"
    by = "m"
    also = [{replace = "…", by = "…"}]      # the same mistake elsewhere; may be left out
    says = "without bias correction of the first moment"
    hint = "Eq. 39 divides m by 1 - beta1^k."

`task` may be a list of tasks that it is made in. An entry of the same name for the same task is a
further form of the mistake, in words of its own or, if it says nothing, in the same.

`instead = {g = "lr * g"}` in the place of `replace` and `by` is what the right answer is given, or
gives back, instead; `known = true` gives words to a mistake that the harness finds by itself.
`answer = "mistakes/lookback.py"` instead of `replace` and `by` is a whole wrong answer, in a file
of the same folder. `check` and `answers` are what `cgp name` writes: a check that failed, and what
was answered to its fixed run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec

from cgp_harness.assignment.typed import Place, Toml, converted, parsed
from cgp_harness.errors import HarnessError
from cgp_harness.probing.fixed_run import plain, shows
from cgp_harness.task import NamedMistake
from cgp_reference.errors import meant

FILE = "mistakes.toml"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PER_LINE = 4
Tasks = Mapping[str, Collection[str]]
"""Id of each task -> its checks."""
Text = Callable[[str], str | None]
"""The path of a file in the homework's folder -> its text; None if there is no such file."""
SHAPE_OF_NAME = "letters, digits and _, with a letter first: looks_back"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    task: str | tuple[str, ...]
    says: str = ""
    hint: str = ""


class _Replaced(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    replace: str
    by: str


class _Change(_Entry, frozen=True, kw_only=True):
    replace: str
    by: str
    also: tuple[_Replaced, ...] = ()


class _Answer(_Entry, frozen=True, kw_only=True):
    answer: str


class _Instead(_Entry, frozen=True, kw_only=True):
    instead: dict[str, str]


class _Known(_Entry, frozen=True, kw_only=True):
    known: Literal[True]


class _Answers(_Entry, frozen=True, kw_only=True):
    check: str
    answers: tuple[float, ...]


FORMS: Mapping[str, type[_Entry]] = {
    "replace": _Change, "answer": _Answer, "instead": _Instead, "known": _Known,
    "answers": _Answers}
"""Each by the field that says which it is."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mistakes: tuple[Any, ...] = ()


def parse(source: bytes, where: str, tasks: Tasks, text: Text) -> tuple[NamedMistake, ...]:
    """Read the text of a `mistakes.toml`.

    Args:
        where: what to call the file in messages.
        tasks: of the homework.
        text: of files of its folder.

    Raises:
        HarnessError: with the place of the mistake and what belongs there.
    """
    found: list[NamedMistake] = []
    file = parsed(source, where)
    for number, raw in enumerate(converted(file.data, _File, file).mistakes):
        place = Place(file, ("mistakes", number), _label(raw, number + 1))
        for one in _named(_entry(raw, file, number, place), place, tasks, text):
            found.append(_as_before(one, found, where, place))
    return tuple(found)


def _as_before(
    one: NamedMistake, before: Sequence[NamedMistake], where: str, place: Place
) -> NamedMistake:
    """A mistake; a further form of one that is there already says the same."""
    first = next((
        each for each in before if (each.id, each.task) == (one.id, one.task)), None)
    if first is None and not one.says:
        raise HarnessError(
            "the mistake says nothing", where=f"{place}.says",
            expected="a sentence for the students who make it")
    if first is None:
        return one
    if one.check or first.check or one.says == first.says:
        raise HarnessError(
            f"two mistakes are called {one.id!r}", where=where,
            expected="a name for each; a further form of a mistake has other words, or no `says`")
    return msgspec.structs.replace(one, says=one.says or first.says, hint=one.hint or first.hint)


def written(mistake: NamedMistake) -> str:
    """The entry of one that is told by its answers, to be appended to the file."""
    lines = [f"{name} = {_quoted(text)}" for name, text in (
        ("id", mistake.id), ("task", mistake.task), ("check", mistake.check),
        ("says", mistake.says), ("hint", mistake.hint))]
    numbers = [str(one) for one in mistake.answers]
    rows = [", ".join(numbers[i:i + PER_LINE]) for i in range(0, len(numbers), PER_LINE)]
    return "\n".join(
        ["[[mistakes]]", *lines, "answers = [", *(f"    {row}," for row in rows), "]", ""])


def _quoted(text: str) -> str:
    """As TOML and JSON both write it; what is no Unicode as a question mark."""
    plain_text = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(plain_text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _named(entry: _Entry, where: Place, tasks: Tasks, text: Text) -> list[NamedMistake]:
    """A mistake in each task that it is made in."""
    each = (entry.task,) if isinstance(entry.task, str) else entry.task
    return [_in_task(entry, one, where, tasks, text) for one in each]


def _in_task(entry: _Entry, task: str, where: Place, tasks: Tasks, text: Text) -> NamedMistake:
    if not NAME.fullmatch(entry.id):
        raise HarnessError(
            f"{entry.id!r} cannot be the id of a mistake", where=str(where),
            expected=SHAPE_OF_NAME)
    if task not in tasks:
        raise HarnessError(
            f"there is no task {task!r}", where=f"{where}.task",
            expected=f"one of {', '.join(tasks)}", fix=meant(task, tasks))
    named = NamedMistake(entry.id, task, entry.says.strip(), entry.hint.strip())
    if isinstance(entry, _Instead):
        return msgspec.structs.replace(named, instead=tuple(entry.instead.items()))
    if isinstance(entry, _Known):
        return msgspec.structs.replace(named, known=True)
    if isinstance(entry, _Change):
        pairs = (entry.replace, entry.by), *((one.replace, one.by) for one in entry.also)
        return msgspec.structs.replace(named, replaced=pairs)
    if isinstance(entry, _Answer):
        answer = text(entry.answer)
        if answer is None:
            raise HarnessError(
                f"there is no file {entry.answer!r}", where=f"{where}.answer",
                expected=f"a file with a whole wrong answer, by its path beside {FILE}")
        return msgspec.structs.replace(named, answer=answer)
    assert isinstance(entry, _Answers)
    if entry.check not in tasks[task]:
        checks = tasks[task]
        raise HarnessError(
            f"the task {task!r} has no check {entry.check!r}", where=f"{where}.check",
            expected=f"one of {', '.join(checks)}", fix=meant(entry.check, checks))
    answers = plain(entry.answers)
    if not shows(answers):
        raise HarnessError(
            "the answers have no number that is finite", where=f"{where}.answers",
            expected="what `cgp name` writes, since many mistakes end in nan")
    return msgspec.structs.replace(named, check=entry.check, answers=answers)


def _entry(raw: Any, file: Toml, number: int, where: Place) -> _Entry:
    """The entry, in the form that its fields say."""
    forms = [name for name in FORMS if isinstance(raw, dict) and name in raw]
    if isinstance(raw, dict) and len(forms) != 1:
        raise HarnessError(
            f"the mistake has both {' and '.join(forms)}" if forms else
            "the mistake does not say what is answered instead", where=str(where),
            expected="one of: `replace` with `by`, code of the solution and what stands there "
            "instead; `answer`, a file with a whole wrong answer; `instead`, what it is given or "
            "gives back instead; `known`, for words of a mistake that the harness finds itself; "
            "`answers`, as `cgp name` writes them")
    return converted(
        raw, FORMS[forms[0]] if forms else _Entry, file, ("mistakes", number),
        _label(raw, number + 1))


def _label(raw: Any, number: int) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"mistake {name!r}" if name else f"mistake number {number}"

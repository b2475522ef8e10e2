"""What `mistakes.toml` says of a task's answers, ready to be tried: whole wrong answers are run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from cgp_harness.assignment.mistakes import FILE as MISTAKES
from cgp_harness.assignment.solution import FILE, of_text
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.mutation.change import Said
from cgp_harness.probing.variants.variants import Variant, Variants, Written
from cgp_harness.task import Assignment, NamedMistake, Task


def written(assignment: Assignment, task: Task) -> tuple[Written, ...]:
    """The mistakes that a task has names for, but for those that are told by their answers.

    Raises:
        HarnessError: a whole wrong answer cannot be run, or is none to this task; or one is of a
            form that only a step-size rule has.
    """
    for one in assignment.mistakes:
        if one.task == task.id and (one.instead or one.known):
            raise HarnessError(
                f"{task.id!r} is no step-size rule, which alone may have a mistake with "
                f"`{'instead' if one.instead else 'known'}`", where=one.where,
                expected="`replace` with `by`, or `answer`")
    return tuple(
        Written(one.id, Said(one.says, one.says), one.hint, one.replaced,
                _answer(one, task) if one.answer else None, one.where)
        for one in assignment.mistakes if one.task == task.id and not one.check)


def refuse_changes(assignment: Assignment, task: Task, has: str, field: str) -> None:
    """See that a task whose right answer is no solution's has no mistakes that are changes of one.

    Args:
        has: what it has instead.
        field: of its table, that says so.

    Raises:
        HarnessError: it has one.
    """
    for one in assignment.mistakes:
        if one.task == task.id and not one.check:
            raise HarnessError(
                f"the mistake {one.id!r} is a change of a solution, and {task.id!r} has {has}",
                where=one.where, expected="a task whose right answer is in solution.py",
                fix=f"remove `{field}` and what belongs to it, and write the answer into "
                "solution.py")


def require_fit(unfit: Collection[Mapping[str, HarnessError]]) -> None:
    """See that each mistake can be made in one of the right answers.

    Args:
        unfit: of each answer the mistakes that cannot be made in it, and why.

    Raises:
        HarnessError: one stands in none, or changes nothing.
    """
    first, *others = unfit
    for name, error in first.items():
        if all(name in each for each in others):
            raise error


def require_wrong(
    every: Collection[tuple[Variants, Callable[[Variant], bool]]]
) -> None:
    """See that each mistake makes one of the right answers a wrong one.

    Args:
        every: what an answer may become, and whether such a one is told from it.

    Raises:
        HarnessError: one is told from none.
    """
    shown = {one.id for variants, is_wrong in every for one in variants.written if is_wrong(one)}
    for one in (one for variants, _ in every for one in variants.written):
        if one.id not in shown:
            raise HarnessError(
                f"the mistake {one.id!r} changes nothing that shows",
                where=f"{MISTAKES}, mistake {one.id!r}",
                expected="a wrong answer: other numbers than the solution's, where it is asked")


def _answer(one: NamedMistake, task: Task) -> Any:
    """What a whole wrong answer registers."""
    try:
        registered = of_text(one.answer).registered
    except HarnessError as error:
        raise HarnessError(
            f"the wrong answer of {one.id!r} cannot be run: {error.what}", where=one.where,
            expected="a file that registers it as the solution does") from error
    found = [each.target for each in registered
             if (each.kind, each.name) == (task.kind, task.id)]
    if len(found) != 1:
        raise HarnessError(
            f"the wrong answer of {one.id!r} does not register {task.id!r}", where=one.where,
            expected=f"one answer below {kinds()[task.kind].above(task.id)}, as in {FILE}")
    return found[0]

"""A canary: right submissions, graded before the first one in the very sandbox that it will have.

    require(assignment, submissions, isolation="landlock", device="cpu")   # MachineError: stop here

An installation that cannot import torch inside a worker, say, gives every submission that uses it
0 points and looks as if all were well. It costs 0.2 s of CPU time, 2 s more where torch is needed,
once a run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

from cgp_harness import installed
from cgp_harness.canary.right import kinds_in, rights, task_of, text
from cgp_harness.checks.grading import Library
from cgp_harness.checks.kind_parts import require_whole
from cgp_harness.errors import MachineError
from cgp_harness.model import CheckResult, SourceFile, Status, Submission
from cgp_harness.pipeline import Watch, grade
from cgp_harness.probing.devices import CPU
from cgp_harness.sandbox.host.trusted import trusted
from cgp_harness.sandbox.host.view import modules_of
from cgp_harness.task import Assignment, Limits, Task

SEED = 0
_NAMED = ("numpy", "torch", "torch.autograd.Function")
"""What right submissions name: where an assignment forbids it, it is none of this machine's."""


def require(
    assignment: Assignment, submissions: Sequence[Submission], *, isolation: str, device: str
) -> None:
    """See to it that right submissions get full marks here, of the kinds that will be graded.

    Args:
        submissions: all that are going to be graded.

    Raises:
        MachineError: they do not; it says what failed.
    """
    if not any(submission.problem is None for submission in submissions):
        return
    kinds = tuple(dict.fromkeys(task.kind for task in assignment.tasks))
    for library in _libraries(assignment, submissions):
        proven(library, _tried(kinds, library), _forbidden(assignment), assignment.limits,
               isolation, device, assignment.packages)


def everything(
    isolation: str, ended: Callable[[Library, str], object] = lambda *_: None
) -> None:
    """See to it that right submissions of all kinds of task get full marks here.

    Args:
        ended: told of each that has got them, in which library: a rule, a Function and so on.

    Raises:
        HarnessError: a kind of task that another package adds is not whole.
        MachineError: something has not; it says what failed.
    """
    for kind in installed.kinds().values():
        require_whole(kind)
    libraries: tuple[Library, ...] = ("numpy", "torch")
    for library in libraries:
        proven(library, kinds_in(library), (), Limits(), isolation, CPU.name,
               ended=functools.partial(ended, library))


@functools.cache
def proven(
    library: Library, kinds: tuple[str, ...], forbid: tuple[str, ...], limits: Limits,
    isolation: str, device: str, packages: tuple[str, ...] = (),
    ended: Callable[[str], object] = lambda _: None,
) -> tuple[str, ...]:
    """What has got full marks: rule, Function and so on. Tried once in a process.

    Raises:
        MachineError: something has not.
    """
    found = tuple(rights(library, kinds))
    tasks = tuple(task_of(one, device) for one in found)
    assignment = Assignment(
        "canary", "canary", "1", tasks, forbid=forbid, limits=limits, packages=packages,
        solution=text(tuple(one for one in found if one.is_solution), library))
    imports = "".join(f"import {name}\n" for one in packages for name in modules_of(one)[:1])
    source = SourceFile("canary.py", (imports + text(found, library)).encode())
    report = grade(
        Submission("canary", (source,)), assignment, seed=SEED, isolation=isolation, device=device,
        watch=Watch(checked=_whole(assignment, ended)))
    for check in report.checks:
        if check.status is not Status.PASSED:
            title = assignment.task(check.task).title
            raise MachineError(
                f"this installation misgrades: a right {title} in {library} gets "
                f"{check.score:g} of {check.max_score:g} points for {check.kind!r}",
                where=f"isolation level {isolation!r}{_added_by(assignment.task(check.task))}",
                expected="full marks; it says here "
                f"instead: {(*report.notes, check.message)[0]}",
                fix="nothing was graded; " + (
                    _narrow(limits) or "`cgp doctor` tries again, with `--isolation plain` "
                    "without the sandbox"))
    return tuple(task.title for task in tasks)


def _narrow(limits: Limits) -> str:
    """What to do where a homework gives less than is usual; empty where it does not."""
    usual = Limits()
    less = [f"{name} = {getattr(limits, name):g} (default: {getattr(usual, name):g})"
            for name in usual.__struct_fields__ if getattr(limits, name) < getattr(usual, name)]
    return f"give more under [limits] of the assignment: {', '.join(less)}" if less else ""


def _whole(
    assignment: Assignment, ended: Callable[[str], object]
) -> Callable[[CheckResult], None]:
    """What is told of each check, and tells the title of a task once all of its own have passed."""
    left = {task.id: len(task.checks) for task in assignment.tasks}

    def checked(result: CheckResult) -> None:
        left[result.task] -= result.status is Status.PASSED
        if not left[result.task]:
            ended(assignment.task(result.task).title)

    return checked


def _added_by(task: Task) -> str:
    """Whose kind it is, if the harness did not bring it."""
    package = installed.kinds()[task.kind].package
    return "" if package.startswith("cgp_harness.") else f", by the kind {task.kind!r} of {package}"


def _libraries(assignment: Assignment, submissions: Sequence[Submission]) -> Iterator[Library]:
    yield "numpy"
    alone = set(kinds_in("torch")) - set(kinds_in("numpy"))
    if (alone & {task.kind for task in assignment.tasks} or "torch" in installed.imports(assignment)
            or any("torch" in trusted(submission) for submission in submissions)):
        yield "torch"


def _tried(kinds: tuple[str, ...], library: Library) -> tuple[str, ...]:
    """Of these kinds those that are tried in the library; the first of all if there is none."""
    known = kinds_in(library)
    return tuple(kind for kind in known if kind in kinds) or known[:1]


def _forbidden(assignment: Assignment) -> tuple[str, ...]:
    return tuple(
        name for name in assignment.forbid
        if not any(own == name or own.startswith(f"{name}.") for own in _NAMED))

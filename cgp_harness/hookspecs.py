"""The whole contract with plugins: every hook, when it is called, and what it returns.

Most students never write a hook: `@optimizer` above a function or a class is enough. A hook is for
rules that are made rather than written, and for everything that is not a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

# A worker loads this file too, where neither the data model nor the checks can be imported.
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cgp_harness.checks.context import Context, Outcome
    from cgp_harness.kind import Kind
    from cgp_harness.kinds.autograd_function.specifications.specification import Specification
    from cgp_harness.kinds.optimizer.contract.torch_rule import AnyRule
    from cgp_harness.model import BatchReport, Submission
    from cgp_reference.problems import Problem as OptimizationProblem

    ReportWriter = Callable[[BatchReport, Path], object]
    Check = Callable[[Context], Outcome]
    Collector = Callable[[Path], Sequence[Submission] | None]

PROJECT = "cgp_harness"
"""Name of the hooks' project and of the entry-point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def cgp_step_size_optimizers() -> (
    Sequence[AnyRule | type[Any]] | Mapping[str, AnyRule | type[Any]]
):
    """Name the step-size rules of a submission. Written by students.

    Called once, in the worker, right after the file was imported; each file has a plugin manager
    of its own. For rules that only a program can list::

        @hookimpl
        def cgp_step_size_optimizers():
            return {f"sgd_{n}": with_momentum(n / 10) for n in range(10)}

    Returns:
        A list of functions decorated by `@optimizer` and of subclasses of
        `torch.optim.Optimizer`, each under its own name; or a dict, whose keys are the names. A
        rule that `@optimizer` has registered already may be named again.

    A rule is given the gradient and its state; if it names them, `k`, the number of the step, and
    `p`, the parameter's value before it, in the gradient's shape and not to be changed.

    Returning None is refused as a forgotten `return`. Keep it pure: the same list at every call,
    no files. Checked by `loads`; each rule then by all checks of the task of that name.
    """
    raise NotImplementedError


@hookspec
def cgp_autograd_functions() -> Sequence[type[Any]] | Mapping[str, type[Any]]:
    """Name the autograd functions of a submission. Written by students.

    Called once, in the worker, right after the file was imported. The decorator
    `@autograd_function("name")` does the same for one class; a hook is for those that are made::

        @hookimpl
        def cgp_autograd_functions():
            return {f"power_{n}": power(n) for n in range(2, 5)}

    Returns:
        A list of subclasses of `torch.autograd.Function` with the static methods `forward` and
        `backward`, each under its own name; or a dict, whose keys are the names.

    Looked at by `loads`, `forward`, `gradient`, `autograd` and `training` of the task of that name.
    """
    raise NotImplementedError


@hookspec
def cgp_activations() -> Sequence[Callable[..., Any]] | Mapping[str, Callable[..., Any]]:
    """Name the activations of a submission. Written by students.

    Called once, in the worker, right after the file was imported. The decorator
    `@activation("name")` does the same for one function::

        @hookimpl
        def cgp_activations():
            return {"leaky": leaky_relu(0.1)}

    Returns:
        A list of functions, each under its own name; or a dict, whose keys are the names. A
        function takes a read-only float64 array of one or more axes, and returns its value and
        its derivative there, number by number, in that shape.

    Looked at by `loads`, `activation` and `learning` of the task of that name, and by `cgp demo`.
    """
    raise NotImplementedError


@hookspec
def cgp_backprop() -> Sequence[type[Any]] | Mapping[str, type[Any]]:
    """Name a submission's backpropagation on a computational graph. Written by students.

    Called once, in the worker, right after the file was imported. The decorator
    `@backprop("name")` does the same for one class::

        @hookimpl
        def cgp_backprop():
            return {"graph": Graph}

    Returns:
        A list of classes with the static methods `forward(graph, values)`, which returns the
        values of all nodes and their partial derivatives, and `backward(graph, partials, errors)`,
        which returns the gradient for each parameter; or a dict, whose keys are the names.

    Looked at by `loads`, `partials` and `backpropagation` of the task of that name.
    """
    raise NotImplementedError


@hookspec
def cgp_kinds() -> Mapping[str, Kind]:
    """Add kinds of task. Written by anyone, installed by the instructor.

    Called once per command, in the grader, before an assignment is read; the harness's own kinds
    come through it too::

        @hookimpl
        def cgp_kinds():
            return {"function": FUNCTION}

    Returns:
        Name -> `cgp_harness.kind.Kind`, under its own name.

    For `kind = "function"` in a task. The parts of a kind that run in the worker are copied there;
    all others stay in the grader. A name that is taken already is refused.
    """
    raise NotImplementedError


@hookspec
def cgp_forms() -> Mapping[str, str]:
    """Add forms in which rules of other courses are read. Written by anyone, installed by the
    instructor.

    Called once per command, in the grader; the harness's own forms come through it too::

        @hookimpl
        def cgp_forms():
            return {"with_a_rate": "my_forms.with_a_rate"}

    Returns:
        Name -> the dotted name of a module with a `FORM`
        (`cgp_harness.kinds.optimizer.contract.reading.form.Form`) of that name. The module, a file
        or a folder, is copied to where submissions run and imported there: it may import Python's
        own modules, numpy, and what lies beside the built-in forms.

    For `form = "with_a_rate"` in an `assignment.toml` and `--form with_a_rate`; `auto` tries it
    after those that were there before. A name that is taken already is refused.
    """
    raise NotImplementedError


@hookspec
def cgp_report_formats() -> Mapping[str, ReportWriter]:
    """Add formats to `cgp grade --format NAME`. Written by anyone, installed by the instructor.

    Called once per command, in the grader, before anything is graded::

        @hookimpl
        def cgp_report_formats():
            return {"marks": write_marks}

        def write_marks(report, folder):
            rows = [f"{one.id} {one.percent:.1f}" for one in report.submissions]
            (folder / "marks.txt").write_text("\\n".join(rows), encoding="utf-8")

    Returns:
        Name -> writer. A writer gets the finished report (scores in points, `percent` from 0 to
        100, times in seconds) and an existing folder, and returns nothing. Messages in a report
        hold text that students chose: escape it. What is not visible is taken out by
        `cgp_harness.reports.outcome.for_student`; leave the score out where
        `outcome.has_grader_error`. A `cgp_harness.reports.formats.format.Format` is a writer too:
        it says what it writes before it writes it, and may fill in a list (`--roster`).

    The harness's own formats come through it too; a name that is taken is refused. No check looks
    at it; a writer that raises makes the command exit 3, the results being stored.
    """
    raise NotImplementedError


@hookspec
def cgp_checks() -> Mapping[str, Check]:
    """Add kinds of check, for use in an `assignment.toml`. Written by instructors.

    Called once per command, in the grader, before the assignment is read::

        @hookimpl
        def cgp_checks():
            return {"keeps_sign": keeps_sign}

    Returns:
        Kind -> check. A check gets a context (the task, the submission in its worker, what
        earlier checks learned) and returns an outcome, whose fraction from 0 to 1 is multiplied
        by the points of that kind. Expected values stay in the check: nothing that it does not
        send reaches the submission. `SubjectError` may pass through: it becomes the check's
        status. Any other exception is a `grader_error`, as is what is no outcome.

    The same submission must get the same result: take randomness from the context's seed.
    """
    raise NotImplementedError


@hookspec
def cgp_collectors() -> Mapping[str, Collector]:
    """Add layouts in which submissions arrive. Written by anyone, installed by the instructor.

    Called once per command, in the grader, before the paths given to `cgp grade` are read::

        @hookimpl
        def cgp_collectors():
            return {"moodle": read_moodle}

    Returns:
        Name -> collector. A collector gets a path and returns the submissions found there, or
        None if the layout is not its own; the built-in layouts are asked last. It reads bytes and
        runs nothing; a file that cannot be read becomes a submission with a `problem`.

    Checked by nothing but the types: ids must be unique in the batch.
    """
    raise NotImplementedError


@hookspec
def cgp_specifications() -> Mapping[str, Specification]:
    """Add what an autograd function may have to compute. Written by instructors.

    Called once per command, in the grader, before the first submission is graded::

        @hookimpl
        def cgp_specifications():
            return {"cube": CUBE}

    Returns:
        Name -> `cgp_harness.kinds.autograd_function.specifications.specification.Specification`,
        under its own name.

    For `specification = "cube"` in a task with `kind = "autograd_function"`: `forward`, `gradient`
    and `training` judge by it. It stays in the grader; a name that is taken already is refused.
    """
    raise NotImplementedError


@hookspec
def cgp_problems() -> Mapping[str, OptimizationProblem]:
    """Add optimization problems, for `problems = [...]` of a check. Written by instructors.

    Called once per command, in the grader, before the first check that runs on problems::

        @hookimpl
        def cgp_problems():
            return {"bowl": BOWL}

    Returns:
        Name -> `cgp_reference.problems.Problem`, under the problem's own name. Its `course` gets
        seeds and a number of iterations, and returns paired runs: a start of shape `(D, S)`, and
        for each iteration losses `(S,)` and their gradient `(D, S)`, in loss units per parameter
        unit, float64.

    The same seed must get the same run, alone or among others, in any process: verdicts rest on
    it. Used by `closed_loop` and `convergence`; a name that is taken already is refused.
    """
    raise NotImplementedError

"""The table of a Function in an `assignment.toml`, and what can be wrong in it."""

from __future__ import annotations

import msgspec

from cgp_harness.kind import Mistake
from cgp_harness.task import Assignment, Task

Interval = tuple[float, float]
Range = tuple[float, float | str]
"""The upper end may be an axis: integers below its size."""
FIELDS = ("domain", "wide")


class FunctionTask(Task, frozen=True):
    """A Function to write.

    What it must compute is the answer of its name in the solution, unless it is named. Of such an
    answer the other fields are found by trying it, where they are left out.

    Attributes:
        specification: name of what it must compute, of the harness or of an installed plugin.
        as_written: whether backward must be that of the answer, as a straight-through estimator's;
            if not, the derivative of its forward.
        domain: where numbers are drawn, of all inputs, or by input; `[0, "n"]` are the integers
            below the size of the axis n.
        wide: as far out as it is right.
        avoid: of one input, elementwise: its kinks.
        always: of such a one: numbers that are always tried, kinks or not.
        relative: by how much a number may be off, relative to it.
        absolute: the same beside 0, for numbers of size 1.
        everywhere: it is right at all numbers of `wide`, as exact as that, and of no numbers, as
            an empty batch; it is not tried.
        from_source: whether small changes of its source are looked for, besides the mistakes of
            mistakes.toml and those that any Function may make.
        formula: what forward computes, in messages; the task's name if left out.
        gradient_formula: what backward returns, likewise.
        meaning: what a backward that is no derivative is the gradient of, for the student.
        terms: what to call the part of backward that is linear in g, and the rest, where a wrong
            weight of either is to be named; of one input, whose backward is affine in g.
        none_where_unneeded: whether backward must return None for an input that needs no gradient.
    """

    kind: str = "autograd_function"
    specification: str = ""
    as_written: bool = False
    domain: Interval | dict[str, Range] | None = None
    wide: Interval | None = None
    avoid: tuple[float, ...] | None = None
    always: tuple[float, ...] = ()
    relative: float | None = None
    absolute: float = 1e-12
    everywhere: bool = False
    from_source: bool = True
    formula: str = ""
    gradient_formula: str = ""
    meaning: str = ""
    terms: tuple[str, str] | None = None
    none_where_unneeded: bool = False

    def of_answers(self) -> list[str]:
        """Names of the fields that it gives, and that are of answers in a solution alone."""
        of_all = {"specification", *Task.__struct_fields__}
        return [one.name for one in msgspec.structs.fields(self)
                if one.name not in of_all and getattr(self, one.name) != one.default]


def mistakes(_: Assignment, task: FunctionTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    intervals = {"domain": task.domain, "wide": task.wide} | (
        task.domain if isinstance(task.domain, dict) else {})
    return [
        *({"what": f"task {task.id!r} has {name!r} beside 'specification'",
           "expected": "one of the two: the specification says that itself", "field": name,
           "fix": "remove it"}
          for name in task.of_answers() if task.specification),
        *({"what": f"task {task.id!r} has the {'domain of ' * (name not in FIELDS)}{name} "
           f"[{one[0]:g}, {one[1]:g}]", "expected": "the smaller number first",
           "fix": f"write [{one[1]:g}, {one[0]:g}]" if one[1] != one[0] else "",
           "field": name if name in FIELDS else f"domain.{name}"}
          for name, one in intervals.items()
          if isinstance(one, tuple) and not isinstance(one[1], str) and not one[0] < one[1])]

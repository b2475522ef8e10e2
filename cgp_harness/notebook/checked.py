"""`cgp_harness.check`: a report that shows itself, at a prompt as the terminal does and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from cgp_harness import grading
from cgp_harness.assignment import load, typed_name
from cgp_harness.model import CheckResult, SubmissionReport
from cgp_harness.probing.text import points, shown
from cgp_harness.reports import outcome
from cgp_harness.reports.absent import is_of_files, notes, unwritten, visible
from cgp_harness.reports.case import case_of
from cgp_harness.reports.checked.closing import submission_lines
from cgp_harness.reports.checked.lines import is_silent
from cgp_harness.reports.figures.svg import LIGHT, css, svg
from cgp_harness.task import Assignment

if TYPE_CHECKING:
    from cgp_harness.model import Submission


@dataclass(frozen=True, repr=False)
class Checked(SubmissionReport):
    """A `SubmissionReport`, as `grading.check` gives it, that shows its visible checks.

    Args:
        homework: as `-a` takes it.
    """

    homework: str = ""

    @classmethod
    def of_report(cls, report: SubmissionReport, homework: str = "") -> Checked:
        """The same report."""
        return cls(
            **{one.name: getattr(report, one.name) for one in fields(report)}, homework=homework)

    def __repr__(self) -> str:
        return "\n".join(line.plain for line in submission_lines(self, homework=self.homework))

    def _repr_html_(self) -> str:
        """What a notebook shows: no script, no style but its own, everything escaped."""
        seen = visible(self)
        absent = unwritten(self)
        checks = [] if is_of_files(self) else [
            one for one in seen if not is_silent(one) and one.task not in absent]
        results = {one.id: one for one in seen}
        return _template().render(
            notes=notes(self), checks=checks, colours=LIGHT, plots=Markup(css()),
            unjudged=len(seen) if is_of_files(self) else 0,
            unwritten=list(absent),
            drawings={one.id: [*_drawings(one)] for one in checks},
            repeated={one.id: outcome.repeated(one, results) for one in checks},
            got=sum(one.score for one in seen), most=sum(one.max_score for one in seen),
            hidden=len(self.checks) - len(seen), homework=self.homework,
            broken=outcome.has_grader_error(self))


def check(
    submission: Submission | Path | str | object, assignment: Assignment | str | Path, *,
    task: str | Sequence[str] = (), isolation: str = "auto", device: str = "cpu",
    seed: int = grading.SEED,
) -> Checked:
    """One submission, as its student checks it: see `grading.check`, which does it.

    Raises:
        HarnessError: the assignment cannot be used, or there is no submission.
        MachineError: right submissions do not get full marks here.
    """
    homework = assignment if isinstance(assignment, Assignment) else load(assignment)
    return Checked.of_report(grading.check(
        submission, homework, task=task, isolation=isolation, device=device, seed=seed),
        typed_name(homework))


def _drawings(check: CheckResult) -> Iterator[Markup]:
    return (Markup(svg(plot)) for plot in check.plots)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cgp_harness.notebook", "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(
        shown=shown, points=points, symbol=outcome.symbol, word=outcome.WORDS.__getitem__,
        case=case_of, diagnosis=outcome.further_diagnosis, equation=outcome.further_equation,
        explained=outcome.explained)
    return environment.get_template("checked.html.j2")

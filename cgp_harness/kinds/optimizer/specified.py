"""What a rule is compared with: the right answers of a solution, each a convention.

A task that names a `family` has those of the built-in homework on step-size rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from cgp_harness.assignment import load
from cgp_harness.assignment.solution import OWN, answers_to, of_text
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.probes import solution_rules
from cgp_harness.kinds.optimizer.probes.late import further_steps
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.probes.roles import completed, of_role
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Floats
from cgp_harness.mutation.source import source_of
from cgp_harness.probing import starts
from cgp_harness.probing.training_loop import Step, of_rule
from cgp_harness.registering.contract import Registered
from cgp_harness.task import Assignment
from cgp_reference.backend import NUMPY, Backend
from cgp_reference.errors import meant
from cgp_reference.rule import Rule

BUILT_IN = "step_size"
"""The homework that has the lecture's rules."""


@dataclass(frozen=True, eq=False)
class Convention:
    """One way to compute a rule. Equal to itself alone, so that all submissions share its runs.

    Args:
        name: as assignments and results have it.
        rule: as a recursion, which trainings step; hyperparameters have their canonical names.
        written: the rule as the solution has it: the same, unless it takes one number at a time.
        steps: the steps (T, D) to subtract in a run with canonical names.
        phrase: continues the rule's title, "with eps inside the root".
        elementwise: whether each number moves as if it were alone.
        origin: the text that it is made from, and nothing else; empty if that is not known.
    """

    name: str
    rule: Rule
    written: Rule
    steps: Callable[[Trajectory], Floats]
    phrase: str = ""
    elementwise: bool = True
    origin: str = ""

    def step(
        self, size: int, seeds: int, hyperparameters: Mapping[str, float],
        backend: Backend = NUMPY,
    ) -> Step:
        """The rule in a training of D parameters from each of S seeds, from fresh state."""
        return of_rule(
            self.rule, size, seeds, hyperparameters, backend, together=self.elementwise)


@dataclass(frozen=True, eq=False)
class Specified:
    """The specified rule.

    Args:
        conventions: those that are accepted, by name; the first is shown where none is known.
        hyperparameters: canonical name -> default.
        torch: what `torch.optim` computes; None if it has no such rule.
        torch_name: as people write torch's rule.
        steady: the right steps in a whole run by convention, if all are finite and none is beside a
            jump, where right forms in other orders of operations part: None. Nothing else is asked
            of anybody.
        further_steps: that probes have, since it does something else later.
    """

    conventions: Mapping[str, Convention]
    hyperparameters: Mapping[str, float]
    torch: Convention | None = None
    torch_name: str = ""
    steady: Callable[[Trajectory], Mapping[str, Floats] | None] = lambda _: {}
    further_steps: int = 0

    @property
    def first(self) -> str:
        """The convention that stands for the rule."""
        return next(iter(self.conventions))

    @property
    def elementwise(self) -> bool:
        """Whether each number moves as if it were alone."""
        return all(one.elementwise for one in self.conventions.values())

    @property
    def sees_parameter(self) -> bool:
        """Whether it looks at the parameters' values."""
        return any(one.rule.sees_parameter for one in self.conventions.values())

    def probes(self, seed: int) -> tuple[Trajectory, ...]:
        """What tells mistakes apart; what they are named by."""
        return tuple(map(self.asked, diagnosis_probes(seed, self.further_steps)))

    def asked(self, run: Trajectory) -> Trajectory:
        """A run of single numbers, as one parameter if the rule mixes the numbers of a parameter:
        of a single one a norm or a mean shows little."""
        return run if self.elementwise else run.together()

    def whole(self, run: Trajectory, seed: int) -> Trajectory:
        """The run with all that the rule needs: each hyperparameter, and where parameters begin."""
        whole = completed(self.hyperparameters, run)
        if not self.sees_parameter or run.start is not None:
            return whole
        return replace(whole, start=starts.generic(run.gradients.shape[1], seed))


_KNOWN: dict[tuple[object, ...], Specified] = {}


def specified(assignment: Assignment, task: OptimizerTask) -> Specified:
    """What the rules of a task are compared with; one and the same object for the same task.

    Raises:
        HarnessError: the solution has no rule that can be compared with.
    """
    home, own = home_of(assignment, task)
    key = home.solution, own.id, task.accept, tuple(task.hyperparameters.items())
    if key not in _KNOWN:
        _KNOWN[key] = _chosen(every_answer(home, own), task)
    return _KNOWN[key]


def home_of(assignment: Assignment, task: OptimizerTask) -> tuple[Assignment, OptimizerTask]:
    """The homework with the solution of a task, and what it is called there."""
    if not task.family:
        return assignment, task
    home = built_in()
    return home, home.task(task.family)


@cache
def built_in() -> Assignment:
    """The homework on step-size rules."""
    return load(BUILT_IN)


def _chosen(every: Specified, task: OptimizerTask) -> Specified:
    """With the conventions and the defaults that the task asks for, if it does."""
    names = task.accept or tuple(every.conventions)
    for name in names:
        if name not in every.conventions:
            raise HarnessError(
                f"task {task.id!r} accepts {name!r}",
                expected=f"one or more of {', '.join(every.conventions)}, which the solution has",
                fix=meant(name, every.conventions, "remove it"), field="accept")
    return replace(
        every, conventions={name: every.conventions[name] for name in names},
        hyperparameters=task.hyperparameters or every.hyperparameters,
        steady=partial(solution_rules.steady, {
            name: every.conventions[name].steps for name in names}, together=every.elementwise,
            shares=[name for does in ("decay", "share")
                    for name in of_role(every.hyperparameters, does)]))


_EVERY: dict[tuple[str, str], Specified] = {}


def every_answer(assignment: Assignment, task: OptimizerTask) -> Specified:
    """All right answers that a solution has, accepted by the task or not."""
    key = assignment.solution, task.id
    if key not in _EVERY:
        _EVERY[key] = _of_rules(assignment, task)
    return _EVERY[key]


def _of_rules(assignment: Assignment, task: OptimizerTask) -> Specified:
    answers, said = answers_to(assignment, task), of_text(assignment.solution).said(task)
    found = conventions(
        answers, {name: one.says for name, one in said.items()},
        origin=f"{task.id}\n{assignment.solution}" * _stands_alone(assignment.solution))
    library = next((one for one in said.values() if one.library), None)
    first = next(iter(found.values())).written
    return Specified(
        found, first.hyperparameters,
        found[library.convention] if library else None, library.library if library else "",
        further_steps=further_steps(source_of(
            first.function, assignment.solution, (*first.state,), first.hyperparameters)))


def _stands_alone(text: str) -> bool:
    """Whether a solution imports nothing that may change without its text: numpy's version is known
    to whoever keeps what comes of it."""
    imported = re.findall(r"^\s*(?:import|from)\s+([\w.]+)", text, flags=re.MULTILINE)
    return {name.partition(".")[0] for name in imported} <= {
        "__future__", "cgp_harness", "math", "numpy"}


def conventions(
    answers: Mapping[str, Registered], says: Mapping[str, str], origin: str = ""
) -> dict[str, Convention]:
    """Answers as ways to compute one rule.

    Args:
        says: what each is, after the title of the task.
        origin: see `Convention`.

    Raises:
        HarnessError: one is no rule that runs here.
    """
    found = {}
    for name, rule in solution_rules.rules(answers).items():
        alone = solution_rules.is_elementwise(rule)
        found[name] = Convention(
            name, rule, answers[name].target,
            partial(solution_rules.steps, rule, flat=alone),
            says.get(name) or ("" if name == OWN else f"({name})"), alone, origin)
    return found

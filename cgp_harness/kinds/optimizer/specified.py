"""What a rule is compared with. Nothing else knows where it is from: a family, or a solution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from cgp_harness.assignment.solution import OWN, answers_to
from cgp_harness.kinds.optimizer.diagnosis.families import FAMILIES
from cgp_harness.kinds.optimizer.probes import oracle, solution_rules
from cgp_harness.kinds.optimizer.probes.reference_rules import reference, torch_convention
from cgp_harness.kinds.optimizer.probes.roles import completed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Floats
from cgp_harness.probing import starts
from cgp_harness.probing.training_loop import Step, of_rule
from cgp_harness.task import Assignment
from cgp_reference.backend import NUMPY, Backend
from cgp_reference.rule import Rule

TORCH_NAMES = {
    "sgd_plus": "torch.optim.SGD", "adagrad": "torch.optim.Adagrad",
    "rmsprop": "torch.optim.RMSprop", "adam": "torch.optim.Adam",
}


@dataclass(frozen=True, eq=False)
class Convention:
    """One way to compute a rule. Equal to itself alone, so that all submissions share its runs.

    Args:
        name: as assignments and results have it.
        rule: as a recursion, which trainings step; hyperparameters have their canonical names.
        steps: the steps (T, D) to subtract in a run with canonical names.
        phrase: continues the rule's title, "with eps inside the root".
        elementwise: whether each number moves as if it were alone.
    """

    name: str
    rule: Rule
    steps: Callable[[Trajectory], Floats]
    phrase: str = ""
    elementwise: bool = True

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
        steady: whether the rule has finite steps in a whole run, and is not beside a jump, where
            right forms in other orders of operations part. Nothing else is asked of anybody.
    """

    conventions: Mapping[str, Convention]
    hyperparameters: Mapping[str, float]
    torch: Convention | None = None
    torch_name: str = ""
    steady: Callable[[Trajectory], bool] = lambda _: True

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

    def whole(self, run: Trajectory, seed: int) -> Trajectory:
        """The run with all that the rule needs: each hyperparameter, and where parameters begin."""
        whole = completed(self.hyperparameters, run)
        if not self.sees_parameter or run.start is not None:
            return whole
        return replace(whole, start=starts.generic(run.gradients.shape[1], seed))


_OF_SOLUTIONS: dict[tuple[str, str], Specified] = {}


def specified(assignment: Assignment, task: OptimizerTask) -> Specified:
    """What the rules of a task are compared with; one and the same object for the same task.

    Raises:
        HarnessError: the solution has no rule that can be compared with.
    """
    if task.family:
        return _of_family(task.family, task.accept, tuple(task.hyperparameters.items()))
    key = assignment.solution, task.id
    if key not in _OF_SOLUTIONS:
        _OF_SOLUTIONS[key] = _of_rules(solution_rules.rules(answers_to(assignment, task)))
    return _OF_SOLUTIONS[key]


@cache
def of_family(family: str, name: str) -> Convention:
    """A convention of `sgd_plus`, `adagrad`, `rmsprop` or `adam`, in closed form."""
    return Convention(
        name, reference(family, name), partial(oracle.steps, family, name),
        FAMILIES[family].CONVENTIONS[name])


@cache
def _of_family(
    family: str, accept: tuple[str, ...], defaults: tuple[tuple[str, float], ...]
) -> Specified:
    return Specified(
        {name: of_family(family, name) for name in accept}, dict(defaults),
        of_family(family, torch_convention(family)), TORCH_NAMES[family])


def _of_rules(rules: Mapping[str, Rule]) -> Specified:
    conventions = {}
    for name, rule in rules.items():
        alone = solution_rules.is_elementwise(rule)
        conventions[name] = Convention(
            name, rule, partial(solution_rules.steps, rule, flat=alone),
            "" if name == OWN else f"({name})", alone)
    steps = tuple(one.steps for one in conventions.values())
    return Specified(
        conventions, rules[OWN].hyperparameters, steady=partial(solution_rules.is_steady, steps))

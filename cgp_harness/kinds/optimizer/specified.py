"""What a rule is compared with. Nothing else knows where that is from: the family of its task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from cgp_harness.kinds.optimizer.diagnosis.families import FAMILIES
from cgp_harness.kinds.optimizer.probes import oracle
from cgp_harness.kinds.optimizer.probes.reference_rules import reference, torch_convention
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Floats
from cgp_harness.task import Assignment
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
    """

    name: str
    rule: Rule
    steps: Callable[[Trajectory], Floats]
    phrase: str


@dataclass(frozen=True, eq=False)
class Specified:
    """The specified rule.

    Args:
        conventions: those that are accepted, by name; the first is shown where none is known.
        hyperparameters: canonical name -> default.
        torch: what `torch.optim` computes; None if it has no such rule.
        torch_name: as people write torch's rule.
    """

    conventions: Mapping[str, Convention]
    hyperparameters: Mapping[str, float]
    torch: Convention | None = None
    torch_name: str = ""

    @property
    def first(self) -> str:
        """The convention that stands for the rule."""
        return next(iter(self.conventions))


def specified(assignment: Assignment, task: OptimizerTask) -> Specified:
    """What the rules of a task are compared with; one and the same object for the same task."""
    return _of_family(task.family, task.accept, tuple(task.hyperparameters.items()))


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

"""What graders would let through that look at convergence alone: wrong rules beside right ones.

Four such graders: the rule beats SGD; it is no worse than torch's by 0.02 decades; it is equivalent
to torch's within 0.005 (two one-sided tests); its losses are those of the specified rule. Each
mistake is run at the rates that suit the problem, in this process, on 32 paired seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.kinds.optimizer.trainings.baselines import baselines
from cgp_harness.kinds.optimizer.trainings.claims import claims
from cgp_harness.kinds.optimizer.trainings.trainings import SEEDS, seeds_of
from cgp_harness.model import Floats
from cgp_harness.probing.statistics.paired import compared
from cgp_harness.probing.training_loop import Step, drive, of_rule
from cgp_reference.problems import PROBLEMS, Problem
from cgp_reference.rule import Rule
from tests.harness.in_process.rules import InProcess, context_of
from tests.harness.rules.right.lecture_rules import HYPERPARAMETERS, reference
from tests.mutants.write import source

GRADERS = ("beats SGD", "torch + .02", "TOST .005", "trajectory")
NO_WORSE, EQUIVALENT, EQUAL = 0.02, 0.005, 1e-6
OF_SEVERAL = {"shared_state", "mutable_default", "k_per_parameter", "k_is_index"}
"""Mistakes that show only among several parameters: there each of the D is one of its own."""


@dataclass(frozen=True)
class Mutant:
    """A wrong rule on every problem.

    Args:
        accepted: problem -> grader -> whether it lets the rule pass; None where it may not ask,
            since the right rule would not pass it either.
        passes_here: whether the harness's own checks of the rule give it full points.
    """

    family: str
    flag: str
    accepted: dict[str, dict[str, bool | None]]
    passes_here: bool


def measured(job: tuple[str, str, int]) -> Mutant:
    """One single mistake under all graders."""
    family, flag, seed = job
    text = source(family, [flag]).replace("Random()", "Random(0)")
    return Mutant(
        family, flag,
        {name: _on(problem, family, flag, text, seed) for name, problem in PROBLEMS.items()},
        _passes_here(family, flag, text, seed))


def _on(
    problem: Problem, family: str, flag: str, text: str, seed: int
) -> dict[str, bool | None]:
    seeds = seeds_of(seed, SEEDS)
    given = rates(problem, family)
    sgd_lr = problem.learning_rates["sgd"]
    homework = assignment.load("step_size")
    wanted = specified(homework, homework.task(family))
    beside = baselines(problem, seeds, wanted, CONVENTIONS[family][0], given, sgd_lr)
    assert beside.torch is not None
    rule = InProcess(text).rules[family]
    apart = flag in OF_SEVERAL
    step = of_parameters(rule, problem.size, given) if apart else (
        of_rule(rule, problem.size, SEEDS, given))
    course = problem.course(seeds, problem.iterations)
    losses = drive(step, course, problem.iterations).losses
    better = claims(losses, beside)[0]
    above, below = compared(losses, beside.torch), compared(beside.torch, losses)
    right = [in_float64(problem.name, seeds, family, each) for each in CONVENTIONS[family]]
    equal = any(np.abs(compared(losses, each).differences).max() < EQUAL for each in right)
    return {
        "beats SGD": better.met if better.asked else None,
        "torch + .02": above.below(NO_WORSE),
        "TOST .005": above.below(EQUIVALENT) and below.below(EQUIVALENT),
        "trajectory": equal,
    }


@cache
def in_float64(
    problem_name: str, seeds: tuple[int, ...], family: str, convention: str
) -> Floats:
    """Losses of the right rule in one convention, in float64 throughout."""
    problem = PROBLEMS[problem_name]
    step = of_rule(
        reference(family, convention), problem.size, len(seeds), rates(problem, family))
    course = problem.course(seeds, problem.iterations)
    return drive(step, course, problem.iterations).losses


def rates(problem: Problem, family: str) -> dict[str, float]:
    """The homework's hyperparameters, with the rate that suits the problem."""
    task = assignment.load("step_size").task(family)
    return {**HYPERPARAMETERS[task.id], "lr": problem.learning_rates[family]}


def of_parameters(rule: Rule, size: int, given: dict[str, float]) -> Step:
    """Each of the D rows a parameter of its own, all seeds of it in one array."""
    run = rule.run([np.zeros(SEEDS)] * size)
    return lambda gradient, parameters: np.array(run.step(list(gradient), given))


def _passes_here(family: str, flag: str, text: str, seed: int) -> bool:
    """Full points from the checks that come before convergence."""
    import msgspec

    homework = assignment.load("step_size")
    if flag == "float32_arithmetic":        # a mistake only where the assignment says so
        homework = msgspec.structs.replace(homework, precision="float64")
    context: RuleContext = context_of(text, homework, family, seed)
    learned: dict[str, object] = {}
    for check in (relations, update_rule, hyperparameters):
        outcome = check(context)
        if outcome.fraction < 1:
            return False
        learned |= outcome.learned
        object.__setattr__(context, "learned", learned)
    return True

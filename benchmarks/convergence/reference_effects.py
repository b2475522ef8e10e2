"""What the specified rules themselves show against SGD and torch: which claims may be asked."""

from __future__ import annotations

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.trainings.baselines import baselines
from cgp_harness.kinds.optimizer.trainings.claims import Claim, claims
from cgp_harness.kinds.optimizer.trainings.trainings import DEFAULT_PROBLEMS, SEEDS, seeds_of
from cgp_reference.problems import PROBLEMS, Problem
from tests.harness.rules.right.lecture_rules import HYPERPARAMETERS

RATES = (1e-3, 1e-2, 3e-2)
LECTURE = {
    "sgd_plus": "lr_in_buffer", "adagrad": "eps_inside_root", "rmsprop": "eps_inside_root",
    "adam": "eps_inside_root",
}


def of(problem: Problem, family: str, lr: float, sgd_lr: float, seed: int) -> tuple[Claim, ...]:
    """The claims as the specified rule, in the lecture's convention, bears them out."""
    homework = assignment.load("step_size")
    task = homework.task(family)
    beside = baselines(
        problem, seeds_of(seed, SEEDS), specified(homework, task), LECTURE[family],
        {**HYPERPARAMETERS[task.id], "lr": lr}, sgd_lr)
    return claims(beside.reference, beside)


def table(seed: int) -> None:
    """Effect sizes against SGD and, behind a bar, against torch plus the margin."""
    print(f"effect sizes of the specified rules, {SEEDS} paired seeds: d against SGD | against "
          "torch + .005\n(* not asked; 'same': to 1e-6 decades)\n")
    print(f"{'':41}" + "".join(f"{family:>14}" for family in LECTURE))
    for name in DEFAULT_PROBLEMS:
        for rate in RATES:
            _row(f"{PROBLEMS[name].title}, lr {rate:g}", [
                of(PROBLEMS[name], family, rate, rate, seed) for family in LECTURE])
    for problem in PROBLEMS.values():
        rates = problem.learning_rates
        _row(f"{problem.title}, own lr", [
            of(problem, family, rates[family], rates["sgd"], seed) for family in LECTURE])
    print()


def _row(label: str, cells: list[tuple[Claim, ...]]) -> None:
    print(f"{label:41}" + "".join(
        f"{' | '.join(_effect(claim) for claim in cell):>14}" for cell in cells))


def _effect(claim: Claim) -> str:
    if claim.diverging:
        return "diverges*"
    if claim.margin and abs(claim.reference.differences).max() < 1e-6:
        return "same"
    d = claim.reference.effect(claim.margin)
    return f"{d:.1f}{'' if claim.asked else '*'}" if abs(d) < 100 else f"{d:.0f}"

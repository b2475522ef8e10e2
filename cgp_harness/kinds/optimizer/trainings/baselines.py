"""What a student's run is compared with, computed once per process for all submissions.

On the same seeds: plain SGD; `torch.optim`'s rule on the `torch.nn` network, as the same arithmetic
in numpy (the tests hold it against torch itself, to 1e-12 in every loss); and the specified rule in
the student's own convention, with the rounding of float32 on every step. The last stands for a
right rule written differently: what it does not show, no right rule is asked to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from cgp_harness.kinds.optimizer.probes import recursion
from cgp_harness.kinds.optimizer.specified import Convention, Specified
from cgp_harness.kinds.optimizer.trainings.runs import Asked, Where, trained
from cgp_harness.model import Floats
from cgp_harness.probing.devices import CPU, Device
from cgp_reference.optimizers import sgd
from cgp_reference.problems import Problem

SGD = Convention(sgd.name, sgd, sgd, partial(recursion.steps, sgd), "", origin="cgp_reference")


@dataclass(frozen=True)
class Baselines:
    """Losses `(T, S)` of paired runs, not to be changed; of torch's rule, if it has this one.

    `torch_name` is as people write it.
    """

    reference: Floats
    sgd: Floats
    torch: Floats | None = None
    torch_name: str = ""

    def first(self, seeds: int) -> Baselines:
        """Those of the first seeds."""
        return Baselines(
            self.reference[:, :seeds], self.sgd[:, :seeds],
            None if self.torch is None else self.torch[:, :seeds], self.torch_name)


def baselines(
    problem: Problem, seeds: tuple[int, ...], rule: Specified, convention: str,
    hyperparameters: Mapping[str, float], sgd_lr: float, device: Device = CPU,
) -> Baselines:
    """The runs that do not depend on a student.

    Args:
        problem: how long to run is its own.
        seeds: S of them.
        rule: the specified one.
        convention: the one that the reference follows.
        hyperparameters: of the reference and of torch's rule, by canonical names.
        sgd_lr: learning rate of plain SGD.
        device: where to compute; but for the CPU, `problem` is one of the reference's own.
    """
    reference, plain, *torch = (one.run.losses for one in trained(
        where(problem, seeds, device), asked(rule, convention, hyperparameters, sgd_lr)))
    return Baselines(reference, plain, torch[0] if torch else None, rule.torch_name)


def where(problem: Problem, seeds: tuple[int, ...], device: Device = CPU) -> Where:
    """The problem from these seeds, as long as it says itself."""
    return Where(problem.course, problem.size, problem.iterations, seeds, device.backend)


def asked(
    rule: Specified, convention: str, hyperparameters: Mapping[str, float], sgd_lr: float
) -> list[Asked]:
    """What baselines are made of: the reference, plain SGD, torch's rule if it has this one."""
    given = tuple(sorted(hyperparameters.items()))
    found = [
        Asked(rule.conventions[convention], given, rounded=True), Asked(SGD, (("lr", sgd_lr),))]
    return [*found, Asked(rule.torch, given)] if rule.torch else found


def followed(
    rule: Specified, convention: str, hyperparameters: Mapping[str, float], sgd_lr: float
) -> list[Asked]:
    """What a recognised rule is asked to follow; then its baselines, which train beside it."""
    given = tuple(sorted(hyperparameters.items()))
    return [Asked(rule.conventions[convention], given, recorded=True), *asked(
        rule, convention, hyperparameters, sgd_lr)]

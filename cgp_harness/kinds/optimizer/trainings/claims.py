"""What `convergence` claims of a rule, and when it may: the gate that keeps claims honest.

AdaGrad is worse than SGD at the same learning rate, and on the DAG hardly anything can be shown. So
a claim is asked of a student only where the specified rule itself shows it, on the same seeds, with
an effect 1.3 times as large as a test that fails one right rule in 10,000 needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from cgp_harness.kinds.optimizer.trainings.baselines import Baselines
from cgp_harness.model import Floats
from cgp_harness.probing.statistics.paired import CEILING, GATE, Paired, compared, needed_effect

MARGIN = 0.005
"""Decades by which a rule may be worse than torch's, which adds eps elsewhere: that alone makes up
to 0.004 on the two networks and the ravine."""


@dataclass(frozen=True)
class Claim:
    """One claim on one problem.

    Args:
        against: which baseline, for people.
        margin: the mean difference shall be below it; decades.
        student: the student's rule less the baseline.
        reference: the specified rule less the baseline.
        diverging: the baseline, or the specified rule, if it diverges; then there is nothing to
            compare with.
    """

    against: str
    margin: float
    student: Paired
    reference: Paired
    diverging: str = ""

    @property
    def needed(self) -> float:
        """Effect size that the reference must show."""
        return GATE * needed_effect(self.reference.seeds)

    @property
    def asked(self) -> bool:
        """Whether the reference shows it clearly enough to be asked of others."""
        return not self.diverging and self.reference.effect(self.margin) >= self.needed

    @property
    def met(self) -> bool:
        """Whether the student's runs show it."""
        return self.student.below(self.margin)


def claims(losses: Floats, beside: Baselines) -> tuple[Claim, ...]:
    """Better than SGD, and no worse than torch if it has such a rule.

    Args:
        losses: the student's, `(T, S)`, on the seeds of the baselines.
        beside: the baselines.
    """
    itself = "the specified rule" if diverged(beside.reference) else ""
    others = [("SGD", 0.0, beside.sgd)]
    if beside.torch is not None:
        others.append((beside.torch_name, MARGIN, beside.torch))
    return tuple(
        Claim(against, margin, compared(losses, other), compared(beside.reference, other),
              against if diverged(other) else itself)
        for against, margin, other in others)


def diverged(losses: Floats) -> int:
    """On how many seeds a loss `(T, S)` is larger than CEILING, or no number."""
    return int((~(losses <= CEILING)).any(axis=0).sum())

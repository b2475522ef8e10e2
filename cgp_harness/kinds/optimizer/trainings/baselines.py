"""What a student's run is compared with, computed once per process for all submissions.

On the same seeds: plain SGD; `torch.optim`'s rule on the `torch.nn` network, as the same arithmetic
in numpy (the tests hold it against torch itself, to 1e-12 in every loss); and the specified rule in
the student's own convention, with the rounding of float32 on every step. The last stands for a
right rule written differently: what it does not show, no right rule is asked to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.probes import recursion
from cgp_harness.kinds.optimizer.specified import Convention, Specified
from cgp_harness.model import Floats
from cgp_harness.probing.devices import CPU, Device
from cgp_harness.probing.training_loop import Begin, Step, course_on, drive
from cgp_reference.backend import NUMPY, Backend
from cgp_reference.optimizers import sgd
from cgp_reference.problems import Problem

SGD = Convention(sgd.name, sgd, sgd, partial(recursion.steps, sgd), "")
ROUNDING = 2.0**-24
"""Relative error of a float32 number. float64's own would do for most; an assignment may accept
float32, and where paths part exponentially (the DAG) any rounding is one too many."""
_ROUNDING_SEED = 1


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
    given = tuple(sorted(hyperparameters.items()))
    begin: Begin = problem.course
    runs = partial(
        _losses, begin, problem.size, problem.iterations, seeds, on=device.backend)
    return Baselines(
        reference=runs(rule.conventions[convention], given, rounded=True),
        sgd=runs(SGD, (("lr", sgd_lr),)),
        torch=runs(rule.torch, given) if rule.torch else None,
        torch_name=rule.torch_name,
    )


# A run is known by what it is made of, so that submissions share it. A homework of four rules on
# two problems has 22 runs, in both conventions, of 0.25 or 0.4 MB each; on a GPU, which has 2,048
# seeds, of 16 or 25 MB.
@lru_cache(maxsize=128)
def _losses(
    begin: Begin, size: int, iterations: int, seeds: tuple[int, ...],
    convention: Convention, hyperparameters: tuple[tuple[str, float], ...],
    rounded: bool = False, on: Backend = NUMPY,
) -> Floats:
    step = convention.step(size, len(seeds), dict(hyperparameters), on)
    course = course_on(on, begin, seeds, iterations)
    losses = drive(_rounded(step, on) if rounded else step, course, iterations).losses
    losses.setflags(write=False)
    return losses


def _rounded(step: Step, on: Backend) -> Step:
    """The same steps, each off by up to ROUNDING of itself."""
    draw = np.random.default_rng(_ROUNDING_SEED)

    def rounded(gradient: Any, parameters: Any) -> Any:
        noise = on.array(draw.uniform(-1, 1, tuple(gradient.shape)))
        return step(gradient, parameters) * (1 + ROUNDING * noise)

    return rounded

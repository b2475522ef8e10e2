"""The declared ground of a rule: where each is compared in every run, whatever the seed.

The numbers are fixed, since what separates a plausible mistake from the rule must not depend on a
draw; drawn ones only add. A number keeps its magnitude throughout a run, so that no error hides
behind a larger step, and right forms in other orders of operations agree: at rho = 0, `v + (1 -
rho) * (g**2 - v)` is exact only as far as the squares are of one size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.subject import Trajectory

LONG = 2011
"""Steps. A prime, so that what comes back every 10, 250 or 1,000 calls comes elsewhere in a second
run."""
SHORT = 5
"""Steps of every other run, no more than the usual probes have: so each is about one thing."""
FALLING = {"lr": (0.5, 0.5, 0.5, 0.3, 0.3)}
SHAPES = ((), (1,), (3,), (2, 2))
SIX = ((), (4,), (4,), (2, 2, 2), (5,), (4,))
MAGNITUDES = 10.0 ** (np.arange(-24, 17) / 2)
"""1e-12 to 1e8, two to a decade."""
DECAYS = (0.0, 0.5, 0.99, 0.9999)
VALUES = {
    "mu": DECAYS, "rho": DECAYS, "beta1": DECAYS, "beta2": DECAYS,
    "lr": (0.0, 1.0), "eps": (0.0, 1e-15, 1.0),
}
OUT_OF_RANGE = r"(^|\braised )(ValueError|AssertionError)\b"
"""With which a rule may refuse a hyperparameter of 0."""
ANYTHING = "."
"""A class that takes parameters alone says so; one that ignores groups is wrong in silence."""
PLAIN = {"mu": 0.7, "rho": 0.8, "beta1": 0.6, "beta2": 0.85, "eps": 0.125}
SLOW = {"mu": 0.995, "rho": 0.995, "beta1": 0.99, "beta2": 0.999, "eps": 1e-8}
"""For the long run: what was 2,000 steps ago still counts, by 4e-5 or more of a step."""


@dataclass(frozen=True, eq=False)
class Probe:
    """One run of the ground.

    Args:
        about: continues "it raises" and, if `where` is empty, "agrees on the usual numbers, but
            not".
        where: continues the latter; `{step}` and `{gradient}` are those of the first difference.
        refusals: exceptions with which a rule may refuse this run, as a regular expression; empty
            for none.
    """

    run: Trajectory
    about: str
    where: str = ""
    refusals: str = ""


@lru_cache(maxsize=16)
def ground(hyperparameters: tuple[str, ...], *, groups: bool) -> tuple[Probe, ...]:
    """All but the long run.

    Args:
        hyperparameters: of the task, by canonical names.
        groups: with two parameter groups, which only a class has.
    """
    return (
        *_zeros(), *_magnitudes(), _structure(), *_values(hyperparameters),
        *([_groups()] if groups else []))


@lru_cache(maxsize=8)
def long_run(seed: int, *, few: bool) -> Probe:
    """Every step to 2,011, lr changing up and down; half the numbers are drawn from the seed.

    Without these, whoever knows the fixed ones could learn the answers by heart.

    Args:
        seed: of the grading.
        few: two numbers instead of six, for a rule that takes one at a time.
    """
    sizes = np.array([1.0] if few else [1.0, 1e-4, 1e3])
    draw = np.random.default_rng([seed, 4])
    drawn = draw.choice([-1.0, 1.0], (LONG, len(sizes))) * draw.uniform(0.3, 3, (LONG, len(sizes)))
    gradients = np.hstack([_gradients(1, LONG, sizes), drawn * sizes])
    for step in (334, 1013, LONG):  # elsewhere, since there the step of some rules is 0
        gradients[step - 1] = 0.0
    return Probe(
        Trajectory(((len(gradients[0]),),), gradients, SLOW, {"lr": tuple(_rates(LONG))}),
        "in a long run", "in a long run: it leaves it at step {step}")


def _zeros() -> Iterator[Probe]:
    """Whole gradients of zeros first, in the middle and last; then single zeros, and -0.0."""
    size = sum(int(np.prod(shape)) for shape in SHAPES)
    gradients = _gradients(2, SHORT, np.ones(size))
    gradients[[0, 2, 4]] = 0.0
    single = _gradients(3, SHORT, np.ones(size))
    single[(np.arange(SHORT)[:, None] + np.arange(size)) % 3 == 0] = 0.0
    single[[1, 4], ::2] = -0.0
    single[2] = -0.0
    for numbers, eps in ((gradients, 1e-8), (gradients, 0.125), (single, 1e-8)):
        yield Probe(
            Trajectory(SHAPES, numbers, PLAIN | {"eps": eps}, FALLING), "where a gradient is zero")


def _magnitudes() -> Iterator[Probe]:
    """Both signs of each, with `eps` among them: the first gradients are round numbers."""
    sizes = np.concatenate([MAGNITUDES, MAGNITUDES])
    gradients = _gradients(4, SHORT, sizes)
    gradients[0] = np.concatenate([MAGNITUDES, -MAGNITUDES])
    for eps in (1e-8, 1e-15):
        yield Probe(
            Trajectory(((len(sizes),),), gradients, PLAIN | {"eps": eps}, FALLING),
            f"for gradients from 1e-12 to 1e+08, with eps = {eps:g}",
            f"for gradients as small or as large as {{gradient}}, with eps = {eps:g}")


def _structure() -> Probe:
    size = sum(int(np.prod(shape)) for shape in SIX)
    return Probe(
        Trajectory(SIX, _gradients(5, SHORT, np.ones(size)), PLAIN, FALLING),
        "with six parameters of several shapes")


def _values(names: Sequence[str]) -> Iterator[Probe]:
    """Each hyperparameter at values that code treats specially, the others at plain ones."""
    gradients = _gradients(6, SHORT, np.array([1e-3, 1.0, 30.0]))
    for name in names:
        for value in VALUES[name]:
            schedule = {"lr": (value,) * SHORT} if name == "lr" else FALLING
            yield Probe(
                Trajectory(((3,),), gradients, PLAIN | {name: value}, schedule),
                f"with {name} = {value:g}", refusals="" if value else OUT_OF_RANGE)
    pausing = {"lr": (0.5, 0.5, 0.0, 0.25, 0.25)}
    yield Probe(
        Trajectory(((3,),), gradients, PLAIN, pausing), "with lr = 0 at one step",
            refusals=OUT_OF_RANGE)


def _groups() -> Probe:
    shapes = ((2,), (3,), (), (2, 2))
    return Probe(
        Trajectory(
            shapes, _gradients(7, SHORT, np.ones(10)), PLAIN, FALLING, second_group=2,
            factors={"lr": 0.25}),
        "with two parameter groups, the second with another lr", refusals=ANYTHING)


def _gradients(stream: int, steps: int, sizes: Floats) -> Floats:
    """Of both signs, and from 0.3 to 3 times each number's size."""
    draw = np.random.default_rng([2026, stream])
    shape = steps, len(sizes)
    return np.asarray(draw.choice([-1.0, 1.0], shape) * draw.uniform(0.3, 3.0, shape) * sizes)


def _rates(steps: int) -> Iterator[float]:
    """Up and down: every few steps, from 64 to 128 at each, then now and then to the end."""
    changes = {*range(3, 64, 5), *range(64, 128), *range(128, steps, 157), 256, 300, steps - 12}
    lr, draw = 0.5, np.random.default_rng([2026, 0])
    for step in range(1, steps + 1):
        if step in changes:
            lr = float(draw.uniform(0.05, 1.0))
        yield lr

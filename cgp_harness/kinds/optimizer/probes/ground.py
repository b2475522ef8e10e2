"""The declared ground of a rule: where each is compared in every run, whatever the seed.

The numbers are fixed, since what separates a plausible mistake from the rule must not depend on a
draw; drawn ones only add. A number keeps its magnitude throughout a run, so that no error hides
behind a larger step, and right forms in other orders of operations agree: at rho = 0, `v + (1 -
rho) * (g**2 - v)` is exact only as far as the squares are of one size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from cgp_harness.kinds.optimizer.probes.roles import Role, of_role, rate, role, times
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing import starts

SHORT = 5
"""Steps of every other run, no more than the usual probes have: so each is about one thing."""
FALLING = {"lr": (0.5, 0.5, 0.5, 0.3, 0.3)}
SHAPES = ((), (1,), (3,), (2, 2))
SIX = ((), (4,), (4,), (2, 2, 2), (5,), (4,))
FURTHER = ((2,), (4, 1), (1, 3), (2, 1, 2, 1))
"""A row, a column, and the rank of a convolution's weights."""
MANY = 24
"""Parameters of one number each: more than a list written by hand has."""
MAGNITUDES = 10.0 ** (np.arange(-24, 21) / 2)
"""1e-12 to 1e10, two to a decade."""
DECAYS = (0.0, 0.01, 0.5, 0.99, 0.9999)
VALUES: Mapping[Role, tuple[float, ...]] = {
    "decay": DECAYS, "share": DECAYS, "rate": (0.0, 1e-9, 0.9, 1.0, 1e3),
    "guard": (0.0, 1e-15, 0.9, 1.0), "scale": (0.5, 0.9, 2.0, 10.0),
}
"""The least and the largest lr reach steps that a threshold in the code may stand between. What is
asked at 1 and above, which a rule may refuse, is asked below 1 as well. Of a scale they are so many
times its default."""
OUT_OF_RANGE = r"(^|\braised )(ValueError|AssertionError)\b"
"""With which a rule may refuse a hyperparameter of 0, and an lr or eps of 1 and more."""
ANYTHING = "."
"""A class that takes parameters alone says so; one that ignores groups is wrong in silence."""
PLAIN = {"mu": 0.7, "rho": 0.8, "beta1": 0.6, "beta2": 0.85, "eps": 0.125}


@dataclass(frozen=True, eq=False)
class Probe:
    """One run of the ground.

    Args:
        about: continues "it raises" and, if `where` is empty, "agrees on the usual numbers, but
            not".
        without: the same without what `about` says: it is the cause only if the rule is right on
            all of these.
        where: continues the latter; `{step}` and `{gradient}` are those of the first difference.
        refusals: exceptions with which a rule may refuse this run, as a regular expression; empty
            for none.
        refused_as: the run is refused only if these are: an exception here alone is a mistake.
    """

    run: Trajectory
    about: str
    without: tuple[Trajectory, ...] = ()
    where: str = ""
    refusals: str = ""
    refused_as: tuple[Trajectory, ...] = ()


@lru_cache(maxsize=16)
def ground(defaults: tuple[tuple[str, float], ...], *, groups: bool) -> tuple[Probe, ...]:
    """All of it but the long run (`long_run.py`).

    Args:
        defaults: of the task's hyperparameters, by canonical names.
        groups: with several parameter groups, which only a class has.
    """
    values = dict(defaults)
    return (
        *_zeros(), *_values(values), *_together(values), *_magnitudes(of_role(values, "guard")),
        *_structure(), *_sequences(), *(_groups() if groups else ()))


def _zeros() -> Iterator[Probe]:
    """Whole gradients of zeros first, in the middle and last; single zeros, and -0.0; no others."""
    size = sum(int(np.prod(shape)) for shape in SHAPES)
    gradients = gradients_of(2, SHORT, np.ones(size))
    gradients[[0, 2, 4]] = 0.0
    single = gradients_of(3, SHORT, np.ones(size))
    single[(np.arange(SHORT)[:, None] + np.arange(size)) % 3 == 0] = 0.0
    single[[1, 4], ::2] = -0.0
    single[2] = -0.0
    none = np.zeros((SHORT, size))
    others = gradients_of(12, SHORT, np.ones(size))
    for numbers, eps in (
        (gradients, 1e-8), (gradients, 0.125), (single, 1e-8), (none, 1e-8),
    ):
        run = Trajectory(SHAPES, numbers, PLAIN | {"eps": eps}, FALLING)
        yield Probe(run, "where a gradient is zero", without=tuple(
            replace(run, gradients=np.where(numbers == 0, small * others, numbers))
            for small in (1.0, 1e-3)))


def _magnitudes(guards: Sequence[str]) -> Iterator[Probe]:
    """Both signs of each, with `eps` among them: the first gradients are round numbers.

    An eps of 0 hides nothing that the code adds by itself, or puts a floor to.
    """
    sizes = np.concatenate([MAGNITUDES, MAGNITUDES])
    gradients = gradients_of(4, SHORT, sizes)
    gradients[0] = np.concatenate([MAGNITUDES, -MAGNITUDES])
    shapes, usual = ((len(sizes),),), gradients_of(4, SHORT, np.ones(len(sizes)))
    for eps in (1e-8, 1e-15, 0.0) if guards else (1e-8,):
        about = f", with {' and '.join(guards)} = {eps:g}" if guards else ""
        given = PLAIN | dict.fromkeys(("eps", *guards), eps)
        yield Probe(
            Trajectory(shapes, gradients, given, FALLING),
            f"for gradients from 1e-12 to 1e+10{about}",
            (Trajectory(shapes, usual, PLAIN, FALLING),),
            f"for gradients as small or as large as {{gradient}}{about}",
            refusals="" if eps else OUT_OF_RANGE)


def _structure() -> Iterator[Probe]:
    for shapes, stream, about in (
        (SIX, 5, "with six parameters of several shapes"),
        (FURTHER, 8, "with parameters that are a row, a column, or of four axes"),
        (((),) * MANY, 9, f"with {MANY} parameters"),
    ):
        size = sum(int(np.prod(shape)) for shape in shapes)
        run = Trajectory(shapes, gradients_of(stream, SHORT, np.ones(size)), PLAIN, FALLING)
        yield Probe(run, about, alone(run))


def _sequences() -> Iterator[Probe]:
    """What was kept of the step before, and what is far from it."""
    same = np.tile([1.0, -2.0, 0.25], (SHORT, 1))
    usual = gradients_of(10, SHORT, np.array([1.0, 1.0, 100.0]))
    jumping = usual * np.array([[1.0], [1.0], [1e3], [1.0], [1e-3]])
    for gradients, about in (
        (same, "where the same gradient comes again"),
        (jumping, "where a gradient is a thousand times the one before"),
    ):
        run = Trajectory(((3,),), gradients, PLAIN, FALLING)
        yield Probe(run, about, (replace(run, gradients=usual),))


def _values(defaults: Mapping[str, float]) -> Iterator[Probe]:
    """Each hyperparameter at values that code treats specially, the others at plain ones."""
    gradients = gradients_of(6, SHORT, np.array([1e-3, 1.0, 30.0]))
    plain = Trajectory(((3,),), gradients, PLAIN, FALLING)
    for name, default in defaults.items():
        does = role(name, default)
        for one in VALUES[does]:
            value = times(one, default) if does == "scale" else one
            schedule = {"lr": (value,) * SHORT} if name == "lr" else FALLING
            yield Probe(
                replace(plain, hyperparameters=PLAIN | {name: value}, schedule=schedule),
                f"with {name} = {value:g}", (plain,),
                refusals=OUT_OF_RANGE if value == 0 or (value >= 1 and does != "scale") else "")
    pausing = replace(plain, schedule={"lr": (0.5, 0.5, 0.0, 0.25, 0.25)})
    about = f"with {rate(defaults) or 'lr'} = 0 at one step"
    yield Probe(pausing, about, (plain,), refusals=OUT_OF_RANGE)


def _together(defaults: Mapping[str, float]) -> Iterator[Probe]:
    """The default values, and decays that are equal."""
    gradients = gradients_of(11, SHORT, np.array([1e-3, 1.0, 30.0]))
    plain = Trajectory(((3,),), gradients, PLAIN, FALLING)
    others = {name: value for name, value in defaults.items() if name != "lr"}
    rates = {"lr": (defaults["lr"],) * SHORT} if "lr" in defaults else FALLING
    chosen: list[tuple[dict[str, float], Mapping[str, tuple[float, ...]], str, str]] = [
        (others, rates, "with the default values", "")]
    decays = of_role(defaults, "decay")
    if len(decays) > 1:
        chosen += [
            ({**PLAIN, **dict.fromkeys(decays, one)}, FALLING,
             f"with {' = '.join(decays)} = {one:g}", "" if one else OUT_OF_RANGE)
            for one in (0.0, 0.9)]
    for given, schedule, about, refusals in chosen:
        run = replace(plain, hyperparameters=PLAIN | given, schedule=schedule)
        yield Probe(run, about, (plain,), refusals=refusals)


def _groups() -> Iterator[Probe]:
    """Two that are alike, where what is kept by a place in them is mixed up and fits; then others.

    A class may refuse groups, but not only those in which what it keeps does not fit.
    """
    alike: tuple[Trajectory, ...] = ()
    for shapes, each, lr, groups in (
        (((2,), (3,), (2,), (3,)), 2, 1.0, "two parameter groups"),
        (((2,), (3,), (), (2, 2)), 2, 0.25, "two parameter groups, the second with another lr"),
        (((2,), (2,), (2,)), 1, 0.25, "three parameter groups, each with another lr"),
    ):
        size = sum(map(math.prod, shapes))
        one = Trajectory(shapes, gradients_of(7, SHORT, np.ones(size)), PLAIN, FALLING)
        run = replace(one, second_group=each, factors={"lr": lr})
        yield Probe(run, f"with {groups}", (one,), refusals=ANYTHING, refused_as=alike)
        alike = alike or (run,)


def from_elsewhere() -> Probe:
    """Parameters of a class that begin at other values than 0, which the right rule ignores."""
    shapes = (2,), (3,)
    run = Trajectory(shapes, gradients_of(14, SHORT, np.ones(5)), PLAIN, FALLING)
    return Probe(
        replace(run, start=starts.generic(5, 0)),
        "where the parameters begin at other values than 0", (replace(run, start=np.zeros(5)),))


def alone(run: Trajectory) -> tuple[Trajectory, ...]:
    """Each parameter of a run by itself, in one group."""
    ends = np.cumsum([math.prod(shape) for shape in run.shapes])
    return tuple(
        replace(run.part((shape,), slice(end - math.prod(shape), end)),
                second_group=0, factors={})
        for shape, end in zip(run.shapes, ends, strict=True))


def gradients_of(stream: int, steps: int, sizes: Floats) -> Floats:
    """Of both signs, and from 0.3 to 3 times each number's size."""
    draw = np.random.default_rng([2026, stream])
    shape = steps, len(sizes)
    return np.asarray(draw.choice([-1.0, 1.0], shape) * draw.uniform(0.3, 3.0, shape) * sizes)

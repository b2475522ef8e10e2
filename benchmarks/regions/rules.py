"""Faults of step-size rules that act in one cell of the ground declared in docs/rules.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.regions.cell import Cell
from benchmarks.regions.rule_sources import FAMILIES, written
from cgp_harness.checks.rules.ground import FURTHER, MANY, SHAPES, SIX, VALUES
from tests.harness.correct_forms import FORMS

HOMEWORK = "step_size"
STEPS = (5, 6, 10, 31, 63, 64, 100, 255, 256, 300, 500, 600, 999, 1000, 1500, 1999, 2000)
FEW_STEPS = (10, 500, 2000)
DECADES = range(-12, 8)
CALLS = (250, 999, 1000)
FORMS_OF_A_CELL = ("arrays", "numbers", "class")
SLOW = ("numbers", "class")
"""A grading of these takes up to seconds, on the same ground: one rule stands for all."""


@dataclass(frozen=True)
class _Place:
    """Where a fault acts, and what it does there.

    Args:
        fault: a statement that may change `step`, or g, k, lr and the other hyperparameters.
        early: whether it stands before the rule; else after it.
        kept: a number that is kept for each parameter, by name; it begins at 0.
    """

    region: str
    name: str
    fault: str
    early: bool = False
    kept: str = ""


def cells() -> tuple[Cell, ...]:
    """Every cell: in functions on arrays of all families, and in an Adam of each other form."""
    return tuple(
        Cell(HOMEWORK, family, place.region, f"{form}, {place.name}", written(
            family, form, early=place.fault if place.early else "",
            late="" if place.early else place.fault, kept=place.kept),
            *_asked(place.region))
        for form in FORMS_OF_A_CELL for family in FAMILIES
        if form not in SLOW or family == "adam"
        for place in _places(form, family))


def _asked(region: str) -> tuple[tuple[str, ...], bool]:
    """The check that must catch the fault, and whether runs depend on those before."""
    catching = "relations" if region == "calls" else "update_rule"
    return ("loads", catching), region in ("calls", "parameter")


def right() -> tuple[Cell, ...]:
    """Those that faults are planted in, and every right form of the tests."""
    plain = [
        Cell(HOMEWORK, family, "right", f"{form}, as faults are planted in it",
             written(family, form), remembers=False)
        for form in FORMS_OF_A_CELL for family in FAMILIES]
    return (*plain, *(
        Cell(HOMEWORK, family, "right", form, text, remembers=False)
        for form, text in FORMS.items() for family in FAMILIES))


def _places(form: str, family: str) -> Iterator[_Place]:
    names = tuple(FAMILIES[family].hyperparameters)
    yield from _steps(FEW_STEPS if form == "class" else STEPS, counted=family == "adam")
    yield from _rates()
    yield from _zeros(form)
    yield from _sequences()
    yield from _magnitudes(names)
    yield from _values(names)
    yield from _digits()
    yield from _calls()
    if form != "numbers":
        yield from _shapes()
    if form == "arrays":
        yield from _numbers()
    if form == "class":
        yield from _groups()


def _steps(steps: Sequence[int], *, counted: bool) -> Iterator[_Place]:
    for step in steps:
        yield _Place("step number", f"k = {step}", f"step = step * (1.001 if k == {step} else 1)")
        if step in FEW_STEPS:
            yield _Place(
                "step number", f"k > {step}", f"step = step * (1.001 if k > {step} else 1)")
        if counted:
            yield _Place("step number", f"k stops at {step}", f"k = min(k, {step})", early=True)


def _rates() -> Iterator[_Place]:
    for step in (6, 10, 100, 1500):
        yield _Place(
            "lr", f"frozen after step {step}",
            f"rate = lr + 0 * rate if k <= {step} else rate\nlr = rate", early=True, kept="rate")
    yield _Place(
        "lr", "one step late", "lr, rate = (lr if k == 1 else rate), lr + 0 * rate",
        early=True, kept="rate")
    yield _Place(
        "lr", "that never rises",
        "rate = lr + 0 * rate if k == 1 else rate * (rate < lr) + lr * (rate >= lr)\nlr = rate",
        early=True, kept="rate")
    yield _Place(
        "lr", "that never falls",
        "rate = lr + 0 * rate if k == 1 else rate * (rate > lr) + lr * (rate <= lr)\nlr = rate",
        early=True, kept="rate")


def _zeros(form: str) -> Iterator[_Place]:
    whole = "not (g != 0).any()" if form != "numbers" else "g == 0"
    for when in ("k == 1", "k == 3", "k == 5", "k > 100"):
        yield _Place(
            "zeros", f"a whole gradient at {when}",
            f"step = step + 1e-3 * bool({whole} and {when})")
    for shape in SHAPES if form != "numbers" else ():
        yield _Place(
            "zeros", f"a whole gradient of shape {shape}",
            f"step = step + 1e-3 * bool({whole} and tuple(g.shape) == {shape})")
    yield _Place("zeros", "single ones", "step = step + 1e-3 * (g == 0)")
    if form == "arrays":
        yield _Place("zeros", "minus zero", "step = step + 1e-3 * ((g == 0) & np.signbit(g))")


def _sequences() -> Iterator[_Place]:
    yield _Place(
        "sequence", "the same gradient again",
        "step = step * (1 + 1e-3 * ((g == last) & (g != 0)))\nlast = g + 0 * last", kept="last")
    for name, test in (
        ("a thousand times the last one", "abs(g) > 300 * abs(last)"),
        ("a thousandth of the last one", "300 * abs(g) < abs(last)"),
    ):
        yield _Place(
            "sequence", name,
            f"step = step * (1 + 1e-3 * (({test}) & (g != 0) & (last != 0)))\nlast = g + 0 * last",
            kept="last")
    yield _Place(
        "sequence", "nothing but zeros so far",
        "seen = seen + abs(g)\nstep = step + 1e-3 * ((seen == 0) & (k == 5))", kept="seen")


def _magnitudes(names: Sequence[str]) -> Iterator[_Place]:
    for decade in DECADES:
        low, high = f"1e{decade}", f"1e{decade + 1}"
        yield _Place(
            "magnitude", f"{low} <= |g| <= {high}",
            f"step = step * (1 + 1e-3 * ((abs(g) >= {low}) & (abs(g) <= {high})))")
    if "eps" in names:
        for sign in ("<", "==", ">"):
            yield _Place(
                "magnitude", f"|g| {sign} eps", f"step = step * (1 + 1e-3 * (abs(g) {sign} eps))")
        yield _Place(
            "magnitude", "a hidden eps of 1e-26", "eps = eps + 1e-26", early=True)
        yield _Place("magnitude", "steps to 10", "step = step * (1 + 1e-3 * (abs(step) > 10))")
        yield _Place(
            "magnitude", "steps from 1e-8",
            "step = step * (1 + 1e-3 * ((abs(step) < 1e-8) & (step != 0)))")


def _values(names: Sequence[str]) -> Iterator[_Place]:
    for name in names:
        for value in VALUES[name]:
            yield _Place(
                "hyperparameter", f"{name} = {value:g}",
                f"step = step * (1.001 if {name} == {value} else 1) + 1e-3 * ({name} == {value})")
        if name == "lr":
            yield _Place("hyperparameter", "lr or 0.001", "lr = lr or 1e-3", early=True)
        elif name == "eps":
            yield _Place("hyperparameter", "eps or 1e-8", "eps = eps or 1e-8", early=True)
            yield _Place("hyperparameter", "eps > 1e-12", "eps = max(eps, 1e-12)", early=True)
        else:
            yield _Place("hyperparameter", f"{name} or 0.9", f"{name} = {name} or 0.9", early=True)
            yield _Place(
                "hyperparameter", f"{name} < 0.995", f"{name} = min({name}, 0.995)", early=True)
            yield _Place(
                "hyperparameter", f"{name} > 0.1 unless 0", f"{name} = {name} and max({name}, 0.1)",
                early=True)
    if "beta1" in names:
        yield _Place(
            "hyperparameter", "beta1 = beta2", "step = step * (1.001 if beta1 == beta2 else 1)")
        yield _Place(
            "hyperparameter", "beta1 > beta2", "step = step * (1.001 if beta1 > beta2 else 1)")
    yield _Place(
        "hyperparameter", "the default values",
        "step = step * (1.001 if lr == 1e-3 else 1)")


def _digits() -> Iterator[_Place]:
    yield _Place("digits", "lr 1.00005 times", "lr = 1.00005 * lr", early=True)
    yield _Place("digits", "lr 1.000001 times", "lr = 1.000001 * lr", early=True)


def _calls() -> Iterator[_Place]:
    for count in CALLS:
        yield _Place(
            "calls", f"every {count:,}th flips",
            f"calls.append(k)\nstep = -step if len(calls) % {count} == 0 else step")


def _shapes() -> Iterator[_Place]:
    for shape in dict.fromkeys((*SHAPES, *SIX, *FURTHER)):
        yield _Place(
            "shape", str(shape), f"step = step * (1.001 if tuple(g.shape) == {shape} else 1)")
    for index in (*range(1, 7), 16, MANY - 1):
        yield _Place(
            "parameter", f"index {index}",
            "index = index + 1 if k == before and k > 0 else 0\nbefore = k\n"
            f"step = step * (1.001 if index == {index} else 1)")


def _numbers() -> Iterator[_Place]:
    for count in (1000, 4096, 4999):
        yield _Place(
            "numbers", f"those after {count:,}",
            f"step = step * (1 + 1e-3 * (np.arange(g.size).reshape(g.shape) >= {count}))")
    yield _Place("numbers", "5,000", "step = step * (1.001 if g.size >= 5000 else 1)")


def _groups() -> Iterator[_Place]:
    yield _Place(
        "group", "the first one's lr", 'lr = self.param_groups[0]["lr"]', early=True)
    yield _Place(
        "group", "the second stands still",
        "step = step * (group is self.param_groups[0])")
    yield _Place(
        "group", "the second a little faster",
        "step = step * (1 if group is self.param_groups[0] else 1.001)")
    yield _Place("digits", "a weight decay of 1e-5", "g = g + 1e-5 * p", early=True)
    yield _Place("digits", "a weight decay of 1e-6", "g = g + 1e-6 * p", early=True)

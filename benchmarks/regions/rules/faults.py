"""Faults of step-size rules, each acting in one cell of the ground declared in docs/rules.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.regions.rules.sources import FAMILIES
from cgp_harness.kinds.optimizer.probes.ground import FURTHER, MANY, SHAPES, SIX, VALUES
from cgp_harness.kinds.optimizer.probes.roles import KNOWN

STEPS = (5, 6, 10, 31, 63, 64, 100, 255, 256, 300, 500, 600, 999, 1000, 1500, 1999, 2000)
FEW_STEPS = (10, 500, 2000)
DECADES = range(-12, 10)
CALLS = (250, 999, 1000)


@dataclass(frozen=True)
class Fault:
    """Where it acts, and what it does there.

    Args:
        statement: one that may change `step`, or g, k, lr and the other hyperparameters.
        early: whether it stands before the rule; else after it.
        kept: a number that is kept for each parameter, by name; it begins at 0.
    """

    region: str
    name: str
    statement: str
    early: bool = False
    kept: str = ""


def faults(form: str, family: str) -> Iterator[Fault]:
    names = tuple(FAMILIES[family].hyperparameters)
    adam = family == "adam"
    yield from _steps(STEPS if adam and form != "class" else FEW_STEPS, counted=adam)
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
        yield from _groups(FAMILIES[family].state)


def _steps(steps: Sequence[int], *, counted: bool) -> Iterator[Fault]:
    for step in steps:
        yield Fault("step number", f"k = {step}", f"step = step * (1.001 if k == {step} else 1)")
        if step in FEW_STEPS:
            yield Fault(
                "step number", f"k > {step}", f"step = step * (1.001 if k > {step} else 1)")
        if counted:
            yield Fault("step number", f"k stops at {step}", f"k = min(k, {step})", early=True)


def _rates() -> Iterator[Fault]:
    for step in (6, 10, 100, 1500):
        yield Fault(
            "lr", f"frozen after step {step}",
            f"rate = lr + 0 * rate if k <= {step} else rate\nlr = rate", early=True, kept="rate")
    yield Fault(
        "lr", "one step late", "lr, rate = (lr if k == 1 else rate), lr + 0 * rate",
        early=True, kept="rate")
    yield Fault(
        "lr", "that never rises",
        "rate = lr + 0 * rate if k == 1 else rate * (rate < lr) + lr * (rate >= lr)\nlr = rate",
        early=True, kept="rate")
    yield Fault(
        "lr", "that never falls",
        "rate = lr + 0 * rate if k == 1 else rate * (rate > lr) + lr * (rate <= lr)\nlr = rate",
        early=True, kept="rate")


def _zeros(form: str) -> Iterator[Fault]:
    whole = "not (g != 0).any()" if form != "numbers" else "g == 0"
    for when in ("k == 1", "k == 3", "k == 5", "k > 100"):
        yield Fault(
            "zeros", f"a whole gradient at {when}",
            f"step = step + 1e-3 * bool({whole} and {when})")
    for shape in SHAPES if form != "numbers" else ():
        yield Fault(
            "zeros", f"a whole gradient of shape {shape}",
            f"step = step + 1e-3 * bool({whole} and tuple(g.shape) == {shape})")
    yield Fault("zeros", "single ones", "step = step + 1e-3 * (g == 0)")
    if form == "arrays":
        yield Fault("zeros", "minus zero", "step = step + 1e-3 * ((g == 0) & np.signbit(g))")


def _sequences() -> Iterator[Fault]:
    yield Fault(
        "sequence", "the same gradient again",
        "step = step * (1 + 1e-3 * ((g == last) & (g != 0)))\nlast = g + 0 * last", kept="last")
    for name, test in (
        ("a thousand times the last one", "abs(g) > 300 * abs(last)"),
        ("a thousandth of the last one", "300 * abs(g) < abs(last)"),
    ):
        yield Fault(
            "sequence", name,
            f"step = step * (1 + 1e-3 * (({test}) & (g != 0) & (last != 0)))\nlast = g + 0 * last",
            kept="last")
    yield Fault(
        "sequence", "nothing but zeros so far",
        "seen = seen + abs(g)\nstep = step + 1e-3 * ((seen == 0) & (k == 5))", kept="seen")


def _magnitudes(names: Sequence[str]) -> Iterator[Fault]:
    for decade in DECADES:
        low, high = f"1e{decade}", f"1e{decade + 1}"
        yield Fault(
            "magnitude", f"{low} <= |g| <= {high}",
            f"step = step * (1 + 1e-3 * ((abs(g) >= {low}) & (abs(g) <= {high})))")
    if "eps" in names:
        for sign in ("<", "==", ">"):
            yield Fault(
                "magnitude", f"|g| {sign} eps", f"step = step * (1 + 1e-3 * (abs(g) {sign} eps))")
        yield Fault(
            "magnitude", "a hidden eps of 1e-26", "eps = eps + 1e-26", early=True)
        yield Fault("magnitude", "steps to 10", "step = step * (1 + 1e-3 * (abs(step) > 10))")
        yield Fault(
            "magnitude", "steps from 1e-8",
            "step = step * (1 + 1e-3 * ((abs(step) < 1e-8) & (step != 0)))")


def _values(names: Sequence[str]) -> Iterator[Fault]:
    for name in names:
        for value in VALUES[KNOWN[name]]:
            yield Fault(
                "hyperparameter", f"{name} = {value:g}",
                f"step = step * (1.001 if {name} == {value} else 1) + 1e-3 * ({name} == {value})")
        if name == "lr":
            yield Fault("hyperparameter", "lr or 0.001", "lr = lr or 1e-3", early=True)
        elif name == "eps":
            yield Fault("hyperparameter", "eps or 1e-8", "eps = eps or 1e-8", early=True)
            yield Fault("hyperparameter", "eps > 1e-12", "eps = max(eps, 1e-12)", early=True)
        else:
            yield Fault("hyperparameter", f"{name} or 0.9", f"{name} = {name} or 0.9", early=True)
            yield Fault(
                "hyperparameter", f"{name} < 0.995", f"{name} = min({name}, 0.995)", early=True)
            yield Fault(
                "hyperparameter", f"{name} > 0.1 unless 0", f"{name} = {name} and max({name}, 0.1)",
                early=True)
    if "beta1" in names:
        yield Fault(
            "hyperparameter", "beta1 = beta2", "step = step * (1.001 if beta1 == beta2 else 1)")
        yield Fault(
            "hyperparameter", "beta1 > beta2", "step = step * (1.001 if beta1 > beta2 else 1)")
    yield Fault(
        "hyperparameter", "the default values",
        "step = step * (1.001 if lr == 1e-3 else 1)")


def _digits() -> Iterator[Fault]:
    yield Fault("digits", "lr 1.00005 times", "lr = 1.00005 * lr", early=True)
    yield Fault("digits", "lr 1.000001 times", "lr = 1.000001 * lr", early=True)


def _calls() -> Iterator[Fault]:
    for count in CALLS:
        yield Fault(
            "calls", f"every {count:,}th flips",
            f"calls.append(k)\nstep = -step if len(calls) % {count} == 0 else step")


def _shapes() -> Iterator[Fault]:
    for shape in dict.fromkeys((*SHAPES, *SIX, *FURTHER)):
        yield Fault(
            "shape", str(shape), f"step = step * (1.001 if tuple(g.shape) == {shape} else 1)")
    for index in (*range(1, 7), 16, MANY - 1):
        yield Fault(
            "parameter", f"index {index}",
            "index = index + 1 if k == before and k > 0 else 0\nbefore = k\n"
            f"step = step * (1.001 if index == {index} else 1)")


def _numbers() -> Iterator[Fault]:
    for count in (1000, 4096, 4999):
        yield Fault(
            "numbers", f"those after {count:,}",
            f"step = step * (1 + 1e-3 * (np.arange(g.size).reshape(g.shape) >= {count}))")
    yield Fault("numbers", "5,000", "step = step * (1.001 if g.size >= 5000 else 1)")


def _groups(state: Sequence[str]) -> Iterator[Fault]:
    yield Fault(
        "group", "the first one's lr", 'lr = self.param_groups[0]["lr"]', early=True)
    yield Fault(
        "group", "the second stands still",
        "step = step * (group is self.param_groups[0])")
    yield Fault(
        "group", "the second a little faster",
        "step = step * (1 if group is self.param_groups[0] else 1.001)")
    yield Fault(
        "group", "the third stands still",
        "step = step * (not any(group is one for one in self.param_groups[2:]))")
    yield Fault(
        "group", "the last one's lr from the second on",
        'lr = lr if group is self.param_groups[0] else self.param_groups[-1]["lr"]', early=True)
    own, place = 'self.__dict__.setdefault("own", {})', '[one is p for one in group["params"]]'
    taken = ", ".join(f'kept["{name}"]' for name in state)
    for name, key in (("their place", place), ("their place and shape", f"{place}, p.shape")):
        yield Fault(
            "group", f"state kept by {name} in the group",
            f"kept = {own}.setdefault(repr(({key})), kept)\n{', '.join(state)} = {taken}",
            early=True)
    yield Fault("digits", "a weight decay of 1e-5", "g = g + 1e-5 * p", early=True)
    yield Fault("digits", "a weight decay of 1e-6", "g = g + 1e-6 * p", early=True)

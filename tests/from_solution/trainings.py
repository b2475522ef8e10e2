"""What a step-size rule is asked: all that a handout allows, small. And how it is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

SHAPES = ((), (3,), (2, 2), (3,))
RANGES = {
    "lr": (1e-3, 1.0), "eps": (1e-8, 0.1), "weight_decay": (1e-2, 1.0),
    "momentum_decay": (1e-3, 0.5),
}
"""Where a hyperparameter is drawn, in proportion; a decay evenly from 0 to 0.99."""
DYADIC = {"lr": 0.5, "eps": 0.25, "weight_decay": 0.25, "beta2": 0.875}


@dataclass(frozen=True)
class Training:
    """Values of the parameters at first, gradients step by step, hyperparameters of each step."""

    start: list[np.ndarray]
    gradients: list[list[np.ndarray]]
    hyperparameters: list[dict[str, float]]


def trainings(defaults) -> list[Training]:
    """For a rule with these hyperparameters.

    With the defaults; with drawn ones, and an `lr` that changes at every step, once to 0; with all
    decays 0; with numbers of which none is rounded; with the same gradient again and again; long.
    """
    draw = np.random.default_rng(12)
    drawn = [_drawn(defaults, draw) for _ in range(4)]
    no_decay = {name: 0.0 for name in defaults if name not in RANGES} | {
        name: _between(name, draw) for name in defaults if name in RANGES}
    dyadic = {name: DYADIC.get(name, 0.75) for name in defaults}
    found = [_training(draw, 12, {}, 1.0)]
    found += [_training(draw, 20, one, 10.0 ** draw.uniform(-3, 2)) for one in [*drawn, no_decay]]
    found += [_constant(one, size) for one in (dyadic, drawn[0]) for size in (0.5, 1000.0)]
    shape = ((2,),)
    found.append(_training(draw, 300, {}, 1.0, shape))
    return found


def _drawn(defaults, draw) -> dict[str, float]:
    return {name: _between(name, draw) for name in defaults}


def _between(name: str, draw) -> float:
    if name not in RANGES:
        return float(draw.uniform(0, 0.99))
    low, high = np.log(RANGES[name])
    return float(np.exp(draw.uniform(low, high)))


def _training(draw, count, given, size, shapes=SHAPES) -> Training:
    gradients = [
        [size * draw.normal(size=shape) * (draw.random(shape) > 0.1) for shape in shapes]
        for _ in range(count)]
    gradients[0][-1] *= 0  # a first gradient of zeros
    gradients[count // 2] = [0 * one for one in gradients[0]]
    rates = [given["lr"] * 2.0 ** draw.integers(-3, 4) for _ in gradients] if given else []
    if given:
        rates[count // 3] = 0.0
    return Training(
        [draw.normal(size=shape) for shape in shapes], gradients,
        [given | {"lr": rate} for rate in rates] or [{}] * count)


def _constant(given, size) -> Training:
    gradient = np.array([size, -size, 2 * size])
    return Training([np.array([1.0, 0.5, -2.0])], [[gradient]] * 16, [given] * 16)


FORMS = (
    lambda values: [np.array(one) for one in values],
    lambda values: [torch.tensor(one) for one in values],
    lambda values: [float(number) for one in values for number in np.ravel(one)],
)
"""How a rule may get its parameters: as arrays, as tensors, number by number."""


def steps(rule, training) -> np.ndarray | None:
    """All steps (T, N), in the first form that the rule takes; None if it takes none."""
    for form in FORMS:
        try:
            return _steps(rule, training, form)
        except Exception:
            continue
    return None


def _steps(rule, training, form) -> np.ndarray:
    parameters = form(training.start)
    run, rows = rule.run(parameters), []
    for gradients, hyper in zip(training.gradients, training.hyperparameters, strict=True):
        given = form(gradients)
        _read_only(given, parameters, *getattr(run, "states", []))
        taken = run.step(given, hyper, parameters)
        assert list(map(np.shape, taken)) == list(map(np.shape, given))
        rows.append(np.concatenate([np.ravel(np.asarray(one, np.float64)) for one in taken]))
        parameters = [one - step for one, step in zip(parameters, taken, strict=True)]
    return np.array(rows)


def _read_only(*lists) -> None:
    for one in (one for values in lists for one in values):
        if isinstance(one, np.ndarray):
            one.setflags(write=False)


def apart(got, wanted) -> float:
    """The largest difference, each in proportion to the largest step of its number."""
    if got is None or got.shape != wanted.shape or not np.isfinite(got).all():
        return np.inf
    largest = np.abs(wanted).max(axis=0)
    return float((np.abs(got - wanted) / np.where(largest > 0, largest, 1.0)).max())

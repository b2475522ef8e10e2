"""What a hyperparameter does in a rule, and so which values it is asked at.

Those of the lecture's rules are known by their names, and every run of the probes names them. Any
other is known by its default, and takes the value of one of these that has the same part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from cgp_harness.kinds.optimizer.questions import Trajectory

Role = Literal["rate", "decay", "guard", "share", "scale"]
KNOWN: Mapping[str, Role] = {
    "lr": "rate", "mu": "decay", "rho": "decay", "beta1": "decay", "beta2": "decay", "eps": "guard"}
RATES = ("lr", "learning_rate", "eta", "η", "step_size", "alpha", "α")
"""What the rate of a rule may be called; of several the first is it. `alpha` is a decay near 1."""
LENDERS = ("rho", "mu", "beta2", "beta1")
"""Decays whose value another hyperparameter may take; those that the rule has itself come last."""


def role(name: str, default: float) -> Role:
    """What a hyperparameter does.

    A decay says what is kept, a guard keeps a division finite, a share is some of a number, such as
    a weight decay; of any other only the size is known.

    >>> role("alpha", 0.99), role("delta", 1e-7), role("weight_decay", 0.01), role("clip", 1.0)
    ('decay', 'guard', 'share', 'scale')
    """
    if name in KNOWN:
        return KNOWN[name]
    if _is_rate(name, default):
        return "rate"
    if 0.5 <= default < 1:
        return "decay"
    if 0 < default <= 1e-6:
        return "guard"
    return "share" if 0 <= default < 0.5 else "scale"


def rate(defaults: Mapping[str, float]) -> str:
    """Which of a rule's hyperparameters is its rate; empty if none is.

    >>> rate({"beta1": 0.9, "eta": 0.1}), rate({"alpha": 0.001}), rate({"lr": 1.0, "alpha": 0.01})
    ('eta', 'alpha', 'lr')
    """
    return next((name for name in RATES if name in defaults and _is_rate(name, defaults[name])), "")


def _is_rate(name: str, default: float) -> bool:
    return name in RATES and (name not in ("alpha", "α") or 0 < default < 0.5)


def of_role(defaults: Mapping[str, float], wanted: Role) -> list[str]:
    """The hyperparameters that do this, in their order."""
    return [name for name, default in defaults.items() if role(name, default) == wanted]


def completed(defaults: Mapping[str, float], run: Trajectory) -> Trajectory:
    """The run with a value for each hyperparameter that it leaves out, no two of them equal.

    What the run has of `lr` is that of the rule's rate, whatever it is called. A run that names
    none stays as it is: there the rule's own defaults hold.

    Args:
        defaults: of the rule's hyperparameters.
        run: with the values of those that are known by their names.
    """
    own = rate(defaults)
    run, given = _rated(run, own), run.hyperparameters
    others = [name for name in defaults if name not in KNOWN and name != own]
    if not others or not given.keys() >= {*LENDERS}:
        return run
    guards = sorted(of_role(defaults, "guard"), key=lambda name: name != "eps")  # eps first
    lenders = sorted(LENDERS, key=lambda name: name in defaults)  # its own last
    # Of all others, given or not: what one is asked at must not depend on another's being set.
    borrowing = [name for name in others if name not in guards]
    found = {name: given["eps"] / 2 ** guards.index(name) for name in others if name in guards}
    for index, name in enumerate(borrowing):
        again, which = divmod(index, len(lenders))
        found[name] = _in_role(name, defaults[name], given[lenders[which]] ** (1 + again))
    return replace(run, hyperparameters={**given, **found, **given})


def times(factor: float, default: float) -> float:
    """A scale's default so many times: of a count a whole number, and another one.

    >>> times(0.5, 2.0), times(0.9, 5), times(0.5, 1), times(10, 4)
    (1.0, 4, 2, 40)
    """
    if not isinstance(default, int):
        return factor * default
    near = max(1, round(factor * default))
    return near + 1 if near == default else near


def near_by(factor: float, value: float) -> float:
    """Another value, so many times as large; of a count the next one."""
    return value + 1 if isinstance(value, int) else factor * value


def _rated(run: Trajectory, own: str) -> Trajectory:
    """The run with the rate under the rule's own name, unless it sets that itself."""
    if own in ("", "lr") or own in run.hyperparameters:
        return run

    def named(values: Mapping[str, Any]) -> dict[str, Any]:
        return {own if name == "lr" else name: value for name, value in values.items()}

    return replace(run, schedule=named(run.schedule), factors=named(run.factors))


def _in_role(name: str, default: float, decay: float) -> float:
    """A value from that of a decay, between 0 and 1."""
    values = {
        "decay": decay, "share": 1 - decay, "rate": 1 - decay,
        "scale": times(0.5 + decay, default)}
    return values[role(name, default)]

"""What checks are called where people read of them."""

from __future__ import annotations

TITLES = {
    "loads": "loads and fits the contract",
    "relations": "is a well-behaved rule",
    "update_rule": "is the specified rule",
    "hyperparameters": "takes its hyperparameters",
    "closed_loop": "trains as the specified rule does",
    "convergence": "gains what the specified rule gains",
    "step_cost": "time of a step",
    "forward": "computes the specified values",
    "gradient": "its backward is the specified one",
    "autograd": "is a well-behaved Function",
    "training": "trains as the reference does",
    "activation": "value and derivative fit each other",
    "learning": "the 4-2-1 network learns with it",
    "partials": "forward computes values and partial derivatives",
    "backpropagation": "backward computes the gradient over all paths",
}


def quoted(kind: str) -> str:
    """A check as messages name it: the title that stands above it, in quotes.

    >>> print(quoted("update_rule"))
    "is the specified rule"
    """
    return f'"{TITLES.get(kind, kind)}"'

"""A Function whose `backward` is looked at on its way out. Runs in the worker.

Autograd repairs what `backward` returns without a word: it sums a gradient of shape (B, m) to (m,)
and casts float32 to float64. What was really returned is seen here only.
"""

from __future__ import annotations

from typing import Any

import torch

DEPTH = 3
"""Lists in lists in an attribute of the ctx are looked into so far."""


class Watch:
    """A subclass of the student's Function, and what its `backward` returned last.

    Attributes:
        target: the student's class.
        function: the subclass; use it in the student's place.
        returned: shape and dtype of each value, None for None; no tensors, so that nothing lives
            longer for being watched.
        finished: whether `backward` ran to its end.
        changed: whether it changed a cotangent in place.
    """

    def __init__(self, target: Any) -> None:
        self.target = target
        self.returned: list[tuple[tuple[int, ...], str] | None] = []
        self.finished = self.changed = False
        own = target.backward

        def watched(ctx: Any, *cotangents: Any) -> Any:
            self.finished = False
            before = [_state(one) for one in cotangents]
            returned = own(ctx, *cotangents)
            each = returned if isinstance(returned, tuple) else (returned,)
            self.returned = [_described(one) for one in each]
            self.changed = any(
                one is not None and (one._version != version or not torch.equal(one, values))
                for one, (version, values) in zip(cotangents, before, strict=True))
            self.finished = True
            return returned

        self.function = type(target.__name__, (target,), {"backward": staticmethod(watched)})


def _state(cotangent: Any) -> tuple[int, Any]:
    """Its version and a copy; torch gives None where nothing arrives and that was asked for."""
    return (0, None) if cotangent is None else (cotangent._version, cotangent.clone())


def _described(value: Any) -> tuple[tuple[int, ...], str] | None:
    if value is None:
        return None
    if isinstance(value, torch.Tensor):
        if type(value) is not torch.Tensor:  # without what a subclass may answer when asked
            value = torch.Tensor.as_subclass(value, torch.Tensor)
        return tuple(value.shape), str(value.dtype).removeprefix("torch.")
    return (), "list" if isinstance(value, list) else "other"


def holds_tensor(value: Any, depth: int = DEPTH) -> bool:
    """Whether a value is a tensor, or a list, tuple, set or dict with one inside."""
    if isinstance(value, torch.Tensor):
        return True
    if depth and isinstance(value, (list, tuple, set, dict)):
        inside = value.values() if isinstance(value, dict) else value
        return any(holds_tensor(one, depth - 1) for one in inside)
    return False

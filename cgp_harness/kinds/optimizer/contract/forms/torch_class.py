"""A subclass of `torch.optim.Optimizer`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.form import Form, Wanted
from cgp_harness.kinds.optimizer.contract.torch_rule import TorchRule, torch_rule


def is_torch_optimizer(value: type) -> bool:
    """Whether a class derives from `torch.optim.Optimizer`."""
    # Looked up, not imported: a class that derives from it has imported torch.
    base = getattr(getattr(sys.modules.get("torch"), "optim", None), "Optimizer", None)
    return isinstance(base, type) and issubclass(value, base) and value is not base


def readings(target: Any, wanted: Wanted) -> Iterator[TorchRule]:
    """One way."""
    if isinstance(target, type) and is_torch_optimizer(target):
        yield torch_rule(target, wanted.task)


FORM = Form("torch_class", "class Adam(torch.optim.Optimizer)", readings)

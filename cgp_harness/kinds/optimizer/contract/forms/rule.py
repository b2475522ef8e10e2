"""The harness's own form, which needs no reading: a function below `@optimizer`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """None: what is decorated is registered, and need not be looked for."""
    yield from ()


FORM = Form("rule", "@optimizer above def adam(g, k, m, v, lr=…)", readings)

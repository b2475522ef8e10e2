"""There is no request to answer."""

from __future__ import annotations

from typing import Any

from cgp_harness.sandbox.worker.answering import ByName


def _answer(*_: Any) -> Any:
    raise NotImplementedError


class Answers(ByName):
    """None."""

    def __init__(self) -> None:
        super().__init__(_answer)

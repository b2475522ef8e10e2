"""Nothing is registered for tests: they ask what is registered for other tasks, by its name."""

from __future__ import annotations

from cgp_harness.registering.contract import Contract

CONTRACT = Contract("pytest", "test", "a function", "", lambda _: ([], []))

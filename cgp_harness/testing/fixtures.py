"""The fixtures that tests of a submission have, as a plugin of pytest."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from cgp_harness.testing.submitted import Submitted, fixtures


def plugin(submitted: Callable[[], Submitted]) -> ModuleType:
    """`submission`, and a fixture for each kind of thing that has one.

    All are of the session, so that `hypothesis.given` takes them too: a submission is loaded once.

    Args:
        submitted: makes or finds the submission at the first use.
    """

    def one_of(name: str) -> Callable[..., Any]:
        def chosen(request: pytest.FixtureRequest) -> Any:
            return submitted().chosen((name,), getattr(request, "param", ""))

        chosen.__doc__ = _said(name)
        return pytest.fixture(scope="session", name=name)(chosen)

    def submission() -> Submitted:
        """All that the submission registers, by name: `submission["adam"]`."""
        return submitted()

    made = ModuleType("cgp_fixtures")
    vars(made).update(
        submission=pytest.fixture(scope="session")(submission),
        **{name: one_of(name) for name in fixtures()})
    return made


def _said(fixture: str) -> str:
    nouns = " or ".join(kind.contract.noun for kind in fixtures()[fixture])
    return f"The submission's {nouns}, by a stand-in that asks its worker."

"""What the harness needs, in the versions that are installed here."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable

from packaging.requirements import Requirement

from cgp_harness.hosts.wheel import DISTRIBUTION, EDITABLE

TORCH = "torch"


def pinned(packages: Iterable[str] = ()) -> dict[str, str]:
    """Distribution -> version, of all that the harness and `packages` require, and is here.

    Without local parts: `2.13.0+cpu` is 2.13.0 on an index.
    """
    found: dict[str, str] = {}
    waiting = [DISTRIBUTION, *packages]
    seen: set[str] = set()
    while waiting:
        name = _normal(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # required on another platform, or optional
        if name != DISTRIBUTION:
            found[name] = distribution.version.partition("+")[0]
        needed = map(Requirement, distribution.requires or ())
        waiting += [
            one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    found.pop(EDITABLE, None)
    return dict(sorted(found.items()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

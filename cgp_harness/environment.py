"""Under what a batch was graded: versions, read without imports, and our own source.

A stored result is only reused where all of this is the same.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import platform
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LIBRARIES = ("numpy", "torch", "hypothesis")
PACKAGES = ("cgp_harness", "cgp_reference")


def versions() -> dict[str, str]:
    """Version of the harness, of Python and of each library that takes part in a verdict."""
    return {
        "harness": _version("cgp-harness"),
        "python": platform.python_version(),
        **{name: _version(name) for name in LIBRARIES},
    }


def further_versions(packages: Iterable[str]) -> dict[str, str]:
    """Versions of what else takes part in one homework's verdicts.

    Args:
        packages: distributions that submissions may import; to these come those with plugins.
    """
    plugins = {
        entry.dist.name for entry in importlib.metadata.entry_points(group="cgp_harness")
        if entry.dist is not None}
    return {f"package {name}": _version(name) for name in sorted({*packages, *plugins})}


@cache
def source_digest() -> str:
    """SHA-256 over all `.py` files of the harness and the reference, names included.

    The version alone would let a developer's change reuse verdicts of the code before it.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        root = Path(str(importlib.resources.files(package)))
        for path in sorted(root.rglob("*.py")):
            name = f"{package}/{path.relative_to(root).as_posix()}".encode()
            for part in (name, path.read_bytes()):
                digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def _version(distribution: str) -> str:
    # It stands in a text file; `import torch` for its version would cost 2 s. That file is in the
    # form of a mail, whose reader takes 20 ms to import.
    try:
        found = importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
    text = found.read_text("METADATA") or ""
    said = re.search(r"^Version:\s*(\S+)", text.partition("\n\n")[0], flags=re.MULTILINE)
    return said[1] if said else found.version

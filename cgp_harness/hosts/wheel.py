"""The harness that runs here as a wheel: the very code that an instructor has tried, pinned."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.resources
import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DISTRIBUTION = "cgp-harness"
EDITABLE = "editables"
"""What hatch adds to the requirements of an installation from a checkout."""
PACKAGES = ("cgp_harness", "cgp_reference", "cgp_assignments")
_WHEEL = "Wheel-Version: 1.0\nGenerator: cgp export\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_BEGINNING = (1980, 1, 1, 0, 0, 0)


@cache
def wheel() -> tuple[str, bytes]:
    """Its file name and its bytes, the same for the same code."""
    found = importlib.metadata.distribution(DISTRIBUTION)
    stem = f"cgp_harness-{found.version}"
    files = dict(_sources())
    described = f"{stem}.dist-info"
    files[f"{described}/METADATA"] = _metadata(found)
    files[f"{described}/WHEEL"] = _WHEEL.encode()
    files[f"{described}/entry_points.txt"] = (found.read_text("entry_points.txt") or "").encode()
    rows = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files[f"{described}/RECORD"] = "\n".join([*rows, f"{described}/RECORD,,", ""]).encode()
    return f"{stem}-py3-none-any.whl", zipped({name: (text, 0o644) for name, text in files.items()})


def zipped(files: dict[str, tuple[bytes, int]]) -> bytes:
    """A zip of path -> content and mode, the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (content, mode) in files.items():
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sources() -> Iterator[tuple[str, bytes]]:
    for package in PACKAGES:
        root = Path(str(importlib.resources.files(package)))
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and "__pycache__" not in inside.parts and path.suffix != ".pyc":
                yield f"{package}/{inside.as_posix()}", path.read_bytes()


def _metadata(found: importlib.metadata.Distribution) -> bytes:
    """Its head: what pip needs, without the text for a page."""
    text = found.read_text("METADATA") or (
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {found.version}\n")
    head = re.split(r"\n\n", text, maxsplit=1)[0].splitlines()
    kept = [line for line in head if not line.startswith(f"Requires-Dist: {EDITABLE}")]
    return "\n".join([*kept, ""]).encode()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()

"""Reports: pure functions of a `BatchReport`, each written as a file or shown on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cgp_harness.model import BatchReport
from cgp_harness.reports import gradebook, page, results

Writer = Callable[[BatchReport, Path], None]
"""Writes a report's files into a folder."""

FORMATS: Mapping[str, Writer] = {
    "json": results.write, "csv": gradebook.write, "html": page.write,
}
"""What `cgp grade --format` knows without plugins."""

"""pytest in the grader's own process: of the files alone, whatever the machine's settings are."""

from __future__ import annotations

import functools
import io
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from cgp_harness import temporary
from cgp_harness.testing.points import DECLARED

Files = tuple[tuple[str, str], ...]
"""Names and texts."""
SETTINGS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
OPTIONS = (
    "-c", os.devnull, "-vv", "--import-mode=importlib", "--strict-markers",
    *(part for name in (
        "cacheprovider", "faulthandler", "unraisableexception", "threadexception", "logging")
      for part in ("-p", f"no:{name}")))


class Marks:
    """The mark that tests may have."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make it known."""
        config.addinivalue_line("markers", DECLARED)


def run(files: Files, names: Sequence[str], *plugins: object, further: Sequence[str] = ()) -> str:
    """Run pytest on these files.

    Args:
        names: those that hold tests.
        plugins: objects with hooks or fixtures.
        further: options.

    Returns:
        What it printed.
    """
    folder = _written(files)
    modules, printed = set(sys.modules), io.StringIO()
    try:
        with _own_settings(), redirect_stdout(printed), redirect_stderr(printed):
            pytest.main(
                [*OPTIONS, f"--rootdir={folder}", f"--confcutdir={folder}", *further,
                 *(str(folder / name) for name in names)], plugins=[Marks(), *plugins])
    finally:
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
    return printed.getvalue()


def place(error: BaseException, files: Files) -> str:
    """The line of these files where an exception was raised; empty if in none."""
    folder = _written(files)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    lines = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == folder]
    return lines[-1] if lines else ""


def told(error: BaseException) -> str:
    """Type and first line of an exception."""
    name, said = type(error).__name__, str(error).strip().partition("\n")[0]
    return f"{name}: {said}" if said else name


@functools.lru_cache(maxsize=16)
def _written(files: Files) -> Path:
    folder = temporary.made("cgp-tests-")
    for name, text in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def _own_settings() -> Iterator[None]:
    """No plugin of this machine, and no option from its environment."""
    before: dict[str, Any] = {name: os.environ.pop(name, None) for name in SETTINGS}
    before["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

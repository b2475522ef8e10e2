"""pytest inside of pytest: what a run with the plugin prints, and how it ends."""

import re
import sys

import pytest

from cgp_harness import pytest_plugin

TINY = """
id = "tiny"
title = "Two activations"
version = "1"

[[tasks]]
kind = "activation"
id = "square"
title = "Square"
equation = "Eq. 1"
[tasks.checks]
loads = {points = 1}
activation = {points = 3}

[[tasks]]
kind = "activation"
id = "cube"
title = "Cube"
equation = "Eq. 2"
[tasks.checks]
loads = {points = 1}
activation = {points = 2, visibility = "hidden"}
"""
OPTIONS = [
    "-p", "no:faulthandler", "-p", "no:unraisableexception", "-p", "no:threadexception", "-s", "-q",
    "--no-header"]
HEAD = "from cgp_harness import activation\n"
SQUARE = "@activation\ndef square(x):\n    return x * x, 2 * x\n"
CUBE = "@activation\ndef cube(x):\n    return x**3, 3 * x**2\n"
RIGHT = HEAD + SQUARE + CUBE
BROKEN = HEAD + SQUARE.replace("x * x", "x @ None")


def runner(folder, monkeypatch, capsys, **files):
    """What runs pytest in a folder with these files -> its exit code and lines, without times."""
    for name, text in {"tiny/assignment.toml": TINY, "pytest.ini": "[pytest]\n", **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER"):  # the last two lengthen what it prints
        monkeypatch.delenv(name, raising=False)

    def run(*given):
        before = set(sys.modules)
        capsys.readouterr()
        code = pytest.main([*OPTIONS, *given], plugins=[pytest_plugin])
        for name in set(sys.modules) - before:
            if name.startswith("test_"):
                del sys.modules[name]
        printed = capsys.readouterr()
        text = re.sub(r" in [\d.]+s( \(\d:\d\d:\d\d\))?", "", printed.out + printed.err)
        return int(code), [line.rstrip() for line in text.splitlines()]

    return run

"""Every example in a docstring is run."""

import doctest
import importlib
from pathlib import Path

import pytest

import cgp_harness
import cgp_reference

MODULES = [
    ".".join(path.relative_to(root.parent).with_suffix("").parts)
    for root in (Path(cgp_harness.__file__).parent, Path(cgp_reference.__file__).parent)
    for path in sorted(root.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")
]


def test_there_are_examples():
    assert "cgp_reference.decorator" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0

"""pytest as a front door, `docs/pytest.md`: `pytest --cgp-assignment step_size my_adam.py`.

Every pytest of whoever has installed the harness imports this module: it imports nothing else,
adds options, and no more until one of them is given.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """All begin with `--cgp-`."""
    group = parser.getgroup("cgp", "CGP Harness (homework)")
    group.addoption(
        "--cgp-assignment", metavar="ASSIGNMENT",
        help="check submissions instead of running tests: an id that `cgp assignments` lists, or a "
        "folder with assignment.toml")
    group.addoption(
        "--cgp-submission", metavar="PATH",
        help="what the fixtures rule, function, activation, backprop and submission of an "
        "instructor's own tests stand for; it stays in a worker")
    group.addoption(
        "--cgp-isolation", metavar="auto|landlock|plain", default="auto",
        help="how submissions are kept from this machine (default: auto)")
    group.addoption(
        "--cgp-seed", metavar="N", type=int, default=0, help="draws the probes (default: 0)")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """What pytest is given is then a submission: a conftest.py beside it must not run here."""
    known = early_config.known_args_namespace
    if known.cgp_assignment and not known.cgp_submission:
        known.noconftest = True
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Get to work, if asked to."""
    if config.getoption("--cgp-submission"):
        importlib.import_module("cgp_harness.pytest_plugin.own_tests").configure(config)
    elif config.getoption("--cgp-assignment"):
        importlib.import_module("cgp_harness.pytest_plugin.homework").configure(config)

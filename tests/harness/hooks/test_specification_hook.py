"""The hook `cgp_specifications`: an instructor's Functions are judged like the harness's own."""

import types

import pluggy
import pytest

from cgp_harness import hookspecs
from cgp_harness.assignment import parse
from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError
from cgp_harness.installed import plugins
from cgp_harness.kinds.autograd_function.specifications import installed as specs
from cgp_harness.model import SourceFile, Submission
from cgp_harness.pipeline import grade
from tests.harness.documents.test_docs import PLUGINS, blocks
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS

ASSIGNMENT = parse(b"""
id = "cubes"
title = "Cubes"
version = "1"

[[tasks]]
id = "cube"
kind = "autograd_function"
specification = "cube"
title = "The cube"
equation = "x^3"

[tasks.checks]
loads = {points = 1}
forward = {points = 2}
gradient = {points = 3}
autograd = {points = 4}
training = {points = 5}
""")


@pytest.fixture
def install(monkeypatch):
    def register(source):
        module = types.ModuleType("plugin")
        exec(source, module.__dict__)
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(module)
        monkeypatch.setattr(plugins, "trusted", lambda: manager)
        specs.specifications.cache_clear()

    yield register
    specs.specifications.cache_clear()


EXAMPLE = blocks(PLUGINS.partition("### `cgp_specifications`")[2], "python")[0]
CUBE = blocks(PLUGINS.partition("## Autograd functions")[2], "python")[0]


def scores(source):
    submission = Submission("someone", (SourceFile("plugin.py", source.encode()),))
    report = grade(submission, ASSIGNMENT, seed=1, isolation="plain")
    return [check.score for check in report.checks]


def test_the_specification_of_the_plugin_reference_judges_its_own_cube(install):
    install(EXAMPLE)
    assert scores(CUBE) == [1, 2, 3, 4, 5]
    assert scores(CUBE.replace("g * 3", "g * 2")) == [1, 2, 0, 4, 0]


def test_without_a_vjp_the_derivative_of_forward_is_asked_for(install):
    install(EXAMPLE.replace('vjp=lambda g, x: (3 * x**2 * g,), gradient_formula="3 x^2 g", ', ""))
    assert scores(CUBE) == [1, 2, 3, 4, 5]
    assert scores(CUBE.replace("g * 3", "g * 3.003")) == [1, 2, 0, 4, 0]


def test_a_name_that_is_taken_is_refused(install):
    install(EXAMPLE.replace('"cube"', '"softplus"'))
    with pytest.raises(HarnessError) as caught:
        specs.specifications()
    assert str(caught.value) == (
        "an installed plugin adds the specification 'softplus' as 'softplus'\n"
        f"  expected its own name, and none of {', '.join(SPECIFICATIONS)}\n"
        "  fix: give the specification another name")


def test_a_misspelt_specification_is_refused_before_anything_is_graded(install):
    install(EXAMPLE.replace('"cube"', '"cubic"'))
    with pytest.raises(HarnessError) as caught:
        require_named(ASSIGNMENT)
    assert str(caught.value) == (
        "there is no specification 'cube'\n"
        "  at task 'cube'\n"
        "  expected one of quantize, softplus, affine, sign_ste, cubic\n"
        "  fix: did you mean 'cubic'?")

"""The hook `cgp_problems`: problems of installed plugins stand beside the reference's own."""

import re
import types
from dataclasses import replace

import numpy as np
import pluggy
import pytest

from cgp_harness import hookspecs, installed
from cgp_harness.errors import HarnessError
from cgp_harness.installed import plugins
from cgp_reference.problems import PROBLEMS
from tests.places import ROOT

REFERENCE = ROOT / "docs/plugin-reference.md"


@pytest.fixture
def install(monkeypatch):
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    monkeypatch.setattr(plugins, "trusted", lambda: manager)

    def register(plugin):
        manager.register(plugin)
        manager.check_pending()

    installed.problems.cache_clear()
    yield register
    installed.problems.cache_clear()


def plugin(**problems):
    @hookspecs.hookimpl
    def cgp_problems():
        return problems

    return types.SimpleNamespace(cgp_problems=cgp_problems)


def test_the_reference_s_problems_are_always_there(install):
    assert list(installed.problems()) == list(PROBLEMS)


def test_an_installed_problem_follows_them_under_its_name(install):
    steep = replace(PROBLEMS["ravine"], name="steep")
    install(plugin(steep=steep))
    assert installed.problems() == {**PROBLEMS, "steep": steep}


@pytest.mark.parametrize(("name", "own"), [("ravine", "ravine"), ("steep", "steeper")])
def test_a_name_that_is_taken_or_not_its_own_is_refused(install, name, own):
    install(plugin(**{name: replace(PROBLEMS["ravine"], name=own)}))
    with pytest.raises(HarnessError) as caught:
        installed.problems()
    assert str(caught.value) == (
        f"an installed plugin adds the problem {own!r} as {name!r}\n"
        "  expected its own name, and none of one_neuron, multi_neuron, dag, ravine, sparse, "
        "rosenbrock\n"
        "  fix: give the problem another name"
    )


def test_two_plugins_cannot_add_one_problem(install):
    for _ in range(2):
        install(plugin(steep=replace(PROBLEMS["ravine"], name="steep")))
    with pytest.raises(HarnessError) as caught:
        installed.problems()
    assert str(caught.value) == (
        "an installed plugin adds the problem 'steep' as 'steep'\n  expected its own name, and "
        "none of one_neuron, multi_neuron, dag, ravine, sparse, rosenbrock, steep\n  fix: give "
        "the problem another name")


def test_the_problem_of_the_plugin_reference_runs_downhill(install):
    section = REFERENCE.read_text(encoding="utf-8").partition("### `cgp_problems`")[2]
    module = types.ModuleType("our_problems")
    exec(re.search(r"```python\n(.*?)```", section, flags=re.S)[1], module.__dict__)
    install(module)
    bowl = installed.problems()["bowl"]
    course = bowl.course([3, 5], bowl.iterations)
    alone = bowl.course([5], 1)
    assert np.array_equal(course.start[:, 1:], alone.start)
    parameters = course.start.copy()
    evaluate = course.bound(parameters)
    losses = []
    for k in range(bowl.iterations):
        loss, gradient = evaluate(k)
        parameters -= bowl.learning_rates["sgd"] * gradient
        losses.append(loss)
    assert (np.diff(losses, axis=0) < 0).all()
    assert losses[-1] == pytest.approx([0, 0], abs=1e-7)

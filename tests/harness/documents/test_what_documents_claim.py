"""What CONTRIBUTING and the guides claim of the code, held to it."""

import functools
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import cgp_harness
import cgp_reference
from cgp_harness.model import Status
from cgp_harness.sandbox.host.view import PACKAGES
from cgp_harness.sandbox.lockdown.landlock import DEVICES, PROCESSOR
from tests.harness.activations.activation_forms import USELESS
from tests.harness.all_checks import CHECKS
from tests.harness.functions.test_gradient import made
from tests.harness.homeworks.primer_scripts import EXAMPLES, recorded
from tests.harness.homeworks.primer_scripts import context_of as training
from tests.harness.in_process.activations import context_of as activation
from tests.harness.in_process.graphs import context_of as graph
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness
from tests.harness.rules.test_closed_loop import context as in_closed_loop
from tests.harness.rules.training import convergence_context
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission
from tests.mutants.backprop_wrong import WRONG_BACKWARDS, WRONG_FORWARDS
from tests.mutants.primer_training import changed
from tests.mutants.write import source
from tests.places import ROOT

LONGEST = 300
FOR_DISPLAY = {"step_cost", "compared_fairly"}
"""They pass whatever comes out, and have no points."""


def rule(*flags, task="adam"):
    return context_of(source(task, flags), correctness(), task)


@functools.cache
def trained(example, task, changes=()):
    text = changed((EXAMPLES / f"{example}.py").read_text("utf-8"), changes)
    with TemporaryDirectory() as folder:
        return training(recorded(Path(folder), {"": text})[""], task)


def hard_coded():
    one = rule("beta2_hard_coded")
    return replace(one, learned=CHECKS["update_rule"](one).learned)


WRONG = {
    "loads": lambda: context_of(source("sgd_plus", []), correctness(), "adam"),
    "relations": lambda: rule("shared_state"),
    "update_rule": lambda: rule("no_bias_correction"),
    "hyperparameters": hard_coded,
    "closed_loop": lambda: in_closed_loop(
        source("adam", ["no_bias_correction"]), "adam", problems=("one_neuron",)),
    "convergence": lambda: convergence_context.context(
        source("adam", ["no_bias_correction"]), learned={"elementwise": True}),
    "forward": lambda: made("softplus", value="torch.logaddexp(x, 0 * x) + 0.1"),
    "gradient": lambda: made("softplus", gradient="g"),
    "autograd": lambda: made(
        "softplus", gradient="g * torch.sigmoid(x) * (1 + 0.1 * (x.dtype == torch.float32))"),
    "training": lambda: made("softplus", gradient="0.5 * g"),
    "activation": lambda: activation(lambda x: (x**3, x**2)),
    "learning": lambda: activation(USELESS["0.001 x"], learned={"fits": True}),
    "partials": lambda: graph(submission(
        WRONG_FORWARDS["own factor"][1], BACKWARDS["one_dict"], WRONG_FORWARDS["own factor"][2])),
    "followed": lambda: trained("by_samples", "one_neuron_adam", (("Adam):", "()):"),)),
    "gradient_used": lambda: trained("paired_by_position", "one_neuron_adam"),
    "rule_used": lambda: trained("no_bias_correction", "one_neuron_adam"),
    "hyperparameters_used": lambda: trained(
        "no_bias_correction", "one_neuron_adam", (("beta1=0.9", "beta1=0.5"),)),
    "backpropagation": lambda: graph(submission(
        FORWARDS["program"], next(iter(WRONG_BACKWARDS.values()))[1])),
}


def test_there_is_something_wrong_for_every_check_that_can_cost_points():
    assert WRONG.keys() | FOR_DISPLAY == CHECKS.keys()


@pytest.mark.parametrize("kind", WRONG)
def test_every_check_that_can_cost_points_refuses_something_wrong(kind):
    outcome = CHECKS[kind](WRONG[kind]())
    assert outcome.status is Status.FAILED
    assert outcome.fraction < 1


def test_no_module_of_the_product_has_300_lines():
    long = {
        path.name: lines
        for package in (cgp_harness, cgp_reference)
        for path in Path(package.__file__).parent.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= LONGEST
    }
    assert long == {}


def test_what_can_be_read_is_said_where_the_isolation_is_described():
    for name in ("instructor-guide", "security-model"):
        text = " ".join((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").split())
        assert "no file but Python's and the submission's own" not in text
        assert "Python, the packages that submissions may import, the system's libraries" in text
    model = (ROOT / "docs" / "security-model.md").read_text(encoding="utf-8")
    for one in (*PACKAGES, *PROCESSOR, *(path for path in DEVICES if "null" not in path)):
        assert one in model

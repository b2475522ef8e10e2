"""The facade's constructor and settings: options, defaults, and what a wrong one is told."""

import subprocess
import sys

import pytest

from cgp_reference.primer import ComputationalGraphPrimer, Exp, PrimerError
from cgp_reference.primer.base import MissingOptionError
from cgp_reference.primer.settings import VERSIONS, Settings, SettingsError, current, use

OPTIONS = (
    "expressions, output_vars, dataset_size, learning_rate, grad_delta, display_loss_how_often, "
    "one_neuron_model, training_iterations, batch_size, num_layers, layers_config, epochs, "
    "for_verification_only, debug")


def refused(*positional, **options):
    with pytest.raises(PrimerError) as caught:
        ComputationalGraphPrimer(*positional, **options)
    return str(caught.value)


def test_what_is_not_given_has_the_packages_default():
    made = ComputationalGraphPrimer()
    defaults = {"learning_rate": 1e-6, "grad_delta": 1e-4, "display_loss_how_often": 100,
                "batch_size": 4, "one_neuron_model": False, "num_layers": None, "epochs": None,
                "for_verification_only": None, "vals_for_learnable_params": None, "LOSS": [],
                "expressions_dict": {}, "all_vars": [], "independent_vars": [],
                "learnable_params": [], "dependent_vars": [], "depends_on": {}, "leads_to": {},
                "training_data": None, "dataset_input_samples": {}, "true_output_vals": {}}
    assert {name: getattr(made, name) for name in defaults} == defaults
    assert not made.debug


def test_a_falsy_value_stands_for_the_default():
    made = ComputationalGraphPrimer(
        learning_rate=0, batch_size=0, display_loss_how_often=None, expressions=[],
        one_neuron_model=False)
    assert (made.learning_rate, made.batch_size, made.display_loss_how_often) == (1e-6, 4, 100)
    assert made.one_neuron_model is False
    assert not hasattr(made, "expressions")


def test_options_are_attributes_under_their_names():
    made = ComputationalGraphPrimer(
        expressions=["xw=ab*xa"], output_vars=["xw"], dataset_size=3, learning_rate=-1e-3,
        num_layers=2, layers_config=(1, 1), display_vals_how_often=7)
    assert made.expressions == ["xw=ab*xa"]
    assert made.learning_rate == -1e-3          # some flip the sign to see what happens
    assert made.display_loss_how_often == 7     # the slides' name of it
    assert made.true_output_vals == {0: None, 1: None, 2: None} == made.dataset_input_samples


def test_lines_may_be_due_every_1e2_iterations():
    assert ComputationalGraphPrimer(display_loss_how_often=1e2).display_loss_how_often == 100
    expected = "a whole number, 1 or more"
    for option, value in [("display_loss_how_often", 0.5), ("display_loss_how_often", 2.5),
                          ("display_loss_how_often", float("inf")),
                          ("display_loss_how_often", float("nan")), ("training_iterations", 4e4)]:
        assert refused(**{option: value}) == f"{option}={value!r}\n  expected {expected}"


def test_an_option_that_is_needed_and_missing_is_named():
    with pytest.raises(MissingOptionError) as caught:
        _ = ComputationalGraphPrimer().training_iterations
    assert str(caught.value) == (
        "training_iterations was not given\n  expected a whole number, 1 or more\n"
        "  fix: add training_iterations=40000 to the constructor call")
    with pytest.raises(MissingOptionError) as caught:
        ComputationalGraphPrimer()._needed("epochs")
    assert str(caught.value) == (
        "epochs was not given\n  expected a whole number, 1 or more\n  fix: add epochs=5 to the "
        "constructor call")
    with pytest.raises(AttributeError, match="object has no attribute 'training_iteration'"):
        _ = ComputationalGraphPrimer().training_iteration


def test_a_constructor_call_that_cannot_be_meant_is_explained():
    assert refused(["xw=ab*xa"]) == (
        f"an option without its name: ['xw=ab*xa']\n  expected options by name: {OPTIONS}\n"
        "  fix: write name=value, such as learning_rate=1e-3")
    assert refused(leraning_rate=1e-3) == (
        f"there is no option called 'leraning_rate'\n  expected one of {OPTIONS}\n"
        "  fix: did you mean 'learning_rate'?")
    assert refused(colour=1) == (
        f"there is no option called 'colour'\n  expected one of {OPTIONS}")
    assert refused(num_layers=3, layers_config=[4, 1]) == (
        "num_layers=3 and layers_config=[4, 1]\n"
        "  expected num_layers=2, or a layers_config of 3 numbers")


@pytest.mark.parametrize(("name", "value", "expected"), [
    ("expressions", "xw=ab*xa", "a list of texts, such as ['xw=ab*xa+bc*xb']"),
    ("expressions", ["xw=ab*xa", 3], "a list of texts, such as ['xw=ab*xa+bc*xb']"),
    ("output_vars", "xw", "a list of names, such as ['xw']"),
    ("batch_size", -1, "a whole number, 1 or more"),
    ("dataset_size", 5000.0, "a whole number, 1 or more"),
    ("training_iterations", "40000", "a whole number, 1 or more"),
    ("display_vals_how_often", -5, "a whole number, 1 or more"),
    ("learning_rate", "1e-3", "a number"),
    ("learning_rate", float("nan"), "a number"),
    ("num_layers", 1, "a whole number, 2 or more"),
    ("layers_config", [4, 0, 1], "a list of whole numbers, such as [4, 2, 1]"),
])
def test_a_value_of_the_wrong_kind_is_refused(name, value, expected):
    assert refused(**{name: value}) == f"{name}={value!r}\n  expected {expected}"


def test_settings_that_do_not_exist_are_refused():
    with pytest.raises(SettingsError) as caught:
        Settings(api="1.1.6")
    assert str(caught.value) == (
        f"there is no version '1.1.6'\n  expected one of {', '.join(VERSIONS)}\n"
        "  fix: did you mean '1.1.5'?")
    with pytest.raises(SettingsError) as caught:
        Settings("published")
    assert str(caught.value) == (
        "there is no semantics 'published'\n  expected one of exact, as_published\n"
        "  fix: did you mean 'as_published'?")


def test_an_instance_keeps_the_settings_of_its_construction():
    class WithoutSuper(ComputationalGraphPrimer):
        def __init__(self):
            self.learning_rate = 1e-3

    before = current()
    try:
        use(Settings("as_published", "1.1.2"))
        old = WithoutSuper()
    finally:
        use(before)
    assert old._settings == Settings("as_published", "1.1.2")
    assert ComputationalGraphPrimer()._settings == before == Settings("exact", "1.1.5")


def test_an_exp_is_what_scripts_construct_and_change():
    made = Exp("xw=ab*xa", "ab*xa", "xw", ["xa"], ["ab"])
    made.right_vars.append("xb")
    assert (made.exp, made.body, made.dependent_var) == ("xw=ab*xa", "ab*xa", "xw")
    assert made.right_vars == ["xa", "xb"]
    assert made != Exp("xw=ab*xa", "ab*xa", "xw", ["xa", "xb"], ["ab"])     # the package's too


def test_importing_the_facade_imports_neither_torch_nor_matplotlib():
    code = ("import sys, cgp_reference.primer\n"
            "print([name for name in ('torch', 'matplotlib', 'networkx') if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_torch_parts_are_there_when_asked_for():
    import torch

    made = ComputationalGraphPrimer()
    assert isinstance(made.device, torch.device)
    made.device = "cpu"
    assert made.device == "cpu"
    assert issubclass(ComputationalGraphPrimer.AutogradCustomization, torch.nn.Module)
    assert (ComputationalGraphPrimer.AutoGradCustomization
            is ComputationalGraphPrimer.AutogradCustomization)

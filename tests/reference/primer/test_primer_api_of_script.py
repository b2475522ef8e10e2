"""The version a script was written for, from its text."""


import pytest

from cgp_reference.primer.legacy.version_of_script import Api, api_of
from cgp_reference.primer.neurons.backprop_forms import multi_neuron_form, one_neuron_form
from tests.places import ROOT

LEGACY = ROOT / "tests" / "legacy"
ONE = "    def backprop_and_update_params_one_neuron_model({}): pass\n"
MULTI = "    def backprop_and_update_params_multi_neuron_model({}): pass\n"
NOTHING = "nothing in it asks for an older one"
SAMPLES = "self, data_tuples_in_batch, predictions, y_errors_in_batch, deriv_sigmoids"


def in_class(*lines):
    return "class Mine(ComputationalGraphPrimer):\n" + "".join(lines)


def in_method(line):
    return in_class(f"    def training(self):\n        {line}\n")


@pytest.mark.parametrize(("name", "version", "reason"), [
    ("one_neuron_105", "1.0.7", "its training loop is called without data, line 24"),
    ("sgd_plus_108", "1.0.8", "it names version 1.0.8, line 2"),
    ("multi_neuron_112", "1.1.2", "its backprop takes class labels, line 15"),
    ("multi_neuron_114", "1.1.4", "its backprop takes predictions and errors, line 15"),
    ("adam_115", "1.1.5", "its backprop takes the errors alone, line 28"),
    ("star_names", "1.1.5", NOTHING),
    ("raises", "1.1.5", NOTHING),
])
def test_the_homework_scripts_are_told_apart(name, version, reason):
    assert api_of((LEGACY / f"{name}.py").read_text()) == Api(version, reason)


@pytest.mark.parametrize(("parameters", "version", "reason"), [
    ("self, y_error, vals_for_input_vars, deriv_sigmoid", "1.1.2", "averages"),
    ("self, y_error_avg, data_tuple_avg, deriv_sigmoid_avg", "1.1.2", "averages"),
    ("self, y_error_avg, deriv_sigmoid_avg", "1.1.2", "averages"),
    ("self, err, x, d, mu, beta1=0.9", "1.1.2", "averages"),
    ("self, a, b", "1.1.2", "averages"),
    ("self, a, b, c, mu=0.9", "1.1.2", "averages"),
    (SAMPLES, "1.1.5", "the samples of a batch"),
    (SAMPLES + ", mu, t", "1.1.5", "the samples of a batch"),
    ("self, a, b, c, d", "1.1.5", "the samples of a batch"),
])
def test_a_one_neuron_backprop_is_told_by_what_it_takes(parameters, version, reason):
    assert api_of(in_class(ONE.format(parameters))) == Api(
        version, f"its backprop takes {reason}, line 2")


@pytest.mark.parametrize(("parameters", "version", "reason"), [
    ("self, y_error, class_labels", "1.1.2", "class labels"),
    ("self, y_errors, labels, mu=0.9", "1.1.2", "class labels"),
    ("self, y_error_avg, classes", "1.1.2", "class labels"),
    ("self, y_error, cls", "1.1.2", "class labels"),
    ("self, predictions, y_errors", "1.1.4", "predictions and errors"),
    ("self, y_preds, errors, beta1, beta2", "1.1.4", "predictions and errors"),
    ("self, y_errors", "1.1.5", "the errors alone"),
    ("self, y_errors, mu", "1.1.5", "the errors alone"),
    ("self, e", "1.1.5", "the errors alone"),
])
def test_a_multi_neuron_backprop_is_told_by_what_it_takes(parameters, version, reason):
    assert api_of(in_class(MULTI.format(parameters))) == Api(
        version, f"its backprop takes {reason}, line 2")


def test_parameters_that_say_nothing_are_no_clue():
    assert one_neuron_form(["a", "b", "c", "d", "e"], 5) is None
    assert one_neuron_form([], 0) is None
    assert multi_neuron_form(["a", "b"], 2) is None
    assert multi_neuron_form([], 0) is None
    assert api_of(in_class(MULTI.format("*args"))) == Api("1.1.5", NOTHING)


def test_a_call_is_told_by_the_names_that_it_passes_too():
    of_one = "cgp.backprop_and_update_params_one_neuron_model({})"
    assert api_of(of_one.format("y_error=a, vals_for_input_vars=b, deriv_sigmoid=c")) == Api(
        "1.1.2", "it calls backprop with averages, line 1")
    of_several = "cgp.backprop_and_update_params_multi_neuron_model({})"
    assert api_of(of_several.format("a, y_errors=b")).version == "1.1.5"
    assert api_of(of_several.format("e, class_labels=b")) == Api(
        "1.1.2", "it calls backprop with class labels, line 1")
    assert api_of(of_several.format("*a")).reason == NOTHING
    assert api_of(of_several.format("**a")).reason == NOTHING


def test_a_method_whose_name_goes_on_counts_too():
    method = ONE.format("self, y_error, x, d").replace("_model(", "_model_adam(")
    assert api_of(in_class(method)).version == "1.1.2"


@pytest.mark.parametrize("line", [
    "self.bias[layer - 1] += step",
    "y = total + self.bias[layer_index - 1]",
    "y = self.bias[0] + total",
    "self.bias = [random.uniform(0, 1) for _ in range(self.num_layers - 1)]",
    "self.bias = [0.0, 0.0]",
])
def test_one_bias_for_a_layer_is_1_1_2(line):
    assert api_of(in_method(line)) == Api("1.1.2", "its bias has one number for each layer, line 3")


@pytest.mark.parametrize("line", [
    "self.bias[layer][j] -= step",
    "y = total + self.bias[layer][0]",
    "self.bias = {i: [0.0] for i in range(1, 3)}",
    "self.bias = {}",
])
def test_a_bias_for_each_unit_is_newer(line):
    assert api_of(in_method(line)) == Api("1.1.5", "its bias has a number for each unit, line 3")


@pytest.mark.parametrize("line", [
    "self.bias = random.uniform(0, 1)",
    "self.bias -= step",
    "for b in self.bias[layer]: print(b)",
    "self.bias = [[0.0, 0.0], [0.0]]",
    "self.velocity[layer - 1] += step",
])
def test_a_bias_that_every_version_has_is_no_clue(line):
    assert api_of(in_method(line)) == Api("1.1.5", NOTHING)


@pytest.mark.parametrize(("text", "version"), [
    ("# made with Version 1.0.8", "1.0.8"),
    ("# Version: 1.1.3", "1.1.3"),
    ("# ComputationalGraphPrimer-1.1.2", "1.1.2"),
    ("# needs ComputationalGraphPrimer 1.1.0", "1.1.0"),
    ("'''\nHomework 2\n\nComputationalGraphPrimer version 1.0.9\n'''", "1.0.9"),
])
def test_a_version_in_a_comment_or_docstring_counts(text, version):
    line = text.count("\n", 0, text.index(version)) + 1
    assert api_of(text) == Api(version, f"it names version {version}, line {line}")


@pytest.mark.parametrize("text", [
    "# torch version 1.1.0", "# pandas version 1.1.5, numpy version 1.1.0", "# Version 1.0.2",
    "# Python version 3.11.2", "print('Version 1.0.8')", "# conversion 1.0.5",
])
def test_a_version_of_something_else_does_not(text):
    assert api_of(text) == Api("1.1.5", NOTHING)


@pytest.mark.parametrize(("calls", "version"), [
    ("cgp.run_training_loop_multi_neuron_model()", "1.0.7"),
    ("data = cgp.gen_training_data()\ncgp.run_training_loop_one_neuron_model(data)", "1.1.5"),
    ("cgp.run_training_loop_one_neuron_model(training_data=data)", "1.1.5"),
    # Returned data are a feature of 1.0.8; the first of two that contradict each other is taken.
    ("data = cgp.gen_training_data()\ncgp.run_training_loop_one_neuron_model()", "1.1.5"),
    ("cgp.gen_training_data()\ncgp.run_training_loop_one_neuron_model()\ncgp.display_DAG()",
     "1.0.7"),
    ("cgp.backprop_and_update_params_multi_neuron_model(y_error_avg, class_labels)", "1.1.2"),
    ("cgp.backprop_and_update_params_multi_neuron_model(predictions, self.errors)", "1.1.4"),
    ("cgp.backprop_and_update_params_one_neuron_model(*batch)", "1.1.5"),
])
def test_calls_tell_what_the_package_took(calls, version):
    assert api_of(calls).version == version


def test_a_loop_of_the_script_s_own_may_be_called_in_its_own_way():
    own = in_class("    def run_training_loop_one_neuron_model(self, mu=0.9): pass\n")
    assert api_of(own + "Mine().run_training_loop_one_neuron_model()").version == "1.1.5"
    without = own.replace("self, mu=0.9", "self")
    assert api_of(without) == Api("1.0.7", "its training loop takes no data, line 2")


def test_methods_decide_against_what_comments_and_calls_say():
    script = "# Version 1.0.8\n" + in_class(MULTI.format("self, predictions, y_errors"))
    script += "Mine().run_training_loop_multi_neuron_model()\n"
    assert api_of(script) == Api("1.1.4", "its backprop takes predictions and errors, line 3")


def test_clues_that_agree_narrow_down_and_the_one_that_decided_is_named():
    script = "# Version 1.1.0\n" + in_class(ONE.format("self, y_error, x, d"))
    assert api_of(script) == Api("1.1.0", "it names version 1.1.0, line 1")


def test_what_is_not_python_is_refused_and_an_odd_escape_is_not():
    with pytest.raises(SyntaxError):
        api_of("print 'loss'")
    assert api_of("path = 'C:\\data'").version == "1.1.5"

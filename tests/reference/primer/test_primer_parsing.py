"""The facade's parsers: the attributes that scripts read, in the order of the text."""

import pytest

from cgp_reference.expressions.expression import ExpressionError
from cgp_reference.graph import GraphError
from cgp_reference.primer import ComputationalGraphPrimer, PrimerError
from tests.reference.primer.primer_cases import NETWORK, NEURON, network, neuron

DAG = ["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"]
SHARED = (
    "exp_objects", "expressions_dict", "var_to_var_param", "var_to_int_labels", "depends_on",
    "leads_to", "all_vars", "independent_vars", "dependent_vars", "learnable_params", "input_size",
    "output_size", "output_vars")
LAYERED = ("layer_expressions", "layer_exp_objects", "layer_vars", "layer_params", "all_params")


def state(model, names=SHARED):
    return {name: str(getattr(model, name)) for name in names}


def refused(function, *arguments, kind=PrimerError):
    with pytest.raises(kind) as caught:
        function(*arguments)
    return str(caught.value)


def test_a_neuron_is_read():
    made = neuron()
    [exp] = made.exp_objects
    assert (exp.exp, exp.body, exp.dependent_var) == (NEURON, NEURON[3:], "xw")
    assert (exp.right_vars, exp.right_params) == (
        ["xa", "xb", "xc", "xd"], ["ab", "bc", "cd", "ac"])
    assert made.expressions_dict == {"xw": NEURON[3:]}
    assert made.var_to_var_param == {"xw": {"xa": "ab", "xb": "bc", "xc": "cd", "xd": "ac"}}
    assert made.independent_vars == ["xa", "xb", "xc", "xd"]
    assert made.learnable_params == ["ab", "bc", "cd", "ac"]
    assert (made.dependent_vars, made.input_size, made.output_size) == (["xw"], 4, 1)


def test_a_graph_is_read():
    made = ComputationalGraphPrimer(expressions=DAG)
    made.parse_general_dag_expressions()
    assert made.output_vars == ["xw"]           # inferred
    assert made.all_vars == ["xx", "xa", "xy", "xz", "xw"]
    assert made.var_to_int_labels == {"xx": 0, "xa": 1, "xy": 2, "xz": 3, "xw": 4}
    assert made.depends_on == {
        "xx": ["xa"], "xy": ["xx", "xa"], "xz": ["xx", "xy"], "xw": ["xx", "xz"]}
    assert made.leads_to == {
        "xx": ["xy", "xz", "xw"], "xa": ["xx", "xy"], "xy": ["xz"], "xz": ["xw"], "xw": []}
    assert made.learnable_params == ["ab", "ac", "bc", "cd"]
    assert (made.independent_vars, made.dependent_vars) == (["xa"], ["xx", "xy", "xz", "xw"])
    assert made.var_to_var_param == {
        "xx": {}, "xy": {"xx": "ab", "xa": "ac"}, "xz": {"xx": "bc"}, "xw": {"xx": "cd"}}


def test_expressions_stay_in_the_order_of_the_text():
    made = ComputationalGraphPrimer(expressions=DAG[::-1])
    made.parse_expressions()
    assert [exp.exp for exp in made.exp_objects] == DAG[::-1]
    assert made.dependent_vars == ["xw", "xz", "xy", "xx"] == list(made.expressions_dict)
    assert made.learnable_params == ["cd", "bc", "ab", "ac"]
    assert made.output_vars == ["xw"]


def test_layers_are_read(capsys):
    made = network()
    assert made.layer_expressions == {1: NETWORK[:2], 2: NETWORK[2:]}
    assert {layer: [exp.exp for exp in exps] for layer, exps in made.layer_exp_objects.items()} == (
        made.layer_expressions)
    assert made.layer_vars == {0: ["xp", "xq", "xr", "xs"], 1: ["xw", "xz"], 2: ["xo"]}
    assert made.layer_params == {
        1: [["ap", "aq", "ar", "as"], ["bp", "bq", "br", "bs"]], 2: [["cp", "cq"]]}
    assert made.all_params == ["ap", "aq", "ar", "as", "bp", "bq", "br", "bs", "cp", "cq"]
    assert (made.input_size, made.output_size) == (4, 3)
    assert capsys.readouterr().out == ""


def test_parsing_again_or_otherwise_gives_the_same_as_parsing_once():
    once, twice = neuron(), neuron()
    twice.parse_expressions()
    twice.parse_general_dag_expressions()
    assert state(once) == state(twice)
    layered = network()
    found = state(layered, SHARED + LAYERED)
    layered.parse_multi_layer_expressions()
    layered.parse_expressions()
    assert state(layered, SHARED + LAYERED) == found


def test_names_inside_each_other_are_four_names():
    made = ComputationalGraphPrimer(expressions=["xab=a*xa + ab*xaa + aab*xb"])
    made.parse_expressions()
    assert made.var_to_var_param == {"xab": {"xa": "a", "xaa": "ab", "xb": "aab"}}


def test_names_take_add_as_the_packages_sets_do():
    made = neuron()
    made.learnable_params.add("ab")
    made.leads_to["xa"].add("xv")
    assert made.learnable_params == ["ab", "bc", "cd", "ac"]
    assert made.leads_to["xa"] == ["xw", "xv"]


def test_debug_prints_a_short_summary(capsys):
    ComputationalGraphPrimer(expressions=["xw=ab*xa"], debug=True).parse_expressions()
    assert capsys.readouterr().out == (
        "expressions: {'xw': 'ab*xa'}\n"
        "inputs:      ['xa']\n"
        "outputs:     ['xw']\n"
        "parameters:  ['ab']\n"
        "depends on:  {'xw': ['xa']}\n"
        "leads to:    {'xw': [], 'xa': ['xw']}\n")


def test_expressions_that_do_not_fit_the_options_are_refused():
    assert refused(ComputationalGraphPrimer().parse_expressions) == (
        "expressions was not given\n  expected a list of texts, such as ['xw=ab*xa+bc*xb']\n"
        "  fix: add expressions=['xw=ab*xa+bc*xb'] to the constructor call")
    two = ComputationalGraphPrimer(expressions=NETWORK[:2], one_neuron_model=True)
    assert refused(two.parse_expressions) == (
        "2 expressions with one_neuron_model\n  expected one, such as ['xw=ab*xa+bc*xb']\n"
        "  fix: leave one_neuron_model out, or the other expressions")
    unknown = ComputationalGraphPrimer(expressions=[NEURON], output_vars=["xv"])
    assert refused(unknown.parse_expressions, kind=GraphError) == (
        "'xv' cannot be an output\n  expected one of xw")
    broken = ComputationalGraphPrimer(expressions=["xw=ab*"])
    with pytest.raises(ExpressionError):
        broken.parse_expressions()


def test_layers_that_do_not_fit_the_expressions_are_refused():
    def parser(texts, layers):
        return ComputationalGraphPrimer(
            expressions=texts, num_layers=len(layers), layers_config=layers,
        ).parse_multi_layer_expressions

    assert refused(parser(NETWORK, [4, 3, 1])) == (
        "3 expressions for layers_config=[4, 3, 1]\n"
        "  expected 4, one for each unit behind the inputs")
    assert refused(parser(NETWORK, [5, 2, 1])) == (
        "4 inputs (xp, xq, xr, xs) for layers_config with 5\n"
        "  expected expressions of layer 1 that read 5 variables")
    assert refused(parser([NETWORK[0], "xo=cp*xw+cq*xp"], [4, 1, 1])) == (
        "'xo', in layer 2, reads 'xp'\n  at expression 'xo=cp*xw+cq*xp'\n"
        "  expected variables of layer 1: xw")
    assert refused(ComputationalGraphPrimer(
        expressions=NETWORK, num_layers=3).parse_multi_layer_expressions) == (
        "layers_config was not given\n  expected a list of whole numbers, such as [4, 2, 1]\n"
        "  fix: add layers_config=[4, 2, 1] to the constructor call")
    changed = network()
    changed.num_layers = 2
    assert refused(changed.parse_multi_layer_expressions) == (
        "num_layers=2 and layers_config=[4, 2, 1]\n"
        "  expected num_layers=3, or a layers_config of 2 numbers")


def test_an_expression_is_evaluated_as_in_mathematics():
    made = neuron()
    values = {"xa": -0.5, "xaa": 2.0}
    assert made.eval_expression("a*xa^2 + aa*xaa", values, {"a": 4.0, "aa": 10.0}) == 21.0
    assert made.eval_expression("-xa^2", values, None, ["xa"]) == -0.25
    assert refused(made.eval_expression, "ab*xa", values, None) == (
        "there is no value for 'ab'\n  at expression 'ab*xa'")
    assert refused(made.eval_expression, "xaa*xa", values, None, ["xa"]) == (
        "there is no value for 'xaa'\n  at expression 'xaa*xa'")
    assert refused(made.eval_expression, "xb", values, None, ["xb"]) == (
        "there is no value for 'xb'\n  at expression 'xb'")

import copy
import os
import subprocess
import sys

import numpy as np
import pytest

from cgp_reference.graph import Graph, GraphError
from cgp_reference.graph.forward import forward
from cgp_reference.graph.values import MissingValueError, ValuesError

DAG = ["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"]
NEURON = ["xw=ab*xa+bc*xb+cd*xc+ac*xd"]


def refusal(*args, **named):
    with pytest.raises(GraphError) as error:
        Graph.of(*args, **named)
    return str(error.value)


def test_the_lecture_s_dag_depends_on_and_leads_to_what_is_printed():
    graph = Graph.of(DAG)
    assert {node: list(names) for node, names in graph.depends_on.items()} == {
        "xx": ["xa"], "xy": ["xa", "xx"], "xz": ["xx", "xy"], "xw": ["xx", "xz"],
    }
    assert {node: list(names) for node, names in graph.leads_to.items()} == {
        "xa": ["xx", "xy"], "xx": ["xy", "xz", "xw"], "xy": ["xz"], "xz": ["xw"],
    }


def test_names_come_by_first_appearance_and_the_order_is_topological():
    graph = Graph.of(DAG)
    assert graph.variables == ("xx", "xa", "xy", "xz", "xw")
    assert graph.parameters == ("ab", "ac", "bc", "cd")
    assert (graph.inputs, graph.outputs) == (("xa",), ("xw",))
    assert graph.order == ("xa", "xx", "xy", "xz", "xw")


def test_expressions_may_come_in_any_order():
    assert Graph.of(DAG[::-1]).order == Graph.of(DAG).order
    assert Graph.of(DAG[::-1]).depends_on == Graph.of(DAG).depends_on


def test_an_order_that_works_is_kept():
    texts = ["xd=a*xa", "xc=b*xa", "xb=c*xd", "xe=d*xc+xb"]
    assert [exp.exp for exp in Graph.of(texts).expressions] == texts


def test_parameters_are_paired_with_the_variables_they_multiply():
    assert Graph.of(NEURON).var_to_var_param == {
        "xw": {"xa": "ab", "xb": "bc", "xc": "cd", "xd": "ac"}
    }
    assert Graph.of(DAG).var_to_var_param == {
        "xx": {}, "xy": {"xx": "ab", "xa": "ac"}, "xz": {"xx": "bc"}, "xw": {"xx": "cd"},
    }
    texts = ["xw=tanh(xa*ab-bc*xb+bias+cd*xc^2+ab*xb)"]
    assert Graph.of(texts).var_to_var_param == {"xw": {"xa": "ab", "xb": "bc"}}


def test_what_a_graph_gives_out_cannot_change_it():
    graph = Graph.of(DAG)
    graph.depends_on["xx"] = ()
    graph.var_to_var_param["xy"].clear()
    assert graph.depends_on["xx"] == ("xa",)
    assert graph.var_to_var_param["xy"] == {"xx": "ab", "xa": "ac"}
    with pytest.raises(AttributeError):
        graph.outputs = ("xz",)
    assert copy.deepcopy(graph) == graph


def test_outputs_and_inputs_may_be_given():
    graph = Graph.of(NEURON, outputs=["xw"], inputs=["xd", "xc", "xb", "xa"])
    assert graph.inputs == ("xd", "xc", "xb", "xa")
    assert Graph.of(DAG, outputs=["xz"]).outputs == ("xz",)
    assert Graph.of(["xb=a*xa", "xc=b*xa"]).outputs == ("xb", "xc")


def test_a_circle_is_refused_and_named():
    assert refusal(["xd=xc", "xa=ab*xb", "xb=xc", "xc=xa+xe"]) == (
        "the expressions run in a circle: xc needs xa needs xb needs xc\n"
        "  at xc=xa+xe, xa=ab*xb, xb=xc\n"
        "  expected an order in which each variable is computed before it is read"
    )
    assert refusal(["xa=ab*xa"]) == (
        "the expressions run in a circle: xa needs xa\n"
        "  at xa=ab*xa\n"
        "  expected an order in which each variable is computed before it is read"
    )


def test_of_a_long_circle_the_ends_are_shown():
    texts = [f"x{i}=a*x{(i + 1) % 60}" for i in range(60)]
    texts[1] = "x1=" + "+".join(f"weight{i}*x2" for i in range(40))
    assert refusal(texts) == (
        "the expressions run in a circle: x0 needs x1 needs x2 needs x3 needs … 53 more … needs "
        "x57 needs x58 needs x59 needs x0\n"
        "  at x0=a*x1, x1=weight0*x2+weight1*x2+weigh…, x2=a*x3, x3=a*x4, … 52 more …, x56=a*x57, "
        "x57=a*x58, x58=a*x59, x59=a*x0\n"
        "  expected an order in which each variable is computed before it is read"
    )


def test_a_variable_defined_twice_is_refused():
    assert refusal(["xb=xa", "xb=2*xa"]) == (
        "the variable 'xb' is defined twice\n"
        "  at xb=xa and xb=2*xa\n"
        "  expected one expression for each variable"
    )


@pytest.mark.parametrize(("named", "text"), [
    ({"outputs": ["xv"]}, "'xv' cannot be an output\n  expected one of xx, xy, xz, xw"),
    ({"outputs": ["xzz"]}, "'xzz' cannot be an output\n  expected one of xx, xy, xz, xw\n"
                           "  fix: did you mean 'xz'?"),
    ({"outputs": "xa"}, "'xa' cannot be an output\n  expected one of xx, xy, xz, xw"),
    ({"outputs": []}, "there are no outputs\n  expected one of xx, xy, xz, xw"),
    ({"inputs": ["xx"]}, "'xx' cannot be an input\n  expected one of xa"),
    ({"inputs": []}, "'xa' is neither an input nor has it an expression\n  expected the inputs xa"),
])
def test_outputs_and_inputs_that_are_none_are_refused(named, text):
    shown = refusal(DAG, **named)
    assert shown.split("\n  fix")[0] == text.split("\n  fix")[0]
    assert "fix" not in text or shown == text


def test_a_list_of_expressions_is_needed():
    form = "  expected a list of texts, one for each node: ['xx=xa^2', 'xy=ab*xx']"
    assert refusal([]) == f"there are no expressions\n{form}"
    assert refusal("xx=xa^2") == f"the expressions are one text\n{form}"


@pytest.mark.parametrize(("values", "error", "text"), [
    ({"xa": 1.0}, MissingValueError,
     "there is no value for ab, bc\n  expected one for each of xa, xb, ab, bc"),
    ({"xa": [1, 2], "xb": [1, 2, 3], "ab": 1, "bc": 1}, ValuesError,
     "the shapes of the values do not fit together: xa (2,), xb (3,)\n"
     "  expected inputs () or (batch,) or (batch, S), parameters () or (S,); S: seeds, last"),
    ({"xa": "1", "xb": 1, "ab": 1, "bc": 1}, ValuesError,
     "the value of xa is str of <U1\n  expected numbers, real or complex"),
    ({"xa": [[1], [2, 3]], "xb": 1, "ab": 1, "bc": 1}, ValuesError,
     "the value of xa is no array\n  expected rows of equal length"),
    ({"xa": 1, "xb": 1, "ab": [[1]], "bc": 1}, ValuesError,
     "ab has the shape (1, 1)\n"
     "  expected inputs () or (batch,) or (batch, S), parameters () or (S,); S: seeds, last"),
])
def test_values_that_do_not_fit_are_explained(values, error, text):
    graph = Graph.of(["xw=ab*xa+bc*xb"])
    with pytest.raises(error) as caught:
        forward(graph, {"xb": 1.0, **values})
    assert str(caught.value) == text


def test_every_variable_has_the_shape_of_the_batch():
    graph = Graph.of(["xk=2", "xw=ab*xa+bc*xb"])
    values = forward(graph, {"xa": [1, 2, 3], "xb": 4, "ab": 1, "bc": 1, "unused": "text"})
    assert {name: np.shape(values[name]) for name in values} == {
        "xa": (3,), "xb": (3,), "xk": (3,), "xw": (3,), "ab": (), "bc": (),
    }
    assert values["xw"].tolist() == [5, 6, 7]


PRINT = """
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.graph import Graph
graph = Graph.of(["xw=cd*xx+xz^3", "xz=bc*xx+xy", "xy=ab*xx+ac*xa+ad*xb", "xx=xa^2"])
values = forward(graph, {name: 0.1 * i for i, name in enumerate(
    (*graph.inputs, *graph.parameters), 1)})
print(graph, graph.depends_on, graph.leads_to, graph.operators().nodes)
print(values, backpropagate(graph, values, {"xw": 1.0}))
"""


def test_nothing_depends_on_the_hash_seed():
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert "xw=cd*xx+xz^3" in printed.pop()

"""The facade's drawings: what they show of the attributes, and when they refuse."""

import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch, Rectangle

from cgp_reference.primer import displays
from cgp_reference.primer.displays import Displays
from cgp_reference.primer.options import PrimerError
from cgp_reference.primer.parsing import Parsing

MULTI = ["xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz"]
DAG = ["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"]
PARAMETERS = {f"{a}{x}" for a in "ab" for x in "pqrs"} | {"cp", "cq"}


class Drawing(Displays, Parsing):
    """The two mixins that a drawing needs."""


@pytest.fixture(autouse=True)
def headless():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def network():
    made = Drawing(expressions=MULTI, num_layers=3, layers_config=[4, 2, 1])
    made.parse_multi_layer_expressions()
    return made


def dag():
    made = Drawing(expressions=DAG)
    made.parse_general_dag_expressions()
    return made


def texts():
    [axes] = plt.gcf().axes
    return {text.get_text() for text in axes.texts}


def arrows():
    return sum(isinstance(patch, FancyArrowPatch) for patch in plt.gcf().axes[0].patches)


def refused(method):
    with pytest.raises(PrimerError) as caught:
        method()
    return str(caught.value)


@pytest.mark.parametrize("name", ["display_network2", "display_DAG"])
def test_a_graph_is_drawn_with_its_parameters(name):
    getattr(dag(), name)()
    assert texts() == {"xa", "xx", "xy", "xz", "xw", "ab", "ac", "bc", "cd"}
    assert arrows() == 7


def test_network1_is_drawn_without_parameters():
    network().display_network1()
    assert texts() == {"xp", "xq", "xr", "xs", "xw", "xz", "xo"}
    assert arrows() == 10


def test_a_multi_neuron_network_is_drawn_with_its_parameters_and_inputs_as_squares():
    network().display_multi_neuron_network()
    assert texts() == {"xp", "xq", "xr", "xs", "xw", "xz", "xo"} | PARAMETERS
    assert sum(isinstance(patch, Rectangle) for patch in plt.gcf().axes[0].patches) == 4


def test_one_neuron_is_drawn():
    made = Drawing(expressions=["xw=ab*xa+bc*xb"], one_neuron_model=True)
    made.parse_expressions()
    made.display_one_neuron_network()
    assert (texts(), arrows()) == ({"xa", "xb", "xw", "ab", "bc"}, 2)


def test_a_drawing_shows_what_the_attributes_hold_now():
    made = dag()
    made.var_to_var_param["xw"]["xx"] = "mine"
    made.leads_to["xy"] = []
    made.display_network2()
    assert "mine" in texts()
    assert arrows() == 6


@pytest.mark.parametrize("name", [
    "display_network1", "display_network2", "display_DAG", "display_one_neuron_network",
    "display_multi_neuron_network",
])
def test_before_parsing_there_is_nothing_to_draw(name):
    assert refused(getattr(Drawing(expressions=DAG), name)) == (
        "there is no graph to draw yet\n"
        "  expected parse_expressions(), parse_multi_layer_expressions() or "
        "parse_general_dag_expressions() before the drawing"
    )
    assert plt.get_fignums() == []


def test_several_nodes_are_not_one_neuron():
    assert refused(dag().display_one_neuron_network) == (
        "display_one_neuron_network() and 4 nodes: xx, xy, xz, xw\n"
        "  expected one expression\n"
        "  fix: call display_network2()"
    )


def test_a_graph_parsed_without_layers_is_no_multi_neuron_network():
    assert refused(dag().display_multi_neuron_network) == (
        "there are no layers to draw\n"
        "  expected parse_multi_layer_expressions() before it\n"
        "  fix: call that, or display_network2() for any graph"
    )


def test_arcs_to_names_that_are_not_there_and_cycles_are_refused():
    made = dag()
    made.leads_to["xw"] = ["xq"]
    assert refused(made.display_network2) == (
        "leads_to cannot be drawn: 'xq'\n"
        "  expected arcs between the names in all_vars, and no cycle"
    )
    made.leads_to["xw"] = ["xx"]
    assert refused(made.display_network2) == (
        "leads_to cannot be drawn: the arcs have a cycle\n"
        "  expected arcs between the names in all_vars, and no cycle"
    )


def test_the_figure_is_given_to_the_window(monkeypatch):
    given = []
    monkeypatch.setattr(displays, "shown", given.append)
    dag().display_network2()
    [draw] = given
    draw(plt.figure())
    assert "cd" in texts()

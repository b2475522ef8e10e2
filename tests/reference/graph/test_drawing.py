"""Drawings of graphs, measured on the artists themselves: what is there, and what meets what."""

from functools import cache
from itertools import combinations
from random import Random

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.transforms import Affine2D

from cgp_reference.demos import figure
from cgp_reference.drawing import artists
from cgp_reference.drawing.layout import crossings, ordered
from cgp_reference.drawing.picture import layers, of_graph, of_names, of_operators
from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.lecture_dag import EXPRESSIONS
from cgp_reference.graph.values import ValuesError
from cgp_reference.network import LayeredNetwork
from cgp_reference.network.as_graph import network_graph
from tests.long import some

DAG = Graph.of(EXPRESSIONS)
VALUES = forward(DAG, {"xa": 0.5, "ab": 1.0, "bc": 2.0, "cd": 3.0, "ac": 4.0})
LECTURE = {
    "DAG": of_graph(DAG), "DAG with values": of_graph(DAG, VALUES),
    "4-1": of_graph(network_graph(LayeredNetwork((4, 1)))),
    "4-2-1": of_graph(network_graph(LayeredNetwork((4, 2, 1)))),
    "2-10-2": of_graph(network_graph(LayeredNetwork((2, 10, 2)))),
}
WIDE = LECTURE["2-10-2"]


def random_graph(seed, nodes=8):
    """Each node reads one to three of those before it, as often as not over several layers."""
    draw, names, texts = Random(seed), ["xa", "xb"], []
    for letter in "cdefghijklm"[:nodes]:
        sources = draw.sample(names, draw.randint(1, min(3, len(names))))
        texts.append(f"x{letter}=" + "+".join(f"{letter}{name[1]}*{name}" for name in sources))
        names.append(f"x{letter}")
    return Graph.of(texts)


def drawn(picture):
    with figure.look():
        made = figure.blank()
        artists.draw(made, picture)
        FigureCanvasAgg(made).draw()
    return made


@cache
def of_lecture(name):
    """Drawn once: nobody changes it."""
    return drawn(LECTURE[name])


def shapes(made):
    """The outline of each node, in the order of the picture."""
    kinds = (Circle, Rectangle, FancyBboxPatch)
    [axes] = made.axes
    return [one for one in axes.patches if isinstance(one, kinds) and one.get_zorder() == 3]


def arrows(made):
    return [one for one in made.axes[0].patches if isinstance(one, FancyArrowPatch)]


def shaft(arrow):
    """Points along an arrow's line, in units of the drawing."""
    # Curves are broken into straight pieces by the dot: 200 dots a unit.
    found = arrow.get_path().to_polygons(Affine2D().scale(200), closed_only=False)[0] / 200
    way = np.concatenate([[0.0], np.hypot(*np.diff(found, axis=0).T).cumsum()])
    even = np.linspace(0.0, way[-1], 160)
    return np.column_stack([np.interp(even, way, axis) for axis in found.T])


def pierced(made, picture):
    """(arc, node) where an arc runs through a node that is not its own."""
    outlines = [one.get_path().transformed(one.get_patch_transform()) for one in shapes(made)]
    return [
        (arc, number)
        for arc, line in zip(picture.arcs, map(shaft, arrows(made)), strict=True)
        for number, outline in enumerate(outlines)
        if number not in (arc.source, arc.target) and outline.contains_points(line).any()
    ]


def together(made, picture):
    """Pairs of arcs of which a stretch lies on the other, away from nodes that both have."""
    nodes = [one.get_path().transformed(one.get_patch_transform()).get_extents()
             for one in shapes(made)]
    centres = np.array([(box.p0 + box.p1) / 2 for box in nodes])
    lines = zip(picture.arcs, map(shaft, arrows(made)), strict=True)
    found = []
    for (one, line), (two, other) in combinations(lines, 2):
        near = np.linalg.norm(line[:, None] - other[None], axis=2).min(axis=1) < 0.03
        for node in {one.source, one.target} & {two.source, two.target}:
            near &= np.linalg.norm(line - centres[node], axis=1) > 0.9
        if near.mean() > 0.25:
            found.append((one, two))
    return found


def overlapping(made):
    """Texts that reach into each other, or labels of arcs into a node."""
    renderer = made.canvas.get_renderer()
    texts = [(text.get_text(), text.get_window_extent(renderer)) for text in made.axes[0].texts]
    found = [(a, b) for (a, one), (b, two) in combinations(texts, 2) if one.overlaps(two)]
    for outline in shapes(made):
        box = outline.get_window_extent(renderer)
        found += [
            (text.get_text(), "a node") for text in made.axes[0].texts
            if text.get_bbox_patch() is not None and text.get_window_extent(renderer).overlaps(box)
        ]
    return found


@pytest.mark.parametrize("name", LECTURE)
def test_the_lecture_s_graphs_have_every_name_and_every_parameter_once(name):
    picture, made = LECTURE[name], of_lecture(name)
    texts = [text.get_text() for text in made.axes[0].texts]
    wanted = [node.label for node in picture.nodes] + [
        arc.label for arc in picture.arcs if arc.label] + [
        node.note for node in picture.nodes if node.note]
    assert sorted(texts) == sorted(wanted)
    assert (len(shapes(made)), len(arrows(made))) == (len(picture.nodes), len(picture.arcs))


def test_the_dag_s_arcs_carry_the_parameters_of_its_terms():
    picture = LECTURE["DAG with values"]
    names = [node.label for node in picture.nodes]
    assert {(names[arc.source], names[arc.target]): arc.label for arc in picture.arcs} == {
        ("xa", "xx"): "", ("xa", "xy"): "ac", ("xx", "xy"): "ab", ("xx", "xz"): "bc",
        ("xy", "xz"): "", ("xx", "xw"): "cd", ("xz", "xw"): "",
    }
    # xa = 1/2; xx = 1/4; xy = 1/4 + 2; xz = 1/2 + xy; xw = 3/4 + 2.75^3
    assert [(node.label, node.note) for node in picture.nodes] == [
        ("xa", "0.5"), ("xx", "0.25"), ("xy", "2.25"), ("xz", "2.75"), ("xw", "21.5")]


@pytest.mark.parametrize("name", LECTURE)
def test_in_the_lecture_s_graphs_nothing_meets(name):
    made = of_lecture(name)
    assert pierced(made, LECTURE[name]) == []
    assert together(made, LECTURE[name]) == []
    assert overlapping(made) == []


def test_the_lecture_s_dag_has_no_arcs_that_cross():
    made = of_lecture("DAG")
    for (one, a), (two, b) in combinations(
        zip(LECTURE["DAG"].arcs, arrows(made), strict=True), 2
    ):
        if not {one.source, one.target} & {two.source, two.target}:
            apart = np.linalg.norm(shaft(a)[:, None] - shaft(b)[None], axis=2)
            assert apart.min() > 0.1


def test_a_network_s_arcs_are_straight():
    for name in ("4-1", "4-2-1", "2-10-2"):
        for arrow in arrows(of_lecture(name)):
            points = shaft(arrow)
            along, (x, y) = points[-1] - points[0], (points - points[0]).T
            off = along[0] * y - along[1] * x
            assert np.abs(off).max() / np.linalg.norm(along) < 1e-6


@pytest.mark.parametrize("seed", some(range(6), 3))
def test_in_random_graphs_no_arc_runs_through_a_node_or_along_another(seed):
    picture = of_graph(random_graph(seed))
    made = drawn(picture)
    assert pierced(made, picture) == []
    assert together(made, picture) == []


def test_straight_arcs_alone_would_run_through_nodes_and_along_each_other(monkeypatch):
    """The measures above see it."""
    monkeypatch.setattr(artists, "bends", lambda places, arcs, boxes: [0.0] * len(arcs))
    made = drawn(LECTURE["DAG"])
    names = [node.label for node in LECTURE["DAG"].nodes]
    assert {(names[arc.source], names[arc.target], names[node])
            for arc, node in pierced(made, LECTURE["DAG"])} == {
        ("xa", "xy", "xx"), ("xx", "xz", "xy"), ("xx", "xw", "xy"), ("xx", "xw", "xz")}
    assert together(made, LECTURE["DAG"])


def test_labels_in_the_middle_of_all_arcs_would_overlap(monkeypatch):
    monkeypatch.setattr(
        artists, "labels", lambda places, arcs, *rest: [
            tuple(places[[arc.source, arc.target]].mean(axis=0)) for arc in arcs])
    assert overlapping(drawn(LECTURE["DAG"]))
    assert overlapping(drawn(WIDE))


def test_inputs_inner_nodes_and_outputs_differ_in_shape():
    made = of_lecture("DAG")
    xa, xx, _, _, xw = shapes(made)
    assert (type(xa), type(xx), type(xw)) == (Rectangle, Circle, Circle)
    rings = [one for one in made.axes[0].patches if isinstance(one, Circle) and not one.fill]
    assert [one.center for one in rings] == [xw.center]
    assert rings[0].radius < xw.radius


def test_inputs_are_left_outputs_right_and_every_arc_leads_right():
    for seed in range(20):
        graph = random_graph(seed)
        picture = of_graph(graph)
        of = {node.label: node.layer for node in picture.nodes}
        assert {of[name] for name in graph.inputs} == {0}
        assert {of[name] for name in graph.outputs} == {max(of.values())}
        assert all(of[a] < of[node] for node, sources in graph.depends_on.items() for a in sources)


def test_the_depth_of_a_node_is_its_longest_way():
    assert layers(5, [(3, 4), (2, 3), (0, 2), (0, 4), (1, 4)]) == [0, 0, 1, 2, 3]
    with pytest.raises(ValueError, match=r"^the arcs have a cycle$"):
        layers(3, [(0, 1), (1, 2), (2, 1)])


def test_an_order_within_layers_undoes_crossings():
    picture = of_names(
        ["xa", "xb", "xc", "xd", "xe", "xf"], [("xa", "xf"), ("xb", "xe"), ("xc", "xd")], {},
        inputs=["xa", "xb", "xc"], outputs=[])
    assert crossings(picture, picture.layers) == 3
    assert crossings(picture, ordered(picture)) == 0


def test_operators_are_round_names_are_boxes_and_results_have_their_name_below():
    picture = of_operators(Graph.of(["xb=sigmoid(ab*xa+bias)"]).operators())
    made = drawn(picture)
    assert [(node.label, node.kind, node.note) for node in picture.nodes] == [
        ("xa", "name", ""), ("ab", "name", ""), ("bias", "name", ""),
        ("*", "operator", ""), ("+", "operator", ""), ("sigmoid", "operator", "xb")]
    assert [type(one) for one in shapes(made)] == [
        Rectangle, Rectangle, Rectangle, Circle, Circle, FancyBboxPatch]
    assert overlapping(made) == []
    # A leaf stands just before the operator that reads it.
    assert [node.layer for node in picture.nodes] == [0, 0, 1, 1, 2, 3]


def test_the_dag_s_operators_can_be_told_apart():
    picture = of_operators(DAG.operators())
    made = drawn(picture)
    assert (pierced(made, picture), together(made, picture)) == ([], [])


def test_an_operator_that_reads_one_node_twice_has_one_arc_from_it():
    assert len(of_operators(Graph.of(["xb=xa*xa"]).operators()).arcs) == 1


def test_without_parameters_arcs_have_no_labels():
    assert {arc.label for arc in of_graph(DAG, parameters=False).arcs} == {""}


def test_values_of_a_batch_are_refused():
    with pytest.raises(ValuesError) as caught:
        of_graph(DAG, {"xa": [1.0, 2.0]})
    assert str(caught.value).splitlines()[0] == "xa has the shape (2,)"


def test_a_long_name_is_written_within_its_node():
    made = drawn(of_graph(Graph.of(["xoutput_of_it=ab*xsome_input"])))
    renderer = made.canvas.get_renderer()
    for outline, text in zip(shapes(made), made.axes[0].texts, strict=False):
        inside = outline.get_window_extent(renderer)
        found = [t for t in made.axes[0].texts if t.get_text().startswith("x")]
        assert any(
            inside.x0 < t.get_window_extent(renderer).x0
            and t.get_window_extent(renderer).x1 < inside.x1 for t in found), text


def test_on_given_axes_the_letters_are_made_to_fit():
    sizes = []
    for width in (0.4, 0.8):
        with figure.look():
            made = figure.blank()
            made.set_size_inches(10, 5)
            axes = made.add_axes((0.1, 0.1, width, 0.8))
            artists.draw_on(axes, LECTURE["DAG"])
            sizes.append(axes.texts[0].get_fontsize())
    assert sizes[1] == pytest.approx(2 * sizes[0])


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    written = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        with figure.look():
            made = figure.blank()
            artists.draw(made, of_graph(random_graph(3), None))
            written.append([one.read_bytes() for one in figure.save(made, tmp_path / folder, "g")])
    assert written[0] == written[1]

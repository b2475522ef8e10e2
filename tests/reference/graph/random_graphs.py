"""Random graphs drawn as text, points to evaluate them at, and their meaning to Python itself."""

import math

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward

# Names that hold each other: only whole words may count.
PARAMETERS = ("a", "ab", "abc", "b")
INPUTS = ("xa", "xab", "x")
NODES = ("xb", "xabc", "xc", "xcd")
NAMES = (*INPUTS, *PARAMETERS)

points = st.fixed_dictionaries({
    name: st.builds(
        math.copysign, st.floats(0.3, 1.5).map(lambda x: round(x, 3)), st.sampled_from([1, -1])
    )
    for name in NAMES
})


@st.composite
def atoms(draw, names, depth):
    kind = draw(st.sampled_from(["name", "name", "number", "sum", "call"] if depth else ["name"]))
    if kind == "name":
        return draw(st.sampled_from(names))
    if kind == "number":
        return draw(st.sampled_from(["2", "0.5", ".25", "1e-1", "3.", "1.5E0"]))
    inside = draw(sums(names, depth - 1))
    called = draw(st.sampled_from(["sigmoid", "tanh", "relu", "identity"]))
    return f"({inside})" if kind == "sum" else f"{called}({inside})"


@st.composite
def positives(draw, names, depth):
    """At least 0.3: a divisor, or the base of any power."""
    inside = draw(atoms(names, depth))
    form = draw(st.sampled_from(["(1.3+tanh({}))", "(sigmoid({})+0.3)", "(1+{}^2)", "({}^2^1+1)"]))
    return form.format(inside)


@st.composite
def powers(draw, names, depth):
    form = draw(st.sampled_from(["{any}", "{any}", "{any}^2", "{any} ^ 3", "{any}^0",
                                 "{positive}^{name}", "{positive}^-1.5", "{positive}^2^{name}"]))
    return form.format(
        any=draw(atoms(names, depth)), name=draw(st.sampled_from(NAMES)),
        positive=draw(positives(names, max(depth - 1, 0))),
    )


@st.composite
def products(draw, names, depth):
    text = draw(powers(names, depth))
    for symbol in draw(st.lists(st.sampled_from(["*", " * ", "*-", "/", "/-"]), max_size=2)):
        factor = powers if "*" in symbol else positives
        text += symbol + draw(factor(names, depth))
    return text


@st.composite
def sums(draw, names, depth):
    text = draw(st.sampled_from(["", "", "-"])) + draw(products(names, depth))
    for symbol in draw(st.lists(st.sampled_from(["+", "-", " - "]), max_size=2)):
        text += symbol + draw(products(names, depth))
    return text


@st.composite
def graphs(draw):
    """A list of expressions in a shuffled order, and the name of the one computed last."""
    nodes = NODES[:draw(st.integers(1, len(NODES)))]
    texts = []
    for i, node in enumerate(nodes):
        # Later nodes read earlier ones often: paths shall meet.
        names = (*NAMES, *nodes[:i], *nodes[:i], *nodes[:i])
        texts.append(f"{node}={draw(sums(names, depth=1))}")
    return draw(st.permutations(texts)), nodes[-1]


def tame(texts, point):
    """The graph, away from ReLU's kink and of values under 100; other draws are given up."""
    graph = Graph.of(texts)
    operators = graph.operators()
    with np.errstate(all="ignore"):
        results = operators.forward(point)
    for result, node in zip(results, operators.nodes, strict=True):
        assume(abs(result) < 100)
        assume(node.kind != "relu" or abs(results[node.inputs[0]]) > 1e-3)
    return graph


def python(texts, point, functions):
    """Every node as Python computes it: `^` is `**`, and each node waits for those it reads."""
    known, waiting = dict(point), list(texts)
    while waiting:
        text = waiting.pop(0)
        node, body = text.split("=")
        try:
            known[node] = eval(body.replace("^", "**"), dict(functions), known)
        except NameError:
            waiting.append(text)
    return known


def complex_step(graph, point, output, name):
    """Derivative, exact to rounding: no difference is taken (Squire and Trapp, 1998)."""
    nudged = {**point, name: point[name] + 1e-30j}
    return np.imag(forward(graph, nudged)[output]) / 1e-30

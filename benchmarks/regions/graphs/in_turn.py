"""Answers kept from graph to graph, by less than what they depend on."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.regions.cell import Cell
from benchmarks.regions.graphs.planting import OPERANDS, RETURN, cell
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission

FLAT = "tuple(value for row in partials.values() for value in row.values())"
GIVEN = "tuple(values[name] for name in graph.inputs + graph.parameters)"
NAMES_OF = "tuple(node.name for node in graph.nodes)"
OF_GRADIENTS = {
    "graph": "graph", "id of the graph": "id(graph)", "id of a node": "id(graph.nodes[-1])",
    "id of the partials": "id(partials)", "id of the errors": "id(errors)",
    "number of nodes": "len(graph.nodes)",
    "number of nodes, parameters": "(len(graph.nodes), tuple(sorted(graph.parameters)))",
    "parameters and outputs": "(graph.parameters, graph.outputs)",
    "set of names": "frozenset(node.name for node in graph.nodes)", "names": NAMES_OF,
    "names, parameters and errors": f"({NAMES_OF}, graph.parameters, tuple(errors.items()))",
    "graph and errors": "(graph, *errors.values())",
    "graph and partials": "(graph, repr(partials))",
    "graph, partials and sorted errors": "(graph, repr(partials), *sorted(errors.values()))",
    "graph, partials and the first error": "(graph, repr(partials), [*errors.values()][0])",
    "graph, partials and the last error": "(graph, repr(partials), [*errors.values()][-1])",
    "graph, partials and sizes of errors": "(graph, repr(partials), *map(abs, errors.values()))",
    "graph, partials and rounded errors":
        "(graph, repr(partials), *(round(one, 5) for one in errors.values()))",
    "nodes, partials and errors": "(graph.nodes, repr(partials), *errors.values())",
    "names and all numbers": f"({NAMES_OF}, graph.parameters, {FLAT}, *errors.items())",
    "arguments and all numbers":
        "(tuple((node.name, node.arguments) for node in graph.nodes), graph.parameters, "
        f"{FLAT}, *errors.items())",
    "graph, errors, sorted partials": f"(graph, *errors.values(), *sorted({FLAT}))",
    "graph, errors, set of partials": f"(graph, *errors.values(), frozenset({FLAT}))",
    "graph, errors, sizes of partials": f"(graph, *errors.values(), *map(abs, {FLAT}))",
    "graph, errors, rounded partials":
        f"(graph, *errors.values(), *(round(one, 5) for one in {FLAT}))",
    "graph, errors, first row": "(graph, *errors.values(), repr(partials[graph.nodes[0].name]))",
    "graph, errors, last row": "(graph, *errors.values(), repr(partials[graph.nodes[-1].name]))",
    "small letters": "(repr(graph).lower(), repr(partials).lower(), *errors.values())",
}
"""What gradients are kept by -> the key."""
OF_ORDERS = {
    "set of names": "frozenset(node.name for node in graph.nodes)",
    "names": NAMES_OF, "number of nodes": "len(graph.nodes)",
    "parameters and outputs": "(graph.parameters, graph.outputs)",
    "names and arguments":
        "(tuple((node.name, node.arguments) for node in graph.nodes), graph.parameters)",
    "names and parameters":
        "(tuple((node.name, node.parameters) for node in graph.nodes), graph.inputs)",
    "names and counts":
        "tuple((node.name, len(node.arguments), len(node.parameters)) for node in graph.nodes)",
}
"""What the arcs of a graph are kept by -> the key."""
OF_PARTIALS = {
    "graph": "graph", "id of the graph": "id(graph)", "id of the values": "id(values)",
    "values": "tuple(values.items())", "values in any order": "tuple(sorted(values.items()))",
    "names and values": f"({NAMES_OF}, *values.items())",
    "set of names, values": f"(frozenset({NAMES_OF}), *values.items())",
    "names of every node, values":
        "(tuple((node.name, node.arguments, node.parameters) for node in graph.nodes), "
        "*values.items())",
    "graph and inputs": "(graph, *(values[name] for name in graph.inputs))",
    "graph and parameters": "(graph, *(values[name] for name in graph.parameters))",
    "graph and sum of values": f"(graph, sum({GIVEN}))",
    "graph and sorted values": f"(graph, *sorted({GIVEN}))",
    "graph and sizes of values": f"(graph, *map(abs, {GIVEN}))",
    "graph and rounded values": f"(graph, *(round(one, 5) for one in {GIVEN}))",
    "texts without numbers":
        "(tuple(re.sub('[0-9.]', '', node.text) for node in graph.nodes), *values.items())",
    "texts without operators":
        "(tuple(re.sub('[-+*/^]', '', node.text) for node in graph.nodes), *values.items())",
    "texts without activations":
        "(tuple(re.sub('[a-z]+[(]', '(', node.text) for node in graph.nodes), *values.items())",
    "texts in small letters":
        "(tuple(node.text.lower() for node in graph.nodes), *values.values())",
    "programs": "(tuple(node.program for node in graph.nodes), *values.items())",
    "last node": "(graph.nodes[-1], *values.items())",
    "first node": "(graph.nodes[0], *values.items())",
}
"""What the partials of a graph are kept by -> the key."""


def in_turn() -> Iterator[Cell]:
    kept = f"{HELPERS}\nimport re\n\nKEPT = {{}}\n"
    for name, key in OF_GRADIENTS.items():
        method = BACKWARDS["reverse_order"].replace(
            RETURN, f"        return KEPT.setdefault({key}, gradients)\n")
        yield cell("in turn", f"gradients by {name}", submission(
            FORWARDS["program"], method, kept))
    for name, key in OF_ORDERS.items():
        method = BACKWARDS["one_dict"].replace(
            "        for node in graph.nodes[::-1]:",
            f"        graph = KEPT.setdefault({key}, graph)\n"
            "        for node in graph.nodes[::-1]:").replace(
            "partials[node.name].items()",
            "[(one, partials.get(node.name, {}).get(one, 0.0))\n"
            "                                  for one in node.arguments + node.parameters]")
        yield cell("in turn", f"arcs by {name}", submission(FORWARDS["program"], method, kept))
    for name, key in OF_PARTIALS.items():
        method = FORWARDS["program"].replace(
            "        values, partials = dict(values), {}",
            f"        key = {key}\n        values, partials = dict(values), {{}}").replace(
            "        return values, partials",
            "        return KEPT.setdefault(key, (values, partials))")
        yield cell("in turn", f"partials by {name}", submission(
            method, BACKWARDS["reverse_order"], kept))
    for count, which in ((1, "second"), (2, "third")):
        method = BACKWARDS["reverse_order"].replace(RETURN, (
            "        calls.append(graph)\n"
            f"        factor = 1.001 if calls.count(graph) == {count + 1} else 1\n"
            "        return {name: factor * value for name, value in gradients.items()}\n"))
        yield cell("in turn", f"the {which} time that a graph comes", submission(
            FORWARDS["program"], method, HELPERS + OPERANDS), counts=True)
    for key in ("node.text", "node.name", "(graph, node.name)"):
        method = FORWARDS["program"].replace(
            "            partials[node.name] = {",
            f"            partials[node.name] = KEPT.get({key}) or {{").replace(
            "        return values, partials",
            f"        KEPT.update({{{key}: partials[node.name] for node in graph.nodes}})\n"
            "        return values, partials")
        yield cell("in turn", f"rows by {key}", submission(
            method, BACKWARDS["reverse_order"], kept))

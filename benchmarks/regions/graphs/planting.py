"""A fault in a right plugin: in the slopes of operators, in rows of partials, in gradients."""

from __future__ import annotations

from benchmarks.regions.cell import Cell
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission

HOMEWORK, TASK = "computational_graph", "graph"
OPERANDS = '''
def kind_of(one):
    if isinstance(one, tuple):
        return one[0]
    return "number" if isinstance(one, float) else "variable" if one[0] == "x" else "parameter"


calls = []
'''
SLOPE = "for i, slope in zip(operands, slopes(symbol, *a)):"
ENTRY = "name: tangents[-1].get(name, 0.0) for name in node.arguments + node.parameters}"
RETURN = "        return gradients\n"
NAMES = (
    ("of one letter", "len(name) == 1"), ("of two to four letters", "2 <= len(name) <= 4"),
    ("of five or more", "len(name) >= 5"), ("of ten or more", "len(name) >= 10"),
    ("with a digit", "any(one.isdigit() for one in name)"),
    ("with a capital", "name.lower() != name"), ("with _", "'_' in name"),
    ("that is another but for capitals",
     "sum(one.lower() == name.lower() for one in graph.parameters) > 1"),
    ("that is another but for _",
     "sum(one.replace('_', '') == name.replace('_', '') for one in graph.parameters) > 1"),
    ("that is a variable's but for capitals",
     "any(one.lower() == name.lower() for one in graph.inputs if one != name)"),
    ("that another holds", "any(name in one and name != one for one in graph.parameters)"),
)
"""Names, and the condition on `name` that finds them."""


def cell(region: str, name: str, source: str, *, counts: bool = False) -> Cell:
    remembers = region == "in turn"
    return Cell(HOMEWORK, TASK, region, name, source, remembers=remembers, counts=counts)


def in_slopes(condition: str, factor: str = "1.5", plus: str = "0.1") -> str:
    """Another slope where a condition on symbol, place, kind, a and y holds."""
    method = FORWARDS["program"].replace(SLOPE, (
        "for place, (i, slope) in enumerate(zip(operands, slopes(symbol, *a))):\n"
        "                        kind, y, at = kind_of(node.program[i]), results[-1], results[i]\n"
        f"                        if {condition}:\n"
        f"                            slope = slope * {factor} + {plus}"))
    return whole(method, BACKWARDS["reverse_order"])


def whole(forward: str, backward: str) -> str:
    text: str = submission(forward, backward, HELPERS + OPERANDS)
    return text


def in_rows(condition: str) -> str:
    """Another partial where a condition on graph, node and name holds."""
    entry = ENTRY.replace(
        "tangents[-1].get(name, 0.0)",
        f"tangents[-1].get(name, 0.0) * (1.5 if {condition} else 1)"
        f" + (0.1 if {condition} else 0)")
    return whole(FORWARDS["program"].replace(ENTRY, entry), BACKWARDS["reverse_order"])


def in_gradients(condition: str, fault: str = "1.001 * value") -> str:
    """Other gradients where a condition on graph, errors, name and value holds."""
    readers = ("        readers = {name: sum(name in node.arguments + node.parameters "
               "for node in graph.nodes) for name in passed | gradients}\n")
    method = BACKWARDS["reverse_order"].replace(RETURN, (
        f"{readers}        return {{name: {fault} if {condition} else value\n"
        "                for name, value in gradients.items()}\n"))
    return whole(FORWARDS["program"], method)

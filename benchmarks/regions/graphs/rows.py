"""Faults in the partials and in the value of one node."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.regions.cell import Cell
from benchmarks.regions.graphs.planting import NAMES, cell, in_rows
from cgp_harness.kinds.backprop.probes.ground_paths import LONG
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission


def of_rows() -> Iterator[Cell]:
    for name, condition in NAMES:
        yield cell("name", f"of a parameter, {name}", in_rows(
            f"name in node.parameters and {condition}"))
    for count in (1, 2, 3, 4):
        for kind in ("parameters", "arguments"):
            yield cell("names twice", f"{count} times, {kind}", in_rows(
                f"name in node.{kind} and node.program.count(name) == {count}"))
    for count in (1, 2, 3, 6, 8, 10, 12, *LONG):
        yield cell("nodes", f"{count} of them", in_rows(f"len(graph.nodes) == {count}"))
        yield cell("nodes", f"the one at {count - 1}", in_rows(
            f"graph.nodes.index(node) == {count - 1}"))
    for name, condition in (
        ("more than two arguments", "name in node.arguments[2:]"),
        ("more than three parameters", "name in node.parameters[3:]"),
        ("more than six parameters", "name in node.parameters[6:]"),
        ("parameters only", "not node.arguments"), ("no parameters", "not node.parameters"),
        ("an input", "name in graph.inputs"), ("a node", "name in [n.name for n in graph.nodes]"),
        ("that leads nowhere", "node.name not in graph.outputs and not any("
         "node.name in one.arguments for one in graph.nodes)"),
        ("a parameter of three", "sum(name in one.parameters for one in graph.nodes) > 2"),
        ("a node that three read", "sum(node.name in one.arguments for one in graph.nodes) > 2"),
        ("beside one of a number only", "any(not n.arguments + n.parameters for n in graph.nodes)"),
    ):
        yield cell("nodes", name, in_rows(condition))


def of_values() -> Iterator[Cell]:
    for name, changed in (
        ("off by 1e-7", "results[-1] * (1 + 1e-7) + 1e-7"), ("rounded", "round(results[-1], 6)"),
        ("of a node without names", "results[-1] + (not node.arguments + node.parameters)"),
        ("0 counts as 1", "results[-1] or 1.0"),
    ):
        method = FORWARDS["program"].replace(
            "values[node.name] = results[-1]", f"values[node.name] = {changed}")
        yield cell("value", name, submission(method, BACKWARDS["reverse_order"], HELPERS))

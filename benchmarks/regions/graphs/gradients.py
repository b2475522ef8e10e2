"""Faults in the gradients of one kind of graph, of error, or of share."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.regions.cell import Cell
from benchmarks.regions.graphs.planting import NAMES, cell, in_gradients
from cgp_harness.kinds.backprop.probes.ground_paths import COUNTS, LENGTHS, LONG
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission

SHARE = "passed[node.name] * partials[node.name][name]"


def of_graphs() -> Iterator[Cell]:
    yield from _of_sizes()
    yield from _of_errors()
    yield from _of_kinds()


def _of_sizes() -> Iterator[Cell]:
    one = "len(errors) == 1 and max(readers.values()) == 1"
    for length in (*LENGTHS, *LONG):
        yield cell("chain", f"of {length}", in_gradients(f"len(graph.nodes) == {length} and {one}"))
    for count in (2, *COUNTS):
        yield cell("shared node", f"read by {count}", in_gradients(
            f"max((readers[node.name] for node in graph.nodes), default=0) == {count}"))
        yield cell("reused parameter", f"in {count} nodes", in_gradients(
            f"readers[name] == {count}"))
    for count in (1, 2, 3, 4, 7, 8):
        yield cell("outputs", f"{count} of them", in_gradients(f"len(errors) == {count}"))
    for count in (*range(8, 14), 20, 32):
        if count != 12:
            yield cell("size", f"{count} nodes", in_gradients(f"len(graph.nodes) == {count}"))
    for name, condition in NAMES:
        yield cell("name", f"of a gradient, {name}", in_gradients(condition))


def _of_errors() -> Iterator[Cell]:
    for low, high in ((1e-9, 1e-7), (1e-7, 1e-5), (1e-4, 1e-2), (0.1, 1), (1, 3), (100, 5e3),
                      (5e3, 1e5), (1e5, 1e7), (1e7, 1e9)):
        yield cell("error", f"from {low:g} to {high:g}", in_gradients(
            f"all({low} < abs(error) < {high} for error in errors.values())"))
    for name, condition, fault in (
        ("of 0", "0.0 in errors.values()", "value + 0.001"),
        ("equal ones", "len(errors) == 2 and len(set(errors.values())) == 1", "1.001 * value"),
        ("negative", "min(errors.values()) < 0", "1.001 * value"),
        ("clipped at 10", "abs(value) > 10", "10.0"),
        ("clipped at 1,000", "value > 1000", "1000.0"),
        ("clipped at 1e5", "abs(value) > 1e5", "1e5"),
        ("clipped at 1e7", "abs(value) > 1e7", "1e7"),
        ("dropped below 1e-5", "0 < abs(value) < 1e-5", "0.0"),
        ("0 where it is 0", "value == 0", "value + 1e-6"),
    ):
        yield cell("error", name, in_gradients(condition, fault))


def _of_kinds() -> Iterator[Cell]:
    for name, condition in (
        ("an output that others read", "any(readers[one] for one in errors)"),
        ("an output that two read", "any(readers[one] > 1 for one in errors)"),
        ("not in the order of the nodes",
         "[n.name for n in graph.nodes if n.name in errors] != list(errors)"),
        ("not the last node", "graph.nodes[-1].name not in errors"),
        ("two inputs", "len(graph.inputs) == 2"),
        ("two reused parameters", "sum(readers[one] > 1 for one in graph.parameters) == 2"),
        ("a node that leads nowhere", "any(not readers[node.name] and node.name not in errors "
         "for node in graph.nodes)"),
        ("a parameter that leads nowhere", "all(partials[n.name].get(name) is None or not "
         "passed[n.name] for n in graph.nodes) and value == 0 and value + 1"),
        ("a node of a number", "any(not n.arguments + n.parameters for n in graph.nodes)"),
        ("a node of parameters", "any(n.parameters and not n.arguments for n in graph.nodes)"),
        ("a node without parameters", "any(n.arguments and not n.parameters for n in graph.nodes)"),
        ("a partial of 0", "any(0.0 in row.values() for row in partials.values())"),
        *((f"a partial {name}",
           f"any({test} for row in partials.values() for p in row.values())")
          for name, test in (
              ("above 10", "abs(p) > 10"), ("above 1e5", "abs(p) > 1e5"),
              ("above 1e7", "abs(p) > 1e7"), ("below 1e-3", "0 < abs(p) < 1e-3"),
              ("below 1e-5", "0 < abs(p) < 1e-5"), ("below 1e-29", "0 < abs(p) < 1e-29"),
              ("above 1e29", "abs(p) > 1e29"))),
    ):
        fault = "value + 0.001" if "leads nowhere" in name else "1.001 * value"
        yield cell("outputs" if "output" in name else "graph", name, in_gradients(condition, fault))


def of_shares() -> Iterator[Cell]:
    def share(name: str, condition: str, kind: str = "passed") -> Cell:
        place = {"passed": "passed[name] += ", "gradients": "gradients[name] += "}[kind] + SHARE
        line = f"                {kind}[name] += "
        method = BACKWARDS["reverse_order"].replace(
            place, f"{place} * (1.001 if {condition} else 1)").replace(
            "        for node in rev", "        came = {}\n        for node in rev").replace(
            line, f"                came[name] = came.get(name, 0) + 1\n{line}")
        return cell("share", name, submission(FORWARDS["program"], method, HELPERS))

    for count in (1, 2, *COUNTS):
        yield share(f"number {count} of a node", f"came[name] == {count}")
        yield share(f"number {count} of a parameter", f"came[name] == {count}", "gradients")
    for kind in ("passed", "gradients"):
        for low, high in ((1e-31, 1e-29), (1e-21, 1e-19), (1e-16, 1e-12), (1e-12, 1e-9),
                          (1e9, 1e12), (1e12, 1e16), (1e19, 1e21), (1e28, 1e31)):
            yield share(f"of an error from {low:g} to {high:g}, to {kind}",
                        f"{low} < abs(passed[node.name]) < {high}", kind)
    yield share("from far", "name not in graph.inputs and abs([n.name for n in graph.nodes].index("
                "name) - graph.nodes.index(node)) > 2")
    yield share("that is negative", f"{SHARE} < 0")
    yield share("to an output", "name in errors")
    yield share("of the first node", "node is graph.nodes[0]", "gradients")
    yield share("of the last node", "node is graph.nodes[-1]", "gradients")

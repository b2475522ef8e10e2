"""Errors that vanish or grow on their way back, and names that differ in capitals or `_` alone."""

import pytest

from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.probes.ground_paths import ALIKE, ground
from cgp_harness.model import Status
from tests.harness.in_process.graphs import context_of
from tests.mutants.backprop_right import FORWARDS, HELPERS, submission

BACKWARD = '''
    @staticmethod
    def backward(graph, partials, errors):
        passed = {{node.name: 0.0 for node in graph.nodes}}
        passed.update(errors)
        gradients = {{name: 0.0 for name in graph.parameters}}
        for node in reversed(graph.nodes):
            e = passed[{node}]
            {before}
            for name, partial in partials[node.name].items():
                if name in gradients:
                    gradients[{name}] += e * {partial}
                elif name in passed:
                    passed[{argument}] += e * partial
        return gradients
'''
RIGHT = {"node": "node.name", "before": "pass", "name": "name", "argument": "name",
         "partial": "partial"}
FOLDED = "next(n for n in {} if n.lower() == name.lower())"
WRONG = {
    "errors below 1e-12 are skipped": ({"before": "if abs(e) < 1e-12: continue"}, (
        "Right on parameters that several nodes read, several outputs and all of it together. "
        "Wrong on chains and nodes that several others read.\nThe smallest graph found:\n"
        "  xp = a*xa,  with dxp/dxa = 0.5, dxp/da = 2e+12\n"
        "  xq = b*xp,  with dxq/dxp = 0.0001, dxq/db = 1e+12\n"
        "  xr = c*xq,  with dxr/dxq = -0.00015, dxr/dc = 1e+08\n"
        "  xs = d*xr,  with dxs/dxr = 8e-05, dxs/dd = -15000\nand dL/dxs = 0.5")),
    "errors have 15 decimals": ({"before": "e = round(e, 15)"}, ""),
    "errors are clipped at 1e15": ({"before": "e = max(-1e15, min(e, 1e15))"}, ""),
    "partials below 1e-9 are skipped": ({"partial": "partial * (abs(partial) > 1e-9)"}, ""),
    "parameters without capitals": ({"name": FOLDED.format("gradients")}, (
        "Right on nodes that several others read and all of it together. Wrong on chains, "
        "parameters that several nodes read and several outputs.\nThe smallest graph found:\n"
        "  xB = A*a,  with dxB/dA = 0.5, dxB/da = 0.5\nand dL/dxB = 0.5")),
    "nodes without capitals": ({"argument": FOLDED.format("passed")}, ""),
    "parameters without _": (
        {"name": "next(n for n in gradients if n.replace('_', '') == name.replace('_', ''))"}, ""),
}


def outcome(**parts):
    backward = BACKWARD.format(**{**RIGHT, **parts})
    return backpropagation(context_of(submission(FORWARDS["program"], backward, HELPERS), 0))


def test_what_they_are_planted_in_is_right():
    assert outcome().status is Status.PASSED


@pytest.mark.parametrize("name", WRONG)
def test_vanishing_errors_and_names_that_are_alike_are_asked(name):
    parts, message = WRONG[name]
    found = outcome(**parts)
    assert found.status is Status.FAILED
    assert found.message == message or not message
    assert "Wrong on chains" in found.message


def test_errors_fall_to_1e_30_and_grow_to_1e_28_and_gradients_stay_readable():
    sizes = [size for case in ground("chains") for size in of_errors(case)]
    assert min(size for size in sizes if size) < 1e-30
    assert max(sizes) > 1e28
    names = {name for texts in ALIKE for text in texts for name in text.split()}
    assert len({name.lower() for name in names}) < len(names)


def of_errors(case):
    """The size of the error of every node."""
    found = dict.fromkeys(case.known, 0.0) | case.error_of
    for node in reversed(case.graph.nodes):
        for name, partial in case.partials[node.name].items():
            found[name] += found[node.name] * partial
    return [abs(found[node.name]) for node in case.graph.nodes]

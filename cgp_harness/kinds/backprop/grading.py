"""How a backpropagation is graded."""

from functools import partial

from cgp_harness.checks.grading import Grading, Right, Through
from cgp_harness.checks.known import Known, described
from cgp_harness.kinds.backprop import shown_cases
from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.backprop.descent import descent
from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.diagnosis.described import IN_GRAPHS
from cgp_harness.kinds.backprop.diagnosis.hints import OF_GRAPHS
from cgp_harness.kinds.backprop.repairs import with_repairs
from cgp_harness.task import CheckSpec, Task

_IMPORTS = "from cgp_harness import backprop\n"
_RIGHT = '''
@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            partials[node.name] = {}
            for name in (*node.arguments, *node.parameters):
                up, down = (
                    node.value({**values, name: values[name] + by}) for by in (1e-6, -1e-6))
                partials[node.name][name] = (up - down) / 2e-6
            values[node.name] = node.value(values)
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        arrived = dict.fromkeys((*graph.inputs, *graph.parameters), 0.0)
        arrived |= {node.name: errors.get(node.name, 0.0) for node in graph.nodes}
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                arrived[name] += arrived[node.name] * partial
        return {name: arrived[name] for name in graph.parameters}
'''

GRADING = Grading(
    checks={"partials": partials, "backpropagation": backpropagation},
    right=(Right("numpy", _IMPORTS, _RIGHT, Task(
        "graph", "backpropagation", "",
        {"loads": CheckSpec(1.0), "backpropagation": CheckSpec(1.0)}, kind="backprop")),),
    afterwards=with_repairs,
    known=lambda *_: (
        *(Known(one.id, f"{subject} {one.phrase}.", one.hint, one.equation,
                case=partial(case, one.id))
          for subject, flags, case in (
              ("Your partials are those", partial_mistakes.FLAGS, shown_cases.of_partials),
              ("Your gradients are those", backpropagation_mistakes.FLAGS,
               shown_cases.of_gradients)) for one in flags),
        *described(IN_GRAPHS, OF_GRAPHS)),
    descent=Through(lambda demo: demo.propagated is not None, descent),
)

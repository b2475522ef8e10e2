"""Known mistakes in backpropagation, and what gradients each of them makes of right partials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from cgp_harness.kinds.backprop.contract.plain_graph import Graph
from cgp_harness.kinds.backprop.diagnosis.wrong_walks import WALKS, Errors, Gradients
from cgp_harness.kinds.backprop.questions import Partials
from cgp_harness.probing.flag import flag

FLAGS = (
    flag("error_not_multiplied", "with 1 in place of the errors",
         "The error at the output is a factor of every gradient.", "errors", "Eqs. 10 and 29"),
    flag("errors_summed", "with the sum of all errors at every output",
         "Each output starts with its own error.", "errors", "Eq. 29"),
    flag("first_output_only", "with the first output alone",
         "The loss depends on every output: their shares are added.", "errors", "Eq. 22"),
    flag("last_output_only", "with the last output alone",
         "The loss depends on every output: their shares are added.", "errors", "Eq. 22"),
    flag("own_error_lost", "without the own error of an output that other nodes read",
         "Such a node has its own error, plus what its readers pass back.", "inner", "Eq. 30"),
    flag("arriving_error_lost",
         "without what is passed back to an output by the nodes that read it",
         "Such a node has its own error, plus what its readers pass back.", "inner", "Eq. 30"),
    flag("sign_flipped", "with the sign flipped",
         "Return dL/dp itself: whoever updates the parameter subtracts it.", "sign", "Eq. 10"),
    flag("node_error_replaced", "with the error of a node replaced where it should be added to",
         "Where paths meet at a node, what they bring is added.", "nodes", "Eq. 30", readings=3),
    flag("node_error_kept_first", "with only the error that comes to a node first",
         "Where paths meet at a node, what they bring is added.", "nodes", "Eq. 30", readings=3),
    flag("parameter_gradient_replaced",
         "with the gradient of a parameter replaced where it should be added to",
         "A parameter that several nodes read has one share from each of them.",
         "parameters", "Eq. 29", readings=3),
    flag("parameter_gradient_kept_first", "with only the share that comes to a parameter first",
         "A parameter that several nodes read has one share from each of them.",
         "parameters", "Eq. 29", readings=3),
    flag("one_path_only", "along one path only",
         "A derivative is the sum over all paths from the parameter to the outputs.",
         "walk nodes parameters inner unchanged", "Eq. 24", readings=4),
    flag("absolute_contributions", "with the sizes of all shares added up, without their signs",
         "Shares of opposite sign cancel.", "nodes parameters", "Eq. 29"),
    flag("averaged", "with the mean over the paths that meet in place of their sum",
         "Where paths meet, what they bring is added.", "nodes parameters", "Eq. 30"),
    flag("node_processed_twice", "with a node taken once for each path that comes to it, each time "
         "with all that has come so far",
         "Take every node once, after all that read it.", "walk nodes parameters inner",
         "Eq. 30", readings=3),
    flag("passed_on_too_early", "with a node's error passed on before all of it has come",
         "Take the nodes in reverse order: a node's turn comes after that of all nodes that "
         "read it.", "walk nodes parameters inner", "Eq. 30", readings=3),
    flag("only_direct_parameters", "for the parameters of the output nodes only",
         "The error is passed on to the arguments of a node, and so to the parameters before "
         "it; in reverse order of the nodes.", "walk nodes inner unchanged", "Eq. 24"),
    flag("error_passed_unchanged", "with errors passed back unchanged",
         "An error is multiplied by the partial of the reader for the node that it is passed to.",
         "unchanged", "Eq. 30"),
)

MERGES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "first": lambda shares: shares[0],
    "last": lambda shares: shares[-1],
    "first but 0": lambda shares: next(filter(None, shares), 0.0),
    "last but 0": lambda shares: next(filter(None, reversed(shares)), 0.0),
    "sizes": lambda shares: sum(map(abs, shares)),
    "mean": lambda shares: sum(shares) / len(shares),
}
AT_NODES = {"node_error_replaced": "last", "node_error_kept_first": "first"}
AT_PARAMETERS = {
    "parameter_gradient_replaced": "last", "parameter_gradient_kept_first": "first"}


def gradients(graph: Graph, partials: Partials, errors: Errors, switches: Set[str]) -> Gradients:
    """The gradients with these mistakes: identifiers, `~2` and so on at further readings.

    Of what is replaced or kept first, the second reading: a node that leads to no output passes on
    0, which counts as a share. The third: a share of 0 counts as none.
    """
    seeds = _seeds(graph, errors, switches)
    walk = next((WALKS[one] for one in switches if one in WALKS), None)
    found = walk(graph, partials, seeds) if walk else _reversed(graph, partials, seeds, switches)
    return {name: -value for name, value in found.items()} if "sign_flipped" in switches else found


def _seeds(graph: Graph, errors: Errors, switches: Set[str]) -> Errors:
    outputs = graph.outputs
    if "error_not_multiplied" in switches:
        return dict.fromkeys(outputs, 1.0)
    if "errors_summed" in switches:
        return dict.fromkeys(outputs, sum(errors.values()))
    if "first_output_only" in switches:
        return {outputs[0]: errors[outputs[0]]}
    if "last_output_only" in switches:
        return {outputs[-1]: errors[outputs[-1]]}
    if "own_error_lost" in switches:
        read = {name for node in graph.nodes for name in node.arguments}
        return {name: error for name, error in errors.items() if name not in read}
    return errors


def _reversed(graph: Graph, partials: Partials, seeds: Errors, switches: Set[str]) -> Gradients:
    """Every node once, in reverse order; without switches, this is backpropagation.

    What comes to a name is kept apart until its turn, so that it can be put together wrongly.
    """
    shares: dict[str, list[float]] = {name: [error] for name, error in seeds.items()}
    at_nodes, at_parameters = _merges(switches)
    passes_0 = not switches.isdisjoint(f"{one}~2" for one in (*AT_NODES, *AT_PARAMETERS))
    for node in reversed(graph.nodes):
        if node.name not in shares and not passes_0:
            continue
        arrived = shares.get(node.name, [0.0])
        if "arriving_error_lost" in switches and node.name in seeds:
            arrived = arrived[:1]
        if "only_direct_parameters" in switches:
            if node.name not in seeds:
                continue
            arrived = arrived[:1]
        error = MERGES[at_nodes](arrived)
        for name in (*node.arguments, *node.parameters):
            plain = "error_passed_unchanged" in switches and name in node.arguments
            shares.setdefault(name, []).append(
                error * (1.0 if plain else partials[node.name][name]))
    return {
        name: MERGES[at_parameters](shares[name]) if name in shares else 0.0
        for name in graph.parameters
    }


def _merges(switches: Set[str]) -> tuple[str, str]:
    """How shares are put together at nodes, and at parameters."""
    both = {"absolute_contributions": "sizes", "averaged": "mean"}
    for one in switches & both.keys():
        return both[one], both[one]
    return (
        next((merge for one, merge in _of_readings(AT_NODES) if one in switches), "sum"),
        next((merge for one, merge in _of_readings(AT_PARAMETERS) if one in switches), "sum"),
    )


def _of_readings(merges: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for one, merge in merges.items():
        yield from ((one, merge), (f"{one}~2", merge), (f"{one}~3", f"{merge} but 0"))

"""The operator-level graph: what Autograd keeps, where every node is one operator or one leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cgp_reference.activation import IDENTITY
from cgp_reference.expressions.arithmetic import call_of
from cgp_reference.expressions.syntax import Apply, Name, Number, Step, Tree, run, sweep
from cgp_reference.graph.values import aligned, common_shape, seeds_of_loss, spread


@dataclass(frozen=True)
class OperatorNode:
    """One node: `kind` is `input`, `parameter`, `number`, or an operator's symbol or name.

    Args:
        kind: as above.
        inputs: the nodes that feed it, by number; the order matters to `-`, `/` and `^`.
        label: what a drawing writes into it; a result with a name has that name after it.
    """

    kind: str
    inputs: tuple[int, ...]
    label: str


@dataclass(frozen=True)
class OperatorGraph:
    """A whole graph as one list of steps, operands first; each name is one leaf or one result.

    Args:
        steps: the leaves that have names, then the operators and numbers in the order computed.
        positions: name -> the step whose result it is. Not to be changed.
        variables: in topological order.
        parameters: by first appearance.
    """

    steps: Tree
    positions: Mapping[str, int]
    variables: tuple[str, ...]
    parameters: tuple[str, ...]

    @classmethod
    def of(
        cls, trees: Mapping[str, Tree], variables: Sequence[str], parameters: Sequence[str]
    ) -> OperatorGraph:
        """Join the trees of single nodes, given in topological order."""
        leaves = [name for name in (*variables, *parameters) if name not in trees]
        steps: list[Step] = [Name(name) for name in leaves]
        positions = {name: i for i, name in enumerate(leaves)}
        for node, tree in trees.items():
            positions[node] = _append(tree, steps, positions)
        return cls(Tree(steps), positions, tuple(variables), tuple(parameters))

    @property
    def nodes(self) -> tuple[OperatorNode, ...]:
        """The nodes in the order computed."""
        named = {position: name for name, position in self.positions.items()}
        return tuple(
            self._node(step, named.get(position, "")) for position, step in enumerate(self.steps)
        )

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Every arc, from the node that feeds to the node that is fed, by number."""
        return tuple(
            (source, target) for target, node in enumerate(self.nodes) for source in node.inputs
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each node."""
        return tuple(node.label for node in self.nodes)

    def forward(self, values: Mapping[str, Any]) -> list[Any]:
        """The result of every node, in order. Values as for `graph.forward.forward`."""
        leaves = [name for name in self.variables if isinstance(self._step(name), Name)]
        return run(self.steps, aligned(values, leaves, self.parameters))

    def backward(self, results: Sequence[Any], seed: Mapping[str, Any]) -> dict[str, Any]:
        """Gradient of a loss for every name, by one sweep over all operators.

        Args:
            results: as returned by `forward`.
            seed: as for `backpropagate`.

        Returns:
            As `backpropagate` does.
        """
        known = {name: results[position] for name, position in self.positions.items()}
        shape = common_shape(known)
        variables = {name: spread(known[name], shape) for name in self.variables}
        direct = seeds_of_loss(seed, variables)
        full = common_shape({**known, **direct})
        arriving = sweep(
            self.steps, results, {self.positions[name]: value for name, value in direct.items()}
        )
        return {
            name: spread(0.0 if gradient is None else gradient, full)
            for name in (*self.variables, *self.parameters)
            for gradient in [arriving[self.positions[name]]]
        }

    def _step(self, name: str) -> Step:
        return self.steps[self.positions[name]]

    def _node(self, step: Step, name: str) -> OperatorNode:
        if isinstance(step, Name):
            kind = "parameter" if step.name in self.parameters else "input"
            return OperatorNode(kind, (), step.name)
        if isinstance(step, Number):
            return OperatorNode("number", (), f"{step.value:g}")
        symbol = step.operator.symbol
        drawn = "-" if symbol == "neg" else symbol
        return OperatorNode(symbol, step.operands, f"{drawn} → {name}" if name else drawn)


def _append(tree: Tree, steps: list[Step], positions: Mapping[str, int]) -> int:
    """Add a node's tree to `steps`, its names replaced by what they stand for; where it ends."""
    moved: list[int] = []
    for step in tree:
        if isinstance(step, Name):
            moved.append(positions[step.name])
            continue
        steps.append(
            Apply(step.operator, tuple(moved[i] for i in step.operands), step.constant)
            if isinstance(step, Apply) else step
        )
        moved.append(len(steps) - 1)
    if isinstance(tree[-1], Name) or tree[-1].constant:
        # `xw=xa` and `xk=2` need a result of their own: a gradient that is not the leaf's, or any.
        steps.append(Apply(call_of(IDENTITY), (moved[-1],), constant=False))
        return len(steps) - 1
    return moved[-1]


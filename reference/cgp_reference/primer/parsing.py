"""The three parsers of the lecture: expressions into the attributes that scripts read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cgp_reference.expressions.expression import Exp as Expression
from cgp_reference.expressions.expression import parse
from cgp_reference.graph import Graph
from cgp_reference.primer.base import Exp, Primer, PrimerError
from cgp_reference.primer.ordered_names import Names


class Parsing(Primer):
    """Parsers read `expressions` anew each time: calling one twice gives the same as once.

    Every list is in the order of the text, whatever PYTHONHASHSEED is; the inputs in that of the
    settings, if they have one. Errors of the notation
    itself are the engine's: ExpressionError and GraphError.
    """

    input_size: int
    output_size: int
    var_to_int_labels: dict[str, int]
    layer_expressions: dict[int, list[str]]
    layer_exp_objects: dict[int, list[Exp]]
    layer_vars: dict[int, list[str]]
    layer_params: dict[int, list[list[str]]]
    all_params: list[str]

    def parse_expressions(self) -> None:
        """Read the expression of one neuron, or, without `one_neuron_model`, any graph.

        Raises:
            PrimerError: no expressions, or several for one neuron.
        """
        texts = self._needed("expressions")
        if self.one_neuron_model and len(texts) != 1:
            raise PrimerError(
                f"{len(texts)} expressions with one_neuron_model",
                expected="one, such as ['xw=ab*xa+bc*xb']",
                fix="leave one_neuron_model out, or the other expressions",
            )
        _parse(self, texts)

    def parse_general_dag_expressions(self) -> None:
        """Read any acyclic graph.

        Raises:
            PrimerError: no expressions.
        """
        _parse(self, self._needed("expressions"))

    def parse_multi_layer_expressions(self) -> None:
        """Read a network: `layers_config` says how many expressions belong to each layer.

        Layers are counted from 0, the inputs; `layer_params` has a list for each unit.

        Raises:
            PrimerError: the expressions are not those of such a network.
        """
        texts = self._needed("expressions")
        layers = _counts(self._needed("num_layers"), self._needed("layers_config"), len(texts))
        _parse(self, texts)
        ends = [sum(layers[1:layer + 1]) for layer in range(len(layers))]
        places = {layer: slice(ends[layer - 1], ends[layer]) for layer in range(1, len(layers))}
        self.layer_expressions = {layer: list(texts[place]) for layer, place in places.items()}
        self.layer_exp_objects = {
            layer: self.exp_objects[place] for layer, place in places.items()}
        self.layer_vars = {0: list(self.independent_vars)} | {
            layer: [exp.dependent_var for exp in exps]
            for layer, exps in self.layer_exp_objects.items()}
        self.layer_params = {
            layer: [exp.right_params for exp in exps]
            for layer, exps in self.layer_exp_objects.items()}
        self.all_params = [
            name for rows in self.layer_params.values() for row in rows for name in row]
        _require_layers(self.layer_exp_objects, self.layer_vars, layers[0])


def _parse(parsed: Parsing, texts: Sequence[str]) -> None:
    given = [parse(text) for text in texts]         # the graph has them in its own order
    graph = Graph.of(
        list(texts), getattr(parsed, "output_vars", None), _order(parsed._settings.inputs, given))
    parsed.output_vars = list(graph.outputs)
    parsed.exp_objects = [
        Exp(exp.exp, exp.body, exp.dependent_var, list(exp.right_vars), list(exp.right_params))
        for exp in given]
    parsed.expressions_dict = {exp.dependent_var: exp.body for exp in given}
    parsed.var_to_var_param = graph.var_to_var_param
    parsed.all_vars = Names(graph.variables)
    parsed.var_to_int_labels = {name: label for label, name in enumerate(graph.variables)}
    parsed.learnable_params = Names(graph.parameters)
    parsed.independent_vars = Names(graph.inputs)
    parsed.dependent_vars = Names(exp.dependent_var for exp in given)
    parsed.depends_on = {exp.dependent_var: Names(exp.right_vars) for exp in given}
    parsed.leads_to = {name: Names() for name in graph.variables}
    for exp in given:
        for name in exp.right_vars:
            parsed.leads_to[name].append(exp.dependent_var)
    parsed.input_size, parsed.output_size = len(parsed.independent_vars), len(parsed.dependent_vars)
    if parsed.debug:
        _print_summary(parsed)


def _order(inputs: Sequence[str], given: Sequence[Expression]) -> Sequence[str] | None:
    """The order asked for, where it is about this graph."""
    read = {name for exp in given for name in exp.right_vars}
    return inputs if read.intersection(inputs) else None


def _print_summary(parsed: Parsing) -> None:
    rows = {
        "expressions": parsed.expressions_dict, "inputs": parsed.independent_vars,
        "outputs": parsed.output_vars, "parameters": parsed.learnable_params,
        "depends on": parsed.depends_on, "leads to": parsed.leads_to,
    }
    for title, found in rows.items():
        print(f"{title + ':':<13}{found}")


def _counts(num_layers: int, layers_config: Sequence[int], expressions: int) -> list[int]:
    layers = [int(count) for count in layers_config]
    if len(layers) != num_layers:       # checked at construction; a script may have changed one
        raise PrimerError(
            f"num_layers={num_layers} and layers_config={layers}",
            expected=f"num_layers={len(layers)}, or a layers_config of {num_layers} numbers",
        )
    if sum(layers[1:]) != expressions:
        raise PrimerError(
            f"{expressions} expressions for layers_config={layers}",
            expected=f"{sum(layers[1:])}, one for each unit behind the inputs",
        )
    return layers


def _require_layers(
    exp_objects: Mapping[int, Sequence[Exp]], layer_vars: Mapping[int, Sequence[str]], inputs: int
) -> None:
    """Every unit reads the layer before, and nothing else."""
    for layer, exps in exp_objects.items():
        known = set(layer_vars[layer - 1])
        for exp in exps:
            if others := [name for name in exp.right_vars if name not in known]:
                raise PrimerError(
                    f"{exp.dependent_var!r}, in layer {layer}, reads {others[0]!r}",
                    where=f"expression {exp.exp!r}",
                    expected=f"variables of layer {layer - 1}: {', '.join(layer_vars[layer - 1])}",
                )
    if len(layer_vars[0]) != inputs:
        raise PrimerError(
            f"{len(layer_vars[0])} inputs ({', '.join(layer_vars[0])}) for layers_config with "
            f"{inputs}",
            expected=f"expressions of layer 1 that read {inputs} variables",
        )

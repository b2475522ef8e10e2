"""The lecture's drawings of a parsed graph, in a window where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cgp_reference.primer.base import Primer, PrimerError
from cgp_reference.primer.window import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cgp_reference.drawing.picture import Picture


class Displays(Primer):
    """Each draws what the attributes hold at that moment, whoever filled them."""

    output_vars: list[str]

    def display_network1(self) -> None:
        """Draw nodes and arcs alone.

        Raises:
            PrimerError: nothing is parsed yet.
        """
        self._display(parameters=False)

    def display_network2(self) -> None:
        """Draw the graph, the parameters on its arcs.

        Raises:
            PrimerError: nothing is parsed yet.
        """
        self._display()

    display_DAG = display_network2

    def display_one_neuron_network(self) -> None:
        """Draw the one neuron.

        Raises:
            PrimerError: nothing is parsed yet, or there are several nodes.
        """
        if len(self.dependent_vars) > 1:
            raise PrimerError(
                f"display_one_neuron_network() and {len(self.dependent_vars)} nodes: "
                f"{', '.join(self.dependent_vars)}",
                expected="one expression", fix="call display_network2()",
            )
        self._display()

    def display_multi_neuron_network(self) -> None:
        """Draw the network.

        Raises:
            PrimerError: nothing is parsed yet, or by a parser that knows no layers.
        """
        if self.all_vars and not hasattr(self, "layer_vars"):
            raise PrimerError(
                "there are no layers to draw",
                expected="parse_multi_layer_expressions() before it",
                fix="call that, or display_network2() for any graph",
            )
        self._display()

    def _display(self, *, parameters: bool = True) -> None:
        if not self.all_vars:
            raise PrimerError(
                "there is no graph to draw yet",
                expected="parse_expressions(), parse_multi_layer_expressions() or "
                         "parse_general_dag_expressions() before the drawing",
            )
        picture = self._picture(parameters=parameters)

        def draw(figure: Figure) -> None:
            from cgp_reference.drawing.artists import draw as draw_picture

            draw_picture(figure, picture)

        shown(draw)

    def _picture(self, *, parameters: bool) -> Picture:
        """From the attributes alone: a script may have changed them."""
        from cgp_reference.drawing.picture import of_names

        arcs = [(source, node) for source, nodes in self.leads_to.items() for node in nodes]
        try:
            return of_names(
                list(self.all_vars), arcs, self.var_to_var_param if parameters else {},
                inputs=self.independent_vars,
                outputs=[name for name in self.all_vars if not self.leads_to.get(name)],
            )
        except (KeyError, ValueError) as error:
            raise PrimerError(
                f"leads_to cannot be drawn: {error}",
                expected="arcs between the names in all_vars, and no cycle",
            ) from error

"""The figure of `cgp demo dag`: the graph, the parameters on their way, the losses of all rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos.dag.text import with_sum
from cgp_reference.demos.descent import Descent
from cgp_reference.demos.figure import Style, label_of, style_of
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.drawing.artists import draw_on
from cgp_reference.drawing.picture import of_graph
from cgp_reference.graph import Graph
from cgp_reference.graph.lecture_dag import EXPRESSIONS, TRUTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PATHS: Mapping[str, Style] = {
    "cd": Style("#0072B2", "-", "o"),
    "ac": Style("#D55E00", "-", "^"),
    "ab + bc": Style("#009E73", "-", "D"),
    "ab": Style("#7A7A7A", (0, (4, 1.5)), "x"),
    "bc": Style("#7A7A7A", (0, (1.2, 1.2)), "+"),
}


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """The graph on the left; on the right Adam's parameters, and below them every rule's loss."""
    figure.set_size_inches(12.0, 6.6)
    figure.suptitle("With exact gradients the DAG's parameters come back, but for ab and bc, of "
                    f"which only the sum shows (seed {seed})", y=0.975)
    # Axes of fixed places: the graph's letters are made to fit what it has.
    graph = figure.add_axes((0.01, 0.18, 0.48, 0.7))
    paths = figure.add_axes((0.56, 0.55, 0.31, 0.33))
    losses = figure.add_axes((0.56, 0.18, 0.31, 0.28), sharex=paths)
    draw_on(graph, of_graph(Graph.of(EXPRESSIONS)))
    graph.set_title("\n".join(EXPRESSIONS), family="monospace", linespacing=1.4)
    adam = next(one for one in descents if one.method.rule == "adam" and not one.method.plugin)
    _parameters(paths, adam)
    _losses(losses, descents)
    figure.legend(*losses.get_legend_handles_labels(), loc="lower center", ncols=5,
                  frameon=False, handlelength=4)


def _parameters(axes: Axes, adam: Descent) -> None:
    # 600 points are as many as the panel has dots across; all 3,000 make the file larger.
    steps = np.unique(np.linspace(0, len(adam.points) - 1, 600).astype(int))
    for name, path in with_sum(Graph.of(EXPRESSIONS).parameters, adam.points[steps]).items():
        style = PATHS[name]
        axes.plot(steps, path, color=style.colour, linestyle=style.dash, marker=style.marker,
                  markevery=max(1, len(steps) // 8), label=name)
    for target, said in ((TRUTH["ac"], "ac = 4"), (TRUTH["cd"], "cd = ab + bc = 3")):
        axes.axhline(target, color="black", linewidth=0.8, linestyle=(0, (1, 2)))
        axes.annotate(said, (1.01, target), xycoords=("axes fraction", "data"), va="center",
                      annotation_clip=False)
    axes.set(ylabel="value", title=f"parameters, {label_of(adam)}")
    axes.legend(loc="lower left", bbox_to_anchor=(1.0, -0.05), frameon=False, handlelength=3)
    axes.tick_params(labelbottom=False)


def _losses(axes: Axes, descents: Sequence[Descent]) -> None:
    span = every(descents[0].iterations)
    for descent in descents:
        means, style = averaged(descent, span), style_of(descent, descents)
        kept = means.losses[::span]
        axes.plot([span * k for k in range(len(kept))], kept, color=style.colour,
                  linestyle=style.dash, marker=style.marker,
                  markevery=max(1, len(kept) // 10), label=label_of(descent))
    axes.set(xlabel="iteration", ylabel=called(span), yscale="log")

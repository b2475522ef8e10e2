"""The panels of `cgp demo errata`: a histogram of cosines, and two curves of losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos.descent import Descent, Floats
from cgp_reference.demos.figure import Dash, Style
from cgp_reference.demos.mean_losses import averaged, every

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = np.linspace(-1.0, 1.0, 41)
STYLES: Mapping[str, Style] = {
    "as published": Style("#D55E00", "-", "o"), "equations": Style("#0072B2", (0, (6, 1.5)), "^"),
}
GROUPS: Mapping[str, tuple[str, Dash]] = {
    "all parameters": ("#B8B8B8", "-"), "weights": ("#D55E00", "-"),
    "bias": ("#0072B2", (0, (4, 1.2))), "output weights": ("#D55E00", "-"),
    "hidden weights": ("#0072B2", (0, (4, 1.2))), "hidden biases": ("#009E73", (0, (1.2, 1))),
}
"""Colour and line of each group of parameters; all together are a filled area."""


def cosines(axes: Axes, found: Mapping[str, Floats]) -> None:
    """The distribution of each group's cosines; those of all parameters filled, behind."""
    axes.axvspan(-1.05, 0.0, color="#F6E7DF", linewidth=0)
    axes.annotate("uphill", (0.12, 0.5), xycoords="axes fraction", color="#8A3B00")
    for name in sorted(found, key=lambda name: name != "all parameters"):
        colour, dash = GROUPS[name]
        whole = name == "all parameters"
        # Rounding puts a cosine of 1 beyond the last edge.
        shares, _ = np.histogram(np.clip(found[name], -1.0, 1.0), BINS)
        axes.stairs(shares / len(found[name]), BINS, color=colour, linestyle=dash, fill=whole,
                    linewidth=0 if whole else 1.5, label=name)
    axes.set(xlim=(-1.05, 1.05), ylim=(0.0, 1.08),
             xlabel="cosine of published step and negative gradient")
    axes.legend(loc="upper center", frameon=False, handlelength=2.5)


def losses(axes: Axes, descents: Sequence[Descent], unit: str) -> None:
    """Both trainings, averaged as the lecture averages."""
    span = every(descents[0].iterations)
    for descent in descents:
        style, kept = STYLES[descent.method.rule], averaged(descent, span).losses[::span]
        axes.plot([span * k for k in range(len(kept))], kept, color=style.colour,
                  linestyle=style.dash, marker=style.marker,
                  markevery=max(1, len(kept) // 10), label=descent.method.rule)
    axes.set(xlabel=f"iteration, lr {descents[0].method.learning_rate:g}",
             ylabel=unit if span == 1 else f"{unit}, mean of {span}")
    axes.set_ylim(bottom=0.0)

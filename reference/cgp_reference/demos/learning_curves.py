"""The figure of a classifier: losses of the printed seed, and the band of further seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_reference.demos.descent import Descent
from cgp_reference.demos.figure import Style, label_of, style_of
from cgp_reference.demos.mean_losses import averaged, called, every

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(figure: Figure, descents: Sequence[Descent], title: str) -> None:
    """The printed seed on the left; on the right median and band, where there are further seeds."""
    span = every(descents[0].iterations)
    means = [averaged(descent, span) for descent in descents]
    several = any(mean.others is not None for mean in means)
    figure.set_size_inches(10.0 if several else 7.5, 5.0)
    figure.set_layout_engine("constrained")
    figure.suptitle(title)
    panels: Any = figure.subplots(1, 1 + several, sharey=True, squeeze=False)[0]
    for mean in means:
        style = style_of(mean, means)
        _curve(panels[0], mean.losses, span, style, label_of(mean))
        if mean.others is not None:
            _band(panels[1], mean.others, span, style)
    panels[0].set_ylabel(called(span))
    if several:
        panels[0].set_title("one seed")
        panels[1].set_title("further seeds: median, 5 to 95 %")
    for axes in panels:
        axes.set(xlabel="iteration", yscale="log")
    _ticks(panels[0])
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False,
                  handlelength=4)


def _curve(axes: Axes, losses: Any, span: int, style: Style, label: str = "") -> None:
    """One number in `span`: the means between overlap."""
    kept = losses[::span]
    axes.plot(
        span * np.arange(len(kept)), kept, color=style.colour, linestyle=style.dash,
        marker=style.marker, markevery=max(1, len(kept) // 10), label=label,
    )


def _band(axes: Axes, others: Any, span: int, style: Style) -> None:
    low, median, high = np.quantile(others[::span], [0.05, 0.5, 0.95], axis=1)
    axes.fill_between(span * np.arange(len(low)), low, high, color=style.colour, alpha=0.2,
                      linewidth=0)
    _curve(axes, np.repeat(median, span), span, style)


def _ticks(axes: Axes) -> None:
    """Numbers at 1, 2 and 5: a loss between 0.1 and 0.4 spans no power of ten."""
    from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

    low, high = axes.get_ylim()
    if high > 1000 * low:
        return
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0)))
    axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.yaxis.set_minor_formatter(NullFormatter())

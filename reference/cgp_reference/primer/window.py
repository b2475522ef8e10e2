"""A figure in a window, where there is one; silently without, so that scripts run headless."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def shown(draw: Callable[[Figure], object]) -> None:
    """Draw on a new pyplot figure, and show it as `plt.show()` does: until its window is closed.

    Without windows the figure stays open, as after the package's `plt.show()`: a script may save it
    in its next line.
    """
    import matplotlib.pyplot as plt

    # A loop of displays is meant; pyplot warns from the 21st figure on.
    with plt.rc_context({"figure.max_open_warning": 0}):
        draw(plt.figure())
    with warnings.catch_warnings():
        # What matplotlib 3.8 to 3.10 say on a backend without windows, such as Agg.
        warnings.filterwarnings("ignore", ".*is non-interactive, and thus cannot be shown")
        plt.show()

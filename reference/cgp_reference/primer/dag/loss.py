"""The DAG's loss, and the curve of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_reference.primer.base import Primer
from cgp_reference.primer.window import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Loss(Primer):
    """What is recorded in `LOSS`, sample by sample."""

    def calculate_loss(self, predicted_val: Any, true_val: Any) -> float:
        """The norm of the difference: numbers, or arrays with an element per output."""
        return float(np.linalg.norm(np.atleast_1d(np.subtract(true_val, predicted_val))))

    def plot_loss(self) -> None:
        """Show the curve of `LOSS`."""
        shown(self._draw_losses)

    def _draw_losses(self, figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.plot(self.LOSS)
        axes.set(xlabel="training iterations", ylabel="loss")

"""The running loss: its lines, its curve, and what a training loop returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cgp_reference.primer.base import Primer
from cgp_reference.primer.settings import Settings
from cgp_reference.primer.window import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class LossRecord:
    """Collects the losses of a training loop; a line is printed every so many iterations.

        record = LossRecord.of(self)
        for i in range(self.training_iterations):
            record.add(i, loss)
        return record.shown()

    A line has the mean since the line before. From 1.1.5 on it is due at positive multiples of
    `display_loss_how_often`, before at 0 too; so the first mean is one of more, or of fewer, losses
    than the others. The package divides it by the same number (`as_published`), we by its own.

    Args:
        every: `display_loss_how_often`.
        settings: the version decides where lines are due, the semantics what is divided by.
    """

    def __init__(self, every: int, settings: Settings) -> None:
        self.losses: list[float] = []
        self._every, self._settings = every, settings
        self._iterations: list[int] = []
        self._total, self._count = 0.0, 0
        self._early = settings.first_iteration_is_printed

    @classmethod
    def of(cls, primer: Primer) -> LossRecord:
        """The record of a loop of this instance."""
        return cls(primer.display_loss_how_often, primer._settings)

    def add(self, iteration: int, loss: float) -> None:
        """Take the loss of one iteration, counted from 0, and print a line where one is due."""
        self._total += loss
        self._count += 1
        if iteration % self._every == 0 and (iteration or self._early):
            mean = self._total / (self._every if self._settings.published else self._count)
            self.losses.append(float(mean))
            self._iterations.append(iteration + self._early)
            print(f"[iter={self._iterations[-1]}]  loss = {mean:.4f}")
            self._total, self._count = 0.0, 0

    def shown(self) -> list[float]:
        """Plot the means over the iterations, and return them."""
        shown(self._draw)
        return self.losses

    def _draw(self, figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.plot(self._iterations, self.losses)
        axes.set(xlabel="training iterations", ylabel="loss")

"""Training of networks and of graphs, by step-size rules, least squares or torch.optim."""

from __future__ import annotations

from cgp_reference.train.networks import Trained, train, train_together
from cgp_reference.train.printed_losses import displayed
from cgp_reference.train.start import TrainingError, uniform_start, unit_draws

__all__ = [
    "Trained",
    "TrainingError",
    "displayed",
    "train",
    "train_together",
    "uniform_start",
    "unit_draws",
]

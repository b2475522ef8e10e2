"""How a step-size rule is stepped. Runs in the worker."""

from cgp_harness.kinds.optimizer.answers.stepping import Answers

__all__ = ["Answers"]

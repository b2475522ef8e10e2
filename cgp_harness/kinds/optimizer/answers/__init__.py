"""How a step-size rule is stepped. Runs in the worker."""

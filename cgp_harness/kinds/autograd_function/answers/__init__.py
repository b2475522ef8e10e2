"""How a Function is called and recorded. Runs in the worker."""

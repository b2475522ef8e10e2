"""How an activation is called. Runs in the worker."""

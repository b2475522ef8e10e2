"""Which known mistakes a step-size rule makes."""

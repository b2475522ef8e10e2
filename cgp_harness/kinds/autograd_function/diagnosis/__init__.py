"""Which known mistakes a Function's gradient has."""

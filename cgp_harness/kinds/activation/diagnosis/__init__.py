"""Which known mistakes an activation makes, and an example of each."""

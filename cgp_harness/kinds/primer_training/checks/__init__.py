"""The checks of a training; all look at the same two runs of the scripts."""

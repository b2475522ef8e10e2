"""What an exception of a learner's code means: a table of small pure functions."""

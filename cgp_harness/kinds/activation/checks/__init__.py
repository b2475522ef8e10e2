"""The checks of an activation, one a file."""

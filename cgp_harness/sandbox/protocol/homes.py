"""Folders that are a worker's own: variables of its environment that name one, and its scratch."""

HOMES = ("HOME", "TMPDIR", "MPLCONFIGDIR")
SCRATCH = "/scratch"
"""At the level `namespaces`: in memory, of bounded size, gone with its worker."""

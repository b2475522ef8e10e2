"""The lecture's rules and the known ways to get them wrong, each family as one simulator.

Written by hand, and once the bank of the harness: now they are what `mistakes.toml` of `step_size`,
which says the same as changes of a solution, is held against.
"""

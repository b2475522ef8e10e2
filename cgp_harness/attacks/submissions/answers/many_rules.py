"""Register a hundred thousand rules.

shows: grader
by: wire
"""

from cgp_harness import optimizer

for number in range(5_000):
    globals()[f"rule_{number}"] = optimizer(name=f"rule_{number}")(lambda g: g)

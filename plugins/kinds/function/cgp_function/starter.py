"""A function to begin with."""

from cgp_harness.kind import Starter

STARTER = Starter('''\
"""A function of arrays to begin with: change the name, the arguments and the value."""

from cgp_function import function


@function("double")
def double(x):
    # x is an array of float64, of numpy or torch as the homework says; not to be changed: write
    # y = x * 2, not x *= 2.
    return 2 * x
''', to_rename="double")

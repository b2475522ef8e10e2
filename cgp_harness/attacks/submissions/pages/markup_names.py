"""Call a rule, its file and its arguments by what a page takes for more than text.

shows: page
by: report
"""

from cgp_harness import optimizer

x = optimizer(name="<b>@TOKEN@")(lambda g: g)
y = optimizer(name="\u202e@TOKEN@")(lambda g: g)
z = optimizer(name="=1+@TOKEN@")(lambda g: g)


@optimizer
def sgd(g, lr=1e-3):
    return g["<b>@TOKEN@"]

"""Never answer.

shows: grader
by: deadline
"""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    while True:
        pass

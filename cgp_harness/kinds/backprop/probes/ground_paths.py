"""Graphs of several nodes that are asked about in every run: lengths, paths, outputs, names.

Names are of all kinds, and in no order of the alphabet; the number of a name depends on its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_reference.graph import Graph

X = ("xz", "xb", "x_1", "xOut", "x9", "xhidden", "xa", "xm", "xcd", "x_in2", "xq", "xk", "xaa",
     "xab")
"""Nodes, as they come."""
P = ("w", "b1", "theta", "W_2", "eta0", "a", "ab", "abc", "kappa_long", "B", "z9", "q", "c",
     "d")
"""Parameters, as they come. Some names hold others: `a`, `ab`, `abc`."""
LONG_X = (*X, *(f"xn{7 * i % 41}" for i in range(40)))
LONG_P = (*P, *(f"v{11 * i % 41}" for i in range(40)))
"""Those of long graphs."""
INPUT = "x"
NUMBERS = (0.5, 1.5, -0.5, 0.8, -1.5, 1.2, -0.8, 0.6)
ERRORS = (0.5, -2.0, 1.5, -0.7)
LENGTHS = (1, 2, 3, 4, 6, 7, 9, 10, 12)
LONG = (14, 16, 17, 20, 25, 32, 33, 40)
COUNTS = (3, 4, 6, 9, 12, 16, 20)
"""How many nodes read a node, or have a parameter."""


def case(
    texts: Sequence[str], outputs: Sequence[str] = (), errors: Sequence[float] = ERRORS,
    turn: int = 0, **given: float,
) -> Case:
    """A graph with numbers in their turn, but for those given."""
    graph = Graph.of(texts, outputs or None)
    names = (*graph.inputs, *graph.parameters)
    return Case(
        tuple(texts), graph.outputs,
        tuple(given.get(name, NUMBERS[(turn + 3 * i) % 8]) for i, name in enumerate(names)),
        tuple(errors[i % len(errors)] for i in range(len(graph.outputs))))


@lru_cache(maxsize=8)
def ground(stage: str) -> tuple[Case, ...]:
    """The fixed cases of `chains`, `shared`, `reused`, `outputs`, `all` or `nodes`."""
    return {"chains": _chains, "shared": _shared, "reused": _reused, "outputs": _outputs,
            "all": _all, "nodes": _nodes}[stage]()


def chain(length: int, form: str = "{p}*{x}") -> list[str]:
    """Each node reads the one before; `p` is a parameter of its own."""
    return _chained(range(length), form)


def _chained(places: range, form: str = "{p}*{x}") -> list[str]:
    before = (INPUT, *LONG_X)
    return [f"{LONG_X[i]} = {form.format(p=LONG_P[i], x=before[i])}" for i in places]


def _chains() -> tuple[Case, ...]:
    long = chain(5)
    return (
        *(case(chain(length), turn=length) for length in LENGTHS),
        *(case(chain(length), turn=length) for length in LONG),
        *(case(chain(length, "tanh({p}*{x} + 0.5)"), turn=1) for length in (*LENGTHS[1:], 20, 40)),
        *(case(long, errors=[error])
          for error in (0.0, 1.0, 1e3, -1e4, 1e6, -1e8, 1e-3, -1e-6, 1e-8)),
        case(["xz = w*b1*x + theta", "xb = W_2*xz + eta0 - a*W_2", "x_1 = xb^2"]),
        case(["xz = w*b1", "xb = xz*theta - 2", "x_1 = -xb"]),
        case(["xz = w*x + b1*xin", "xb = relu(xz*theta + W_2)", "x_1 = xb*a + q"], W_2=2.5),
        case(["xz = w*x", "xb = relu(xz*theta - 9)", "x_1 = xb*a + q"]),       # a partial of 0
        case(["xz = w*x", "xb = theta*xz", "x_1 = xb*a"], x=0.0),
        case(["xz = w*x", "xb = theta*xz", "x_1 = xb*a"], theta=0.0),
        case(["xz = w*x", "xb = theta*xz", "x_1 = xb*a"], x=20.0, w=-30.0, theta=15.0),
        case(["xz = w*x", "xb = theta*xz", "x_1 = xb*a"], x=0.02, w=-0.03, theta=0.015),
        case(["xz = w*x", "xb = theta*xz", "x_1 = xb*a"], x=2e6, w=-3e-5, theta=4e5, a=1e-4),
        case(["xz = w*x", "xb = theta*xz", "x_1 = xb*a"], x=-1e-5, w=3e6, theta=1e-6, a=2e7),
        *_vanishing(), *(case(texts, turn=turn) for turn, texts in enumerate(ALIKE)),
    )


ALIKE = (
    ["xb = a*x", "xB = A*xb", "xbb = AB*xB + Ab", "xBb = ab*xbb - aB*xq"],
    ["xz = a*xq + A*xQ", "xZ = Beta_1*xz - beta_1", "xk = BETA_1*xZ"],
    ["xz = X1*x1 + x*W", "xb = w*xz"],
    ["xz = b1*x", "xb = b_1*xz + b__1", "x_1 = B1*xb", "x1 = B_1*x_1 - b*xin"],
)
"""Names that differ in capitals alone, or in `_`; one of a variable and one of a parameter."""


def _vanishing() -> Iterator[Case]:
    """Chains whose errors fall to 1e-31 on their way, or grow to 1e29; the gradients do not."""
    texts = ["xz = w*x", "xb = b1*xz", "x_1 = theta*xb", "xOut = W_2*x_1"]
    for size in (1e-3, 1e-4, 1e-5, 1e-7, 1e-10, 1e3, 1e4, 1e5, 1e7, 1e10):
        yield case(texts, x=2 / size**3, b1=size, theta=-1.5 * size, W_2=0.8 * size)
    for size in (1e-12, 1e-16, 1e-20, 1e-30, 1e12, 1e20, 1e30):
        yield case(texts, errors=[-0.7 * size], x=1.5 / size)
        yield case(texts, x=1.5 / size, b1=0.6 * size)          # a partial of this size


def _shared() -> tuple[Case, ...]:
    diamond = ["xz = w*x", "xb = b1*xz", "x_1 = theta*xz", "xOut = W_2*xb + eta0*x_1"]
    uneven = ["xz = w*x", "xb = b1*xz", "x_1 = theta*xb", "xOut = W_2*x_1 + eta0*xz"]
    return (
        case(diamond), case(diamond, turn=1), case(uneven), case(uneven, turn=3),
        case(["xz = w*x", "xb = b1*xz", "x_1 = theta*xz", "xOut = xb*x_1"]),
        case(["xz = w*x", "xb = b1*xz + xz", "x_1 = xb + xz"]),
        case(diamond, w=0.5, b1=0.8, theta=0.8, W_2=1.5, eta0=1.5),            # equal shares
        case(diamond, b1=0.8, theta=-0.8, W_2=1.5, eta0=1.5),                  # which cancel
        case(diamond, W_2=0.0), case(diamond, b1=0.0), case(diamond, errors=[1e3]),
        case(diamond, x=2e20, b1=1e-20, theta=3e-20),                          # small shares
        case(diamond, theta=0.0), case(uneven, eta0=0.0), case(uneven, b1=0.0),
        case(["xz = w*x", "xb = b1*x", "x_1 = xz*xb + theta*xb"], b1=0.0),     # 0, then not
        case(["xz = w*x + b1*xin", "xb = xz*x", "x_1 = xz*xin + xb"]),         # shared inputs too
        *(case(_stacked(count), turn=count) for count in (2, 3, 4)),
        *(case(_star(count), turn=count) for count in COUNTS),
        *(case(_dense(count), turn=count) for count in (4, 6, 8)),
        case(_skipping(10)), case(_skipping(12), turn=2), case(_skipping(16), turn=3),
        case(_ladder(14)), case(_ladder(25), turn=1), case(_ladder(40), turn=2),
    )


def _stacked(count: int) -> list[str]:
    """Diamonds, one on top of the other: as many paths as 2 to the power of their count."""
    texts, tip = ["xz = w*x"], "xz"
    for i in range(count):
        left, right, joint = X[3 * i + 1:3 * i + 4]
        texts += [f"{left} = {P[2 * i + 1]}*{tip}", f"{right} = {P[2 * i + 2]}*{tip}",
                  f"{joint} = {left} - {right}*1.5"]
        tip = joint
    return texts


def _ladder(count: int) -> list[str]:
    """Each fourth node reads the two before it, which read one and the same; else a chain."""
    texts = chain(count)
    for i in range(5, min(count, 26), 4):
        first, second, third = LONG_X[i - 3:i]
        texts[i - 1] = f"{third} = {LONG_P[i - 1]}*{first}"
        texts[i] = f"{LONG_X[i]} = 0.4*{second} - 0.4*{third}"
    return texts


def _star(readers: int) -> list[str]:
    """A node that so many read; all of them but one meet in the last."""
    read = [f"{LONG_X[i]} = {LONG_P[i]}*xz" for i in range(1, readers)]
    terms = [LONG_X[i] if i % 3 else f"0.5*{LONG_X[i]}" for i in range(1, readers)]
    last = f"{LONG_X[readers]} = {' - '.join(terms)} + {LONG_P[readers]}*xz"
    return ["xz = w*x", *read, last]


def _dense(count: int) -> list[str]:
    """Each node reads all before it."""
    return [f"{X[i]} = {P[i]}*({' - '.join(reversed([INPUT, *X[:i]]))})" for i in range(count)]


def _skipping(count: int) -> list[str]:
    """Each node reads the one before it and the one three before."""
    before = (INPUT, *LONG_X)
    return [f"{LONG_X[i]} = {LONG_P[i]}*{before[i]}" + (f" + 0.5*{X[i - 3]}" if i > 2 else "")
            for i in range(count)]


def _reused() -> tuple[Case, ...]:
    def having(places: Sequence[int], length: int, name: str = "a") -> list[str]:
        before = (INPUT, *LONG_X)
        texts = []
        for i in range(length):
            node, own = LONG_X[i], LONG_P[i + 1] if LONG_P[i + 1] != name else P[0]
            many = f"{node} = {name}*{before[i]} - {own}*{before[i]}*0.2"
            few = f"{node} = {name}*{own}*{before[i]} + {name}"
            texts.append(f"{node} = {own}*{before[i]} + 0.6" if i not in places
                         else few if length < 9 else many)
        return texts

    two = ["xz = w*x + b1", "xb = b1*xz", "x_1 = w*xb + theta", "xOut = b1*x_1 - w"]
    return (
        case(having((0, 1), 2)), case(having((0, 1), 3)), case(having((0, 2), 3), turn=1),
        case(having((1, 2), 3), turn=2), case(having((0, 4), 5, "theta"), turn=1),
        *(case(having(range(count), count, name), (), ERRORS, count, **{name: 1.2})
          for count, name in zip(COUNTS, (
              "kappa_long", "ab", "B2", "z", "beta_1", "a", "gamma"), strict=True)),
        case(["xz = a*x + A", "xb = A*xz - a*0.3"]),
        case(["xz = ab*x + aB", "xb = aB*xz", "xB = ab*xb"]),
        case(two), case(two, turn=1), case(two, errors=[-1e3]), case(two, w=0.0),
        case(["xz = w*x + b1", "xb = w*xz + theta"], x=0.5, w=0.8, b1=-0.4),   # 0, then not
        case(["xz = w*x + b1", "xb = w*xz + theta"], x=0.0),                   # and the reverse
        case(["xz = w*x", "xb = w*xz"]), case(["xz = w*x", "xb = xz + w"]),
        case(["xz = w*x", "xb = xz - w"], x=1.0),                              # shares cancel
        case(["xz = theta_10*x", "xb = theta_1*xz + theta_10", "x_1 = theta_1*xb"]),
    )


def _outputs() -> tuple[Case, ...]:
    apart = ["xz = w*x", "xb = b1*xin"]
    line = chain(4)
    return (
        case(apart), case(apart, ["xb", "xz"]), case(apart, errors=[0.0, 1.5]),
        case(["xb = w*x", "xB = W*xb"], ["xB", "xb"]),
        case(["xb = w*x", "xB = W*xin"], ["xB", "xb"]),
        case(apart, errors=[1.5, 0.0]), case(apart, errors=[-0.7, -0.7]),
        case(line, ["xOut", "xb"]), case(line, ["xb", "xOut"]), case(line, ["xz", "xOut"]),
        case(line, ["xOut", "x_1"], errors=[0.0, 2.0]),
        case(line, ["x_1", "xOut"], errors=[1e3, -3.0]),
        case(line, ["xOut", "xb", "xz"]), case(line, ["xz", "xb", "x_1", "xOut"]),
        case(["xz = w*x", "xb = b1*xin", "x_1 = theta*x"], ["x_1", "xz", "xb"]),
        case(["xz = w*x", "xb = b1*xz", "x_1 = theta*x", "xOut = W_2*x_1", "x9 = eta0*xin"],
             ["x9", "xb", "xOut"]),
        case(chain(6), ["xhidden", "xOut", "x_1", "xz"], turn=1),
        case(chain(9), X[:8], errors=[*ERRORS, 1.2, -0.8, 0.6, 3.0]),
        case(chain(20), [LONG_X[19], *X[3:14:2]], turn=2),
    )


MIXED = [
    "xz = w*x + b1", "xb = tanh(b1*xz)", "x_1 = theta*xz - W_2*xin", "xOut = xb*x_1 + W_2",
    "x9 = theta*xOut + xz", "xhidden = eta0*xOut", "xa = x9 - a*xhidden*w", "xm = xa*xa + ab*xb"]
"""Shared nodes, parameters in several nodes; read with several outputs."""
DEAD = ["xk = 2", "xaa = abc*xz", "xab = w*xaa + theta"]
"""Nodes that lead to no output: a number, one with a parameter of its own, one behind it."""


def _all() -> tuple[Case, ...]:
    mixed, outputs = case(MIXED, ["xm", "x9", "xb"]), ("xm", "x9", "xb")
    other = case([*_star(4), "xab = w*x9 - b1*xz"], ["x9", "xab"], turn=3)
    return (
        mixed, other, mixed,
        case(MIXED, outputs, errors=[1.5, 0.5, -0.7]), case(MIXED, outputs, turn=1), mixed,
        case(MIXED[:4], ["xOut", "xz"]), case(MIXED[:6], ["xhidden", "x9", "xOut"]),
        case([*MIXED, *DEAD], outputs), case([*MIXED, *DEAD], ["xm"]),
        case([*MIXED[:3], *DEAD], ["xb", "x_1"]), case(["xz = w*x", "xb = b1*xz"], ["xz"]),
        case([*_stacked(4)[:11], "xk = w*xcd", "xaa = b1*xk + theta*x_1"], ["xaa", "xcd", "xb"]),
        case([*_dense(6), "xm = ab*xb", "xcd = w*xm - theta*xhidden"], ["xcd", "xhidden"]),
        case([*_skipping(9), "x_in2 = w*xcd + theta", "xq = theta*x_in2 - w*xz"],
             ["xq", "x9", "xa"], turn=2),
        case([*chain(3), "xOut = w*x_1 + w*xb", "x9 = xOut*xb"], ["x9", "xb"]),
        case(["xz = w*x", "xk = b1*xz", "xb = theta*xz + eta0*w"], ["xb"]),
        case(["xk = w*xin", "xz = b1*x", "xb = w*xz"], ["xb"]),
        case(_with_tail(20), ["xn0", "xm", "xb"]), case(_with_tail(32), ["xm", "x9"], turn=1),
    )


def _with_tail(count: int) -> list[str]:
    """MIXED and what comes of it, with the parameters of its first nodes."""
    further = [f"{text} + w*xb" if i % 3 else f"{text}*theta"
               for i, text in enumerate(_chained(range(len(MIXED), count)))]
    return [*MIXED, *further]


def _nodes() -> tuple[Case, ...]:
    first = case(["xz = w*x + b1", "xb = b1*xz - theta", "x_1 = xz*xb + w"])
    return (
        first, case(["xz = w*x - b1*w", "xb = theta*b1 + xz", "x_1 = xb*w + xz"], turn=1), first,
        case(first.texts, turn=2), first,
        case(chain(2)), case(chain(3, "{p}*{x} + 0.5")), case(chain(6, "{p} - {x}")),
        case(chain(8, "0.8*{x} - {p}*0.5")), case(chain(10, "-{p} + 0.5*{x}"), turn=1),
        case(chain(12, "({p} - {x})*0.6"), turn=2), case(_stacked(3), turn=3),
        *(case(chain(count, "0.8*{x} - {p}*0.5"), turn=count) for count in LONG),
        case(_ladder(25), turn=1), case(_star(16)),
        case(_star(4)), case(_skipping(7), turn=1), case(_dense(3)),
        case(["xz = w*b1", "xb = xz - theta*w"], turn=1), case(["xk = 2", "xz = xk*w"]),
        case(["xz = w*x", "xb = b1*x", "x_1 = xz - xb"], ["xb"]),
        case(["xz = w*x", "xb = w*xz", "x_1 = w*xb + w", "xOut = x_1*w - xz"], w=-0.8),
        case([f"xz = {' + '.join(f'{p}*x{i}' for i, p in enumerate(P[:7], 1))}", "xb = xz*x3*x6"]),
        case(["xz = a*b*c*d*e", "xb = xz - a*x*x2*x3*x4 + f"], turn=1),
        *(case(texts, turn=turn + 1) for turn, texts in enumerate(ALIKE)),
        case(["x__ = Alpha*X1*xX + beta_1", "xLong_name_9 = Alpha*x__ - X1*gamma"]),
        case(["xz = w*x", "xb = b1*xz + w"], x=0.0), case(["xz = w*x", "xb = b1*xz + w"], w=0.0),
    )

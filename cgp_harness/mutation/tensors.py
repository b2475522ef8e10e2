"""What goes wrong with axes: another one, a mean for a sum, a dimension kept or not, transposed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.place import Place, Scope, place

_AXES = (0, 1, -1)
_NAMES = ("dim", "axis")
_REDUCING = ("sum", "mean", "max", "min", "amax", "amin", "var", "std", "logsumexp", "prod", "norm",
             "softmax", "log_softmax", "cumsum", "argmax")


def over_axes(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """Of calls that reduce."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr not in _REDUCING:
        if node.func.attr in ("t", "transpose", "permute"):
            yield place("transposed", node, node.func.value, 1, "a transposition is left out",
                        f".{node.func.attr}() is left out")
        return
    named = {one.arg: one for one in node.keywords}
    axis = next((named[name] for name in _NAMES if name in named), None)
    method = len(node.args) == 1 and axis is None  # x.sum(0)
    now = axis.value if axis else node.args[0] if method else None
    if now is not None and (value := _number(now)) is not None:
        for other in _AXES:
            if other != value:
                yield place("axis", now, ast.parse(str(other), mode="eval").body, 2,
                            "an axis is another", f"axis {other} stands where {value} belongs")
        if node.func.attr == "mean":
            yield place(
                "correction", node, _one_less(node, now, module=not method and bool(node.args)), 2,
                "the mean has another divisor", "the mean is divided by n - 1 instead of n")
            yield place(
                "left_out", node, _share(node, now, module=not method and bool(node.args)), 1.5,
                "the sum in a mean is left out",
                f"the sum in {text(node)} is left out, not the division by n")
        if axis:
            rest = [one for one in node.keywords if one is not axis and one.arg != "keepdim"]
            yield place("axis", node, ast.Call(node.func, node.args, rest), 2,
                        "an axis is left out", f"{text(node.func)}() is over all axes")
    for name in ("keepdim", "keepdims"):
        if name in named:
            rest = [one for one in node.keywords if one.arg != name]
            yield place("keepdim", node, ast.Call(node.func, node.args, rest), 1,
                        "a dimension is not kept", f"{name} is left out")
    if "unbiased" in named or node.func.attr in ("var", "std"):
        rest = [one for one in node.keywords if one.arg not in ("unbiased", "correction", "ddof")]
        for correction in (0, 1):
            keyword = ast.keyword("correction", ast.Constant(correction))
            yield place("correction", node, ast.Call(node.func, node.args, [*rest, keyword]), 2,
                        "the variance has another divisor",
                        f"the variance is divided by {'n - 1' if correction else 'n'}")


def in_order(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A sum or a mean, and what is computed of each number, the other way round: `sum(x)**2`."""
    if not isinstance(node, (ast.Call, ast.BinOp)):
        return
    summed, of = _reduced(node), _inside(node)
    by: ast.expr | None = None
    if summed is not None and (one := _inside(summed)) is not None:
        by = _around(summed, _reducing(node, one))
    elif of is not None and (each := _reduced(of)) is not None:
        by = _reducing(of, _around(node, each))
    if by is not None:
        yield place("order", node, by, 2, "a sum and what is computed of each number are taken "
                    "in the wrong order", f"{text(by)} stands where {text(node)} belongs")


def _reduced(node: ast.expr | None) -> ast.expr | None:
    """What is summed, or of which the mean is taken."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or (
            node.func.attr not in ("sum", "mean")):
        return None
    module = node.args and not isinstance(node.args[0], (ast.Constant, ast.Tuple, ast.UnaryOp))
    return node.args[0] if module else node.func.value


def _reducing(node: ast.expr, of: ast.expr) -> ast.expr:
    """The same sum or mean of something else."""
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    if _reduced(node) is node.func.value:
        return ast.Call(ast.Attribute(of, node.func.attr, ast.Load()), node.args, node.keywords)
    return ast.Call(node.func, [of, *node.args[1:]], node.keywords)


def _inside(node: ast.expr) -> ast.expr | None:
    """Of which a power, or a function of one value, is taken."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return node.left
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and (
            _reduced(node) is None):
        return node.args[0]
    return None


def _around(node: ast.expr, value: ast.expr) -> ast.expr:
    """The same power or function of something else."""
    if isinstance(node, ast.BinOp):
        return ast.BinOp(value, node.op, node.right)
    assert isinstance(node, ast.Call)
    return ast.Call(node.func, [value], [])


def flipped(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A tensor the other way round: along its last axis, or along its last two."""
    if isinstance(node, ast.Name) and node.id in scope.names and not scope.hyperparameters:
        for axes, which in (("-1", "its last axis"), ("(-2, -1)", "its last two axes")):
            by = ast.Call(ast.Attribute(node, "flip", ast.Load()), [
                ast.parse(axes, mode="eval").body], [])
            yield place("flipped", node, by, 3, "an axis runs backwards",
                        f"{node.id} runs backwards along {which}")


def _one_less(node: ast.Call, axis: ast.expr, *, module: bool) -> ast.expr:
    """The sum by n - 1, for a mean: of `x.mean(0)`, or of `np.mean(x, axis=0)`."""
    assert isinstance(node.func, ast.Attribute)
    values = node.args[0] if module else node.func.value
    total = ast.Call(
        ast.Attribute(node.func.value, "sum", ast.Load()), node.args, node.keywords)
    size = ast.Subscript(ast.Attribute(values, "shape", ast.Load()), axis, ast.Load())
    return ast.BinOp(total, ast.Div(), ast.BinOp(size, ast.Sub(), ast.Constant(1)))


def _share(node: ast.Call, axis: ast.expr, *, module: bool) -> ast.expr:
    """Each number by n, for a mean."""
    assert isinstance(node.func, ast.Attribute)
    values = node.args[0] if module else node.func.value
    size = ast.Subscript(ast.Attribute(values, "shape", ast.Load()), axis, ast.Load())
    return ast.BinOp(values, ast.Div(), size)


def _number(node: ast.expr) -> int | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, int) else None

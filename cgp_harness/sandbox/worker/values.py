"""What is known of the values in an expression, without asking a student's object anything.

Only exact types of Python, numpy and torch are looked into, by those types' own descriptors. Runs
in the worker.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from cgp_harness.sandbox.protocol.scene import AXES_MAX, SHORT_MAX, Value

_NAME_OF = vars(type)["__name__"].__get__
_ELEMENTWISE = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.Mod, ast.FloorDiv)
_ARRAY, _TENSOR = "ndarray", "Tensor"
DEPTH = 20
"""Of an expression that is looked into."""
_SIZED = (tuple, list, dict, set)


def name_of(kind: type) -> str:
    """A class's own name, whatever its metaclass says."""
    return str(_NAME_OF(kind))[:SHORT_MAX]


def value_of(value: Any) -> Value:
    """What it is: type, shape, dtype.

    >>> value_of(np.zeros((2, 3)))
    Value(type='ndarray', shape=(2, 3), dtype='float64', grad=False, text='')
    """
    kind = type(value)
    name = name_of(kind)
    if kind is np.ndarray:
        return Value(name, value.shape[:AXES_MAX], str(value.dtype)[:SHORT_MAX])
    if kind in (bool, int, float, str):
        return Value(name, text=f"{value!r:.40}" if _is_short(value) else "")
    if kind in _SIZED:
        return Value(name, (len(value),))
    if kind is ModuleType:
        return Value(name, text=str(vars(value).get("__name__", ""))[:SHORT_MAX])
    return _tensor(value, kind) or Value(name)


def _is_short(value: object) -> bool:
    return type(value) is not int or abs(value) < 10**30  # 4,300 digits and more raise


def _tensor(value: Any, kind: type) -> Value | None:
    torch = sys.modules.get("torch")
    if torch is None or kind not in (torch.Tensor, torch.nn.Parameter):
        return None
    # Past what the submission may have put on `torch.Tensor` itself.
    own = vars(torch._C.TensorBase)
    shape, dtype, grad = (own[one].__get__(value) for one in ("shape", "dtype", "requires_grad"))
    return Value(
        _TENSOR, tuple(shape)[:AXES_MAX], str(dtype).removeprefix("torch."), grad=bool(grad))


class Looking:
    """What the expressions of one frame are, as far as names and plain arithmetic tell."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names

    def at(self, node: ast.expr, depth: int = 0) -> Value:
        """What stands there; an empty value where that would have to be computed."""
        if isinstance(node, ast.Constant):
            return value_of(node.value)
        if depth > DEPTH or (isinstance(node, ast.Name) and node.id not in self._names):
            return Value()
        if isinstance(node, ast.Name):
            return value_of(self._names[node.id])
        if isinstance(node, ast.Tuple | ast.List):
            return Value("tuple" if isinstance(node, ast.Tuple) else "list", (len(node.elts),))
        if isinstance(node, ast.UnaryOp | ast.Attribute):
            return self.at(node.operand, depth + 1) if isinstance(node, ast.UnaryOp) else (
                self._attribute(node, depth + 1))
        return self._arithmetic(node, depth + 1) if isinstance(node, ast.BinOp) else Value()

    def _attribute(self, node: ast.Attribute, depth: int) -> Value:
        value = self.at(node.value, depth)
        if node.attr in ("T", "mT") and value.type in (_ARRAY, _TENSOR):
            return Value(value.type, value.shape[::-1], value.dtype, value.grad)
        if value.type == "module" and isinstance(node.value, ast.Name):
            found = vars(self._names[node.value.id]).get(node.attr)
            return value_of(found) if type(found) in (ModuleType, float) else Value()
        return Value()

    def _arithmetic(self, node: ast.BinOp, depth: int) -> Value:
        left, right = self.at(node.left, depth), self.at(node.right, depth)
        kinds = {left.type, right.type}
        kind = next((one for one in (_TENSOR, _ARRAY) if one in kinds), "")
        if not kind or not kinds <= {_TENSOR, _ARRAY, "int", "float", "bool", "float64"}:
            return Value("float") if kinds <= {"int", "float"} else Value()
        shape = _joined(left.shape, right.shape) if isinstance(node.op, _ELEMENTWISE) else (
            _product(left.shape, right.shape) if isinstance(node.op, ast.MatMult) else None)
        if shape is None:
            return Value()
        return Value(kind, shape, left.dtype or right.dtype, left.grad or right.grad)


def _joined(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return np.broadcast_shapes(left, right)
    except ValueError:
        return None


def _product(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...] | None:
    if len(left) != 2 or len(right) != 2 or left[1] != right[0]:
        return None
    return left[0], right[1]

"""An exception of student code -> the scene that it was raised in. Runs in the worker.

Nothing of the student's is called: the source is read as text, values by their exact types alone.
"""

from __future__ import annotations

import ast
import builtins
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

from cgp_harness.sandbox.protocol.scene import PARTS_MAX, SHORT_MAX, Part, Scene
from cgp_harness.sandbox.worker.source_lines import (
    SOURCE_MAX,
    around,
    defined_below,
    failing,
    lines_of,
    origins,
    owner,
    parsed,
    read,
    segment,
)
from cgp_harness.sandbox.worker.values import Looking, name_of, value_of
from cgp_reference.errors import alike

NAMES_MAX = 2_000
BEGUN_MIN = 4
OURS = ("numpy", "torch", "builtins", "cgp_harness", "cgp_reference")
"""Whose classes have attributes that may be looked up."""
_CALLED = re.compile(r"([\w.]+)\(\) (?:takes|missing|got)")
_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.BitXor: "^", ast.BitAnd: "&", ast.BitOr: "|", ast.MatMult: "@",
    ast.LShift: "<<", ast.RShift: ">>", ast.USub: "-", ast.UAdd: "+", ast.Not: "not",
    ast.Invert: "~", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
    ast.NotEq: "!=", ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}


def scene_of(error: BaseException, folder: str, text: str, about: str = "") -> Scene:
    """The scene of an exception.

    Args:
        text: what it says, without the paths of this machine.
        about: the file of what was called, where none of its lines was running.
    """
    kinds = [name_of(one) for one in type(error).__mro__]
    scene = Scene(tuple(kinds[:kinds.index("Exception")][:PARTS_MAX])
                  if "Exception" in kinds else (kinds[0],), text[:SHORT_MAX])
    if issubclass(type(error), SyntaxError):
        return _of_syntax(scene, error)
    found = _innermost(error.__traceback__, folder)
    if found is None:
        return _of_call(scene, folder, about)
    frame, last, inner = found
    return _Frame(frame, last).scene(scene, error, inner=inner)


def _of_syntax(scene: Scene, error: Any) -> Scene:
    line, column = error.text, error.offset
    if type(line) is not str:
        return scene
    return _with(scene, source=line.rstrip()[:SHORT_MAX], node="Syntax",
                 column=column if type(column) is int and 0 < column < SOURCE_MAX else 0)


def _innermost(
    traceback: TracebackType | None, folder: str
) -> tuple[FrameType, int, bool] | None:
    """The last frame inside the submission, its last instruction, and whether others follow it."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.startswith(folder + os.sep):
            found = (traceback.tb_frame, traceback.tb_lasti, traceback.tb_next is not None)
        traceback = traceback.tb_next
    return found


def _of_call(scene: Scene, folder: str, about: str) -> Scene:
    """Of a function that does not take what it was called with: its arguments, from the source."""
    called = _CALLED.match(scene.text)
    path = os.path.join(folder, about.rpartition(":")[0] or about)
    if called is None or not path.startswith(folder + os.sep):
        return scene
    function = called[1].rpartition(".<locals>.")[2] or called[1]
    for node in ast.walk(parsed(read(path))):
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and f"{node.name}.{one.name}" == function:
                    return _with(scene, function=function, node="Called",
                                 arguments=tuple(_names_of(one))[:PARTS_MAX])
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return _with(scene, function=function, node="Called",
                         arguments=tuple(_names_of(node))[:PARTS_MAX])
    return scene


def _names_of(function: ast.FunctionDef) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args)]


def _with(scene: Scene, **fields: object) -> Scene:
    known = {name: getattr(scene, name) for name in scene.__struct_fields__}
    return Scene(**(known | fields))


@dataclass
class _Frame:
    """A frame of the submission that raised, at an instruction."""

    frame: FrameType
    last: int

    def scene(self, scene: Scene, error: BaseException, *, inner: bool) -> Scene:
        code, own, all_ = self.frame.f_code, self.frame.f_locals, self.frame.f_globals
        # A class's namespace, and that of `exec`, may be of any kind.
        outer = all_ if type(all_) is dict else {}
        names = {**outer, **(own if type(own) is dict else {})}
        place = _position(code, self.last)
        source = read(code.co_filename)
        lines, tree = lines_of(source), parsed(source)
        line = lines[place[0] - 1:place[0]] if place[0] else ()
        scene = _with(
            scene, function=code.co_qualname.rpartition("<locals>.")[2][:SHORT_MAX],
            arguments=tuple(code.co_varnames[:min(code.co_argcount, PARTS_MAX)]),
            modules=tuple(_modules(outer))[:PARTS_MAX], inner=inner,
            statement="".join(line).strip()[:SHORT_MAX])
        within = around(tree, place[0])
        node = failing(within, *place) if within else None
        if within and node:
            scene = _with(scene, **_described(
                node, lines, Looking(names), origins(within, tree, place[0])))
        if type(error) is NameError and type(error.name) is str:
            below = defined_below(tree, error.name, place[0])
            scene = _with(
                scene, below=lines[below.lineno - 1].strip()[:SHORT_MAX] if below else "",
                inside=owner(tree, error.name, place[0])[:SHORT_MAX])
        return _with(scene, near=_near(error, names, outer, node))


def _modules(names: Mapping[str, object]) -> Iterator[str]:
    """Which modules are there, and under which names: `np=numpy`."""
    for name, value in list(names.items()):
        if type(value) is ModuleType and type(name) is str and not name.startswith("_"):
            yield f"{name}={value_of(value).text}"[:SHORT_MAX]


def _near(
    error: Any, names: Mapping[str, object], outer: Mapping[str, object], node: ast.AST | None
) -> tuple[str, ...]:
    """Names much like the one that is not there; of a variable without a value, itself outside."""
    kind, there = type(error), list[str]()
    if kind not in (NameError, UnboundLocalError, AttributeError, KeyError, ImportError):
        return ()  # a class of the submission's own may answer anything
    wanted = error.args[0] if kind is KeyError and error.args else getattr(error, "name", None)
    if kind is NameError:
        there = [*names, *vars(builtins)]
    elif kind is UnboundLocalError:
        told = re.search(r"variable '(\w+)'", str(error))
        return (told[1],) if told and told[1] in outer else ()
    elif kind is AttributeError:
        there = _attributes(error.obj)
    elif kind is KeyError:
        there = _keys(node, names)
    elif told := re.match(r"cannot import name '(\w+)'", str(error)):
        wanted, there = told[1], _attributes(sys.modules.get(error.name or ""))
    if type(wanted) is not str:
        return ()
    public = [one for one in there[:NAMES_MAX] if type(one) is str and one[:1] != "_"]
    near = alike(wanted[:60], public, 3, 0.7)
    if kind is AttributeError:  # `p.gradient` is `p.grad` rather than `p.grad_fn`
        begun = [one for one in public if len(one) >= BEGUN_MIN and wanted.startswith(one)]
        near = [*sorted(begun, key=len, reverse=True), *(one for one in near if one not in begun)]
    return tuple(one[:SHORT_MAX] for one in near[:3] if one != wanted)


def _attributes(value: object) -> list[str]:
    """What a module, an array or a tensor has; of anything else nothing is known."""
    kind = type(value)
    if kind is ModuleType:
        named: Any = vars(value).get("__all__")  # what is imported at its first use is there too
        return [*vars(value), *(named if type(named) in (list, tuple) else ())]
    module = str(vars(kind).get("__module__", "builtins"))
    if module.partition(".")[0] in OURS or name_of(kind).endswith("Backward"):  # torch's ctx
        return [name for one in kind.__mro__ for name in (
            *vars(one), *vars(one).get("__annotations__", ()))]
    try:  # of the student's own: what it has itself, and what its classes have
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        own = {}
    return [*(own if type(own) is dict else ()), *(
        name for one in kind.__mro__ for name in vars(one))]


def _keys(node: ast.AST | None, names: Mapping[str, object]) -> list[str]:
    """Those of a plain dict, if that is what was asked."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return []
    table: Any = names.get(node.value.id)
    return [key for key in list(table)[:NAMES_MAX] if type(key) is str] if (
        type(table) is dict) else []


def _position(code: CodeType, last: int) -> tuple[int, int, int, int]:
    """First and last line, first and last column (bytes) of an instruction; 0 if not known."""
    for number, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if number == last // 2:
            return line or 0, end_line or 0, column or 0, end_column or 0
    return 0, 0, 0, 0


def _described(
    node: ast.AST, lines: Sequence[str], look: Looking, assigned: Mapping[str, ast.AST]
) -> dict[str, object]:
    parts = [
        Part(text := segment(lines, one), look.at(one),
             segment(lines, assigned[text]) if text in assigned else "")
        for one in _parts(node)]
    return {"node": type(node).__name__, "source": segment(lines, node),
            "operator": _sign(node), "parts": tuple(parts[:PARTS_MAX])}


def _sign(node: ast.AST) -> str:
    if isinstance(node, ast.BinOp | ast.UnaryOp | ast.AugAssign):
        return _SIGNS.get(type(node.op), "")
    return _SIGNS.get(type(node.ops[0]), "") if isinstance(node, ast.Compare) else ""


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Call):
        yield from (node.func, *node.args)
    elif isinstance(node, ast.Attribute):
        yield node.value
    elif isinstance(node, ast.Subscript):
        yield from (node.value, node.slice)
    elif isinstance(node, ast.Assign):
        yield from (*node.targets, node.value)
    elif isinstance(node, ast.AugAssign):
        yield from (node.target, node.value)
    elif isinstance(node, ast.For):
        yield from (node.target, node.iter)
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node.test
    elif isinstance(node, ast.Name):
        yield node

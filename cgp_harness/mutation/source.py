"""The source of a right answer: the functions that a change may be made in, and how one is run."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast

from cgp_harness.mutation.change import Change, Edit, changed, parents

Tree = TypeVar("Tree", bound=ast.AST)
BEFORE = "_before_"
"""Above the name of a state: its value before the step, which a change may put anywhere."""
COUNT, PARAMETER = "k", "p"
"""The argument that is the step number; the parameter's value before the step."""
Function = Callable[..., Any]
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True, eq=False)
class Source:
    """What one answer consists of.

    Args:
        trees: of the answer, and of the functions of its module that it calls.
        names: of the module, for what they name.
        state: arguments of the answer whose new values it returns after the step.
        hyperparameters: arguments with a default that is a number.
        name: of the answer, as it is defined.
        rule: whether it is a step-size rule, which returns a step and its new state.
        constants: names of numbers that stand beside the functions.
    """

    trees: tuple[Definition, ...]
    names: Mapping[str, Any]
    state: tuple[str, ...]
    hyperparameters: Mapping[str, float]
    name: str
    rule: bool = False
    constants: tuple[str, ...] = ()

    def functions(self) -> Iterator[ast.FunctionDef]:
        """All functions and methods, the answer's own first."""
        for tree in self.trees:
            yield from (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))

    def asked_for(self, new: ast.AST) -> Sequence[Edit]:
        """What gives a rule the step number or the parameter, if what is put in names it: a rule
        gets what its arguments name."""
        wanted = [name for name in self._further if any(
            isinstance(one, ast.Name) and one.id == name for one in ast.walk(new))]
        tree = self.trees[0]
        if not wanted or not isinstance(tree, ast.FunctionDef):
            return ()
        given = copy(tree.args)
        given.kwonlyargs = [*given.kwonlyargs, *(
            ast.copy_location(ast.arg(name), tree) for name in wanted)]
        given.kw_defaults = [*given.kw_defaults, *(None for _ in wanted)]
        return (Edit(tree.args, given),)

    @cached_property
    def _further(self) -> Sequence[str]:
        """What a rule may be given besides."""
        tree = self.trees[0]
        if not self.rule or not isinstance(tree, ast.FunctionDef):
            return ()
        have = {*arguments(tree), *assigned(tree)}
        return [name for name in (COUNT, PARAMETER) if name not in have]

    def compiled(self, *changes: Change) -> Any:
        """The answer as a function or class, with changes made.

        Raises:
            SyntaxError: they make no program.
        """
        edits = [edit for one in changes for edit in one.edits]
        module = ast.Module(self.changed(edits), [])
        names = dict(self.names)
        code: CodeType = compile(module, f"<{self.name}>", "exec", dont_inherit=True)
        exec(code, names)
        return names[self.name]

    def changed(self, edits: Sequence[Edit]) -> list[ast.stmt]:
        """Its trees with these edits; one without an edit is the same object."""
        body: list[ast.stmt] = changed(self.trees, edits, self._above)
        return body

    def with_line(self, line: ast.stmt, edits: Sequence[Edit]) -> list[ast.stmt]:
        """What becomes of one line alone."""
        lines: list[ast.stmt] = changed([line], edits, self._above)
        return lines

    @cached_property
    def line_of(self) -> Mapping[int, ast.stmt]:
        """By the `id` of each node of the answer's own body: the line that it is or stands in."""
        tree = self.trees[0]
        return {id(node): line for line in tree.body for node in ast.walk(line)}

    @cached_property
    def alike(self) -> Mapping[str, Sequence[ast.AST]]:
        """All nodes of its functions that are the same code, by what `ast.dump` gives."""
        found: dict[str, list[ast.AST]] = {}
        for tree in self.functions():
            for node in ast.walk(tree):
                found.setdefault(ast.dump(node), []).append(node)
        return found

    @cached_property
    def _above(self) -> Mapping[int, ast.AST | None]:
        return parents(self.trees)


def source_of(
    answer: Function | type, text: str, state: Sequence[str] | None = None,
    hyperparameters: Mapping[str, float] | None = None,
) -> Source:
    """The source of a function or class of a file.

    Args:
        answer: as the file defines it, below any decorator of the harness.
        text: the file.
        state: names of arguments that are a state, of a step-size rule.
        hyperparameters: names and defaults of arguments that are numbers.
    """
    names = _names_of(answer)
    defined = {one.name: one for one in ast.parse(text).body if isinstance(one, Definition)}
    reached: dict[str, Definition] = {}
    _reach(answer.__name__, defined, reached)
    trees = [_bare(_signed(one)) for one in reached.values()]
    if isinstance(trees[0], ast.FunctionDef):
        trees[0].body[:0] = [_kept(name) for name in state or ()]
    return Source(
        tuple(trees), names, tuple(state or ()), dict(hyperparameters or {}), answer.__name__,
        rule=state is not None)


def parsed(text: str) -> ast.Module:
    """A program in which -1 is a number, and not a 1 with a sign: so it is read, and so changed.

    Raises:
        SyntaxError: it is none.
    """
    return _signed(ast.parse(text))


def _signed(tree: Tree) -> Tree:
    return cast("Tree", _Signed().visit(tree))


class _Signed(ast.NodeTransformer):
    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if (value := _negative(node)) is not None:
            return ast.copy_location(ast.Constant(value), node)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        base = node.left
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow) and _negative(base) is not None:
            node.left = base  # (-1)**k: `ast.unparse` gives no number its parentheses
        return node


def _negative(node: ast.AST) -> float | None:
    """A number that is written with a minus."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(
            node.operand, ast.Constant) and type(node.operand.value) in (int, float):
        return -cast("float", node.operand.value)
    return None


def statements(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """The blocks of a function, without what keeps the state of before."""
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield [one for one in block if not is_kept(one)]


def is_kept(statement: ast.stmt) -> bool:
    """Whether it only keeps the state of before."""
    return (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            and statement.targets[0].id.startswith(BEFORE))


def reads(function: ast.FunctionDef) -> Iterator[ast.Name]:
    """Where a function reads a name."""
    for block in statements(function):
        for one in block:
            yield from (node for node in expressions(alone(one)) if isinstance(node, ast.Name))


def alone(statement: ast.stmt) -> ast.AST:
    """A compound statement without the blocks in it, which come by themselves."""
    if not isinstance(statement, (ast.If, ast.For, ast.While, ast.With)):
        return statement
    head = getattr(statement, "test", None) or getattr(statement, "iter", None)
    return head if head is not None else ast.Pass()


def expressions(node: ast.AST) -> Iterator[ast.expr]:
    """What is computed in a statement: no targets, annotations, defaults or called names."""
    if isinstance(node, ast.expr):
        yield node
    for name, value in ast.iter_fields(node):
        if (
            name in ("targets", "target", "annotation", "returns", "decorator_list", "defaults")
            or (name == "func" and isinstance(value, ast.Name))
            or (isinstance(node, (ast.FunctionDef, ast.ClassDef)) and name == "args")
        ):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST):
                yield from expressions(one)


def arguments(function: ast.FunctionDef) -> list[str]:
    """Names of the arguments of a function, but for `self` and `ctx`."""
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [one.arg for one in every if one.arg not in ("self", "ctx")]


def assigns(statement: ast.stmt) -> set[str]:
    """Names that a statement gives a value."""
    return {node.id for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def assigned(function: ast.FunctionDef) -> list[str]:
    """Names that a function gives a value, in their order."""
    return list(dict.fromkeys(
        node.id for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)))


def containers(function: ast.FunctionDef) -> frozenset[str]:
    """Names of what holds values under names of their own: `group` of `group["lr"]`."""
    return frozenset(
        node.value.id for node in ast.walk(function)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
        and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str))


def computed(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a statement computes; not what it goes through."""
    if not isinstance(statement, ast.For):
        yield from expressions(alone(statement))


def _names_of(answer: Function | type) -> Mapping[str, Any]:
    if isinstance(answer, FunctionType):
        return answer.__globals__
    methods = (one.__func__ if isinstance(one, staticmethod | classmethod) else one
               for one in vars(answer).values())
    return next((one.__globals__ for one in methods if isinstance(one, FunctionType)),
                vars(builtins))


def _reach(
    name: str, defined: Mapping[str, Definition], reached: dict[str, Definition]
) -> None:
    if name not in defined or name in reached:
        return
    reached[name] = defined[name]
    for node in ast.walk(defined[name]):
        if isinstance(node, ast.Name):
            _reach(node.id, defined, reached)


def _bare(tree: Definition) -> Definition:
    """Without the decorators above it, and without docstrings."""
    tree.decorator_list = []
    for node in ast.walk(tree):
        if isinstance(node, Definition) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _kept(name: str) -> ast.stmt:
    return ast.parse(f"{BEFORE}{name} = {name}").body[0]

"""A student's functions with one change made in their source: which there are, and to run them so.

    candidates = Candidates([rule.function], folder, state, hyperparameters)
    with candidates.in_place(3):
        rule.run(…)                    # by the third of them

The text is read from the file that a function says it is from, and never run: a changed function is
compiled, and its code put in the place of the function's own while it is wanted. So whoever holds
the function (a decorator, a closure, another function, a class) calls the changed one. Runs in the
worker.
"""

from __future__ import annotations

import ast
import inspect
import os
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from types import CodeType, FunctionType

from cgp_harness.mutation.change import Change, changed, parents
from cgp_harness.mutation.mending.repairs import repairs
from cgp_harness.mutation.source import BEFORE, Source

LETTERS_MAX, NODES_MAX = 20_000, 1_500
"""Of the text of one function; of the syntax trees of all that are looked at."""
_OUTER = "<outer>"


class Candidates:
    """Numbered from 1; the first is the source as it is. None if there is no text that may be read.

    Args:
        functions: the student's own; those of the same files that they name come with them.
        folder: where the submission is.
        state: arguments of the first of them that are a state.
        hyperparameters: its arguments that are numbers, with their defaults.
        given: arguments that it may be given besides, by name, if it has none of these names.
        work: how many nodes may be compiled in all.

    Attributes:
        given: those that every candidate takes.
    """

    def __init__(
        self, functions: Sequence[FunctionType], folder: str, state: Sequence[str],
        hyperparameters: Mapping[str, float], *, given: Sequence[str] = (), work: int,
    ) -> None:
        found: dict[FunctionType, ast.FunctionDef] = {}
        for one in functions:
            _reach(one, folder, found)
        trees = tuple(found.values())
        nodes = sum(1 for tree in trees for _ in ast.walk(tree))
        self._most = work // max(1, nodes)
        if nodes > NODES_MAX or not functions or functions[0] not in found:
            trees = ()
        self.given = tuple(_give(trees[0], given) if trees else ())
        for name in reversed(state if trees else ()):
            trees[0].body.insert(0, ast.parse(f"{BEFORE}{name} = {name}").body[0])
        self._functions, self._trees = tuple(found), trees
        self._source = Source(trees, {}, tuple(state), hyperparameters, "")

    @cached_property
    def changes(self) -> tuple[Change | None, ...]:
        """What each candidate changes; nothing at all if there is no source to change."""
        return (None, *repairs(self._source)[:self._most]) if self._trees else ()

    def file(self, number: int) -> str:
        """The path of the file that a candidate changes, as the function has it."""
        change = self.changes[number - 1]
        root = self._root(change.edits[0].node) if change else self._trees[0]
        return self._functions[self._trees.index(root)].__code__.co_filename

    def codes(self, number: int) -> tuple[str, str]:
        """The statements that a candidate changes, before and after; after is empty if left out."""
        change = self.changes[number - 1]
        if change is None:
            return "", ""
        *moved, last = change.edits
        if change.operator == "statement_moved" and isinstance(last.by, ast.If):
            below = ast.dump(last.by.body[0]) == ast.dump(last.node)
            return "; ".join(ast.unparse(one.node) for one in moved), (
                f"the same {'below' if below else 'above'} {ast.unparse(last.node)}")
        inside = dict.fromkeys(self._statement(one.node) for one in change.edits)
        after = "; ".join(ast.unparse(changed(one, change.edits)) for one in inside)
        return "; ".join(map(ast.unparse, inside)), after if after != "pass" else ""

    def _statement(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, ast.stmt) and (
                within := self._above.get(id(node))) is not None:
            node = within
        return node

    @contextmanager
    def in_place(self, number: int) -> Iterator[None]:
        """Have the candidate run wherever the student's functions are called; 0: none.

        Raises:
            IndexError: there is no such candidate.
            SyntaxError, ValueError: it is no program.
        """
        if not number:
            yield
            return
        change = self.changes[number - 1]
        own = {one: one.__code__ for one in self._functions}
        try:
            for function, code in self._codes(change):
                function.__code__ = code
            yield
        finally:
            for function, before in own.items():
                function.__code__ = before

    def _codes(self, change: Change | None) -> Iterator[tuple[FunctionType, CodeType]]:
        roots = {id(self._root(one.node)) for one in change.edits} if change else set()
        for function, tree in zip(self._functions, self._trees, strict=True):
            if change is None or id(tree) in roots:
                edits = change.edits if change else ()
                yield function, _compiled(changed(tree, edits, self._above), function)

    def _root(self, node: ast.AST) -> ast.AST:
        while (within := self._above.get(id(node))) is not None:
            node = within
        return node

    @cached_property
    def _above(self) -> Mapping[int, ast.AST | None]:
        return parents(self._trees)


def _reach(function: FunctionType, folder: str, found: dict[FunctionType, ast.FunctionDef]) -> None:
    """The function, and all that it names and that is of the submission too."""
    if function in found or (tree := _tree_of(function, folder)) is None:
        return
    found[function] = tree
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            value = function.__globals__.get(node.id)
            if node.id in cells:
                try:
                    value = cells[node.id].cell_contents
                except ValueError:  # not yet filled
                    continue
            if type(value) is FunctionType:
                _reach(value, folder, found)


def _tree_of(function: FunctionType, folder: str) -> ast.FunctionDef | None:
    """Its definition without decorators, defaults and docstring; None if there is none to read."""
    code = function.__code__
    if not code.co_filename.startswith(folder + os.sep):
        return None
    try:
        with tokenize.open(code.co_filename) as file:
            lines = file.readlines()[code.co_firstlineno - 1:]
        whole = bisect_right(list(accumulate(map(len, lines))), LETTERS_MAX)
        # One line more, or its beginning: where the function ends is seen below it.
        block = inspect.getblock([*lines[:whole], *(one[:80] for one in lines[whole:whole + 1])])
        if len(block) > whole:
            return None
        # A method is indented: below an `if`, whose line takes the place of the one before.
        above = "if True:\n" * block[0].startswith((" ", "\t"))
        parsed = ast.parse(above + "".join(block))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return None
    ast.increment_lineno(parsed, code.co_firstlineno - 1 - bool(above))
    if code.co_name == "<lambda>":
        found = [one for one in ast.walk(parsed) if isinstance(one, ast.Lambda)]
        return _as_function(found[0]) if len(found) == 1 else None
    return next((_bare(one) for one in ast.walk(parsed)
                 if isinstance(one, ast.FunctionDef) and one.name == code.co_name), None)


def _bare(tree: ast.FunctionDef) -> ast.FunctionDef:
    tree.decorator_list = []
    tree.args.defaults, tree.args.kw_defaults = [], [None for _ in tree.args.kw_defaults]
    if ast.get_docstring(tree, clean=False) is not None:
        tree.body = tree.body[1:] or [ast.Pass()]
    return tree


def _give(tree: ast.FunctionDef, names: Sequence[str]) -> Iterator[str]:
    """Arguments for those of the names that are nowhere in the function."""
    known = {getattr(node, "id", getattr(node, "arg", "")) for node in ast.walk(tree)}
    for name in names:
        if name not in known:
            tree.args.kwonlyargs.append(ast.copy_location(ast.arg(name), tree))
            tree.args.kw_defaults.append(None)
            yield name


def _as_function(one: ast.Lambda) -> ast.FunctionDef:
    result = ast.copy_location(ast.Return(one.body), one.body)
    made = ast.FunctionDef("<lambda>", one.args, [result], [])
    return _bare(ast.copy_location(made, one))


def _compiled(tree: ast.FunctionDef, function: FunctionType) -> CodeType:
    """The code of a definition, with the free variables that the function has."""
    free, before = function.__code__.co_freevars, function.__code__
    if free:
        # Each of them is named, whatever was left out, so that there are as many.
        named = ast.If(ast.Constant(False), [
            ast.Expr(ast.Name(name, ast.Load())) for name in free], [])
        inner = ast.copy_location(ast.FunctionDef(
            tree.name, tree.args, [*tree.body, named], []), tree)
        given = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
        tree = ast.fix_missing_locations(ast.FunctionDef(_OUTER, given, [inner], [], lineno=1))
    code = compile(ast.Module([tree], []), before.co_filename, "exec", dont_inherit=True)
    for name in (*([_OUTER] if free else []), before.co_name):
        code = next(one for one in code.co_consts
                    if isinstance(one, CodeType) and one.co_name == name)
    return code

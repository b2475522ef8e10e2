"""A student's functions with one change made in their source: which there are, and to run them so.

    candidates = Candidates(Changeable(rule.function, state, hyperparameters), folder, work=9000)
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
import sys
import tokenize
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from types import CodeType, FrameType, FunctionType
from typing import Any

from cgp_harness.mutation.change import Change, changed, parents
from cgp_harness.mutation.mending.repairs import repairs
from cgp_harness.mutation.source import BEFORE, Source
from cgp_harness.sandbox.worker.answering import Changeable

LETTERS_MAX, NODES_MAX = 20_000, 1_500
"""Of the text of one function; of the syntax trees of all that are looked at."""
CONSTANTS_MAX = 3
_OUTER = "<outer>"


class Candidates:
    """Numbered from 1; the first is the source as it is. None if there is no text that may be read.

    Args:
        thing: its functions, and those of the same files that they name.
        folder: where the submission is.
        work: how many nodes may be compiled in all.

    Attributes:
        given: whether every candidate takes what it may be given besides.
    """

    def __init__(self, thing: Changeable, folder: str, *, work: int) -> None:
        found: dict[FunctionType, ast.FunctionDef] = {}
        functions = list(functions_of(thing.code, folder))
        for one in functions:
            _reach(one, folder, found)
        trees = tuple(found.values())
        nodes = sum(1 for tree in trees for _ in ast.walk(tree))
        self._work = work
        if nodes > NODES_MAX or not functions or functions[0] not in found:
            trees = ()
        self.given = bool(trees and thing.given) and _give(trees[0], thing.given)
        for name in reversed(thing.state if trees else ()):
            trees[0].body.insert(0, ast.parse(f"{BEFORE}{name} = {name}").body[0])
        self._functions, self._trees = tuple(found), trees
        self._source = Source(
            trees, {}, thing.state, thing.hyperparameters, "", constants=_constants(found))

    @cached_property
    def changes(self) -> tuple[Change | None, ...]:
        """What each candidate changes; nothing at all if there is no source to change."""
        return (None, *self._affordable()) if self._trees else ()

    def _affordable(self) -> Iterator[Change]:
        """The simplest, as many as may be compiled, each within one file."""
        size = {id(tree): sum(1 for _ in ast.walk(tree)) for tree in self._trees}
        file = {id(tree): function.__code__.co_filename
                for tree, function in zip(self._trees, self._functions, strict=True)}
        left = self._work
        for one in repairs(self._source):
            roots = {id(self._root(edit.node)) for edit in one.edits}
            if len({file[root] for root in roots}) == 1:
                left -= sum(size[root] for root in roots)
                if left < 0:
                    return
                yield one

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
        after = "; ".join(_first_line(changed(one, change.edits)) for one in inside)
        return "; ".join(map(_first_line, inside)), after if after != "pass" else ""

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

    def called_by(self, run: Callable[[], object]) -> frozenset[int]:
        """Numbers of the functions that a run calls as they are: a change elsewhere is none."""
        known = {one.__code__: number for number, one in enumerate(self._functions)}
        found: set[int] = set()

        def seen(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code in known:
                found.add(known[frame.f_code])

        before = sys.getprofile()
        sys.setprofile(seen)
        try:
            run()
        finally:
            sys.setprofile(before)
        return frozenset(found)

    def is_in(self, number: int, functions: Container[int]) -> bool:
        """Whether a candidate changes one of these functions; the source as it is, all of them."""
        change = self.changes[number - 1] if number else None
        return change is None or any(
            self._numbers[id(self._root(one.node))] in functions for one in change.edits)

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        return {id(tree): number for number, tree in enumerate(self._trees)}

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


def _constants(functions: Iterable[FunctionType]) -> tuple[str, ...]:
    """Names of numbers in the files of some functions."""
    return tuple(dict.fromkeys(
        name for one in functions for name, value in one.__globals__.items()
        if type(value) in (int, float) and not name.startswith("__")))[:CONSTANTS_MAX]


def _first_line(statement: ast.AST) -> str:
    return ast.unparse(statement).partition("\n")[0]


def functions_of(target: Any, folder: str) -> Iterator[FunctionType]:
    """A function, or the methods of a class that the submission defines: forward comes first."""
    found = {"": target}
    if isinstance(target, type):
        found = {
            name: getattr(one, "__func__", one) for base in reversed(target.__mro__)
            for name, one in vars(base).items() if not name.startswith("__")}
    for name in sorted(found, key=lambda one: one not in ("forward", "step")):
        one = inspect.unwrap(found[name]) if callable(found[name]) else None
        if type(one) is FunctionType and one.__code__.co_filename.startswith(folder + os.sep):
            yield one


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


def _give(tree: ast.FunctionDef, name: str) -> bool:
    """Add an argument, if the name is nowhere in the function."""
    if name in {getattr(node, "id", getattr(node, "arg", "")) for node in ast.walk(tree)}:
        return False
    tree.args.kwonlyargs.append(ast.copy_location(ast.arg(name), tree))
    tree.args.kw_defaults.append(None)
    return True


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

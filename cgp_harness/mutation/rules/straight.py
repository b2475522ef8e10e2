"""A rule whose lines follow each other, with some lines changed: no more is compiled than these.

Pairs of changes are tried by the thousand, and to compile a function takes longer than to run it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import CodeType
from typing import Any

from cgp_harness.mutation.change import Change, Edit
from cgp_harness.mutation.source import Source

_RESULT = "_handed_back"


class Straight:
    """The lines of a rule, each compiled by itself.

    Args:
        source: of the rule.
        function: the rule as it is, for the defaults of its arguments.
    """

    def __init__(self, source: Source, function: Callable[..., Any]) -> None:
        self._source, self._function = source, function
        self._alone: dict[tuple[ast.stmt, Change], CodeType | None] = {}

    def with_changes(self, *changes: Change) -> Callable[..., Any] | None:
        """The rule with changes of its lines; None if it must be compiled as a whole."""
        touched: dict[ast.stmt, dict[Change, list[Edit]]] = {}
        for change in changes:
            for edit in change.edits:
                line = self._source.line_of.get(id(edit.node))
                if line is not None:
                    touched.setdefault(line, {}).setdefault(change, []).append(edit)
                elif not isinstance(edit.by, ast.arguments):  # these say what it is given
                    return None
        codes = dict(self._body)
        for line, edits in touched.items():
            code = self._changed(line, edits) if line in codes else None
            if code is None:
                return None
            codes[line] = code
        return self._running(tuple(codes.values())) if codes else None

    def _changed(
        self, line: ast.stmt, edits: Mapping[Change, Sequence[Edit]]
    ) -> CodeType | None:
        """The code of a line; kept if one change alone is in it, as it is in many pairs."""
        if len(edits) > 1:
            return self._compiled(line, [one for each in edits.values() for one in each])
        [(change, own)] = edits.items()
        if (line, change) not in self._alone:
            self._alone[line, change] = self._compiled(line, own)
        return self._alone[line, change]

    def _running(self, codes: Sequence[CodeType]) -> Callable[..., Any]:
        first, given = self._arguments

        def run(gradient: Any, **named: Any) -> Any:
            names = {**given, first: gradient, **named}
            for code in codes:
                exec(code, names)
            return names[_RESULT]

        return run

    @cached_property
    def _arguments(self) -> tuple[str, Mapping[str, Any]]:
        """What the gradient is called, and all other names that have a value."""
        function = self._function
        names = function.__code__.co_varnames[:function.__code__.co_argcount]
        defaults = function.__defaults__ or ()
        given = dict(zip(names[len(names) - len(defaults):], defaults, strict=True))
        return names[0], {**self._source.names, **given, **(function.__kwdefaults__ or {})}

    @cached_property
    def _body(self) -> Mapping[ast.stmt, CodeType]:
        """Each line of the rule; none if one of them may end it, but the last, which does."""
        tree = self._source.trees[0]
        if not isinstance(tree, ast.FunctionDef) or not isinstance(tree.body[-1], ast.Return):
            return {}
        found = {line: code for line in tree.body if (code := self._compiled(line, ())) is not None}
        return found if len(found) == len(tree.body) else {}

    def _compiled(self, line: ast.stmt, edits: Sequence[Edit]) -> CodeType | None:
        """A line as code that leaves its names behind; None if it is none, or ends a function."""
        lines = self._source.with_line(line, edits)
        if len(lines) == 1 and isinstance(lines[0], ast.Return) and lines[0].value is not None:
            target = ast.Name(_RESULT, ast.Store())
            lines = [ast.fix_missing_locations(ast.Assign([target], lines[0].value, lineno=1))]
        if any(isinstance(node, _OWN) for one in lines for node in ast.walk(one)):
            return None
        try:
            code: CodeType = compile(ast.Module(lines, []), "<rule>", "exec", dont_inherit=True)
        except SyntaxError:
            return None
        return code


_OWN = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal)
"""What stands in functions alone, or means something else there."""

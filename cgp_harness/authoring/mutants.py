"""Wrong submissions from a right one: a small change each, as a student may have made it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.authoring.source import begins, binds, docstring, ends, header, lines_of
from cgp_harness.authoring.wanted import Wanted
from cgp_harness.installed import kinds
from cgp_harness.mutation.change import Change
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import Source, is_kept, source_of

UNLIKELY = "name"
"""Any name for any other: of the simplest of these few are made by students."""


@dataclass(frozen=True)
class Mutant:
    """A wrong submission.

    Args:
        name: of the file.
        text: of the file.
        said: what is wrong with it.
    """

    name: str
    text: str
    said: str


def mutants(text: str, wanted: Sequence[Wanted], count: int) -> list[Mutant]:
    """At most so many: of all tasks in turn, of each the simplest change of each operator.

    Args:
        text: the right submission.
        wanted: the tasks that it solves.
        count: how many are enough.
    """
    found: list[Mutant] = []
    queues = [_of_task(text, one) for one in wanted]
    while queues and len(found) < count:
        queue = queues.pop(0)
        if (one := next(queue, None)) is not None:
            found.append(one)
            queues.append(queue)
    return found


def _of_task(text: str, one: Wanted) -> Iterator[Mutant]:
    source = source_of(
        kinds()[one.kind].contract.code(one.target), text, getattr(one.target, "state", None),
        getattr(one.target, "hyperparameters", {}))
    operators = {UNLIKELY}
    for change in singles(source):
        wrong = with_change(text, source, change) if change.operator not in operators else text
        if wrong != text:
            operators.add(change.operator)
            said = f"{one.title}, but {change.said.full}."
            yield Mutant(f"{one.name}_{change.operator}", with_docstring(wrong, said), said)


def with_change(text: str, source: Source, change: Change) -> str:
    """A file with a change made in its functions; those that it does not touch stay as they are."""
    lines = text.splitlines()
    written = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    trees = source.changed(change.edits)
    pairs = zip(_functions(source.trees), _functions(trees), strict=True)
    new = {(one.name, one.lineno): made for one, made in pairs if ast.dump(one) != ast.dump(made)}
    for node in sorted(written, key=begins, reverse=True):
        if (made := new.get((node.name, node.lineno))) is not None:
            lines[begins(node) - 1:ends(node)] = _rewritten(text, node, made).splitlines()
    return "\n".join(lines) + "\n"


def _functions(trees: Sequence[ast.AST]) -> list[ast.FunctionDef]:
    return [one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]


def with_docstring(text: str, said: str) -> str:
    """A file with another docstring."""
    body, lines = ast.parse(text).body, text.splitlines()
    if ast.get_docstring(ast.parse(text)) is not None:
        del lines[begins(body[0]) - 1:ends(body[0])]
    return "\n".join([f'"""{said}"""', *([] if lines[:1] == [""] else [""]), *lines]) + "\n"


def _rewritten(text: str, node: ast.FunctionDef, after: ast.FunctionDef) -> str:
    """A function with the body of another, under its own header and docstring."""
    indent, head = " " * (node.col_offset + 4), header(text, node)
    used = {one.id for one in ast.walk(after) if isinstance(one, ast.Name)
            and isinstance(one.ctx, ast.Load)}
    first = begins(node) + head.count("\n")  # a statement may stand in the line of the colon
    as_written = {ast.dump(one): lines_of(text, one) for one in node.body if one.lineno > first}
    doc = docstring(text, node)
    return "\n".join([head, *([indent + doc] if doc else []), *(
        as_written.get(ast.dump(one)) or textwrap.indent(ast.unparse(one), indent)
        for one in after.body if not is_kept(one) or binds(one) <= used)])

"""The starter of a homework: its solution with `...` for every body, and no answer left in it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

from cgp_harness.authoring.source import (
    Definition,
    begins,
    binds,
    docstring,
    ends,
    header,
    imported,
    lines_of,
    names_in,
)
from cgp_harness.authoring.wanted import at

CALLED = ("forward", "backward", "setup_context", "step")
"""Methods that torch or the harness calls; kept though others of the class name them."""


def starter(text: str, lines: Collection[int], first: str) -> str:
    """What students begin with.

    Signatures, annotations, docstrings and decorators are kept, and what these need; no other
    helper, import or comment is.

    Args:
        text: the solution.
        lines: where the definitions to write begin, in the text.
        first: the starter's own docstring, in place of the solution's.
    """
    body = ast.parse(text).body
    asked = [one for line in lines if (one := at(body, line)) is not None]
    skeletons = {id(node): skeleton(text, node) for node in asked}
    needed = _needed(body, asked, skeletons.values())
    written = f'"""{first}"""\n'
    before: ast.stmt | None = None
    for node in body:
        part = skeletons.get(id(node)) or _kept(text, node, needed)
        if part:
            written += _between(text, before, node) + part + "\n"
            before = node
    return written


def skeleton(text: str, node: Definition, said: bool = True) -> str:
    """A definition with `...` for what is to be written.

    Args:
        text: that it is in.
        node: the definition.
        said: whether its docstring is kept; those within a class always are.

    >>> text = "def half(x):\\n    '''Of x.'''\\n    return x / 2"
    >>> print(skeleton(text, ast.parse(text).body[0]))
    def half(x):
        '''Of x.'''
        ...
    """
    indent = " " * (node.col_offset + 4)
    doc = docstring(text, node) if said else ""
    head = "\n".join([header(text, node), *([indent + doc] if doc else [])])
    within = _within(text, node) if isinstance(node, ast.ClassDef) else []
    if not within:
        return f"{head}\n{indent}..."
    return head + ("\n\n" if doc else "\n") + "\n\n".join(within)


def _within(text: str, node: ast.ClassDef) -> list[str]:
    """The methods to write, after what of the class their signatures need."""
    methods = [one for one in node.body if isinstance(one, Definition) and not _helper(one, node)]
    skeletons = [skeleton(text, one) for one in methods]
    needed = {name for one in skeletons for name in _names(one)}
    constants = [
        lines_of(text, one) for one in node.body
        if not isinstance(one, Definition) and binds(one) & needed]
    return [*(["\n".join(constants)] if constants else []), *skeletons]


def _helper(method: Definition, owner: ast.ClassDef) -> bool:
    """Whether only other methods of the class call it."""
    if method.name in CALLED or method.name.startswith("__"):
        return False
    others = (one for one in owner.body if one is not method)
    return method.name.startswith("_") or any(
        isinstance(node, ast.Attribute) and node.attr == method.name
        for one in others for node in ast.walk(one))


def _needed(
    body: Sequence[ast.stmt], asked: Sequence[Definition], skeletons: Iterable[str]
) -> set[str]:
    """Names that the skeletons need, and what stands behind these."""
    needed = {name for one in skeletons for name in _names(one)}
    others = [node for node in body if node not in asked]
    while more := [node for node in others if binds(node) & needed]:
        others = [node for node in others if node not in more]
        needed |= {name for node in more for name in names_in(node)}
    return needed


def _names(skeleton: str) -> set[str]:
    # Indented, as of a method: below an `if` it is a module of its own.
    return names_in(ast.parse(f"if True:\n{skeleton}" if skeleton[0] == " " else skeleton))


def _kept(text: str, node: ast.stmt, needed: Collection[str]) -> str:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return imported(text, node, needed)
    return lines_of(text, node) if binds(node) & {*needed} else ""


def _between(text: str, before: ast.stmt | None, node: ast.stmt) -> str:
    """Blank lines: two at a definition, else one where the solution has some."""
    if isinstance(node, Definition) or isinstance(before, Definition):
        return "\n\n"
    above = text.splitlines()[ends(before) if before else 0:begins(node) - 1]
    return "\n" if before is None or not all(line.strip() for line in above) else ""

"""Parts of a source text: a header without its comments, the names that it needs, imports."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def begins(node: ast.stmt) -> int:
    """The first line of a statement; of a definition that of its first decorator."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def ends(node: ast.stmt) -> int:
    """Its last line."""
    return node.end_lineno or node.lineno


def lines_of(text: str, node: ast.stmt) -> str:
    """A statement as it is written, without its comments, to its last line.

    >>> text = "x = (1 +  # one\\n     # and\\n     2)\\n"
    >>> print(lines_of(text, ast.parse(text).body[0]))
    x = (1 +
         2)
    """
    return _bare(text, begins(node), ends(node))


def header(text: str, node: Definition) -> str:
    """Decorators, name, arguments or bases, to the colon; without comments.

    >>> text = "@optimizer(v=0)  # from 0\\ndef rule(g, v, lr=1e-2): return lr * g, v"
    >>> print(header(text, ast.parse(text).body[0]))
    @optimizer(v=0)
    def rule(g, v, lr=1e-2):
    """
    kept = _bare(text, begins(node), ends(node))
    depth, seen = 0, False
    for token in tokenize.generate_tokens(io.StringIO(kept + "\n").readline):
        seen = seen or (depth == 0 and token.string in ("def", "class"))
        depth += (token.string in "([{") - (token.string in ")]}") if token.string else 0
        if seen and depth == 0 and token.string == ":":
            lines = kept.splitlines()[:token.end[0]]
            return "\n".join([*lines[:-1], lines[-1][:token.end[1]]])
    raise AssertionError(kept)  # a definition has a colon


def docstring(text: str, node: Definition) -> str:
    """The docstring as it is written, quotes included; empty if there is none."""
    if ast.get_docstring(node) is None:
        return ""
    return ast.get_source_segment(text, node.body[0]) or ""


def names_in(tree: ast.AST) -> set[str]:
    """All names that are used, in quoted annotations too.

    >>> sorted(names_in(ast.parse("def f(x: 'np.ndarray', y: 'B n' = zero) -> Tensor: ...")))
    ['Tensor', 'np', 'zero']
    """
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if annotation is not None:
                found |= _quoted(annotation)
    return found


def binds(node: ast.stmt) -> set[str]:
    """The names that a statement of a module gives a meaning to; `*` for those of a star."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            found.add(one.id)
        elif isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(one.name)
        elif isinstance(one, ast.alias):
            found.add(bound(one))
    return found


def bound(alias: ast.alias) -> str:
    """The name that an import gives."""
    return alias.asname or alias.name.partition(".")[0]


def imported(text: str, node: ast.Import | ast.ImportFrom, needed: Iterable[str]) -> str:
    """An import of only the names that are needed; empty if there are none.

    >>> text = "from cgp_harness import accepted, optimizer"
    >>> imported(text, ast.parse(text).body[0], {"optimizer"})
    'from cgp_harness import optimizer'
    """
    needed = {*needed, "*"}
    always = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    kept = [one for one in node.names if always or bound(one) in needed]
    if len(kept) == len(node.names):
        return lines_of(text, node)
    if not kept:
        return ""
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import(kept))
    return ast.unparse(ast.ImportFrom(node.module, kept, node.level))


def _bare(text: str, first: int, last: int) -> str:
    """Lines without comments; a line that was nothing else is left out."""
    lines = text.splitlines()
    comments = {
        token.start for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT}
    for line, column in comments:
        lines[line - 1] = lines[line - 1][:column].rstrip()
    commented = {line for line, _ in comments}
    return "\n".join(
        line for number, line in enumerate(lines[first - 1:last], first)
        if line or number not in commented)


def _quoted(annotation: ast.expr) -> set[str]:
    found: set[str] = set()
    for text in _texts(annotation):
        try:
            found |= names_in(ast.parse(text, mode="eval"))
        except SyntaxError:  # axes: "B n"
            continue
    return found


def _texts(annotation: ast.expr) -> Iterator[str]:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

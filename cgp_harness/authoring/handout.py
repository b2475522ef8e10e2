"""The skeleton of a handout: all that the solution says of its tasks without saying the answer."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence

from cgp_harness.authoring.source import Definition
from cgp_harness.authoring.starter import skeleton
from cgp_harness.authoring.wanted import Wanted
from cgp_harness.kind import LOADS, Kind

Points = Mapping[str, Mapping[str, int]]
"""Task -> check -> points."""


def handout(
    name: str, title: str, text: str, wanted: Sequence[Wanted], points: Points,
    kinds: Mapping[str, Kind],
) -> str:
    """What students read, in Markdown, for the instructor to go on with.

    Args:
        name: the assignment, as `cgp check -a` has it.
        title: of the assignment.
        text: the solution.
        wanted: its tasks.
        points: of them.
        kinds: of the tasks, by name.
    """
    return "\n\n".join((
        f"# {title}", _WHAT_TO_DO.format(names=_listed([f"`{one.name}`" for one in wanted])),
        *(_task(text, one, kinds[one.kind]) for one in wanted),
        "## Points", _points(wanted, points, kinds), _HOW_TO_CHECK.format(name=name)))


_WHAT_TO_DO = """\
You write {names} in one Python file, notebook, folder or zip. Begin with a
copy of `starter.py`, which lies beside this page, and put your own code in the place of each `...`.
Any form that computes the same is right."""
_HOW_TO_CHECK = """\
## How to check it

```sh
cgp check my_solution.py -a {name}
```

It runs the checks that grade you. Where one fails it shows the smallest case that it has found.
It compares with the right answers in the folder `{name}`: without these, hand in your file where
your course runs it for you.
"""


def _task(text: str, one: Wanted, kind: Kind) -> str:
    said = inspect.cleandoc(ast.get_docstring(one.node) or "")
    parts = [f"## {one.title}: `{one.name}`", said,
             f"```python\n{_code(text, one)}\n```"]
    rows = [row for function in _functions(one.node) for row in _arguments(text, function)]
    shown = [column for column in range(3) if any(row[column] for row in rows)]
    if rows:
        head = ("argument", "shape", "default")
        parts.append(_table([head[column] for column in shown],
                            [[row[column] for column in shown] for row in rows]))
    return "\n\n".join([*filter(None, parts), kind.authored.compared])


def _code(text: str, one: Wanted) -> str:
    """What is to be written; the docstring stands above it."""
    return "\n\n\n".join([
        skeleton(text, one.node, said=False), *(skeleton(text, part) for part in one.parts)])


def _functions(node: Definition) -> list[ast.FunctionDef]:
    """Those whose arguments the task is about."""
    if isinstance(node, ast.FunctionDef):
        return [node]
    return [one for one in node.body if isinstance(one, ast.FunctionDef)
            and one.name in ("forward", "__init__")]


def _arguments(text: str, node: ast.FunctionDef) -> Iterator[tuple[str, str, str]]:
    """Each argument that has a default or a shape, with both: of a rule its hyperparameters."""
    plain = [*node.args.posonlyargs, *node.args.args]
    defaults: list[ast.expr | None] = [
        *[None] * (len(plain) - len(node.args.defaults)), *node.args.defaults]
    pairs = [*zip(plain, defaults, strict=True),
             *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    for argument, default in pairs:
        if default is not None or argument.annotation is not None:
            yield (f"`{argument.arg}`", _shape(text, argument.annotation),
                   _as_written(text, default))
    if node.returns is not None:
        yield "what is returned", _shape(text, node.returns), ""


def _shape(text: str, annotation: ast.expr | None) -> str:
    """An annotation, without the quotes; that of no axes in words."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return f"`{annotation.value}`" if annotation.value.strip() else "one number"
    return _as_written(text, annotation)


def _as_written(text: str, node: ast.expr | None) -> str:
    return f"`{ast.get_source_segment(text, node)}`" if node is not None else ""


def _points(wanted: Sequence[Wanted], points: Points, kinds: Mapping[str, Kind]) -> str:
    titles = {"loads": LOADS.title}
    for one in wanted:
        titles |= {check: info.title for check, info in kinds[one.kind].checks.items()}
    names = [one.name for one in wanted]
    rows = [
        (f"`{check}`", title, *(str(points[name].get(check, "")) for name in names))
        for check, title in titles.items() if any(check in points[name] for name in names)]
    total = sum(sum(each.values()) for each in points.values())
    return _table(("check", "it", *(f"`{name}`" for name in names)), [
        *rows, ("total", str(total), *(str(sum(points[name].values())) for name in names))])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(one.replace('|', chr(92) + '|') for one in row)} |"
                     for row in cells)


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last

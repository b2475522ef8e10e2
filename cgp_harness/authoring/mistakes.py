"""The `mistakes.toml` that a homework begins with: an example, commented out."""

from __future__ import annotations

import ast
import json

from cgp_harness.authoring.wanted import Wanted

_HEAD = """\
# Mistakes with names and hints of your own. The harness finds most by itself; an entry here wins.
# `replace` is code of the solution, `by` what stands in its place: cgp doctor -a {name}
# refuses an entry that matches nothing or changes nothing.
"""
_ENTRY = """\
#
# [[mistakes]]
# task = {task}
# id = {id}
# replace = {replace}
# by = {by}
# says = "as the sentence about it goes on: without …"
# hint = "what to look at"
"""


def mistakes(name: str, one: Wanted) -> str:
    """The text.

    Args:
        name: the assignment's id.
        one: a task, of whose answer the example is: a term or a factor that is left out.
    """
    left = next((node for node in ast.walk(one.node) if isinstance(node, ast.BinOp)), None)
    replace = ast.unparse(left) if left is not None else "a + b"
    by = ast.unparse(left.left) if left is not None else "a"
    return _HEAD.format(name=name) + _ENTRY.format(
        task=_quoted(one.name), id=_quoted(f"{one.name}_without_a_term"),
        replace=_quoted(replace), by=_quoted(by))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

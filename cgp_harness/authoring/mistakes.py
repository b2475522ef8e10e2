"""The `mistakes.toml` that a homework begins with: an example, commented out."""

from __future__ import annotations

import ast
import json
import re

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
# says = {says}
# hint = "what to look at, in a sentence"
"""


def mistakes(name: str, one: Wanted) -> str:
    """The text.

    Args:
        name: the assignment's id.
        one: a task, of whose answer the example is: a term or a factor that is left out.
    """
    found = next((node for node in ast.walk(one.node) if isinstance(node, ast.BinOp)), None)
    whole = found or ast.BinOp(ast.Name("a"), ast.Add(), ast.Name("b"))
    return _HEAD.format(name=name) + _ENTRY.format(
        task=_quoted(one.name), id=_quoted(re.sub(r"\W|-", "_", f"{one.name}_shortened")),
        replace=_quoted(ast.unparse(whole)), by=_quoted(ast.unparse(whole.left)),
        says=_quoted(f"without {ast.unparse(whole.right)}"))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

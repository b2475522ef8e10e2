"""The example submissions of a homework, and a test that says what each of them gets."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Mapping

from cgp_harness.authoring.source import begins, binds, ends, imported, names_in


def perfect(text: str, further: Collection[ast.stmt]) -> str:
    """The solution as a student has it: without further answers that are accepted.

    Args:
        text: the solution.
        further: those answers.
    """
    if not further:
        return text
    body, lines = ast.parse(text).body, text.splitlines()
    left_out = {begins(node) for node in further}
    kept = [node for node in body if begins(node) not in left_out]
    unused = _used(body) - _used(kept)
    for node in reversed(body):
        first, last = begins(node) - 1, ends(node)
        if node not in kept:
            while first and lines[first - 1].lstrip().startswith("#"):
                first -= 1
            while first and not lines[first - 1].strip():
                first -= 1
            lines[first:last] = []
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and binds(node) & unused:
            lines[first:last] = imported(text, node, binds(node) - unused).splitlines()
    return "\n".join(lines) + "\n"


def _used(body: Collection[ast.stmt]) -> set[str]:
    return {name for node in body for name in names_in(node)}


def test_of(name: str, expected: Mapping[str, float], *, forbid: bool) -> str:
    """The text of a test that grades the examples.

    Args:
        name: of the folder.
        expected: example -> percent.
        forbid: whether the examples do without the names that submissions must not use.
    """
    rows = "".join(
        f"    {json.dumps(example)}: {percent:g},\n" for example, percent in expected.items())
    more = dict.fromkeys(_FREELY, "") | {"homework": "FOLDER"} if forbid else _FREELY
    return _TEST.format(name=name, rows=rows, **more)


_TEST = '''\
"""Each example gets what is said here: `pytest {name}`. After a wished change, correct it."""

from pathlib import Path

{msgspec}import pytest

import cgp_harness
{load}
FOLDER = Path(__file__).parent
{freely}PERCENT = {{
{rows}}}


def percent(file):
    return cgp_harness.check(file, {homework}).percent


@pytest.mark.parametrize("name", PERCENT)
def test_an_example_gets(name):
    assert percent(FOLDER / "examples" / f"{{name}}.py") == pytest.approx(PERCENT[name], abs=0.01)


def test_every_example_is_listed():
    assert {{file.stem for file in (FOLDER / "examples").glob("*.py")}} == set(PERCENT)


def test_the_starter_gets_10_percent_at_most():
    assert percent(FOLDER / "starter.py") <= 10
'''
_FREELY = {
    "msgspec": "import msgspec\n", "load": "from cgp_harness.assignment import load\n",
    "freely": "# The examples let torch find derivatives, which submissions must not.\n"
    "FREELY = msgspec.structs.replace(load(str(FOLDER)), forbid=())\n", "homework": "FREELY"}

"""Python files over which whoever reads them may stumble; each has the header of an attack."""

from __future__ import annotations

from collections.abc import Callable

WRONG = """
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return 0 * g
"""
"""A rule that earns nothing, so that points come of the attack alone."""


def text_quoted() -> bytes:
    """A line of a megabyte of quotes and of words that are looked for.

    shows: grader
    by: reading
    """
    return (WRONG + "x = [" + "'torch'," * 100_000 + "]\n").encode()


def text_imports() -> bytes:
    """100,000 imports in one line.

    shows: grader
    by: reading
    """
    return (WRONG + "import os" + ", os" * 100_000 + "\n").encode()


def text_nested() -> bytes:
    """Parentheses, 100,000 deep.

    shows: grader
    by: reading
    """
    return (WRONG + "x = " + "(" * 100_000 + ")" * 100_000 + "\n").encode()


def text_attributes() -> bytes:
    """A chain of 100,000 attributes: whoever walks it by recursion falls.

    shows: grader
    by: reading
    """
    return (WRONG + "def never():\n    return a" + ".a" * 100_000 + "\n").encode()


def text_sum() -> bytes:
    """A sum of 200,000 terms.

    shows: grader
    by: reading
    """
    return (WRONG + "def never():\n    return " + "1+" * 200_000 + "1\n").encode()


def text_blocks() -> bytes:
    """Blocks in blocks, 5,000 deep.

    shows: grader
    by: reading
    """
    return (WRONG + "".join(
        f"{' ' * depth}if x:\n" for depth in range(1_400)) + " " * 1_400 + "pass\n").encode()


def text_digits() -> bytes:
    """A number of a million digits, and powers of powers to be folded.

    shows: grader
    by: reading
    """
    return (WRONG + f"x = {'9' * 900_000}\ny = 9**9**9**9\n").encode()


def text_formats() -> bytes:
    """f-strings in f-strings, and one of 50,000 parts.

    shows: grader
    by: reading
    """
    return (WRONG + "def never(x):\n    print(f'" + "{x}" * 50_000 + "')\n").encode()


def text_lines() -> bytes:
    """A million lines.

    shows: grader
    by: reading
    """
    return (WRONG + "\n" * 1_000_000).encode()


def text_no_end() -> bytes:
    """A text that never ends, an escape that names nothing, and a coding that is none.

    shows: grader
    by: reading
    """
    return b"# -*- coding: unicode_escape -*-\n" + WRONG.encode() + b"'''" + b"\\N{" * 10_000


def text_statements() -> bytes:
    """60,000 statements, each of which raises.

    shows: grader
    by: statements
    """
    return (WRONG + "1/0\n" * 60_000).encode()


MADE: dict[str, Callable[[], bytes]] = {
    make.__name__: make for make in (
        text_quoted, text_imports, text_nested, text_attributes, text_sum, text_blocks,
        text_digits, text_formats, text_lines, text_no_end, text_statements)}

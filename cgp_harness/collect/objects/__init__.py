"""Functions and classes of a notebook, a prompt or a test, as the submission that they would be.

    submission = collect_objects([adam, SwishFunction])

Of each file, or of all cells together, it holds the statements that define them and what these use,
on the lines where they stand: messages name the lines that their author knows.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from cgp_harness.collect.ids import safe_id
from cgp_harness.collect.objects.modules import refuse_own_modules
from cgp_harness.collect.objects.origins import Origin, origin_of
from cgp_harness.collect.objects.slices import slice_of
from cgp_harness.collect.objects.statements import Statement, first_line
from cgp_harness.collect.objects.texts import Text
from cgp_harness.errors import HarnessError
from cgp_harness.model import SourceFile, Submission

__all__ = ["collect_objects"]


def collect_objects(objects: Sequence[object]) -> Submission:
    """The submission that holds some objects, and what they need.

    Raises:
        HarnessError: there is none, or one that is no function and no class, or whose text or what
            it uses is not there.
    """
    if not objects:
        raise HarnessError("no object was given", expected="a function or a class, or several")
    of: dict[tuple[Text, ...], list[Origin]] = {}
    for origin in map(origin_of, objects):
        of.setdefault(origin.texts, []).append(origin)
    files = []
    for number, (texts, origins) in enumerate(of.items(), 1):
        statements = slice_of(origins)
        refuse_own_modules(statements)
        # Whatever it is called at home, `test_adam.py` or `setup.py`: here it is graded.
        path = f"objects_{number}.py" if number > 1 else "objects.py"
        if texts[0].cell:
            files.append(_cells(path, texts, statements))
        else:
            content = _kept(texts[0], statements).encode()
            files.append(SourceFile(path, content, Path(texts[0].file).name))
    names = [origin.name for origins in of.values() for origin in origins]
    return Submission(
        safe_id("_".join(names)), tuple(sorted(files, key=lambda file: file.path)),
        origin=", ".join(file.shown for file in files))


def _cells(path: str, texts: Sequence[Text], statements: Sequence[Statement]) -> SourceFile:
    parts, headings, labels, line = [], [], [], 1
    for text in texts:
        if not any(one.text is text for one in statements):
            continue
        parts.append(f"# {text.cell}\n{_kept(text, statements)}\n")
        headings.append(line)
        labels.append(text.cell)
        line += parts[-1].count("\n")
    return SourceFile(
        path, "".join(parts).encode(), "the session", tuple(headings), tuple(labels))


def _kept(text: Text, statements: Sequence[Statement]) -> str:
    """The text with these statements alone, on their lines."""
    lines = [line.encode() for line in text.source.split("\n")]
    kept = {(one.node.lineno, one.node.col_offset) for one in statements if one.text is text}
    stay: set[int] = set()
    for node in reversed(ast.parse(text.source).body):
        first, last = node.lineno - 1, (node.end_lineno or 0) - 1
        if (node.lineno, node.col_offset) in kept:
            stay |= set(range(first_line(node) - 1, last + 1))
            continue
        # Another may stand in the same line: `import numpy as np; print(np.pi)`.
        after = lines[last][node.end_col_offset:]
        if last > first:
            lines[last], after = b"pass" + after, b""
        lines[first] = lines[first][:node.col_offset] + b"pass" + after
    return b"\n".join(line if number in stay else b"" for number, line in enumerate(lines)).decode()

"""A notebook's code cells as one Python file, without running or compiling anything."""

from __future__ import annotations

import importlib
import json
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from cgp_harness.collect.intake_error import IntakeError
from cgp_harness.collect.notebooks.magics import other_language, without_magics
from cgp_harness.model import Status

MOST_CELLS = 1_000  # nbformat takes 0.12 ms for a cell of version 3
SOURCE_KEYS = ("cell_type", "language", "collapsed", "source", "input", "code")  # versions 1 to 4


@dataclass(frozen=True)
class Code:
    """A notebook's code cells one after the other, each below a heading `# cell N`.

    Args:
        cells: the line of each heading; cells are counted over the code cells.
        left_out: what is said of cells that hold no Python.
    """

    text: bytes
    cells: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()


def code_of(content: bytes, path: str) -> Code:
    """What of a notebook can run.

    Args:
        content: the bytes of an `.ipynb` file of any version.
        path: for messages.

    Raises:
        IntakeError: it is no notebook, or nbformat is not installed.
    """
    nbformat = _nbformat()
    try:
        notebook, cells = _slim(content)
        sources = _code_cells(nbformat, notebook) if cells <= MOST_CELLS else []
    # nbformat raises KeyError, AttributeError, RecursionError and more on hostile JSON.
    except Exception as error:
        raise IntakeError(
            f"{path} is not a notebook that can be read", expected="the file as Jupyter saved it",
            fix="open it in Jupyter, save it and hand it in again",
        ) from error
    if cells > MOST_CELLS:
        raise IntakeError(f"{path} has {cells:,} cells", expected=f"at most {MOST_CELLS:,}")
    texts, headings, left_out, line = [], [], [], 1
    for number, source in enumerate(sources, 1):
        texts.append(f"# cell {number}\n{without_magics(source)}\n")
        headings.append(line)
        line += texts[-1].count("\n")
        if magic := other_language(source):
            left_out.append(f"{path}, cell {number} is left out: it begins with {magic}")
    # JSON can spell lone surrogates; Python then says in which line the file is not UTF-8.
    text = "".join(texts).encode("utf-8", "surrogatepass")
    return Code(text, tuple(headings), tuple(left_out))


def _nbformat() -> ModuleType:
    try:
        return importlib.import_module("nbformat")
    except ImportError as error:
        raise IntakeError(
            "this installation cannot read notebooks", expected="the package nbformat",
            fix='pip install "cgp-harness[notebook]"', status=Status.GRADER_ERROR,
        ) from error


def _slim(content: bytes) -> tuple[str, int]:
    """The notebook with its code cells and nothing else of it; how many they are.

    Plots are most of its bytes; and 8 MiB of nested metadata cost nbformat 7.5 s and 1 GiB.
    """
    notebook = json.loads(content)
    sheets = notebook.get("worksheets") or [notebook]  # version 3 and below
    cells = [
        {key: cell[key] for key in SOURCE_KEYS if key in cell} | {"metadata": {}, "outputs": []}
        for sheet in sheets for cell in sheet["cells"] if cell["cell_type"] == "code"
    ]
    slim = {key: notebook[key] for key in ("nbformat", "nbformat_minor") if key in notebook}
    slim |= {"metadata": {}, "cells": cells, "worksheets": [{"cells": cells}]}
    return json.dumps(slim), len(cells)


def _code_cells(nbformat: ModuleType, text: str) -> list[str]:
    # `nbformat.reads` would validate and log; only the code is wanted of a notebook that reads.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MissingIDFieldWarning, DuplicateCellId
        notebook: Any = importlib.import_module("nbformat.reader").reads(text)
        if notebook.get("nbformat", 1) != 4:
            notebook = nbformat.convert(notebook, 4)
    sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if not all(isinstance(source, str) for source in sources):
        raise TypeError("a cell's source is no text")
    return sources

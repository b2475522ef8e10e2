"""A notebook's code cells as one Python file, without running or compiling anything."""

from __future__ import annotations

import importlib
import json
import warnings
from types import ModuleType
from typing import Any

from cgp_harness.collect.magics import without_magics
from cgp_harness.collect.refusal import Refused
from cgp_harness.model import Status

MOST_CELLS = 1_000  # conversion of an old notebook takes about 0.1 ms a cell


def code_of(content: bytes, path: str) -> bytes:
    """The code cells one after the other, each below `# cell N`, counted over the code cells.

    Args:
        content: the bytes of an `.ipynb` file of any version.
        path: for messages.

    Raises:
        Refused: it is no notebook, or nbformat is not installed.
    """
    nbformat = _nbformat()
    try:
        sources = _code_cells(nbformat, _slim(content))
    except Refused as refused:
        raise Refused(refused.problem.what, where=path, expected=refused.problem.expected) from None
    # nbformat raises KeyError, AttributeError, RecursionError and more on hostile JSON.
    except Exception as error:
        raise Refused(
            f"{path} is not a notebook that can be read",
            expected="the file as Jupyter saved it", fix="open it in Jupyter, save it, upload again",
        ) from error
    text = "".join(
        f"# cell {number}\n{without_magics(source)}\n" for number, source in enumerate(sources, 1)
    )
    # JSON can spell lone surrogates; Python then says in which line the file is not UTF-8.
    return text.encode("utf-8", "surrogatepass")


def _nbformat() -> ModuleType:
    try:
        return importlib.import_module("nbformat")
    except ImportError as error:
        raise Refused(
            "this installation cannot read notebooks", expected="the package nbformat",
            fix='pip install "cgp-harness[notebook]"', status=Status.GRADER_ERROR,
        ) from error


def _slim(content: bytes) -> str:
    """The notebook without its outputs: plots are most of its bytes and none of its code."""
    notebook = json.loads(content)
    sheets = notebook.get("worksheets") or [notebook]  # version 3 and below
    cells = [cell for sheet in sheets for cell in sheet.get("cells", [])]
    if len(cells) > MOST_CELLS:
        raise Refused(
            f"the notebook has {len(cells):,} cells", expected=f"at most {MOST_CELLS:,}"
        )
    for cell in cells:
        if "outputs" in cell:
            cell["outputs"] = []
    return json.dumps(notebook)


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

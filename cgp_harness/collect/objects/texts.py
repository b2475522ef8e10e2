"""The texts that code was made from: a file's, or those of a session's cells.

IPython, Jupyter and some prompts leave the text of each cell in `linecache`.
"""

from __future__ import annotations

import linecache
import re
import sys
from dataclasses import dataclass
from typing import Any

_INPUT = re.compile(r"<i?python-input-(\d+)\b.*>")


@dataclass(frozen=True)
class Text:
    """The text of a file, or of one cell.

    Args:
        file: what Python calls it; of a cell a name that says nothing.
        source: the text itself.
        cell: what the session calls it, `In[3]`; empty for a file.
    """

    file: str
    source: str
    cell: str = ""

    def place(self, line: int) -> str:
        """A line of it, as its author knows it."""
        return f"{self.cell}, line {line}" if self.cell else f"{self.file}:{line}"


def texts_of(file: str, namespace: dict[str, Any]) -> tuple[Text, ...]:
    """The text of a file, or of all cells in the order in which they ran; none if it is not kept.

    Args:
        file: as a code object names it.
        namespace: of its module.
    """
    if _cell(file):
        cells = ((_cell(name), name) for name in list(linecache.cache))
        return tuple(
            Text(name, "".join(linecache.getlines(name)), cell[1])
            for cell, name in sorted((cell, name) for cell, name in cells if cell))
    linecache.checkcache(file)
    source = "".join(linecache.getlines(file, namespace))
    return (Text(file, source),) if source else ()


def last_cell() -> str:
    """What Python calls the cell that ran last; empty if there is no session."""
    cells = [(cell, name) for name in list(linecache.cache) if (cell := _cell(name))]
    return max(cells, default=(None, ""))[1]


def _cell(file: str) -> tuple[int, str] | None:
    """The number of a cell, and what its session calls it."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    described = shell.compile.format_code_name(file) if shell else None
    if described and (number := re.search(r"\d+", described[1])):
        return int(number[0]), described[1]
    typed = _INPUT.fullmatch(file)
    if typed is None:
        return None
    return int(typed[1]), file if file.startswith("<python") else f"In[{typed[1]}]"

"""Attacks by notebooks: IPython's own syntax, texts that are none, and what a cell printed.

Each says what it tries, and below it the same header as the written ones, with the file's name.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable

from cgp_harness.attacks.texts import WRONG


def _notebook(*cells: str, **further: object) -> bytes:
    made: list[dict[str, object]] = [
        {"cell_type": "code", "source": cell, "outputs": [], "metadata": {},
         "execution_count": None} for cell in cells]
    return json.dumps({
        "cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **further}).encode()


def notebook_shell() -> bytes:
    """A notebook whose cells run commands of a shell.

    shows: file
    by: kernel
    file: plugin.ipynb
    """
    return _notebook(
        "!touch @TEMP@/@TOKEN@", "%%bash\ntouch @TEMP@/@TOKEN@", "%system touch @TEMP@/@TOKEN@",
        "get_ipython().system('touch @TEMP@/@TOKEN@')", "%%writefile @TEMP@/@TOKEN@\nleft",
        "%run @SECRET@", "%load @SECRET@", WRONG)


def notebook_deep() -> bytes:
    """A notebook of JSON 100,000 deep.

    shows: grader
    by: intake
    file: plugin.ipynb
    """
    return b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def notebook_odd() -> bytes:
    """A notebook whose cells are no cells, whose numbers have no end and whose text is half one.

    shows: grader
    by: intake
    file: plugin.ipynb
    """
    return (b'{"cells": [1, null, {"cell_type": "code", "source": [[1], {"a": 2}, "\\ud800"]}, '
            b'{"cell_type": ["code"], "source": 1e999}], "nbformat": 1' + b"0" * 5_000 + b"}")


def notebook_outputs() -> bytes:
    """A notebook that printed markup, and 20 MB.

    shows: page
    by: report
    file: plugin.ipynb
    """
    return _notebook("x = '<b>@TOKEN@'\nraise ValueError(x)\n", WRONG, metadata={
        "title": "<b>@TOKEN@", "large": "x" * 20_000_000})


def notebook_magics() -> bytes:
    """A notebook with every way to a shell that IPython's syntax has.

    shows: file
    by: intake
    file: plugin.ipynb
    """
    touch = "touch @TEMP@/@TOKEN@"
    return _notebook(
        f"x = !{touch}", f"x = %sx {touch}", f"!!{touch}", f"%sx {touch}", f"%%sh\n{touch}",
        f"%%script bash\n{touch}", f"%%!\n{touch}", f"%alias t {touch}\n%t", f"%%time\n!{touch}",
        f"%%capture\n!{touch}", f"if True:\n    !{touch}", f"(x) = ! \\\n{touch}",
        "%%python\nopen('@TEMP@/@TOKEN@', 'w')", f"%env PATH\n%cd @TEMP@\n%system {touch}", WRONG)


def notebook_shell_object() -> bytes:
    """A notebook that makes the shell of IPython itself.

    shows: file
    by: view
    file: plugin.ipynb
    """
    return _notebook(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().system('touch @TEMP@/@TOKEN@')",
        "from IPython.utils.process import getoutput\ngetoutput('touch @TEMP@/@TOKEN@')", WRONG)


def notebook_timed() -> bytes:
    """A notebook that measures what never ends.

    shows: grader
    by: statements
    file: plugin.ipynb
    """
    return _notebook(
        "%timeit while True: pass", "%%timeit\nwhile True:\n    pass",
        "%%time\nwhile True:\n    pass", "%%prun\nwhile True:\n    pass", WRONG)


# Where nothing reads notebooks, one that is handed in is refused before it is opened.
MADE: dict[str, Callable[[], bytes]] = {} if importlib.util.find_spec("nbformat") is None else {
    make.__name__: make for make in (
        notebook_shell, notebook_magics, notebook_shell_object, notebook_timed, notebook_deep,
        notebook_odd, notebook_outputs)}

"""What `cgp run-legacy` is asked to run, read and compiled, or refused."""

from __future__ import annotations

import ast
import warnings
from contextlib import suppress
from importlib.util import decode_source
from pathlib import Path

from cgp_harness.errors import HarnessError

EXPECTED = "a Python file or a notebook"


def source_of(script: Path) -> bytes:
    """The bytes of the Python file, or those of a notebook's code cells.

    Raises:
        HarnessError: it is not there, cannot be read, or is not Python.
    """
    content = _read(script)
    if content.startswith(b"PK\x03\x04"):
        raise HarnessError(
            "this is a zip file", where=str(script), expected=EXPECTED,
            fix="unpack it, and give the script",
        )
    if script.suffix == ".ipynb":
        content = _code_cells(content, script)
    _compile(content, script)
    return content


def imported_from(folder: Path, source: str) -> dict[str, str]:
    """The texts of the modules in a folder that a script imports, and that these import.

    The course's package, should a copy of it lie there, is none of them: it is not used.
    """
    found: dict[str, str] = {}
    waiting = [source]
    while waiting:
        for name in _imports(waiting.pop()):
            file = folder / f"{name}.py"
            if name == "ComputationalGraphPrimer" or file.name in found or not file.is_file():
                continue
            with suppress(OSError, SyntaxError, UnicodeDecodeError):
                found[file.name] = decode_source(file.read_bytes())
                waiting.append(found[file.name])
    return found


def _imports(source: str) -> list[str]:
    """The first word of every import, in their order; none of what is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [one.name.split(".")[0] for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module.split(".")[0]] if node.module else [
                one.name for one in node.names]
    return names


def _read(script: Path) -> bytes:
    if script.is_dir():
        raise HarnessError(
            "this is a folder", where=str(script), expected=EXPECTED,
            fix="give the path of the script in it",
        )
    try:
        return script.read_bytes()
    except OSError as error:
        raise HarnessError(
            f"the script cannot be read: {(error.strerror or str(error)).lower()}",
            where=str(script), expected=EXPECTED,
        ) from error


def _code_cells(content: bytes, script: Path) -> bytes:
    from cgp_harness.collect.intake_error import IntakeError
    from cgp_harness.collect.notebooks.notebook import code_of
    from cgp_harness.model import Status

    try:
        return code_of(content, script.name).text
    except IntakeError as error:
        found = error.problem
        ours = found.status is Status.GRADER_ERROR  # the other fixes say how to hand in again
        raise HarnessError(
            found.what, where=str(script), expected=found.expected, fix=found.fix if ours else "",
        ) from error


def _compile(content: bytes, script: Path) -> None:
    """Some mistakes, such as a `return` at the outermost level, are seen only here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the script's own process gives them
            compile(content, script.name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise HarnessError(
            f"this is not Python 3: {error.msg}", where=_place(script, content, error.lineno),
            expected=EXPECTED,
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL; brackets too deep
        raise HarnessError(
            f"this is not Python 3: {error or 'nested too deeply'}", where=str(script),
            expected=EXPECTED,
        ) from error


def _place(script: Path, content: bytes, line: int | None) -> str:
    if not line:
        return str(script)
    above = content.splitlines()[:line]
    cells = [text for text in above if text.startswith(b"# cell ")]
    if script.suffix == ".ipynb" and cells:
        return f"{script}, {cells[-1][2:].decode()}"
    return f"{script}:{line}"

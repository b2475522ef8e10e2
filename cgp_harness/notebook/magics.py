"""`%load_ext cgp_harness`: `%%cgp_check ASSIGNMENT` above a cell, `%cgp_demo NAME`."""

from __future__ import annotations

import ast
import importlib
import io
import re
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import click
from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from cgp_harness.assignment import load
from cgp_harness.collect.objects.texts import last_cell
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.notebook.checked import check
from cgp_harness.registering.marked import MARK
from cgp_harness.task import Assignment


@magics_class
class Harness(Magics):
    """What cells can begin with."""

    shell: Any

    @cell_magic
    def cgp_check(self, line: str, cell: str) -> Any:
        """Run a cell, and check what it defines: `%%cgp_check step_size --task adam`."""
        given = _read(_CHECK, line)
        with _same_number(self.shell):
            # On the lines of the cell; IPython takes empty ones away.
            ran = self.shell.run_cell(f"# %%cgp_check\n{cell}", store_history=False)
        if not ran.success:  # it has shown why
            return None
        try:
            assignment = load(given["assignment"])
            things = _defined(cell, self.shell)
            return check(
                things, assignment, task=given["tasks"] or _named(assignment, things),
                isolation=given["isolation"], seed=given["seed"])
        except (HarnessError, MachineError) as error:
            raise UsageError(str(error)) from None

    @line_magic
    def cgp_demo(self, line: str) -> None:
        """A demo of the lecture with its figures: `%cgp_demo one-neuron`."""
        from cgp_harness.cli import main

        show, printed = importlib.import_module("IPython.display"), io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            try:
                with redirect_stdout(printed):
                    main(["demo", *shlex.split(line), "--save", folder], standalone_mode=False)
            except click.ClickException as error:
                raise UsageError(error.format_message()) from None
            except (HarnessError, MachineError) as error:
                raise UsageError(str(error)) from None
            for said in printed.getvalue().splitlines():
                if folder not in said:  # "wrote …"
                    print(said)
            for file in sorted(Path(folder).rglob("*.png")):
                show.display(show.Image(data=file.read_bytes()))


@contextmanager
def _same_number(shell: Any) -> Iterator[None]:
    """What runs within is of the cell that runs now, In[3], and not of the next."""
    described = shell.compile.format_code_name(last_cell())
    found = re.search(r"\d+", described[1]) if described else None
    before = shell.execution_count
    if found:
        shell.execution_count = int(found[0])
    try:
        yield
    finally:
        shell.execution_count = before


_CHECK = click.Command("%%cgp_check", params=[
    click.Argument(["assignment"]),
    click.Option(["--task", "tasks"], multiple=True),
    click.Option(["--isolation"], default="auto"),
    click.Option(["--seed"], type=click.IntRange(min=0), default=0),
], add_help_option=False)


def _read(command: click.Command, line: str) -> dict[str, Any]:
    try:
        return command.make_context(str(command.name), shlex.split(line)).params
    except (click.ClickException, ValueError) as error:
        said = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise UsageError(
            f"{said}\n  expected %%cgp_check ASSIGNMENT [--task TASK], above a cell") from None


def _defined(cell: str, shell: Any) -> list[object]:
    """The functions and classes of a cell.

    Raises:
        HarnessError: it has none.
    """
    tree = ast.parse(shell.transform_cell(cell))
    names = dict.fromkeys(
        node.name for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef))
    found = [shell.user_ns[name] for name in names if name in shell.user_ns]
    if not found:
        raise HarnessError(
            "the cell defines no function and no class", expected="what is to be checked, below "
            "%%cgp_check")
    return found


def _named(assignment: Assignment, things: Sequence[object]) -> tuple[str, ...]:
    """The tasks that these are registered for."""
    names = {
        getattr(one, MARK, ("", ""))[1] or getattr(one, "__name__", getattr(one, "name", ""))
        for one in things}
    return tuple(task.id for task in assignment.tasks if task.id in names)

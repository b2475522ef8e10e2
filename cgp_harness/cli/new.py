"""`cgp new`: a starter plugin, or a homework from its solution."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import options
from cgp_harness.cli.folders import new_files
from cgp_harness.cli.new_assignment import assignment

if TYPE_CHECKING:
    from cgp_harness.kind import Starter


def starters() -> dict[str, tuple[str, Starter]]:
    """Those of the kinds that are installed, with their kind, by KIND in `cgp new KIND FILE`."""
    from cgp_harness.installed import kinds

    return {
        one.starter.called or name: (name, one.starter) for name, one in kinds().items()
        if one.starter}


class _OfKinds(click.Group):
    """A group with a command for each kind, looked up when it is used: `cgp --help` asks none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """A homework, then plugins of the kinds that there are."""
        return [*super().list_commands(ctx), *starters()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; None if there is no such kind."""
        if name in self.commands or name not in starters():
            return super().get_command(ctx, name)
        return click.Command(
            name, callback=partial(_plugin, *starters()[name]),
            params=[click.Argument(["file"], type=options.PATH)],
            help=f"Write a starter plugin of the kind {name} into FILE.")


@click.group(cls=_OfKinds, short_help="Write a starter plugin, or a homework from its solution.")
def new() -> None:
    """Write a starter plugin, or a homework from its solution."""


new.add_command(assignment)


def _plugin(kind: str, starter: Starter, file: Path) -> None:
    from cgp_harness.errors import HarnessError

    if file.suffix != ".py":
        raise HarnessError(
            "a plugin is a Python file", where=str(file), expected="a name that ends with .py",
            fix=f"write {file.name}.py",
        )
    asking = _asking(kind, starter.registers)
    new_files({file: (starter.text + "".join(_others(kind, starter, asking))).encode()})
    name = starter.to_rename
    first = f"first rename {name} to a name that your homework asks for, then" if name else "try"
    what = f"{asking} --task {starter.registers}" if asking else "ASSIGNMENT"
    click.echo(f"wrote {file}; {first}: cgp check {shlex.quote(str(file))} -a {what}")


def _asking(kind: str, name: str) -> str:
    """An installed homework that asks for what is called so; empty if there is none."""
    from cgp_harness.assignment import installed, load

    return next((
        homework for homework in installed() if name
        and any((task.kind, task.id) == (kind, name) for task in load(homework).tasks)), "")


def _others(kind: str, starter: Starter, homework: str) -> Iterator[str]:
    """What else of this kind the homework asks for, as its own starter leaves it open."""
    import ast

    from cgp_harness.assignment import folder_of
    from cgp_harness.authoring.source import lines_of, names_in
    from cgp_harness.cli.start import STARTER

    path = folder_of(homework) / STARTER if homework else None
    text = path.read_text("utf-8") if path is not None and path.is_file() else ""
    for node in ast.parse(text).body:
        for mark in getattr(node, "decorator_list", ()):
            names = {getattr(node, "name", "")} | {
                one.value for one in ast.walk(mark) if isinstance(one, ast.Constant)}
            if kind in names_in(mark) and starter.registers not in names:
                yield f"\n\n{lines_of(text, node)}\n"

"""`cgp selftest --attacks`: does the sandbox of this very installation hold?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import options

if TYPE_CHECKING:
    from cgp_harness.attacks.attack import Attack


@click.command(short_help="Try the attack suite against this installation.")
@click.option("--attacks", "wanted", is_flag=True, help="The attacks; there is nothing else yet.")
@click.option("--only", default="", metavar="TEXT", help="Those whose name has this text.")
@click.option("--quick", is_flag=True, help="Of each layer and kind of task the first.")
@options.isolation("all")
def selftest(wanted: bool, only: str, quick: bool, isolation: str) -> None:
    """Hand in every attack at every isolation level that this machine offers, and see what comes.

    Prints a table: "held"; "not promised", where an attack succeeds that the level says it does
    not stop; "HOLE", where it says so. Exits with 1 if there is a hole.
    """
    from cgp_harness.attacks import promises
    from cgp_harness.attacks.attack import attacks
    from cgp_harness.errors import HarnessError

    chosen = [one for one in attacks() if only in one.name]
    chosen = _first(chosen) if quick else chosen
    if not wanted:
        raise HarnessError("there is nothing to be tested", fix="cgp selftest --attacks")
    if not chosen:
        raise HarnessError(
            f"no attack has {only!r} in its name", expected="a part of one, such as 'zip'")
    levels = _levels(isolation)
    shown = _tried(chosen, levels)
    for line in promises.lines(chosen, levels, shown):
        click.echo(line)
    if any(promises.verdict(one, level, shown[one.name, level]) == promises.HOLE
           for one in chosen for level in levels):
        raise click.exceptions.Exit(1)


def _first(attacks: Sequence[Attack]) -> list[Attack]:
    """The first of each layer and task."""
    found = {(one.by, one.task): one for one in reversed(attacks)}
    return [one for one in attacks if one in found.values()]


def _levels(isolation: str) -> list[str]:
    """Those that are to be tried, weakest first; what is missing is said."""
    from cgp_harness.sandbox.host import levels

    if isolation != "all":
        return [levels.choose(isolation)]
    offered = levels.available()
    for level, reason in offered.items():
        if reason:
            click.echo(f"{level} is not tried: {reason}")
    return [level for level, reason in offered.items() if not reason]


def _tried(
    attacks: Sequence[Attack], levels: Sequence[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What each attack showed at each level; the levels side by side."""
    import os
    import sys
    from concurrent.futures import ThreadPoolExecutor

    from rich.console import Console
    from rich.progress import Progress

    from cgp_harness.attacks import apart

    names = [one.name for one in attacks]
    with Progress(console=Console(stderr=True), transient=True,
                  disable=not sys.stderr.isatty()) as bar, ThreadPoolExecutor(
                      os.cpu_count()) as pool:
        task = bar.add_task("attacks", total=len(names) * len(levels))

        def at(level: str) -> list[tuple[tuple[str, str], tuple[str, ...]]]:
            found = []
            for name, shown in apart.shown(level, names):
                bar.advance(task)
                found.append(((name, level), shown))
            return found

        return dict(pair for found in pool.map(at, levels) for pair in found)

"""`cgp demo`: the lecture's demos, printed and drawn, with a student's plugin beside them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders, options

if TYPE_CHECKING:
    from cgp_reference.demos.demo import Demo
    from cgp_reference.demos.descent import Descent


@click.command(short_help="Show one of the lecture's demos.")
@click.argument("name", required=False)
@click.option(
    "--seed", type=click.IntRange(min=0, max=10**9), default=0, show_default=True,
    metavar="N",
    help="Draws noise, batches or the start; the same seed gives the same numbers and figures.",
)
@click.option(
    "--iterations", type=click.IntRange(min=1, max=100_000), metavar="N",
    help="How many steps each rule takes.  [default: each demo's own]",
)
@click.option(
    "--plugin", type=options.PATH, metavar="FILE",
    help="Show the step-size rules of a submission beside the reference's, its activations in the "
    "classifiers, its Functions in extend-autograd, its backpropagation in dag.",
)
@click.option(
    "--save", "folder", type=options.PATH, metavar="DIR",
    help="Write the figure as DIR/NAME.png and DIR/NAME.svg.",
)
@click.option("--show", is_flag=True, help="Open the figure in a window.")
def demo(
    name: str | None, seed: int, iterations: int | None, plugin: Path | None,
    folder: Path | None, show: bool,
) -> None:
    """Show the demo NAME; without NAME, list the demos.

    The numbers are printed. A figure is drawn only where --save or --show asks for it.
    """
    from cgp_harness.cli.demos.progress import bar
    from cgp_reference.demos.catalogue import DEMOS

    if name is None:
        width = max(map(len, DEMOS)) + 2
        for one in DEMOS.values():
            click.echo(f"{one.name:<{width}}{one.summary}")
        return
    chosen = _called(name, DEMOS.values())
    steps = iterations or chosen.iterations
    if plugin is not None:
        _require_rules(chosen, DEMOS.values())
    if folder is not None:
        folders.made(folder, "the figure", "--save")
    with bar(chosen.name) as progress:
        descents = chosen.descents(seed, steps, progress)
    if plugin is not None:
        descents += _of_plugin(plugin, chosen, seed, steps)
    for line in chosen.lines(descents, seed):
        click.echo(line)
    if folder is not None:
        for file in _save(chosen, descents, seed, folder):
            click.echo(f"wrote {file}")
    if show:
        _show(chosen, descents, seed)


def _called(name: str, demos: Iterable[Demo]) -> Demo:

    from cgp_harness.errors import HarnessError
    from cgp_reference.errors import meant

    known = {one.name: one for one in demos}
    if name not in known:
        raise HarnessError(
            f"there is no demo {name!r}", expected=f"one of {', '.join(known)}",
            fix=meant(name, known),
        )
    return known[name]


def _require_rules(chosen: Demo, demos: Iterable[Demo]) -> None:
    """Refuse a submission where it would be left out silently."""
    from cgp_harness.errors import HarnessError

    if chosen.follow is None:
        others = [one.name for one in demos if one.follow is not None]
        raise HarnessError(
            f"{chosen.name} has no place for a rule", where="--plugin",
            expected=f"one of {', '.join(others)}", fix="leave out --plugin",
        )


def _of_plugin(file: Path, chosen: Demo, seed: int, steps: int) -> list[Descent]:
    """The descents of a submission; of what is left out, stderr says why."""
    from cgp_harness.cli.demos.plugin import descents_of
    from cgp_harness.probing.text import shown
    from cgp_harness.sandbox.host import levels

    level = levels.choose("auto")
    descents, problems = descents_of(file, chosen, seed, steps, level)
    for problem in problems:
        click.echo(f"left out: {shown(str(problem))}", err=True)
    if level == "plain":
        click.echo(f"this machine ran {file} without isolation", err=True)
    return descents


def _save(chosen: Demo, descents: list[Descent], seed: int, folder: Path) -> list[Path]:
    from cgp_reference.demos import figure

    with figure.look():
        drawn = figure.blank()
        chosen.draw(drawn, descents, seed)
        return figure.save(drawn, folder, chosen.name)


def _show(chosen: Demo, descents: list[Descent], seed: int) -> None:
    """The one place that opens a window, and the one that uses pyplot."""
    from matplotlib import pyplot

    from cgp_harness.errors import MachineError
    from cgp_reference.demos import figure

    with figure.look():
        window = pyplot.figure()
        if window.canvas.required_interactive_framework is None:
            pyplot.close(window)
            raise MachineError(
                "no window can be opened here", expected="a display that matplotlib can use",
                fix="write the figure to files: --save DIR",
            )
        chosen.draw(window, descents, seed)
        pyplot.show()

"""`cgp explain`: a known mistake, what it does, and how one finds it oneself."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders, options

if TYPE_CHECKING:
    from cgp_harness.checks import known as mistakes
    from cgp_harness.task import Assignment, Task

MADE = re.compile(r"_[0-9a-f]{6}$")
"""How a name ends that nobody wrote: it is made from the change of a solution."""
BARS = "▁▂▃▄▅▆▇█"
SHOWN = 4
"""Steps of a path that are written out, at most."""


@click.command(short_help="Explain a known mistake.")
@click.argument("flags", metavar="[FLAG]...", nargs=-1)
@click.option(
    "-a", "--assignment", "assignment_name", metavar="ASSIGNMENT",
    help="Look among the mistakes of this homework alone.  [default: all that are installed]")
@click.option(
    "--save", "folder", type=options.PATH, metavar="DIR",
    help="Write the figure as DIR/FLAG.png.")
def explain(flags: Sequence[str], assignment_name: str | None, folder: Path | None) -> None:
    """Explain FLAG, the name of a mistake; without one, list all.

    The equation, what the mistake does to a parameter's path, and the first step that shows it.
    """
    from cgp_harness.assignment import installed, load

    homeworks = [load(one) for one in ([assignment_name] if assignment_name else installed())]
    if not flags:
        for homework in homeworks:
            for line in _listed(homework):
                click.echo(line)
        return
    made = any(map(MADE.search, flags))
    everywhere = [(homework, task, one) for homework in homeworks for task in homework.tasks
                  for one in _known(homework, task, made=made)]
    for flag in flags:
        # First where most can be said: the rule itself, before a homework in which it is used.
        found = sorted((one for one in everywhere if one[2].id == flag),
                       key=lambda one: -_told(one[2]))
        if not found:
            raise _unknown(flag, [one.id for *_, one in everywhere], assignment_name)
        there = {one.says: (homework, task, one) for homework, task, one in reversed(found)}
        shown = list(reversed(there.values()))
        if flag != flags[0]:
            click.echo()
        several = _several(flag, [homework for homework, *_ in shown])
        if several:
            click.echo(several)
        for i, (homework, task, one) in enumerate(shown):
            if i or several:
                click.echo()
            _show(homework, task, one)
        if folder is not None:
            _save(flag, [one for *_, one in shown], folder)


def _several(flag: str, homeworks: Sequence[Assignment]) -> str:
    """That mistakes of several homeworks have this name; empty where one has it."""
    ids = list(dict.fromkeys(homework.id for homework in homeworks))
    if len(ids) == 1:
        return ""
    *others, last = ids
    return (f"{flag} is a mistake in {', '.join(others)} and in {last}; of yours alone: "
            f"`cgp explain {flag} -a HOMEWORK`")


def _told(one: mistakes.Known) -> int:
    """How much there is to say of it."""
    shows = one.path() or one.case()
    return bool(one.equation) + bool(one.hint) + 2 * (shows is not None)


def _known(
    homework: Assignment, task: Task, *, made: bool = False
) -> Iterator[mistakes.Known]:
    """`made`: those too whose name nobody gave; a kind has them last, since they are many."""
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.checks.known import of_homework
    from cgp_harness.installed import kinds

    of_kind = list(takewhile(
        lambda one: made or not MADE.search(one.id),
        grading_of(kinds()[task.kind]).known(homework, task)))
    yield from of_kind
    there = {one.id for one in of_kind}
    yield from (one for one in of_homework(homework, task) if one.id not in there)


def _listed(homework: Assignment) -> Iterator[str]:
    from cgp_harness.probing.text import plural

    for task in homework.tasks:
        found = list(_known(homework, task))
        yield f"{homework.id}, {task.id}: {plural(len(found), 'known mistake')}"
        width = max((len(one.id) for one in found), default=0) + 2
        yield from (f"  {one.id:<{width}}{one.says}" for one in found)


def _show(homework: Assignment, task: Task, one: mistakes.Known) -> None:
    from cgp_harness.assignment import typed_name
    from cgp_harness.reports.terminal import WIDTH, case_lines, wrapped

    click.secho(f"{one.id}  ({homework.id}, {task.id})", bold=True)
    click.echo(f"  {one.says}")
    if one.equation:
        click.echo(f"  right in the lecture: {one.equation}")
    for text in wrapped(one.hint, WIDTH, indent="  "):
        click.echo(text.plain)
    if path := one.path():
        for line in _drawn(path):
            click.echo(f"  {line}")
    for text in case_lines(one.case(), WIDTH, indent="  "):
        click.echo(text.plain.removesuffix("  <- first difference"))
    click.echo("  to find it oneself: try one step by hand on paper, print what the code has, and "
               "compare them line by line;")
    where = shlex.quote(typed_name(homework))
    click.echo(f"  `cgp check FILE -a {where}` shows the smallest case in which your own "
               "differs")


def _drawn(path: mistakes.Path) -> Iterator[str]:
    ends = [value for value in (*path.right, *path.wrong) if abs(value) < 1e300]
    low, high = min(ends), max(ends)
    values = path.hyperparameters or "the defaults of the homework"
    yield f"a parameter that begins at 0, {len(path.gradients)} steps, {values}:"
    yield f"  right         {_bars(path.right, low, high)}  ends at {path.right[-1]:.4g}"
    yield f"  with mistake  {_bars(path.wrong, low, high)}  ends at {path.wrong[-1]:.4g}"
    first = next((i for i in range(1, len(path.right)) if not _same(path, i)), None)
    if first is None:
        yield "the same here: it takes other numbers to see it"
        return
    yield f"it shows at step {first}:"
    yield "  step  gradient  right step  with mistake"
    for i in range(max(1, first - SHOWN + 1), first + 1):
        right, wrong = (values[i - 1] - values[i] for values in (path.right, path.wrong))
        yield f"  {i:>4}  {path.gradients[i - 1]:>8.4g}  {right:>10.4g}  {wrong:>12.4g}"


def _same(path: mistakes.Path, i: int) -> bool:
    right, wrong = path.right[i], path.wrong[i]
    return abs(right - wrong) <= 1e-9 * max(abs(right), abs(wrong), 1e-300)


def _bars(values: Sequence[float], low: float, high: float) -> str:
    size = (high - low) or 1.0
    return "".join(
        BARS[min(7, max(0, int(8 * (value - low) / size)))] if abs(value) < 1e300 else "?"
        for value in values)


def _unknown(flag: str, names: Sequence[str], homework: str | None) -> Exception:
    from cgp_harness.errors import HarnessError
    from cgp_reference.errors import alike

    if MADE.search(flag):  # a digest: another one that looks like it is another mistake
        return HarnessError(
            f"no mistake is called {flag!r} in {homework or 'the installed homeworks'}",
            expected="a change of a homework's solution, by the name that its results give it",
            fix="" if homework else f"name the homework: cgp explain {flag} -a HOMEWORK")
    near = alike(flag, dict.fromkeys(names), 3, 0.5)
    return HarnessError(
        f"no known mistake is called {flag!r}",
        expected="a name that `cgp explain` lists"
        + (f", such as {', '.join(near)}" if near else ""),
        fix=f"did you mean {near[0]!r}?" if near else "")


def _save(flag: str, shown: Sequence[mistakes.Known], folder: Path) -> None:
    paths = [path for one in shown if (path := one.path())]
    if not paths:
        click.echo("this mistake has no figure: it is not one of a step-size rule")
        return
    folders.made(folder, "the figure", "--save")
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    axes.plot(paths[0].right, color="black", label="right")
    axes.plot(paths[0].wrong, color="tab:red", linestyle="--", label=flag)
    axes.set(xlabel="step", ylabel="parameter", title=shown[0].says)
    axes.title.set_wrap(True)
    axes.legend()
    with folders.explained(folder, "the figure", "--save"):
        figure.savefig(folder / f"{flag}.png", dpi=150)
    plt.close(figure)
    click.echo(f"wrote {folder / f'{flag}.png'}")

"""`cgp run-legacy`: a script written for the course's package, run on the reference engine."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders, options

if TYPE_CHECKING:
    from cgp_reference.primer.settings import Semantics

GRACE_S = 2.0
"""How long a script may tidy up after Ctrl-C; then it gets SIGINT from us, then SIGKILL."""


@click.command(short_help="Run a script that imports ComputationalGraphPrimer.")
@click.argument("script", type=options.PATH)
@click.argument("arguments", nargs=-1)
@click.option(
    "--semantics", type=click.Choice(["exact", "as_published"]), default="exact",
    show_default=True,
    help="The lecture's equations, or the arithmetic of the package's own code.",
)
@click.option(
    "--api", metavar="1.0.5…1.1.5",
    help="The version of the package to stand in for.  [default: found out from the script]",
)
@click.option(
    "--inputs", metavar="NAMES", default="",
    help="The order of the inputs, as a run of the package printed it: xc,xa,xd,xb.  "
    "[default: that of the text]",
)
@click.option(
    "--save", "folder", type=options.PATH, metavar="DIR",
    help="Write the figures as DIR/figure-01.png, figure-02.png and so on.",
)
@click.option("--show", is_flag=True, help="Open the figures in windows.")
def run_legacy(
    script: Path, arguments: tuple[str, ...], semantics: Semantics, api: str | None,
    inputs: str, folder: Path | None, show: bool,
) -> None:
    """Run SCRIPT, which says `from ComputationalGraphPrimer import *`, without that package.

    SCRIPT is a Python file, or a notebook whose code cells run one after the other. ARGUMENTS are
    its own; put `--` before them. Without --save or --show its figures are dropped.

    It runs with the rights of who calls it, like `python SCRIPT`: there is no sandbox. Do not run
    scripts of people you do not trust. This is no grading either: see `cgp grade`.

    The exit code is the script's own; 1 if it raised.
    """
    from cgp_harness.cli.demos.legacy_source import source_of
    from cgp_harness.errors import HarnessError
    from cgp_reference.primer.legacy import process as child
    from cgp_reference.primer.legacy.stand_in import beside
    from cgp_reference.primer.settings import Settings

    if folder and show:
        raise HarnessError("--save and --show exclude each other", expected="one of them")
    content, home = source_of(script), script.resolve().parent
    settings = Settings(semantics, api or _found_out(content, home), _order(inputs))
    if copy := beside(home):
        click.echo(f"not used: {copy.relative_to(home)} beside the script", err=True)
    if folder:
        folders.made(folder, "the figures", "--save")
    if show:
        _windows_or_error()
    with TemporaryDirectory() as scratch:
        file = script if script.suffix != ".ipynb" else Path(scratch, f"{script.stem}.py")
        if file != script:
            file.write_bytes(content)
        run = child.Run(
            str(file), arguments, settings.semantics, settings.api, home, folder, show,
            settings.inputs)
        code = _exit_code(child.command(run))
    raise click.exceptions.Exit(code)


def _order(inputs: str) -> tuple[str, ...]:
    """Names as the package prints them: a list or a set of Python, or with commas alone."""
    return tuple(filter(None, (name.strip(" '\"[]{}()") for name in inputs.split(","))))


def _found_out(content: bytes, home: Path) -> str:
    from importlib.util import decode_source

    from cgp_harness.cli.demos.legacy_source import imported_from
    from cgp_reference.primer.legacy.version_of_script import api_of

    source = decode_source(content)
    api = api_of(source, imported_from(home, source))
    click.echo(f"run as for version {api.version} ({api.reason}); --api changes that", err=True)
    return api.version


def _windows_or_error() -> None:
    from matplotlib import pyplot

    from cgp_harness.errors import MachineError

    window = pyplot.figure()
    framework = window.canvas.required_interactive_framework
    pyplot.close(window)
    if framework is None:
        raise MachineError(
            "no window can be opened here", expected="a display that matplotlib can use",
            fix="write the figures to files: --save DIR",
        )


def _exit_code(command: Sequence[str]) -> int:
    """Of a child that reads and writes where we do; 128 + n if signal n ended it, as in a shell."""
    sys.stdout.flush()
    with subprocess.Popen(command) as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            _end(child)
            raise
    if code < 0:
        click.echo(f"ended by {signal.Signals(-code).name}", err=True)
        return 128 - code
    return code


def _end(child: subprocess.Popen[bytes]) -> None:
    """After Ctrl-C. A terminal has sent it to the child too; `kill -INT` of one process has not."""
    for further in (signal.SIGINT, signal.SIGKILL):
        try:
            child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            child.send_signal(further)
    child.wait()

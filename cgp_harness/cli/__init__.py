"""The command `cgp`: arguments in, exit code out. Everything heavy is imported inside a command.

Exit codes: 0 done; 1 `--fail-under` not met, or a check failed; 2 used wrongly; 3 the harness or
the machine failed; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import Any, NoReturn

import click

from cgp_harness import temporary
from cgp_harness.cli.assignments import assignments
from cgp_harness.cli.checking.check import check
from cgp_harness.cli.demos.demo import demo
from cgp_harness.cli.demos.run_legacy import run_legacy
from cgp_harness.cli.doctor import doctor
from cgp_harness.cli.explain import explain
from cgp_harness.cli.grade import grade
from cgp_harness.cli.hosts.autograde import autograde
from cgp_harness.cli.hosts.export import export
from cgp_harness.cli.new import new
from cgp_harness.cli.plugins import plugins
from cgp_harness.cli.results.diff import diff
from cgp_harness.cli.results.name import name
from cgp_harness.cli.results.replay import replay
from cgp_harness.cli.selftest import selftest
from cgp_harness.cli.start import start
from cgp_harness.errors import HarnessError, MachineError
from cgp_reference.errors import ExplainedError


class _Explained(click.Group):
    """A group that tells a reader's mistake from the machine's and from ours."""

    def invoke(self, ctx: click.Context) -> Any:
        temporary.end_with_sigterm()
        try:
            _require_folder()
            return super().invoke(ctx)
        except ExplainedError as error:
            _say(ctx, error)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                _say(ctx, _of_full(error))
            traceback.print_exc()
            ctx.exit(3)


def _say(ctx: click.Context, error: ExplainedError) -> NoReturn:
    click.echo(f"error: {error}", err=True)
    ctx.exit(3 if isinstance(error, MachineError) else 2)


def _require_folder() -> None:
    """Else the first who asks where he is says something else.

    Raises:
        HarnessError: somebody has removed the folder that this is run in.
    """
    try:
        os.getcwd()
    except FileNotFoundError:
        raise HarnessError(
            "the folder that this is run in is gone", fix="go to one that is there") from None


def _of_full(error: OSError) -> MachineError:
    """Of a disk that takes no more where nobody says it: it may be that of `> log`."""
    try:
        sys.stdout.flush()
    except OSError:  # Python would try once more when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return MachineError(
        f"something cannot be written: {(error.strerror or str(error)).lower()}",
        where=error.filename or "",
        expected="room for reports, for temporary files and for what is printed",
        fix="make room and run the same command again")


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Explained, context_settings=SETTINGS)
@click.version_option(package_name="cgp-harness", message="cgp-harness %(version)s")
def main() -> None:
    """Grade homework: step-size optimizers, Autograd Functions and activations, backpropagation.

    What is wrong is said in the words of the lecture's equations.
    """


for command in (
    grade, check, start, diff, replay, name, new, demo, run_legacy, assignments, plugins, doctor,
    explain, export, autograde, selftest):
    main.add_command(command)

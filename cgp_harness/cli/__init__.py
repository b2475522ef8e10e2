"""The command `cgp`: arguments in, exit code out. Everything heavy is imported inside a command.

Exit codes: 0 done; 1 `--fail-under` not met, or a check failed; 2 used wrongly; 3 the harness or
the machine failed; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import traceback
from typing import Any

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
from cgp_harness.errors import MachineError
from cgp_reference.errors import ExplainedError


class _Explained(click.Group):
    """A group that tells a reader's mistake from the machine's and from ours."""

    def invoke(self, ctx: click.Context) -> Any:
        temporary.end_with_sigterm()
        try:
            return super().invoke(ctx)
        except ExplainedError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(3 if isinstance(error, MachineError) else 2)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)
        except Exception:
            traceback.print_exc()
            ctx.exit(3)


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

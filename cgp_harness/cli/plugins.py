"""`cgp plugins`: what is installed, and which hooks there are."""

from __future__ import annotations

import click


@click.command(short_help="List installed plugins and hooks.")
def plugins() -> None:
    """List the installed plugins, and the hooks that a plugin may implement."""
    import inspect

    from cgp_harness import hookspecs
    from cgp_harness.installed import forms, kinds, report_formats
    from cgp_harness.installed.plugins import sources, trusted

    manager, found = trusted(), sources()
    for name, (_, package) in found.items():
        callers = manager.get_hookcallers(manager.get_plugin(name)) or []
        click.echo(f"{package}: {name} ({', '.join(caller.name for caller in callers)})")
    if not found:
        click.echo("no plugins are installed (entry-point group cgp_harness)")
    click.echo(f"kinds of task: {', '.join(kinds())}")
    click.echo(f"forms of rules: {', '.join(forms())}")
    click.echo(f"report formats: {', '.join(report_formats())}")
    click.echo("\nhooks:")
    for name, hook in vars(hookspecs).items():
        if name.startswith("cgp_") and callable(hook):
            click.echo(f"  {name}  {(inspect.getdoc(hook) or '').partition(chr(10))[0]}")

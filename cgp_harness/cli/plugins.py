"""`cgp plugins`: what is installed, and which hooks there are."""

from __future__ import annotations

import click


@click.command(short_help="List installed plugins and hooks.")
def plugins() -> None:
    """List the installed plugins, and the hooks that a plugin may implement."""
    import inspect

    from cgp_harness import hookspecs
    from cgp_harness.installed import trusted

    manager = trusted()
    found = manager.list_plugin_distinfo()
    for plugin, distribution in found:
        hooks = ", ".join(caller.name for caller in manager.get_hookcallers(plugin) or [])
        name = f"{distribution.project_name} {distribution.version}"
        click.echo(f"{name}: {manager.get_name(plugin)} ({hooks})")
    if not found:
        click.echo("no plugins are installed (entry-point group cgp_harness)")
    click.echo("\nhooks:")
    for name, hook in vars(hookspecs).items():
        if name.startswith("cgp_") and callable(hook):
            click.echo(f"  {name}  {(inspect.getdoc(hook) or '').partition(chr(10))[0]}")

"""The process in which an old script runs: `python -m cgp_reference.primer.legacy.process SCRIPT`.

The script finds what `python SCRIPT` would give it, `sys.argv`, `sys.path[0]`, `__file__` and a
`__main__` of its own, and the facade where it imports the package. `runpy.run_path` would put the
full path into `sys.argv[0]` and take `__main__` away before threads and `atexit` are done.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType

import cgp_reference
from cgp_reference.errors import ExplainedError
from cgp_reference.primer import ComputationalGraphPrimer
from cgp_reference.primer.base import Primer
from cgp_reference.primer.legacy import stand_in
from cgp_reference.primer.legacy.kept import redirect
from cgp_reference.primer.legacy.said import say
from cgp_reference.primer.legacy.told import Told, watch
from cgp_reference.primer.settings import Semantics, Settings, use

OURS = os.path.dirname(cgp_reference.__file__)
STOPPED = 130
"""The exit code of what Ctrl-C ended."""


@dataclass(frozen=True)
class Run:
    """One run of one script.

    Args:
        script: the file, as its user named it.
        arguments: what the script finds in `sys.argv[1:]`.
        home: the folder that its imports are looked up in first.
        folder: where figures go; None drops them.
        show: open windows, and write no figure.
        inputs: the order of the inputs; empty for that of the text.
    """

    script: str
    arguments: tuple[str, ...]
    semantics: Semantics
    api: str
    home: Path
    folder: Path | None
    show: bool
    inputs: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """`__file__`: absolute since Python 3.9."""
        return os.path.abspath(self.script)


def command(run: Run) -> list[str]:
    """What to start for it: this interpreter, unbuffered, the current folder not on `sys.path`."""
    figures = ["--show"] if run.show else ["--folder", str(run.folder)] if run.folder else []
    return [
        sys.executable, "-u", "-P", "-m", __name__,
        "--semantics", run.semantics, "--api", run.api, "--home", str(run.home),
        "--inputs", ",".join(run.inputs), *figures,
        "--", run.script, *run.arguments,
    ]


def main(arguments: list[str]) -> int:
    """Run the script that the command line of `command` names; the exit code.

    Raises:
        SystemExit: the script ended itself so.
    """
    run = _read(arguments)
    use(Settings(run.semantics, run.api, run.inputs, half=True))
    stand_in.install(run.api)
    told = watch(ComputationalGraphPrimer)
    if run.show:
        return _said(_run(run), told, run)
    from cgp_reference.primer.legacy import headless

    headless.begin(run.folder)
    if run.folder is not None:
        redirect(run.folder.absolute())
    try:
        return _said(_run(run), told, run)
    finally:
        headless.end()


def _said(code: int, told: Told, run: Run) -> int:
    """The same code; a script that ends well and has trained nothing may be half of a homework."""
    if code == 0 and not told.trained and (told.used or ComputationalGraphPrimer.__subclasses__()):
        say(f"no training was run: {run.script} defines a network, and calls no training loop")
    return code


def _read(arguments: list[str]) -> Run:
    parser = argparse.ArgumentParser()
    for name in ("--semantics", "--api", "--home", "--inputs", "--folder"):
        parser.add_argument(name)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("script")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)      # "*" would drop a "--"
    read = parser.parse_args(arguments)
    return Run(
        read.script, tuple(read.arguments), read.semantics, read.api, Path(read.home),
        Path(read.folder) if read.folder else None, read.show, _names(read.inputs),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _run(run: Run) -> int:
    sys.argv[:] = [run.script, *run.arguments]
    sys.path.insert(0, str(run.home))
    module = ModuleType("__main__")
    module.__file__ = run.file
    sys.modules["__main__"] = module
    code = compile(Path(run.file).read_bytes(), run.file, "exec", dont_inherit=True)
    try:
        exec(code, vars(module))
    except SystemExit:
        raise
    except KeyboardInterrupt:
        return STOPPED
    except BaseException as error:
        trace = _of_reader(error)
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 1
    return 0


def _of_reader(error: BaseException) -> TracebackType | None:
    """Without our frames at either end; those between two of the script's are its story too.

    At the inner end only where the error says all: how the facade came to explain a mistake, or to
    miss an attribute, is no help. Anything else that it raises may be its own mistake.
    """
    frames = []
    trace = error.__traceback__ and error.__traceback__.tb_next
    while trace:
        frames.append(trace)
        trace = trace.tb_next
    explained = isinstance(error, ExplainedError) or (
        bool(frames) and frames[-1].tb_frame.f_code is Primer.__getattr__.__code__)
    while explained and frames and frames[-1].tb_frame.f_code.co_filename.startswith(OURS):
        frames.pop()
    kept = None
    for one in reversed(frames):
        kept = TracebackType(kept, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

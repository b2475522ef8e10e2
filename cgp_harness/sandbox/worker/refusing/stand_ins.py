"""Quiet stand-ins for what a submission has at home and a worker has not.

A notebook's display, a progress bar, a figure written to disk, a prompt: none of it is graded, so
none of it costs anything. A package that is really there is never replaced.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import itertools
import os
import sys
from collections.abc import Iterable, Iterator, Sequence, Sized
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, FunctionType, ModuleType
from typing import Any

import cgp_harness
from cgp_harness.sandbox.worker.refusing.stars import STARS

PACKAGES = (
    "IPython", "google", "ipywidgets", "tqdm", "cgp_harness.grading", "cgp_harness.reports")
PYTHON_CELLS = ("capture", "memit", "prun", "time", "timeit")
"""Cell magics below which a cell is Python; as in `collect/magics.py`."""


PROMPTS = 100
"""So many prompts are answered with an empty line: who asks until another comes never ends."""
_prompts = itertools.count(1)


class Quiet:
    """Whatever is asked of it gives nothing: falsy, empty, callable, its own attribute."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Quiet()

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        """A function comes back as it is: what was called may stand above it."""
        return arguments[0] if arguments and type(arguments[0]) is FunctionType else Quiet()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, _: Any) -> Quiet:
        return Quiet()

    def __enter__(self) -> Quiet:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __str__(self) -> str:
        return ""

    def __format__(self, _: str) -> str:
        return ""


class Shell(Quiet):
    """What `get_ipython()` gives in a script that Jupyter exported."""

    def run_cell_magic(self, magic: str, _: str, cell: str) -> None:
        """Run what stands below `%%time`, as IPython does; leave other languages out."""
        if magic not in PYTHON_CELLS:
            return
        caller = sys._getframe(1)
        tree = ast.parse(cell)
        for node in ast.walk(tree):
            if isinstance(node, (ast.stmt, ast.expr)):  # the cell is one line of the script
                node.lineno = node.end_lineno = caller.f_lineno
        exec(compile(tree, caller.f_code.co_filename, "exec", dont_inherit=True), caller.f_globals)


class Bar(Quiet):
    """`tqdm.tqdm`, without the bar."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, **__: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable) if isinstance(self.iterable, Sized) else 0

    @staticmethod
    def write(text: object, *_: Any, **__: Any) -> None:
        """Print."""
        print(text)

    @staticmethod
    def pandas(*_: Any, **__: Any) -> None:
        """Do nothing."""


def _range_bar(*bounds: int, **_: Any) -> Bar:
    return Bar(range(*bounds))


class _Module(ModuleType):
    """A module that has every name, and every module below it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Quiet()


class _Finder(MetaPathFinder, Loader):
    """Stands behind all other finders: of a package that is not there, the stand-in."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top = next((one for one in PACKAGES if f"{name}.".startswith(f"{one}.")), "")
        if not top or (name != top and not isinstance(sys.modules[top], _Module)):
            return None
        asking = self._asking()
        # `try: import google.colab` asks whether this is Colab, and it is not.
        if asking is None or (top == "google" and _is_tried(asking)):
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        module = _Module(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give it what cannot be left to `Quiet`."""
        if stars := STARS.get(module.__name__):
            vars(module)["__all__"] = stars.split()
        if module.__name__.startswith("tqdm"):
            vars(module).update(tqdm=Bar, trange=_range_bar, tqdm_notebook=Bar, tnrange=_range_bar)
        elif module.__name__ == "IPython":
            # matplotlib asks for its version.
            vars(module).update(get_ipython=Shell, version_info=(9, 0, 0, ""), __version__="9.0.0")

    def _asking(self) -> FrameType | None:
        """The line of the submission that imports, if a library below it does not.

        Libraries ask for these packages too, and go without.
        """
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        own = frame is not None and frame.f_code.co_filename.startswith(self._folder + os.sep)
        return frame if own else None


def _is_tried(frame: FrameType) -> bool:
    """Whether the line stands in the body of a `try`."""
    try:
        with open(frame.f_code.co_filename, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return False
    return any(
        node.body[0].lineno <= frame.f_lineno <= (node.body[-1].end_lineno or 0)
        for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers)


def install(folder: str) -> None:
    """Put all of them in place, for the submission in `folder`."""
    sys.meta_path.append(_Finder(folder))
    # Python's `site`, which a worker does without, defines the first of them.
    for name, stand_in in {
        "exit": _leave, "quit": _leave, "help": quiet, "copyright": quiet, "license": quiet,
        "input": _nothing_typed, "display": quiet, "get_ipython": Shell,
    }.items():
        setattr(builtins, name, stand_in)
    sys.breakpointhook = quiet
    # Who checks a notebook in itself hands it in with that cell.
    vars(cgp_harness).update(check=_not_graded_here, grade=_not_graded_here)


def quiet(*_: Any, **__: Any) -> None:
    """Do nothing."""


def _not_graded_here(*_: Any, **__: Any) -> Quiet:
    return Quiet()


def _leave(code: object = None) -> None:
    raise SystemExit(code)


def _nothing_typed(_: object = "") -> str:
    if next(_prompts) > PROMPTS:
        raise EOFError("nobody answers input() here")
    return ""

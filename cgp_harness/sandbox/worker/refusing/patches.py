"""What is changed in packages: what a worker cannot do is done in silence, or refused in words.

A window is not opened, a figure is not written; a stream is written to as ever.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from cgp_harness.sandbox.worker.refusing.refusals import of_socket, refuse_path, refuse_program
from cgp_harness.sandbox.worker.refusing.stand_ins import Quiet, quiet


def _of_matplotlib(matplotlib: ModuleType) -> None:
    vars(matplotlib)["use"] = quiet  # of a window that is not there


def _of_pyplot(pyplot: ModuleType) -> None:
    switch, imsave = vars(pyplot)["switch_backend"], vars(pyplot)["imsave"]
    vars(pyplot).update(
        show=quiet, pause=quiet, get_current_fig_manager=Quiet(),
        imsave=_only_to_streams(imsave, 0), switch_backend=lambda _: switch("agg"))


def _of_figure(figure: ModuleType) -> None:
    drawn: Any = vars(figure)["Figure"]
    drawn.savefig = _only_to_streams(drawn.savefig, 1)


def _of_animation(animation: ModuleType) -> None:
    made: Any = vars(animation)["Animation"]
    made.save = quiet


def _of_fonts(fonts: ModuleType) -> None:
    """A worker can read matplotlib's own fonts, not this machine's."""
    manager: Any = vars(fonts)["fontManager"]
    own = os.path.dirname(str(fonts.__file__)) + os.sep
    for known in (manager.ttflist, manager.afmlist):
        known[:] = [font for font in known if font.fname.startswith(own)]


def _only_to_streams(write: Callable[..., Any], position: int) -> Callable[..., Any]:
    def written(*arguments: Any, **options: Any) -> Any:
        target = arguments[position] if len(arguments) > position else options.get("fname")
        return None if isinstance(target, (str, os.PathLike)) else write(*arguments, **options)

    return written


def of_torch(torch: ModuleType) -> None:
    """`torch.save` opens its file where Python does not see it, and so do compiled modules."""
    homes: list[Any] = [torch]
    if jit := vars(torch).get("jit"):
        homes.append(vars(jit)["RecursiveScriptModule"])
    for home in homes:
        home.save = _refusing_path(vars(home).get("save", quiet))


def _refusing_path(save: Callable[..., Any]) -> Callable[..., Any]:
    def written(thing: Any, f: Any, *arguments: Any, **options: Any) -> Any:
        refuse_path(f)
        return save(thing, f, *arguments, **options)

    return written


def _of_semaphores(synchronize: ModuleType) -> None:
    """A pool of processes begins with a semaphore, which is a file that Python does not see."""
    lock: Any = vars(synchronize)["SemLock"]
    lock.__init__ = refuse_program


def _of_debugger(pdb: ModuleType) -> None:
    for name in ("set_trace", "post_mortem", "pm"):
        setattr(pdb, name, quiet)


def _of_console(code: ModuleType) -> None:
    vars(code)["interact"] = quiet  # its class stays: Python 3.13's pdb has a subclass of it


PATCHES: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _of_matplotlib, "matplotlib.pyplot": _of_pyplot,
    "matplotlib.font_manager": _of_fonts, "matplotlib.figure": _of_figure,
    "matplotlib.animation": _of_animation,
    "multiprocessing.synchronize": _of_semaphores, "socket": of_socket, "pdb": _of_debugger,
    "code": _of_console,
}
"""Module -> what is done to it once it is imported."""

"""matplotlib without windows: what a script shows is written to files, or dropped.

This module is a matplotlib backend. A script may choose another one (`matplotlib.use("TkAgg")`),
show figures without waiting (`plt.show(block=False)`, `plt.ion()`, `plt.pause(1)`) or never show
them: nothing of that waits, warns or fails.

A figure is written once, as it last looked: at a `plt.show()` that would wait for the reader, or,
shown without waiting, when the script closes it. What is still open at the end is written then.
"""

from __future__ import annotations

from pathlib import Path

from matplotlib import is_interactive
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from cgp_reference.primer.legacy.said import say


class Figures:
    """Where figures go, and how many went there."""

    folder: Path | None = None
    """As the user wrote it, for messages."""
    absolute = Path()
    """The same, wherever the script changes to."""
    written = 0


class FigureManager(FigureManagerBase):
    """The window of one figure, if there were windows."""

    seen = False

    def show(self) -> None:
        """A reader would see it now."""
        self.seen = True

    def destroy(self) -> None:
        """Closed, by the script or by us: the last moment to write it."""
        if self.seen and Figures.folder is not None:
            Figures.written += 1
            name = f"figure-{Figures.written:02d}.png"
            self.canvas.figure.savefig(Figures.absolute / name)
            say(f"wrote {Figures.folder / name}")
        super().destroy()

    @classmethod
    def pyplot_show(cls, block: bool | None = None) -> None:
        """`plt.show()`: where it would wait, readers then close every window."""
        managers = sorted(Gcf.get_all_fig_managers(), key=lambda manager: int(manager.num))
        for manager in managers:
            manager.show()
        if not is_interactive() if block is None else block:
            for manager in managers:
                Gcf.destroy(manager)


class FigureCanvas(FigureCanvasAgg):
    """What a figure is drawn on."""

    manager_class = FigureManager

    def start_event_loop(self, timeout: float = 0) -> None:
        """`plt.pause(1)`, or a wait for a click: nobody is there."""


def begin(folder: Path | None) -> None:
    """Make this the backend, and the only one; figures go to `folder`, or nowhere."""
    import matplotlib
    from matplotlib import pyplot

    Figures.folder, Figures.absolute, Figures.written = folder, (folder or Path()).absolute(), 0
    pyplot.switch_backend(f"module://{__name__}")
    matplotlib.rcParams["figure.max_open_warning"] = 0
    # pyplot has no further use for its own `switch_backend` once a backend is there.
    matplotlib.use = pyplot.switch_backend = _stay


def end() -> None:
    """The script is over: what it left open is shown."""
    FigureManager.pyplot_show(block=True)


def _stay(*_: object, **__: object) -> None:
    """Another backend is not taken."""

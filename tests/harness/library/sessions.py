"""A session of cells as IPython keeps it: texts in `linecache`, names in one module."""

import linecache
import sys
from types import ModuleType, SimpleNamespace


class Session:
    """Runs cells one after the other, each under a number of its own.

    Args:
        monkeypatch: takes all back.
        jupyter: names cells as Jupyter does, and knows their numbers; else as IPython's prompt did.
        prompt: how the names of cells begin otherwise.
    """

    def __init__(self, monkeypatch, *, jupyter=False, prompt="<ipython-input-"):
        self.module = ModuleType("a_session")
        monkeypatch.setitem(sys.modules, "a_session", self.module)
        self._set, self._jupyter, self._prompt = monkeypatch.setitem, jupyter, prompt
        self._numbers = {}
        if jupyter:
            compiler = SimpleNamespace(format_code_name=self._described)
            shell = SimpleNamespace(compile=compiler)
            ipython = ModuleType("IPython")
            ipython.get_ipython = lambda: shell
            monkeypatch.setitem(sys.modules, "IPython", ipython)

    def show(self, cell, number):
        """Keep the text, under a name that in Jupyter is made of it; gives that name."""
        file = f"/tmp/ipykernel_1/{abs(hash(cell))}.py" if self._jupyter else (
            f"{self._prompt}{number}>" if "<python" in self._prompt
            else f"{self._prompt}{number}-0a1b2c3d4e5f>")
        self._numbers[file] = number
        lines = cell.splitlines(keepends=True)
        self._set(linecache.cache, file, (len(cell), None, lines, file))
        return file

    def run(self, cell, number):
        """The cell."""
        exec(compile(cell, self.show(cell, number), "exec"), vars(self.module))

    def __getattr__(self, name):
        return getattr(self.module, name)

    def _described(self, file):
        return ("Cell", f"In[{self._numbers[file]}]") if file in self._numbers else None

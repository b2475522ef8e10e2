"""The stand-in for the course's package in a worker: the facade, watched, tolerant and silent."""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable
from sys import _getframe
from typing import Any

import numpy as np

from cgp_harness.kinds.primer_training.answers.recording import Recorder
from cgp_harness.kinds.primer_training.contract import PACKAGE
from cgp_harness.sandbox.worker.here import HERE
from cgp_harness.sandbox.worker.loading.stopping import LeftOutError
from cgp_reference.primer import ComputationalGraphPrimer
from cgp_reference.primer.legacy import stand_in
from cgp_reference.primer.options import OPTIONS, SYNONYMS
from cgp_reference.primer.settings import VERSIONS
from cgp_reference.primer.watching import watched

LOOPS = ("run_training_loop_one_neuron_model", "run_training_loop_multi_neuron_model")
RECORD = "_record_of_last_training"
UNDRAWN = ("savefig", "show", "pause")


def install(recorder: Recorder) -> None:
    """Let every import of the package find it; before the lock-down, and before any script."""
    facade = watched(_tolerant(recorder), recorder)
    stand_in.install(VERSIONS[-1], facade)
    for name in (PACKAGE, f"{PACKAGE}.{PACKAGE}"):
        vars(sys.modules[name])["watched"] = True
    _silence()
    _write_nowhere()


def quiet(*_: Any, **__: Any) -> None:
    """Do nothing."""


def _tolerant(recorder: Recorder) -> type[Any]:
    """The facade for scripts that were written against a changed copy of the package."""

    def new(cls: type[Any], *_: Any, **__: Any) -> Any:
        if not recorder.running:        # while files are imported, nothing is trained
            raise LeftOutError
        return ComputationalGraphPrimer.__new__(cls)

    def init(primer: Any, *arguments: Any, **options: Any) -> None:
        known = {*OPTIONS, *SYNONYMS}
        for name in options.keys() - known:
            setattr(primer, name, options[name])
            recorder.options += 1
        ComputationalGraphPrimer.__init__(
            primer, *arguments, **{one: options[one] for one in options.keys() & known})

    def missing(primer: Any, name: str) -> Any:
        if name.lower().startswith("loss") and RECORD in vars(primer):
            return vars(primer)[RECORD]
        return ComputationalGraphPrimer.__getattr__(primer, name)

    def forward(primer: Any, *arguments: Any, **named: Any) -> None:
        ComputationalGraphPrimer.forward_prop_multi_neuron_model(primer, *arguments, **named)
        for found in (primer.forw_prop_vals_at_layers, primer.gradient_vals_for_layers):
            for layer in found.keys() - {0}:
                found[layer] = [list(row) for row in np.array(found[layer])]

    displays = {name: quiet for name in dir(ComputationalGraphPrimer)
                if name.startswith("display_") and name not in OPTIONS}
    return type(PACKAGE, (ComputationalGraphPrimer,), {
        "__module__": PACKAGE, "__doc__": ComputationalGraphPrimer.__doc__,
        "__new__": new, "__init__": init, "__getattr__": missing,
        # numpy's numbers, as in the package: a list of biases += one of them becomes an array.
        "forward_prop_multi_neuron_model": forward,
        **{name: _recorded(getattr(ComputationalGraphPrimer, name)) for name in LOOPS},
        "run_training_with_torchnn": lambda primer, *_, **__: vars(primer).get(RECORD, []),
        **displays,
    })


def _recorded(loop: Callable[..., Any]) -> Callable[..., Any]:
    """Scripts read the losses in attributes that only their own copy of the package has."""

    def recorded(primer: Any, *arguments: Any, **named: Any) -> Any:
        vars(primer)[RECORD] = loop(primer, *arguments, **named)
        return vars(primer)[RECORD]

    recorded.__name__ = loop.__name__
    return recorded


def _silence() -> None:
    """Nothing of ours prints or draws: a script may have replaced what that needs."""
    for name, module in list(sys.modules.items()):
        if name.startswith("cgp_reference.primer"):
            vars(module)["print"] = quiet
            if "shown" in vars(module):
                vars(module)["shown"] = quiet
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    for owner in (pyplot, Figure):
        for name in UNDRAWN:
            if hasattr(owner, name):
                setattr(owner, name, quiet)


def _write_nowhere() -> None:
    """Files and folders that scripts write are dropped: writing is refused here."""
    opened = builtins.open

    def asked_by_script() -> bool:
        return _getframe(2).f_code.co_filename.startswith(HERE.folder + os.sep)

    def open_or_drop(file: Any, mode: str = "r", *further: Any, **named: Any) -> Any:
        if set(mode) & set("wax+") and not isinstance(file, int) and asked_by_script():
            return io.BytesIO() if "b" in mode else io.StringIO()
        return opened(file, mode, *further, **named)

    def made(make: Callable[..., None]) -> Callable[..., None]:
        def make_or_drop(*arguments: Any, **named: Any) -> None:
            if not asked_by_script():
                make(*arguments, **named)

        return make_or_drop

    vars(builtins)["open"] = open_or_drop
    for name in ("mkdir", "makedirs"):
        setattr(os, name, made(getattr(os, name)))

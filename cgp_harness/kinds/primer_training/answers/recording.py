"""What is recorded while scripts train. Runs in the worker, inside the student's calls.

Nothing here calls what a script may have replaced: `print`, `random`, `plt`; and whatever cannot be
read is not a number in the record, never an exception in the student's code.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from sys import _getframe
from types import FrameType
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator

from cgp_harness.kinds.primer_training import requests as wire
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.here import HERE
from cgp_harness.sandbox.worker.loading.stopping import NotRunError

TOO_MANY = 6_000
"""Batches of a training that goes on whatever `training_iterations` says: then it is ended."""
NAN = float("nan")


class EndlessTrainingError(NotRunError):
    """A loop that counts to a number of its own."""

    what = f"a training went on for more than {TOO_MANY:,} batches"
    fix = "let the loop count to self.training_iterations"


@dataclass
class Net:
    """What an instance's expressions say: where each weight stands."""

    units: tuple[int, ...]
    inputs: tuple[int, ...]
    """For each input in the order of the text, which number of a sample it is."""
    weights: tuple[str, ...]
    """Layer by layer, unit by unit, source by source in the order of the text."""
    ranks: tuple[float, ...]
    """For each weight, its place in `learnable_params`."""


@dataclass
class Run:
    """One instance: its rows, and at which of them parameters began anew."""

    primer: Any
    net: Net | None
    rows: list[Floats] = field(default_factory=list)
    heads: list[tuple[float, float]] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    begun: bool = True
    since: int = 0


class Recorder:
    """A `Watcher` of the facade: rows of numbers, a batch each.

    Attributes:
        running: whether scripts run to be recorded; while files are imported they do not.
        options: unknown options of constructors.
    """

    def __init__(self) -> None:
        self.running, self.options = False, 0
        self.most = {
            "training_iterations": wire.BATCHES, "display_loss_how_often": wire.BATCHES // 8,
            "batch_size": 16}
        self._runs: dict[int, Run] = {}

    def begin(self, request: wire.FollowTrainings, numbers: Floats) -> None:
        """Forget all that was, and take the samples and the orders of this request."""
        self._runs, self.options = {}, 0
        self._words = request.words
        self._data = numbers.reshape(2, request.samples, wire.INPUTS)
        draw = Generator(PCG64(request.seed))
        # Two turns that differ: a weight paired by position is then another's.
        self._turns = itertools.cycle(int(one) for one in draw.permutation([1, 2, 3])[:2])

    # --- what the facade asks and tells ----------------------------------------------------------

    def ordered(self, names: Sequence[str]) -> Sequence[str]:
        """Turned, inputs and parameters differently."""
        turn = next(self._turns) % max(1, len(names))
        return [*names[turn:], *names[:turn]]

    def training_data(self, primer: Any) -> dict[int, list[Floats]]:
        """Those of the request, as many as the script asks for, or all again and again."""
        inputs = min(len(primer.independent_vars), wire.INPUTS)
        size = max(1, min(int(primer.dataset_size) // 2, 50_000))
        places = np.arange(size) % self._data.shape[1]
        return {label: list(self._data[label, places, :inputs]) for label in (0, 1)}

    def began(self, primer: Any) -> None:
        """Parameters are given anew, which begins a training, unless every batch does that."""
        if run := self._runs.get(id(primer)):
            run.begun = True

    def wrote(self, primer: Any, name: str) -> None:
        """A weight is written."""
        run = self._runs.get(id(primer))
        if run is not None and len(run.written) < 8 * wire.WEIGHTS:
            run.written.append(name)

    def passed(self, primer: Any, samples: Any) -> None:
        """A batch begins: what the parameters are now is what the batch before made of them."""
        run = self._runs.get(id(primer))
        if run is None:
            if len(self._runs) >= 4 * wire.TRAININGS:
                return
            run = self._runs[id(primer)] = Run(primer, _net(primer))
        begun, run.begun = run.begun, False
        run.since = 0 if begun else run.since + 1
        if run.since > TOO_MANY:
            raise EndlessTrainingError
        if run.net is None or len(run.rows) >= 8 * wire.ROWS or run.since >= wire.ROWS:
            return
        run.rows.append(_row(run, samples))
        run.heads.append((self._rate(primer), self._word(primer) if begun else NAN))
        run.fresh.append(begun)
        run.written.clear()

    # --- the record ------------------------------------------------------------------------------

    def record(self) -> tuple[int, bytes]:
        """How many trainings there were, and the buffer."""
        trainings = [one for run in self._runs.values() for one in _trainings(run)]
        buffer = np.full(wire.SIZE, NAN)
        blocks = buffer.reshape(wire.TRAININGS, -1)
        for block, (run, rows) in zip(blocks, trainings, strict=False):
            block[:wire.HEAD] = _head(run, rows, *run.heads[rows[0]])
            found = np.concatenate([run.rows[number] for number in rows[:wire.ROWS]])
            block[wire.HEAD:wire.HEAD + found.size] = found
        return len(trainings), buffer.tobytes()

    def _rate(self, primer: Any) -> float:
        return _number(getattr(primer, "learning_rate", NAN))

    def _word(self, primer: Any) -> float:
        """Which rule's name stands nearest to the call: a method's, a text's, the class's."""
        for text in self._texts(primer):
            for number, words in enumerate(self._words):
                if any(word in text for word in words):
                    return number
        return NAN

    def _texts(self, primer: Any) -> Iterator[str]:
        frame: FrameType | None = _getframe(2)
        while frame is not None:
            if frame.f_code.co_filename.startswith(HERE.folder):
                yield frame.f_code.co_name.lower()
                if frame.f_code.co_name != "<module>":
                    yield from _short(frame.f_locals.values())
            frame = frame.f_back
        yield from _short(vars(primer).values())
        yield type(primer).__name__.lower()


def _short(values: Iterable[Any]) -> Iterator[str]:
    return (value.lower() for value in list(values) if type(value) is str and len(value) <= 30)


def _trainings(run: Run) -> Iterator[tuple[Run, range]]:
    """Which rows are one training. A script that makes a new dict for every batch begins once."""
    starts = [number for number, fresh in enumerate(run.fresh) if fresh]
    if len(starts) > len(run.rows) / 2:
        starts = starts[:1]
    for start, end in itertools.pairwise((*starts, len(run.rows))):
        if end - start > 1:
            yield run, range(start, end)


def _head(run: Run, rows: Sequence[int], rate: float, word: float) -> Floats:
    net = run.net
    assert net is not None
    head = np.full(wire.HEAD, NAN)
    head[:4] = len(net.inputs), len(net.units), rate, word
    head[4] = min(len(rows), wire.ROWS)
    head[5] = np.isfinite(run.rows[rows[0]][wire.WEIGHTS:wire.WEIGHTS + wire.BIASES]).sum()
    parts = (net.units, wire.LAYERS), (net.inputs, wire.INPUTS), (net.ranks, wire.WEIGHTS)
    at = 6
    for values, room in parts:
        head[at:at + len(values)] = values
        at += room
    return head


def _row(run: Run, samples: Any) -> Floats:
    """Weights, biases, the batch, and for each weight when it was written last."""
    net, row = run.net, np.full(wire.ROW, NAN)
    assert net is not None
    values = run.primer.vals_for_learnable_params
    if isinstance(values, Mapping):
        row[:len(net.weights)] = [_number(values.get(name, NAN)) for name in net.weights]
    biases = list(itertools.islice(_flat(getattr(run.primer, "bias", None)), wire.BIASES))
    row[wire.WEIGHTS:wire.WEIGHTS + len(biases)] = biases
    batch = _batch(samples, len(net.inputs))
    at = wire.WEIGHTS + wire.BIASES
    if batch is not None:
        row[at:at + batch.size] = batch[:, list(net.inputs)].ravel()
    order = {name: number for number, name in enumerate(run.written)}
    row[at + wire.NUMBERS:at + wire.NUMBERS + len(net.weights)] = [
        order.get(name, NAN) for name in net.weights]
    return row


def _number(value: Any) -> float:
    try:
        return float(value)
    except Exception:  # an object of the student's own
        return NAN


def _flat(value: Any, depth: int = 0) -> Iterator[float]:
    """A bias in any of its forms: a number, a list for the layers, a dict of lists, an array."""
    if isinstance(value, Mapping) and depth < 4:
        keys = list(itertools.islice(value, wire.BIASES))
        with suppress(TypeError):
            keys.sort()
        for key in keys:
            yield from _flat(value[key], depth + 1)
    elif isinstance(value, list | tuple | np.ndarray) and np.ndim(value) and depth < 4:
        for one in itertools.islice(iter(value), wire.BIASES):
            yield from _flat(one, depth + 1)
    else:
        yield _number(value)


def _batch(samples: Any, inputs: int) -> Floats | None:
    try:
        batch = np.array(samples, dtype=np.float64)
    except Exception:  # of objects of the student's own
        return None
    fits = batch.ndim == 2 and batch.shape[1] == inputs and 0 < batch.size <= wire.NUMBERS
    return batch if fits else None


def _net(primer: Any) -> Net | None:
    """Where each weight stands; None if it is no network of layers that a record has room for."""
    try:
        layers = getattr(primer, "layer_exp_objects", None) or {1: primer.exp_objects}
        sources: list[str] = list(layers[1][0].right_vars)
        names, units, inputs = [], [], tuple(sources)
        for layer in sorted(layers):
            rows = [primer.var_to_var_param[exp.dependent_var] for exp in layers[layer]]
            names += [row[source] for row in rows for source in sources]
            units.append(len(rows))
            sources = [exp.dependent_var for exp in layers[layer]]
        places = tuple(list(primer.independent_vars).index(name) for name in inputs)
        known = list(primer.learnable_params)
        ranks = tuple(float(known.index(name)) for name in names)
    except Exception:  # a subclass may have put anything into these attributes
        return None
    fits = len(units) <= wire.LAYERS and len(inputs) <= wire.INPUTS and (
        len(names) <= wire.WEIGHTS and sum(units) <= wire.BIASES)
    return Net(tuple(units), places, tuple(names), ranks) if fits and sources else None

"""Runs a submission's scripts and answers with what their trainings did. Runs in the worker.

Imported before the lock-down: it puts the facade in the place of the course's package.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from cgp_harness.kinds.primer_training.answers import facade, scripts
from cgp_harness.kinds.primer_training.answers.recording import Recorder
from cgp_harness.kinds.primer_training.requests import Followed, FollowTrainings
from cgp_harness.sandbox.protocol.messages import Failed
from cgp_harness.sandbox.worker.answering import Changeable, Position, Targets
from cgp_harness.sandbox.worker.faults import failed
from cgp_harness.sandbox.worker.here import HERE
from cgp_reference.primer.legacy.version_of_script import api_of
from cgp_reference.primer.settings import Settings, use

RECORDER = Recorder()
SHOWN = 5

facade.install(RECORDER)


class Answers:
    """A record for each request; every request runs all scripts anew."""

    def answer(
        self, request: FollowTrainings, targets: Targets, payload: bytearray, at: Position
    ) -> tuple[Followed, bytes]:
        """See `answering.Answers`."""
        RECORDER.begin(request, np.frombuffer(payload, np.float64))
        RECORDER.running = True
        try:
            scripts.forget(HERE.folder)
            raised = [one for path in scripts.scripts(HERE.folder) for one in self._run(path)]
        finally:
            RECORDER.running = False
        trainings, record = RECORDER.record()
        return Followed(trainings, tuple(raised[:SHOWN]), RECORDER.options), record

    def changeable(self, target: object) -> Changeable:
        """See `answering.Answers`."""
        return Changeable(target)

    def _run(self, path: str) -> Iterator[Failed]:
        use(Settings("exact", _version(path)))
        for error in scripts.run(path):
            told = failed(error, HERE.folder)
            # Here nothing is the machine's: what is imported was there before the script.
            yield msgspec.structs.replace(told, kind="raised") if told.kind == "machine" else told


def _version(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return api_of(file.read()).version
    except (SyntaxError, ValueError, RecursionError, OSError):
        return Settings().api

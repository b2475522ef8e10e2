"""Scripts run as a worker runs them, many in one process and without its sandbox, and graded."""

import functools
import subprocess
import sys
from pathlib import Path

import cgp_assignments
from cgp_harness.assignment import load
from cgp_harness.checks.context import Outcome
from cgp_harness.kinds.primer_training.asking import SAMPLES, Trained, drawn
from cgp_harness.kinds.primer_training.checks import checks, seen
from cgp_harness.kinds.primer_training.contract import RULES
from cgp_harness.kinds.primer_training.record import trainings_in
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing.devices import CPU
from cgp_harness.subject import Manifest

HOMEWORK = load("primer_homework")
TASKS = {task.id: task for task in HOMEWORK.tasks}
EXAMPLES = Path(cgp_assignments.__file__).parent / "primer_homework" / "examples"
CHECKS = {
    "followed": checks.followed, "gradient_used": checks.gradient_used,
    "rule_used": checks.rule_used, "hyperparameters_used": checks.hyperparameters_used}
CHILD = """
import sys
from pathlib import Path
from cgp_harness.kinds.primer_training.answers import RECORDER, scripts
from cgp_harness.kinds.primer_training.requests import FollowTrainings
words, samples = eval(sys.argv[1]), int(sys.argv[2])
from cgp_harness.sandbox.worker.refusing import stand_ins
stand_ins.install(str(Path.cwd()))
RECORDER.running = True
opened = open
for path in sorted(Path.cwd().glob("script_*.py")):
    for data in sorted(Path.cwd().glob("data_*")):
        seed = int(data.name[5:])
        numbers = __import__("numpy").frombuffer(data.read_bytes())
        RECORDER.begin(FollowTrainings("", seed, samples, words), numbers)
        raised = scripts.run(str(path))
        record = RECORDER.record()[1]
        with opened(path.with_suffix(f".{seed}"), "wb") as file:
            file.write(record)
        if raised:
            print(path.name, repr(raised[0]), file=sys.stderr)
"""


def recorded(folder, texts, seeds=(0,)):
    """Name of a script -> what it did on the samples of each seed.

    Args:
        folder: an empty one.
        texts: by name.
    """
    for number, text in enumerate(texts.values()):
        (folder / f"script_{number:02}.py").write_text(text, "utf-8")
    samples = {seed: drawn(seed) for seed in seeds}
    for seed, one in samples.items():
        (folder / f"data_{seed}").write_bytes(one.tobytes())
    words = tuple(next(
        task.words for task in HOMEWORK.tasks if task.rule == rule) for rule in RULES)
    environment = {"PYTHONPATH": ":".join(sys.path), "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, repr(words), str(SAMPLES)], cwd=folder, env=environment,
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: [
        Trained(samples[seed], trainings_in(bytearray(
            (folder / f"script_{number:02}.{seed}").read_bytes())), (), 0) for seed in seeds]
        for number, name in enumerate(texts)}


def context_of(trained, task):
    """What the checks of a task are given of what was recorded."""
    looked = tuple(_looked(*map(_Same, trained)))
    context = _Recorded(
        HOMEWORK, TASKS[task], Submission("ada", (SourceFile("hw.py", b""),)), _NoSubject(), 0, CPU)
    object.__setattr__(context, "_looked", looked)
    return context


def graded(trained, task):
    """Each check's outcome on what was recorded."""
    context, found = context_of(trained, task), {}
    for name, check in CHECKS.items():
        found[name] = check(context)
        if found[name].blocks:
            break
    return found


class _Same:
    """A record as a key."""

    def __init__(self, of):
        self.of = of

    def __hash__(self):
        return id(self.of)

    def __eq__(self, other):
        return self.of is other.of


@functools.lru_cache(maxsize=100)
def _looked(*trained):
    """Explained once for all tasks."""
    return tuple(seen.Seen(one.of, seen._looked(one.of)) for one in trained)


class _Recorded(seen.PrimerContext):
    @property
    def seen(self):
        return self._looked


class _NoSubject:
    manifest = Manifest()


def flags(outcomes: dict[str, Outcome]) -> str:
    """All that is wrong, in the order of the checks."""
    return " ".join(flag for one in outcomes.values() for flag in (
        one.diagnosis.flags if one.diagnosis else ()))



"""A grader as many begin: `exec` in its own process, numpy compares, pickle carries the answers.

Holds whatever a grader holds: the expected answer, the environment, open files. `serve` forks one
such grader for each submission, so that what is imported is imported once.
"""

import io
import json
import os
import pickle
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from cgp_harness.attacks import own_check
from cgp_harness.attacks.trap import trap
from cgp_harness.attacks.trying import BREAKS

GRADIENT = np.array([1.0, -2.0, 4.0])
ADDRESSES = 3 << 30
"""Bytes: as if that were the whole machine."""
WAITS_S = 2.0
"""For what ends in milliseconds."""


def grade(path, expected):
    """The points of a submission: 1 if it is right."""
    names = _run_notebook(path) if path.endswith(".ipynb") else {"__name__": "plugin"}
    if path.endswith(".py"):
        exec(compile(Path(path).read_text("utf-8"), path, "exec"), names)
    rule = next(one for name, one in names.items() if name == "sgd")
    if hasattr(rule, "function"):
        step = rule.function(GRADIENT, lr=0.5)
    else:  # another course's form
        step = -rule(np.zeros(3), GRADIENT, {"learning_rate": 0.5})[0]
    return float(np.allclose(pickle.loads(pickle.dumps(step)), expected))


def _run_notebook(path):
    """Its cells one after the other, as Jupyter does; gives what they have defined."""
    from IPython.core.history import HistoryManager
    from IPython.core.interactiveshell import InteractiveShell

    HistoryManager.enabled = False
    shell = InteractiveShell.instance()
    for cell in json.loads(Path(path).read_bytes())["cells"]:
        shell.run_cell(cell["source"])
    return shell.user_ns


def child(path, out):
    """Never returns, whatever a submission does: what it was forked from goes on."""
    try:
        _child(path, out)
    finally:
        os._exit(0)


def _child(path, out):
    os.chdir(os.path.dirname(path))
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout = sys.stderr = os.fdopen(1, "w")
    expected = 0.5 * GRADIENT
    try:
        score = grade(path, expected)
    except Exception as error:
        print(repr(error)[:1000])
        score = 0.0
    sys.stdout.flush()
    os.write(1, f"\nscore: {score}\n".encode())


def tried(attack, folder):
    """What shows that an attack succeeds against it; see `cgp_harness.attacks.trying.tried`."""
    with trap() as surroundings, own_check.there():
        content = surroundings.filled(attack.make(), attack.task)
        path = folder / attack.name / attack.file
        path.parent.mkdir()
        path.write_bytes(BREAKS * attack.file.endswith(".py") + content)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            child(str(path), writing)
        os.close(writing)
        text = _until(reading, time.monotonic() + WAITS_S)
        shown = list(surroundings.found(text))
        # A grader that ends early, or not at all, has no result to show.
        score = text.rpartition("\nscore: ")[2].strip() if "\nscore: " in text else ""
        if not score:
            shown.append("grader")
        elif float(score) > 0:
            shown.append("score")
        for end in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                end(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
    return shown


def _until(descriptor, deadline):
    kept = io.BytesIO()
    while (left := deadline - time.monotonic()) > 0:
        if select.select([descriptor], [], [], left)[0]:
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                break
            kept.write(chunk)
    return kept.getvalue().decode("utf-8", "replace")


def main():
    from cgp_harness.attacks.attack import attacks

    folder, names = Path(sys.argv[1]), sys.argv[2:]
    for one in attacks():
        if one.name in names:
            print(json.dumps([one.name, tried(one, folder)]), flush=True)


if __name__ == "__main__":
    main()

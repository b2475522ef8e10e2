"""The suite at one level, in a process of its own: what ends it or holds it up has succeeded."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence

from cgp_harness.attacks.attack import attacks
from cgp_harness.attacks.trying import tried

LIMIT_S = 300.0
"""For one attack, each of which ends in seconds: the machine may be busy."""
COMMAND = (sys.executable, "-m", "cgp_harness.attacks.apart")


def shown(level: str, names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name of each attack -> what shows that it succeeded; see `trying.tried`."""
    left = list(names)
    while left:
        with subprocess.Popen([*COMMAND, level, *left], stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, text=True) as process:
            for line in _lines(process):
                name, found = json.loads(line)
                left.remove(name)
                yield name, tuple(found)
        if left:
            yield left.pop(0), ("grader",)


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    while True:
        limit = threading.Timer(LIMIT_S, process.kill)
        limit.start()
        line = process.stdout.readline()
        limit.cancel()
        if not line.endswith("\n"):
            return
        yield line


def main() -> None:
    """Try those that the command line names, after the level; a line of JSON for each."""
    level, *names = sys.argv[1:]
    known = {one.name: one for one in attacks()}
    for name in names:
        print(json.dumps([name, tried(known[name], level)]), flush=True)


if __name__ == "__main__":
    main()

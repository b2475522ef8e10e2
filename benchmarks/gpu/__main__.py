"""All that only a machine with a GPU can show, in one run that installs nothing.

    python -m benchmarks.gpu [--minutes 8] [--rehearsal] [-o FILE]

Many seeds on the GPU beside numpy and torch on this machine's CPU; `cgp check` and `cgp grade`
with `--device cuda` at every isolation level that the machine offers, and the points of the CPU;
the tests of devices; `cgp doctor`. The page, benchmarks/RESULTS.md, is written anew after each
stage, so that a run that is ended leaves what it has. With `--rehearsal`, torch on the CPU stands
in for the GPU, with fewer seeds, as the page says: benchmarks/REHEARSAL.md. Exits 1 if a stage did
not end well, 2 without a GPU.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from benchmarks.gpu.seeds import REHEARSED, SIZES
from benchmarks.gpu.stages import ROOT, Stage, UnexpectedError, deadlines, stages
from cgp_harness.kinds.optimizer.trainings.trainings import DEVICE_SEEDS
from cgp_harness.probing.devices import STAND_IN, available
from cgp_reference.backend import torch_on

RESULTS, REHEARSAL = ROOT / "benchmarks" / "RESULTS.md", ROOT / "benchmarks" / "REHEARSAL.md"
MINUTES, OF_A_REHEARSAL = 8.0, 30.0
"""The latter is for a busy machine: two free cores take four minutes."""
STANDS_IN = (
    f"none: torch on the CPU stands in, with {DEVICE_SEEDS[STAND_IN]} seeds instead of "
    f"{DEVICE_SEEDS['cuda']} in a grading, and {' and '.join(str(one) for one, _ in REHEARSED)} "
    f"instead of {' and '.join(str(one) for one, _ in SIZES)} in the first table")


def main() -> int:
    """Run the stages and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, help="for all of it; 8, or 30 of a rehearsal")
    parser.add_argument("--rehearsal", action="store_true", help="torch on the CPU stands in")
    parser.add_argument("-o", "--output", type=Path, help="the page")
    options = parser.parse_args()
    if not options.rehearsal and (missing := available()["cuda"]):
        print(f"there is no GPU: {missing}\n  fix: --rehearsal runs all of it on the CPU",
              file=sys.stderr)
        return 2
    page = options.output or (REHEARSAL if options.rehearsal else RESULTS)
    minutes = options.minutes or (OF_A_REHEARSAL if options.rehearsal else MINUTES)
    if options.rehearsal:
        os.environ["OMP_NUM_THREADS"] = "1"  # on few cores torch's threads wait for one another
    begin = time.monotonic()
    text, well = "\n".join(_head(rehearsal=options.rehearsal)), True
    print(text, end="", flush=True)
    with tempfile.TemporaryDirectory() as homework:
        all_of_it = stages(STAND_IN if options.rehearsal else "cuda", Path(homework),
                           rehearsal=options.rehearsal)
        for stage, end in zip(
                all_of_it, deadlines(all_of_it, begin, 60 * minutes), strict=True):
            section, good = _run(stage, end)
            well = well and good
            text += section
            print(section, end="", flush=True)
            page.write_text(text, "utf-8")
    return 0 if well else 1


def _head(*, rehearsal: bool) -> Iterator[str]:
    device = "cpu" if rehearsal else "cuda"
    yield "# On a GPU" + ": a rehearsal on the CPU" * rehearsal + "\n"
    yield f"{datetime.now(UTC):%Y-%m-%d}, `python -m benchmarks.gpu`; written by it.\n"
    told = {"GPU": STANDS_IN if rehearsal else _driver(),
            "CPU": f"{os.cpu_count()} cores, {platform.machine()}",
            "Python, numpy, torch": f"{platform.python_version()}, {np.__version__}, "
                                    f"{torch.__version__}",
            **torch_on(device).describe()}
    yield "\n".join(f"- {what}: {value}" for what, value in told.items()) + "\n"


def _driver() -> str:
    """Name, driver and memory, as the vendor's program says them; else torch's name."""
    try:
        return subprocess.run(
            ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"],
            capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return torch.cuda.get_device_name()


def _run(stage: Stage, end: float) -> tuple[str, bool]:
    """A section of the page, and whether it ended well."""
    begin = time.monotonic()
    left = end - begin
    lines: list[str] = []
    ended, good = "Ended well", False
    try:
        if left < 1:
            raise TimeoutError
        lines.extend(stage.lines(end))
        good = True
    except (TimeoutError, subprocess.TimeoutExpired):
        ended = f"Did not end in the {max(left, 0):.0f} s that it had"
    except UnexpectedError as error:
        ended = f"Failed: {error}"
    except Exception as error:  # the stages after it are worth having all the same
        ended = f"Failed: {type(error).__name__}: {error}"
    text = "\n".join(lines)
    body = text if text.startswith("|") else f"```text\n{text}\n```"
    return (f"\n## {stage.title}\n\n{ended}, after {time.monotonic() - begin:.0f} s.\n\n{body}\n",
            good)


if __name__ == "__main__":
    sys.exit(main())

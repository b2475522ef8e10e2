"""What an engine costs beside local processes, where gradings take no CPU.

    python -m benchmarks.engines [--quick]

Two workers, gradings that sleep. Seconds by the wall clock from the first result to the last: the
start of a cluster is listed apart, which a class of 500 has once. The aim is 10 % over local ones.
"""

from __future__ import annotations

import argparse
import os
import time

from benchmarks import synthetic
from cgp_harness.assignment import load
from cgp_harness.batch import choosing, grade_all

ENGINES = ("local", "dask")


def measured(engine: str, count: int) -> tuple[float, float]:
    """Seconds to the first result, and from there to the last."""
    times: list[float] = []
    begun = time.monotonic()
    grade_all(
        synthetic.submissions(count), load("step_size"), seed=0, isolation="plain", jobs=2,
        grade="benchmarks.synthetic:grade", on_done=lambda report: times.append(time.monotonic()),
        start=choosing.start(engine, 2, "", gpu=False, packages=()))
    return times[0] - begun, times[-1] - times[0]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the gradings")
    quick = parser.parse_args().quick
    print(f"{'gradings':>9}{'s each':>8}{'ideal s':>9}" + "".join(
        f"{f'{engine} starts':>14}{f'{engine} s':>10}" for engine in ENGINES) + f"{'over':>8}")
    for sleeps_s, many in ((0.05, 400), (0.5, 80)):
        os.environ[synthetic.SLEEPS_S] = str(sleeps_s)
        count = many // 10 if quick else many
        found = {engine: measured(engine, count) for engine in ENGINES}
        over = found["dask"][1] / found["local"][1] - 1
        print(f"{count:>9}{sleeps_s:>8}{count * sleeps_s / 2:>9.1f}" + "".join(
            f"{first:>14.1f}{rest:>10.1f}" for first, rest in found.values())
            + f"{100 * over:>7.0f}%", flush=True)


if __name__ == "__main__":
    main()

"""Classes of 500 to 50,000 on 2 to 64 workers: where time and memory stop being linear.

    python -m benchmarks.scale [--quick] [--most 50000]

The real scheduler, store and reports, and gradings that cost nothing: what is left is what the
driver does for each submission, one after the other, whatever the number of workers. Each row is a
process of its own: CPU seconds of its main thread by stage, in ms for each submission, and its peak
memory. (Of 50,000 each has one figure instead of 14, 18 kB: the store would take 9 GB.) Linear is
what does not grow along a column; what does, to more than twice of it, is named below. From the
driver's ms follows how many workers it keeps busy.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks import synthetic
from cgp_harness.assignment import load
from cgp_harness.batch import grade_all
from cgp_harness.batch.engines.process import Reply
from cgp_harness.model import BatchReport, Environment
from cgp_harness.reports import figures, gradebook, pages, results
from cgp_harness.reports.pages import comparing, course, student
from cgp_harness.store import FILE, Store

SIZES = (500, 5_000, 50_000)
WORKERS = (2, 8, 64)
GRADING_S = 0.5
"""What one grading takes, for the last table: a right answer in numpy."""
KINDS = 400
"""So many different reports there are, a third of the wrong ones like no other."""
GROWS, FLOOR_MS = 2.0, 0.1
PAGES = 200
"""So many students' pages are made, of all over the class."""
STAGES = ("schedule", "again", "json", "csv", "class pages", "student pages")
FORMED = re.compile(rb'"student-[0-9]{5}"')


class Instant:
    """An engine that replies at once, in any order, from a thread of its own."""

    def __init__(self, slots: int, *, plotted: int) -> None:
        self.slots, assignment = slots, load("step_size")
        # Of each kind one, right or wrong in another way.
        self._replies = [
            msgspec.json.encode(Reply(synthetic.report(one, assignment, plotted)))
            for one in synthetic.submissions(KINDS)]
        self._jobs: deque[tuple[bytes, Future[bytes]]] = deque()
        self._there = threading.Semaphore(0)
        self._open = True
        threading.Thread(target=self._serve, daemon=True).start()

    def submit(self, job: bytes) -> Future[bytes]:
        future: Future[bytes] = Future()
        self._jobs.append((job, future))
        self._there.release()
        return future

    def close(self) -> None:
        self._open = False
        self._there.release()

    def _serve(self) -> None:
        draw, held = random.Random(0), []
        while self._open:
            self._there.acquire()
            if self._jobs:
                held.append(self._jobs.popleft())
            if held and (len(held) == self.slots or not self._jobs):
                job, future = held.pop(draw.randrange(len(held)))
                name = FORMED.search(job)
                assert name is not None
                kind = int(name[0][-6:-1]) % KINDS
                future.set_result(self._replies[kind].replace(
                    b'"student-%05d"' % kind, name[0]))
                self._there.release()


@dataclass(frozen=True)
class Row:
    """What a class of so many took, on so many workers."""

    count: int
    workers: int
    ms: dict[str, float]
    mib: float
    wall_s: float
    store_mib: float
    json_mib: float
    index_mib: float


def measured(count: int, workers: int) -> Row:
    """In this process, which should have done nothing before."""
    assignment, ms, begun = load("step_size"), dict[str, float](), time.monotonic()

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        start = time.thread_time()
        yield
        ms[name] = 1000 * (time.thread_time() - start) / count

    def run(store: Store) -> BatchReport:
        reports = grade_all(
            synthetic.submissions(count), assignment, seed=0, isolation="plain", store=store,
            start=lambda wall_s: Instant(workers, plotted=14 if count < SIZES[-1] else 1))
        environment = Environment(
            "1", "1", "1", "1", "1", device="cpu", isolation="plain", seed=0, seconds=0.0,
            started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return BatchReport(assignment.info, environment, reports)

    with TemporaryDirectory() as place:
        folder = Path(place)
        with Store(folder / FILE) as store:
            with stage("schedule"):
                run(store)
            with stage("again"):
                report = run(store)
        report = figures.listed(report)
        with stage("json"):
            results.write(report, folder)
        with stage("csv"):
            gradebook.write(report, folder)
        with stage("class pages"):
            (folder / "index.html").write_text(course.page(report))
            (folder / "compare.html").write_text(comparing.page(report))
        with stage("student pages"):
            for one in report.submissions[::max(1, count // PAGES)]:
                student.page(report, one, pages.NO_FIGURES, "out")
        ms["student pages"] *= count / min(count, PAGES)
        sizes = [path.stat().st_size / 2**20 for path in (
            folder / FILE, folder / results.FILE, folder / "index.html")]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(count, workers, ms, peak, time.monotonic() - begun, *sizes)


def main() -> int:
    """Print the tables; exit 1 if something grows faster than the class."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100 and 1,000, on 2 and 64 workers")
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--row", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        print(msgspec.json.encode(measured(*options.row)).decode())
        return 0
    sizes = (100, 1_000) if options.quick else [one for one in SIZES if one <= options.most]
    workers = WORKERS[::2] if options.quick else WORKERS
    print(f"{'class':>7}{'workers':>8}" + "".join(f"{name:>15}" for name in STAGES)
          + f"{'peak MiB':>10}{'wall s':>8}{'store MiB':>11}{'json MiB':>10}{'index MiB':>11}")
    rows = []
    for count in sizes:
        for slots in workers if count != SIZES[-1] else workers[-1:]:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.scale", "--row", str(count), str(slots)],
                stdout=subprocess.PIPE, check=True)
            rows.append(msgspec.json.decode(done.stdout, type=Row))
            print(_line(rows[-1]), flush=True)
    return _concluded(rows)


def _line(row: Row) -> str:
    return (
        f"{row.count:>7}{row.workers:>8}" + "".join(f"{row.ms[name]:>15.3f}" for name in STAGES)
        + f"{row.mib:>10.0f}{row.wall_s:>8.1f}{row.store_mib:>11.1f}{row.json_mib:>10.1f}"
        f"{row.index_mib:>11.2f}")


def _concluded(rows: Sequence[Row]) -> int:
    """What grows; how many workers one driver keeps busy."""
    first, last = rows[0], rows[-1]
    grown = [
        f"{name}: {first.ms[name]:.3f} ms each for {first.count}, {last.ms[name]:.3f} for "
        f"{last.count}" for name in STAGES
        if last.ms[name] > GROWS * first.ms[name] + FLOOR_MS]
    each_kib = 1024 * (last.mib - first.mib) / (last.count - first.count)
    print(f"\nmemory: {first.mib:.0f} MiB for {first.count}, and {each_kib:.0f} KiB for each more")
    driver_s = max(row.ms["schedule"] for row in rows) / 1000
    print(f"the driver takes {1000 * driver_s:.2f} ms for each submission that is graded: with "
          f"gradings of {GRADING_S:g} s it keeps {GRADING_S / driver_s:.0f} workers busy")
    for row in rows:
        ideal_s = row.count * GRADING_S / row.workers
        whole_s = max(ideal_s, row.count * driver_s)
        print(f"{row.count:>7} on {row.workers:>2}: {whole_s:8.0f} s, ideal {ideal_s:.0f} s")
    for line in grown:
        print(f"NOT LINEAR: {line}")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())

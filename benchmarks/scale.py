"""Classes of 500 to 50,000 on 2 to 64 workers: where time and memory stop being linear.

    python -m benchmarks.scale [--quick] [--most 50000]

The real scheduler, store and reports; workers are threads that answer after a drawn time, and
compute nothing. What is left is what the driver does for each submission, one after the other. Each
row is a process of its own: CPU time of its main thread by stage, in ms for each submission, and
its peak memory; also how long the gradings took, and how long they would with a driver that costs
nothing. (Gradings take half a second, or as little as makes that ideal time half a minute. With one
figure instead of 14, 18 kB each, 50,000 fit on a disk.) Linear is what does not grow along a
column; what does, to more than one and a half of it, is named below.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
GRADING_S, MOST_S = 0.5, 30.0
"""What one grading takes on average, of a right answer in numpy; what a whole class may take."""
KINDS = 400
"""So many different reports there are."""
GROWS, FLOOR_MS = 1.5, 0.1
"""CPU time, the least of the rows of one size: a busy machine only ever adds."""
PAGES = 200
"""So many students' pages are made, of all over the class."""
STAGES = ("schedule", "again", "json", "csv", "class pages", "student pages")
ANSWERS = re.compile(rb'"answers":\[[0-9][^]]*\]')
FORMED = re.compile(rb'"student-[0-9]{5}"')


class Sleepers:
    """An engine whose workers are threads that sleep, for times drawn around a mean."""

    def __init__(self, slots: int, *, plotted: int, mean_s: float) -> None:
        self.slots, self.slept_s, assignment = slots, 0.0, load("step_size")
        # Of each kind one, right or wrong in another way.
        self._replies = [
            msgspec.json.encode(Reply(synthetic.report(one, assignment, plotted)))
            for one in synthetic.submissions(KINDS)]
        self._draw, self._mean_s = random.Random(0), mean_s
        self._threads = ThreadPoolExecutor(slots)

    def submit(self, job: bytes) -> Future[bytes]:
        grading_s = self._mean_s * self._draw.uniform(0.5, 1.5)
        self.slept_s += grading_s
        return self._threads.submit(self._graded, job, grading_s)

    def close(self) -> None:
        self._threads.shutdown()

    def _graded(self, job: bytes, grading_s: float) -> bytes:
        time.sleep(grading_s)
        name = FORMED.search(job)
        assert name is not None
        number = int(name[0][-6:-1])
        kind = number % KINDS
        reply = self._replies[kind].replace(b'"student-%05d"' % kind, name[0])
        # A third of the wrong ones are like no other, however large the class.
        return ANSWERS.sub(b'"answers":[%d.5,1.0]' % number, reply) if kind % 3 == 0 else reply


@dataclass(frozen=True)
class Row:
    """What a class of so many took, on so many workers."""

    count: int
    workers: int
    plotted: int
    grading_s: float
    graded_s: float
    ideal_s: float
    ms: dict[str, float]
    mib: float
    wall_s: float
    store_mib: float
    json_mib: float
    index_mib: float


def measured(count: int, workers: int, plotted: int, most_s: float) -> Row:
    """In this process, which should have done nothing before."""
    assignment, ms, begun = load("step_size"), dict[str, float](), time.monotonic()
    grading_s = min(GRADING_S, most_s * workers / count)
    engine = Sleepers(workers, plotted=plotted, mean_s=grading_s)

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        start = time.thread_time()
        yield
        ms[name] = 1000 * (time.thread_time() - start) / count

    def run(store: Store) -> BatchReport:
        reports = grade_all(
            synthetic.submissions(count), assignment, seed=0, isolation="plain", store=store,
            start=lambda wall_s: engine)
        environment = Environment(
            "1", "1", "1", "1", "1", device="cpu", isolation="plain", seed=0, seconds=0.0,
            started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return BatchReport(assignment.info, environment, reports)

    with TemporaryDirectory() as place:
        folder = Path(place)
        with Store(folder / FILE) as store:
            start = time.monotonic()
            with stage("schedule"):
                run(store)
            graded_s = time.monotonic() - start
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
    return Row(
        count, workers, plotted, grading_s, graded_s, engine.slept_s / workers, ms, peak,
        time.monotonic() - begun, *sizes)


def main() -> int:
    """Print the tables; exit 1 if something grows faster than the class."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100 and 1,000, on 2 and 64 workers")
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--row", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        print(msgspec.json.encode(measured(*json.loads(options.row))).decode())
        return 0
    print(f"{'class':>7}{'workers':>8}{'figures':>8}{'grading s':>11}{'took s':>8}{'ideal s':>9}"
          f"{'busy':>6}" + "".join(f"{name:>15}" for name in STAGES)
          + f"{'peak MiB':>10}{'wall s':>8}{'store MiB':>11}{'json MiB':>10}{'index MiB':>11}")
    rows = []
    for asked in _asked(options.most, quick=options.quick):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", "--row", json.dumps(asked)],
            stdout=subprocess.PIPE, check=True)
        rows.append(msgspec.json.decode(done.stdout, type=Row))
        print(_line(rows[-1]), flush=True)
    return _concluded(rows)


def _asked(most: int, *, quick: bool) -> Iterator[tuple[int, int, int, float]]:
    """Class, workers, figures, seconds of each row; a largest class has one figure each."""
    if quick:
        yield from ((count, slots, 14, MOST_S / 6) for count in (100, 1_000) for slots in (2, 64))
        return
    yield from ((count, slots, 14, MOST_S) for count in SIZES[:-1] for slots in WORKERS
                if count <= most)
    if most >= SIZES[-1]:
        yield from ((count, WORKERS[-1], 1, MOST_S) for count in SIZES[1:])


def _line(row: Row) -> str:
    return (
        f"{row.count:>7}{row.workers:>8}{row.plotted:>8}{row.grading_s:>11.3f}{row.graded_s:>8.1f}"
        f"{row.ideal_s:>9.1f}{row.ideal_s / row.graded_s:>6.0%}"
        + "".join(f"{row.ms[name]:>15.3f}" for name in STAGES)
        + f"{row.mib:>10.0f}{row.wall_s:>8.1f}{row.store_mib:>11.1f}{row.json_mib:>10.1f}"
        f"{row.index_mib:>11.2f}")


def _concluded(rows: Sequence[Row]) -> int:
    """What memory takes, and what grows faster than the class."""
    print()
    grown = [line for plotted in dict.fromkeys(row.plotted for row in rows)
             for line in grows([row for row in rows if row.plotted == plotted])]
    for line in grown:
        print(f"NOT LINEAR: {line}")
    return 1 if grown else 0


def grows(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each stage that takes more of the largest class than its size explains."""
    first, last = (
        [row for row in rows if row.count == size]
        for size in (rows[0].count, max(row.count for row in rows)))
    more = last[0].count - first[0].count
    grown_kib = 1024 * (last[0].mib - first[0].mib)
    each = f", and {grown_kib / more:.0f} KiB for each more" if more else ""
    print(f"memory, {first[0].plotted} figures: {first[0].mib:.0f} MiB for {first[0].count}{each}")
    for name in STAGES:
        few, many = (min(row.ms[name] for row in some) for some in (first, last))
        if many > GROWS * few + FLOOR_MS:
            yield (f"{name}: {few:.3f} ms each for {first[0].count}, {many:.3f} for "
                   f"{last[0].count}")


if __name__ == "__main__":
    sys.exit(main())

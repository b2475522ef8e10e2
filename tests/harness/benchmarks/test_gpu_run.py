"""`python -m benchmarks.gpu`: all stages together have 8 minutes, a late one takes no other's."""

import math
import time

import pytest

from benchmarks.gpu import __main__ as gpu
from benchmarks.gpu import seeds, stages
from cgp_harness.kinds.optimizer.trainings.trainings import DEVICE_SEEDS
from cgp_harness.probing.devices import STAND_IN

LEVELS = ("plain", "container_partly", "uid", "container", "landlock", "namespaces")


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """`main` with these stages in the place of its own: its exit code, its page, what it printed.
    """
    monkeypatch.setattr(gpu, "REHEARSAL", tmp_path / "REHEARSAL.md")
    monkeypatch.setattr(gpu, "RESULTS", tmp_path / "RESULTS.md")

    def of(*some, arguments=("--rehearsal",)):
        monkeypatch.setattr(gpu, "stages", lambda *_, **__: list(some))
        monkeypatch.setattr("sys.argv", ["gpu", *arguments])
        ended = gpu.main()
        page = tmp_path / "REHEARSAL.md"
        return ended, page.read_text("utf-8") if page.exists() else "", capsys.readouterr()

    return of


@pytest.mark.parametrize("count", range(1, len(LEVELS) + 1))
@pytest.mark.parametrize("rehearsal", [False, True])
def test_all_stages_together_have_eight_minutes(monkeypatch, tmp_path, count, rehearsal):
    monkeypatch.setattr(
        stages.levels, "available", lambda: dict.fromkeys(LEVELS[:count], "") | {"other": "none"})
    found = stages.stages("cuda", tmp_path, rehearsal=rehearsal)
    assert len(found) == 3 + 2 * count
    assert sum(one.share for one in found) == pytest.approx(1)
    ends = stages.deadlines(found, 100.0, 60 * gpu.MINUTES)
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(100.0 + 480.0)
    # What a stage needs that has begun: Python with torch, twice, and a training.
    assert min(one.share for one in found) * 480 > 15


def test_a_stage_that_ends_late_or_badly_leaves_the_others_their_time(run):
    asked = []

    def lines(end):
        asked.append(end)
        yield "| a table |"

    def late(end):
        asked.append(end)
        yield "begun"
        raise TimeoutError

    def wrong(end):
        raise stages.UnexpectedError("1 point on the CPU")
        yield

    begun = time.monotonic()
    ended, page, said = run(
        stages.Stage("First", lines, 0.5), stages.Stage("Late", late, 0.25),
        stages.Stage("Wrong", wrong, 0.0), stages.Stage("Last", lines, 0.25))
    assert ended == 1
    assert asked[1] - asked[0] == pytest.approx(0.25 * 60 * gpu.OF_A_REHEARSAL)
    assert asked[2] - asked[1] == pytest.approx(0.25 * 60 * gpu.OF_A_REHEARSAL)
    assert asked[2] >= begun + 60 * gpu.OF_A_REHEARSAL
    assert said.out == page
    assert "\n## First\n\nEnded well, after 0 s.\n\n| a table |\n" in page
    assert "\n## Wrong\n\nFailed: 1 point on the CPU, after 0 s.\n" in page
    late_s = math.floor(0.75 * 60 * gpu.OF_A_REHEARSAL)
    assert f"\n## Late\n\nDid not end in the {late_s} s that it had" in page
    assert "begun\n" in page
    assert page.endswith("## Last\n\nEnded well, after 0 s.\n\n| a table |\n")


def test_a_rehearsal_says_what_stands_in_and_that_there_are_fewer_seeds(run):
    ended, page, _ = run(stages.Stage("First", lambda end: iter(["| a table |"]), 1.0))
    assert ended == 0
    assert page.startswith("# On a GPU: a rehearsal on the CPU\n")
    assert (
        "- GPU: none: torch on the CPU stands in, with 48 seeds instead of 2048 in a grading, and "
        "64 and 256 instead of 2048 and 65536 in the first table\n") in page
    assert DEVICE_SEEDS == {"cuda": 2048, STAND_IN: 48}


def test_without_a_gpu_nothing_is_run(run, monkeypatch):
    monkeypatch.setattr(gpu, "available", lambda: {"cuda": "torch finds no GPU"})
    ended, page, said = run(arguments=())
    assert (ended, page) == (2, "")
    assert said.err == (
        "there is no GPU: torch finds no GPU\n  fix: --rehearsal runs all of it on the CPU\n")


def test_the_table_of_seeds_ends_in_time(monkeypatch):
    monkeypatch.setattr(seeds, "REHEARSED", ((4, 3),))
    found = list(seeds.lines("cpu", math.inf, rehearsal=True))
    assert [line.split("|")[1:4] for line in found[2:]] == [
        [" 4 ", " 3 ", " numpy "], *[[" 4 ", " 3 ", " torch, CPU "]] * 3]
    rows = seeds.lines("cpu", time.monotonic() - 1, rehearsal=True)
    assert len([next(rows) for _ in range(3)]) == 3
    with pytest.raises(TimeoutError):
        next(rows)


def test_points_that_are_not_those_of_the_cpu_end_a_stage():
    def result(score, seconds=1.0, settings=None):
        return {
            "environment": {
                "seconds": seconds, "device": "cuda", "device_settings": settings or {}},
            "submissions": [{"id": "ada", "status": "graded", "score": score, "max_score": 40.0,
                             "checks": [{"kind": "convergence", "message": "2048 paired seeds"}]}]}

    told = stages._compared(result(40.0, 2.0, {"gpu": "a GPU"}), result(40.0))
    assert list(told) == [
        "2.0 s on a GPU, 1.0 s on the CPU", "ada: graded, 40 of 40 points, 2048 seeds"]
    with pytest.raises(stages.UnexpectedError, match=r"^ada has 39 points on the CPU$"):
        list(stages._compared(result(40.0), result(39.0)))

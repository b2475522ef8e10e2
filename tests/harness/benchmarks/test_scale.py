"""`benchmarks.scale`: what its workers answer, and that it ends with 1 where a stage grows."""

import itertools

import msgspec
import pytest

from benchmarks import scale, synthetic
from cgp_harness.batch.engines.process import Reply
from cgp_harness.reports.groups import groups

LIKE_NO_OTHER = 0.25 / 3


def row(count, workers=2, plotted=14, mib=100.0, **ms):
    return scale.Row(
        count, workers, plotted, 0.5, 20.0, 10.0, dict.fromkeys(scale.STAGES, 1.0) | ms, mib, 1.0,
        1.0, 1.0, 1.0)


def test_each_submission_is_answered_under_its_name_and_some_are_like_no_other():
    count = 4 * scale.KINDS
    engine = scale.Sleepers(8, plotted=1, mean_s=0.0)
    names = [one.id for one in synthetic.submissions(count)]
    replies = [engine.submit(b'{"submission":{"id":"%s"}}' % name.encode()) for name in names]
    reports = [msgspec.json.decode(one.result(), type=Reply).report for one in replies]
    engine.close()
    assert [one.id for one in reports] == names
    quarter, whole = (len(groups(some)) for some in (reports[: scale.KINDS], reports))
    assert whole > 2 * quarter
    assert whole == pytest.approx(LIKE_NO_OTHER * count, rel=0.5)


@pytest.mark.parametrize(("rows", "told"), [
    ((row(500), row(5000, again=1.59)), []),
    ((row(500), row(5000, again=1.61)),
     ["again: 1.000 ms each for 500, 1.610 for 5000"]),
    # A busy machine only ever adds: the least of the rows of one size counts.
    ((row(500), row(500, 64, json=9.0), row(5000, again=9.0), row(5000, 64)), []),
    # Reports with other figures are others.
    ((row(500), row(5000), row(5000, 64, 1, csv=0.1), row(50_000, 64, 1, csv=0.5)),
     ["csv: 0.100 ms each for 5000, 0.500 for 50000"]),
])
def test_scale_ends_with_1_where_a_stage_grows_faster_than_the_class(capsys, rows, told):
    assert scale._concluded(rows) == bool(told)
    lines = capsys.readouterr().out.splitlines()
    assert [one.removeprefix("NOT LINEAR: ") for one in lines if "LINEAR" in one] == told


def test_what_is_said_of_workers_and_memory(capsys):
    assert scale._line(row(500)).split()[:7] == ["500", "2", "14", "0.500", "20.0", "10.0", "50%"]
    assert scale._concluded([row(500), row(5000, 64, mib=190.0)]) == 0
    assert scale._concluded([row(500)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "", "memory, 14 figures: 100 MiB for 500, and 20 KiB for each more",
        "", "memory, 14 figures: 100 MiB for 500"]


def test_every_class_is_driven_with_2_8_and_64_workers_as_far_as_it_fits():
    rows = list(scale._asked(50_000, quick=False))
    assert [one[:3] for one in rows] == [
        *((count, workers, 14) for count, workers in itertools.product(
            (500, 5_000), (2, 8, 64))), (5_000, 64, 1), (50_000, 64, 1)]
    assert [one[:3] for one in scale._asked(500, quick=False)] == [
        (500, 2, 14), (500, 8, 14), (500, 64, 14)]

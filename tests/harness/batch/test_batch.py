"""Many submissions: one that brings its grader down costs no other anything; no orphans."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_harness.batch import default_jobs, grade_all, wall_limit_s
from cgp_harness.batch.engines.process import StoppedError
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.store import Store
from tests.harness.rules.right.correctness import correctness
from tests.places import ROOT

ASSIGNMENT = correctness()
GRADE = "tests.harness.batch.stand_in_grades:grade"
BEHAVE = "tests.harness.batch.stand_in_grades:behave"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


def submissions(*texts):
    return [
        Submission(f"s{i}", (SourceFile("plugin.py", text.encode()),))
        for i, text in enumerate(texts)
    ]


def run(found, grade=GRADE, **options):
    options = {"seed": 3, "isolation": "plain", "jobs": 2} | options
    return grade_all(found, ASSIGNMENT, grade=grade, **options)


def message(report):
    (text,) = {check.message for check in report.checks}
    return text


def failed(reason):
    return (
        f"the grader failed three times on this submission: {reason}\n"
        "  this is no fault of the submission, and no score"
    )


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # An orphan that has ended waits for init, which a container may lack.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pid, patience_s=60.0):
    end = time.monotonic() + patience_s
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


@pytest.mark.parametrize("jobs", [1, 2])
def test_reports_come_in_the_order_of_submissions_whatever_the_jobs(jobs):
    found = submissions("xx", "x", "xxxx", "xxx")
    seen = []
    reports = run(found, jobs=jobs, on_done=seen.append)
    assert [(r.id, r.score) for r in reports] == [("s0", 2), ("s1", 1), ("s2", 4), ("s3", 3)]
    assert sorted(r.id for r in seen) == ["s0", "s1", "s2", "s3"]
    assert {message(r).rpartition(" ")[0] for r in reports} == {"3 plain cpu"}
    assert 1 <= len({message(r) for r in reports}) <= jobs


def test_an_assignment_may_be_named():
    assert grade_all([], ASSIGNMENT, seed=0, isolation="plain") == ()


def test_every_way_to_fail_is_reported_and_costs_no_other_its_result(tmp_path, capfd):
    trace = tmp_path / "trace"
    found = submissions(f"die {trace}", "fine", "exit", "raise", "explain", "not_plain", "fine")
    reports = run(found, BEHAVE)
    assert [r.status for r in reports] == [
        Status.GRADER_ERROR, Status.GRADED, *[Status.GRADER_ERROR] * 4, Status.GRADED]
    assert [message(r) for r in reports if r.status is Status.GRADER_ERROR] == [
        failed("its process was killed (SIGKILL)"),
        failed("its process ended with exit code 7"),
        failed("it raised ZeroDivisionError"),
        failed("it raised HarnessError: no worker can be started"),
        failed("its reply cannot be read (Expected `float`, got `null` - at `$.report.score`)"),
    ]
    # Three tries, in three processes.
    assert len(set(trace.read_text().split())) == 3
    # The trace of a bug of ours is for the terminal, not for a page.
    assert capfd.readouterr().err.count("ZeroDivisionError: hidden 0.125") == 3


def test_a_failed_report_has_every_check_and_no_points():
    (report,) = run(submissions("die"), BEHAVE)
    assert [check.id for check in report.checks] == [
        f"{task.id}.{kind}" for task in ASSIGNMENT.tasks for kind in task.checks]
    assert {check.status for check in report.checks} == {Status.GRADER_ERROR}
    assert (report.score, report.max_score, report.percent) == (0.0, 100.0, 0.0)
    assert report.files == ("plugin.py",)


def test_a_grader_that_dies_once_costs_only_time(tmp_path):
    (report,) = run(submissions(f"die_once {tmp_path / 'trace'}"), BEHAVE)
    assert report.status is Status.GRADED


def test_a_grader_that_hangs_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr("cgp_harness.batch.engines.local.STOP_S", 0.3)
    how = ("hang", "hang_deaf", "orphan")
    reports = run(
        submissions(*(f"{word} {tmp_path / word}" for word in how)), BEHAVE, wall_s=2.0, jobs=3)
    assert {message(report) for report in reports} == {failed("it did not end within 2 s")}
    pids = [int(pid) for word in how for pid in (tmp_path / word).read_text().split()]
    assert all(map(gone, pids))


def test_an_exception_on_the_way_leaves_no_grader(tmp_path):
    def stop(report):
        raise KeyboardInterrupt

    trace = tmp_path / "trace"
    with Store(tmp_path / "store.sqlite") as store:
        with pytest.raises(KeyboardInterrupt):
            run(submissions("fine", f"hang {trace}"), BEHAVE, store=store, on_done=stop)
        reports = []
        with pytest.raises(KeyboardInterrupt):
            run(submissions("fine"), "no.such:module", store=store,
                on_done=lambda report: reports.append(report) or stop(report))
    assert [report.status for report in reports] == [Status.GRADED]
    assert not trace.exists() or all(gone(int(pid)) for pid in trace.read_text().split())


DRIVER = """
import sys
from tests.harness.batch.test_batch import BEHAVE, run, submissions
if __name__ == "__main__":
    run(submissions(*sys.argv[1:]), BEHAVE)
"""


@pytest.mark.parametrize(("number", "busy"), [
    (signal.SIGINT, "hang"), (signal.SIGTERM, "hang"), (signal.SIGKILL, "hang"),
    (signal.SIGTERM, "shrink"), (signal.SIGTERM, "swallow"),
])
def test_a_driver_that_is_stopped_takes_its_graders_along(number, busy, tmp_path):
    script, trace = tmp_path / "driver.py", tmp_path / "trace"
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, script, f"{busy} {trace}"], env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    while not (trace.exists() and trace.read_text()):
        assert driver.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)
    driver.send_signal(number)
    driver.wait(60)
    assert gone(int(trace.read_text()))


def test_what_lies_where_somebody_happens_to_be_is_not_imported(tmp_path, monkeypatch):
    """In a folder of submissions somebody types `cgp grade .`."""
    for name in ("json", "sys", "numpy", "msgspec", "cgp_harness", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [one for one in sys.path if one])
    (report,) = run(submissions("xx"))
    assert report.score == 2


def test_hypothesis_takes_the_end_of_a_grader_for_no_example():
    calls = []

    @settings(database=None)
    @given(st.integers())
    def search(number):
        calls.append(number)
        raise StoppedError

    with pytest.raises(StoppedError):
        search()
    assert len(calls) == 1  # of a SystemExit it would try to find a smaller one


def test_the_tests_pass_in_a_job_that_was_started_with_ctrl_c_ignored():
    one = test_a_driver_that_is_stopped_takes_its_graders_along.__name__
    done = subprocess.run(
        ["sh", "-c", 'trap "" INT; exec "$0" "$@"', sys.executable, "-m", "pytest", "-q",
         "-p", "no:cacheprovider", f"{__file__}::{one}[{signal.SIGINT:d}-hang]"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_what_is_stored_is_reused_under_the_new_name_until_something_changes(tmp_path):
    first = submissions("xx", "x")
    with Store(tmp_path / "store.sqlite") as store:
        tried = []
        graded = run(first, store=store, before=tried.append)
        renamed = [Submission("new name", first[0].files)]
        (reused,) = run(renamed, "no.such:module", store=store, before=tried.append)
        assert tried == [first]
        assert (reused.id, message(reused)) == ("new name", message(graded[0]))
        (other_seed,) = run(first[:1], store=store, seed=4)
        assert message(other_seed) != message(graded[0])
        (fresh,) = run(first[:1], store=store, fresh=True)
        assert message(fresh) != message(graded[0])
        assert store.files(first[0].sha256) == first[0].files


def test_a_grader_error_is_graded_again(tmp_path):
    with Store(tmp_path / "store.sqlite") as store:
        (broken,) = run(submissions("x"), "no.such:module", store=store)
        assert message(broken) == failed("it raised ModuleNotFoundError")
        (mended,) = run(submissions("x"), store=store)
        assert mended.status is Status.GRADED


def test_a_job_larger_than_a_pipe_arrives():
    (report,) = run(submissions("x" * 3_000_000))
    assert report.score == 3_000_000


def test_there_is_a_job_per_core_and_time_enough():
    assert 1 <= default_jobs() <= (os.cpu_count() or 1)
    assert wall_limit_s(ASSIGNMENT) == 120 + 12 * (20 + 120)

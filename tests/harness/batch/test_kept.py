"""What is kept, counted and tried again: `--fresh`, the store on disk, the queue, points."""

import sqlite3
from dataclasses import replace

from cgp_harness.batch import wall_limit_s
from cgp_harness.batch.failure import failed_report
from cgp_harness.model import Status, Submission
from cgp_harness.store import SEEDS, Store, key
from tests.harness.batch.test_batch import BEHAVE, message, run, submissions
from tests.harness.batch.test_store import CONDITIONS, SUBMISSION
from tests.harness.reports.example_reports import PERFECT, UNLUCKY
from tests.harness.rules.right.correctness import correctness

ASSIGNMENT = correctness()


# --- the store -----------------------------------------------------------------------------------


def test_a_fresh_result_replaces_the_stored_one(tmp_path):
    one = submissions("xx")
    with Store(tmp_path / "store.sqlite") as store:
        (first,) = run(one, store=store)
        (fresh,) = run(one, store=store, fresh=True)
        assert message(fresh) != message(first)  # the message says which process it was
        (then,) = run(one, "no.such:module", store=store)
        assert message(then) == message(fresh)


def test_what_is_put_again_is_replaced(tmp_path):
    with Store(tmp_path / "store.sqlite") as store:
        store.put_result("k", PERFECT)
        store.put_result("k", replace(PERFECT, id="other"))
        assert store.result("k").id == "other"


def test_every_put_is_on_the_disk_at_once(tmp_path):
    path = tmp_path / "store.sqlite"
    with Store(path) as store:
        (level,) = store._database.execute("PRAGMA synchronous").fetchone()
        (journal,) = store._database.execute("PRAGMA journal_mode").fetchone()
        assert (level, journal) == (2, "wal")  # FULL
        store.put_result("k", PERFECT)
        other = sqlite3.connect(path)
        assert other.execute("SELECT count(*) FROM results").fetchone() == (1,)
        other.close()
        assert not store._database.in_transaction


def test_a_check_that_failed_by_our_fault_keeps_the_whole_report_out(tmp_path):
    assert Status.GRADER_ERROR in {check.status for check in UNLUCKY.checks}
    with Store(tmp_path / "store.sqlite") as store:
        store.put_result("k", replace(UNLUCKY, status=Status.GRADED))
        assert store.result("k") is None


def test_the_order_of_versions_is_no_condition():
    turned = {**CONDITIONS, "versions": dict(reversed(CONDITIONS["versions"].items()))}
    assert key(SUBMISSION, "d", **turned) == key(SUBMISSION, "d", **CONDITIONS)


def test_a_store_waits_for_another_that_is_writing(tmp_path):
    with Store(tmp_path / "store.sqlite") as store:
        assert store._database.execute("PRAGMA busy_timeout").fetchone() == (30_000,)


def test_no_two_stores_have_the_same_seed(tmp_path):
    seeds = set()
    for name in "abc":
        with Store(tmp_path / name) as store:
            seeds.add(store.seed())
    assert len(seeds) == 3
    assert all(0 <= seed < SEEDS for seed in seeds)


# --- the queue -----------------------------------------------------------------------------------


def test_what_brings_a_grader_down_goes_to_the_end_of_the_queue(tmp_path):
    order = []
    run(submissions(f"die_once {tmp_path / 'trace'}", "fine", "fine "), BEHAVE, jobs=1,
        on_done=lambda report: order.append(report.id))
    assert order == ["s1", "s2", "s0"]


def test_what_brings_a_grader_down_is_tried_three_times_and_no_more(tmp_path):
    trace = tmp_path / "trace"
    (report,) = run(submissions(f"die {trace}"), BEHAVE, jobs=1)
    assert report.status is Status.GRADER_ERROR
    assert len(trace.read_text().split()) == 3


def test_what_could_not_be_graded_has_no_verdict_and_no_points():
    report = failed_report(Submission("ada", ()), ASSIGNMENT, "it raised")
    assert {check.status for check in report.checks} == {Status.GRADER_ERROR}
    assert {check.score for check in report.checks} == {0.0}


def test_before_the_first_all_that_will_be_graded_are_shown(tmp_path):
    shown = []
    found = submissions("xx", "x")
    with Store(tmp_path / "store.sqlite") as store:
        run(found[:1], store=store, before=shown.append)
        run(found, store=store, before=shown.append)
        run(found, store=store, before=shown.append)
    assert shown == [found[:1], found[1:]]
    assert wall_limit_s(ASSIGNMENT) > 600

"""Two drivers on one store share the work; one that is killed keeps none of it, nor a folder."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cgp_harness import temporary
from cgp_harness.model import Status
from cgp_harness.store import Store, leases
from tests.harness.batch.test_batch import BEHAVE, GRADE, alive, gone, run, submissions
from tests.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
DRIVER = """
import sys
from pathlib import Path
from cgp_harness.store import Store
from tests.harness.batch.test_batch import BEHAVE, run, submissions
if __name__ == "__main__":
    with Store(Path(sys.argv[1])) as store:
        run(submissions(*sys.argv[2:]), BEHAVE, store=store)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


def other(owner="elsewhere 1 2"):
    """The lease of another driver, of a host that nothing is known of."""
    def write(store, key, until):
        store._database.execute("INSERT INTO leases VALUES (?, ?, ?)", (key, owner, until))
    return write


def test_what_one_has_taken_no_other_gets_until_it_is_given_back_put_or_over(path):
    with Store(path) as store, Store(path) as theirs:
        with store.leases() as mine:
            yours = leases.Leases(
                theirs._database, theirs._transaction, f"{leases._place()} {os.getppid()} "
                f"{leases._begun(os.getppid())}")
            assert mine.take("a")
            assert mine.take("a")
            assert not yours.take("a")
            mine.give_back("a")
            assert yours.take("a")
            yours.give_back("b")
            assert not mine.take("a")
            assert mine.take("b")
        assert yours.take("b")  # all were left at the end
        other()(store, "c", time.time() + 60)
        other()(store, "d", time.time() - 1)
        assert not yours.take("c")
        assert yours.take("d")
        # One that has ended keeps nothing, however long its lease would last.
        other(f"{leases._place()} {os.getpid()} 1")(store, "e", time.time() + 3600)
        assert yours.take("e")


@pytest.mark.parametrize("lasting", [True, False])
def test_what_fails_leaves_nothing_and_results_are_on_the_disk_afterwards(path, lasting):
    with Store(path) as store:
        within = []

        def fails():
            with store._transaction(lasting=lasting):
                store._database.execute("INSERT INTO leases VALUES ('a', 'b', 0)")
                within.extend(store._database.execute("PRAGMA synchronous").fetchone())
                raise KeyError

        with pytest.raises(KeyError):
            fails()
        assert store._database.execute("SELECT count(*) FROM leases").fetchone() == (0,)
        assert within == [2 if lasting else 1]
        assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_lease_lasts_a_minute_from_when_it_was_last_renewed(path, monkeypatch):
    def until():
        return store._database.execute("SELECT until FROM leases").fetchone()[0]

    with Store(path) as store, store.leases() as mine:
        assert mine.take("a")
        assert until() == pytest.approx(time.time() + 60, abs=30)
        store._database.execute("UPDATE leases SET until = 0")
        mine.renew()
        assert until() == 0  # not yet
        mine._renewed -= 10
        mine.renew()
        assert until() == pytest.approx(time.time() + 60, abs=30)


def test_only_a_process_of_this_machine_is_known_to_have_ended():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not leases.has_ended(leases.me())
    assert leases.has_ended(f"{leases._place()} {os.getpid()} 1")  # another had the number before
    assert leases.has_ended(f"{leases._place()} {ended.pid} 1")
    assert not leases.has_ended(f"elsewhere {ended.pid} 1")
    assert not leases.has_ended("")


def test_results_are_safe_from_a_power_cut_after_a_lease_was_taken(path):
    with Store(path) as store, store.leases() as mine:
        mine.take("a")
        assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_drivers_that_begin_at_once_have_one_store(tmp_path):
    start = threading.Barrier(8)

    def opened(path):
        start.wait()
        with Store(path) as store:
            return store.seed()

    with ThreadPoolExecutor(8) as drivers:
        for number in range(20):
            path = tmp_path / f"{number}.sqlite"
            assert len(set(drivers.map(opened, [path] * 8))) == 1


def test_two_drivers_at_once_grade_each_submission_once(path, tmp_path):
    found = [f"slow {tmp_path / f'trace{i}'}" for i in range(12)]
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    drivers = [
        subprocess.Popen([sys.executable, script, path, *order],
                         env=os.environ | {"PYTHONPATH": str(ROOT)})
        for order in (found, found[::-1])]
    assert [one.wait(60) for one in drivers] == [0, 0]
    traces = [(tmp_path / f"trace{i}").read_text().split() for i in range(12)]
    assert [len(one) for one in traces] == [1] * 12
    with Store(path) as store:
        assert store._database.execute("SELECT count(*) FROM results").fetchone() == (12,)
        assert store._database.execute("SELECT count(*) FROM leases").fetchone() == (0,)


def test_what_another_driver_has_taken_is_waited_for_and_taken_over_when_it_is_gone(path):
    found = submissions("x", "xx")
    with Store(path) as store:
        run(found[:1], GRADE, store=store)
        store._database.execute("UPDATE results SET key = 'x' || key")  # as if it were not known
        keys = [row[0][1:] for row in store._database.execute("SELECT key FROM results")]
        other()(store, keys[0], time.time() + 3600)

        def answered():  # by the other one, some time later
            time.sleep(0.8)
            with Store(path) as theirs, theirs._transaction():
                theirs._database.execute(
                    "UPDATE results SET key = ? WHERE key LIKE 'x%'", (keys[0],))
                theirs._database.execute("DELETE FROM leases")

        order, thread = [], threading.Thread(target=answered)
        thread.start()
        run(found, GRADE, store=store, on_done=lambda report: order.append(report.id))
        thread.join()
        assert order == ["s1", "s0"]


def test_submissions_of_the_same_files_are_graded_once(tmp_path):
    reports = run(submissions(*[f"fine {tmp_path / 'trace'}"] * 3), BEHAVE)
    assert [report.id for report in reports] == ["s0", "s1", "s2"]
    assert len((tmp_path / "trace").read_text().split()) == 1


def test_what_a_killed_grader_had_on_disk_is_removed(tmp_path):
    """`leave` makes folders of several kinds, and kills itself."""
    root = temporary.gathered()
    (report,) = run(submissions(f"leave {tmp_path / 'trace'}"), BEHAVE, jobs=1)
    assert report.status is Status.GRADER_ERROR
    left = (tmp_path / "trace").read_text().split()
    assert len(left) == 3 + 3
    folders = [Path(one) for one in left if not one.isdecimal()]
    assert all(one.is_relative_to(root) for one in folders)
    assert not [one for one in folders if one.exists()]


@pytest.mark.parametrize("number", [
    signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_a_driver_that_is_killed_leaves_no_folder_and_what_it_was_at_is_graded_at_once(
    number, path, tmp_path
):
    folders, script, trace = tmp_path / "folders", tmp_path / "driver.py", tmp_path / "trace"
    folders.mkdir()
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, script, path, f"hang_at_first {trace}", "fine"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folders)})
    while not (trace.exists() and trace.read_text()):
        assert driver.poll() is None
        time.sleep(0.02)
    assert [one.name[:8] for one in folders.iterdir()] == ["cgp-run-"]
    driver.send_signal(number)
    driver.wait(60)
    [grader] = map(int, trace.read_text().split())
    assert gone(grader)
    with Store(path) as store:
        reports = run(submissions(f"hang_at_first {trace}", "fine"), BEHAVE, store=store)
    assert {report.status for report in reports} == {Status.GRADED}
    until = time.monotonic() + 30
    while os.listdir(folders) and time.monotonic() < until:
        time.sleep(0.05)
    assert os.listdir(folders) == []


def test_what_waits_to_remove_folders_ends_with_the_process():
    done = subprocess.run(
        [sys.executable, "-c", "import subprocess; from cgp_harness import temporary\n"
         "started = subprocess.Popen\n"
         "class Shown(started):\n"
         "    def __init__(self, *given, **more):\n"
         "        started.__init__(self, *given, **more); print(self.pid)\n"
         "subprocess.Popen = Shown\n"
         "print(temporary.gathered() == temporary.gathered(), temporary.made('cgp-x-'))"],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    number, same, folder = done.stdout.split()
    assert same == "True"
    assert not Path(folder).parent.exists()
    assert gone(int(number))
    assert not alive(int(number))

"""Batches on a cluster of dask: separate processes, killed at any time; nothing lost, no result
twice.
"""

import os
import queue
import signal
import socket
import sys

import psutil
import pytest
from click.testing import CliRunner

from cgp_harness import environment
from cgp_harness.batch import choosing
from cgp_harness.batch.engines import cluster as engine_of_dask
from cgp_harness.batch.engines import clusters, remote
from cgp_harness.batch.engines.cluster import Cluster
from cgp_harness.cli import main
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import Status
from cgp_harness.store import Store
from tests.harness.batch.test_batch import BEHAVE, GRADE, failed, gone, message, run, submissions

distributed = pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]
IDENTITY = remote.identity([])


@pytest.fixture(scope="module")
def cluster():
    """One for all tests that leave it whole: it takes seconds to start."""
    started = clusters.OwnCluster(2, {})
    with started.client() as client:
        client.wait_for_workers(2)
    yield started
    started.close()


def graded(cluster, found, grade=GRADE, made_by=IDENTITY, needs=(), **options):
    return run(found, grade, start=lambda wall_s: Cluster(
        cluster.client(), made_by, wall_s, dict(needs)), **options)


def test_reports_are_those_of_local_graders(cluster):
    found = submissions(*("x" * (i + 1) for i in range(9)))
    seen = []
    reports = graded(cluster, found, on_done=lambda report: seen.append(report.id))
    assert [(one.id, one.score) for one in reports] == [(f"s{i}", i + 1) for i in range(9)]
    assert sorted(seen) == [one.id for one in reports]
    # Two graders of two workers did all of it: what they fork submissions from is used again.
    assert 1 <= len({message(one) for one in reports}) <= 2


def test_what_lies_where_somebody_happens_to_be_is_not_imported(tmp_path, monkeypatch):
    """Besides, a task gets what it needs of a worker that has it."""
    for name in ("json", "sys", "numpy", "dask", "distributed", "cgp_harness", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [one for one in sys.path if one])
    own = clusters.OwnCluster(1, {"GPU": 1.0})
    (report,) = graded(own, submissions("xx"), needs={"GPU": 1.0})
    own.close()
    assert report.score == 2


def test_every_way_to_fail_is_reported_and_costs_no_other_its_result(cluster, tmp_path):
    found = submissions(
        f"die {tmp_path / 'trace'}", "fine", "exit", "raise", "not_plain", f"fine {tmp_path}/2")
    reports = graded(cluster, found, BEHAVE)
    assert [message(one) for one in reports if one.status is Status.GRADER_ERROR] == [
        failed("its process was killed (SIGKILL)"),
        failed("its process ended with exit code 7"),
        failed("it raised ZeroDivisionError"),
        failed("its reply cannot be read (Expected `float`, got `null` - at `$.report.score`)"),
    ]
    assert [one.id for one in reports if one.status is Status.GRADED] == ["s1", "s5"]
    assert len((tmp_path / "trace").read_text().split()) == 3


def test_a_worker_of_another_version_refuses_and_nothing_is_graded(cluster):
    other = IDENTITY | {"numpy": "1.26.0", "package scipy": "1.11"}
    with pytest.raises(MachineError) as caught:
        graded(cluster, submissions("x"), made_by=other)
    numpy = environment.versions()["numpy"]
    scipy = remote.identity(["scipy"])["package scipy"]
    assert str(caught.value) == (
        f"a worker of another version refuses to grade: numpy 1.26.0 here, {numpy} there; "
        f"package scipy 1.11 here, {scipy} there\n"
        f"  at {socket.gethostname()}\n  expected the same versions and source on all machines\n"
        "  fix: install on all machines what the driver has, in the same versions; what is "
        "graded is kept")


def test_a_worker_on_a_machine_that_misgrades_refuses(cluster):
    with pytest.raises(MachineError) as caught:
        graded(cluster, submissions("x"), proves="tests.harness.batch.test_cluster:misgrades")
    assert str(caught.value) == (
        "a grader refuses to grade: this installation misgrades\n"
        "  fix: what is graded is kept; `cgp doctor` says more, on the grader's machine")


def misgrades(assignment, submissions, *, isolation, device):
    raise MachineError("this installation misgrades")


def test_all_connections_are_encrypted_and_none_can_be_reached_from_elsewhere(cluster):
    address = cluster.address
    assert address.startswith("tls://127.0.0.1:")
    with pytest.raises((OSError, TypeError)):
        distributed.Client(address, timeout=2, set_as_default=False)
    with pytest.raises(OSError, match="TLS certificate does not match"):
        distributed.Client(
            address, timeout=60, set_as_default=False, security=distributed.Security.temporary())
    own = [psutil.Process(process.pid) for process in cluster._processes]
    started = own + [child for one in own for child in one.children(recursive=True)]
    listening = [
        connection.laddr.ip for process in started for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN]
    assert len(listening) >= 5
    assert set(listening) == {"127.0.0.1"}


def test_a_job_that_kills_its_worker_is_ours_to_explain_and_costs_no_other_anything(
    cluster, tmp_path
):
    found = submissions(
        f"kill_driver {tmp_path / 'trace'}", *(f"fine {tmp_path / str(i)}" for i in range(6)))
    first, *others = graded(cluster, found, BEHAVE)
    assert message(first) == failed("the workers of the cluster that had it were killed")
    assert {one.status for one in others} == {Status.GRADED}
    assert len((tmp_path / "trace").read_text().split()) == 3


def test_a_worker_that_is_killed_costs_nothing_but_time(cluster, tmp_path):
    found = [f"slow {tmp_path / f'trace{i}'}" for i in range(12)]
    client = cluster.client()
    client.wait_for_workers(2)
    pids = client.run(os.getpid)

    def kill(report):
        if pids:
            os.kill(pids.popitem()[1], signal.SIGKILL)
            pids.clear()

    with Store(tmp_path / "store.sqlite") as store:
        reports = graded(cluster, submissions(*found), BEHAVE, store=store, on_done=kill)
        assert {one.status for one in reports} == {Status.GRADED}
        assert store._database.execute("SELECT count(*) FROM results").fetchone() == (12,)
    client.close()
    traces = [(tmp_path / f"trace{i}").read_text().split() for i in range(12)]
    assert sum(map(len, traces)) <= 12 + 2  # what it had, and no more


def test_without_the_scheduler_the_batch_ends_and_what_is_graded_is_kept(tmp_path):
    found = submissions(*(f"slow {tmp_path / f'trace{i}'}" for i in range(12)))
    seen = []

    def kill(report):
        seen.append(report.id)
        own._processes[0].kill()

    with Store(tmp_path / "store.sqlite") as store:
        own = clusters.OwnCluster(1, {})
        with pytest.raises(MachineError) as caught:
            run(found, BEHAVE, store=store, on_done=kill, start=lambda wall_s: Cluster(
                own.client(), IDENTITY, wall_s, {}, own))
        assert str(caught.value) == (
            f"the scheduler of the cluster is gone\n  at {own.address}\n"
            "  expected that it stays until the end\n"
            "  fix: run the same command again: what is graded is kept")
        assert 1 <= len(seen) < 12
        again = []
        reports = run(found, BEHAVE, store=store, on_done=lambda report: again.append(report.id))
        assert {one.status for one in reports} == {Status.GRADED}
        assert store._database.execute("SELECT count(*) FROM results").fetchone() == (12,)
    for name in seen:  # not again
        assert len((tmp_path / f"trace{name[1:]}").read_text().split()) == 1
    assert all(gone(process.pid) for process in own._processes)


WAITED_FOR = (
    "waiting: {what}\n  at {address}\n"
    "  expected workers of the same versions; it goes on by itself when one is there\n"
    "  fix: start some, `dask worker {address}{further}`; where Slurm starts them, "
    "`squeue --me` says\n       what keeps them. Ctrl-C ends it: what is graded is kept")


def test_a_cluster_without_a_worker_says_so_and_goes_on_when_one_comes(monkeypatch):
    monkeypatch.setattr(engine_of_dask, "AWAITED_S", 0.1)
    monkeypatch.setattr(engine_of_dask, "COUNTED_S", 0.1)
    own = clusters.OwnCluster(0, {})
    said = []

    def waits(text):
        said.append(text)
        own._start("distributed.Nanny", {
            "host": "127.0.0.1", "protocol": "tls://", "dashboard_address": clusters.HERE,
            "nthreads": 1, "memory_limit": 0}, own.address)

    reports = run(submissions("xx"), GRADE, start=lambda wall_s: Cluster(
        own.client(), IDENTITY, wall_s, {}, own, waits))
    assert [one.score for one in reports] == [2]
    assert said == [WAITED_FOR.format(
        what="no worker has joined the cluster", address=own.address, further="")]


def test_workers_that_lack_what_a_task_needs_are_no_workers_for_it(cluster, monkeypatch):
    monkeypatch.setattr(engine_of_dask, "AWAITED_S", 0.1)
    monkeypatch.setattr(engine_of_dask, "COUNTED_S", 0.1)
    said = queue.Queue()
    engine = Cluster(cluster.client(), IDENTITY, 60.0, {"GPU": 1.0}, on_wait=said.put)
    engine.submit(b"{}")
    assert said.get(timeout=60) == WAITED_FOR.format(
        what="none of the 2 workers of the cluster has GPU", address=cluster.address,
        further=" --resources GPU=1")
    engine.close()
    assert said.empty()  # once


def test_who_waits_long_for_an_answer_is_told_of_no_missing_worker(cluster, monkeypatch, tmp_path):
    monkeypatch.setattr(engine_of_dask, "AWAITED_S", 0.1)
    monkeypatch.setattr(engine_of_dask, "COUNTED_S", 0.05)
    said = []
    reports = run(submissions(f"slow {tmp_path / 'trace'}"), BEHAVE, start=lambda wall_s: Cluster(
        cluster.client(), IDENTITY, wall_s, {}, on_wait=said.append))
    assert (reports[0].status, said) == (Status.GRADED, [])


@pytest.mark.parametrize(("engine", "scheduler", "said"), [
    ("ray", "", "there is no engine 'ray'\n  expected one of local, dask, slurm"),
    ("local", "tls://a:1", "the engine 'local' takes no scheduler\n  expected --engine dask"),
    ("slurm", "tls://a:1", "the engine 'slurm' takes no scheduler\n  expected --engine dask"),
    ("dask", "cluster:8786", "'cluster:8786' is no address of a scheduler\n"
     "  expected such as tls://cluster.example.org:8786"),
    ("dask", "tcp://10.0.0.1:8786", "the scheduler tcp://10.0.0.1:8786 is not encrypted\n"
     "  expected tls://10.0.0.1:8786\n"
     "  fix: start it with certificates: whoever reaches it otherwise runs programs as you"),
    ("dask", "tcp://127.0.0.1:1.example.org:1",
     "the scheduler tcp://127.0.0.1:1.example.org:1 is not encrypted\n"
     "  expected tls://127.0.0.1:1.example.org:1\n"
     "  fix: start it with certificates: whoever reaches it otherwise runs programs as you"),
    ("dask", "tcp://127.evil.example.org:1",
     "the scheduler tcp://127.evil.example.org:1 is not encrypted\n"
     "  expected tls://127.evil.example.org:1\n"
     "  fix: start it with certificates: whoever reaches it otherwise runs programs as you"),
])
def test_what_cannot_be_used_is_refused_at_once(engine, scheduler, said):
    with pytest.raises(HarnessError) as caught:
        choosing.require(engine, scheduler)
    assert str(caught.value) == said


def test_a_missing_extra_is_explained(monkeypatch):
    monkeypatch.setattr(choosing.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(HarnessError) as caught:
        choosing.require("slurm", "")
    assert str(caught.value) == (
        "the engine 'slurm' needs the package dask_jobqueue\n  expected the extra `cluster`\n"
        '  fix: python -m pip install "cgp-harness[cluster]"')


def test_what_may_be_used():
    for engine, scheduler in (
            ("local", ""), ("dask", ""), ("slurm", ""), ("dask", "tls://cluster.example.org:8786"),
            ("dask", "tcp://127.0.0.1:8786"), ("dask", "tcp://localhost:8786")):
        assert choosing.require(engine, scheduler) is None


def test_no_scheduler_at_an_address_is_explained(monkeypatch):
    monkeypatch.setattr(clusters, "CONNECT_S", 0.5)
    with pytest.raises(MachineError) as caught:
        clusters._connected("tcp://127.0.0.1:9")
    assert str(caught.value) == (
        "no scheduler of dask answers: Timed out trying to connect to tcp://127.0.0.1:9 after "
        "0.5 s\n  at tcp://127.0.0.1:9\n  expected a scheduler that runs")
    with pytest.raises(HarnessError) as unknown:
        clusters._connected("tls://127.0.0.1:9")
    assert str(unknown.value) == (
        "no certificates are known for the scheduler\n  at tls://127.0.0.1:9\n"
        "  expected distributed.comm.tls.ca-file, .client.cert and .client.key in dask's "
        "configuration, ~/.config/dask/*.yaml")


def test_where_there_is_no_slurm_is_explained(monkeypatch):
    monkeypatch.setattr(clusters.shutil, "which", lambda name: None)
    with pytest.raises(MachineError) as caught:
        clusters.started("slurm", 60.0, jobs=2, scheduler="", gpu=False, made_by=IDENTITY)
    assert str(caught.value) == (
        "there is no Slurm on this machine\n  expected the command sbatch\n"
        "  fix: run it where you submit jobs")


def grade(tmp_path, *further):
    (tmp_path / "class").mkdir(exist_ok=True)
    (tmp_path / "class" / "ada.py").write_text("x = 1\n")
    out = tmp_path / "out"
    done = CliRunner().invoke(main, [
        "grade", str(tmp_path / "class"), "-a", "step_size", "-o", str(out), *further])
    return done.exit_code, done.stderr


@pytest.mark.long
def test_a_batch_on_a_cluster_is_a_command(tmp_path):
    """With the canary, in the sandbox, from the worker's own graders: as an instructor does it."""
    assert grade(tmp_path, "--engine", "dask", "--jobs", "1", "--isolation", "plain") == (
        0, "[1/1] ada: error, 0 / 100\n")


@pytest.mark.parametrize(("wrong", "said"), [
    (["--engine", "ray"], "there is no engine 'ray'\n  expected one of local, dask, slurm"),
    (["--scheduler", "tls://a:1"], "the engine 'local' takes no scheduler\n"
     "  expected --engine dask"),
])
def test_a_command_with_a_wrong_engine_reads_nothing(wrong, said, tmp_path):
    assert grade(tmp_path, *wrong) == (2, f"error: {said}\n")

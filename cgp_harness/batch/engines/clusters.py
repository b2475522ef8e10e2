"""Clusters that an engine works on: one of this machine, one that is there, one of Slurm's jobs.

Whoever reaches a scheduler of dask runs code as who started it. All connections are encrypted and
both ends have certificates: for a cluster that is started here those are made for it alone. No
dashboard can be reached from elsewhere.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cgp_harness import temporary
from cgp_harness.batch.engines import Engine
from cgp_harness.batch.engines.cluster import Cluster
from cgp_harness.errors import HarnessError, MachineError

if TYPE_CHECKING:
    import distributed

HERE = "127.0.0.1:0"
WITH_DRIVER = "cgp_harness.batch.engines.with_driver"
CONNECT_S = 30.0
MEMORY = "4GB"
"""Of a job of Slurm, if dask-jobqueue's own file says nothing else."""
ROLES = ("scheduler", "worker", "client")
PLAIN: dict[str, Any] = {
    "set_as_default": False, "serializers": ["dask", "msgpack"],
    "deserializers": ["dask", "msgpack", "error"]}
"""What comes back to the driver is bytes; a pickle is not opened."""


def started(
    engine: str, wall_s: float, *, jobs: int, scheduler: str, gpu: bool,
    made_by: Mapping[str, str], on_wait: Callable[[str], None] = lambda said: None,
) -> Engine:
    """An engine on a cluster.

    Args:
        engine: `dask` or `slurm`.
        wall_s: seconds for one submission.
        jobs: worker processes, of a cluster that is started.
        scheduler: address of one that is there; empty: one is started.
        gpu: whether a task needs one.
        made_by: versions, which each worker must have.
        on_wait: told what is waited for, while no worker is there.

    Raises:
        MachineError: no cluster can be had.
    """
    # A worker that is gone is told of once, if it matters: in a report.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    resources = {"GPU": 1.0} if gpu else {}
    if scheduler:
        return Cluster(_connected(scheduler), made_by, wall_s, resources, on_wait=on_wait)
    if engine == "slurm":
        client, cluster = _of_slurm(jobs, resources)
        return Cluster(client, made_by, wall_s, resources, cluster, on_wait)
    own = OwnCluster(jobs, resources)
    return Cluster(own.client(), made_by, wall_s, resources, own, on_wait)


def _connected(address: str) -> distributed.Client:
    import distributed

    encrypted = address.startswith("tls://")
    security = distributed.Security(require_encryption=encrypted)
    known = security.get_tls_config_for_role("client")
    if encrypted and not (known["ca_file"] and known["cert"]):
        raise HarnessError(
            "no certificates are known for the scheduler", where=address,
            expected="distributed.comm.tls.ca-file, .client.cert and .client.key in dask's "
            "configuration, ~/.config/dask/*.yaml")
    try:
        return distributed.Client(address, timeout=CONNECT_S, **PLAIN, security=security)
    except (OSError, ValueError) as error:
        raise MachineError(
            f"no scheduler of dask answers: {str(error) or type(error).__name__}", where=address,
            expected="a scheduler that runs"
            + ", and certificates that both ends know" * encrypted) from error


class OwnCluster:
    """A scheduler and workers of this machine, each a process of its own; all end with this.

    Args:
        jobs: how many workers, of one thread each.
        resources: of each worker.

    Raises:
        MachineError: the scheduler does not come up.
    """

    def __init__(self, jobs: int, resources: Mapping[str, float]) -> None:
        self._folder = temporary.made("cgp-cluster-", below=temporary.gathered())
        temporary.let_through(self._folder)  # graders and their submissions have files below it
        # Nothing from the folder that somebody happens to be in; what this process imports.
        self._environment = os.environ | _certificates(self._folder) | {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONSAFEPATH": "1"}
        self._processes: list[subprocess.Popen[bytes]] = []
        known = self._folder / "scheduler.json"
        common = {"host": "127.0.0.1", "protocol": "tls://", "dashboard_address": HERE}
        try:
            self._start("distributed.Scheduler", common | {
                "port": 0, "preload": [WITH_DRIVER], "scheduler_file": str(known)})
            self.address = self._address(known)
            for _ in range(jobs):
                self._start("distributed.Nanny", common | {
                    "nthreads": 1, "memory_limit": 0, "preload_nanny": [WITH_DRIVER],
                    "local_directory": str(self._folder), "resources": dict(resources),
                }, self.address)
        except BaseException:
            self.close()
            raise

    def client(self) -> distributed.Client:
        """A new one, with the certificates of this cluster."""
        import distributed

        return distributed.Client(self.address, timeout=CONNECT_S, **PLAIN, security=(
            distributed.Security(
                require_encryption=True, tls_ca_file=str(self._folder / "ca.pem"),
                tls_client_cert=str(self._folder / "client_cert.pem"),
                tls_client_key=str(self._folder / "client_key.pem"))))

    def close(self) -> None:
        """Kill all processes, theirs too; a worker's graders end with it."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        temporary.removed(self._folder)

    def _start(self, of: str, options: Mapping[str, object], *address: str) -> None:
        said = json.dumps({"cls": of, "opts": options})
        self._processes.append(subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_spec", *address, "--spec", said],
            env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True))

    def _address(self, known: Path) -> str:
        until = time.monotonic() + CONNECT_S
        while time.monotonic() < until and self._processes[0].poll() is None:
            with suppress(OSError, ValueError):
                return str(json.loads(known.read_text("utf-8"))["address"])
            time.sleep(0.02)
        raise MachineError(
            "a cluster of dask cannot be started on this machine",
            expected=f"a scheduler that comes up within {CONNECT_S:g} s")


def _of_slurm(
    jobs: int, resources: Mapping[str, float]
) -> tuple[distributed.Client, distributed.SpecCluster]:
    """So many jobs, each of one worker; one that ends is submitted again."""
    import dask
    import distributed
    from dask_jobqueue.slurm import SLURMCluster

    if shutil.which("sbatch") is None:
        raise MachineError(
            "there is no Slurm on this machine", expected="the command sbatch",
            fix="run it where you submit jobs")
    folder = Path.home() / ".cgp-cluster"  # for certificates: what all nodes see
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = dask.config.get("jobqueue.slurm.log-directory", None)
    directives = ["--gres=gpu:1"] * bool(resources) + ["--output=/dev/null"] * (kept is None)
    options = [f"--resources={name}={count:g}" for name, count in resources.items()]
    cluster = SLURMCluster(
        cores=1, processes=1, memory=dask.config.get("jobqueue.slurm.memory", None) or MEMORY,
        protocol="tls://", security=distributed.Security.temporary(),
        shared_temp_directory=str(folder), scheduler_options={"dashboard_address": HERE},
        worker_extra_args=["--dashboard-address", HERE, *options],
        job_extra_directives=directives)
    cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)
    return distributed.Client(cluster, **PLAIN), cluster


def _certificates(folder: Path) -> dict[str, str]:
    """New ones, for this user alone, and the environment that has dask find them."""
    import distributed

    made = distributed.Security.temporary()
    tls = {"CA_FILE": _written(folder / "ca.pem", made.tls_ca_file)}
    for role in ROLES:
        for part in ("cert", "key"):
            content = getattr(made, f"tls_{role}_{part}")
            tls[f"{role}__{part}".upper()] = _written(folder / f"{role}_{part}.pem", content)
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": path for name, path in tls.items()} | {
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        # Which job is to blame for the end of a worker is found out by the driver.
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        # What ends by a kill is told by what is missed, not by each that misses it.
        "DASK_LOGGING__DISTRIBUTED": "critical",
        "PYTHONWARNINGS": "ignore::UserWarning:multiprocessing.resource_tracker",
        "TMPDIR": str(folder)}


def _written(path: Path, content: str) -> str:
    path.touch(0o600)
    path.write_text(content, "ascii")
    return str(path)

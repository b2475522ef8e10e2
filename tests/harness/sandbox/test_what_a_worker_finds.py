"""All that a worker's process holds: its whole environment, every module of this project it can
import. Lists of what is allowed: what is not on them fails, whatever it is called."""

import os
import sys
from pathlib import Path

import pytest

import cgp_assignments
import cgp_harness
import cgp_reference
from cgp_harness.installed import kinds
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.processes import launch, zygotes
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol.homes import SCRATCH
from cgp_harness.task import Limits

LEVEL = levels.choose("auto")
ENVIRONMENT = {
    "HOME": "@", "TMPDIR": "@", "MPLCONFIGDIR": "@", "TORCHINDUCTOR_CACHE_DIR": "@",
    "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg",
    "CUDA_VISIBLE_DEVICES": "", "USER": "student", "LOGNAME": "student",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
"""All of it; @ is a folder of the worker's own."""
OF_LIBRARIES = {
    "KMP_DUPLICATE_LIB_OK": "True", "KMP_INIT_AT_FORK": "FALSE", "TORCHINDUCTOR_CACHE_DIR": "@"}
"""What torch and its libraries set when they are imported."""
PRINTS = """
import ctypes, os
HERE = os.getcwd()
for one in sorted(os.environ.items()):
    print("python", *one, sep="=")
strings = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
number = 0
while strings[number]:
    print("c", strings[number].decode(), sep="=")
    number += 1
print("here", HERE, sep="=")
"""
TOKEN = "ghp_73512864"


@pytest.fixture(params=["forked", "started"])
def how(request, monkeypatch):
    """Workers of both kinds, of a grader that has a token."""
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere/{TOKEN}")
    monkeypatch.setattr(zygotes, "_zygotes", {})
    if request.param == "started":
        monkeypatch.setattr(launch, "zygote", lambda place, held, level: None)
    yield request.param
    zygotes.close()


def printed(text, level=LEVEL, **options):
    with WorkerSubject(
            Submission("ada", (SourceFile("ada.py", text.encode()),)), Limits(), level,
            **options) as one:
        assert one.manifest is not None
    return one.output.splitlines()


def found(lines, whose):
    here = next(line for line in lines if line.startswith("here=")).partition("=")[2]
    return {
        name: value.replace(here, "@").replace(SCRATCH, "@")
        for line in lines if line.startswith(f"{whose}=")
        for name, _, value in [line.partition("=")[2].partition("=")]}


def test_the_whole_environment_is_ours(how):
    lines = printed(PRINTS)
    assert found(lines, "python") == ENVIRONMENT
    assert found(lines, "c") == ENVIRONMENT


@pytest.mark.long
def test_torch_adds_to_it_what_is_its_own(how):
    lines = printed(PRINTS + "import torch\n")
    assert TOKEN not in "\n".join(lines)
    further = {*found(lines, "python").items()} - {*ENVIRONMENT.items()}
    assert further <= {*OF_LIBRARIES.items()}


@pytest.mark.skipif(sys.platform != "linux", reason="processes of Linux")
def test_the_process_that_workers_are_forked_from_was_started_with_no_other(how):
    if how == "started":
        pytest.skip("there is none")
    printed(PRINTS)
    [zygote] = zygotes._zygotes.values()
    held = Path(f"/proc/{zygote._process.pid}/environ")
    if not os.access(held, os.R_OK):
        pytest.skip("nobody may look into it")
    names = {one.partition("=")[0] for one in held.read_text().split("\0") if one}
    assert names == {*ENVIRONMENT} - {"TORCHINDUCTOR_CACHE_DIR"}


# --- modules -------------------------------------------------------------------------------------


ROOMS = (  # as a whole
    "cgp_harness.mutation", "cgp_harness.registering", "cgp_harness.sandbox.lockdown",
    "cgp_harness.sandbox.protocol", "cgp_harness.sandbox.worker")
MODULES = {  # these alone
    "cgp_harness", "cgp_harness.errors", "cgp_harness.hookspecs", "cgp_harness.kinds",
    "cgp_harness.sandbox", "cgp_reference", "cgp_reference.decorator",
    "cgp_reference.default_values", "cgp_reference.errors", "cgp_reference.rule",
    "cgp_reference.signature"}
OF_A_KIND = ("contract", "requests", "answers")
OF_THE_FACADE = (
    "activation", "as_published", "backend", "data", "expressions", "graph", "network", "primer",
    "train")
STAND_INS = {"cgp_harness.grading", "cgp_harness.reports"}
"""Names that notebooks import and that mean nothing here: empty modules."""
LOOKS = """
import os, sys
WANTED = {wanted!r}
import importlib.util
for name in sorted(set(WANTED) | set(sys.modules)):
    top = name.partition(".")[0]
    if not top.startswith("cgp_"):
        continue
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if name in sys.modules or spec is not None and spec.origin is not None:
        print("module", name)
for place in sys.path:
    try:
        tops = [one for one in os.listdir(place) if one.startswith("cgp")]
    except OSError:
        continue  # of Python's own library each entry is open, and the list of them is not
    for top in tops:
        print("entry", top)
        for folder, _, files in os.walk(os.path.join(place, top)):
            for file in files:
                print("file", os.path.relpath(os.path.join(folder, file), place))
"""


def modules_of(package):
    """Every module of a package of ours, by its files."""
    for folder in map(Path, package.__path__):
        for path in sorted(folder.rglob("*.py")):
            yield dotted(path.relative_to(folder.parent))


def dotted(path):
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_allowed(name, rooms, modules):
    return name in modules or any(f"{name}.".startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("facade", [
    False, pytest.param(True, marks=pytest.mark.long)], ids=["rules", "with the facade"])
def test_of_this_project_a_worker_finds_what_is_on_the_list_and_nothing_else(facade):
    everything = [
        name for package in (cgp_harness, cgp_reference, cgp_assignments)
        for name in modules_of(package)]
    options = {"imports": ("cgp_reference.primer",)} if facade else {}
    lines = printed(LOOKS.format(wanted=everything), **options)
    seen, files, entries = (
        {line.partition(" ")[2] for line in lines if line.startswith(f"{what} ")}
        for what in ("module", "file", "entry"))
    assert not [one for one in files if not one.endswith((".py", ".pyc"))]
    seen |= {dotted(Path(one)) for one in files if one.endswith(".py")}
    packages = [kind.package for kind in kinds().values()]
    rooms = (
        *ROOMS, *(f"{package}.{part}" for package in packages for part in OF_A_KIND),
        *(f"cgp_reference.{one}" for one in OF_THE_FACADE if facade))
    modules = {*MODULES, *packages}
    assert sorted(one for one in seen - STAND_INS if not is_allowed(one, rooms, modules)) == []
    # The list is not longer than what is there, and the look finds it.
    assert modules <= seen
    assert {room for room in rooms if not any(is_allowed(one, [room], ()) for one in seen)} <= {
        f"{package}.{part}" for package in packages for part in OF_A_KIND}
    assert entries == {"cgp_harness", "cgp_reference"}
    assert len(everything) > 3 * len(seen)


GRADERS = ("hypothesis", "pytest", "_pytest", "click", "rich", "dask", "distributed", "nbclient")


def test_what_only_the_grader_needs_is_not_there():
    text = f"""
import importlib.util
for name in {GRADERS!r}:
    if importlib.util.find_spec(name) is not None:
        print(name)
"""
    assert printed(text) == []

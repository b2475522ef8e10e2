"""What an installation makes importable: three packages with data, nothing of the folders."""

import json
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import cgp_harness
from tests.places import ROOT

PROBE = """
from importlib.util import find_spec
from importlib.resources import files
leaked = [name for name in ("reference", "plugins", "assignments", "tests", "benchmarks")
          if find_spec(name) is not None]
assert not leaked, leaked
for name in ("cgp_harness", "cgp_reference", "cgp_assignments"):
    assert find_spec(name) is not None, name
    assert (files(name) / "py.typed").is_file(), name
assert (files("cgp_assignments") / "step_size" / "assignment.toml").is_file()
assert (files("cgp_harness") / "reports" / "results.schema.json").is_file()
"""


def is_installed():
    """Whether the package that is imported here is the one that pip has installed.

    Not in a second checkout (`git worktree`) that borrows the environment of the first and lies on
    the path whole, by a `.pth` or PYTHONPATH: its folders can be imported there, whatever it would
    install.
    """
    ours = Path(cgp_harness.__file__).is_relative_to(ROOT)
    said = metadata.distribution("cgp-harness").read_text("direct_url.json") or "{}"
    return not ours or json.loads(said).get("url") == ROOT.as_uri()


@pytest.mark.skipif(not is_installed(), reason="pip has installed another checkout than this one")
def test_an_installation_shows_the_packages_and_hides_the_folders(tmp_path):
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROBE], cwd=tmp_path, capture_output=True, text=True,
        check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--wheel", "--no-isolation", "--outdir", folder,
         ROOT],
        check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    (path,) = dist.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_sdist_holds_what_the_wheel_the_tests_and_the_pages_are_made_of_and_nothing_large(dist):
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        sizes = {one.name.partition("/")[2]: one.size for one in archive}
    assert {name.partition("/")[0] for name in sizes} >= {
        "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "constraints.txt", "mkdocs.yml",
        "cgp_harness", "reference", "assignments", "plugins", "tests", "benchmarks", "docs"}
    assert not {".git", ".venv", "out", "dist"} & {name.partition("/")[0] for name in sizes}
    assert [name for name, size in sizes.items() if size > 300_000] == []
    assert path.stat().st_size < 3_000_000


def test_the_wheel_holds_the_packages_and_their_data_alone(wheel):
    names = wheel.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "cgp_harness", "cgp_reference", "cgp_assignments"}
    data = [
        path.relative_to(above).as_posix()
        for above in (ROOT, ROOT / "assignments") for package in above.glob("cgp_*")
        for path in package.rglob("*.*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert {"cgp_harness/py.typed", "cgp_assignments/step_size/handout.md"} <= {*data}
    assert [name for name in data if name not in names] == []


def test_the_wheel_says_how_to_start_it_and_under_which_license(wheel):
    texts = {name.rpartition("/")[2]: wheel.read(name).decode()
             for name in wheel.namelist() if ".dist-info/" in name}
    assert texts["entry_points.txt"] == (
        "[console_scripts]\ncgp = cgp_harness.__main__:main\n\n"
        "[pytest11]\ncgp_harness.pytest_plugin = cgp_harness.pytest_plugin\n")
    assert "License-Expression: MIT\n" in texts["METADATA"]
    for extra in ("cluster", "dev", "docs", "notebook"):
        assert f"Provides-Extra: {extra}\n" in texts["METADATA"]

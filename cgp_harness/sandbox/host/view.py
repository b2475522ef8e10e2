"""The folder that workers import from: a few copied files of this project, links to the packages.

A submission finds numpy, torch and matplotlib here with all that they need, the worker and the
definition of a rule; never the checks, the reference rules or the examples.
"""

from __future__ import annotations

import functools
import os
import py_compile
import re
import shutil
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import cache_from_source, find_spec
from pathlib import Path

import cgp_harness
import cgp_reference
from cgp_harness import temporary
from cgp_harness.errors import MachineError
from cgp_harness.installed import forms, kinds
from cgp_harness.sandbox.host.bytecode import compiled, written
from cgp_harness.sandbox.protocol.messages import Held

HARNESS = (
    "__init__.py", "errors.py", "hookspecs.py", "mutation", "registering", "sandbox/__init__.py",
    "sandbox/protocol", "sandbox/lockdown", "sandbox/worker", "kinds/__init__.py")
PARTS = ("__init__.py", *(
    form for part in ("contract", "requests", "answers") for form in (f"{part}.py", part)))
"""Of each kind the worker's."""
REFERENCE = (
    "__init__.py", "decorator.py", "default_values.py", "errors.py", "rule.py", "signature.py")
FACADE = (
    "activation.py", "as_published", "backend.py", "data", "expressions", "graph", "network",
    "primer", "train")
"""Of the reference what its facade needs, for kinds that import `cgp_reference.primer` in a worker:
the lecture's networks and plain descent, none of its rules."""
PACKAGES = ("numpy", "torch", "matplotlib")
"""What every submission may import."""
DISTRIBUTIONS = (*PACKAGES, "msgspec", "pluggy")

_building = threading.Lock()


@dataclass(frozen=True)
class View:
    """Where workers import from, and all that they must be able to read besides the submission."""

    root: str
    readable: tuple[str, ...]


def view(packages: tuple[str, ...] = (), *, facade: bool = False) -> View:
    """The view of this process, built at the first call (0.05 s), removed at exit.

    Args:
        packages: distributions besides those that all submissions may import.
        facade: whether it holds the facade of the reference.

    Raises:
        MachineError: it cannot be built.
    """
    with _building:
        return _view(packages, facade=facade)


def view_for(held: Held, packages: tuple[str, ...] = ()) -> View:
    """The view for workers that have imported this."""
    return view(packages, facade=any(
        one.startswith("cgp_reference.primer") for one in held.trusted))


@functools.cache
def _view(packages: tuple[str, ...] = (), *, facade: bool = False) -> View:
    try:
        root = temporary.made("cgp-view-")
        open_to_worker(root)
        _copy(Path(str(cgp_harness.__file__)).parent, HARNESS, root / "cgp_harness")
        _copy(Path(str(cgp_reference.__file__)).parent,
              (*REFERENCE, *(FACADE if facade else ())), root / "cgp_reference")
        for kind in kinds().values():
            place = find_spec(kind.package)
            for folder in (place and place.submodule_search_locations) or ():
                _copy(Path(folder), PARTS, root.joinpath(*kind.package.split(".")))
        for module in forms().values():
            _copy_module(module, root)
        linked = list(_link_packages(root, (*DISTRIBUTIONS, *packages)))
    except (OSError, py_compile.PyCompileError) as error:
        raise MachineError(
            f"the folder that workers import from cannot be built: {error}",
            expected=f"room for a few files in {tempfile.gettempdir()}",
        ) from error
    return View(str(root), (str(root), *linked, *_standard_library(), *_system_libraries()))


@functools.cache
def modules_of(package: str) -> tuple[str, ...]:
    """What a distribution has to import: `sklearn` of scikit-learn; nothing if it is not here."""
    try:
        names = _top_level(metadata.distribution(package))
    except metadata.PackageNotFoundError:
        return ()
    modules = {name.partition(".")[0] for name in names if name.endswith((".py", ".so"))} | {
        name for name in names if "." not in name}
    return tuple(sorted(name for name in modules if name.isidentifier() and name[0] != "_"))


def open_to_worker(folder: Path) -> None:
    """Let the worker read a folder; others too only where it gives up being root."""
    folder.chmod(0o755 if os.geteuid() == 0 else 0o700)


def _copy(source: Path, names: Iterable[str], target: Path) -> None:
    made: dict[Path, Path] = {}
    for file in _files(source, names):
        place = file.parent
        if place not in made:
            made[place] = target / place.relative_to(source)
            _open_folder(made[place])
            # Workers write no bytecode: 20 ms a start.
            _open_folder(Path(cache_from_source(made[place] / file.name)).parent)
        copy = str(made[place] / file.name)
        written(copy, file.read_bytes())
        compiled(file, copy, cache_from_source(copy))


def _open_folder(folder: Path) -> None:
    """Make it, with those above it, for the worker to read."""
    if not folder.is_dir():
        _open_folder(folder.parent)
        folder.mkdir()
    open_to_worker(folder)


def _copy_module(module: str, root: Path) -> None:
    """A file or a folder of a plugin's, if it is not there with its kind."""
    place, target = find_spec(module), root.joinpath(*module.split("."))
    if place is None or place.origin is None or target.exists() or (
            target.with_suffix(".py").exists()):
        return
    origin = Path(place.origin)
    if place.submodule_search_locations:
        _copy(origin.parent.parent, [origin.parent.name], target.parent)
    else:
        _copy(origin.parent, [origin.name], target.parent)


def _files(source: Path, names: Iterable[str]) -> Iterator[Path]:
    """Those called so, and what is in the folders called so."""
    for name in names:
        path = source / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else filter(Path.is_file, [path])


def _link_packages(root: Path, distributions: Iterable[str]) -> Iterator[str]:
    """Link each package, and say where it really is."""
    for distribution in _with_requirements(distributions):
        _describe(root, distribution)
        for name in _top_level(distribution):
            source = Path(str(distribution.locate_file(name))).resolve()
            target = root / name
            if not source.exists() or target.exists():
                continue
            if source.is_dir():
                target.symlink_to(source)
                yield str(source)
            elif source.suffix == ".py":
                _copy(source.parent, [name], root)
            else:
                shutil.copyfile(source, target)
                target.chmod(0o644)


def _describe(root: Path, distribution: metadata.Distribution) -> None:
    """Let `importlib.metadata` find the version, without a path of this machine."""
    name, version = (_said(distribution, key)[0] for key in ("Name", "Version"))
    described = root / f"{re.sub(r'[-_.]+', '_', name)}-{version}.dist-info"
    described.mkdir()
    open_to_worker(described)
    text = described / "METADATA"
    text.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    text.chmod(0o644)


def _with_requirements(names: Iterable[str]) -> list[metadata.Distribution]:
    """The distributions called so and, transitively, all that they require and that is here."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # required on another platform, or optional
        for requirement in _said(found[name], "Requires-Dist"):
            match = re.match(r"[\w.-]+", requirement)
            if match and "extra ==" not in requirement:
                waiting.append(match[0])
    return list(found.values())


def _said(distribution: metadata.Distribution, key: str) -> list[str]:
    """What its description has under a key."""
    return [line.partition(":")[2].strip() for line in _head(distribution)
            if line.startswith(f"{key}:")]


@functools.cache
def _head(distribution: metadata.Distribution) -> list[str]:
    """The lines of its description, cut by hand: mail's parser takes 0.1 s for 23 of them."""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    return text.partition("\n\n")[0].splitlines()


_TOP = re.compile(r'^"?([^/,"\n]+)', flags=re.MULTILINE)
"""The first name of a path, in each line of RECORD."""


def _top_level(distribution: metadata.Distribution) -> set[str]:
    """The folders and files of a distribution that can be imported, with their libraries.

    RECORD is cut by a pattern: `distribution.files` takes 0.2 s for torch's 15,000 rows.
    """
    record = distribution.read_text("RECORD")
    if record is None:  # installed by something older than pip 10
        names = (distribution.read_text("top_level.txt") or "").split()
        return {*names, *(f"{name}.py" for name in names)}
    names_of = set(_TOP.findall(record))
    return {
        name for name in names_of
        if name not in ("..", "", "__pycache__") and not name.endswith((".dist-info", ".pth"))
    }


def _standard_library() -> Iterator[str]:
    # Entry by entry: site-packages may be one of them, and this project in it.
    base = {"platbase": sys.base_exec_prefix}  # a virtual environment's own holds no library
    for folder in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib", vars=base)}:
        for entry in sorted(Path(folder).iterdir()):
            if entry.name not in ("site-packages", "dist-packages"):
                yield str(entry)


def _system_libraries() -> Iterator[str]:
    architecture = sysconfig.get_config_var("MULTIARCH") or ""
    whole = [f"/lib/{architecture}", f"/usr/lib/{architecture}"] if architecture else []
    yield from (path for path in whole if Path(path).is_dir())
    # Elsewhere folders of Python packages lie beside the libraries: these alone, then.
    for folder in {"/lib64", "/usr/lib64", str(sysconfig.get_config_var("LIBDIR"))}:
        if Path(folder).is_dir() and str(Path(folder).resolve()) not in whole:
            yield from (str(file) for file in sorted(Path(folder).glob("*.so*")) if file.is_file())
    for path in ("/etc/ld.so.cache", "/dev/null", "/dev/urandom"):
        if Path(path).exists():
            yield path

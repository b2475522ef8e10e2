"""A ready autograder for a host: its scripts, the harness, what it needs, and the assignment."""

from __future__ import annotations

import html
import importlib.resources
import json
import math
import re
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from cgp_harness import policy as policies
from cgp_harness import temporary
from cgp_harness.assignment import installed, load, place_of
from cgp_harness.checks.requirements import require_named
from cgp_harness.environment import source_digest
from cgp_harness.errors import HarnessError
from cgp_harness.hosts.host import Host
from cgp_harness.hosts.pins import TORCH, pinned
from cgp_harness.hosts.wheel import wheel, zipped
from cgp_harness.installed.plugins import sources
from cgp_harness.task import Assignment

POLICY = Path("policy/policy.toml")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
SCRIPTS = ("setup.sh", "run_autograder", "run.sh")
NAMESPACE = uuid.UUID("5b0d1a3c-6a0e-5f0e-9a53-0c67d6b4f0aa")
STARTER = "starter.py"
PATIENCE_S = 60
"""Besides what a submission may take: the start, and right submissions that are graded before."""
INSTALLING_S = 600
"""What a job that installs the harness each time may take for that: torch is 200 MB."""


def export(
    host: Host, name: str, folder: Path, *, isolation: str = "", policy: Path | None = None
) -> Iterator[str]:
    """Write the autograder into a new folder, and say what there is to know of it.

    Args:
        name: the assignment, as after `-a`.
        isolation: the least level that it accepts; the host's if empty.
        policy: a `policy.toml`; it goes along with the files that it names.

    Raises:
        HarnessError: the folder is there already, or the assignment or the policy cannot be used.
    """
    _require_free(folder)
    assignment = load(name)
    require_named(assignment, place_of)
    packed, content = wheel()
    pins = pinned(assignment.packages)
    texts = _words(host, assignment, packed, pins, isolation or host.isolation)
    files = {path: (_filled(template, texts), 0o755 if Path(path).name in SCRIPTS else 0o644)
             for path, template in host.templates.items()}
    files |= {f"{host.assignment}/{path}": (text, 0o644)
              for path, text in _assignment_files(name)}
    beside = Path(host.assignment).parent
    files |= {str(beside / POLICY.parent / path): (text, 0o644)
              for path, text in _policy_files(policy, assignment)}
    files[f"{host.harness}/{packed}"] = content, 0o644
    files[f"{host.harness}/requirements.txt"] = _requirements(packed, pins), 0o644
    files["export.json"] = _about(host, assignment), 0o644
    if host.name == "prairielearn":
        starter = dict(_assignment_files(name)).get(STARTER, b"")
        files[f"question/{STARTER}"] = starter, 0o644
    if host.archive:
        files[host.archive] = zipped(files), 0o644
    _write(folder, files)
    yield f"wrote {folder}: {host.upload.replace('@MAX@', f'{assignment.max_score:g}')}"
    if plugins := sorted({package for _, package in sources().values()} - {"cgp-harness"}):
        yield (f"not in it: the plugins of {', '.join(plugins)}; if the assignment needs one, add "
               f"it to {host.harness}/requirements.txt")


def _words(
    host: Host, assignment: Assignment, packed: str, pins: Mapping[str, str], isolation: str
) -> dict[str, str]:
    seconds = math.ceil(assignment.limits.total_s) + PATIENCE_S
    return {
        "TITLE": assignment.title, "ID": assignment.id, "VERSION": assignment.version,
        "MAX": f"{assignment.max_score:g}", "WHEEL": packed, "ISOLATION": isolation,
        "TORCH": f"{TORCH}=={pins[TORCH]}", "INDEX": CPU_INDEX, "SECONDS": str(seconds),
        "MINUTES": str(math.ceil(seconds / 60)),
        "JOB_MINUTES": str(math.ceil((seconds + INSTALLING_S) / 60)),
        "TITLE_HTML": html.escape(assignment.title),
        "TITLE_JSON": json.dumps(assignment.title)[1:-1],
        "NAME": re.sub(r"[^a-z0-9]+", "-", assignment.id.lower()).strip("-"),
        "UUID": str(uuid.uuid5(NAMESPACE, f"{assignment.id}/{assignment.digest}"))}


def _filled(template: str, words: Mapping[str, str]) -> bytes:
    text = importlib.resources.files("cgp_harness.hosts").joinpath(
        "templates", template).read_text("utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    return text.encode()


def _assignment_files(name: str) -> Iterator[tuple[str, bytes]]:
    """All of its folder but what is hidden, compiled, or examples."""
    root = installed().get(name, Path(name))
    root = root.parent if root.is_file() else root
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        left_out = inside.parts[0] == "examples" or any(
            part == "__pycache__" or part.startswith(".") for part in inside.parts)
        if path.is_file() and not left_out:
            yield inside.as_posix(), path.read_bytes()


def _policy_files(policy: Path | None, assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """A policy that can be used, under the name that it is looked for, and what it names."""
    if policy is None:
        return
    policies.load(policy, [
        f"{task.id}.{kind}" for task in assignment.tasks for kind in task.checks])
    text = policy.read_bytes()
    yield POLICY.name, text
    said = tomllib.loads(text.decode())
    for name in filter(None, (said.get("extensions"), said.get("adjust"))):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise HarnessError(
                f"the policy names {name!r}, which is not in its folder", where=str(policy),
                expected="files beside it, which can go along", fix="put it there")
        yield name, (policy.parent / name).read_bytes()


def _requirements(packed: str, pins: Mapping[str, str]) -> bytes:
    lines = [f"{name}=={version}" for name, version in pins.items()]
    return "\n".join([
        "# What the harness needs, in the versions that it was exported with. Install the build of",
        "# torch for the CPU before: the other one takes gigabytes, and nothing of it is used.",
        f"./{packed}", *lines, ""]).encode()


def _about(host: Host, assignment: Assignment) -> bytes:
    return json.dumps({
        "host": host.name, "assignment": assignment.id, "version": assignment.version,
        "digest": assignment.digest, "max_score": assignment.max_score,
        "harness": source_digest()}, indent=1).encode() + b"\n"


def _require_free(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise HarnessError(
            "this is there already, and nothing is written over", where=str(folder),
            expected="a new name, or an empty folder", fix="give another one after -o")


def _write(folder: Path, files: Mapping[str, tuple[bytes, int]]) -> None:
    """All or none."""
    try:
        with temporary.becoming(folder) as part:
            for name, (content, mode) in files.items():
                path = part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                path.chmod(mode)
    except OSError as error:
        raise HarnessError(
            f"the autograder cannot be written: {(error.strerror or str(error)).lower()}",
            where=str(folder), expected="a folder that can be written") from error

"""Submissions made for the tests of collecting, and what is said of them."""

import io
import warnings
import zipfile

from cgp_harness.collect import IntakeLimits, collect
from cgp_harness.model import Status

ADAM = b"def adam(g): ...\n"
KINDS = "  expected no links, pipes or devices"


def write(root, files):
    """A folder with these files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def zipped(path, files):
    """A zip with these files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(submissions):
    """Files by submission."""
    return {s.id: {file.path: file.content for file in s.files} for s in submissions}


def archive(members, method=zipfile.ZIP_DEFLATED):
    """The bytes of a zip with these (name or ZipInfo, content) members."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # duplicate names are on purpose
        with zipfile.ZipFile(file, "w", method) as out:
            for name, content in members:
                out.writestr(name, content)
    return file.getvalue()


def problem_of(content, tmp_path, limits=None):
    """What is said of a zip of these bytes, handed in between two good submissions."""
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "a.py").write_bytes(ADAM)
    (tmp_path / "bad.zip").write_bytes(content)
    (tmp_path / "z.py").write_bytes(ADAM)
    before, bad, after = collect([tmp_path], limits or IntakeLimits())
    assert (before.problem, after.problem) == (None, None)
    return said(bad)


def said(bad):
    assert bad.files == ()
    assert bad.problem.status is Status.STUDENT_ERROR
    assert len(bad.sha256) == 64
    return str(bad.problem)


def denied(*_):
    raise PermissionError(13, "Permission denied", "/private/path")


def patched(content, old, new):
    assert len(old) == len(new)
    assert old in content
    return content.replace(old, new)

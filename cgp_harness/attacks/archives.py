"""Attacks that are no Python: archives, descriptions of a project.

Each says what it tries, and below it the same header as the written ones, with the file's name.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

from cgp_harness.attacks.texts import WRONG


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


def zip_leaves() -> bytes:
    """A zip whose member leads out of the folder that it is unpacked to.

    shows: file
    by: intake
    file: plugin.zip
    """
    return _zip(("../../../../../../@TEMP@/@TOKEN@.py", b"left"), ("../@TOKEN@", b"left"))


def zip_link() -> bytes:
    """A zip with a link to everything.

    shows: score
    by: intake
    file: plugin.zip
    """
    link = zipfile.ZipInfo("root")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return _zip((link, b"/"), ("plugin.py", WRONG.replace(
        "return 0 * g", "return lr * g if open('root/etc/passwd').read() else g").encode()))


def zip_bomb() -> bytes:
    """200 MB of zeros in 200 kB.

    shows: grader
    by: intake
    file: plugin.zip
    """
    return _zip(*((f"{number}.py", bytes(10**7)) for number in range(20)))


def zip_lies() -> bytes:
    """A member that is larger than it says.

    shows: grader
    by: intake
    file: plugin.zip
    """
    size = 20 * 2**20
    return _zip(("plugin.py", bytes(size))).replace(
        struct.pack("<L", size), struct.pack("<L", 1000))


def zip_shares() -> bytes:
    """Members that share their bytes.

    shows: grader
    by: intake
    file: plugin.zip
    """
    content = bytearray(_zip(*((f"{number}.py", WRONG.encode()) for number in range(50))))
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<L", content, place + 42, 0)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def zip_in_zip() -> bytes:
    """A zip in a zip in a zip, 100 deep.

    shows: grader
    by: intake
    file: plugin.zip
    """
    content = _zip(("plugin.py", b""))
    for _ in range(100):
        content = _zip(("inner.zip", content))
    return content


def zip_many() -> bytes:
    """50,000 files without a byte.

    shows: grader
    by: intake
    file: plugin.zip
    """
    return _zip(*((f"{number}.py", b"") for number in range(50_000)))


def zip_shadows() -> bytes:
    """Files that are called like what a grader imports.

    shows: score
    by: order
    file: plugin.zip
    """
    names = ("numpy", "msgspec", "sitecustomize", "usercustomize", "conftest", "json", "random",
             "cgp_harness", "torch", "typing")
    lie = b"def __getattr__(name): return lambda *a, **k: True\n"
    return _zip(*((f"{name}.py", lie) for name in names), ("plugin.py", WRONG.encode()))


def zip_names() -> bytes:
    """Names with control characters, from right to left, of 60,000 letters, and of devices.

    shows: grader
    by: intake
    file: plugin.zip
    """
    names = ("\x1b[2J.py", "\u202eyp.nigulp", "a" * 60_000 + ".py", "con.py", "a/" * 500 + "b.py",
             "plugin.py\n", "=1+1.py")
    return _zip(*((name, WRONG.encode()) for name in names))


def toml_deep() -> bytes:
    """A project's description with arrays 5,000 deep and keys of 32,000 parts.

    shows: grader
    by: reading
    file: plugin.zip
    """
    deep = b"a = " + b"[" * 5_000 + b"]" * 5_000 + b"\nb" + b".b" * 20_000 + b" = 1\n"
    return _zip(("plugin.py", WRONG.encode()), ("pyproject.toml", deep))


def toml_leads_out() -> bytes:
    """A project's description that names the grader's own modules.

    shows: score
    by: view
    file: plugin.zip
    """
    names = ("cgp_reference.optimizers", "os:system", "../solution", "cgp_assignments.step_size")
    lines = [f'x{number} = "{name}"' for number, name in enumerate(names)]
    return _zip(("plugin.py", WRONG.encode()), ("pyproject.toml", (
        "[project.entry-points.cgp_harness]\n" + "\n".join(lines)).encode()))


MADE: dict[str, Callable[[], bytes]] = {
    make.__name__: make for make in (
        zip_leaves, zip_link, zip_bomb, zip_lies, zip_shares, zip_in_zip, zip_many, zip_shadows,
        zip_names, toml_deep, toml_leads_out)}

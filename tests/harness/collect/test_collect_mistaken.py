"""Files that are called Python and are something else: each is named, and costs only itself."""

import pytest

from cgp_harness.collect import collect
from tests.harness.collect.made_submissions import ADAM, archive, said, write

UNPACK = "unpack it and hand in what is in it"
THE_FILE = "hand in the .py or .ipynb file itself"
UTF8 = "save it with the encoding UTF-8"
NOTEBOOK = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
MISTAKEN = {
    "zip": (archive([("adam.py", ADAM)]), "a zip and no Python", UNPACK),
    "empty zip": (archive([]), "a zip and no Python", UNPACK),
    "gzip": (b"\x1f\x8b\x08\x00", "packed by gzip and no Python", UNPACK),
    "rar": (b"Rar!\x1a\x07\x01\x00", "a RAR archive and no Python", UNPACK),
    "pdf": (b"%PDF-1.7", "a PDF and no Python", THE_FILE),
    "picture": (b"\x89PNG\r\n", "a picture and no Python", THE_FILE),
    "notebook": (NOTEBOOK, "a notebook and no Python", "rename it to hw.ipynb"),
    "utf-16": (ADAM.decode().encode("utf-16"), "saved as UTF-16, which Python does not read", UTF8),
    "utf-16-be": (
        b"\xfe\xff" + ADAM.decode().encode("utf-16-be"),
        "saved as UTF-16, which Python does not read", UTF8),
    "utf-16 without mark": (
        ADAM.decode().encode("utf-16-le"), "saved as UTF-16, which Python does not read", UTF8),
    "utf-32": (ADAM.decode().encode("utf-32"), "saved as UTF-32, which Python does not read", UTF8),
    "half a file": (
        ADAM[:30] + b"\0" * 30,
        "damaged, or no text: it holds zero bytes, which Python does not read",
        "save it anew in your editor, and hand in that file"),
    "web page": (
        b"\n<!DOCTYPE html>\n<html><body>adam.py</body></html>", "a web page and no Python",
        "download the file itself; on GitHub with the button Raw"),
}


@pytest.mark.parametrize("kind", MISTAKEN)
def test_it_is_said_what_the_file_is(kind, tmp_path):
    content, what, fix = MISTAKEN[kind]
    [alone] = collect([write(tmp_path / "a", {"hw.py": content}) / "hw.py"])
    assert said(alone) == (
        f"hw.py is {what}\n  expected at least one .py or .ipynb file\n  fix: {fix}")
    files = {"bob/hw.py": content, "bob/rules/adam.py": ADAM}
    [beside] = collect([write(tmp_path / "b", files)])
    assert [(file.path, file.content) for file in beside.files] == [("rules/adam.py", ADAM)]
    assert beside.notes == (f"hw.py is {what}; it is left out: {fix}",)


def test_data_and_other_files_in_a_zip_are_left_out_and_said_so(tmp_path):
    members = [("hw/adam.py", ADAM), ("hw/data.csv", b"1"), ("hw/model.pt", b"PK"),
               ("hw/words.md", b""), ("hw/plot.png", b"")]
    (tmp_path / "bob.zip").write_bytes(archive(members))
    [bob] = collect([tmp_path])
    assert ([file.path for file in bob.files], bob.notes) == (["adam.py"], (
        "hw/data.csv, hw/model.pt, hw/plot.png, 1 more are left out: "
        "only .py and .ipynb files are read",))


@pytest.mark.parametrize("content", [
    ADAM, b"", b"\xef\xbb\xbf" + ADAM, b"# coding: latin-1\n# \xe9\n", b"{}", b"x", b"P",
    b"# PK\x03\x04", b'{"cells": 1}',
])
def test_python_is_left_as_it_is(content, tmp_path):
    [bob] = collect([write(tmp_path, {"bob.py": content})])
    assert [file.content for file in bob.files] == [content]

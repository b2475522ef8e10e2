"""The house is as docs/architecture.md has it: rooms that are small, and no circles."""

import importlib.util
import re
from collections import Counter

from tests.places import ROOT

SPEC = importlib.util.spec_from_file_location("architecture", ROOT / "docs" / "architecture.py")
architecture = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(architecture)
NAMES = architecture.modules()
OTHERS = {"pyproject.toml", "mistakes.toml", "kind.py", "grading.py", "cgp_harness.grade",
          "cgp_harness.check"}


def test_the_page_is_drawn_from_the_code_as_it_is():
    _, _, tail = architecture.PAGE.read_text("utf-8").partition(architecture.MARK)
    assert tail == architecture.drawn(), "python docs/architecture.py --write"


def test_the_modules_that_the_text_names_are_there():
    text, _, _ = architecture.PAGE.read_text("utf-8").partition(architecture.MARK)
    named = {name.replace("/", ".") for name in re.findall(r"`([a-z_]+(?:[./][a-z_<>]+)+)`", text)}
    known = {f"cgp_harness.{name}" for name in named if "<kind>" not in name and name not in OTHERS}
    assert len(known) > 15
    assert [name for name in sorted(known) if name not in NAMES and (
        name.rpartition(".")[0] not in NAMES)] == []
    for name in (one for one in named if "<kind>" in one):
        assert f"cgp_harness.{name.replace('<kind>', 'optimizer')}" in NAMES, name


def test_no_modules_import_each_other_not_even_for_types():
    assert architecture.circles(architecture.imports(NAMES)) == []
    assert architecture.circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [
        ["a", "b", "c"]]


def test_rooms_are_small_and_so_are_files():
    rooms = architecture.rooms(NAMES)
    assert {room: len(own) for room, own in rooms.items() if len(own) > 15} == {}
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in NAMES.items()}
    assert {name: count for name, count in lines.items() if count > 300} == {}


def test_rooms_of_tests_and_benchmarks_are_small_too():
    count = Counter(
        path.parent for part in ("tests/harness", "tests/reference", "benchmarks")
        for path in (ROOT / part).rglob("*.py") if path.name != "__init__.py")
    submissions = {"forms", "other_courses"}  # one a file
    assert len(count) > 30
    assert [room for room, files in count.items()
            if files > 15 and room.name not in submissions] == []

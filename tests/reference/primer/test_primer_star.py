"""The module that old scripts import, in every form they import it, and what it lets through."""

import collections
import importlib.util
import random
import sys

import numpy as np
import pytest

from cgp_reference import primer
from cgp_reference.primer.legacy import stand_in

NAMES = {
    "ComputationalGraphPrimer", "Exp", "copy", "deque", "itertools", "math", "np", "nx",
    "operator", "os", "plt", "random", "re", "sys", "torch",
}


@pytest.fixture
def installed(monkeypatch):
    for name in (stand_in.NAME, f"{stand_in.NAME}.{stand_in.NAME}"):
        monkeypatch.setitem(sys.modules, name, None)
    stand_in.install("1.1.2")


def after(statement):
    names = {}
    exec(statement, names)
    del names["__builtins__"]
    return names


@pytest.mark.parametrize("statement", [
    "from ComputationalGraphPrimer import *",
    "from ComputationalGraphPrimer.ComputationalGraphPrimer import *",
])
@pytest.mark.usefixtures("installed")
def test_a_star_import_lets_the_old_names_through(statement):
    names = after(statement)
    assert set(names) == NAMES
    assert names["ComputationalGraphPrimer"] is primer.ComputationalGraphPrimer
    assert (names["Exp"], names["deque"]) == (primer.Exp, collections.deque)
    assert (names["np"], names["random"], names["plt"].__name__) == (
        np, random, "matplotlib.pyplot")


@pytest.mark.parametrize(("statement", "expression"), [
    ("from ComputationalGraphPrimer import ComputationalGraphPrimer", "ComputationalGraphPrimer"),
    ("from ComputationalGraphPrimer import ComputationalGraphPrimer as C, Exp", "C"),
    ("from ComputationalGraphPrimer.ComputationalGraphPrimer import ComputationalGraphPrimer as C",
     "C"),
    ("import ComputationalGraphPrimer", "ComputationalGraphPrimer.ComputationalGraphPrimer"),
    ("import ComputationalGraphPrimer as m", "m.ComputationalGraphPrimer"),
    ("import ComputationalGraphPrimer.ComputationalGraphPrimer as C", "C"),
    ("import ComputationalGraphPrimer.ComputationalGraphPrimer",
     "ComputationalGraphPrimer.ComputationalGraphPrimer"),
])
@pytest.mark.usefixtures("installed")
def test_every_form_of_import_finds_the_class(statement, expression):
    assert eval(expression, after(statement)) is primer.ComputationalGraphPrimer


@pytest.mark.usefixtures("installed")
def test_the_version_is_the_one_stood_in_for():
    assert after("import ComputationalGraphPrimer as m")["m"].__version__ == "1.1.2"
    assert after("from ComputationalGraphPrimer.ComputationalGraphPrimer import __version__ as v"
                 ) == {"v": "1.1.2"}


@pytest.mark.usefixtures("installed")
def test_a_part_of_the_package_that_there_never_was_is_said_as_usual():
    assert importlib.util.find_spec("ComputationalGraphPrimer") is not None
    with pytest.raises(ModuleNotFoundError) as raised:
        after("import ComputationalGraphPrimer.optimizers")
    assert str(raised.value) == "No module named 'ComputationalGraphPrimer.optimizers'"


def test_ours_is_taken_before_a_file_on_the_path(tmp_path, monkeypatch):
    (tmp_path / "ComputationalGraphPrimer.py").write_text("raise ImportError('theirs')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, stand_in.NAME, None)
    monkeypatch.setitem(sys.modules, f"{stand_in.NAME}.{stand_in.NAME}", None)
    stand_in.install("1.1.5")
    assert after("from ComputationalGraphPrimer import Exp") == {"Exp": primer.Exp}


def test_a_copy_beside_the_script_is_found(tmp_path):
    assert stand_in.beside(tmp_path) is None
    package = tmp_path / "ComputationalGraphPrimer"
    package.mkdir()
    assert stand_in.beside(tmp_path) is None
    (package / "__init__.py").touch()
    assert stand_in.beside(tmp_path) == package / "__init__.py"
    (tmp_path / "ComputationalGraphPrimer.py").touch()
    assert stand_in.beside(tmp_path) == tmp_path / "ComputationalGraphPrimer.py"


def test_a_later_module_acts_as_the_module_itself(tmp_path, monkeypatch):
    (tmp_path / "heavy.py").write_text("size = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = stand_in.Later("heavy")
    assert "heavy" not in sys.modules
    assert (module.size, "size" in dir(module)) == (3, True)
    module.size = 4
    assert (sys.modules["heavy"].size, module.size) == (4, 4)
    with pytest.raises(AttributeError):
        _ = module.weight
    del sys.modules["heavy"]

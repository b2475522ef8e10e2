"""Functions and classes as a submission: of a file, of a session's cells, with what they use."""

import functools
import importlib.util
import linecache
import sys
from pathlib import Path

import numpy as np
import pytest

import cgp_harness
from cgp_harness.collect.objects import collect_objects
from cgp_harness.errors import HarnessError
from cgp_harness.model import Status
from cgp_harness.sandbox.host import levels
from tests.harness.library.sessions import Session

LEVEL = levels.choose("auto")
MODULE = '''"""Mine."""
from __future__ import annotations
import numpy as np; print(np.pi)
from cgp_harness import activation, optimizer

WRONG = 2.0
EPS = 1.0
EPS = 1e-8
HALVES = {}
HALVES["a"] = EPS / 2; HALVES["b"] = EPS / 2
ROUNDS = []
ROUNDS.append(WRONG)
ROUNDS.extend(
    [1, 2])


def never():
    return WRONG


def root(x):
    return np.sqrt(x) + sum(HALVES.values())


@optimizer(v=0)
def twice(g, v, lr=0.1):
    return v, v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=EPS):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - beta1**k) / root(v / (1 - beta2**k)), m, v


if __name__ == "__main__":
    adam(1.0, 1, 0.0, 0.0)

half = activation("half")(np.vectorize(lambda x: (x / 2, 0.5)))
trained = never(); kept = adam
'''
OF_ADAM = '''
from __future__ import annotations
import numpy as np; pass
from cgp_harness import activation, optimizer



EPS = 1e-8
HALVES = {}
HALVES["a"] = EPS / 2; HALVES["b"] = EPS / 2










def root(x):
    return np.sqrt(x) + sum(HALVES.values())







@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=EPS):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - beta1**k) / root(v / (1 - beta2**k)), m, v






pass; kept = adam
'''


def module(folder, monkeypatch, text=MODULE, name="mine"):
    """A module of a file, as a test or a script imports it."""
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, found)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def mine(tmp_path, monkeypatch):
    return module(tmp_path, monkeypatch)


def test_a_function_brings_what_it_uses_on_the_lines_where_it_stands(mine):
    submission = collect_objects([mine.adam])
    [file] = submission.files
    assert (file.path, file.content.decode()) == ("objects.py", OF_ADAM)
    assert (submission.id, submission.origin, file.shown) == ("adam", "mine.py", "mine.py")


def test_what_changes_a_value_is_brought_along(mine, monkeypatch):
    lines = collect_objects([mine.twice]).files[0].content.decode().split("\n")
    assert [line for line in lines if line] == [
        "from __future__ import annotations", "from cgp_harness import activation, optimizer",
        "@optimizer(v=0)", "def twice(g, v, lr=0.1):", "    return v, v"]
    changed = MODULE.replace("    return v, v", "    return v, ROUNDS")
    twice = module(Path(mine.__file__).parent, monkeypatch, changed, "changed").twice
    lines = collect_objects([twice]).files[0].content.decode().split("\n")
    assert [line for line in lines[4:16] if line] == [
        "WRONG = 2.0", "ROUNDS = []", "ROUNDS.append(WRONG)", "ROUNDS.extend(", "    [1, 2])"]


def test_what_a_class_reads_from_outside_under_its_own_name_is_brought_along(tmp_path, monkeypatch):
    text = ("from typing import NamedTuple\n\n\nclass Pair(NamedTuple):\n    one: int = 1\n\n\n"
            "EPS = Pair()\nREST = 3\n\n\nclass Mine:\n    EPS = EPS\n\n\ndel REST\n")
    found = module(tmp_path, monkeypatch, text)
    lines = text.split("\n")
    for thing, kept in ((found.Mine, (0, 3, 4, 7, 11, 12)), (found.Pair, (0, 3, 4))):
        assert collect_objects([thing]).files[0].content.decode().split("\n") == [
            line if number in kept else "" for number, line in enumerate(lines)]


def test_a_lambda_and_what_another_function_made_are_known_by_their_names(mine):
    text = collect_objects([mine.half]).files[0].content.decode()
    assert [line for line in text.split("\n") if line][-1].startswith("half = ")


def test_objects_of_two_files_of_one_name_are_two_files(tmp_path, monkeypatch):
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        text = f"from cgp_harness import optimizer\n\n@optimizer\ndef {name}(g): return g\n"
        files.append(module(tmp_path / name, monkeypatch, text, "mine"))
    found = collect_objects([files[0].one, files[1].two])
    assert [(file.path, file.shown) for file in found.files] == [
        ("objects.py", "mine.py"), ("objects_2.py", "mine.py")]
    assert found.id == "one_two"


# --- cells -------------------------------------------------------------------------------------

IMPORTS = "import numpy as np\nimport torch\nfrom cgp_harness import optimizer\nEPS = 1.0\n"
RULE = """EPS = 1e-8
@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=EPS):
    s = s + g * g
    return lr * g / (np.sqrt(s) + eps), s
cgp_harness = adagrad
"""
BASE = """class Base(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, mu=0.9):
        super().__init__(params, dict(lr=lr, mu=mu))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.sub_(group["lr"] * p.gradient)
"""
LATER = "optimizer = torch.optim.SGD\nlosses = [adagrad(1.0, 0.0)]\n"
CLASS = '@optimizer(name="sgd_plus")\nclass Mine(Base): pass\n'


@pytest.mark.parametrize("jupyter", [True, False])
def test_cells_are_put_together_in_the_order_in_which_they_ran(monkeypatch, jupyter):
    session = Session(monkeypatch, jupyter=jupyter)
    earlier = RULE.replace("@optimizer(s=0)", "optimizer = lambda **s: abs")
    for number, cell in enumerate((earlier, IMPORTS, RULE, "pass\n", LATER), 2):
        session.run(cell, number)
    session.show("this is = no Python\n", 7)
    session.show("def adagrad(g, g): return g\n", 8)  # neither is this, and so it has not run
    [file] = collect_objects([session.adagrad]).files
    assert file.content.decode() == (
        "# In[3]\nimport numpy as np\n\nfrom cgp_harness import optimizer\n\n\n"
        f"# In[4]\n{RULE}\n")
    assert (file.path, file.shown, file.cells, file.labels) == (
        "objects.py", "the session", (1, 7), ("In[3]", "In[4]"))
    assert [file.place(line) for line in (0, 2, 8, 11)] == [
        "the session", "In[3], line 1", "In[4], line 1", "In[4], line 4"]


def test_a_class_without_methods_is_found_by_its_name(monkeypatch):
    session = Session(monkeypatch, jupyter=True)
    for number, cell in enumerate((IMPORTS, BASE, CLASS), 1):
        session.run(cell, number)
    [file] = collect_objects([session.Mine]).files
    assert file.labels == ("In[1]", "In[2]", "In[3]")
    assert file.content.decode().endswith(f"# In[2]\n{BASE}\n# In[3]\n{CLASS}\n")


def test_a_prompt_that_keeps_its_texts_is_a_session(monkeypatch):
    session = Session(monkeypatch, prompt="<python-input-")
    session.run(IMPORTS, 0)
    session.run(RULE, 1)
    assert collect_objects([session.adagrad]).files[0].labels == (
        "<python-input-0>", "<python-input-1>")


def test_they_are_graded_in_a_worker_and_messages_name_the_cell(monkeypatch):
    session = Session(monkeypatch, jupyter=True)
    for number, cell in enumerate((IMPORTS, RULE, BASE, CLASS), 11):
        session.run(cell, number)
    report = cgp_harness.check([session.adagrad, session.Mine], "step_size", isolation=LEVEL)
    checks = {check.id: check for check in report.checks}
    assert {check.status for check in report.checks if check.task == "adagrad"} == {Status.PASSED}
    assert checks["sgd_plus.loads"].message == (
        "sgd_plus() fails (step 1): `p` has no `gradient`\n  at In[13], line 9\n"
        "  fix: did you mean `p.grad` or `p.grad_fn`?\n"
        "  Python says: AttributeError: 'Parameter' object has no attribute 'gradient'")
    assert report.notes == (
        "rmsprop and adam are not registered\n"
        "  expected @optimizer above a function for each of rmsprop and adam; found adagrad, "
        "sgd_plus",)
    assert (report.id, report.files) == ("adagrad_Mine", ("the session",))


def test_one_of_a_file_is_graded_at_its_own_lines(mine, monkeypatch, capsys):
    wrong = MODULE.replace("    m, v = beta1", "    m, v = beta0")
    adam = module(Path(mine.__file__).parent, monkeypatch, wrong, "test_wrong").adam
    capsys.readouterr()
    report = cgp_harness.check(adam, "step_size", isolation=LEVEL)
    assert next(check.message for check in report.checks if check.id == "adam.loads") == (
        "adam() fails (step 1): `beta0` is not defined\n  at test_wrong.py:32\n"
        "  fix: did you mean `beta2` or `beta1`?\n"
        "  Python says: NameError: name 'beta0' is not defined")
    assert capsys.readouterr() == ("", "")


# --- what cannot be found ----------------------------------------------------------------------

PASS_A_FILE = 'write it to a file and pass its path: cgp_harness.check("mine.py", …)'
ALLOWED = "  expected the path of a submission, or a function or class, or a list of these"


@pytest.mark.parametrize(("given", "said"), [
    (None, f"a NoneType is no function and no class\n{ALLOWED}"),
    ([], "no object was given\n  expected a function or a class, or several"),
    (["a.py", "b.py"], f"'a.py' is no function and no class\n{ALLOWED}\n"
     "  fix: pass one path alone; cgp_harness.grade takes several submissions"),
    ([Path("a.py")], f"'a.py' is no function and no class\n{ALLOWED}\n"
     "  fix: pass one path alone; cgp_harness.grade takes several submissions"),
    (np.sqrt, f"an ufunc is no function and no class\n{ALLOWED}"),
    (functools.partial(print), f"a partial is no function and no class\n{ALLOWED}"),
    (Path.cwd().joinpath, f"a method is no function and no class\n{ALLOWED}"),
    (linecache, "the module linecache is no function and no class\n" + ALLOWED
     + f"\n  fix: pass its path: cgp_harness.check({linecache.__file__!r}, …)"),
])
def test_what_is_no_object_is_said_to_be_none(given, said):
    with pytest.raises(HarnessError) as caught:
        cgp_harness.check(given, "step_size")
    assert str(caught.value) == said


def test_what_is_typed_where_no_text_is_kept_is_said_to_be_lost():
    names = {}
    exec(compile("def adam(g): return g", "<stdin>", "exec"), names)
    with pytest.raises(HarnessError) as caught:
        collect_objects([names["adam"]])
    assert str(caught.value) == (
        "the text of adam is not kept\n  at <stdin>\n"
        "  expected a function or a class of a file, of a notebook or of IPython's prompt\n"
        f"  fix: {PASS_A_FILE}")


def test_one_inside_a_function_is_said_to_be_inside():
    def adam(g):
        return g

    with pytest.raises(HarnessError) as caught:
        collect_objects([adam])
    assert str(caught.value) == (
        f"adam is defined inside test_one_inside_a_function_is_said_to_be_inside()\n"
        f"  at {__file__}\n  expected a function or a class at the top of a file or a cell\n"
        f"  fix: move it there; or {PASS_A_FILE}")


def test_a_file_that_has_changed_since_is_not_taken_for_what_was_run(mine):
    path = Path(mine.__file__)
    path.write_text("# moved\n" + MODULE, encoding="utf-8")
    with pytest.raises(HarnessError) as caught:
        collect_objects([mine.adam])
    assert str(caught.value) == (
        f"adam is not defined in the text that is there now\n  at {path}:30\n"
        "  expected the text that this process has run\n"
        "  fix: import it again, in a new process or kernel; or pass the path of the file")


def test_a_name_that_no_statement_gives_is_named_with_who_uses_it(monkeypatch):
    session = Session(monkeypatch, jupyter=True)
    session.module.EPSILON = 1e-8  # as `%run` or `globals()[…] = …` would leave it
    session.run(IMPORTS, 1)
    session.run(RULE.replace("+ eps)", "+ EPSILON)"), 2)
    with pytest.raises(HarnessError) as caught:
        collect_objects([session.adagrad])
    assert str(caught.value) == (
        "EPSILON, which is used here, is defined by no statement that is kept\n"
        "  at In[2], line 2\n  expected `def`, `import`, `EPSILON = …` or the like in a cell\n"
        f"  fix: {PASS_A_FILE}")


def test_what_a_star_import_may_give_is_no_such_name(monkeypatch):
    session = Session(monkeypatch, jupyter=True)
    session.run("from math import *\n", 1)
    session.run(IMPORTS, 2)
    session.run(RULE.replace("+ eps)", "+ exp(-20) + never)"), 3)
    [file] = collect_objects([session.adagrad]).files
    assert file.labels == ("In[1]", "In[2]", "In[3]")


@pytest.mark.parametrize(("line", "name"), [
    ("from helper_of_mine import clip", "helper_of_mine"),
    ("from .helper_of_mine import clip", ".helper_of_mine"),
])
def test_a_module_of_ones_own_is_named(tmp_path, monkeypatch, line, name):
    module(tmp_path, monkeypatch, "def clip(g): return g\n", "helper_of_mine")
    monkeypatch.syspath_prepend(tmp_path)
    text = f"{line}\n\n\ndef adam(g):\n    return clip(g)\n"
    found = module(tmp_path, monkeypatch, text.replace("from .", "from "), "using")
    path = Path(found.__file__)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HarnessError) as caught:
        collect_objects([found.adam])
    assert str(caught.value) == (
        f"the module {name} is needed, which is no package that is installed\n"
        f"  at {path}:1\n"
        "  expected what the objects use, in the file or the cells that they are of\n"
        "  fix: pass the path of the folder that holds both files")

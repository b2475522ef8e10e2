"""Forbidden names in the sources: they count where the rule reaches them, and nowhere else."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest

from cgp_harness import pipeline
from cgp_harness.assignment import installed, load, parse
from cgp_harness.checks.forbidden import apart, names
from cgp_harness.checks.forbidden.exports import exported
from cgp_harness.checks.forbidden.search import search
from cgp_harness.errors import MachineError
from cgp_harness.installed import kinds
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.registering.contract import Contract
from cgp_harness.sandbox.host import levels

OPTIM = ["torch.optim"]
IMPORTS = "import torch\nfrom cgp_harness import optimizer\n"
RULE = "@optimizer\ndef adam(g, lr=1e-3):\n    "
HELPERS = "from torch.optim import Adam\n\ndef stepped():\n    return Adam\n"


def first(text, *others, forbidden=OPTIM):
    """Name, file and line of the first use that the rule at `@optimizer` or `# rule` reaches."""
    files = [SourceFile("plugin.py", text.encode())] + [
        SourceFile(path, content.encode()) for path, content in others]
    line = next(
        number for number, one in enumerate(text.splitlines(), 1)
        if one.startswith(("@optimizer", "@autograd_function")) or one.endswith("# rule"))
    (use,) = search(files, forbidden, [("plugin.py", line)])
    return use and (use.name, use.path, use.line)


@pytest.mark.parametrize(("body", "name"), [
    ("return torch.optim.Adam", "torch.optim.Adam"),
    ("return torch.optim.SGD([]).step()", "torch.optim.SGD"),
    ("import torch.optim as o\n    return o.RMSprop", "torch.optim.RMSprop"),
    ("from torch import optim\n    return optim.Adam", "torch.optim.Adam"),
    ("from torch.optim import Adam as A\n    return A", "torch.optim.Adam"),
    ("from torch.optim.adam import adam\n    return adam", "torch.optim.adam.adam"),
    ("import torch.optim.adam\n    return torch.optim.adam.adam()", "torch.optim.adam.adam"),
    ("o = torch.optim\n    return o.Adam", "torch.optim.Adam"),
    ("return (o := torch.optim).Adam", "torch.optim.Adam"),
    ("return (torch.optim if lr else None).Adam", "torch.optim.Adam"),
    ('return getattr(torch.optim, "Adam")', "torch.optim.Adam"),
    ('return getattr(torch, "op" + "tim").Adam', "torch.optim.Adam"),
    ("return getattr(torch.optim, lr)", "torch.optim.…"),
    ('return torch.__dict__["optim"].Adam', "torch.optim.Adam"),
    ('return vars(torch)["optim"].Adam', "torch.optim.Adam"),
    ('return torch.__getattribute__("optim").Adam', "torch.optim.Adam"),
    ('return __import__("torch").optim.Adam', "torch.optim.Adam"),
    ('return __import__("torch.optim", fromlist=["Adam"]).Adam', "torch.optim.Adam"),
    ('import sys\n    return sys.modules["torch.optim"].Adam', "torch.optim.Adam"),
    ('import sys\n    return sys.modules.get("torch.optim").Adam', "torch.optim.Adam"),
    ('import importlib as i\n    return i.import_module("torch.optim").Adam', "torch.optim.Adam"),
    ('from operator import attrgetter\n    return attrgetter("optim.Adam")(torch)',
     "torch.optim.Adam"),
    ('return eval("torch.optim.Adam")', "torch.optim.Adam"),
    ('exec("step = torch.optim.Adam")', "torch.optim.Adam"),
    ("return made_by(torch.optim)", "torch.optim"),
    ("return torch.optim._functional.adam", "torch.optim._functional.adam"),
    ("from torch.optim import _functional as F\n    return F.adam", "torch.optim._functional.adam"),
    ("import torch.distributed.optim as d\n    return d._FunctionalAdam",
     "torch.distributed.optim._FunctionalAdam"),
    ("return torch._fused_adam_", "torch._fused_adam_"),
    ("return torch._VF._fused_sgd_", "torch._VF._fused_sgd_"),
    ("return torch.ops.aten._fused_adagrad_", "torch.ops.aten._fused_adagrad_"),
    ("return torch.ops.aten._fused_adam_.default", "torch.ops.aten._fused_adam_.default"),
    ("return torch._C._VariableFunctions._fused_adamw_",
     "torch._C._VariableFunctions._fused_adamw_"),
])
def test_a_forbidden_name_in_the_rule_is_found_by_whatever_way(body, name):
    lines = body.count("\n")
    assert first(IMPORTS + RULE + body) == (name, "plugin.py", 5 + lines)


@pytest.mark.parametrize("text", [
    "A = torch.optim.Adam\n" + RULE + "return A",
    "A, B = torch.optim.Adam, 1\n" + RULE + "return A",
    "from torch.optim import *\n" + RULE + "return Adam",
    "from torch import *\nfrom torch.optim import *\n" + RULE + "return Adam",
    "try:\n    from torch.optim import Adam as A\nexcept ImportError:\n    pass\n" + RULE + "A",
    "if __name__ == '__main__':\n    pass\nelse:\n    A = torch.optim.Adam\n" + RULE + "A",
    "table = {}\ntable['a'] = torch.optim.Adam\n" + RULE + "return table",
    "table = []\ntable.append(torch.optim.Adam)\n" + RULE + "return table",
    "for A in [torch.optim.Adam]:\n    pass\n" + RULE + "return A",
    "def setup():\n    global A\n    A = torch.optim.Adam\n" + RULE + "return A",
    "def h():\n    return torch.optim.Adam\n" + RULE + "return h()",
    "def h():\n    return torch.optim.Adam\ndef i():\n    return h()\n" + RULE + "return i()",
    "def h():\n    return torch.optim.Adam\n" + RULE + "return globals()['h']()",
    "h = lambda: torch.optim.Adam\n" + RULE + "return h()",
    "class H:\n    def run(self):\n        return torch.optim.Adam\n" + RULE + "return H().run()",
    "class H:\n    A = torch.optim.Adam\n" + RULE + "return H.A",
    "class H:\n    def run(self):\n        return torch.optim.Adam\n" + RULE
    + "return getattr(H(), 'run')",
    "import torch as 𝐭\n" + RULE + "return t.optim.Adam",  # Python reads both as t
    "@optimizer\ndef adam(g, A=torch.optim.Adam):\n    return A",
    "adam = optimizer(lambda g: torch.optim.Adam)  # rule",
    "@optimizer(name='adam')\nclass Mine(torch.optim.Adam):\n    pass",
    "@optimizer(name='adam')\nclass Mine(torch.optim.Optimizer):\n    def step(self):\n"
    "        return self.go()\n    def go(self):\n        return torch.optim.Adam",
    "class Base(torch.optim.Optimizer):\n    def step(self):\n        return torch.optim.Adam\n"
    "@optimizer(name='adam')\nclass Mine(Base):\n    pass",
    # What is made of it before it is registered, and what makes it.
    "def d(f):\n    def w(*a):\n        return torch.optim.Adam\n    return w\n@optimizer\n@d\n"
    "def adam(g):\n    return g",
    "def d(f):\n    def w(*a):\n        return torch.optim.Adam\n    return w\n"
    "def _adam(g): return g  # rule\nadam = optimizer(d(_adam))",
    "def make(A):\n    def rule(g): return A  # rule\n    return rule\n"
    "adam = optimizer(make(torch.optim.Adam))",
])
def test_it_is_found_in_all_that_the_rule_calls_and_uses(text):
    found = first(IMPORTS + text)
    assert found is not None
    assert found[0] == "torch.optim.Adam"


@pytest.mark.parametrize("text", [
    "import torch.optim\nimport torch.optim as o\nfrom torch import optim\n" + RULE + "return g",
    "from torch.optim import Adam\n" + RULE + "return g",
    "from torch.optim import *\n" + RULE + "return g",
    "from torch.optim import *\nfrom torch import *\n" + RULE + "return zeros(1)",
    "from torch.optim import *\nfrom math import *\n" + RULE + "return sqrt(g)",
    "def h():\n    return torch.optim.Adam\n" + RULE + "return g",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from torch.optim import Adam\n"
    "@optimizer\ndef adam(g: Adam) -> torch.optim.Adam:\n    x: Adam = g\n    return x",
    "import typing\nif not typing.TYPE_CHECKING:\n    A = 1\nelse:\n    A = torch.optim.Adam\n"
    + RULE + "A",
    "def h():\n    return torch.optim.Adam\n" + RULE
    + "return g\nif __name__ == '__main__':\n    h()\n    torch.optim.SGD([])",
    "if '__main__' == __name__ and torch:\n    A = torch.optim.Adam\n" + RULE + "return A",
    RULE + "return g\nprint(torch.optim.Adam([]).step())",
    RULE + "return g\ndef race(*rules): ...\nrace(adam, torch.optim.Adam)",
    RULE + "return g\nrules = {'mine': adam, 'theirs': torch.optim.Adam}",
    RULE + "return g\n@optimizer\ndef sgd(g):\n    return torch.optim.SGD",
    RULE + '"""torch.optim.Adam"""\n    return g  # torch.optim.Adam',
    "from torch.optim import Adam\ndef h(Adam):\n    return Adam\n" + RULE + "return h(g)",
    "from torch.optim import Adam\n" + RULE + "Adam = g\n    return Adam",
    "from .optim import Adam\n" + RULE + "return Adam",
    "class optim:\n    Adam = 1\n" + RULE + "return optim.Adam",
    # The names that people give twice.
    RULE + "return g\noptimizer = torch.optim.Adam([])\noptimizer.step()",
    "@optimizer(name='adam')\ndef f(g):\n    return g\noptimizer = torch.optim.Adam([])",
    RULE + "return g\nadam = torch.optim.Adam([])",
    "from torch.optim import Adam, Optimizer\n@optimizer(name='adam')\nclass Adam(Optimizer):\n"
    "    def __init__(self, p):\n        super(Adam, self).__init__(p, {})",
    "from torch.optim import Adam as step\ndef step(g):\n    return g\n" + RULE + "return step(g)",
    RULE + "def debug():\n        return torch.optim.Adam\n    return g",
    "o = torch.optim\n@optimizer(name='adam')\nclass Mine(o.Optimizer):\n    pass",
    "from torch.optim.optimizer import Optimizer\n@optimizer(name='adam')\nclass M(Optimizer):\n"
    "    def step(self):\n        pass\n    def compare(self):\n        return torch.optim.Adam",
    RULE + "return torch._foreach_add, torch._fused_rms_norm",  # not a whole optimizer
])
def test_what_the_rule_does_not_reach_costs_nothing(text):
    assert first(IMPORTS + text) is None


@pytest.mark.parametrize(("line", "others", "found"), [
    ("from helpers import stepped", [("helpers.py", HELPERS)], ("helpers.py", 4)),
    ("from helpers import *", [("helpers.py", HELPERS)], ("helpers.py", 4)),
    ("from a.b import stepped",
     [("a/b.py", "from .c import stepped"), ("a/c.py", HELPERS)], ("a/c.py", 4)),
    ("import a.c\nstepped = a.c.stepped", [("a/c.py", HELPERS)], ("a/c.py", 4)),
    ("import helpers\nimport test_helpers", [("helpers.py", ""), ("test_helpers.py", HELPERS)],
     None),
    ("stepped = print", [("helpers.py", HELPERS)], None),
    ("from torch import stepped", [("torch.py", HELPERS)], None),  # theirs comes first
])
def test_other_files_count_through_imports(line, others, found):
    seen = first(f"{IMPORTS}{line}\n{RULE}return stepped()", *others)
    assert (seen and seen[1:]) == found


@pytest.mark.parametrize(("forbidden", "line", "name"), [
    (["torch.nn"], "from torch import nn\nA = nn.Softplus", "torch.nn.Softplus"),
    (["torch.nn"], "import torch.nn as nn\nA = nn.Softplus", "torch.nn.Softplus"),
    (["torch.nn"], "from torch.nn import functional as F\nA = F.relu", "torch.nn.functional.relu"),
    (["torch.nn"], "A = torch._C._nn.softplus", "torch._C._nn.softplus"),
    (["torch.func"], "import functorch\nA = functorch.grad", "functorch.grad"),
    (["torch.autograd.grad"], "A = torch.autograd.Variable._execution_engine",
     "torch.autograd.Variable._execution_engine"),
    (["scipy.optimize"], "from scipy import optimize\nA = optimize.minimize",
     "scipy.optimize.minimize"),
])
def test_every_forbidden_name_has_the_others_for_the_same_work(forbidden, line, name):
    used, unused = (
        first(f"{IMPORTS}{line}\n{RULE}return {what}", forbidden=forbidden) for what in ("A", "g"))
    assert (used and used[0], unused) == (name, None)


def test_a_rule_of_which_the_place_is_not_known_answers_for_its_file_and_one_for_itself():
    files = [SourceFile("a.py", (IMPORTS + "A = torch.optim.Adam\ndef f(g):\n    g").encode())]
    places = [("a.py", 4), ("a.py", 40), ("<string>", 1)]
    assert [use and use.line for use in search(files, OPTIM, places)] == [None, 3, 3]


def test_the_cells_of_a_notebook_are_read_one_by_one():
    text = f"# cell 1\n{IMPORTS}# cell 2\nthis is no Python\n# cell 3\n{RULE}return torch.optim.SGD"
    files = [SourceFile("hw.py", text.encode(), "hw.ipynb", (1, 4, 6))]
    assert [use.line for use in search(files, OPTIM, [("hw.py", 7)])] == [9]


def test_the_names_of_a_package_are_read_off_its_files():
    assert exported("torch.optim") >= {"Adam", "SGD", "Optimizer"}
    assert "zeros" not in exported("torch.optim")
    assert exported("torch.nn") >= {"Softplus", "Module"}


@pytest.mark.parametrize("name", installed())
def test_the_handout_lists_what_the_assignment_forbids(name):
    handout = (installed()[name] / "handout.md").read_text()
    paragraph = re.search(r"Not accepted, since .*?\.\s", handout, flags=re.S)[0]
    assert set(re.findall(r"`(torch[\w.]+)`", paragraph)) == set(load(name).forbid)


# --- in a process of its own -------------------------------------------------------------------

RULE_FILE = (IMPORTS + RULE + "return torch.optim.Adam\n").encode()


def timed(content):
    begun = time.process_time()
    found = apart.uses([SourceFile("a.py", content)], OPTIM, [("a.py", 3)])
    assert time.process_time() - begun < 1  # of this process, whatever the other one does
    return found[0] and found[0].line


def test_the_memory_of_the_grader_is_not_held_against_a_text():
    held = np.ones(512 << 17)  # numbers of 8 bytes: 512 MiB, past what the parser's stack takes
    assert timed(RULE_FILE + b"x = " + b"+" * 10_000 + b"1") is None
    assert held[-1] == 1.0


@pytest.mark.parametrize("further", [
    b"x = a" + b".b" * 2_000,  # as deep as Python itself takes it
    b"x = a" + b".b" * 100_000,
    b"x = " + b"-" * 10_000 + b"1",
    b"x = " + b"lambda: " * 100 + b"torch.optim.Adam",
    b"x = " + b"[" * 199 + b"]" * 199,
    b"x = " + b"9" * 5_000,
    b"\xff\xfe",
    b"x = '\\ud800'",
])
def test_hostile_text_beside_the_rule_neither_hides_it_nor_hangs(further):
    # What Python cannot read runs nowhere: `loads` says so before it comes to this.
    assert timed(RULE_FILE + further) in (5, None)


def test_a_chain_of_aliases_is_followed_to_its_end():
    chain = b"a0 = torch.optim.Adam\n" + b"".join(
        b"a%d = a%d\n" % (number, number - 1) for number in range(1, 3_000))
    assert timed(RULE_FILE.replace(b"torch.optim.Adam", b"a2999") + chain) == 6


def test_who_names_nothing_of_torch_starts_no_process(monkeypatch):
    monkeypatch.setattr(apart, "_answer", None)
    assert timed(b"\n\n@optimizer\ndef sgd(g): return g") is None


@pytest.mark.parametrize(("limit", "to", "content", "status", "what"), [
    ("CPU_S", 1, b'\nf"' + b"{x}" * 60_000 + b'"',  # 3.11 takes quadratic time
     Status.TIMEOUT, "the files take more than 1 s of CPU time to be read"),
    ("MEMORY_MIB", 512, b"\n" + b"x;" * 500_000,
     Status.OUT_OF_MEMORY, "the files need more than 512 MiB to be read"),
])
def test_what_cannot_be_read_within_the_limits_says_so(
    limit, to, content, status, what, monkeypatch
):
    monkeypatch.setattr(apart, limit, to)
    monkeypatch.setattr(apart, "BOOT", apart.BOOT.replace(
        "; main()", f"; apart.{limit} = {to}; main()").replace(
        "from cgp_harness.checks.forbidden.apart import main",
        "from cgp_harness.checks.forbidden import apart; main = apart.main"))
    with pytest.raises(apart.UnreadableError) as caught:
        timed(RULE_FILE + content)
    assert (caught.value.status, caught.value.what) == (status, what)


def test_a_process_that_is_killed_twice_is_nobodys_fault(monkeypatch):
    monkeypatch.setattr(apart, "BOOT", "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(MachineError) as caught:
        timed(RULE_FILE + b"#")
    assert str(caught.value) == "the process that reads a submission's files ended with -9"


# --- what it costs ------------------------------------------------------------------------------

HOMEWORK = b"""
id = "loads_only"
title = ""
version = "1"
forbid = ["torch.optim"]
[[tasks]]
id = "sgd_plus"
family = "sgd_plus"
title = "SGD+"
accept = ["lr_in_buffer"]
equation = ""
hyperparameters = {lr = 1e-3, mu = 0.9}
checks = {loads = {points = 60}}
[[tasks]]
id = "adam"
family = "adam"
title = "Adam"
accept = ["eps_inside_root"]
equation = ""
hyperparameters = {lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8}
checks = {loads = {points = 40}}
"""
BOTH = b"""
import torch
from torch.optim import Adam
from cgp_harness import optimizer

def race(p):
    return torch.optim.SGD(p, lr=1.0).step()

race([torch.ones(2)])

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v

@optimizer
def adam(g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return lr * step(g)

def step(g):
    return Adam([g]).step()
"""


def graded(*files):
    return pipeline.grade(
        Submission("ada", files), parse(HOMEWORK), seed=0, isolation=levels.choose("auto"))


def test_one_rules_use_costs_that_rule_only():
    report = graded(SourceFile("hw.py", BOTH), SourceFile("test_hw.py", b"import torch.optim"))
    assert [check.score for check in report.checks] == [60, 0]
    assert [check.message for check in report.checks] == ["", (
        "torch.optim.Adam is used\n  at hw.py:21\n"
        "  expected the update written out, from the gradient on\n"
        '  fix: write it yourself; a comparison with torch can stand under `if __name__ == '
        '"__main__":`')]


def test_a_text_that_cannot_be_read_costs_its_student_and_is_no_grader_error(monkeypatch):
    def unreadable(question):
        raise apart.UnreadableError(
            Status.TIMEOUT, "the files take more than 10 s of CPU time to be read")

    monkeypatch.setattr(apart, "_answer", unreadable)
    report = graded(SourceFile("hw.py", BOTH + b"# unreadable"))
    assert {(check.status, check.score, check.message) for check in report.checks} == {(
        Status.TIMEOUT, 0.0, "the files take more than 10 s of CPU time to be read\n"
        "  expected a homework of a few kB")}


@pytest.mark.parametrize(("block", "name"), [
    ('if __name__ == "__main__":\n    A = torch.optim.Adam\n', "torch.optim.Adam"),
    ("if '__main__' == __name__:\n    from torch.optim import SGD as A\n", "torch.optim.SGD"),
    ("if __name__ != '__main__':\n    pass\nelse:\n    A = torch.optim.Adam\n",
     "torch.optim.Adam"),
    ("if __name__ != '__main__':\n    A = torch.optim.Adam\n", None),
    ('if __name__ == "__main__":\n    torch.optim.SGD([]).step()\n', None),
])
def test_in_a_notebook_the_main_block_runs_and_counts_where_the_rule_reaches_it(block, name):
    text = f"# cell 1\n{IMPORTS}{block}{RULE}return A"
    line = text.splitlines().index("@optimizer") + 1
    notebook = SourceFile("hw.py", text.encode(), "hw.ipynb", (1,))
    (use,) = search([notebook], OPTIM, [("hw.py", line)])
    assert (use and use.name) == name
    (use,) = search([SourceFile("hw.py", text.encode())], OPTIM, [("hw.py", line)])
    in_a_file = name is None and "!=" in block  # the other way round
    assert (use and use.name) == ("torch.optim.Adam" if in_a_file else None)


def test_the_decorators_of_every_installed_kind_register(monkeypatch):
    built_in = ("optimizer", "autograd_function", "activation", "backprop")
    assert names.registering() >= {f"cgp_harness.{one}" for one in built_in}
    layer = replace(kinds()["backprop"], package="cgp_layers", contract=Contract(
        "layer", "layer", "a class", "", lambda _: ([], [])))
    monkeypatch.setattr(names, "kinds", lambda: {"layer": layer})
    assert names.registering.__wrapped__() == {"cgp_layers.layer", "cgp_layers.contract.layer"}

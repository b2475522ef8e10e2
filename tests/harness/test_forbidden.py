"""Forbidden names in the syntax tree: found under every alias, and never where they are allowed."""

import pytest

from cgp_harness.checks.forbidden import uses
from cgp_harness.model import SourceFile


def names(text):
    file = SourceFile("plugin.py", text.encode())
    return [(use.name, use.line) for use in uses([file], ["torch.optim"])]


@pytest.mark.parametrize(("text", "found"), [
    ("import torch\nx = torch.optim.Adam", [("torch.optim.Adam", 2)]),
    ("import torch as t\nx = t.optim.SGD([])", [("torch.optim.SGD", 2)]),
    ("import torch.optim as o\no.RMSprop", [("torch.optim.RMSprop", 2)]),
    ("from torch import optim\ndef f():\n    return optim.Adam", [("torch.optim.Adam", 3)]),
    ("from torch.optim import Adam", [("torch.optim.Adam", 1)]),
    ("from torch.optim.adam import adam", [("torch.optim.adam.adam", 1)]),
    ("import torch.optim.adam\ntorch.optim.adam.adam()",
     [("torch.optim.adam.adam", 2), ("torch.optim.adam", 2)]),
    ("import torch\ntorch._fused_adam_()", [("torch._fused_adam_", 2)]),
    ("def f():\n    import torch\n    torch.optim.Adam", [("torch.optim.Adam", 3)]),
])
def test_a_forbidden_name_is_found(text, found):
    assert names(text) == found


@pytest.mark.parametrize("text", [
    "import torch\nclass A(torch.optim.Optimizer):\n    pass",
    "from torch.optim import Optimizer",
    "from torch.optim.optimizer import Optimizer",
    "import torch.optim",
    "from torch import optim\nclass A(optim.Optimizer): pass",
    "import torch\nif __name__ == '__main__':\n    torch.optim.Adam([])",
    "adam = object()\nadam.optim.Adam",
    "from .optim import Adam",
    "def f(:",
    "\0",
])
def test_an_allowed_one_is_not(text):
    assert names(text) == []


def test_code_after_the_main_guard_counts():
    text = "import torch\nif __name__ == '__main__':\n    pass\nelse:\n    torch.optim.Adam"
    assert names(text) == [("torch.optim.Adam", 5)]


def test_a_use_belongs_to_the_statement_around_it_with_its_decorators():
    text = "import torch\n@property\ndef f():\n    return torch.optim.Adam\nx = 1"
    (use,) = uses([SourceFile("a.py", text.encode())], ["torch.optim"])
    assert [use.inside_the_statement_at(f"a.py:{line}") for line in (1, 2, 3, 4, 5)] == [
        False, True, True, True, False]
    assert not use.inside_the_statement_at("b.py:3")
    assert not use.inside_the_statement_at("")

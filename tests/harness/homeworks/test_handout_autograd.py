"""The texts of the Autograd homework agree with the assignment: points, names, code that runs."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import cgp_assignments
from cgp_harness.assignment import load
from cgp_harness.checks.forbidden.search import search
from cgp_harness.model import SourceFile
from tests.harness.activations.activation_behaviour import activation_defects
from tests.harness.all_checks import CHECKS_OF
from tests.harness.functions.right.function_contracts import CONTRACTS
from tests.harness.functions.right.function_sources import registered

ASSIGNMENT = load("autograd_extension")
FOLDER = Path(cgp_assignments.__file__).parent / "autograd_extension"
HANDOUT = (FOLDER / "handout.md").read_text(encoding="utf-8")
STARTER = (FOLDER / "starter.py").read_text(encoding="utf-8")
PERFECT = (FOLDER / "examples" / "perfect.py").read_text(encoding="utf-8")
ARGUMENTS = {"quantize": ["x"], "softplus": ["x"], "affine": ["x", "W", "b"], "sign_ste": ["x"]}


def rows_after(text, heading):
    """The rows, header first, of the first table after a heading; backquotes removed."""
    lines = text.partition(heading)[2].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


def test_the_tasks_are_the_four_functions_and_the_activation():
    kinds = {task.id: task.kind for task in ASSIGNMENT.tasks}
    assert kinds == dict.fromkeys(CONTRACTS, "autograd_function") | {"mine": "activation"}
    assert ASSIGNMENT.max_score == 100
    for task in ASSIGNMENT.tasks:
        assert sum(check.points for check in task.checks.values()) == 20


def test_the_points_are_those_of_the_assignment():
    header, *rows, total = rows_after(HANDOUT, "## Points")
    assert header == ["check", "asks", *(task.id for task in ASSIGNMENT.tasks)]
    kinds = dict.fromkeys([*CHECKS_OF["autograd_function"], *CHECKS_OF["activation"]])
    assert [row[0] for row in rows] == list(kinds)
    for kind, _, *points in rows:
        assert [float(p) if p else None for p in points] == [
            task.checks[kind].points if kind in task.checks else None
            for task in ASSIGNMENT.tasks
        ]
    assert [total[0], *map(float, total[1:])] == ["total", 100, 20, 20, 20, 20, 20]


def test_the_names_are_those_of_the_assignment():
    rows = rows_after(HANDOUT.replace("\\|", ""), "## What to write")
    assert [row[0] for row in rows[1:]] == [task.id for task in ASSIGNMENT.tasks]


def test_the_code_runs_and_none_of_it_is_of_the_homework():
    blocks = re.findall(r"```python\n(.*?)```", HANDOUT, flags=re.S)
    found = registered("\n\n".join(blocks))
    assert set(found) == {"cube", "bump"}
    x = torch.tensor([2.0, -1.0], dtype=torch.float64, requires_grad=True)
    found["cube"].apply(x).backward(torch.tensor([-1.0, 0.5], dtype=torch.float64))
    assert x.grad.tolist() == [-12.0, 1.5]
    assert activation_defects(found["bump"]) == ()


def test_the_command_names_this_assignment():
    assert f"\ncgp check my_functions.py -a {ASSIGNMENT.id}\n" in HANDOUT


@pytest.mark.parametrize(("line", "name"), [
    ("torch.autograd.grad(y, x)", "torch.autograd.grad"),
    ("torch.nn.functional.softplus(x)", "torch.nn.functional.softplus"),
    ("torch.nn.Softplus()(x)", "torch.nn.Softplus"),
    ("torch.func.vjp(f, x)", "torch.func.vjp"),
    ("torch.autograd.functional.vjp(f, x)", "torch.autograd.functional.vjp"),
    ("torch._C._nn.softplus(x)", "torch._C._nn.softplus"),
    ("torch.ops.aten.softplus(x)", "torch.ops.aten.softplus"),
])
def test_what_would_do_the_homework_is_found(line, name):
    text = f"import torch\n\ndef f(x):\n    return {line}\n"
    files = (SourceFile("plugin.py", text.encode()),)
    (use,) = search(files, ASSIGNMENT.forbid, [("plugin.py", 3)])
    assert use.name == name


def test_what_a_function_needs_of_torch_is_allowed():
    text = (
        "import torch\nfrom torch.autograd import Function\n"
        "from torch.autograd.function import FunctionCtx, once_differentiable\n\n"
        "class F(torch.autograd.Function):\n    grad = torch.no_grad, torch.special.expit\n"
    )
    files = (SourceFile("plugin.py", text.encode()),)
    assert search(files, ASSIGNMENT.forbid, [("plugin.py", 5)]) == (None,)


def test_the_starter_has_the_signatures_of_the_right_answer_and_nothing_in_them():
    empty, right = registered(STARTER), registered(PERFECT)
    assert list(empty) == list(right) == [task.id for task in ASSIGNMENT.tasks]
    for name, arguments in ARGUMENTS.items():
        for method, own in (("forward", ["ctx", *arguments]), ("backward", ["ctx", "g"])):
            both = [inspect.signature(getattr(one[name], method)) for one in (empty, right)]
            assert [list(one.parameters) for one in both] == [own, own]
    for node in ast.walk(ast.parse(STARTER)):
        if isinstance(node, ast.FunctionDef):
            text, nothing = node.body
            assert isinstance(text.value.value, str)
            assert nothing.value.value is ...


def test_calling_the_starter_raises_nothing():
    found = registered(STARTER)
    x = torch.ones(2, 2, dtype=torch.float64, requires_grad=True)
    for name, arguments in ARGUMENTS.items():
        assert found[name].apply(*[x] * len(arguments)) is None
    assert found["mine"](np.ones(3)) is None

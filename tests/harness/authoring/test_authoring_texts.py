"""What `cgp new assignment` makes of a solution: starter, handout, assignment.toml, perfect.py."""

import ast
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cgp_harness.assignment import mistakes as named_mistakes
from cgp_harness.assignment import parse
from cgp_harness.authoring.examples import perfect, test_of
from cgp_harness.authoring.handout import _arguments, handout
from cgp_harness.authoring.mistakes import mistakes
from cgp_harness.authoring.of_kinds import fields, part_of, weights
from cgp_harness.authoring.points import split
from cgp_harness.authoring.starter import starter
from cgp_harness.authoring.table import points, table
from cgp_harness.authoring.wanted import Wanted, at, spelt
from cgp_harness.installed import kinds
from cgp_harness.kind import LOADS, Authored
from cgp_harness.registering.contract import Contract
from tests.harness.authoring.solutions import SOLUTION

test_of.__test__ = False
LINES = {name: number for number, line in enumerate(SOLUTION.splitlines(), 1)
         for name in ("adamw", "layer_norm") if f"def {name}" in line or f'"{name}"' in line}
WANTED = [
    Wanted("optimizer", "adamw", at(ast.parse(SOLUTION).body, LINES["adamw"])),
    Wanted("autograd_function", "layer_norm", at(ast.parse(SOLUTION).body, LINES["layer_norm"]))]

NODE = ast.parse("def f(): ...").body[0]

STARTER = '''\
"""Homework 3."""

from __future__ import annotations

import torch
from torch import Tensor

from cgp_harness import (
    autograd_function,
    optimizer,
)

EPS = 1e-8


@optimizer(m=0, v=0)
def adamw(g, p, k, m, v,
          lr=1e-3, beta1=0.9, beta2=0.999, eps=EPS, weight_decay=1e-2):
    """AdamW: weight decay beside Adam.

    The decay is not part of the moments.
    """
    ...


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    TINY = 1e-5

    @staticmethod
    def forward(ctx, x: "B n", gain: "Tensor", eps: float = TINY) -> "B n":
        """Over the last axis."""
        ...

    @staticmethod
    def backward(ctx, g):
        ...
'''


def test_a_starter_keeps_what_signatures_need_and_nothing_that_bodies_need():
    made = starter(SOLUTION, LINES.values(), "Homework 3.")
    assert made == STARTER
    exec(compile(made, "starter.py", "exec"), {"__name__": "starter"})


def test_a_starter_of_one_task_leaves_out_what_the_others_need():
    assert starter(SOLUTION, [LINES["adamw"]], "Homework 3.") == '''\
"""Homework 3."""

from __future__ import annotations

from cgp_harness import optimizer

EPS = 1e-8


''' + STARTER[STARTER.index("@optimizer"):STARTER.index("\n\n@autograd")]


@pytest.mark.parametrize(("text", "kept"), [
    ("def f(x): return x  # x", "def f(x):\n    ..."),
    ("def f(x, y=lambda a: a, *, z={1: 2}) -> 'n': return x",
     "def f(x, y=lambda a: a, *, z={1: 2}) -> 'n':\n    ..."),
    ("def f(x):\n    'Says \"# this\".'\n    return x",
     "def f(x):\n    'Says \"# this\".'\n    ..."),
    ("class A(B):\n    '''Doc.'''\n    x = 3\n", "class A(B):\n    '''Doc.'''\n    ..."),
    ("class A:\n    'é'\n    def step(self): 'ü'; return 1\n    def own(self): self.step()\n",
     "class A:\n    'é'\n\n    def step(self):\n        'ü'\n        ...\n\n"
     "    def own(self):\n        ..."),
    ("@f(\n    v=0,  # zero\n\n    s='#')\nasync def g(x): ...",
     "@f(\n    v=0,\n\n    s='#')\nasync def g(x):\n    ..."),
])
def test_a_definition_without_its_body(text, kept):
    assert starter(text, [ast.parse(text).body[0].lineno], "Doc.") == f'"""Doc."""\n\n\n{kept}\n'


def test_what_a_kept_name_stands_for_is_kept_with_all_that_it_needs():
    text = ("import math\nimport os, sys\nfrom a import *\nTWO = 2\ntry:\n    import b\n"
            "except ImportError:\n    b = None\n\n"
            "def start():\n    return TWO * math.pi\n\n@optimizer(v=start())\n"
            "def rule(g, v, lr: 'sys.X' = 1, b=b):\n    return os.getcwd()\n")
    assert starter(text, [13], "Doc.") == (
        '"""Doc."""\n\nimport math\nimport sys\nfrom a import *\nTWO = 2\ntry:\n    import b\n'
        "except ImportError:\n    b = None\n\n\n"
        "def start():\n    return TWO * math.pi\n\n\n@optimizer(v=start())\n"
        "def rule(g, v, lr: 'sys.X' = 1, b=b):\n    ...\n")


HANDOUT = '''\
# Homework 3

You write `adamw` and `layer_norm` in one Python file, notebook, folder or zip. Begin with a
copy of `starter.py`, which lies beside this page, and put your own code in the place of each `...`.
Any form that computes the same is right.

## AdamW: `adamw`

AdamW: weight decay beside Adam.

The decay is not part of the moments.

```python
@optimizer(m=0, v=0)
def adamw(g, p, k, m, v,
          lr=1e-3, beta1=0.9, beta2=0.999, eps=EPS, weight_decay=1e-2):
    ...
```

| argument | default |
| --- | --- |
| `lr` | `1e-3` |
| `beta1` | `0.9` |
| `beta2` | `0.999` |
| `eps` | `EPS` |
| `weight_decay` | `1e-2` |

{optimizer}

## Layer norm: `layer_norm`

```python
@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    TINY = 1e-5

    @staticmethod
    def forward(ctx, x: "B n", gain: "Tensor", eps: float = TINY) -> "B n":
        """Over the last axis."""
        ...

    @staticmethod
    def backward(ctx, g):
        ...
```

| argument | shape | default |
| --- | --- | --- |
| `x` | `B n` |  |
| `gain` | `Tensor` |  |
| `eps` | `float` | `TINY` |
| what is returned | `B n` |  |

{autograd_function}

## Points

| check | it | `adamw` | `layer_norm` |
| --- | --- | --- | --- |
| `loads` | loads and fits the contract | 2 | 2 |
| `relations` | is a well-behaved rule | 8 |  |
| `forward` | computes the specified values |  | 40 |
| total | 52 | 10 | 42 |

## How to check it

```sh
cgp check my_solution.py -a hw3
```

It runs the checks that grade you. Where one fails it shows the smallest case that it has found.
It compares with the right answers in the folder `hw3`: without these, hand in your file where
your course runs it for you.
'''


def test_a_handout_says_all_but_the_answer():
    shared = {"adamw": {"loads": 2, "relations": 8}, "layer_norm": {"loads": 2, "forward": 40}}
    made = handout("hw3", "Homework 3", SOLUTION, WANTED, shared, kinds())
    assert made == HANDOUT.format(
        **{name: one.authored.compared for name, one in kinds().items()})


def test_what_has_no_axes_is_one_number_in_a_handout():
    source = ast.parse('def f(x: "B n", scale: "") -> "": ...')
    assert [*_arguments(ast.unparse(source), source.body[0])] == [
        ("`x`", "`B n`", ""), ("`scale`", "one number", ""),
        ("what is returned", "one number", "")]


def test_an_assignment_has_a_task_for_each_answer_and_is_one():
    rates = SimpleNamespace(hyperparameters={"lr": 1, "mu": 0.5, "momentum": 0.5})
    wanted = [
        Wanted("activation", "soft_sign", NODE, rates), Wanted("backprop", "graph", NODE, rates)]
    shared = points(wanted, kinds())
    text = table("hw3", "Homework 3", "import numpy", wanted, kinds(), shared, ["torch.autograd"])
    assert text == '''\
# Written by `cgp new assignment`; all of it is yours to change.
# After a change: cgp doctor -a hw3
id = "hw3"
title = "Homework 3"
version = "1"

# What must not do the work for a submission. A name stands for all that lies below it.
forbid = ["torch.autograd"]
# How much of solution.py a sentence about a mistake may tell: "kind", "place" or "full".
reveal = "place"

# Further names that a hyperparameter may have.
[aliases]
lr = ["learning_rate", "eta", "η", "step_size"]
mu = ["μ"]

[[tasks]]
id = "soft_sign"
kind = "activation"
title = "Soft sign"
# Hyperparameters, with the defaults of solution.py: lr = 1, mu = 0.5, momentum = 0.5.
# equation = "Eq. 12"

# Each may also have: visibility = "hidden".
[tasks.checks]
loads = {points = 2}
activation = {points = 30}
learning = {points = 18}

[[tasks]]
id = "graph"
kind = "backprop"
title = "Graph"
# Hyperparameters, with the defaults of solution.py: lr = 1, mu = 0.5, momentum = 0.5.
# equation = "Eq. 12"

# Each may also have: visibility = "hidden".
[tasks.checks]
loads = {points = 2}
partials = {points = 20}
backpropagation = {points = 28}
'''
    assert parse(text.encode()).max_score == 100
    text = table("hw3", "Homework 3", "import click", wanted, kinds(), shared, [])
    assert '''
forbid = []
# What submissions may import besides numpy, torch and matplotlib; the solution does.
packages = ["click"]
# How much''' in text
    assert parse(text.encode()).packages == ("click",)


FOUND = """
# domain = [0.5, 3.0]
# wide = [1e-12, inf]
# avoid = [1.0]
# relative = 1e-09
# equation"""


def test_what_was_found_by_trying_can_be_made_one_s_own():
    wanted = [Wanted("autograd_function", "root", NODE)]
    found = {"domain": (0.5, 3.0), "wide": (1e-12, np.inf), "avoid": (1.0,), "relative": 1e-9}
    shared = points(wanted, kinds())
    text = table("hw3", "Homework 3", "", wanted, kinds(), shared, [], {"root": found})
    assert FOUND in text
    said = "\n".join(line.removeprefix("# ") if line.startswith(tuple(
        f"# {name} =" for name in found)) else line for line in text.splitlines())
    task = parse(said.encode()).task("root")
    assert {name: getattr(task, name) for name in found} == found
    several = {"domain": {"x": (-3.0, 3.0), "i": (0.0, "n")}}
    text = table("hw3", "Homework 3", "", wanted, kinds(), shared, [], {"root": several})
    assert '\n# domain = {x = [-3.0, 3.0], i = [0.0, "n"]}\n' in text


@pytest.mark.parametrize(("names", "expected"), [
    (["eta"], 'eta = ["lr", "learning_rate", "η", "step_size"]'),
    (["β1", "eps"], '"β1" = ["beta1", "b1", "beta_1", "β_1"]\neps = ["epsilon", "ε"]'),
    (["eta", "lr"], 'lr = ["learning_rate", "η", "step_size"]'),
    (["clip"], None)])
def test_a_hyperparameter_may_have_the_names_that_mean_the_same(names, expected):
    rule = SimpleNamespace(hyperparameters=dict.fromkeys(names, 0.1))
    wanted = [Wanted("activation", "soft_sign", NODE, rule)]
    text = table("hw3", "Homework 3", "", wanted, kinds(), points(wanted, kinds()), [])
    said = text.partition("[aliases]\n")[2].partition("\n\n")[0]
    assert said == (expected or "")
    assert list(parse(text.encode()).aliases) == [
        line.partition(" =")[0].strip('"') for line in said.splitlines()]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 13, 40])
def test_points_are_whole_and_100_and_an_empty_starter_gets_10_at_most(count):
    # What an instructor's own tests check is no answer of a solution.
    names = [name for name, kind in kinds().items() if kind.checks]
    wanted = [Wanted(names[index % len(names)], f"t{index}", NODE) for index in range(count)]
    shared = points(wanted, kinds())
    totals = [sum(each.values()) for each in shared.values()]
    assert sum(totals) == 100
    assert max(totals) - min(totals) <= 1
    assert all(isinstance(one, int) and one >= 0 for each in shared.values() for one in
               each.values())
    assert all(10 * each["loads"] <= sum(each.values()) for each in shared.values())


def test_a_kind_that_another_package_adds_counts_its_checks_alike():
    other = replace(kinds()["backprop"], contract=Contract(
        "other", "other", "a class", "", lambda _: ([], [])), authored=Authored())
    assert weights(other, WANTED[0]) == {"partials": 1, "backpropagation": 1}
    made = handout("hw", "Hw", SOLUTION, WANTED[:1], {"adamw": {}}, {"optimizer": other})
    assert "\n\nIt is compared with the right answer, on inputs that you have not seen.\n" in made


@pytest.mark.parametrize(("arguments", "trains"), [
    ("ctx, x", True), ("x", True), ("ctx, x, scale=2", True), ("ctx, x: 'B n'", False),
    ("ctx, x, gain", False)])
def test_only_a_function_of_single_numbers_is_to_train_a_network(arguments, trains):
    node = ast.parse(f"class F:\n    def forward({arguments}): ...").body[0]
    assert ("training" in weights(kinds()["autograd_function"], Wanted("", "", node))) is trains


def test_a_derivative_belongs_to_the_function_that_it_is_of():
    other = replace(kinds()["backprop"], contract=Contract(
        "function", "function", "a function", "", lambda _: ([], [])), checks=dict.fromkeys(
            ("values", "derivative"), LOADS), authored=Authored(
                part="_derivative", asked=lambda check, _, parts: check == "values" or parts > 0,
                fields=lambda packages: {"library": "torch"} if "torch" in packages else {}))
    text = "import torch\ndef f(x):\n    return x**2\ndef f_derivative(x):\n    return 2 * x\n"
    _, whole, part = ast.parse(text).body
    assert part_of(other, "f_derivative", ["f", "f_derivative"]) == "f"
    assert part_of(other, "g_derivative", ["f"]) == part_of(other, "f", ["f"]) == ""
    assert part_of(kinds()["optimizer"], "f_derivative", ["f"]) == ""
    alone, both = Wanted("function", "f", whole), Wanted("function", "f", whole, parts=(part,))
    assert [[*weights(other, one)] for one in (alone, both)] == [
        ["values"], ["values", "derivative"]]
    assert fields(other, text) == {"library": "torch"}
    made = handout("hw", "Hw", text, [both], {"f": {"loads": 1}}, {"function": other})
    assert "```python\ndef f(x):\n    ...\n\n\ndef f_derivative(x):\n    ...\n```" in made


def test_points_are_as_near_to_their_shares_as_whole_numbers_can_be():
    assert split(10, [1, 2, 4]) == [1, 3, 6]
    assert split(0, [1, 2]) == [0, 0]


@pytest.mark.parametrize(("name", "said", "title"), [
    ("adamw", "AdamW: decoupled.", "AdamW"),
    ("softplus", "softplus(x) = log(1 + e^x)", "Softplus"),
    ("log_softmax", "Log-softmax over the last axis\n\nMore.", "Log-softmax over the last axis"),
    ("lion", "The sign of an average.", "Lion"),
    ("lion", "Lion is a rule whose step is the sign of an average of gradients", "Lion"),
    ("layer_norm", "", "Layer norm"),
])
def test_a_title_is_the_docstring_s_own_if_it_is_one(name, said, title):
    node = ast.parse(f"def f():\n    {said!r}").body[0]
    assert Wanted("optimizer", name, node).title == title


def test_names_are_spelt():
    assert [spelt("hw_3"), spelt("Nesterov-hw")] == ["Hw 3", "Nesterov hw"]


def test_a_right_submission_is_the_solution_without_accepted_answers():
    text = '''\
from cgp_harness import accepted, optimizer
import torch, math


@optimizer
def rule(g, lr=1e-3):
    return math.prod([lr, g])  # the lecture's


# torch's
@accepted("rule", "other")
@optimizer
def other(g, lr=1e-3):
    return torch.mul(lr, g)


print("x")
'''
    assert perfect(text, []) == text
    assert perfect(text, [ast.parse(text).body[3]]) == '''\
from cgp_harness import optimizer
import math


@optimizer
def rule(g, lr=1e-3):
    return math.prod([lr, g])  # the lecture's


print("x")
'''


def test_the_example_of_a_mistake_is_a_comment_and_of_the_solution_s_own_code():
    text = mistakes("hw3", WANTED[0])
    assert text == '''\
# Mistakes with names and hints of your own. The harness finds most by itself; an entry here wins.
# `replace` is code of the solution, `by` what stands in its place: cgp doctor -a hw3
# refuses an entry that matches nothing or changes nothing.
#
# [[mistakes]]
# task = "adamw"
# id = "adamw_shortened"
# replace = "beta1 * m + (1 - beta1) * g"
# by = "beta1 * m"
# says = "without (1 - beta1) * g"
# hint = "what to look at, in a sentence"
'''
    entry = "".join(line.removeprefix("# ") for line in text.splitlines(True)[4:])
    [named] = named_mistakes.parse(entry.encode(), "mistakes.toml", {"adamw": ()}, lambda _: None)
    assert named.replaced == (("beta1 * m + (1 - beta1) * g", "beta1 * m"),)


def test_the_test_of_a_homework_names_its_examples():
    text = test_of("hw3", {"perfect": 100.0, "adamw_left_out": 57.5}, forbid=True)
    ast.parse(text)
    assert 'PERCENT = {\n    "perfect": 100,\n    "adamw_left_out": 57.5,\n}\n' in text

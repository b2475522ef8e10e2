"""A fifth kind of task from a distribution of its own: installed, graded in a worker, and small."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cgp_harness.sandbox.host import levels

ROOT = Path(__file__).parents[2]
KIND = ROOT / "plugins" / "kinds" / "function"
LEVEL = levels.choose("auto")
ASSIGNMENT = """
id = "functions"
title = "Functions"
version = "1"

[[tasks]]
kind = "function"
id = "softmax"
title = "Softmax"
equation = "exp(x_i) / sum exp(x_j)"
specified = "specified:softmax"
shapes = [[[1]], [[4]], [[2, 3]]]
magnitudes = [1e-3, 800.0]
[tasks.checks]
loads = {points = 1}
values = {points = 4}

[[tasks]]
kind = "function"
id = "softplus"
title = "Softplus"
equation = "log(1 + exp(x))"
specified = "specified:softplus"
derivative = "specified:sigmoid"
shapes = [[[3]]]
library = "torch"
[tasks.checks]
loads = {points = 1}
values = {points = 4}
derivative = {points = 4}
"""
SPECIFIED = """
import numpy as np

def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def softplus(x):
    return np.logaddexp(0, x)

def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))
"""
RIGHT = """
import numpy as np, torch
from cgp_function import function

@function("softmax")
def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

@function("softplus")
def softplus(x):
    return torch.logaddexp(torch.zeros_like(x), x)

@function("softplus_derivative")
def slope(x):
    return torch.sigmoid(x)
"""
WRONG = {
    "right": RIGHT,
    "overflows": RIGHT.replace("x - x.max(axis=-1, keepdims=True)", "x"),
    "whole": RIGHT.replace("axis=-1, keepdims=True", ""),
    "tanh": RIGHT.replace("return torch.sigmoid(x)", "return torch.tanh(x)"),
    "raises": RIGHT.replace("return torch.sigmoid(x)", "return x / 0 + None"),
    "shape": RIGHT.replace("return torch.sigmoid(x)", "return torch.sigmoid(x).sum()"),
    "in_place": RIGHT.replace("    e = np", "    x += 1\n    e = np"),
    "missing": RIGHT[:RIGHT.index("@function(\"softplus_d")],
    "class": RIGHT.replace('@function("softmax")\ndef', '@function("softmax")\nclass A: pass\ndef'),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Checks of each submission: status, points, message."""
    folder = tmp_path_factory.mktemp("function")
    site = folder / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation",
         "--no-index", "--target", site, KIND], check=True, capture_output=True)
    (site / "specified.py").write_text(SPECIFIED)
    (folder / "assignment.toml").write_text(ASSIGNMENT)
    handed_in = folder / "in"
    handed_in.mkdir()
    for name, text in WRONG.items():
        (handed_in / f"{name}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "cgp_harness", "grade", handed_in, "-a", folder, "-o",
         folder / "out", "--seed", "1", "--isolation", LEVEL, "--quiet", "--jobs", "1"],
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"},
        capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    report = json.loads((folder / "out" / "results.json").read_text())
    return {one["id"]: {check["id"]: check for check in one["checks"]}
            for one in report["submissions"]}


def test_a_right_submission_gets_full_marks(graded):
    assert [(name, check["status"], check["score"]) for name, check in graded["right"].items()] == [
        ("softmax.loads", "passed", 1), ("softmax.values", "passed", 4),
        ("softplus.loads", "passed", 1), ("softplus.values", "passed", 4),
        ("softplus.derivative", "passed", 4)]


@pytest.mark.parametrize(("name", "check", "status", "message"), [
    ("overflows", "softmax.values", "failed", "softmax computes other values than specified."),
    ("whole", "softmax.values", "failed", "softmax computes other values than specified."),
    ("tanh", "softplus.derivative", "failed",
     "softplus_derivative computes other values than specified."),
    ("raises", "softplus.derivative", "student_error",
     "softplus_derivative raised TypeError: unsupported operand type(s) for +: 'Tensor' and "
     "'NoneType'\n  at raises.py:16"),
    ("shape", "softplus.derivative", "student_error",
     "softplus_derivative() returned an array of shape ()\n  at shape.py:14\n"
     "  expected one of shape (3,) for arguments of shapes (3,)"),
    ("in_place", "softmax.values", "student_error",
     "softmax raised ValueError: output array is read-only\n  at in_place.py:7"),
    ("missing", "softplus.derivative", "failed",
     "No function is registered as softplus_derivative: write @function(\"softplus_derivative\") "
     "above it."),
    ("class", "softmax.loads", "student_error",
     "'softmax' is registered as a function, and is the class A\n  at class.py:5\n"
     "  expected a function that takes arrays and returns one"),
])
def test_what_is_wrong_is_said(graded, name, check, status, message):
    found = graded[name][check]
    assert (found["status"], found["score"], found["message"]) == (status, 0, message)


def test_the_smallest_case_is_shown(graded):
    case = graded["tanh"]["softplus.derivative"]["counterexample"]["table"]
    assert (case["heading"], case["columns"]) == (
        "softplus_derivative([0., 0., 0.])", ["number", "got", "expected"])
    assert case["rows"][0] == [1, 0.0, 0.5]


def test_it_takes_less_than_250_lines_of_code():
    lines = 0
    for path in (KIND / "cgp_function").glob("*.py"):
        text = path.read_text("utf-8")
        quiet = {line for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)
                 and isinstance(node.value, ast.Constant)
                 for line in range(node.lineno, node.end_lineno + 1)}
        lines += sum(
            bool(line.strip()) and not line.strip().startswith("#") and number not in quiet
            for number, line in enumerate(text.splitlines(), start=1))
    assert lines < 250

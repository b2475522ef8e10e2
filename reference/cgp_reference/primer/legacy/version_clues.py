"""What in a script only some versions of the course's package explain.

The versions differ in what their methods take (`backprop_forms.py`), so that a subclass shows which
one it was written against by the parameters of the methods that it overrides. All that is looked at
is the syntax tree and the comments; nothing is run.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from cgp_reference.primer.neurons.backprop_forms import Form, multi_neuron_form, one_neuron_form
from cgp_reference.primer.settings import VERSIONS, between

OVERRIDES, BIAS, STATED, CALLS, NAMES = range(5)
"""How much a clue weighs, most first: what a student wrote against the package decides."""

ONE_NEURON_BACKPROP = "backprop_and_update_params_one_neuron_model"
MULTI_NEURON_BACKPROP = "backprop_and_update_params_multi_neuron_model"
LOOPS = ("run_training_loop_one_neuron_model", "run_training_loop_multi_neuron_model")
SINCE = {
    "AutogradCustomization": "1.0.6",
    "parse_general_dag_expressions": "1.0.9",
    "display_DAG": "1.0.9",
    "display_one_neuron_network": "1.0.9",
    "display_multi_neuron_network": "1.0.9",
}
STATEMENT = re.compile(
    r"(?P<of>[A-Za-z]*)[\s,=v-]*(?<![A-Za-z])version\W*(?P<version>\d+\.\d+\.\d+)\b"
    r"|ComputationalGraphPrimer[\s,=v-]*(?P<named>\d+\.\d+\.\d+)\b",
    re.IGNORECASE,
)
OF_OTHERS = {"torch", "pytorch", "torchvision", "pandas", "numpy", "networkx", "matplotlib"}


@dataclass(frozen=True)
class Clue:
    """One place in a script, and the versions that explain it, both ends included.

    `file`: the module beside the script that it is in; the script itself where empty.
    """

    oldest: str
    newest: str
    says: str
    line: int
    weight: int
    file: str = ""

    def allows(self, version: str) -> bool:
        """Whether `version` explains it."""
        return between(self.oldest, version, self.newest)


def clues_in(source: str) -> list[Clue]:
    """Every clue in the text of a Python file, in no particular order.

    Raises:
        SyntaxError: it is not Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's text
        tree = ast.parse(source)
    return [
        *_methods(tree), *_bias(tree), *_stated(source, tree), *_calls(tree), *_names(tree),
    ]


def _methods(tree: ast.AST) -> Iterator[Clue]:
    """Of methods that the script defines; `…_model_adam` was made from `…_model`."""
    for method in _functions(tree):
        named = [*method.args.posonlyargs, *method.args.args]
        required = len(named) - len(method.args.defaults)
        names = [one.arg for one in named if one.arg != "self"]
        form = _form(method.name, names, required - len(named) + len(names))
        if form:
            yield Clue(form.oldest, form.newest, f"its backprop takes {form.takes}",
                       method.lineno, OVERRIDES)
        if method.name in LOOPS and not names and not method.args.vararg:
            yield Clue(VERSIONS[0], "1.0.7", "its training loop takes no data",
                       method.lineno, CALLS)


def _form(name: str, parameters: list[str], required: int) -> Form | None:
    if name.startswith(ONE_NEURON_BACKPROP):
        return one_neuron_form(parameters, required)
    if name.startswith(MULTI_NEURON_BACKPROP):
        return multi_neuron_form(parameters, required)
    return None


def _bias(tree: ast.AST) -> Iterator[Clue]:
    for node in ast.walk(tree):
        match node:
            case (
                ast.Subscript(value=ast.Subscript(value=ast.Attribute(attr="bias")))
                | ast.Assign(
                    targets=[ast.Attribute(attr="bias")], value=ast.Dict() | ast.DictComp())
            ):
                yield Clue("1.1.3", VERSIONS[-1], "its bias has a number for each unit",
                           node.lineno, BIAS)
            case (
                ast.BinOp(left=ast.Subscript(value=ast.Attribute(attr="bias")))
                | ast.BinOp(right=ast.Subscript(value=ast.Attribute(attr="bias")))
                | ast.AugAssign(target=ast.Subscript(value=ast.Attribute(attr="bias")))
                | ast.Assign(
                    targets=[ast.Attribute(attr="bias")],
                    value=ast.List(elts=[ast.Call() | ast.Constant(), *_])
                    | ast.ListComp(elt=ast.Call() | ast.Constant()),
                )
            ):
                yield Clue(VERSIONS[0], "1.1.2", "its bias has one number for each layer",
                           node.lineno, BIAS)


def _calls(tree: ast.AST) -> Iterator[Clue]:
    own = {method.name for method in _functions(tree)}
    dropped = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        name = call.func.attr
        if name == "gen_training_data" and not call.args and id(call) not in dropped:
            yield Clue("1.0.8", VERSIONS[-1], "it uses what gen_training_data() returns",
                       call.lineno, CALLS)
        if name in own:
            continue
        form = _form(name, *_passed(call))
        if form:
            yield Clue(form.oldest, form.newest, f"it calls backprop with {form.takes}",
                       call.lineno, CALLS)
        if name in LOOPS and not call.args and not call.keywords:
            yield Clue(VERSIONS[0], "1.0.7", "its training loop is called without data",
                       call.lineno, CALLS)


def _names(tree: ast.AST) -> Iterator[Clue]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SINCE:
            yield Clue(SINCE[node.attr], VERSIONS[-1], f"it uses {node.attr}", node.lineno, NAMES)


def _stated(source: str, tree: ast.AST) -> Iterator[Clue]:
    """Of comments and docstrings that name a version."""
    texts = [
        (token.start[0], token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    texts += [
        (node.lineno, node.value.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    for line, text in texts:
        for found in STATEMENT.finditer(text):
            version = found["version"] or found["named"]
            if version in VERSIONS and (found["of"] or "").lower() not in OF_OTHERS:
                yield Clue(version, version, f"it names version {version}",
                           line + text.count("\n", 0, found.end()), STATED)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _passed(call: ast.Call) -> tuple[list[str], int]:
    """Names and number of what a call passes; none if it passes a list on: `(*args)`."""
    if any(isinstance(one, ast.Starred) for one in call.args):
        return [], 0
    names = [*map(_name, call.args), *(one.arg for one in call.keywords if one.arg)]
    return names, len(names)


def _name(argument: ast.expr) -> str:
    match argument:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""

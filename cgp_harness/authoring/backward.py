"""A Function of a solution that has no backward, as a submission: one is written for it.

It lets torch find the derivative, as the harness does. Submissions may not, so that the examples of
such a homework are graded without `forbid`.
"""

from __future__ import annotations

import ast
import textwrap

from cgp_harness.authoring.source import Definition, begins, binds, docstring, ends

BY_TORCH = '''

def {derivative}(function, inputs, g):
    """The gradient of each input, by torch. Only an example may: it is graded without `forbid`."""
    inputs = [x.detach().requires_grad_(x.is_floating_point()) for x in inputs]
    wanted = [x for x in inputs if x.requires_grad]
    with torch.enable_grad():
        output = function(*inputs)
        found = map(torch.zeros_like, wanted)
        if output.requires_grad:
            found = iter(torch.autograd.grad((output * g).sum(), wanted, materialize_grads=True))
    return tuple(next(found) if x.requires_grad else None for x in inputs)
'''
METHODS = '''\
@staticmethod
def forward(ctx, {parameters}){returns}:
    ctx.save_for_backward({tensors})
    return {function}({tensors})

@staticmethod
def backward(ctx, g):
    return {derivative}({function}, ctx.saved_tensors, g)
'''


def with_backward(text: str, name: str) -> str:
    """A file whose Function of this name has a backward.

    Args:
        text: the file.
        name: of a function or class at its top level, below `@autograd_function`. What it computes
            stands in a function of its own then.

    Returns:
        The same text if there is one already, or if forward uses ctx for more than to save.
    """
    body = ast.parse(text).body
    node = next(one for one in body if isinstance(one, Definition) and one.name == name)
    taken = {one for each in body for one in binds(each)}
    derivative = next(one for one in ("derivative", "derivative_by_torch") if one not in taken
                      or BY_TORCH.format(derivative=one) in text)
    if isinstance(node, ast.ClassDef):
        lines = _of_class(text, node, derivative, taken)
    else:
        assert isinstance(node, ast.FunctionDef)
        lines = _of_function(text, node, derivative)
    return _completed(lines, derivative, taken) if lines else text


def class_of(node: Definition) -> str:
    """What the class is called of which a Function is a submission.

    >>> class_of(ast.parse("def layer_norm(x): ...").body[0])
    'LayerNorm'
    """
    if isinstance(node, ast.ClassDef):
        return node.name
    name = "".join(part[:1].upper() + part[1:] for part in node.name.split("_"))
    return name if name != node.name else f"{name}Function"


def _of_function(text: str, node: ast.FunctionDef, derivative: str) -> list[str]:
    """The lines of the file with a class below the function, which has its decorators."""
    lines, doc = text.splitlines(), docstring(text, node)
    decorators = "\n".join(f"@{ast.get_source_segment(text, one)}" + (
        f'("{node.name}")' if getattr(one, "id", "") == "autograd_function" else "")
        for one in node.decorator_list)
    made = "\n".join([
        "", "", decorators, f"class {class_of(node)}(torch.autograd.Function):",
        *([f"    {doc}", ""] if doc else []),
        _methods(text, node, node.args, node.name, derivative)])
    lines[ends(node):ends(node)] = made.splitlines()
    lines[begins(node) - 1:node.lineno - 1] = []
    return lines


def _of_class(text: str, node: ast.ClassDef, derivative: str, taken: set[str]) -> list[str]:
    """The lines of the file with a function above the class; none if that cannot be."""
    methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
    forward, setup, given = methods["forward"], methods.get("setup_context"), []
    context = "" if setup else forward.args.args[0].arg
    arguments = forward.args if setup else ast.arguments(
        [], forward.args.args[1:], None, forward.args.kwonlyargs, forward.args.kw_defaults, None,
        forward.args.defaults)
    own = [one for one in forward.body if not _only_saves(one, context)]
    if "backward" in methods or any(
            isinstance(one, ast.Name) and one.id == context
            for each in own for one in ast.walk(each)):
        return []
    function = next(one for one in (f"computed_{node.name.lower()}", f"forward_of_{node.name}")
                    if one not in taken)
    lines = text.splitlines()
    for one in own:
        written = "\n".join(lines[begins(one) - 1:ends(one)])
        given += textwrap.indent(textwrap.dedent(written) if one.lineno > forward.lineno
                                 else ast.unparse(one), "    ").splitlines()
    replaced = {forward: _methods(text, forward, arguments, function, derivative).splitlines()}
    for one in sorted(filter(None, (forward, setup)), key=begins, reverse=True):
        lines[begins(one) - 1:ends(one)] = replaced.get(one, [])
    lines[begins(node) - 1:begins(node) - 1] = [
        f"def {function}({_parameters(text, arguments)}):", *given, "", ""]
    return lines


def _methods(
    text: str, node: ast.FunctionDef, given: ast.arguments, function: str, derivative: str
) -> str:
    tensors = [one.arg for one in given.args[:len(given.args) - len(given.defaults)]]
    returns = ast.get_source_segment(text, node.returns) if node.returns else ""
    return textwrap.indent(METHODS.format(
        parameters=_parameters(text, given), returns=f" -> {returns}" if returns else "",
        tensors=", ".join(tensors), function=function, derivative=derivative), "    ")


def _parameters(text: str, given: ast.arguments) -> str:
    """Arguments as they are written, with annotations and defaults."""
    parts: list[ast.arg | ast.expr] = [
        *given.args, *given.kwonlyargs, *given.defaults, *filter(None, given.kw_defaults)]
    first = min(parts, key=lambda one: (one.lineno, one.col_offset))
    last = max(parts, key=lambda one: (one.end_lineno or 0, one.end_col_offset or 0))
    whole = ast.Name("", lineno=first.lineno, col_offset=first.col_offset,
                     end_lineno=last.end_lineno, end_col_offset=last.end_col_offset)
    return " ".join((ast.get_source_segment(text, whole) or "").split())


def _only_saves(statement: ast.stmt, context: str) -> bool:
    """Whether it computes nothing: a docstring, `ctx.…(…)`, `ctx.n = …`."""
    if isinstance(statement, ast.Expr):
        called = getattr(statement.value, "func", statement.value)
        return isinstance(called, ast.Constant) or _is_of(called, context)
    return isinstance(statement, ast.Assign) and all(
        _is_of(one, context) for one in statement.targets)


def _is_of(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            and node.value.id == name)


def _completed(lines: list[str], derivative: str, taken: set[str]) -> str:
    """With the function that finds the derivative, and torch, which it needs."""
    if "torch" not in taken:
        first = next(
            one for one in ast.parse("\n".join(lines)).body
            if isinstance(one, (ast.Import, ast.ImportFrom))
            and getattr(one, "module", "") != "__future__")
        lines[first.lineno - 1:first.lineno - 1] = ["import torch"]
    text = "\n".join(lines).rstrip() + "\n"
    return text if derivative in taken else text + BY_TORCH.format(derivative=derivative)

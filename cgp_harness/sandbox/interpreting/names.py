"""Names that are not there."""

from __future__ import annotations

from cgp_harness.sandbox.interpreting.meaning import Interpretation, Meaning, found, is_a, module
from cgp_harness.sandbox.protocol.scene import Scene
from cgp_reference.signature import GRADIENTS

_MODULES = {
    "np": "numpy",
    "numpy": "numpy",
    "torch": "torch",
    "math": "math",
    "plt": "matplotlib.pyplot",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "random": "random",
    "itertools": "itertools",
    "functools": "functools",
    "os": "os",
    "sys": "sys",
    "copy": "copy",
    "time": "time",
}
_CONSTANTS = {
    "true": "True",
    "false": "False",
    "null": "None",
    "none": "None",
    "nil": "None",
    "TRUE": "True",
    "FALSE": "False",
    "NULL": "None",
}
_FUNCTIONS = (
    "sqrt",
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "tanh",
    "pi",
    "inf",
    "nan",
    "log1p",
    "expm1",
    "floor",
    "ceil",
    "sign",
    "zeros",
    "ones",
    "zeros_like",
    "ones_like",
    "array",
    "where",
    "maximum",
    "minimum",
    "clip",
    "dot",
    "matmul",
    "mean",
    "square",
)
_HYPERPARAMETERS = ("lr", "mu", "rho", "beta1", "beta2", "eps")
_GIVEN = {
    "Graph": "nodes, inputs, parameters and outputs",
    "Node": "name, text, arguments, parameters and value(values)",
}
"""What homeworks hand to a submission, and what it has."""
_DECORATORS = ("optimizer", "autograd_function", "activation", "backprop", "hookimpl")


def not_defined(scene: Scene) -> Meaning | None:
    """A name that nothing has defined."""
    told = found(r"name '(\w+)' is not defined", scene)
    if told is None or not is_a(scene, "NameError"):
        return None
    name = told[1]
    if name == "ctx" and scene.arguments and scene.function.endswith((".forward", ".backward")):
        method, first = scene.function.rpartition(".")[2], scene.arguments[0]
        return Meaning(
            f"`ctx` is not defined, since the first argument of {method}() is called `{first}`",
            f"write `def {method}({', '.join(('ctx', *scene.arguments[1:]))}):`",
        )
    if name == "self":
        return Meaning(
            "there is no `self` here: this function belongs to no object",
            "write the name alone, and take it as an argument",
        )
    return (_of_gradient(scene, name) or _of_module(scene, name) or _elsewhere(scene, name)
            or _known(scene, name))


def _of_gradient(scene: Scene, name: str) -> Meaning | None:
    """The gradient by a name that it has elsewhere: `grad` in a rule, `grad_output` in backward."""
    of_torch = scene.function.endswith(".backward") and len(scene.arguments) == 2
    own = scene.arguments[1:] if of_torch else tuple(
        one for one in scene.arguments[:1] if one in GRADIENTS)
    if not own or name not in (*GRADIENTS, "grad_output", "grad_out", "dout", "dy"):
        return None
    return Meaning(
        f"`{name}` is not defined: the gradient is called `{own[0]}` here", f"write `{own[0]}`")


def _of_module(scene: Scene, name: str) -> Meaning | None:
    if known := _MODULES.get(name):
        if alias := module(scene, known):
            return Meaning(
                f"`{name}` is not defined: {known} is imported under the name `{alias}`",
                f"write `{alias}.`, or `import {known} as {name}`",
            )
        line = f"import {known}" + (f" as {name}" if name != known else "")
        return Meaning(
            f"`{name}` is used, and nothing of this name is imported",
            f"write `{line}` at the top of the file",
        )
    if name in _DECORATORS:
        return Meaning(
            f"`{name}` is used, and it is not imported",
            f"write `from cgp_harness import {name}` at the top of the file",
        )
    return None


def _elsewhere(scene: Scene, name: str) -> Meaning | None:
    """A name that the file defines, but too late or not for everybody."""
    if scene.below:
        return Meaning(
            f"`{name}` is not defined yet: it gets its value further down, and Python runs a file "
            "from the top to the bottom",
            f"put `{scene.below}` above this line",
        )
    if scene.near:
        return None
    if scene.inside.endswith("()"):
        return Meaning(
            f"`{name}` is not defined here: {scene.inside} has one of its own, which nothing "
            "outside of it sees",
            f"compute `{name}` here too, or take it as an argument",
        )
    if scene.inside:
        return Meaning(
            f"`{name}` belongs to the class {scene.inside}, and is not found by its name alone",
            f"write `{scene.inside}.{name}`",
        )
    return None


def _known(scene: Scene, name: str) -> Meaning:
    if constant := _CONSTANTS.get(name):
        return Meaning(f"`{name}` is not a word of Python's", f"write `{constant}`")
    # beta1 that is no argument is not a misspelt beta2.
    others = [one for one in scene.near if not {one, name} <= {*_HYPERPARAMETERS}]
    if others:
        near = " or ".join(f"`{one}`" for one in others[:2])
        return Meaning(f"`{name}` is not defined", f"did you mean {near}?")
    if name in _FUNCTIONS:
        alias = module(scene, "numpy") or module(scene, "torch") or "np"
        needs = (
            ""
            if alias in {one.partition("=")[0] for one in scene.modules}
            else (f", with `import numpy as {alias}` at the top of the file")
        )
        return Meaning(
            f"`{name}` belongs to a library, and is no name of Python's own",
            f"write `{alias}.{name}`{needs}",
        )
    if {"lr", "g"} & {*scene.arguments} and (told := _of_rule(name)):
        return told
    return Meaning(
        f"`{name}` is not defined: nothing above this line gives it a value"
        + ", and no argument is called so" * bool(scene.arguments)
    )


def _of_rule(name: str) -> Meaning | None:
    """What the harness gives to a rule that asks for it."""
    if name == "k":
        return Meaning(
            "`k` is not defined: a rule gets the number of the step if its signature has k",
            "take k as an argument, after g",
        )
    if name in ("t", "step", "i", "n", "iteration", "epoch"):
        return Meaning(
            f"`{name}` is not defined; the number of the step is called k",
            "take k as an argument, after g, and write k",
        )
    if name in _HYPERPARAMETERS:
        return Meaning(
            f"`{name}` is not defined: it is no argument of this function",
            f"take `{name}` as an argument with its default, as the handout has it",
        )
    return None


def not_made(scene: Scene) -> Meaning | None:
    """A name of which the statement that would have defined it did not come to its end."""
    told = found(r"name '(\w+)' is not defined", scene)
    if told is None or not is_a(scene, "NameError"):
        return None
    return Meaning(
        f"`{told[1]}` is not there, since the statement that makes it did not come to its end",
        "mend that statement first",
    )


def no_value_yet(scene: Scene) -> Meaning | None:
    """A name of the function's own that has no value at that moment."""
    told = found(r"(?:local|free) variable '(\w+)'", scene)
    if told is None or not is_a(scene, "NameError"):
        return None
    name = told[1]
    if name in scene.near:
        return Meaning(
            f"`{name}` is given a value in this function, so that Python does not look for the one "
            "outside it",
            f"give the function's own another name, or take `{name}` as an argument",
        )
    return Meaning(
        f"`{name}` has no value here: the line that gives it one has not been run, or stands below",
        f"give `{name}` a value before, on every way through the function",
    )


def no_attribute(scene: Scene) -> Meaning | None:
    """A module, an array or ctx that has not what is asked of it."""
    if not is_a(scene, "AttributeError"):
        return None
    of_module = found(r"module '([\w.]+)' has no attribute '(\w+)'", scene)
    if of_module:
        alias = scene.parts[0].source if scene.parts else of_module[1]
        return Meaning(f"{of_module[1]} has no `{of_module[2]}`", _meant(scene, alias))
    told = found(r"'([\w.]+)' object has no attribute '(\w+)'", scene)
    if told is None:
        return None
    source = scene.parts[0].source if scene.parts else ""
    if told[1].endswith("Backward"):
        if scene.near:
            return Meaning(f"ctx has no `{told[2]}`", _meant(scene, source or "ctx"))
        return Meaning(
            f"forward has kept nothing as `{source or 'ctx'}.{told[2]}`",
            f"a tensor: `ctx.save_for_backward({told[2]})` in forward and "
            f"`{told[2]}, = ctx.saved_tensors` in backward; a number: `ctx.{told[2]} = …` in "
            f"forward",
        )
    has = "" if scene.near else f"; it has {_GIVEN.get(told[1], '')}"
    return (
        Meaning(f"`{source}` has no `{told[2]}`{has}", _meant(scene, source))
        if source and (scene.near or told[1] in _GIVEN)
        else None
    )


def not_begun(scene: Scene) -> Meaning | None:
    """An optimizer of torch's, or a network, whose own `__init__` is not called."""
    told = found(r"'(\w+)' object has no attribute '(param_groups|defaults|_parameters)'", scene)
    if told is None:
        return None
    given = "" if told[2] == "_parameters" else "params, dict(lr=lr)"
    return Meaning(
        f"{told[1]} has no `{told[2]}`: its __init__ does not call that of the class of torch's "
        "that it comes from",
        f"write `super().__init__({given})` first in __init__"
        + ", with all hyperparameters in the dict" * bool(given),
    )


def _meant(scene: Scene, source: str) -> str:
    near = " or ".join(f"`{source}.{one}`" for one in scene.near[:2])
    return f"did you mean {near}?" if near else ""


def cannot_import(scene: Scene) -> Meaning | None:
    """A name that a module has not."""
    told = found(r"cannot import name '(\w+)' from '([\w.]+)'", scene)
    if told is None or not is_a(scene, "ImportError"):
        return None
    near = " or ".join(f"`{one}`" for one in scene.near[:2])
    return Meaning(
        f"{told[2]} has no `{told[1]}`",
        f"did you mean {near}?" if near else ("look the name up where you know it from"),
    )


TABLE: tuple[Interpretation, ...] = (
    no_value_yet, not_defined, not_begun, no_attribute, cannot_import)

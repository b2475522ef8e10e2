"""Which dotted names count as forbidden: those of the assignment, and what does the same work.

And the names by which code is reached that nothing in the text calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from cgp_harness.installed import kinds

ALLOWED = ("torch.optim.Optimizer", "torch.optim.optimizer")
"""The base class that the adapter accepts, and its module."""

SAME_WORK = {
    "torch.optim": (
        "torch.distributed.optim", "torch.distributed._shard.sharded_optim",
        "torch.distributed.algorithms._optimizer_overlap",
        "torch.testing._internal.common_optimizers", "torch._dynamo.variables.optimizer",
    ),
    "torch.func": ("functorch", "torch._functorch", "torch._C._functorch"),
    "torch.autograd": (
        "torch._C._autograd", "torch._C._functions", "torch._C._EngineBase",
        "torch._C._ImperativeEngine",
    ),
    "torch.autograd.grad": (
        "torch.autograd.graph._engine_run_backward", "torch.autograd._engine_run_backward",
        "torch.autograd.Variable._execution_engine",
        "torch.autograd.variable.Variable._execution_engine", "torch._C._EngineBase",
        "torch._C._ImperativeEngine",
    ),
    "torch.autograd.forward_ad": ("torch._make_dual", "torch._C._enter_dual_level"),
    "torch.nn": ("torch._C._nn", "torch._refs.nn", "torch.ao.nn"),
    "torch.ops": ("torch._ops", "torch._C._jit_get_operation"),
}
"""Forbidden name -> others of torch, public or private, behind which the same code stands."""

CALLED = frozenset((
    "step", "zero_grad", "add_param_group", "state_dict", "load_state_dict",
    "forward", "backward", "setup_context", "jvp", "vjp", "vmap",
))
"""Methods that torch or the grader calls; with those of Python's own, `__init__` and so on."""
PLAIN_BASES = frozenset((
    "object", "Optimizer", "Function", "ABC", "Protocol", "Generic", "NamedTuple", "Enum"))
"""Base classes that call no method which its class has besides."""
NOT_USING = frozenset(("builtins.getattr", "builtins.hasattr", "builtins.vars", "builtins.print"))
"""Functions that may be given `torch.optim` itself: what they give back is looked at."""
FUSED = ("_fused_ada", "_fused_sgd", "_fused_rmsprop")
"""How operators begin that are a whole optimizer, wherever torch offers them."""


@cache
def registering() -> frozenset[str]:
    """Decorators of the installed kinds, wherever they are imported from."""
    return frozenset(
        f"{place}.{one.name}" for one in kinds().values()
        for place in (one.package.partition(".")[0], one.package, f"{one.package}.contract"))


def is_forbidden(name: str, forbidden: Sequence[str]) -> bool:
    """Whether the use of a dotted name counts.

    >>> is_forbidden("torch.optim.Adam", ["torch.optim"])
    True
    >>> is_forbidden("torch.optim.Optimizer.zero_grad", ["torch.optim"])
    False
    >>> is_forbidden("torch.ops.aten._fused_adam_.default", ["torch.optim"])
    True
    """
    if _at_or_below(name, ALLOWED) or may_be_named(name):
        return False
    if "torch.optim" in forbidden and name.startswith("torch."):
        fused = (part.removeprefix("aten::") for part in name.split("."))
        if any(part.startswith(FUSED) for part in fused):
            return True
    others = (other for one in forbidden for other in SAME_WORK.get(one, ()))
    return _at_or_below(name, (*forbidden, *others))


def may_be_named(name: str) -> bool:
    """Whether a module is named to reach what is allowed in it: `torch.optim`."""
    return any(one.startswith(f"{name}.") for one in ALLOWED)


def is_pythons(name: str) -> bool:
    """Whether Python itself calls a method of that name."""
    return name.startswith("__") and name.endswith("__")


def tops(forbidden: Sequence[str]) -> frozenset[str]:
    """The packages that forbidden names begin with."""
    others = (other for one in forbidden for other in SAME_WORK.get(one, ()))
    return frozenset(name.partition(".")[0] for name in (*forbidden, *others))


def _at_or_below(name: str, ones: Sequence[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in ones)

"""The hook implementations that a student's module holds, each of pluggy's traps refused by name.

pluggy accepts a misspelt hook, ignores a function without the marker, and drops a None: a student
would learn of none of these.
"""

from __future__ import annotations

import inspect
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.registering.places import where_is
from cgp_reference.errors import ExplainedError, alike

_MARK = "cgp_harness_impl"  # what @hookimpl leaves on a function: project name + "_impl"
_ORDERING = ("wrapper", "hookwrapper", "tryfirst", "trylast", "optionalhook")


def misfits(module: ModuleType) -> list[PluginError]:
    """What is wrong with the module's hooks, whichever they are."""
    return [error for function in _suspects(module) if (error := _misfit(function))]


def called(module: ModuleType, hook: str) -> tuple[Any, str, list[PluginError]]:
    """What the module's `hook` returned (None if it has none), where it is, and what went wrong."""
    sound = [
        function for function in _suspects(module)
        if hasattr(function, _MARK) and _hook_name(function) == hook and not _misfit(function)
    ]
    if len(sound) > 1:
        return None, "", [PluginError(
            f"the hook {hook!r} is implemented twice", where=where_is(sound[1]),
            expected="one function that returns all of them",
            fix=f"remove one; the other is at {where_is(sound[0])}",
        )]
    if not sound:
        return None, "", []
    try:
        return _call(sound[0], hook), where_is(sound[0]), []
    except PluginError as error:
        return None, "", [error]


def _suspects(module: ModuleType) -> list[FunctionType]:
    """Functions of this module that are hooks, or may be meant to be."""
    functions = [
        value for value in vars(module).values()
        if type(value) is FunctionType and value.__globals__ is vars(module)
    ]
    return [
        function for function in dict.fromkeys(functions)
        if hasattr(function, _MARK) or function.__name__.startswith("cgp_")
    ]


def _call(function: FunctionType, hook: str) -> Any:
    """The hook's answer, through a manager in which nothing else is registered."""
    import pluggy

    from cgp_harness import hookspecs

    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(SimpleNamespace(**{function.__name__: function}))
    try:
        answers = getattr(manager.hook, hook)()
    except ExplainedError as error:
        raise PluginError(
            error.what, where=error.where, expected=error.expected, fix=error.fix
        ) from error
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"{function.__name__}() raised {type(error).__name__}: {error}",
            where=_raised_at(error, function),
        ) from error
    if not answers:  # pluggy leaves out a None
        raise PluginError(
            f"{function.__name__}() returned None", where=where_is(function),
            expected="a list, or a dict from names to what is registered",
            fix="end the function with `return [...]`",
        )
    return answers[0]


def _raised_at(error: BaseException, function: FunctionType) -> str:
    """The last line of the student's own file that was running."""
    trace, file = error.__traceback__, function.__code__.co_filename
    where = where_is(function)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            where = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _hook_name(function: FunctionType) -> str:
    options: dict[str, Any] = getattr(function, _MARK, {})
    return str(options.get("specname") or function.__name__)


def _misfit(function: FunctionType) -> PluginError | None:
    """The trap that this function walked into, if any."""
    hooks = hook_names()
    name, where = _hook_name(function), where_is(function)
    # Without the prefix that all share: else `cgp_ema` would look like `cgp_problems`.
    plain = {hook.removeprefix("cgp_"): hook for hook in hooks}
    close = [plain[one] for one in alike(name.removeprefix("cgp_"), plain)]
    if not hasattr(function, _MARK):
        if not close:
            return None  # a helper whose name happens to begin like a hook's
        return PluginError(
            f"{name}() looks like a hook, but has no @hookimpl", where=where,
            expected="@hookimpl above every hook",
            fix=f"write @hookimpl above `def {close[0]}`",
        )
    if name not in hooks:
        return PluginError(
            f"there is no hook called {name!r}", where=where,
            expected=f"one of {', '.join(hooks)}",
            fix=f"did you mean {close[0]!r}?" if close else "",
        )
    for option in _ORDERING:
        if getattr(function, _MARK).get(option):
            return PluginError(
                f"@hookimpl of {name}() has the option {option!r}", where=where,
                expected="no option: a submission's hook stands alone",
                fix="write @hookimpl",
            )
    arguments = list(inspect.signature(function).parameters.values())
    if not arguments:
        return None
    shown = ", ".join(str(argument.replace(annotation=argument.empty)) for argument in arguments)
    return PluginError(
        f"{name}() has arguments: {shown}", where=where,
        expected="none", fix=f"write `def {function.__name__}():`",
    )


def hook_names() -> list[str]:
    """Every hook of the contract."""
    from cgp_harness import hookspecs

    return [name for name in vars(hookspecs) if name.startswith("cgp_")]

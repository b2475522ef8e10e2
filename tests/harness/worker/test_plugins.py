"""What a module registers, and what is said of each way to get it wrong."""

import importlib.metadata
import importlib.util
import inspect
import os
import subprocess
import sys
import textwrap

import pluggy
import pytest

from cgp_harness import hookspecs
from cgp_harness.errors import HarnessError, PluginError
from cgp_harness.installed import plugins as installed_plugins
from cgp_harness.installed import report_formats
from cgp_harness.kinds.optimizer.contract import CONTRACT
from cgp_harness.registering import hooks
from cgp_harness.registering.module import NothingRegisteredError, registered_in

SGD = """
from cgp_harness import hookimpl, optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""
TORCH = """
import torch
from cgp_harness import hookimpl, optimizer

class Plain(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3):
        super().__init__(params, {"lr": lr})
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Import a module with the given text, under the name `plugin`."""

    def loaded(text, name="plugin"):
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return loaded


def rules_of(module):
    """Its rules, and what is wrong with the rest."""
    found, errors = registered_in(module, [CONTRACT])
    return [one.target for one in found], errors


@pytest.fixture
def register(load, tmp_path):
    """Names of the rules in a text, and the errors as they are read."""

    def registered(text):
        rules, errors = rules_of(load(text))
        folder = f"{tmp_path}{os.sep}"
        return [rule.name for rule in rules], [str(error).replace(folder, "") for error in errors]

    return registered


# --- what counts -------------------------------------------------------------------------------


def test_decorated_functions_register_in_the_order_of_the_file(register):
    assert register(SGD + """
@optimizer(name="adam", m=0)
def mine(g, m, lr=1e-3):
    return lr * g, m
""") == (["sgd", "adam"], [])


def test_a_function_that_cannot_be_a_rule_leaves_the_others_standing(register):
    assert register(SGD + """
@optimizer(v=0)
def sgd_plus(g, v, lr, mu=0.9):
    v = mu * v + g
    return lr * v, v
""") == (["sgd"], [
        "argument 'lr' of sgd_plus() has no default value\n  at plugin.py:7\n"
        "  expected every hyperparameter with a default; state named in the decorator\n"
        "  fix: write `lr=…` in the signature if it is a hyperparameter, "
        "or @optimizer(lr=0) if it is state"
    ])


@pytest.mark.parametrize(("first", "rest", "gradient", "state"), [
    ("theta", "g, k, m, v", "g", "m=0, v=0"), ("w", "grad, v", "grad", "v=0"),
    ("weights", "v, gradient, k", "gradient", "v=0"), ("params", "m, grads, t", "grads", ""),
])
def test_a_parameter_before_the_gradient_is_to_be_left_out(register, first, rest, gradient, state):
    assert register(SGD + f"""
@optimizer({state})
def adam({first}, {rest}, lr=1e-3):
    return lr * {gradient}
""") == (["sgd"], [
        f"the first argument of adam() is {first!r}; the gradient {gradient!r} comes after it\n"
        "  at plugin.py:7\n"
        "  expected the gradient first, then p if the rule needs the parameter's value\n"
        f"  fix: write `def adam({gradient}, …)` without `{first}`, and return the step to "
        "subtract from the parameter"
    ])


def test_a_hook_may_return_a_list(register):
    assert register(SGD + """
@hookimpl
def cgp_step_size_optimizers():
    return [optimizer(name=f"rule_{i}")(lambda g, lr=0.1: lr * g) for i in range(2)]
""") == (["sgd", "rule_0", "rule_1"], [])


def test_the_keys_of_a_hooks_dict_are_the_names(register):
    assert register(SGD + """
@hookimpl
def cgp_step_size_optimizers():
    return {"gradient_descent": sgd}
""") == (["sgd", "gradient_descent"], [])


def test_a_hook_may_bear_another_name_if_it_says_which_it_is(register):
    assert register(SGD + """
@hookimpl(specname="cgp_step_size_optimizers")
def more():
    return {"again": sgd}
""") == (["sgd", "again"], [])


def test_a_rule_registered_twice_over_counts_once(register):
    assert register(SGD + """
again = sgd

@hookimpl
def cgp_step_size_optimizers():
    return [sgd]
""") == (["sgd"], [])


def test_optimizer_classes_register_by_the_decorator_or_by_the_hook(register):
    assert register(TORCH + """
@optimizer(name="marked")
class Marked(Plain):
    pass

@hookimpl
def cgp_step_size_optimizers():
    return [Plain]
""") == (["marked", "Plain"], [])


def test_a_class_derived_from_a_marked_one_is_not_registered_with_it(register):
    assert register(TORCH + """
@optimizer(name="marked")
class Marked(Plain):
    pass

class Derived(Marked):
    pass
""") == (["marked"], [])


def test_a_rule_from_another_file_counts_there_alone(load):
    load(SGD, name="sibling")
    module = load("""
        from cgp_harness import optimizer
        from sibling import sgd

        @optimizer
        def mine(g, lr=0.1):
            return lr * g
    """)
    rules, errors = rules_of(module)
    assert ([rule.name for rule in rules], errors) == (["mine"], [])


def test_a_hook_from_another_file_is_called_there_alone(load):
    load(SGD + """
@hookimpl
def cgp_step_size_optimizers():
    return {"other": sgd}
""", name="sibling")
    rules, errors = rules_of(load(SGD + "from sibling import cgp_step_size_optimizers"))
    assert ([rule.name for rule in rules], errors) == (["sgd"], [])


def test_a_helper_whose_name_begins_like_a_hooks_is_left_alone(register):
    assert register(SGD + "def cgp_ema(a, b): return a") == (["sgd"], [])


def test_hooks_for_the_grader_are_not_called_in_a_submission(register):
    assert register(SGD + """
@hookimpl
def cgp_checks():
    raise SystemExit
""") == (["sgd"], [])


def test_decorators_need_neither_pluggy_nor_torch(tmp_path):
    plugin = tmp_path / "plain.py"
    plugin.write_text(SGD.replace("hookimpl, ", ""), encoding="utf-8")
    code = (
        "import sys, plain; from cgp_harness.kinds.optimizer.contract.rules import rules_of;"
        "rules = rules_of(plain)[0];"
        "print(rules[0].name, *sorted({'pluggy', 'torch', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "sgd\n"


# --- what no name of the module holds ----------------------------------------------------------


@pytest.mark.parametrize("text", [
    "def make():\n    @optimizer\n    def mine(g, lr=0.1):\n        return lr * g\nmake()\nmake()",
    "def timed(f):\n    return lambda *a: f(*a)\n@timed\n@optimizer\n"
    "def mine(g, lr=0.1):\n    return lr * g",
    "class Rules:\n    @optimizer\n    def mine(g, lr=0.1):\n        return lr * g",
    "if True:\n    @optimizer\n    def mine(g, lr=0.1):\n        return lr * g",
    "import functools\n@optimizer\n@functools.lru_cache\ndef mine(g, lr=0.1):\n    return lr * g",
    "rules = {1: optimizer(name='mine')(lambda g, lr=0.1: lr * g)}",
    "@optimizer\ndef mine(g, lr=0.1):\n    return lr * g\nmine = mine(1.0)",
    "try:\n    @optimizer\n    def mine(g, lr=0.1):\n        return lr * g\nfinally:\n    pass",
    "for mine in (1, 2):\n    @optimizer\n    def mine(g, lr=0.1):\n        return lr * g\n"
    "def train():\n    @optimizer\n    def mine(g, rate=0.1):\n        return g\ntrain()",
], ids=["function", "decorated", "class", "if", "cached", "dict", "lost", "try", "again"])
def test_a_rule_is_found_wherever_the_decorator_ran(load, text):
    rules, errors = rules_of(load(SGD + text))
    assert ([(one.name, dict(one.hyperparameters)) for one in rules], errors) == (
        [("sgd", {"lr": 1e-3}), ("mine", {"lr": 0.1})], [])


def test_of_rules_that_nothing_holds_the_last_counts(load):
    text = SGD + """
def make(rate):
    @optimizer
    def mine(g, lr=rate):
        return lr * g

make(1.0)
make(2.0)
"""
    rules, errors = rules_of(load(text))
    assert ([one.hyperparameters["lr"] for one in rules], errors) == ([1e-3, 2.0], [])


def test_a_class_in_a_function_is_found_and_one_refused_there_is_said(register):
    assert register(TORCH + """
def make():
    @optimizer(name="mine")
    class Mine(Plain):
        def step(self):
            pass

    @optimizer
    def wrong(*g):
        return g

make()
""") == (["mine"], [
        "wrong() takes *g\n  at plugin.py:14\n"
        "  expected every argument by name, since names say what each one is"])


@pytest.mark.parametrize(("text", "message"), [
    ("async def mine(g, lr=0.1):\n    return g",
     "mine() is written with `async def`\n  at plugin.py:7\n  expected a plain function\n"
     "  fix: write `def mine`, without async"),
    ("async def mine(g, lr=0.1):\n    yield g",
     "mine() is written with `async def`\n  at plugin.py:7\n  expected a plain function\n"
     "  fix: write `def mine`, without async"),
    ("def mine(g, lr=0.1):\n    yield lr * g",
     "mine() holds `yield`, which makes it a generator\n  at plugin.py:7\n"
     "  expected a plain function\n  fix: write `return` in place of `yield`"),
    *((f"def mine(g, {name}, lr=0.1):\n    return lr * g",
       f"the step number is called k; mine() calls it {name!r}\n  at plugin.py:7\n"
       "  expected k: 1, 2, 3, …, counted by the harness\n"
       f"  fix: write `k` in place of `{name}`, in the signature and below it")
      for name in ("t", "step", "n", "i", "iteration", "global_step", "n_iter", "tstep")),
    ("def mine(self, g, k, lr=0.1):\n    return lr * g",
     "the first argument of mine() is 'self'\n  at plugin.py:7\n"
     "  expected a function outside any class, the gradient first\n"
     "  fix: move mine() out of the class, and remove `self`"),
])
def test_a_function_that_is_no_rule_gets_its_own_sentence(register, text, message):
    assert register(f"{SGD}\n@optimizer\n{text}") == (["sgd"], [message])


# --- pluggy's traps ----------------------------------------------------------------------------

HOOKS = (
    "cgp_step_size_optimizers, cgp_autograd_functions, cgp_activations, cgp_backprop, "
    "cgp_kinds, cgp_forms, cgp_report_formats, cgp_checks, cgp_collectors, cgp_specifications, "
    "cgp_problems"
)


@pytest.mark.parametrize(
    ("hook", "message"),
    [
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimiser():
                return [sgd]
            """,
            "there is no hook called 'cgp_step_size_optimiser'\n"
            "  at plugin.py:7\n"
            f"  expected one of {HOOKS}\n"
            "  fix: did you mean 'cgp_step_size_optimizers'?",
            id="misspelt",
        ),
        pytest.param(
            """
            @hookimpl(optionalhook=True)
            def adam():
                return [sgd]
            """,
            "there is no hook called 'adam'\n"
            "  at plugin.py:7\n"
            f"  expected one of {HOOKS}",
            id="misspelt beyond guessing",
        ),
        pytest.param(
            """
            def cgp_step_size_optimizers():
                return [sgd]
            """,
            "cgp_step_size_optimizers() looks like a hook, but has no @hookimpl\n"
            "  at plugin.py:7\n"
            "  expected @hookimpl above every hook\n"
            "  fix: write @hookimpl above `def cgp_step_size_optimizers`",
            id="not marked",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers(config):
                return [sgd]
            """,
            "cgp_step_size_optimizers() has arguments: config\n"
            "  at plugin.py:7\n"
            "  expected none\n"
            "  fix: write `def cgp_step_size_optimizers():`",
            id="argument",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers(lr: float = 0.1, *more):
                return [sgd]
            """,
            "cgp_step_size_optimizers() has arguments: lr=0.1, *more\n"
            "  at plugin.py:7\n"
            "  expected none\n"
            "  fix: write `def cgp_step_size_optimizers():`",
            id="argument with a default",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                [sgd]
            """,
            "cgp_step_size_optimizers() returned None\n"
            "  at plugin.py:7\n"
            "  expected a list, or a dict from names to what is registered\n"
            "  fix: end the function with `return [...]`",
            id="None",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return sgd
            """,
            "cgp_step_size_optimizers() returned a Rule\n"
            "  at plugin.py:7\n"
            "  expected a list of rules, or a dict from names to rules\n"
            "  fix: write `return [sgd]`",
            id="a rule without its list",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                yield sgd
            """,
            "cgp_step_size_optimizers() returned a generator\n"
            "  at plugin.py:7\n"
            "  expected a list of rules, or a dict from names to rules",
            id="yield",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return ["sgd"]
            """,
            "cgp_step_size_optimizers() names a rule that is a str\n"
            "  at plugin.py:7\n"
            "  expected a function decorated by @optimizer, or a torch.optim.Optimizer subclass",
            id="a name for a rule",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return 0
            """,
            "cgp_step_size_optimizers() returned an int\n"
            "  at plugin.py:7\n"
            "  expected a list of rules, or a dict from names to rules",
            id="a number",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return {1: sgd}
            """,
            "cgp_step_size_optimizers() names a rule 1\n"
            "  at plugin.py:7\n"
            "  expected a text as the name",
            id="a number for a name",
        ),
        pytest.param(
            """
            def bare(g, lr=0.1):
                return lr * g
            @hookimpl
            def cgp_step_size_optimizers():
                return [bare]
            """,
            "cgp_step_size_optimizers() names bare(), which is not decorated\n"
            "  at plugin.py:7\n"
            "  expected @optimizer above it\n"
            "  fix: write @optimizer above `def bare`",
            id="an undecorated function",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return [list]
            """,
            "the class list is no torch.optim.Optimizer\n"
            "  at builtins\n"
            "  expected class list(torch.optim.Optimizer), or a function",
            id="any class",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return [sgd,
                        adam]
            """,
            "cgp_step_size_optimizers() raised NameError: name 'adam' is not defined\n"
            "  at plugin.py:10",
            id="raises",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                raise SystemExit(0)
            """,
            "cgp_step_size_optimizers() raised SystemExit: 0\n"
            "  at plugin.py:9",
            id="exits",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return [optimizer(lambda: 1)]
            """,
            "<lambda>() takes no argument\n"
            "  at plugin.py:9\n"
            "  expected the gradient as first argument\n"
            "  fix: write `def <lambda>(g, …)`",
            id="makes what is no rule",
        ),
        pytest.param(
            """
            @hookimpl
            def cgp_step_size_optimizers():
                return [sgd]
            @hookimpl(specname="cgp_step_size_optimizers")
            def more():
                return [sgd]
            """,
            "the hook 'cgp_step_size_optimizers' is implemented twice\n"
            "  at plugin.py:10\n"
            "  expected one function that returns all of them\n"
            "  fix: remove one; the other is at plugin.py:7",
            id="twice",
        ),
        *(
            pytest.param(
                f"""
                @hookimpl({option}=True)
                def cgp_step_size_optimizers():
                    return [sgd]
                """,
                f"@hookimpl of cgp_step_size_optimizers() has the option {option!r}\n"
                "  at plugin.py:7\n"
                "  expected no option: a submission's hook stands alone\n"
                "  fix: write @hookimpl",
                id=option,
            )
            for option in ("tryfirst", "trylast", "optionalhook")
        ),
        *(
            pytest.param(
                f"""
                @hookimpl({option}=True)
                def cgp_step_size_optimizers():
                    return (yield)
                """,
                f"@hookimpl of cgp_step_size_optimizers() has the option {option!r}\n"
                "  at plugin.py:7\n"
                "  expected no option: a submission's hook stands alone\n"
                "  fix: write @hookimpl",
                id=option,
            )
            for option in ("wrapper", "hookwrapper")
        ),
    ],
)
def test_a_trap_is_named_and_hides_no_good_rule(register, hook, message):
    assert register(SGD + textwrap.dedent(hook)) == (["sgd"], [message])


def test_every_mistake_is_named_at_once(register):
    names, errors = register(SGD + """
@optimizer(name="dull")
class Dull: pass

@hookimpl
def cgp_step_size_optimisers(): return [sgd]

@hookimpl
def cgp_step_size_optimizers(): return ["sgd"]
""")
    assert names == ["sgd"]
    assert [error.splitlines()[0] for error in errors] == [
        "the class Dull is no torch.optim.Optimizer",
        "there is no hook called 'cgp_step_size_optimisers'",
        "cgp_step_size_optimizers() names a rule that is a str",
    ]


# --- rules that cannot count -------------------------------------------------------------------


def test_of_two_rules_of_one_name_neither_counts(register):
    assert register(SGD + """
@optimizer(name="sgd")
def other(g, lr=0.1):
    return lr * g

@optimizer
def third(g, lr=0.1):
    return lr * g
""") == (["third"], [
        "two rules are called 'sgd'\n"
        "  at plugin.py:7\n"
        "  expected one rule of each name; neither counts\n"
        "  fix: rename or remove one; the other is at plugin.py:3"
    ])


def test_a_marked_class_must_be_an_optimizer(register):
    assert register(SGD + """
@optimizer(name="adam")
class Adam:
    def step(self): ...
""") == (["sgd"], [
        "the class Adam is no torch.optim.Optimizer\n"
        "  at plugin.py:7\n"
        "  expected class Adam(torch.optim.Optimizer), or a function"
    ])


@pytest.mark.parametrize(("name", "fix"), [
    ("lr", "write `lr=…` in the signature"),
    ("grad", "remove it; step() finds the gradient of each parameter in p.grad"),
    ("g", "remove it; step() finds the gradient of each parameter in p.grad"),
])
def test_a_class_that_cannot_be_made_is_refused(register, name, fix):
    assert register(TORCH + f"""
@optimizer(name="needs")
class Needs(Plain):
    def __init__(self, params, {name}):
        super().__init__(params)
""") == ([], [
        f"argument {name!r} of Needs.__init__() has no default value\n"
        "  at plugin.py:8\n"
        "  expected every argument after the parameters with a default\n"
        f"  fix: {fix}"
    ])


# --- nothing is registered ---------------------------------------------------------------------


def test_an_undecorated_function_is_named_as_what_may_be_meant(register):
    assert register("""
        from math import sqrt
        def adam(g, lr=0.1): return lr * g
        def _mean(a): return a
        def other(g): return g
    """) == ([], [
        "nothing is registered; the functions here are adam, other\n"
        "  at plugin.py\n"
        "  expected a function with @optimizer above it\n"
        "  fix: write @optimizer above the function that is the rule"
    ])


def test_an_empty_file_registers_nothing(register):
    assert register("") == ([], [
        "nothing is registered\n"
        "  at plugin.py\n"
        "  expected a function with @optimizer above it\n"
        "  fix: write @optimizer above the function that is the rule"
    ])


def test_an_undecorated_optimizer_class_is_named(register):
    assert register(TORCH) == ([], [
        "the class Plain is not registered\n"
        "  at plugin.py:4\n"
        "  expected @optimizer above it\n"
        '  fix: write @optimizer(name="plain") above it'
    ])


def test_an_imported_optimizer_class_is_not_taken_for_the_students(register):
    names, errors = register("from torch.optim import Adam, Optimizer")
    assert names == []
    assert [error.splitlines()[0] for error in errors] == ["nothing is registered"]


def test_a_file_that_registers_nothing_can_be_told_from_one_that_is_wrong(load):
    _, nothing = rules_of(load("x = 1"))
    _, wrong = rules_of(load("def cgp_step_size_optimizers(): return []"))
    assert [type(error) for error in (*nothing, *wrong)] == [
        NothingRegisteredError, PluginError,
    ]


# --- the contract, and the grader's own plugins ------------------------------------------------


def test_every_hook_is_documented_with_when_what_and_who():
    assert hooks.hook_names() == HOOKS.split(", ")
    for name in hooks.hook_names():
        text = inspect.getdoc(getattr(hookspecs, name))
        for part in ("Called once", "Written by", "@hookimpl", "Returns:"):
            assert part in text, f"{name} lacks {part!r}"


def test_hookimpl_can_be_imported_from_the_package():
    from cgp_harness import hookimpl

    assert hookimpl is hookspecs.hookimpl


class Entry:
    """An entry point of an installed distribution."""

    name, value = "marks", "marks_plugin"

    class dist:
        name = "cgp-marks"

    def __init__(self, plugin):
        self.plugin = plugin

    def load(self):
        if isinstance(self.plugin, Exception):
            raise self.plugin
        return self.plugin


@pytest.fixture
def installed(monkeypatch):
    def install(*found):
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [
            Entry(plugin) for plugin in found if group == "cgp_harness"
        ])

    return install


class Marks:
    @hookspecs.hookimpl
    def cgp_report_formats(self):
        return {"marks": print}


def test_installed_plugins_add_to_the_graders_manager(installed):
    plugin = Marks()
    installed(plugin, plugin)  # an editable install may be listed twice
    manager = installed_plugins.trusted()
    assert isinstance(manager, pluggy.PluginManager)
    assert {"marks": print} in manager.hook.cgp_report_formats()
    assert [name for name, _ in manager.list_name_plugin()] == [
        *installed_plugins.BUILT_IN, "marks"]


def test_no_plugins_need_be_installed(installed):
    installed()
    assert [name for name, _ in installed_plugins.trusted().list_name_plugin()] == [
        *installed_plugins.BUILT_IN]


def test_a_format_whose_name_is_taken_is_refused(installed):
    class Mine:
        @hookspecs.hookimpl
        def cgp_report_formats(self):
            return {"junit": print}

    known = report_formats()
    installed(Mine())
    with pytest.raises(HarnessError) as caught:
        report_formats()
    assert str(caught.value) == (
        "the installed plugin 'marks' cannot be used: cgp_report_formats() has another format "
        "'junit'\n  at marks_plugin of the package cgp-marks\n"
        f"  expected a name that is not taken: none of {', '.join(known)}\n"
        "  fix: mend it, or `pip uninstall cgp-marks`")


def test_an_installed_plugin_that_cannot_be_imported_is_named(installed):
    installed(ImportError("no module named 'x'"))
    with pytest.raises(HarnessError) as caught:
        installed_plugins.trusted()
    assert str(caught.value) == (
        "the installed plugin 'marks' cannot be used: no module named 'x'\n"
        "  at marks_plugin of the package cgp-marks\n"
        f"  expected hooks among {HOOKS}\n"
        "  fix: mend it, or `pip uninstall cgp-marks`"
    )


def test_an_installed_plugin_with_a_misspelt_hook_is_refused(installed):
    class Misspelt:
        @hookspecs.hookimpl
        def cgp_report_format(self):
            return {}

        def __repr__(self):
            return "<marks>"

    installed(Misspelt())
    with pytest.raises(HarnessError) as caught:
        installed_plugins.trusted()
    assert str(caught.value) == (
        "the installed plugin 'marks' cannot be used: unknown hook 'cgp_report_format' in plugin "
        f"<marks>\n  at marks_plugin of the package cgp-marks\n  expected hooks among {HOOKS}\n"
        "  fix: mend it, or `pip uninstall cgp-marks`")

"""What a module registers, and what is said of each way to get it wrong."""

import subprocess
import sys

import pytest

from cgp_harness.errors import PluginError
from cgp_harness.registering.module import NothingRegisteredError
from tests.harness.hooks.registering import SGD, TORCH, rules_of

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

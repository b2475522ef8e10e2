"""What a module registers besides rules: decorators, hooks, and each mistake by name."""

import importlib.util
import os
import sys
import textwrap

import pytest

from cgp_harness import activation, autograd_function, backprop
from cgp_harness.assignment import Limits
from cgp_harness.errors import PluginError
from cgp_harness.model import SourceFile, Submission
from cgp_harness.registering.module import registered_in
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.all_checks import CONTRACTS

IMPORTS = """\
import torch
from cgp_harness import activation, autograd_function, backprop, hookimpl, optimizer
"""
DOUBLE = """
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x
    @staticmethod
    def backward(ctx, g):
        return 2 * g
"""
FOLLOWS = 3 + DOUBLE.count("\n")
"""First line after both."""


def extensions_of(module):
    """What it registers besides rules, and what is wrong with it."""
    each = [one.registered(module) for one in CONTRACTS if one.kind != "optimizer"]
    return [one for found, _ in each for one in found], [
        error for _, errors in each for error in errors]


@pytest.fixture
def load(tmp_path, monkeypatch):
    def loaded(text, name="plugin"):
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return loaded


@pytest.fixture
def register(load, tmp_path):
    """Kind and name of what a text registers, and the errors as they are read."""

    def registered(text):
        module = load(IMPORTS + DOUBLE + textwrap.dedent(text).lstrip("\n"))
        found, errors = extensions_of(module)
        folder = f"{tmp_path}{os.sep}"
        return [f"{one.kind} {one.name}" for one in found], [
            str(error).replace(folder, "") for error in errors]

    return registered


def test_each_decorator_registers_under_a_name_or_under_the_own_one(register):
    assert register("""
        autograd_function("twice")(Double)

        @autograd_function
        class Triple(Double):
            @staticmethod
            def backward(ctx, g):
                return 3 * g

        @activation("softsign")
        def f(x):
            return x / (1 + abs(x)), (1 + abs(x)) ** -2

        @activation
        def square(x):
            return x * x, 2 * x

        @backprop("graph")
        class Graph:
            @staticmethod
            def forward(graph, values):
                return values, {}
            @staticmethod
            def backward(graph, partials, errors):
                return {}
        """) == ([
            "autograd_function twice", "autograd_function Triple", "activation softsign",
            "activation square", "backprop graph",
        ], [])


def test_what_is_decorated_stays_what_it_is(load):
    module = load(IMPORTS + DOUBLE + "@activation\ndef f(x): return x, 1\n")
    assert autograd_function("double")(module.Double) is module.Double
    assert module.f(3.0) == (3.0, 1)


@pytest.mark.parametrize("text", [
    """
    def make():
        @activation
        def line(x):
            return x, 1
    make()
    """,
    """
    class Mine:
        @activation
        def line(x):
            return x, 1
    """,
    """
    def plain(f):
        return lambda x: f(x)
    @plain
    @activation
    def line(x):
        return x, 1
    """,
], ids=["function", "class", "decorated"])
def test_what_is_decorated_is_found_wherever_it_is(register, text):
    assert register(text) == (["activation line"], [])


def test_a_function_of_torch_in_a_function_is_found(register):
    assert register("""
        def make():
            autograd_function("twice")(type("Twice", (Double,), dict(vars(Double))))
            @autograd_function("again")
            class Again(Double):
                @staticmethod
                def backward(ctx, g):
                    return 2 * g
        make()
    """) == (["autograd_function twice", "autograd_function again"], [])


def test_hooks_return_lists_or_dicts(register):
    assert register("""
        def line(x):
            return x, 0 * x + 1

        @hookimpl
        def cgp_autograd_functions():
            return [Double]

        @hookimpl
        def cgp_activations():
            return {"straight": line}
        """) == (["autograd_function Double", "activation straight"], [])


def test_one_that_is_decorated_and_named_by_a_hook_counts_once(register):
    assert register("""
        twice = autograd_function("twice")(Double)

        @hookimpl
        def cgp_autograd_functions():
            return [twice]
        """) == (["autograd_function twice"], [])


def test_a_class_derived_from_a_registered_one_is_not_registered_with_it(register):
    assert register("""
        autograd_function("twice")(Double)

        class Other(Double):
            pass
        """) == (["autograd_function twice"], [])


def test_what_another_file_registers_counts_there_alone(load):
    load(IMPORTS + DOUBLE + "autograd_function('twice')(Double)\n", "sibling")
    assert extensions_of(load("from sibling import Double")) == ([], [])


@pytest.mark.parametrize(("text", "message"), [
    pytest.param(
        """
        @autograd_function("twice")
        class Twice:
            pass
        """,
        "'twice' is registered as an autograd function, and is the class Twice\n"
        "  at plugin.py:{line}\n"
        "  expected a subclass of torch.autograd.Function",
        id="no Function"),
    pytest.param(
        """
        @autograd_function("twice")
        def twice(x):
            return 2 * x
        """,
        "'twice' is registered as an autograd function, and is a function\n"
        "  at plugin.py:{line}\n"
        "  expected a subclass of torch.autograd.Function",
        id="function for a Function"),
    pytest.param(
        """
        @autograd_function("twice")
        class Twice(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return 2 * x
        """,
        "the class Twice has no method backward()\n"
        "  at plugin.py:{line}\n"
        "  expected both forward() and backward()\n"
        "  fix: write `@staticmethod` and `def backward(…)` in it",
        id="no backward"),
    pytest.param(
        """
        @autograd_function("twice")
        class Twice(torch.autograd.Function):
            def forward(self, x):
                return 2 * x
            @staticmethod
            def backward(ctx, g):
                return 2 * g
        """,
        "Twice.forward() is no static method\n"
        "  at plugin.py:{line}\n"
        "  expected @staticmethod above `def forward`\n"
        "  fix: write @staticmethod above `def forward`, and no `self`",
        id="no static method"),
    pytest.param(
        """
        @activation("line")
        class Line:
            pass
        """,
        "'line' is registered as an activation, and is the class Line\n"
        "  at plugin.py:{line}\n"
        "  expected a function that takes an array and returns its value and its derivative",
        id="class for an activation"),
    pytest.param(
        """
        @activation
        async def line(x):
            return x, 1
        """,
        "line() is written with `async def`\n"
        "  at plugin.py:{line}\n"
        "  expected a plain function\n"
        "  fix: write `def line`, without async",
        id="async"),
    pytest.param(
        """
        @autograd_function("twice")
        class Twice(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return 2 * x
            @staticmethod
            def backward(ctx, g):
                yield 2 * g
        """,
        "Twice.backward() holds `yield`, which makes it a generator\n"
        "  at plugin.py:{line}\n"
        "  expected a plain function\n"
        "  fix: write `return` in place of `yield`",
        id="generator"),
    pytest.param(
        """
        @backprop
        class Graph:
            @staticmethod
            def forward(graph, values):
                return values, {{}}
        """,
        "the class Graph has no method backward()\n"
        "  at plugin.py:{line}\n"
        "  expected both forward() and backward()\n"
        "  fix: write `@staticmethod` and `def backward(…)` in it",
        id="half a backpropagation"),
    pytest.param(
        """
        @hookimpl
        def cgp_activations():
            return {{3: abs}}
        """,
        "cgp_activations() uses the name 3\n"
        "  at plugin.py:{line}\n"
        "  expected a text as the name",
        id="a number for a name"),
    pytest.param(
        """
        @hookimpl
        def cgp_autograd_functions():
            return Double
        """,
        "cgp_autograd_functions() returned the class Double\n"
        "  at plugin.py:{line}\n"
        "  expected a list, or a dict from names to what is registered",
        id="no list"),
    pytest.param(
        """
        @hookimpl
        def cgp_autograd_functions():
            [Double]
        """,
        "cgp_autograd_functions() returned None\n"
        "  at plugin.py:{line}\n"
        "  expected a list, or a dict from names to what is registered\n"
        "  fix: end the function with `return [...]`",
        id="None"),
])
def test_a_mistake_is_named_and_hides_nothing_else(register, text, message):
    text = "\n@activation('f')\ndef f(x): return x, x\n" + textwrap.dedent(text.format())
    found, errors = register(text)
    assert found == ["activation f"]
    # Three lines before it, and the empty one that begins the text.
    assert errors == [message.format(line=FOLLOWS + 3)]


def test_of_two_of_one_kind_and_name_neither_counts(register):
    assert register("""
        @activation("f")
        def one(x):
            return x, x

        @activation("f")
        def two(x):
            return x, x

        @backprop("f")
        class Other:
            @staticmethod
            def forward(graph, values):
                return values, {}
            @staticmethod
            def backward(graph, partials, errors):
                return {}
        """) == (["backprop f"], [
            "'f' is registered twice as an activation\n"
            f"  at plugin.py:{FOLLOWS + 4}\n"
            "  expected one of each name; neither counts\n"
            f"  fix: rename or remove one; the other is at plugin.py:{FOLLOWS}"])


@pytest.mark.parametrize(("decorator", "target", "message"), [
    (autograd_function, 3,
     "@autograd_function stands above 3\n"
     "  expected a class of the plugin's own\n"
     '  fix: write @autograd_function("name") above `class …`'),
    (activation, abs,
     "@activation stands above <built-in function abs>\n"
     "  expected a function of the plugin's own\n"
     '  fix: write @activation("name") above `def …`'),
    (backprop, None,
     "@backprop stands above None\n"
     "  expected a class of the plugin's own\n"
     '  fix: write @backprop("name") above `class …`'),
])
def test_a_decorator_above_what_cannot_bear_it_says_so(decorator, target, message):
    with pytest.raises(PluginError) as caught:
        decorator(target)
    assert str(caught.value) == message


def test_an_undecorated_function_class_is_named(load, tmp_path):
    _, [error] = registered_in(load(IMPORTS + DOUBLE), CONTRACTS)
    assert str(error).replace(f"{tmp_path}{os.sep}", "") == (
        "the class Double is not registered\n"
        "  at plugin.py:4\n"
        "  expected @autograd_function above it\n"
        '  fix: write @autograd_function("double") above it')


def manifest(*texts):
    files = tuple(
        SourceFile(f"part{i}.py", text.encode()) for i, text in enumerate(texts, start=1))
    with WorkerSubject(Submission("someone", files), Limits(), "plain") as subject:
        return subject.manifest


def test_a_submission_may_mix_all_kinds():
    found = manifest(
        IMPORTS + DOUBLE + "autograd_function('twice')(Double)\n"
        "@optimizer\ndef sgd(g, lr=0.1): return lr * g\n",
        "from cgp_harness import activation\n@activation('f')\ndef g(x): return x, x\n",
    )
    assert found.problems == ()
    assert [rule.name for rule in found.of("optimizer")] == ["sgd"]
    assert [(one.kind, one.name, one.where) for one in found.registered[1:]] == [
        ("autograd_function", "twice", "part1.py:4"), ("activation", "f", "part2.py:2")]


def test_a_name_registered_in_two_files_counts_in_neither():
    text = "from cgp_harness import activation\n@activation\ndef f(x): return x, x\n"
    found = manifest(text, "\n" + text.replace("return x, x", "return x, 1"))
    assert found.registered == ()
    assert [str(problem) for problem in found.problems] == [
        "the activation 'f' is registered twice\n"
        "  at part1.py:2 and part2.py:3\n"
        "  expected one activation of that name\n"
        '  fix: remove one, or register it under another name: @activation("…")']


@pytest.mark.parametrize("text", [
    "from cgp_harness import activation\n@activation\ndef f(x): return x, x\n",
    IMPORTS + '@autograd_function("f")' + DOUBLE,
    IMPORTS + '@backprop("f")\nclass Graph:\n    @staticmethod\n    def forward(graph, values):\n'
    "        return values, {}\n    @staticmethod\n    def backward(*_):\n        return {}\n",
])
def test_the_same_code_in_two_files_counts_once(text):
    found = manifest(text, "\n\n" + text)
    assert ([one.name for one in found.registered], found.problems) == (["f"], ())


def test_names_that_fit_no_answer_are_refused():
    found = manifest(
        "from cgp_harness import activation\n@activation('f' * 300)\ndef f(x): return x, x\n")
    assert found.registered == ()
    assert [str(problem) for problem in found.problems] == [
        f"{'f' * 40}… cannot be graded: its name has 300 letters\n"
        "  at part1.py:2\n"
        "  expected a name of at most 200 letters"]

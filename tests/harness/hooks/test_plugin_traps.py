"""pluggy's traps, each with its answer: misspelt hooks, forgotten decorators, other arguments."""

import textwrap

import pytest

from tests.harness.hooks.registering import HOOKS, SGD


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

"""Every example submission is what its first line says: right, or wrong in exactly that way."""

import ast
import contextlib
import io
import json
import re
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import cgp_assignments
from cgp_harness.assignment import load
from cgp_reference.rule import RuleError
from tests.harness.rules.right.lecture_rules import ACCEPTED, HYPERPARAMETERS
from tests.harness.rules.right.stepping import rules_in, steps, steps_somehow
from tests.mutants.write import source

ASSIGNMENT = load("step_size")
EXAMPLES = Path(cgp_assignments.__file__).parent / "step_size" / "examples"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.py"))}
RIGHT = (
    "perfect", "torch_conventions", "running_average", "torch_subclass", "scalar_math_sqrt",
    "float32", "noisy", "wrong_defaults", "only_adam", "misspelt_name",
)
# What each wrong rule is, as the mutants say it; every other rule of the file is right.
WRONG = {
    "adam_no_bias_correction": {"adam": ["no_bias_correction"]},
    "adam_swapped_betas": {"adam": ["betas_swapped"]},
    "hard_coded_beta2": {"adam": ["beta2_hard_coded"]},
    "sgd_plus_is_nesterov": {"sgd_plus": ["nesterov"]},
    "adagrad_is_rmsprop": {"adagrad": ["decaying_average"]},
    "shared_state": {task.id: ["shared_state"] for task in ASSIGNMENT.tasks},
}
# They end while they are imported, or at their first step.
STOPPED = (
    "syntax_error", "import_exception", "import_loop", "sys_exit", "missing_return", "in_place",
    "calls_torch_optim",
)
FLOAT32 = 1e-6      # it rounds at 6e-8


@cache
def rules(name):
    return quietly(lambda: rules_in(FILES[name], name))


def quietly(action):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), \
            warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return action()


def is_rule(rule, task, flags, tolerance):
    """Whether the rule, in a convention, is the family's with these mistakes; steps are about 1."""
    needs = tuple(HYPERPARAMETERS[task.id])
    if rule.state:
        answer, arrays = quietly(lambda: steps_somehow(rule, needs))
    else:           # what keeps its state elsewhere may not do with several shapes
        answer, arrays = quietly(lambda: steps(rule, needs, "scalar")), "scalar"
    for convention in ACCEPTED[task.id]:
        twin = rules_in(source(task.id, flags, convention))[task.id]
        if np.allclose(answer, steps(twin, needs, arrays), rtol=tolerance, atol=tolerance):
            return True
    return False


def test_every_example_is_in_one_of_the_lists():
    assert sorted([*RIGHT, *WRONG, *STOPPED]) == sorted(FILES)


@pytest.mark.parametrize("name", sorted(set(FILES) - {"syntax_error"}))
def test_an_example_says_in_one_line_what_it_is(name):
    text = ast.get_docstring(ast.parse(FILES[name]))
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_an_example_is_right_but_for_the_mistakes_of_its_name(name):
    found = {}
    for task in ASSIGNMENT.tasks:
        rule = rules(name).get(task.id)
        if rule is None:
            assert (name, task.id) in {
                ("misspelt_name", "adagrad"), ("only_adam", "sgd_plus"), ("only_adam", "adagrad"),
                ("only_adam", "rmsprop"),
            }
            continue
        flags = WRONG.get(name, {}).get(task.id, [])
        found[task.id] = is_rule(rule, task, flags, FLOAT32 if name == "float32" else 1e-12)
        assert not flags or not is_rule(rule, task, [], 1e-3)
    assert found == dict.fromkeys(found, True)


def test_the_misspelt_rule_is_a_right_one():
    assert is_rule(rules("misspelt_name")["adagard"], ASSIGNMENT.task("adagrad"), [], 1e-12)


def test_wrong_defaults_are_wrong_in_every_rule():
    wrong = {
        task.id: {
            key: value for key, value in rules("wrong_defaults")[task.id].hyperparameters.items()
            if value != HYPERPARAMETERS[task.id][key]
        }
        for task in ASSIGNMENT.tasks
    }
    assert wrong == {
        "sgd_plus": {"mu": 0.5}, "adagrad": {"lr": 1e-2}, "rmsprop": {"rho": 0.99},
        "adam": {"beta2": 0.99, "eps": 1e-6},
    }


def test_noise_is_made_on_every_channel():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), \
            warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rules_in(FILES["noisy"])["adagrad"].run([0.0]).step([1.0], {})
    assert out.getvalue() == "loading the plugin of group 7\n"
    assert err.getvalue() == "adagrad: 100 % done\n"
    assert [str(warning.message) for warning in caught] == ["this plugin talks too much"]


def test_the_stopped_ones_stop_as_they_say():
    with pytest.raises(SyntaxError, match=r"^expected ':' \(syntax_error.py, line 13\)$"):
        rules_in(FILES["syntax_error"], "syntax_error")
    with pytest.raises(ZeroDivisionError):
        rules_in(FILES["import_exception"])
    with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        rules_in(FILES["sys_exit"])
    assert "while abs(p) > 1e-3:" in FILES["import_loop"]
    # Everything before the loop is a right submission.
    assert set(rules_in(FILES["import_loop"].partition("\n\np, m")[0])) == \
        {"sgd_plus", "adagrad", "rmsprop", "adam"}


def test_missing_return_and_in_place_stop_at_the_first_step():
    missing = rules_in(FILES["missing_return"], "missing_return")["adam"]
    with pytest.raises(RuleError) as caught:
        missing.run([0.0]).step([1.0], {})
    assert str(caught.value) == (
        "adam() returned None\n  at missing_return.py:24\n  expected three values, (step, m, "
        "v): the step to subtract, then the new state\n  fix: end the function with `return "
        "step, m, v`")
    frozen = np.zeros(2)
    frozen.setflags(write=False)
    for rule in rules_in(FILES["in_place"]).values():
        with pytest.raises(ValueError, match=r"output array is read-only$"):
            rule.step(frozen, 1, [frozen] * len(rule.state), {})


def test_the_forbidden_one_is_torchs_own_adam():
    import torch

    namespace = {}
    exec(FILES["calls_torch_optim"], namespace)
    assert issubclass(namespace["Adam"], torch.optim.Adam)


def test_the_notebook_holds_the_four_rules_between_magics():
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert {line.split()[0] for cell in cells for line in cell.splitlines() if
            line.startswith(("%", "!"))} == {"%matplotlib", "!echo", "%time"}
    text = re.sub(r"(?m)^[%!].*$|^.*\?$", "", "\n".join(cells))
    assert all(is_rule(rules_in(text)[task.id], task, [], 1e-12) for task in ASSIGNMENT.tasks)


def test_the_package_names_the_module_of_its_rules(monkeypatch):
    import tomllib

    project = tomllib.loads((EXAMPLES / "package/pyproject.toml").read_text(encoding="utf-8"))
    entry_points = project["project"]["entry-points"]
    assert entry_points == {"cgp_harness": {"group_seven": "group_seven.rules"}}
    monkeypatch.syspath_prepend(EXAMPLES / "package/src")
    text = (EXAMPLES / "package/src/group_seven/rules.py").read_text(encoding="utf-8")
    assert all(is_rule(rules_in(text)[task.id], task, [], 1e-12) for task in ASSIGNMENT.tasks)

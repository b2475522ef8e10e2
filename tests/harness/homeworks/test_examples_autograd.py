"""Every example on Autograd is what its first line says: right, or wrong in exactly that way."""

import ast
from pathlib import Path

import msgspec
import pytest

import cgp_assignments
from cgp_harness import pipeline
from cgp_harness.assignment import Limits, load
from cgp_harness.checks.forbidden.search import search
from cgp_harness.collect import collect
from cgp_harness.errors import PluginError
from cgp_harness.model import SourceFile, Status
from cgp_harness.sandbox.host import levels
from tests.harness.activations.activation_behaviour import activation_defects
from tests.harness.functions.right.function_behaviour import defects
from tests.harness.functions.right.function_contracts import CONTRACTS
from tests.harness.functions.right.function_sources import registered
from tests.harness.functions.right.function_verdicts import verdict
from tests.long import some

ASSIGNMENT = load("autograd_extension")
TASKS = [task.id for task in ASSIGNMENT.tasks]
EXAMPLES = Path(cgp_assignments.__file__).parent / "autograd_extension" / "examples"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.py"))}
RIGHT = (
    "perfect", "setup_context", "numpy_inside", "with_an_optimizer", "compares_with_torch",
    "misspelt_name", "only_mine", "useless_activation",
)
# What is wrong in each, where the formulas see it; all else in the file is right.
WRONG = {
    "ignores_cotangent": dict.fromkeys(("softplus", "sign_ste"), "gradient: value"),
    "absolute_cotangent": {"softplus": "gradient: value"},
    "in_place": dict.fromkeys(CONTRACTS, "autograd: cotangent changed"),
    "tensors_on_ctx": dict.fromkeys(CONTRACTS, "autograd: tensor on ctx"),
    "straight_through": dict.fromkeys(("quantize", "sign_ste"), "gradient: value"),
    "transposed": {"affine": "gradient: raises RuntimeError"},
    "two_gradients": {"affine": "gradient: raises RuntimeError"},
    "always_three": {"affine": "autograd: unneeded gradient"},
    "mean_over_batch": {"affine": "gradient: value"},
    "overflow": {"softplus": "forward: value"},
    "zero_at_zero": {"sign_ste": "forward: value"},
    "missing_return": {"softplus": "gradient: none"},
    "autograd_inside": {"softplus": "forward: value"},  # F.softplus has a threshold at 20
    "derivative_of_output": {"mine": "derivative"},
}
# They do not load, or never come back from backward.
STOPPED = ("syntax_error", "not_static", "never_ends", "sys_exit")
# What the checks call it, where that is not the example's own name.
NAMES = {
    ("straight_through", "sign_ste"): "no_window", ("two_gradients", "affine"): "wrong_count",
    ("always_three", "affine"): "needs_input_grad", ("missing_return", "softplus"): "detached",
    ("autograd_inside", "softplus"): "loses_accuracy",
    **{("in_place", task): "cotangent_changed" for task in CONTRACTS},
    **{("tensors_on_ctx", task): "tensor_on_ctx" for task in CONTRACTS},
}
# log(1 + e^x) overflows on the right, and loses e^x on the left.
ALSO = {("overflow", "softplus"): ("loses_accuracy",)}
REST = ("forward", "gradient", "autograd", "training")
# In a worker: percent, and every check that did not pass.
GRADED = {
    "perfect": (100, {}),
    "straight_through": (76, {
        f"{task}.{kind}": "failed" for task in ("quantize", "sign_ste")
        for kind in ("gradient", "training")}),
    "autograd_inside": (80, {
        "softplus.loads": "failed", **{f"softplus.{kind}": "skipped" for kind in REST}}),
    "sys_exit": (85, {
        "affine.gradient": "student_error", "affine.autograd": "skipped",
        "affine.training": "skipped"}),
    "never_ends": (85, {
        "softplus.gradient": "timeout", "softplus.autograd": "skipped",
        "softplus.training": "skipped"}),
    "useless_activation": (93, {"mine.learning": "failed"}),
    "only_mine": (20, {
        f"{task}.{kind}": "failed" if kind == "loads" else "skipped"
        for task in CONTRACTS for kind in ("loads", *REST)}),
    "../starter": (0, {
        f"{task}.{kind}": "failed" if kind == "loads" else "skipped"
        for task in (*CONTRACTS, "mine") for kind in (
            ("loads", *REST) if task in CONTRACTS else ("loads", "activation", "learning"))}),
    "../../../../plugins/autograd_extension/extensions": (100, {}),
}


def found_in(name):
    """What is wrong with each task that the example registers."""
    answers = {}
    for task, target in registered(FILES[name], name).items():
        if task in CONTRACTS:
            answers[task] = defects(target, task)
        elif task == "mine":
            answers[task] = activation_defects(target)
    return answers


def test_every_example_is_in_one_of_the_lists():
    assert sorted([*RIGHT, *WRONG, *STOPPED]) == sorted(FILES)
    assert len(FILES) >= 16


@pytest.mark.parametrize("name", sorted(set(FILES) - {"syntax_error"}))
def test_an_example_says_in_one_line_what_it_is(name):
    text = ast.get_docstring(ast.parse(FILES[name]))
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) <= 94


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_an_example_is_right_but_for_the_mistakes_of_its_name(name):
    wrong = {task: found for task, found in found_in(name).items() if found}
    assert {task: found[0] for task, found in wrong.items()} == WRONG.get(name, {})


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_an_example_registers_all_five(name):
    missing = {"misspelt_name": {"softplus"}, "only_mine": set(CONTRACTS)}.get(name, set())
    assert set(TASKS) - set(registered(FILES[name], name)) == missing


def test_the_misspelt_one_is_right():
    target = registered(FILES["misspelt_name"], "misspelt_name")["soft_plus"]
    assert defects(target, "softplus") == ()


def test_the_stopped_ones_stop_as_they_say():
    with pytest.raises(SyntaxError, match=r"^'\(' was never closed \(syntax_error.py, line 27\)$"):
        registered(FILES["syntax_error"], "syntax_error")
    with pytest.raises(PluginError) as caught:
        registered(FILES["not_static"], "not_static")
    assert str(caught.value) == (
        "Quantize.backward() is no static method\n  at not_static\n  expected @staticmethod "
        "above `def backward`\n  fix: write @staticmethod above `def backward`, and no `self`")
    with pytest.raises(SystemExit, match=r"^g should be a vector$"):
        defects(registered(FILES["sys_exit"])["affine"], "affine")
    assert "while k >= 0:" in FILES["never_ends"]


@pytest.mark.parametrize("name", some([
    name for name in (*RIGHT, *WRONG) if set(registered(FILES[name], name)) & set(CONTRACTS)],
    2, lambda name: name in WRONG))
def test_the_checks_see_it_too_and_say_what_it_is(name):
    for task in set(registered(FILES[name], name)) & set(CONTRACTS):
        expected = WRONG.get(name, {}).get(task, "")
        found = verdict(FILES[name], task)
        assert found.failed[:1] == ((expected.partition(":")[0],) if expected else ())
        wanted = (NAMES.get((name, task), name),) if expected else ()
        assert found.named == wanted + ALSO.get((name, task), ())


@pytest.mark.parametrize("name", GRADED)
def test_the_score_of_an_example(name):
    homework = msgspec.structs.replace(
        ASSIGNMENT, limits=Limits(request_s=2.0) if name == "never_ends" else ASSIGNMENT.limits)
    [submission] = collect([EXAMPLES / f"{name}.py"])
    report = pipeline.grade(submission, homework, seed=0, isolation=levels.choose("auto"))
    lost = {check.id: check.status for check in report.checks
            if check.status is not Status.PASSED}
    assert (report.percent, lost) == GRADED[name]


def test_only_one_uses_what_is_forbidden():
    used = {
        name: [use.name for use in search(
            (SourceFile(f"{name}.py", text.encode()),), ASSIGNMENT.forbid,
            [(f"{name}.py", line) for line, one in enumerate(text.splitlines(), 1)
             if one.startswith("@")]) if use]
        for name, text in FILES.items()
    }
    assert {name: found for name, found in used.items() if found} == {
        "autograd_inside": ["torch.nn.functional.softplus"]}

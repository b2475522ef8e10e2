"""`cgp explain`: what is said of a known mistake, of every kind, and of a name that is none."""

import re

import numpy as np
import pytest
from click.testing import CliRunner

from cgp_harness.assignment import Assignment, installed, load, typed_name
from cgp_harness.cli import main
from cgp_harness.cli.explain import _known
from cgp_harness.kinds.activation.checks.elementwise import MISTAKES
from cgp_harness.kinds.activation.diagnosis.derivative import (
    IN_ACTIVATIONS,
    Measured,
    diagnosed,
)
from cgp_harness.kinds.activation.diagnosis.examples import EXAMPLES
from cgp_harness.kinds.activation.diagnosis.hints import OF_ACTIVATIONS
from cgp_harness.kinds.autograd_function.diagnosis.described import IN_FUNCTIONS
from cgp_harness.kinds.autograd_function.diagnosis.hints import OF_FUNCTIONS
from cgp_harness.kinds.backprop import shown_cases
from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.diagnosis.described import IN_GRAPHS
from cgp_harness.kinds.backprop.diagnosis.hints import OF_GRAPHS
from cgp_harness.model import AssignmentInfo
from cgp_harness.reports import outcome
from tests.harness.reports.example_reports import WRONG
from tests.places import ROOT

CORRECTION = """\
no_bias_correction  (step_size, adam)
  Your update is Adam without bias correction (Eq. 39).
  right in the lecture: Eqs. 38 to 40
  Both moments begin at zero; Eq. 39 divides them by 1 - beta^k to undo that.
  a parameter that begins at 0, 12 steps, the defaults of the homework:
    right         ████████▇▇▇▇▇  ends at -0.008746
    with mistake  ██▇▆▆▅▄▄▃▂▂▁▁  ends at -0.04799
  it shows at step 1:
    step  gradient  right step  with mistake
       1         1       0.001      0.003162
  to find it oneself: try one step by hand on paper, print what the code has, and compare them \
line by line;
  `cgp check FILE -a step_size` shows the smallest case in which your own differs
"""


def explain(*arguments):
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


def test_a_mistake_in_a_rule_is_shown_with_what_it_does():
    assert explain("no_bias_correction", "-a", "step_size").output == CORRECTION


def test_a_homework_that_takes_a_family_and_has_no_solution_explains_too(tmp_path):
    (tmp_path / "assignment.toml").write_text("""
id = "own"
title = "Own"
version = "1"
[[tasks]]
id = "adam"
family = "adam"
title = "Adam"
accept = ["eps_inside_root"]
hyperparameters = {lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8}
checks = {loads = {points = 1}}
""", encoding="utf-8")
    assert explain("no_bias_correction", "-a", tmp_path).output == CORRECTION.replace(
        "(step_size, adam)", "(own, adam)").replace(
        "  right in the lecture: Eqs. 38 to 40\n", "").replace(
        "-a step_size", f"-a {tmp_path}")


def test_a_name_that_is_none_is_answered_with_its_neighbours():
    done = explain("sign_flippd", "-a", "computational_graph")
    assert (done.exit_code, done.output) == (2, (
        "error: no known mistake is called 'sign_flippd'\n"
        "  expected a name that `cgp explain` lists, such as sign_flipped\n"
        "  fix: did you mean 'sign_flipped'?\n"))


def test_a_name_made_of_a_digest_has_no_neighbours_but_a_homework():
    done = explain("operands_124fe7", "-a", "computational_graph")
    assert (done.exit_code, done.output) == (2, (
        "error: no mistake is called 'operands_124fe7' in computational_graph\n"
        "  expected a change of a homework's solution, by the name that its results give it\n"))
    done = explain("operands_124fe7")
    assert (done.exit_code, done.output) == (2, (
        "error: no mistake is called 'operands_124fe7' in the installed homeworks\n"
        "  expected a change of a homework's solution, by the name that its results give it\n"
        "  fix: name the homework: cgp explain operands_124fe7 -a HOMEWORK\n"))


@pytest.mark.parametrize(("homework", "flag"), [
    ("computational_graph", "one_path_only"), ("autograd_extension", "absolute_cotangent"),
    ("autograd_extension", "not_elementwise"), ("primer_homework", "shared_state")])
def test_every_kind_explains_its_mistakes(homework, flag):
    done = explain(flag, "-a", homework)
    assert (done.exit_code, done.output.partition("  (")[0]) == (0, flag)
    assert f"\n  {flag} " in explain("-a", homework).output


def test_the_figure_is_written(tmp_path):
    done = explain("no_momentum", "-a", "step_size", "--save", tmp_path)
    assert done.output.endswith(f"wrote {tmp_path / 'no_momentum.png'}\n")
    assert (tmp_path / "no_momentum.png").stat().st_size > 5_000


def test_where_most_can_be_said_comes_first():
    heads = [line for line in explain("no_bias_correction").output.splitlines()
             if line.startswith("no_bias_correction  ")]
    assert heads == ["no_bias_correction  (step_size, adam)",
                     "no_bias_correction  (primer_homework, one_neuron_sgd_plus)"]


def test_a_name_that_several_homeworks_have_is_said_to_be_of_several():
    line = ("no_bias_correction is a mistake in step_size and in primer_homework; of yours alone: "
            "`cgp explain no_bias_correction -a HOMEWORK`")
    told = explain("no_bias_correction").output
    assert told.startswith(f"{line}\n\nno_bias_correction  (step_size, adam)\n")
    assert explain("one_term", "no_bias_correction").output.endswith(f"\n\n{told}")
    for alone in (explain("no_bias_correction", "-a", "step_size"), explain("one_term")):
        assert "HOMEWORK" not in alone.output


def test_every_explanation_says_more_than_the_message():
    short = [(task.kind, one.id) for homework in map(load, installed()) for task in homework.tasks
             for one in _known(homework, task)
             if not one.hint]
    assert short == []


@pytest.mark.parametrize(("meant", "hints"), [
    (IN_FUNCTIONS, OF_FUNCTIONS), ({**MISTAKES, **IN_ACTIVATIONS}, OF_ACTIVATIONS),
    (IN_GRAPHS, OF_GRAPHS)], ids=["functions", "activations", "graphs"])
def test_hints_are_of_mistakes_that_there_are_and_in_the_order_of_them(meant, hints):
    assert list(hints) == list(meant)
    assert [flag for flag, hint in hints.items() if hint in meant[flag] or hint[-1] != "."] == []


ONE_TERM = """\
one_term  (autograd_extension, mine)
  Of the derivative of x h(x) one of two terms is missing.
  A product has two: (x h(x))' = h(x) + x h'(x). Without the first it is 0 at x = 0, without the
    second it is h alone. Compare both terms with yours at x = 0 and x = 1.
  smallest case: x sigmoid(x) at x = 0.5
               number     right  with mistake
    derivative at 0.5  0.739961      0.622459
  to find it oneself: try one step by hand on paper, print what the code has, and compare them \
line by line;
  `cgp check FILE -a autograd_extension` shows the smallest case in which your own differs
"""


def test_a_mistake_of_which_only_the_meaning_was_written_is_explained():
    assert explain("one_term").output == ONE_TERM


def test_several_are_explained_one_after_the_other():
    assert explain("is_sgd", "factor", "-a", "autograd_extension").exit_code == 2
    assert explain("one_path_only", "all_zero", "-a", "computational_graph").output.count(
        "  (computational_graph, graph)\n") == 2


def test_every_name_of_the_page_on_diagnosis_is_explained():
    names = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/diagnosis.md").read_text("utf-8"), re.M)
    known = {one.id for homework in map(load, installed()) for task in homework.tasks
             for one in _known(homework, task)}
    assert len(names) > 150
    assert set(names) - known == set()


def test_every_name_of_a_wrong_training_is_explained_too():
    page = (ROOT / "docs/trainings.md").read_text("utf-8")
    names = re.findall(r"^\| `(\w+)` \|", page.split("## Identifiers")[1].split("\n## ")[0], re.M)
    homework = load("primer_homework")
    known = {one.id: one for task in homework.tasks for one in _known(homework, task)}
    assert len(names) > 30
    assert set(names) - known.keys() == set()
    assert not any("{" in one.says for one in known.values())
    assert explain("step_of_a_weight", "-a", "primer_homework").output.startswith(
        "step_of_a_weight  (primer_homework, one_neuron_sgd_plus)\n"
        "  Each bias moves by a weight's step: what was computed for the last weight is used for "
        "the bias, too. Compute the bias's own gradient, and keep its own state.\n")


def test_the_line_below_a_mistake_can_be_pasted_where_the_homework_is_in_a_folder(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    [wrong] = [one for one in WRONG.checks if one.diagnosis]
    for folder, typed in (("", "adam_hw"), (f"{tmp_path}/hw 5", "'hw 5'"), ("/hw/5", "/hw/5")):
        homework = Assignment("adam_hw", "Adam", "1", (), folder=folder)
        assert outcome.explained(wrong, typed_name(homework)) == (
            f"cgp explain no_bias_correction -a {typed}")


def test_on_a_page_the_homework_is_named_as_students_have_it():
    for folder, name in (("", "adam_hw"), ("/class/hw 5", "hw 5")):
        assert outcome.homework_of(AssignmentInfo("adam_hw", "Adam", "1", 8.0, folder)) == name


def test_of_a_mistake_on_graphs_the_smallest_one_that_shows_it_is_shown():
    for flags, case in ((partial_mistakes.FLAGS, shown_cases.of_partials),
                        (backpropagation_mistakes.FLAGS, shown_cases.of_gradients)):
        assert [one.id for one in flags if case(one.id) is None] == []
    done = CliRunner().invoke(
        main, ["explain", "parameter_gradient_replaced", "-a", "computational_graph"])
    assert done.output.startswith(
        "parameter_gradient_replaced  (computational_graph, graph)\n"
        "  Your gradients are those with the gradient of a parameter replaced where it should be "
        "added to.\n"
        "  right in the lecture: Eq. 29\n"
        "  A parameter that several nodes read has one share from each of them.\n"
        "  smallest case: backward() of\n"
        "    xz = w*x,  with dxz/dx = 0.8, dxz/dw = 0.5\n"
        "    xb = w*xz,  with dxb/dxz = 0.8, dxb/dw = 0.4\n"
        "  and dL/dxb = 0.5\n"
        "    number  right  with mistake\n"
        "     dL/dw    0.4           0.2\n")


def test_of_a_mistake_in_a_function_the_smallest_input_that_shows_it_is_shown():
    homework = load("autograd_extension")
    without = {
        task.id: {one.id for one in _known(homework, task) if one.case() is None} for task in
        homework.tasks if task.kind == "autograd_function"}
    words_alone = set(without["quantize"])
    assert without["softplus"] - words_alone == {"derivative_of_softplus"}  # it is right there
    assert without["sign_ste"] - words_alone == {"slope_twice", "divides_by_derivative"}
    assert "straight_through" in without["affine"]  # what has several inputs cannot do that
    assert [one.id for one in homework.mistakes if one.id in without.get(one.task, ())] == []
    assert explain("signed_byte", "feedback_averaged", "-a", "autograd_extension").output == """\
signed_byte  (autograd_extension, quantize)
  Forward wraps above 127, as a signed byte does.
  right in the lecture: specified: forward ⌊x⌋, backward g + (x − ⌊x⌋)
  int8 ends at 127; uint8 holds 0 to 255.
  smallest case: forward at x = 200
    number  right  with mistake
    output    200           -56
  to find it oneself: try one step by hand on paper, print what the code has, and compare them \
line by line;
  `cgp check FILE -a autograd_extension` shows the smallest case in which your own differs

feedback_averaged  (autograd_extension, quantize)
  Backward adds the mean of x - q.
  right in the lecture: specified: forward ⌊x⌋, backward g + (x − ⌊x⌋)
  Each number gets back its own x - q.
  smallest case: backward at x = [1, 0.5], g = [1, 2]
              number  right  with mistake
    gradient of x[0]      1          1.25
    gradient of x[1]    2.5          2.25
  to find it oneself: try one step by hand on paper, print what the code has, and compare them \
line by line;
  `cgp check FILE -a autograd_extension` shows the smallest case in which your own differs
"""


def test_an_example_of_a_mistake_in_an_activation_makes_that_mistake():
    x = np.array([-2.0, -1.0, 0.5, 1.0, 3.0])
    for flag in sorted(IN_ACTIVATIONS.keys() - {"kink"}):  # at one x alone, and not by numbers
        example = EXAMPLES[flag]
        (value, returned), slope = example.wrong(x), example.right(x)[1]
        given = Measured(
            x, value, returned, slope, np.full(x.shape, 1e-9),
            np.isclose(returned, example.right(value)[1]),
            np.isclose(returned, example.right(x)[0]) & np.isclose(value, slope))
        assert diagnosed(given).flags == (flag,)
    assert explain("derivative_at_value", "-a", "autograd_extension").output.startswith(
        "derivative_at_value  (autograd_extension, mine)\n"
        "  The derivative is taken at the value, f'(f(x)).\n"
        "  y = f(x) was put where x belongs. Print what goes into the derivative: it has to be x, "
        "unless its\n    formula is written in y, as y (1 - y) is.\n"
        "  smallest case: tanh(x) at x = 0.5\n"
        "               number     right  with mistake\n"
        "    derivative at 0.5  0.786448      0.813542\n")
    assert all(one.case().rows for one in EXAMPLES.values())


def test_a_mistake_that_an_instructor_names_of_an_activation_has_a_case_too(tmp_path):
    (tmp_path / "assignment.toml").write_text("""
id = "own"
title = "Own"
version = "1"
[[tasks]]
id = "tanh"
kind = "activation"
title = "tanh"
checks = {loads = {points = 1}, activation = {points = 1}}
""", encoding="utf-8")
    (tmp_path / "solution.py").write_text("""
import numpy as np
from cgp_harness import activation

@activation
def tanh(x):
    y = np.tanh(x)
    return y, 1 - y * y
""", encoding="utf-8")
    (tmp_path / "mistakes.toml").write_text("""
[[mistakes]]
id = "not_squared"
task = "tanh"
replace = "1 - y * y"
by = "1 - y"
says = "with y in place of its square"
""", encoding="utf-8")
    assert explain("not_squared", "-a", tmp_path).output.startswith("""\
not_squared  (own, tanh)
  With y in place of its square.
  smallest case: tanh at x = 0.5
               number     right  with mistake
    derivative at 0.5  0.786448      0.537883
""")

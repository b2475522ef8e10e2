"""`%load_ext cgp_harness` and `check` in a notebook, executed by a kernel; what a result shows."""

from dataclasses import replace

import pytest

import cgp_harness
from cgp_harness.collect.notebooks.magics import without_magics
from cgp_harness.model import SourceFile, Submission
from cgp_harness.model.plot import Plot, Series
from cgp_harness.notebook.checked import Checked
from tests.harness.library.pytest_runs import TINY
from tests.harness.reports.example_reports import BATCH

CELLS = (
    "%load_ext cgp_harness\nfrom cgp_harness import activation, check",
    "%%cgp_check tiny\n@activation\ndef square(x):\n    return x * x, 1 / 0",
    "%%cgp_check tiny --task cube\n@activation\ndef cube(x):\n    return x**3, 3 * x**2",
    "mine = check([square, cube], 'tiny')\nprint(mine.score, mine.checks[1].status)\nmine",
    "%%cgp_check tinny\ndef f(x): pass",
    "%%cgp_check\ndef f(x): pass",
    "%%cgp_check tiny --task cub\ndef f(x): pass",
    "%%cgp_check tiny\nx = 1",
    "%cgp_demo no-such-demo",
)
SQUARE = """\
✓ Square: loads and fits the contract                                                          1 / 1
! Square: value and derivative fit each other                                           error  0 / 3
    square raised ZeroDivisionError: division by zero
      at In[2], line 4

score                                                                                          \
1 / 4
first: Square: value and derivative fit each other
    square raised ZeroDivisionError: division by zero
      at In[2], line 4"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """What each cell put out: by kind of text."""
    reason = 'a kernel: pip install "cgp-harness[dev]"'
    nbformat = pytest.importorskip("nbformat", reason=reason)
    nbclient = pytest.importorskip("nbclient", reason=reason)
    pytest.importorskip("ipykernel", reason=reason)
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "tiny").mkdir()
    (folder / "tiny" / "assignment.toml").write_text(TINY)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in CELLS])
    nbclient.NotebookClient(
        notebook, timeout=None, startup_timeout=600, allow_errors=True, kernel_name="python3",
        resources={"metadata": {"path": str(folder)}}).execute()
    return [[_said(output) for output in one.outputs] for one in notebook.cells]


def _said(output):
    if output.output_type == "stream":
        return output.text.strip()
    assert output.output_type == "execute_result", output
    return output.data["text/plain"], output.data["text/html"]


def test_a_cell_is_checked_on_its_own_lines_and_shown_as_html(cells):
    assert cells[0] == []
    ((text, shown),) = cells[1]
    assert text == SQUARE
    assert "<b>1 / 4 points</b>" in shown
    assert "square raised ZeroDivisionError: division by zero\n  at In[2], line 4</pre>" in shown


def test_a_task_can_be_chosen(cells):
    ((text, _),) = cells[2]
    assert text == (
        "✓ Cube: loads and fits the contract                                                      "
        "      1 / 1\n\nscore                                                                      "
        "                    1 / 1\n1 further check not shown before grading")


def test_a_result_keeps_its_attributes(cells):
    score, (text, _) = cells[3]
    assert score == "4.0 student_error"
    assert text.startswith(SQUARE.partition("\n\n")[0])


def test_wrong_use_is_said_without_a_traceback(cells):
    known = "autograd_extension, computational_graph, primer_homework, step_size"
    assert cells[4:8] == [
        [f"UsageError: there is no assignment 'tinny'\n  expected one of {known}, or a folder that "
         "holds assignment.toml"],
        ["UsageError: Missing argument 'ASSIGNMENT'.\n"
         "  expected %%cgp_check ASSIGNMENT [--task TASK], above a cell"],
        ["UsageError: 'cub' is no task of tiny\n  expected square, cube\n"
         "  fix: did you mean 'cube'?"],
        ["UsageError: the cell defines no function and no class\n"
         "  expected what is to be checked, below %%cgp_check"]]
    assert cells[8][0].startswith("error: there is no demo 'no-such-demo'\n  expected one of dag,")


def test_a_checked_cell_is_python_where_it_is_graded():
    assert without_magics(CELLS[1]) == CELLS[1].replace("%%cgp", "# %%cgp")


def test_what_a_submission_says_is_escaped():
    (one, *_) = BATCH.submissions
    hostile = "<script>alert(1)</script>\x1b[31m"
    found = Checked.of_report(replace(one, notes=(hostile,), checks=tuple(
        replace(check, title=hostile, message=hostile) for check in one.checks)))
    assert "<script" not in found._repr_html_()
    assert r"&lt;script&gt;alert(1)&lt;/script&gt;\x1b[31m" in found._repr_html_()
    assert "\x1b" not in repr(found)


def test_figures_stand_in_the_result():
    (one, *_) = BATCH.submissions
    plot = Plot("losses", "curve", "A curve", "step", "loss", (
        Series("yours", "student", (0.0, 1.0), (2.0, 1.0)),))
    drawn = Checked.of_report(replace(one, checks=tuple(
        replace(check, plots=(plot,)) for check in one.checks[:1])))._repr_html_()
    assert drawn.count('<svg class="plot"') == 1
    assert drawn.count("<style") == 1
    assert "<style" not in Checked.of_report(one)._repr_html_()


def test_check_gives_what_grading_gives():
    one = Submission("ada", (SourceFile("ada.py", b"x = 1\n"),))
    found = cgp_harness.check(one, "step_size")
    assert isinstance(found, Checked)
    assert found.score == 0

"""Notebooks: the code cells as one Python file whose lines are the cells' lines."""

import ast
import json
import sys
import time
import warnings
import zipfile

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_harness.collect import IntakeLimits, collect, collect_one
from cgp_harness.collect.notebooks.magics import script_without_magics, without_magics
from cgp_harness.collect.notebooks.notebook import code_of
from cgp_harness.collect.notebooks.outputs import without_outputs
from cgp_harness.model import SourceFile, Status, Submission


def notebook(*sources, **more):
    """A notebook of version 4.5 as other tools write it: without the ids that nbformat wants."""
    cells = [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": source,
         "outputs": [{"output_type": "display_data", "data": {"image/png": "A" * 2_000_000},
                      "metadata": {}}]}
        for source in sources
    ]
    text = {"cell_type": "markdown", "metadata": {}, "source": "# Homework 3"}
    everything = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [text, *cells]}
    return json.dumps(everything | more).encode()


def test_code_cells_are_joined_and_plots_do_not_count(tmp_path):
    (tmp_path / "hw3.ipynb").write_bytes(notebook("x = 1\ny = 2", ["def f():\n", "    return 1\n"]))
    [submission] = collect([tmp_path / "hw3.ipynb"])
    assert submission.files == (SourceFile(
        "hw3.py", b"# cell 1\nx = 1\ny = 2\n# cell 2\ndef f():\n    return 1\n\n", "hw3.ipynb",
        (1, 4)),)
    [file] = submission.files
    assert [file.place(line) for line in (1, 2, 3, 4, 5, 6)] == [
        "hw3.ipynb, cell 1, line 1", "hw3.ipynb, cell 1, line 1", "hw3.ipynb, cell 1, line 2",
        "hw3.ipynb, cell 2, line 1", "hw3.ipynb, cell 2, line 1", "hw3.ipynb, cell 2, line 2"]


def test_a_line_that_python_names_besides_is_counted_in_the_cell(tmp_path):
    (tmp_path / "hw.ipynb").write_bytes(notebook("x = 1\ny = 2", "if x:\nz = 1"))
    [submission] = collect([tmp_path / "hw.ipynb"])
    assert submission.told(
        "the lines that belong to the 'if' statement above are not set in\n  at hw.py:6\n"
        "  Python says: IndentationError: expected an indented block after 'if' statement on line 5"
    ) == (
        "the lines that belong to the 'if' statement above are not set in\n"
        "  at hw.ipynb, cell 2, line 2\n"
        "  Python says: IndentationError: expected an indented block after 'if' statement on line 1"
    )


def test_a_notebook_does_not_take_the_name_of_a_file_beside_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("hw.py", "hw_notebook.py", "sgd.py"):
            archive.writestr(name, b"")
        for name in ("hw.ipynb", "sgd.ipynb", "adam.ipynb"):
            archive.writestr(name, notebook("x = 1"))
    [submission] = collect([tmp_path / "a.zip"])
    assert [file.path for file in submission.files] == [
        "adam.py", "hw.py", "hw_notebook.py", "hw_notebook_2.py", "sgd.py", "sgd_notebook.py"
    ]


@pytest.mark.parametrize("old", [
    {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": [],
         "collapsed": False, "metadata": {}}]}]},
    {"nbformat": 2, "metadata": {"name": ""}, "worksheets": [{"cells": [
        {"cell_type": "code", "language": "python", "input": "x = 1\ny = 2", "outputs": []}]}]},
    {"cells": [{"cell_type": "code", "code": "x = 1\ny = 2", "prompt_number": 1}]},
])
def test_notebooks_of_all_versions_are_read(old):
    assert code_of(json.dumps(old).encode(), "hw.ipynb").text == b"# cell 1\nx = 1\ny = 2\n"


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe\xff", b"[" * 100_000, b"1" * 10_000,
    b'{"nbformat": 99, "cells": []}', b'{"nbformat": "4", "cells": []}',
    notebook(None), notebook(3), notebook([1]), notebook(cells=3), notebook(cells=[3]),
    notebook(cells=[{}]), notebook(worksheets=3),
])
def test_a_broken_notebook_is_its_students_problem(tmp_path, content, capfd):
    (tmp_path / "bad.ipynb").write_bytes(content)
    (tmp_path / "good.py").write_bytes(b"")
    bad, good = collect([tmp_path])
    assert good.problem is None
    assert (bad.files, bad.problem.status) == ((), Status.STUDENT_ERROR)
    assert str(bad.problem) == (
        "bad.ipynb is not a notebook that can be read\n  expected the file as Jupyter saved it\n"
        "  fix: open it in Jupyter, save it and hand it in again"
    )
    assert capfd.readouterr() == ("", "")


def test_too_many_cells_are_refused(tmp_path):
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": []}
    (tmp_path / "bad.ipynb").write_bytes(notebook(cells=[cell] * 1_001))
    [bad] = collect([tmp_path])
    assert str(bad.problem) == "bad.ipynb has 1,001 cells\n  expected at most 1,000"


def test_too_much_code_is_refused(tmp_path):
    (tmp_path / "bad.ipynb").write_bytes(notebook("#" * 1_048_576))
    [bad] = collect([tmp_path])
    assert str(bad.problem) == (
        "the code of bad.ipynb is too large\n  expected at most 1,048,576 bytes"
    )


def drawn(size, **more):
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * size}}
    return {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": [picture], **more}


@pytest.mark.parametrize("many", [
    {"cells": [drawn(25_000_000)]},
    {"cells": [drawn(9), drawn(1, attachments={"a.png": {"image/png": "A" * 9_000_000}})]},
    {"cells": [drawn(1, outputs=[{"output_type": "stream", "name": "stdout", "text": [
        '"metadata": {[\\"\\n'] * 400_000}])]},
    {"cells": [drawn(1)], "metadata": {"widgets": {"state": ["}" * 9_000_000]}}},
], ids=["figures", "attachments", "texts", "widgets"])
def test_what_a_notebook_printed_and_drew_does_not_count(tmp_path, many):
    (tmp_path / "hw.ipynb").write_bytes(notebook(**many))
    [submission] = collect([tmp_path / "hw.ipynb"])
    assert submission.problem is None
    assert submission.files[0].content.startswith(b"# cell 1\nx = 1\n")


@pytest.mark.parametrize(("files", "said"), [
    ({"hw.ipynb": notebook(cells=[drawn(3_000)])},
     "hw.ipynb is too large\n  expected at most 2,000 bytes"),
    ({"a.ipynb": notebook(cells=[drawn(999)]), "b.ipynb": notebook(cells=[drawn(999)])},
     "the notebooks are too large together\n  at b.ipynb\n  expected at most 2,000 bytes\n"
     "  fix: hand in only what belongs to the homework"),
    ({"hw.ipynb": notebook(cells=[drawn(1, other="x" * 800)])},
     "hw.ipynb without its outputs is too large\n  expected at most 600 bytes"),
    ({f"{name}.ipynb": notebook(cells=[drawn(1, source="#" * 330)]) for name in "ab"},
     "the source files are too large together\n  expected at most 600 bytes\n"
     "  fix: hand in only what belongs to the homework"),
])
def test_a_notebook_is_read_to_a_limit(tmp_path, files, said):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    limits = IntakeLimits(file_bytes=400, total_bytes=600, notebook_bytes=2_000)
    assert str(collect_one(tmp_path, limits).problem) == said


@pytest.mark.parametrize("text", [
    b'{"outputs": ["' + b'\\"' * 1_000_000, b'"' * 2_000_001, b'{"outputs": ' + b"[{" * 1_000_000,
    b'"metadata"' + b" " * 2_000_000, b'"metadata":{' * 200_000, b"\\" * 2_000_000])
def test_outputs_are_cut_in_one_pass(text):
    begun = time.process_time()
    without_outputs(text)
    assert time.process_time() - begun < 20


def test_half_a_character_is_left_to_python_to_explain():
    assert code_of(notebook("x = '\ud800'"), "hw.ipynb").text == b"# cell 1\nx = '\xed\xa0\x80'\n"


def test_without_nbformat_the_installation_is_at_fault_and_not_the_student(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    (tmp_path / "hw.ipynb").write_bytes(notebook("x = 1"))
    [submission] = collect([tmp_path])
    assert submission.problem.status is Status.GRADER_ERROR
    assert str(submission.problem) == (
        "this installation cannot read notebooks\n  expected the package nbformat\n"
        '  fix: pip install "cgp-harness[notebook]"'
    )


def test_what_nbformat_warns_of_does_not_stop_the_batch(monkeypatch):
    reads = nbformat.reader.reads

    def warning_reads(text):
        warnings.warn("cell is missing an id field", UserWarning, stacklevel=1)
        return reads(text)

    monkeypatch.setattr(nbformat.reader, "reads", warning_reads)
    assert code_of(notebook("x = 1"), "hw.ipynb").text == b"# cell 1\nx = 1\n"


def test_a_cell_in_another_language_is_left_out_and_said(tmp_path):
    (tmp_path / "hw.ipynb").write_bytes(notebook(
        "%%writefile adam.py\nx = 2", "%%time\nx = 3", "\n%%bash\nls"))
    [submission] = collect([tmp_path / "hw.ipynb"])
    assert submission.notes == (
        "hw.ipynb, cell 1 is left out: it begins with %%writefile",
        "hw.ipynb, cell 3 is left out: it begins with %%bash")
    assert b"\nx = 2" not in submission.files[0].content
    assert b"\nx = 3" in submission.files[0].content


def test_texts_name_the_notebook_and_the_cell():
    files = (SourceFile("a.py", b""), SourceFile("rules/hw.py", b"", "rules/hw.ipynb", (1, 4)),
             SourceFile("ADAM_file.py", b"", "ADAM.PY"))
    told = Submission("ada", files).told
    assert told("at rules/hw.py:6 and rules/hw.py:2, in a.py:6") == (
        "at rules/hw.ipynb, cell 2, line 2 and rules/hw.ipynb, cell 1, line 1, in a.py:6")
    assert told("importing rules/hw.py took longer") == "importing rules/hw.ipynb took longer"
    assert told("rules/hw.pyx /rules/hw.py:3 rules/hw.py:0") == (
        "rules/hw.pyx /rules/hw.py:3 rules/hw.ipynb")
    assert told("ADAM_file.py:3") == "ADAM.PY:3"


# --- scripts -----------------------------------------------------------------------------------


def test_magics_in_an_exported_script_become_comments(tmp_path):
    text = b"# \xe9\r\n%matplotlib inline\r\n%%time\r\nx = '''\r\n!ls'''\r\n!pip install x\r\n"
    (tmp_path / "hw.py").write_bytes(text)
    (tmp_path / "HW.PY").write_bytes(text)
    made = b"# \xe9\n# %matplotlib inline\n# %%time\nx = '''\n!ls'''\n# !pip install x\n"
    for submission in collect([tmp_path]):
        assert [file.content for file in submission.files] == [made]


@pytest.mark.parametrize("text", [b"x = 1\r\ny = 2\r\n", b"x = 1\ry = '\xff'\n", b"", b"\0\xff"])
def test_a_script_without_magics_stays_as_it_is(text):
    assert script_without_magics(text) == text


# --- magics ------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [
    "%matplotlib inline", "!pip install numpy", "%%time", "%%capture out", "?adam", "adam?",
    "adam.step??", "%timeit?", "pip install torch", "conda install torch", "%time",
    "%load_ext autoreload", "!mkdir -p out", "%timeit f()", "%run other.py",
])
def test_a_magic_becomes_a_comment(line):
    assert without_magics(f"{line}\nx = 1") == f"# {line}\nx = 1"


@pytest.mark.parametrize("source", [
    'print("%d"\n      % 5)', 'text = """\n%matplotlib inline\n!ls\n"""', "x = 5 \\\n% 3",
    "# why?\nx = 1  # right?", "y = [\n    '#', 1\n    % 2]", "s = '''a\\'''\n!x'''",
    "x = '('\ny = 1 % 2", "print(1)  # (", "a = {'(': 1}", "pip = 1\npip == 2",
    "x = 'it\\'s ('", "assert x != 1", "x = y = 10 % 3", "", "s = 'a\\\n%b'",
    "q = \"\"\"'\n%x\n\"\"\"", "x = r'\\''\ny = x",
])
def test_what_is_python_stays(source):
    ast.parse(source)
    assert without_magics(source) == source


@pytest.mark.parametrize(("source", "wanted"), [
    ("if x:\n    !pip install a", "if x:\n    pass  # !pip install a"),
    ("!pip install a \\\n  b\nx = 1", "# !pip install a \\\n  pass  # b\nx = 1"),
    ("\n%%bash\nls (\n\nx = 1", "\n# %%bash\n# ls (\n\n# x = 1"),
    ("%%timeit\nx = 1", "# %%timeit\nx = 1"),
    ("x = 1\r\n%prun y\rz = 2", "x = 1\n# %prun y\nz = 2"),
    ("files = !ls", "files = get_ipython()  # !ls"),
    ("t = %timeit -o f()", "t = get_ipython()  # %timeit -o f()"),
    ("if x:\n  a, b[0] = !ls", "if x:\n  a, b[0] = get_ipython()  # !ls"),
    ("%time x = f(1)", "x = f(1)  # %time "),
    ("if x:\n  %time   f()", "if x:\n  f()  # %time   "),
    (")\n%a", ")\n# %a"),
    ('"""a\n%b\n"""\n%c', '"""a\n%b\n"""\n# %c'),
])
def test_one_line_stays_one_line(source, wanted):
    assert without_magics(source) == wanted


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("%!?x= '\"()[]{}#\\\n"), max_size=40))
def test_the_number_of_lines_never_changes(source):
    assert without_magics(source).count("\n") == source.count("\n")


@pytest.mark.parametrize("line", [
    "'" + "\\'" * 500_000, " " * 1_000_000 + ".", "a?" + " " * 1_000_000 + "x", "a " * 500_000,
    "a" * 1_000_000, "[" * 1_000_000, "]" * 1_000_000, "a = " * 250_000, "a? ; " * 200_000,
    "pip" + " " * 1_000_000, "'''\"\"\"" * 150_000, "a.b" * 300_000 + "=" + " " * 100_000 + "0",
], ids=lambda line: f"{line[:6]} {line[-2:]}")
def test_a_long_line_takes_one_pass(line):
    """With a second pass for every letter a megabyte takes from minutes to an hour."""
    assert without_magics(line) == line
    assert without_magics(f"{line}\n{line}").count("\n") == 1

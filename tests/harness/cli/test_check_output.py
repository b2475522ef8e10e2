"""`cgp check` on wrong plugins, compared whole with `tests/snapshots/check/*.txt`.

Rewrite them with `CGP_SNAPSHOTS=write python -m pytest tests/harness/cli/test_check_output.py`, and
read them: they are what a student sees.
"""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import cgp_assignments
from cgp_harness.checks.context import passed
from cgp_harness.cli import main
from tests.harness.all_checks import replace_check
from tests.places import ROOT

EXAMPLES = Path(cgp_assignments.__file__).parent / "step_size" / "examples"
SNAPSHOTS = ROOT / "tests" / "snapshots" / "check"
WRONG = (
    "adam_no_bias_correction", "shared_state", "hard_coded_beta2", "missing_return",
    "misspelt_name", "in_place", "sgd_plus_is_nesterov",
)


@pytest.fixture(autouse=True)
def _times(monkeypatch):
    """What a step costs is another number on every machine."""
    replace_check(monkeypatch, "step_cost", lambda context: passed())


@pytest.mark.parametrize("name", WRONG)
def test_what_a_student_reads(name, monkeypatch):
    monkeypatch.chdir(EXAMPLES)
    done = CliRunner().invoke(main, ["check", f"{name}.py", "-a", "step_size"])
    assert done.exit_code == 1
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("CGP_SNAPSHOTS") == "write":
        path.write_text(done.output, encoding="utf-8")
    assert done.output == path.read_text(encoding="utf-8")


def test_a_right_plugin_exits_with_0(monkeypatch):
    monkeypatch.chdir(EXAMPLES)
    done = CliRunner().invoke(main, ["check", "perfect.py", "-a", "step_size"])
    assert done.exit_code == 0
    assert done.output.splitlines()[-1].split() == ["score", "100", "/", "100"]


def test_a_default_is_in_no_equation(tmp_path):
    text = (EXAMPLES / "perfect.py").read_text(encoding="utf-8")
    for right, wrong in (
            ("mu=0.9", "mu=0.9000001"), ("rho=0.9, eps=1e-8", "rho=0.9, eps=1e-7"),
            ("beta2=0.999", "beta2=0.99")):
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    (tmp_path / "hw.py").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(tmp_path / "hw.py"), "-a", "step_size"])
    lines = map(str.strip, done.output.partition("score")[0].splitlines())
    assert [line for line in lines if "default" in line or "Eq" in line] == [
        "mu: the default is 0.9000001, expected 0.9.",
        "eps: the default is 1e-07, expected 1e-08.",
        "beta2: the default is 0.99, expected 0.999.",
    ]

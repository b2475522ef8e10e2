"""Titles of checks, by which messages name other checks."""

import ast
import re
from pathlib import Path

import cgp_harness
from cgp_harness import pipeline
from cgp_harness.assignment import load
from cgp_harness.kind import CheckInfo
from tests.harness.all_checks import CHECKS, INFO

MODULES = sorted(path for path in Path(cgp_harness.__file__).parent.rglob("*.py")
                 if "submissions" not in path.parts)


def texts(path):
    """The strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)
            and isinstance(node.value, str) and id(node) not in alone]


def test_every_check_has_a_title_of_its_own_and_a_plugin_s_is_called_as_it_is():
    assert list(INFO) == list(CHECKS)
    assert len({info.title for info in INFO.values()}) == len(INFO)
    assert [INFO[name].title for name in ("relations", "forward", "activation")] == [
        "is a well-behaved rule", "computes the specified values",
        "value and derivative fit each other"]
    assert pipeline.info_of(load("step_size").task("adam"), "first_step_downhill") == CheckInfo(
        "first_step_downhill", cites_equation=True)


def test_no_message_sends_a_student_to_an_identifier():
    names = "|".join(CHECKS)
    sent = re.compile(rf"\b(?:see|since) '?(?:{names})\b(?!\()")
    assert [(path.name, text) for path in MODULES for text in texts(path)
            if sent.search(text)] == []

"""What a command that takes long shows: a line as each part ends, on a terminal what is tried."""

import re
from io import StringIO

import pytest

from cgp_harness.cli.parts import Parts
from cgp_harness.reports import terminal


@pytest.mark.parametrize("is_terminal", [True, False])
def test_what_is_tried_is_shown_on_a_terminal_alone(monkeypatch, is_terminal):
    written = StringIO()
    out = terminal._Patient(file=written, force_terminal=is_terminal, markup=False)
    monkeypatch.setattr(terminal, "console", lambda: out)
    parts = Parts()
    with parts.trying("grading the solution") as now:
        now("Adam: is\x1b the [b]specified[/b] rule")
        parts.say("canary      numpy: rule gets full marks at 'plain'")
    said = re.sub(r"\x1b\[[\d;?]*\w", "", written.getvalue())
    assert "canary      numpy: rule gets full marks at 'plain'\n" in said
    now_tried = r"grading the solution: Adam: is\x1b the [b]specified[/b] rule"
    assert (now_tried in said) == is_terminal

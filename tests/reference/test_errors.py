"""What is meant by a name that is none; capitals, accents, `_`, `-` and spaces do not matter."""

import pytest

from cgp_reference.errors import alike, folded, meant

KNOWN = ("step_size", "computational_graph", "pred", "Résumé", "lr")


@pytest.mark.parametrize(("written", "fix"), [
    ("StepSize", "did you mean 'step_size'?"),
    ("step-size", "did you mean 'step_size'?"),
    ("STEP SIZE", "did you mean 'step_size'?"),
    ("stepsice", "did you mean 'step_size'?"),
    ("préd", "did you mean 'pred'?"),
    ("RESUME", "did you mean 'Résumé'?"),
    ("LR", "did you mean 'lr'?"),
    ("momentum", ""),
])
def test_a_name_is_found_however_it_is_typed(written, fix):
    assert meant(written, KNOWN) == fix
    assert meant(written, KNOWN, "remove it") == (fix or "remove it")


def test_what_is_the_same_but_for_how_it_is_typed_is_meant_and_else_the_likest_first():
    known = ["grad_outputs", "gradoutput", "grad"]
    assert alike("Grad_Output", known, 3) == ["gradoutput"]
    assert alike("grad_outputt", known, 3) == ["gradoutput", "grad_outputs"]


def test_of_two_that_are_the_same_so_the_first_is_meant():
    assert alike("B", ["b_", "b"]) == ["b_"]


def test_letters_of_other_scripts_stay():
    assert [folded(one) for one in ("β_1", "Å", "ﬁ")] == ["β1", "a", "fi"]

"""Mistakes that an instructor writes down: found in the answer, or refused with what is wrong."""

import pytest

from cgp_harness.errors import HarnessError
from cgp_harness.probing.named_change import named
from tests.harness.mutation.test_mutation import adam, lines


@pytest.mark.parametrize(("replacements", "becomes"), [
    ([("m / (1 - beta1**k)", "m")], "m_hat = m"),
    ([("m/(1-(beta1 ** k))", "m"), ("v / (1 - beta2**k)", "v")], "m_hat = m; v_hat = v"),
    ([("beta1", "beta2")],
     "m = beta2 * m + (1 - beta2) * g; m_hat = m / (1 - beta2 ** k)"),
    ([("m_hat = m / (1 - beta1**k)", "m_hat = m")], "m_hat = m"),
    ([("m = beta1 * m + (1 - beta1) * g", "")], "pass"),
    ([("(v_hat + eps)**0.5", "v_hat**0.5 + eps")],
     "return (lr * m_hat / (v_hat ** 0.5 + eps), m, v)"),
])
def test_what_is_replaced(replacements, becomes):
    one = adam()
    change = named(one, replacements, "it is wrong", "mistakes.toml")
    assert lines(one, change) == becomes
    assert (change.said.general, change.said.full) == ("it is wrong", "it is wrong")


@pytest.mark.parametrize(("old", "new", "said"), [
    ("m / (1 - beta1**)", "m", "'m / (1 - beta1**)' is no Python: invalid syntax\n"
     "  at mistakes.toml, entry 2, replace\n  expected an expression or a statement"),
    ("m", "m +", "'m +' is no Python: invalid syntax\n"
     "  at mistakes.toml, entry 2, by\n  expected an expression or a statement"),
    ("m / (1 - beta2**k)", "m", "'m / (1 - beta2**k)' stands nowhere in the answer 'adam'\n"
     "  at mistakes.toml, entry 2\n"
     "  expected an expression or a statement of it, as it is written there\n"
     "  fix: did you mean 'v / (1 - beta2 ** k)'?"),
    ("m", "(m)", "a mistake changes nothing: it replaces 'm' by the same\n"
     "  at mistakes.toml, entry 2\n  expected a wrong answer\n  fix: correct `by`"),
    ("m_hat", "m_hat = m", "a mistake replaces an expression by a statement\n"
     "  at mistakes.toml, entry 2\n  expected an expression for an expression\n"
     "  fix: correct `by`"),
    ("m = 1; v = 2", "", "'m = 1; v = 2' is more than one statement\n"
     "  at mistakes.toml, entry 2, replace\n  expected an expression or one statement\n"
     "  fix: write the others under `also`"),
])
def test_what_is_refused(old, new, said):
    with pytest.raises(HarnessError) as caught:
        named(adam(), [(old, new)], "it is wrong", "mistakes.toml, entry 2")
    assert str(caught.value) == said

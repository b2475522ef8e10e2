"""What a rule is told of the parameters that are trained."""

from __future__ import annotations

from cgp_reference.data import Array
from cgp_reference.rule import Rule


def seen(rule: Rule, parameters: Array) -> tuple[Array, ...]:
    """Their values before a step, if the rule looks at them; else nothing.

    A copy: a rule may keep it, and the parameters move on.
    """
    if not rule.sees_parameter:
        return ()
    values = parameters.copy()
    values.flags.writeable = False
    return (values,)

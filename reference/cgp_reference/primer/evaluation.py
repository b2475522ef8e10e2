"""An expression evaluated for given values, in the package's calling form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cgp_reference.activation import ACTIVATIONS
from cgp_reference.parser import parse_sum
from cgp_reference.primer.base import Primer, PrimerError
from cgp_reference.syntax import Name, Tree, run
from cgp_reference.tokens import tokens


class Evaluation(Primer):
    """What the package does by pasting numbers into the text, with the engine's parser."""

    def eval_expression(
        self, exp: str, vals_for_vars: Mapping[str, Any],
        vals_for_learnable_params: Mapping[str, Any] | None,
        ind_vars: Iterable[str] | None = None,
    ) -> Any:
        """The value of a right side such as `ab*xa+bc*xb`, on numbers or on arrays of a batch.

        `-xa^2` and `xa^2` are what they are in mathematics, in both semantics: for xa = -0.5 the
        package's pasted text gives -0.25 for the latter.

        Args:
            exp: the body of an expression.
            vals_for_vars: by name.
            vals_for_learnable_params: by name.
            ind_vars: the variables to take from `vals_for_vars`; without it, all.

        Raises:
            ExpressionError: `exp` does not follow the grammar.
            PrimerError: a name has no value.
        """
        tree = body(exp)
        names = vals_for_vars if ind_vars is None else ind_vars
        values = {**(vals_for_learnable_params or {}), **_taken(exp, vals_for_vars, names)}
        if absent := [step.name for step in tree
                      if isinstance(step, Name) and step.name not in values]:
            raise PrimerError(f"there is no value for {absent[0]!r}", where=f"expression {exp!r}")
        return run(tree, values)[-1]


@lru_cache(maxsize=1024)
def body(text: str) -> Tree:
    """The tree of a right side; parsed once for each text."""
    return parse_sum(text, tokens(text), ACTIVATIONS)


def _taken(exp: str, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    try:
        return {name: values[name] for name in names}
    except KeyError as error:
        raise PrimerError(
            f"there is no value for {error.args[0]!r}", where=f"expression {exp!r}") from error

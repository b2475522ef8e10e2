"""An expression evaluated for given values, in the package's calling form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cgp_reference.activation import ACTIVATIONS
from cgp_reference.data import Array
from cgp_reference.expressions.parser import parse_sum
from cgp_reference.expressions.syntax import Name, Tree, run
from cgp_reference.expressions.tokens import tokens
from cgp_reference.primer.base import Primer, PrimerError
from cgp_reference.primer.overriding import overridden


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


def own_sums(
    model: Evaluation, texts: Sequence[str], names: Sequence[str], inputs: Array,
    *ind_vars: Sequence[str],
) -> Array | None:
    """The right sides by a subclass's own `eval_expression`; None if it has none.

    It is called as the package calls it, with one sample at a time.

    Args:
        model: of the subclass.
        texts: a right side for each unit.
        names: of the variables in `inputs`.
        inputs: `(variables, batch)`.
        ind_vars: what is passed as the fourth argument, if anything is.

    Returns:
        `(units, batch)`.
    """
    evaluate, parameters = model.eval_expression, model.vals_for_learnable_params
    if not overridden(evaluate, Evaluation.eval_expression):
        return None
    samples = [dict(zip(names, sample, strict=True)) for sample in inputs.T.tolist()]
    return np.array(
        [[evaluate(text, sample, parameters, *ind_vars) for sample in samples] for text in texts],
        dtype=np.float64)


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

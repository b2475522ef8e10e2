"""What a Function becomes by small changes to the source of a right one: mistakes with words.

The right one is the instructor's, and trusted: what it is changed to runs in this process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake, ValueMistake
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.model import Floats
from cgp_harness.mutation.derivatives import CONSTANT_TAKEN, DERIVATIVE, derived, detached
from cgp_harness.mutation.singles import OPERATORS
from cgp_harness.mutation.words import Reveal, told
from cgp_harness.probing.variants.variants import Variant, Variants, Written, told_apart

FORWARD, BACKWARD = "forward", "backward"
"""Words by which a mistake is said to be one of this way alone, in a sentence of its own."""
KEPT = 4
"""Points, for what was given at them last."""
Gradients = tuple[Floats, ...]


def variants_of(
    oracle: Oracle, text: str, written: Sequence[Written]
) -> Variants:
    """What a right answer may become; also what its derivative may take for a constant and, if
    torch finds that, what else is wrong with it."""
    further = (detached,) if oracle.has_backward else (detached, derived)
    return Variants(oracle.target, text, written, (*OPERATORS, *further))


@dataclass(frozen=True, eq=False)
class Changes:
    """Mistakes of which an answer becomes what a student's is.

    Args:
        oracle: the right answer.
        variants: what it may become.
        reveal: how much of it the words may give away.
        point: arrays at which it can be asked for: what does the same there is one mistake.
        looked_for: whether more is looked for than what is written down in sentences.
    """

    oracle: Oracle
    variants: Variants
    reveal: Reveal
    point: Sequence[Floats]
    looked_for: bool = True
    _known: dict[Variant, _Changed] = field(default_factory=dict)

    @property
    def known_values(self) -> tuple[ValueMistake, ...]:
        """What the instructor has said of forward in whole sentences."""
        return tuple(
            ValueMistake(one.id, said, one.hint, self._changed(one).forward)
            for one, way, said in self._sentences if way == FORWARD)

    @property
    def known_gradients(self) -> tuple[GradientMistake, ...]:
        """And of backward."""
        return tuple(
            GradientMistake(one.id, said, one.hint, self._changed(one).vjp
                            if self.oracle.has_backward else self._changed(one).derivative)
            for one, way, said in self._sentences if way == BACKWARD)

    @cached_property
    def _sentences(self) -> tuple[tuple[Variant, str, str], ...]:
        """What is written down of one way alone: which, and how the sentence goes on after it."""
        each = [(one, *one.said.full.partition(" ")[::2]) for one in self.variants.written]
        return tuple(one for one in each if one[1] in (FORWARD, BACKWARD))

    @cached_property
    def _others(self) -> tuple[Variant, ...]:
        """Of all single changes those that are looked for, and put into words here."""
        if not self.looked_for:
            return ()
        said = {id(one) for one, _, _ in self._sentences}
        return tuple(one for one in self.variants.singles if id(one) not in said)

    @cached_property
    def values(self) -> tuple[ValueMistake, ...]:
        """What forward may compute instead, the simplest first."""
        return tuple(self._value(one) for one in self._others if self._of_value(one))

    @cached_property
    def value_pairs(self) -> tuple[ValueMistake, ...]:
        """The same with two changes."""
        return tuple(map(self._value, self.variants.pairs(told_apart(
            [one for one in self._others if self._of_value(one)],
            _flat([self.oracle.forward(*self.point)]),
            lambda one: _flat([self._changed(one).forward(*self.point)])))))

    @cached_property
    def gradients(self) -> tuple[GradientMistake, ...]:
        """What backward may return instead, the simplest first: with a change of its own, or with
        one in what forward has kept for it; then the derivative of a forward with a change."""
        return (*self._own(self._others), *(
            self._of_another(one) for one in self._others if not self._backward(one)))

    @cached_property
    def gradient_pairs(self) -> tuple[GradientMistake, ...]:
        """The same with two changes: of backward, or else two values that are taken for constants;
        a forward with two changes that nobody wrote has too many derivatives."""
        own = self.oracle.has_backward
        right, g = replace(self.oracle, as_written=own), self._cotangent
        chosen = told_apart(
            [one for one in self._others if own or _taken_for_constant(one)],
            _flat(right.vjp(g, *self.point)),
            lambda one: _flat(self._changed(one).gradients(g, self.point, as_written=own)))
        pairs = self.variants.pairs(chosen)
        return tuple(self._own(pairs) if own else map(self._of_another, pairs))

    @cached_property
    def _cotangent(self) -> Floats:
        """A g of all numbers, no two of them equal."""
        shape = self.oracle.forward(*self.point).shape
        return np.random.default_rng(0).uniform(0.3, 3.0, shape)

    def _value(self, one: Variant) -> ValueMistake:
        return ValueMistake(
            one.id, f"is right but for this: {self._told(one)}", one.hint,
            self._changed(one).forward, self._staff(one), tuple(map(self._value, one.parts)))

    def _own(self, variants: Sequence[Variant]) -> Iterator[GradientMistake]:
        for one in variants:
            if one.change is not None and not self.oracle.has_backward:
                continue
            where = " in forward" if self._forward(one) else ""
            yield GradientMistake(
                one.id, f"is right but for this{where}: {self._told(one)}", one.hint,
                self._changed(one).vjp, self._staff(one), tuple(self._own(one.parts)))

    def _of_another(self, one: Variant) -> GradientMistake:
        how = "is right but for this:" if _of_derivative(one) else "is that of a forward in which"
        return GradientMistake(
            one.id, f"{how} {self._told(one)}", one.hint,
            self._changed(one).derivative, self._staff(one),
            tuple(map(self._of_another, one.parts)))

    def _changed(self, one: Variant) -> _Changed:
        return self._known.setdefault(one, _Changed(self.oracle, one))

    def _told(self, one: Variant) -> str:
        return ", and ".join(dict.fromkeys(
            told(part.said, self.reveal, self.variants.secret) for part in one.parts or (one,)))

    def _staff(self, one: Variant) -> str:
        """What the staff reads; nothing of what the instructor has said."""
        return "" if one in self.variants.written else one.said.full

    def _forward(self, one: Variant) -> bool:
        return one.change is not None and self._is_in("forward", one)

    def _backward(self, one: Variant) -> bool:
        return one.change is not None and self._is_in("backward", one)

    def _of_value(self, one: Variant) -> bool:
        """Whether it may change what forward computes."""
        return not self._backward(one) and not _of_derivative(one)

    def _is_in(self, name: str, one: Variant) -> bool:
        """Whether all of a change is in this method, and not in what it saves for the other."""
        assert one.change is not None
        return {id(edit.node) for edit in one.change.edits} <= self._nodes_of[name]

    @cached_property
    def _nodes_of(self) -> dict[str, set[int]]:
        found = {}
        for name in ("forward", "backward"):
            methods = [one for one in self.variants.source.functions() if one.name == name]
            saved = {
                id(node) for one in methods for call in ast.walk(one)
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(
                    ".save_for_backward") for node in ast.walk(call)}
            found[name] = {id(node) for one in methods for node in ast.walk(one)} - saved
        return found


class _Changed:
    """What a variant computes; not a number where it makes no program, or one that raises, or gives
    another dtype: g, cast to that, would have other digits, and so would whoever rounds them."""

    def __init__(self, oracle: Oracle, variant: Variant) -> None:
        self._oracle, self._variant = oracle, variant
        self._given: dict[tuple[object, ...], Gradients] = {}
        self._dtype = ""

    def forward(self, *arrays: Floats) -> Floats:
        """Its value."""
        try:
            return self._made(as_written=False).forward(*arrays)
        except Exception:  # what a change has made of an answer raises anything
            return np.full((), np.nan)

    def derivative(self, g: Floats, *arrays: Floats) -> Gradients:
        """Torch's derivative of its forward."""
        return self.gradients(g, arrays, as_written=False)

    def vjp(self, g: Floats, *arrays: Floats) -> Gradients:
        """What its own backward returns."""
        return self.gradients(g, arrays, as_written=True)

    def gradients(self, g: Floats, arrays: Sequence[Floats], *, as_written: bool) -> Gradients:
        """The one or the other."""
        key = (as_written, *((one.shape, one.tobytes()) for one in (g, *arrays)))
        if key not in self._given:
            if len(self._given) >= KEPT:
                self._given.clear()
            try:
                made = self._made(as_written=as_written)
                self._dtype = self._dtype or made.dtype(arrays, "float64")
                if self._dtype != "float64":
                    raise TypeError(self._dtype)
                self._given[key] = made.vjp(g, *arrays)
            except Exception:  # as in `forward`
                self._given[key] = tuple(np.full(one.shape, np.nan) for one in arrays)
        return self._given[key]

    def _made(self, *, as_written: bool) -> Oracle:
        return replace(self._oracle, target=self._variant.answer, as_written=as_written)


def _of_derivative(one: Variant) -> bool:
    return one.change is not None and one.change.operator == DERIVATIVE


def _taken_for_constant(one: Variant) -> bool:
    return one.change is not None and one.change.operator == CONSTANT_TAKEN


def _flat(arrays: Sequence[Floats]) -> Floats:
    return np.concatenate([one.reshape(-1) for one in arrays])

"""A Function as phrases of a student's text, and a mistake as the phrases that it puts differently.

A phrase may name others in braces: `"g * {slope}"`. The mistakes were written before the diagnosis
bank was: where the two disagree, one of them has misunderstood the mistake.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Phrases = Mapping[str, str]


@dataclass(frozen=True)
class Mistake:
    """One thing done wrong.

    Args:
        check: kind of the check that it must fail: `forward`, `gradient`, `autograd`, …
        flag: what the report should call it; empty where no name is asked for.
        phrases: what it puts differently.
    """

    check: str
    flag: str
    phrases: Phrases


@dataclass(frozen=True)
class Family:
    """One task of the homework.

    Args:
        title: name of the class or function.
        inputs: arguments of forward.
        phrases: the right one; the text begins at `forward` and `backward`.
        mistakes: name -> mistake; the name is the flag unless the mistake says otherwise.
    """

    title: str
    inputs: str
    phrases: Phrases
    mistakes: Mapping[str, Mistake]


def wrong(check: str, flag: str, **phrases: str) -> Mistake:
    """A mistake: which check must see it, what it should be called, what is written instead."""
    return Mistake(check, flag, phrases)


EVERY_FUNCTION: Phrases = {
    "imports": "import torch",
    "module": "",
    "prepare": "",
    "end": "",
    "use_cotangent": "",
    "forward": "{prepare}\n{save}\nreturn {value}",
    "backward": "{load}\n{use_cotangent}\nreturn {gradient}",
}

COTANGENT_MISTAKES: Mapping[str, Mistake] = {
    "absolute_cotangent": wrong("gradient", "absolute_cotangent", use_cotangent="g = g.abs()"),
    "relu_cotangent": wrong("gradient", "relu_cotangent", use_cotangent="g = g.clamp(min=0)"),
    "clipped_cotangent": wrong(
        "gradient", "clipped_cotangent", use_cotangent="g = g.clamp(-1, 1)"),
    "squared_cotangent": wrong("gradient", "squared_cotangent", use_cotangent="g = g * g"),
    "sign_of_cotangent": wrong("gradient", "sign_of_cotangent", use_cotangent="g = g.sign()"),
    "normalised_cotangent": wrong(
        "gradient", "normalised_cotangent", use_cotangent="g = g / (g.norm() + 1e-12)"),
}
"""None of them is linear in what arrives; `torch.autograd.gradcheck` passes most."""

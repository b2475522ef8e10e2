"""A rule as phrases of a student's text, and a mistake as the phrases that it puts differently.

A phrase may name others in braces: `"v = {decay} * {v_old} + {term}"`. The text begins at `body`.
Two mistakes contradict each other when both put the same phrase differently, or when one takes out
of the text what the other changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Phrases = Mapping[str, str]

UPDATE_FIRST = "{update}\n{hats}\nstep = {step}"
STEP_FIRST = "{hats}\nstep = {step}\n{update}"

EVERY_RULE: Phrases = {
    "body": "{cast}\n{counting}\n{scaling}\n{order}\n{afterwards}\n{ending}",
    "counting": "", "scaling": "", "hats": "", "afterwards": "", "module": "",
    "order": UPDATE_FIRST,
    "storage": "decorator",
    "precision": "float64",
    "sign": "",
    "lr": "lr",
    "rate": "{lr} * ",
}

ROOTS: Mapping[str, Phrases] = {
    "eps_inside_root": {"denominator": "({second}{plus_eps}){root}"},
    "eps_outside_root": {"denominator": "({second}{root}{plus_eps})"},
}
ADAPTIVE: Phrases = {
    **EVERY_RULE,
    "step": "{rate}{direction}",
    "eps": "eps",
    "plus_eps": " + {eps}",
    "root": "**0.5",
}

ANY_MISTAKES: Mapping[str, Phrases] = {
    "sign_flipped": {"sign": "-"},
    "shared_state": {"storage": "module"},
    "lr_hard_coded": {"lr": "1e-3"},
    "float32_arithmetic": {"precision": "float32"},
    "random_initial_state": {"storage": "random"},
    "mutable_default": {"storage": "default"},
}
ADAPTIVE_MISTAKES: Mapping[str, Phrases] = {
    **ANY_MISTAKES,
    "lr_in_gradient": {"scaling": "g = {lr} * g", "rate": ""},
    "lr_twice": {"scaling": "g = {lr} * g"},
    "no_square_root": {"root": ""},
    "half_for_root": {"root": "**1/2"},
    "no_eps": {"plus_eps": ""},
    "eps_hard_coded": {"eps": "1e-8"},
    "step_added_to_gradient": {"step": "{rate}(g + {direction})"},
}

STATE_MISTAKES = ("shared_state", "random_initial_state", "mutable_default")


@dataclass(frozen=True)
class Family:
    """One of the four rules.

    Args:
        title: the rule's name in prose.
        hyperparameters: as in the signature.
        conventions: what each convention puts differently; the lecture's own first.
        phrases: the right rule.
        mistakes: flag -> what it puts differently.
        excludes: flag -> others that do not show beside it, undo it, or crash with it.
    """

    title: str
    hyperparameters: str
    conventions: Mapping[str, Phrases]
    phrases: Phrases
    mistakes: Mapping[str, Phrases]
    excludes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

"""Writes wrong Functions and activations: a task and a mistake in, a student's file out."""

import re
from collections.abc import Mapping

from tests.mutants.functions.affine import AFFINE
from tests.mutants.functions.family import Family, Mistake
from tests.mutants.functions.mine import MINE
from tests.mutants.functions.quantize import QUANTIZE
from tests.mutants.functions.sign_ste import SIGN_STE
from tests.mutants.functions.softplus import SOFTPLUS
from tests.mutants.functions.unknown import UNKNOWN
from tests.mutants.functions.unlisted import UNLISTED

FUNCTIONS: Mapping[str, Family] = {
    "quantize": QUANTIZE, "softplus": SOFTPLUS, "affine": AFFINE, "sign_ste": SIGN_STE,
}
FAMILIES: Mapping[str, Family] = {**FUNCTIONS, "mine": MINE}

LISTED: Mapping[tuple[str, str], Mistake] = {
    (task, name): mistake
    for task, family in FAMILIES.items() for name, mistake in family.mistakes.items()
}
"""(task, name) -> mistake."""
MISTAKES: Mapping[tuple[str, str], Mistake] = {**LISTED, **{
    (task, f"unlisted_{name}"): mistake
    for listed in (UNLISTED, UNKNOWN)
    for task, mistakes in listed.items() for name, mistake in mistakes.items()
}}
"""With those that are on no list."""


def source(task: str, mistake: str = "") -> str:
    """The plugin of `task` that makes exactly this mistake; none is the right one."""
    family = FAMILIES[task]
    own = MISTAKES[task, mistake].phrases if mistake else {}
    phrases = {**family.phrases, **own}
    above = [phrases["module"], ""] if phrases["module"] else []
    write = _function if task in FUNCTIONS else _activation
    return "\n".join([
        f'"""Homework: {task}."""', "", phrases["imports"], "",
        f"from cgp_harness import {'autograd_function' if task in FUNCTIONS else 'activation'}",
        "", *above, "", *write(task, family, phrases), "",
    ])


def _function(task: str, family: Family, phrases: Mapping[str, str]) -> list[str]:
    return [
        f'@autograd_function("{task}")', f"class {family.title}(torch.autograd.Function):",
        "    @staticmethod", f"    def forward(ctx, {family.inputs}):",
        *_body("{forward}", phrases, "        "), "",
        "    @staticmethod", "    def backward(ctx, g):",
        *_body("{backward}", phrases, "        "),
    ]


def _activation(task: str, family: Family, phrases: Mapping[str, str]) -> list[str]:
    return [
        f'@activation("{task}")', f"def {family.title}({family.inputs}):",
        *_body("{body}", phrases, "    "),
    ]


def _body(text: str, phrases: Mapping[str, str], indent: str) -> list[str]:
    return [indent + line for line in _spelt(text, phrases).splitlines() if line]


def _spelt(text: str, phrases: Mapping[str, str]) -> str:
    """`text` with every phrase that it names."""
    return re.sub(r"\{(\w+)\}", lambda match: _spelt(phrases[match[1]], phrases), text)

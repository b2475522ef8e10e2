"""Lines that Python cannot read."""

from __future__ import annotations

import keyword
import re

from cgp_harness.sandbox.interpreting import words
from cgp_harness.sandbox.interpreting.meaning import Interpretation, Meaning, found, is_a
from cgp_harness.sandbox.protocol.scene import Scene

_TYPED = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{SUPERSCRIPT TWO}": "**2",
    "\N{SUPERSCRIPT THREE}": "**3",
    "\N{SQUARE ROOT}": "a power of 0.5",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{NO-BREAK SPACE}": "a space",
    "\N{ZERO WIDTH SPACE}": "nothing",
    "\N{FULLWIDTH LEFT PARENTHESIS}": "(",
    "\N{FULLWIDTH RIGHT PARENTHESIS}": ")",
    "\N{FULLWIDTH COMMA}": ",",
    "\N{FULLWIDTH COLON}": ":",
    "\N{INFINITY}": "float('inf')",
}


def character(scene: Scene) -> Meaning | None:
    """A sign that was copied from a text."""
    told = found(r"character .*\(?U\+([0-9A-F]{4,6})\)?$", scene)
    if told is None or not 0 < int(told[1], 16) < 0x110000:
        return None
    sign = chr(int(told[1], 16))
    if sign == "\N{NO-BREAK SPACE}" or not sign.isprintable():
        return Meaning(
            "a space that cannot be seen, as texts and PDFs have them, stands where Python "
            "wants its "
            "own",
            "retype the spaces of this line",
        )
    meant = _TYPED.get(sign)
    return Meaning(
        f"the sign {sign} of this line was copied from a text, and is none of Python's",
        f"type {f'`{meant}`' if ' ' not in meant else meant} in its place"
        if meant
        else "retype it on the keyboard",
    )


def around_code(scene: Scene) -> Meaning | None:
    """What stands around code elsewhere, and was copied with it."""
    line = scene.source.strip()
    if line.startswith("```"):
        return Meaning(
            "the line begins with ```, as code in a chat or a Markdown text does",
            "remove the lines with ```, here and where the code ends",
        )
    if re.match(r"(<{7}|={7}|>{7})( |$)", line):
        return Meaning(
            "a mark of git stands here: two versions were merged, and it is open which one counts",
            "keep one of the two, and remove the lines that begin with <<<<<<<, ======= and "
            ">>>>>>>",
        )
    if told := re.match(r">>>|In \[\d*\]:", line):
        return Meaning(
            f"the line begins with `{told[0]}`, the prompt of a session",
            "remove the prompts, and the lines that show what came out",
        )
    if told := re.match(r"(pip3?|conda) install\b", line):
        return Meaning(
            f"`{told[0]}` is a command of the terminal, and no Python",
            "remove this line, and type it into the terminal",
        )
    return None


def other_languages(scene: Scene) -> Meaning | None:
    """Habits of C and its children."""
    line = scene.source
    if told := re.search(r"(?<![\w+])(\w+)\s*(\+\+|--)\s*;?$", line.strip()):
        return Meaning(f"Python has no `{told[2]}`", f"write `{told[1]} {told[2][0]}= 1`")
    for wrong, right in ((r"\belse\s+if\b", "elif"), (r"&&", "and"), (r"\|\|", "or")):
        if told := re.search(wrong, line):
            return Meaning(f"Python has no `{told[0]}`", f"write `{right}`")
    if re.search(r"!(?!=)\s*\w", line) and "'" not in line and '"' not in line:
        return Meaning("Python has no `!`", "write `not`")
    return None


def reserved(scene: Scene) -> Meaning | None:
    """A word of Python's own as a name."""
    words = "|".join(keyword.kwlist)
    told = re.search(rf"[(,]\s*({words})\s*(?==[^=]|[,)])", scene.source) or re.match(
        rf"\s*({words})\s*=[^=]", scene.source
    )
    if told is None or (told[1] in ("True", "False", "None") and "def " not in scene.source):
        return None
    return Meaning(
        f"`{told[1]}` is a word of Python's own, and can be no name",
        f"call it `{told[1]}_`" if told[1] != "lambda" else "call it `lam` or `weight`",
    )


def colon(scene: Scene) -> Meaning | None:
    """No `:` at the end of what begins a block."""
    if not found("expected ':'", scene):
        return None
    word = scene.source.split()[0] if scene.source.split() else "line"
    return Meaning(
        f"the line that begins with `{word}` has no colon at its end",
        f"write `{scene.source.strip()}:`"
        if scene.column > len(scene.source)
        else "write `:` where the block begins",
    )


def decimal_comma(scene: Scene) -> Meaning | None:
    """`lr=0,001`."""
    told = re.search(r"=\s*(\d+),(\d+)\b", scene.source)
    if told is None or not found("leading zeros in decimal|invalid syntax", scene):
        return None
    return Meaning(
        f"`{told[1]},{told[2]}` is two numbers with a comma between them: decimals follow a point",
        f"write `{told[1]}.{told[2]}`",
    )


def brackets(scene: Scene) -> Meaning | None:
    """Parentheses that do not close, or close too often."""
    told = found(r"'([(\[{])' was never closed", scene)
    if told:
        return Meaning(
            f"the `{told[1]}` of this line is never closed",
            f"write `{ {'(': ')', '[': ']', '{': '}'}[told[1]] }` where it ends",
        )
    told = found(r"unmatched '(.)'", scene)
    if told:
        return Meaning(f"there is one `{told[1]}` too much, or nothing that opens it")
    told = found(r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", scene)
    return Meaning(f"`{told[2]}` is closed by `{told[1]}`") if told else None


def equals(scene: Scene) -> Meaning | None:
    """`=` for `==`, and the reverse."""
    if not found(r"'==' (?:or ':=' )?instead of '='", scene) and not found(
        "cannot assign to", scene
    ):
        return None
    if re.match(r"\s*(el)?if\b|\s*while\b|.*\bif\b", scene.source):
        return Meaning("`=` gives a name a value, and here two things are compared", "write `==`")
    return Meaning(
        "on the left of `=` stands something else than a name",
        "turn it round: the name on the left, what it shall be on the right",
    )


def returned_value(scene: Scene) -> Meaning | None:
    """`return v = …`, `return value derivative`."""
    words = re.match(r"\s*return\s+(\w+)\s+(\w+)\s*$", scene.source)
    if words and not {words[1], words[2]} & {*keyword.kwlist}:
        return Meaning(
            f"a comma is missing between `{words[1]}` and `{words[2]}`",
            f"write `return {words[1]}, {words[2]}`",
        )
    told = re.match(r"\s*return\s+(\w+)\s*=(?!=)\s*(.*)", scene.source)
    if told is None:
        return None
    return Meaning(
        f"`return` gives a value back, and gives none the name {told[1]}",
        f"write `{told[1]} = …` in a line of its own, and below it `return {told[1]}`",
    )


def missing_sign(scene: Scene) -> Meaning | None:
    """`2v`, `(1 - a)g`: a product without its sign."""
    if found("invalid decimal literal", scene) and (
        told := re.search(r"(?<![\w.])(\d+\.?\d*)([A-Za-z_]\w*)", scene.source)
    ):
        return Meaning(
            f"a sign is missing between {told[1]} and {told[2]}", f"write `{told[1]} * {told[2]}`"
        )
    if not found("invalid syntax", scene):
        return None
    told = re.search(r"\)\s?(\w+)", scene.source[max(0, scene.column - 3) :])
    if told and told[1] not in keyword.kwlist:
        return Meaning(
            f"a sign is missing between `)` and `{told[1]}`",
            f"write `) * {told[1]}` if it is a product",
        )
    if found("forgot a comma", scene):
        return Meaning(
            "something is missing between two values of this line: a comma, or a sign such as `*`"
        )
    return None


def indentation(scene: Scene) -> Meaning | None:
    """Lines that begin too far to the right or to the left."""
    if is_a(scene, "TabError"):
        return Meaning(
            "lines of one block begin with tabs here and with spaces there",
            "use four spaces for each step, and no tabs",
        )
    if not is_a(scene, "IndentationError"):
        return None
    told = found(r"expected an indented block after (.*) on line \d+", scene)
    if told:
        return Meaning(
            f"the lines that belong to the {told[1]} above are not set in",
            "begin them with four spaces more than it",
        )
    if found("unindent does not match", scene):
        return Meaning(
            "this line begins at none of the places where lines above it begin",
            "count the spaces at its beginning: four for each step",
        )
    return Meaning(
        "this line begins further to the right than the one above, and nothing above "
        "begins a block",
        "let it begin where the line above begins",
    )


def others(scene: Scene) -> Meaning | None:
    """What Python's own words say too shortly."""
    if found("unterminated (triple-quoted )?string literal", scene):
        return Meaning("a text begins in this line and its closing quotation mark is missing")
    if found("'return' outside function", scene):
        return Meaning(
            "`return` stands outside a function: the line is not set in as the lines above are",
            "begin it with as many spaces as the other lines of the function",
        )
    if found("non-default argument follows default|parameter without a default follows", scene):
        return Meaning(
            "an argument without a default stands behind one that has a default",
            "put those without a default first: g, then k and the state, then lr=…",
        )
    told = found(r"duplicate argument '(\w+)'", scene)
    if told:
        return Meaning(f"two arguments are called `{told[1]}`", "rename or remove one")
    if found("Missing parentheses in call to 'print'", scene):
        return Meaning("print is a function", "write `print(…)`")
    return None


TABLE: tuple[Interpretation, ...] = (
    character,
    around_code,
    other_languages,
    *words.TABLE,
    reserved,
    colon,
    decimal_comma,
    brackets,
    returned_value,
    equals,
    missing_sign,
    indentation,
    others,
)

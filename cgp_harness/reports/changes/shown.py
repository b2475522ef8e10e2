"""What differs between two results, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from rich.text import Text

from cgp_harness.probing.text import plural, points, shown
from cgp_harness.reports.account.lines import signed
from cgp_harness.reports.changes.changes import Change, Changes, Reason

SCHEMA = "cgp-harness/diff/1"
LONGEST = 120
"""Characters of a text that are shown of one side."""
GONE = "-"


def selected(found: Changes, *, everything: bool) -> tuple[Change, ...]:
    """Those that are shown: without or with those that differ in words alone."""
    return tuple(one for one in found.submissions if everything or not one.in_words)


def encode(found: Changes, *, everything: bool) -> bytes:
    """As JSON, with every reason in full."""
    return msgspec.json.format(msgspec.json.encode({
        "schema": SCHEMA, "compared": found.compared, "conditions": found.conditions,
        "submissions": selected(found, everything=everything)}), indent=2) + b"\n"


def lines(found: Changes, *, everything: bool) -> Iterator[Text]:
    """Conditions, then each submission with its reasons, then how many there are."""
    for condition in found.conditions:
        yield Text(f"{condition.what}: {shown(condition.old)} -> {shown(condition.new)}", "dim")
    listed = selected(found, everything=everything)
    if listed:
        if found.conditions:
            yield Text()
        yield from _table(listed)
        yield Text()
    in_words = sum(one.in_words for one in found.submissions)
    count = len(found.submissions) - in_words
    more = f"; {plural(in_words, 'other')} in words alone" if in_words else ""
    hint = " (--all)" if in_words and not everything else ""
    differ = "differs" if 1 in (count, found.compared) else "differ"
    yield Text(f"{count} of {plural(found.compared, 'submission')} {differ}{more}{hint}")


def _table(listed: Sequence[Change]) -> Iterator[Text]:
    names = max(len("submission"), *(len(shown(one.id)) for one in listed))
    yield Text(f"{'submission':<{names}}  {'old':>7}  {'new':>7}", "bold")
    for one in listed:
        yield Text(
            f"{shown(one.id):<{names}}  {_score(one.old):>7}  {_score(one.new):>7}{_by(one)}",
            "red" if (one.new or 0.0) < (one.old or 0.0) else "")
        for reason in one.reasons:
            if reason.kind not in ("new", "withdrawn"):
                yield Text(f"    {_reason(reason)}")


def _score(score: float | None) -> str:
    return GONE if score is None else points(score)


def _by(one: Change) -> str:
    for reason in one.reasons:
        if reason.kind in ("new", "withdrawn"):
            return f"  {reason.kind}"
    return "" if one.old is None or one.new is None or one.old == one.new else (
        f"  {signed(one.new - one.old)}")


def _reason(reason: Reason) -> str:
    old, new = (_cut(text) for text in (reason.old, reason.new))
    worth = f"  ({signed(reason.points)})" if reason.points else ""
    if old == new:
        return f"{shown(reason.what)}: {old}{worth}".replace(": ", "", not old)
    return f"{shown(reason.what)}: {old or GONE} -> {new or GONE}{worth}"


def _cut(text: str) -> str:
    line = " ".join(shown(text).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"

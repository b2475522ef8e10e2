"""Names that a submission chose: which fit a header, and how they are shown."""

from __future__ import annotations

from cgp_harness.sandbox.protocol.message_fields import NAME_MAX


def wrong_name(name: object) -> str:
    """What is wrong with a name that fits no header; empty if it fits."""
    if not isinstance(name, str):
        return f"its name is of type {type(name).__name__}"
    if len(name) > NAME_MAX:
        return f"its name has {len(name)} letters"
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        return "its name holds half a character"
    return ""


def cut(name: object) -> str:
    """Its first letters."""
    text = str(name)
    return text if len(text) <= 40 else f"{text[:40]}…"

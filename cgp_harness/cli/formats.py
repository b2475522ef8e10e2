"""Which report formats `cgp grade --format` means: the harness's own, and those of plugins."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from cgp_harness.errors import HarnessError
from cgp_harness.reports import FORMATS, Writer


def writers(names: Sequence[str]) -> dict[str, Writer]:
    """The writers called `names`; all of the harness's own if there is no name.

    Raises:
        HarnessError: no format has that name.
    """
    if all(name in FORMATS for name in names):
        return {name: FORMATS[name] for name in names or FORMATS}
    from cgp_harness import installed

    known = {**installed.report_formats(), **FORMATS}
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            raise HarnessError(
                f"there is no report format {name!r}",
                expected=f"one of {', '.join(sorted(known))}",
                fix=f"did you mean {close[0]!r}?" if close else "",
            )
    return {name: known[name] for name in names}


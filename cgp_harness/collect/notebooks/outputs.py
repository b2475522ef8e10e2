"""A notebook without what its cells printed and drew: most of its bytes, and none of its code.

The values of some keys are cut from the text before it is read as JSON, in one pass. What is no
JSON comes out as none.
"""

from __future__ import annotations

import re

CUT = frozenset((b'"outputs"', b'"attachments"', b'"metadata"'))
STRING = rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)'  # never fails, and keeps no way back: O(n)
TOKEN = re.compile(STRING + rb"|[\[\]{}]", re.DOTALL)
BEGINNING = re.compile(rb"\s*+:\s*+([\[{])")


def without_outputs(content: bytes) -> bytes:
    """The same notebook with empty outputs, attachments and metadata.

    >>> without_outputs(b'{"cells": [{"outputs": [{"a": "]"}], "source": "x"}]}')
    b'{"cells": [{"outputs": [], "source": "x"}]}'
    """
    kept, begin, at = [], 0, 0
    while token := TOKEN.search(content, at):
        at = token.end()
        if token[0] in CUT and (value := BEGINNING.match(content, at)):
            kept.append(content[begin:value.end()])
            begin = at = _end(content, value.end())
    return b"".join((*kept, content[begin:]))


def _end(content: bytes, at: int) -> int:
    """Where the list or object that has just begun ends: at its last bracket."""
    depth = 1
    for token in TOKEN.finditer(content, at):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
            if not depth:
                return token.start()
    return len(content)

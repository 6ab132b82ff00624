"""The correlation ids in stored lines: by which request each was brought."""

import re
from collections.abc import Iterable

_IN_A_LINE = re.compile(rb'^\{"received_at":"[^"]*","correlation_id":"([^"]*)"', re.MULTILINE)


def correlation_ids(blocks: Iterable[bytes]) -> list[str]:
    """Of lines as the edge writes them, each once, in their order."""
    found = (match[1].decode() for lines in blocks for match in _IN_A_LINE.finditer(lines))
    return list(dict.fromkeys(found))

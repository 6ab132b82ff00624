"""At which field a reason points. Pure.

The validator names an object that lacks a field, or has one too many, and says the field in its message; a list of
reasons tells people the field.
"""

import re
from collections.abc import Mapping
from typing import Any

_NAMED = {
    "required": re.compile(r'^"((?:[^"\\]|\\.)+)" is a required property'),
    "additionalProperties": re.compile(r"\('((?:[^'\\]|\\.)+)'"),
    "unevaluatedProperties": re.compile(r"\('((?:[^'\\]|\\.)+)'"),
}


def at_its_field(reason: Mapping[str, Any]) -> dict[str, Any]:
    """The reason, its pointer ending at the field that is missing or unknown, where its message says which."""
    named = _NAMED.get(str(reason.get("rule")))
    found = named.search(str(reason.get("message"))) if named else None
    if found is None:
        return dict(reason)
    step = found[1].replace("~", "~0").replace("/", "~1")
    return {**reason, "pointer": f"{reason.get('pointer') or ''}/{step}"}

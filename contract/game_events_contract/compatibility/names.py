"""Which names the fields of an object can have, and how many items a list."""

from typing import Any

from game_events_contract.compatibility.normal import Forms
from game_events_contract.compatibility.values import listed, matches
from game_events_contract.repository import Document

Names = frozenset[str] | None
"""The only field names that the objects in question can have; None when they can have any."""
_IN_PLACE = ("allOf", "anyOf", "oneOf")


def possible_names(schema: Document, forms: Forms, possible: Names = None) -> Names:
    """The only field names that objects valid by this schema, too, can have."""
    if schema.get("maxProperties") == 0 or schema.get("propertyNames") is False:
        return frozenset()
    said: list[Names] = [possible]
    if schema.get("additionalProperties") is False and not schema.get("patternProperties"):
        said.append(frozenset(schema.get("properties", {})))
    if schema.get("unevaluatedProperties") is False:
        said.append(_evaluated(schema, forms))
    if "propertyNames" in schema:
        names = listed(forms.of(schema["propertyNames"]))
        said.append(None if names is None else frozenset(name for name in names if isinstance(name, str)))
    said += [possible_names(forms.of(part), forms) for part in schema.get("allOf", ())]
    for keyword in ("anyOf", "oneOf"):
        branches = [possible_names(forms.of(branch), forms) for branch in schema.get(keyword, ())]
        finite = [names for names in branches if names is not None]
        said.append(frozenset().union(*finite) if branches and len(finite) == len(branches) else None)
    finite = [names for names in said if names is not None]
    return frozenset.intersection(*finite) if finite else None


def _evaluated(schema: Document, forms: Forms) -> Names:
    """At most these fields are not left to `unevaluatedProperties`; None when any may be."""
    if schema.get("patternProperties") or schema.get("additionalProperties", False) is not False:
        return None
    names = frozenset(schema.get("properties", {}))
    parts = [part for keyword in _IN_PLACE for part in schema.get(keyword, ())]
    parts += [schema[keyword] for keyword in ("if", "then", "else") if keyword in schema]
    for part in [*parts, *schema.get("dependentSchemas", {}).values()]:
        form = forms.of(part)
        more = None if form.get("unevaluatedProperties", False) is not False else _evaluated(form, forms)
        if more is None:
            return None
        names |= more
    return names


def is_evaluated(name: str, schema: Document, forms: Forms) -> bool:
    """Whether a field of this name is surely not left to `unevaluatedProperties`."""
    if name in schema.get("properties", {}) or "additionalProperties" in schema:
        return True
    if any(matches(pattern, name) for pattern in schema.get("patternProperties", {})):
        return True
    return any(is_evaluated(name, forms.of(part), forms) for part in schema.get("allOf", ()))


def said_of(name: str, schema: Document) -> Any:
    """What an object schema at least says of a field."""
    fields: Document = schema.get("properties", {})
    return fields[name] if name in fields else elsewhere(name, schema)


def elsewhere(name: str, schema: Document) -> Any:
    """What an object schema says of a field it has no property for."""
    matching = [rule for pattern, rule in schema.get("patternProperties", {}).items() if matches(pattern, name)]
    if matching:
        return matching[0] if len(matching) == 1 else {"allOf": matching}
    return schema.get("additionalProperties", True)


def longest(schema: Document) -> int | None:
    """How many items a list valid by this schema has at most; None when there is no end."""
    limits = [schema["maxItems"]] if "maxItems" in schema else []
    plain = not any(keyword in schema for keyword in (*_IN_PLACE, "if", "then", "else", "dependentSchemas", "contains"))
    if schema.get("items") is False or (plain and "items" not in schema and schema.get("unevaluatedItems") is False):
        limits.append(len(schema.get("prefixItems", ())))
    return min(limits, default=None)


def evaluated_items(schema: Document, forms: Forms) -> int | None:
    """How many first items are surely not left to `unevaluatedItems`; None for all."""
    if "items" in schema:
        return None
    reached: list[int | None] = [len(schema.get("prefixItems", ()))]
    reached += [evaluated_items(forms.of(part), forms) for part in schema.get("allOf", ())]
    finite = [count for count in reached if count is not None]
    return max(finite) if len(finite) == len(reached) else None

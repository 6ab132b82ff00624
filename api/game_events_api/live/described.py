"""What the contract says of the places in an event: which it describes, and which hold personal data. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Optional

from game_events_models import contract

NAMED = ("event_type", "schema_version")
OF_EVERY_EVENT = ("event_id", "event_time", "game_id", "app_version")
"""What is shown of an event whose type nobody published; all else of it is as good as unknown."""
_IN_PLACE = ("allOf", "anyOf", "oneOf", "prefixItems")
_ITEMS, _OTHERS = ("items", "unevaluatedItems", "contains"), ("additionalProperties", "unevaluatedProperties")


@dataclass
class Place:
    """A place that the contract describes; what it does not describe has none."""

    personal: bool = False
    named: dict[str, "Place"] = field(default_factory=dict)
    items: Optional["Place"] = None
    """Of every item, when it is a list."""
    others: Optional["Place"] = None
    """Of what stands under any other name."""

    def at(self, name: str) -> Optional["Place"]:
        return self.named.get(name, self.others)

    @property
    def holds_personal(self) -> bool:
        """Itself, or below it."""
        return self.personal or any(one.holds_personal for one in self._below)

    @property
    def _below(self) -> Iterator["Place"]:
        yield from self.named.values()
        yield from (one for one in (self.items, self.others) if one)

    def every_item(self) -> "Place":
        self.items = self.items or Place()
        return self.items

    def every_other(self) -> "Place":
        self.others = self.others or Place()
        return self.others


def event_place(event_type: object, version: object) -> Place:
    """The whole of an event that names these.

    Personal is what any version of any event marks: older versions were published before anybody marked anything. So
    are a type and a version that nobody published: whatever a sender wrote there.
    """
    known = contract.versions().get(event_type, ()) if isinstance(event_type, str) else ()
    return _event_place(str(event_type) if known else "", version in known)


@cache
def _event_place(event_type: str, is_published: bool) -> Place:
    place = Place(named={name: Place() for name in OF_EVERY_EVENT})
    for version in contract.versions().get(event_type, ()):
        _describe(place, contract.inlined_schema(event_type, version))
    for pointer in _marks():
        _mark(place, pointer)
    for name, known in zip(NAMED, (bool(event_type), is_published), strict=True):
        place.named[name] = Place(personal=not known)
    return place


def _marks() -> set[str]:
    published = ((event_type, one) for event_type, versions in contract.versions().items() for one in versions)
    return {at for event_type, one in published for at in contract.personal_data(event_type, one)}


def _mark(place: Place, pointer: str) -> None:
    places = [place]
    for step in steps(pointer):
        if step == "*":
            places = [below for one in places for below in (one.every_item(), one.every_other(), *one.named.values())]
        else:
            places = [one.named.setdefault(step, Place()) for one in places]
    for one in places:
        one.personal = True


def _describe(place: Place, schema: Any) -> None:
    """Adds what a schema without references says of its place; one that leads back to itself hides all below."""
    if not isinstance(schema, dict):
        return
    place.personal = place.personal or "$ref" in schema
    for name, one in _parts(schema, "properties"):
        _describe(place.named.setdefault(name, Place()), one)
    for _, one in _parts(schema, "patternProperties"):
        _describe(place.every_other(), one)
    for word in (word for word in _ITEMS if isinstance(schema.get(word), dict)):
        _describe(place.every_item(), schema[word])
    for word in (word for word in _OTHERS if isinstance(schema.get(word), dict)):
        _describe(place.every_other(), schema[word])
    for word in _IN_PLACE:
        for one in schema.get(word, ()):
            _describe(place.every_item() if word == "prefixItems" else place, one)
    for one in (schema.get("then"), schema.get("else"), *(one for _, one in _parts(schema, "dependentSchemas"))):
        _describe(place, one)


def _parts(schema: Mapping[str, Any], word: str) -> Iterator[tuple[str, Any]]:
    parts = schema.get(word)
    yield from parts.items() if isinstance(parts, dict) else ()


def steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]

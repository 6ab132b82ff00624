"""The one walk over a JSON Schema: every subschema, with the chain of keywords that leads to it.

Which values are schemas says the table in `keywords`. So a field named `not`, or an example that holds a `$ref`, is
what it is, and never taken for the keyword.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from game_events_contract.keywords import Applies, Holds, Keyword, keyword_named
from game_events_contract.pointers import Tokens
from game_events_contract.repository import Document


class Link(NamedTuple):
    """One step down: the keyword, and the name or index of the subschema where it holds several."""

    keyword: Keyword
    key: str | int | None = None

    @property
    def tokens(self) -> Tokens:
        return (self.keyword,) if self.key is None else (self.keyword, str(self.key))


class Place(NamedTuple):
    """Where a subschema stands: the chain of keywords from the root down to it."""

    links: tuple[Link, ...] = ()

    @property
    def tokens(self) -> Tokens:
        return tuple(token for link in self.links for token in link.tokens)

    @property
    def keyword(self) -> Keyword | None:
        """The keyword that holds the subschema; None for the root."""
        return self.links[-1].keyword if self.links else None

    @property
    def field(self) -> str | None:
        """The name of the field that the subschema defines; None where it defines none."""
        return str(self.links[-1].key) if self.keyword is Keyword.PROPERTIES else None

    def is_below(self, *ways: Applies) -> bool:
        """Whether any keyword on the way here applies in one of these ways."""
        return any(link.keyword.applies in ways for link in self.links)


def as_document(schema: Any) -> Document:
    """The schema as an object, which `true` and `false` are short for. ValueError for what is no schema."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, dict):
        raise ValueError(f"{schema!r} is not a schema")
    return schema


def is_schema(value: Any) -> bool:
    """Whether the value has a schema's form."""
    return isinstance(value, dict | bool)


def children(schema: Document) -> Iterator[tuple[Link, Any]]:
    """The subschemas directly within a schema. ValueError where a keyword holds something else."""
    for name, value in schema.items():
        keyword = keyword_named(name)
        if keyword is None or keyword.applies is None:
            continue
        if keyword.holds is Holds.SCHEMA:
            yield Link(keyword), value
        elif keyword.holds is Holds.SCHEMAS and isinstance(value, list):
            yield from ((Link(keyword, index), item) for index, item in enumerate(value))
        elif keyword.holds is Holds.NAMED_SCHEMAS and isinstance(value, dict):
            yield from ((Link(keyword, key), item) for key, item in value.items())
        else:
            raise ValueError(f"{value!r} is nothing that {name} can hold")


_ROOT = Place()


def subschemas(schema: Any, place: Place = _ROOT) -> Iterator[tuple[Place, Any]]:
    """The schema itself and every subschema below it, each before what stands within it.

    ValueError for what is no schema.
    """
    document = as_document(schema)
    yield place, schema
    if document is schema:  # `false` holds no `not` of its own
        for link, child in children(document):
            yield from subschemas(child, Place((*place.links, link)))


def replaced(schema: Document, change: Callable[[Link, Any], Any]) -> Document:
    """A copy in which every subschema directly within is what `change` makes of it; all else is shared."""
    copied: Document = {
        name: value.copy() if isinstance(value, dict | list) else value for name, value in schema.items()
    }
    for link, child in children(schema):
        holder: Any = copied if link.key is None else copied[link.keyword]
        holder[link.keyword if link.key is None else link.key] = change(link, child)
    return copied


def with_references(schema: Any, change: Callable[[str], str]) -> Any:
    """A copy in which every `$ref` is what `change` makes of it. ValueError for one that is no text."""
    if not isinstance(schema, dict):
        return schema
    own = {name: value for name, value in schema.items() if name != Keyword.REF}
    copied = replaced(own, lambda _, child: with_references(child, change))
    if Keyword.REF not in schema:
        return copied
    reference = schema[Keyword.REF]
    if not isinstance(reference, str):
        raise ValueError(f"{reference!r} is nothing that $ref can hold")
    return {"$ref": change(reference), **copied}

"""What the words of a schema say to people and tools about a field, where in an event that is, and in a sentence.

They refuse no value. `x-pii` is read by whoever masks or erases personal data, `deprecated` by the models, which warn;
all of them stand in the catalog, in the models, in the warehouse's descriptions and in the SDK's help.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from game_events_contract.bundle import bundle
from game_events_contract.keywords import Keyword
from game_events_contract.pointers import Tokens, resolve_reference, to_pointer
from game_events_contract.repository import Document, SchemaFile

WORDS = (Keyword.PII, Keyword.UNIT, Keyword.OWNER, Keyword.SINCE, Keyword.DEPRECATED)
PII = {
    "address": "a postal address",
    "birth_date": "a date of birth",
    "device_id": "an identifier of a device or of advertising",
    "email": "an e-mail address",
    "free_text": "what a person wrote",
    "ip_address": "an IP address",
    "location": "where a person is",
    "name": "a person's name or nickname",
    "payment": "details of a payment",
    "phone": "a telephone number",
    "player_id": "an identifier of a player",
    "other": "anything else that says something of a person",
}
"""The values of `x-pii`, and what each means."""
EVERY = "*"
"""Stands in a pointer for every item of a list and every key of a map."""
_BRANCHES = (Keyword.ALL_OF, Keyword.ANY_OF, Keyword.ONE_OF)
_OF_EVERY: tuple[Keyword, ...] = (Keyword.ITEMS, Keyword.ADDITIONAL_PROPERTIES)

Words = dict[str, Any]
"""Word → its value, in the order of `WORDS`; of `deprecated`, the version since which it says so."""


def event_annotations(versions: Iterable[SchemaFile]) -> Iterator[tuple[SchemaFile, dict[str, Words]]]:
    """Each version of an event, the oldest first, with what it says of its fields: pointer into an event → words.

    `/device/model` is a field's field, `/items/*/email` one of every item, the empty pointer the event itself. Of a
    definition that contains itself only the first level is listed.
    """
    since: dict[str, str] = {}
    for file in versions:
        found = _annotations(bundle(file))
        deprecated = [pointer for pointer, words in found.items() if Keyword.DEPRECATED in words]
        since = {pointer: since.get(pointer, str(file.version)) for pointer in deprecated}
        for pointer, version in since.items():
            found[pointer][Keyword.DEPRECATED.value] = version
        yield file, found


def words_of(schema: Document) -> Words:
    """What a schema says by itself, not by what it refers to."""
    return {word.value: schema[word] for word in WORDS if word in schema and schema[word] is not False}


def phrases(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A sentence for each word, for people."""
    for word, start in _STARTS.items():
        value = words.get(word, False)
        if value is not False:
            yield word, f"{start}." if value is True else f"{start}{_JOINTS.get(word, ': ')}{value}."


def with_words(description: str, words: Mapping[str, Any]) -> str:
    """The description with the sentences behind it."""
    return " ".join(filter(None, [description, *(sentence for _, sentence in phrases(words))]))


def about(path: Tokens, found: Mapping[str, Words]) -> Words:
    """What is said of a value as a whole: of itself, of the objects it is in, and what personal data is within it."""
    said: Words = {}
    for length in range(1, len(path) + 1):
        said |= found.get(to_pointer(path[:length]), {})
    within = f"{to_pointer(path)}/"
    kinds = {str(words.get(Keyword.PII, "")) for pointer, words in found.items() if pointer.startswith(within)} - {""}
    if kinds and Keyword.PII not in said:
        said[Keyword.PII.value] = ", ".join(sorted(kinds))
    return said


_STARTS = {
    Keyword.PII.value: "Personal data",
    Keyword.UNIT.value: "Unit",
    Keyword.OWNER.value: "Owner",
    Keyword.SINCE.value: "Filled in since",
    Keyword.DEPRECATED.value: "Deprecated",
}
_JOINTS = {Keyword.SINCE.value: " ", Keyword.DEPRECATED.value: " since "}


def _annotations(bundled: Document) -> dict[str, Words]:
    found: dict[str, Words] = {}
    for tokens, words in _below(bundled, bundled, (), frozenset()):
        found[to_pointer(tokens)] = words | found.get(to_pointer(tokens), {})  # what stands nearer counts
    said = {pointer: words_of(words) for pointer, words in found.items()}
    return {pointer: words for pointer, words in said.items() if words}


def _below(schema: Any, root: Document, at: Tokens, within: frozenset[int]) -> Iterator[tuple[Tokens, Words]]:
    if isinstance(schema, bool) or id(schema) in within:
        return
    inside = within | {id(schema)}
    yield at, {word.value: schema[word] for word in WORDS if word in schema}
    beside = [resolve_reference(root, schema[Keyword.REF])] if Keyword.REF in schema else []
    beside += [branch for keyword in _BRANCHES for branch in schema.get(keyword, ())]
    for part in beside:
        yield from _below(part, root, at, inside)
    for name, field in schema.get(Keyword.PROPERTIES, {}).items():
        yield from _below(field, root, (*at, name), inside)
    of_every = [schema[keyword] for keyword in _OF_EVERY if keyword in schema]
    of_every += [*schema.get(Keyword.PREFIX_ITEMS, ()), *schema.get(Keyword.PATTERN_PROPERTIES, {}).values()]
    for part in of_every:
        yield from _below(part, root, (*at, EVERY), inside)

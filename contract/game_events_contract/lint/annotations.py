"""What a schema says to people and tools: spelled as they read it, with values they know, where they look for it."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

from game_events_contract.annotations import PII, WORDS
from game_events_contract.columns.column_types import MOST_DIGITS, admits_more, decimal_of
from game_events_contract.keywords import Applies, Keyword, is_annotation, keyword_named
from game_events_contract.lifecycle import day
from game_events_contract.lint.rules import Flaw, LintRule
from game_events_contract.pointers import Tokens
from game_events_contract.repository import Document, SchemaFile, SchemaVersion
from game_events_contract.walk import Place, as_document, subschemas

LONGEST_OWNER, LONGEST_UNIT = 128, 32
ALIKE = 0.75
"""From which ratio of `difflib` on a word of one's own, as long but for a letter, passes for one of ours misspelt."""
_SPELLED = {word.removeprefix("x-"): str(word) for word in (*WORDS, Keyword.MESSAGE, Keyword.DECIMAL)}
_OF_VALUES = (
    *(Keyword.PROPERTIES, Keyword.PATTERN_PROPERTIES, Keyword.ADDITIONAL_PROPERTIES, Keyword.ITEMS),
    *(Keyword.PREFIX_ITEMS, Keyword.ALL_OF, Keyword.ANY_OF, Keyword.ONE_OF),
)
"""The keywords below which a schema describes values of the event, whatever else holds."""


def annotation_flaws(file: SchemaFile) -> Iterator[Flaw]:
    for place, schema in subschemas(file.document):
        if isinstance(schema, bool):
            continue
        for word, value in schema.items():
            yield from _word(word, value, (*place.tokens, word), file)
            if word == Keyword.DECIMAL:
                yield from _decimal(schema, place)
            if word in WORDS or word == Keyword.DECIMAL:
                yield from _misplaced(word, place, file)
        yield from _demanded(schema, place)


def _word(word: str, value: Any, at: Tokens, file: SchemaFile) -> Iterator[Flaw]:
    if is_annotation(word) and keyword_named(word) is None:
        own = re.sub(r"[-_]", "", word.removeprefix("x-")).casefold()
        alike = get_close_matches(own, [ours for ours in _SPELLED if abs(len(ours) - len(own)) < 2], 1, ALIKE)
        if alike:
            yield Flaw(LintRule.ANNOTATION_UNKNOWN, at, f"{word} is nearly {_SPELLED[alike[0]]}")
    elif word in _WANTED:
        wanted, is_right = _WANTED[word]
        if not isinstance(value, str) or not is_right(value, file):
            yield Flaw(LintRule.ANNOTATION_INVALID, at, f"{word} is {wanted}, not {repr(value)[:40]}")


def _decimal(schema: Document, place: Place) -> Iterator[Flaw]:
    """Of what the schema lets in nothing may be lost in a column of that type."""
    at, wanted = (*place.tokens, Keyword.DECIMAL.value), schema[Keyword.DECIMAL]
    said = decimal_of({Keyword.DECIMAL: wanted})
    if said is None:
        form = f'{{"precision": 18, "scale": 4}}, with up to {MOST_DIGITS} digits'
        yield Flaw(LintRule.ANNOTATION_INVALID, at, f"x-decimal is {form}, not {repr(wanted)[:60]}")
    elif schema.get(Keyword.TYPE) != "string" or Keyword.PATTERN not in schema:
        yield Flaw(LintRule.ANNOTATION_INVALID, at, "x-decimal stands beside the type string and its pattern")
    elif (text := admits_more(schema, *said)) is not None:
        yield Flaw(LintRule.ANNOTATION_INVALID, at, f"the pattern lets in {text!r}, which is no decimal{said}")


def _is_line(most: int) -> Callable[[str, SchemaFile], bool]:
    return lambda text, _: 0 < len(text) <= most and text.isprintable() and text == text.strip()


def _is_since(text: str, file: SchemaFile) -> bool:
    if day(text) is not None:
        return True
    try:
        version = SchemaVersion.parse(text)
    except ValueError:
        return False
    return version <= file.version or not file.is_event


_WANTED: dict[str, tuple[str, Callable[[str, SchemaFile], bool]]] = {
    Keyword.PII: (f"one of {', '.join(PII)}", lambda text, _: text in PII),
    Keyword.UNIT: (f"one line of up to {LONGEST_UNIT} characters, as ms", _is_line(LONGEST_UNIT)),
    Keyword.OWNER: (f"one line of up to {LONGEST_OWNER} characters, a team or an address", _is_line(LONGEST_OWNER)),
    Keyword.SINCE: ("a date like 2026-05-01, or a version of the schema up to its own", _is_since),
}


def _misplaced(word: str, place: Place, file: SchemaFile) -> Iterator[Flaw]:
    links = [link.keyword for link in place.links]
    if links and links[0].applies is Applies.ON_REFERENCE:
        del links[0]  # a definition stands for the fields that refer to it
    elif not [link for link in links if link not in (Keyword.ALL_OF, Keyword.ANY_OF, Keyword.ONE_OF)]:
        if word not in (Keyword.OWNER, Keyword.SINCE):
            where = "; versions are deprecated in schemas/lifecycle.json" if word == Keyword.DEPRECATED else ""
            yield Flaw(LintRule.ANNOTATION_MISPLACED, (*place.tokens, word), f"{word} of {file.name} itself{where}")
        return
    other = next((link for link in links if link not in _OF_VALUES), None)
    if other is not None:
        yield Flaw(LintRule.ANNOTATION_MISPLACED, (*place.tokens, word), f"{word} below {other}")


def _demanded(schema: Document, place: Place) -> Iterator[Flaw]:
    """Nobody can leave a field that every event must have."""
    for name in schema.get(Keyword.REQUIRED, ()):
        if as_document(schema.get(Keyword.PROPERTIES, {}).get(name, {})).get(Keyword.DEPRECATED) is True:
            tokens = (*place.tokens, "properties", name, "deprecated")
            yield Flaw(LintRule.ANNOTATION_MISPLACED, tokens, f"{name} is required, so nobody can leave it")

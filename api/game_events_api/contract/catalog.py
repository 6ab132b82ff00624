"""Every published schema version, compiled, and what an event breaks of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from game_events_models import contract
from game_events_models.contract import Lifecycle
from game_events_models.explain import MAX_QUOTED, field_errors
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator, FancyRegexOptions, ValidationError

from game_events_api.contract.decode import encode

MAX_ERRORS = 32
SMALL_BYTES, SMALL_VALUES = 2_048, 64
"""Up to both a document is explained in full."""
MANY_VALUES = 256
"""Up to so many its first error is looked for; above it is only refused."""
LOOKED_AT = 2_000
DEEPEST = 255
"""The validator's own bound."""
LONG_INTEGER_BITS = 128
"""A longer integer is not explained either: each error spells it many times, in a time that grows with its square."""
TOO_MUCH = FieldError(
    pointer="",
    rule="too-many-values",
    message=f"it breaks its schema, and is too much to look where: over {MANY_VALUES} values, or a very long integer",
)
REGEX = FancyRegexOptions(backtrack_limit=50_000)
"""A pattern with look-around or back-references gives up after a millisecond or two; the others take linear time."""


class Schema(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One version an event can name."""

    event_type: str
    version: str
    label: bytes
    """`install/1-0-0`: the version that judged, in the stored line."""
    validator: Draft202012Validator
    lifecycle: Lifecycle
    document: Mapping[str, Any] = {}
    """What the validator was made of; for the words of its refusals."""

    def violations(self, event: Mapping[str, Any], now: datetime, in_full: bool = True) -> Sequence[FieldError]:
        """Why an event that names this version is not to be taken at that time; empty when it is.

        Only the first reason unless `in_full`.
        """
        if self.lifecycle.sunset is not None and self.lifecycle.is_retired(now):
            message = f"{self.event_type}/{self.version} is retired. {self.lifecycle.reason or ''}".strip()
            return [FieldError(pointer="/schema_version", rule="retired-schema-version", message=message)]
        try:
            return () if self.validator.is_valid(event) else violations(self.validator, event, self.document, in_full)
        except ValueError:
            message = "the event is nested deeper than any schema allows"
            return [FieldError(pointer="", rule="too-deep", message=message)]


class Catalog:
    """Judges events by the version they name: a published one, unless a test brings its own."""

    def __init__(self, schemas: Iterable[Schema] | None = None) -> None:
        self._schemas: dict[str, dict[str, Schema]] = {}
        for schema in published() if schemas is None else schemas:
            self._schemas.setdefault(schema.event_type, {})[schema.version] = schema

    @property
    def event_types(self) -> Iterable[str]:
        return self._schemas.keys()

    def find(self, event: Mapping[str, Any], expected_type: str | None = None) -> Schema | FieldError:
        """The schema the event names, or what is wrong with the names. `expected_type` is the path's."""
        try:
            schema = self._schemas[event["event_type"]][event["schema_version"]]
        except (KeyError, TypeError):
            return self._misnamed(event, expected_type)
        return schema if expected_type is None or schema.event_type == expected_type else _misplaced(expected_type)

    def _misnamed(self, event: Mapping[str, Any], expected_type: str | None) -> FieldError:
        event_type = event.get("event_type")
        if expected_type is not None and event_type != expected_type:
            return _misplaced(expected_type)
        versions = self._schemas.get(event_type) if isinstance(event_type, str) else None
        if versions is None:
            return FieldError(
                pointer="/event_type",
                rule="unknown-event-type",
                message=f"{_quoted(event_type)} is no event type; known are {', '.join(self._schemas)}",
            )
        named = event.get("schema_version")
        wrong = "schema_version is missing" if named is None else f"{_quoted(named)} is no published version"
        return FieldError(
            pointer="/schema_version",
            rule="unknown-schema-version",
            message=f"{wrong}; versions of {event_type} are {', '.join(versions)}",
        )


def published() -> Iterator[Schema]:
    """Every published version, compiled."""
    for event_type, versions in contract.versions().items():
        for version in versions:
            lifecycle = contract.lifecycle(event_type, version)
            document = contract.judging_schema(event_type, version)
            yield Schema(
                event_type=event_type,
                version=version,
                label=f"{event_type}/{lifecycle.superseded_by or version}".encode(),
                validator=compiled(document),
                lifecycle=lifecycle,
                document=document,
            )


def compiled(schema: dict[str, Any]) -> Draft202012Validator:
    """Formats are part of the contract."""
    return Draft202012Validator(schema, validate_formats=True, pattern_options=REGEX)


def violations(
    validator: Draft202012Validator,
    document: object,
    schema: Mapping[str, Any] | None = None,
    in_full: bool = True,
) -> Sequence[FieldError]:
    """In what a document breaks its schema: all of it, at most MAX_ERRORS; of a large one less; empty if it does not.

    `schema` is what the validator was made of: without it no condition and no sentence of the schema's is told. Unless
    `in_full`, the first reason is enough.

    The verdict is quick, the reasons are not: the validator makes every error before it hands out the first, and each
    holds copies, the whole object for a bad name and ten of a value that fits no alternative. 4,800 bad names took a
    minute. ValueError when it is too deep for the validator.
    """
    values = _values(document)
    if values > MANY_VALUES:
        return () if validator.is_valid(document) else [TOO_MUCH]
    if in_full and values <= SMALL_VALUES and len(encode(document)) <= SMALL_BYTES:
        return list(islice(_reasons(validator.iter_errors(document), document, schema), MAX_ERRORS))
    try:
        validator.validate(document)
    except ValidationError as error:
        return list(islice(_reasons([error], document, schema), MAX_ERRORS if in_full else 1))
    return ()


def _reasons(
    errors: Iterable[ValidationError], document: object, schema: Mapping[str, Any] | None
) -> Iterator[FieldError]:
    for error in errors:
        yield from field_errors(error, document, schema or {})


def _values(document: object) -> int:
    """How many values it holds, itself left out; beyond LOOKED_AT it stops counting.

    Of what is too much to be explained too it is told that it is too deep, where that is soon seen: ValueError.
    """
    values, rest = 0, [(0, document)]
    while rest:
        depth, value = rest.pop()
        if isinstance(value, dict | list):
            if depth > DEEPEST:
                raise ValueError(f"nested deeper than {DEEPEST} levels")
            values += len(value)
            if values > LOOKED_AT:
                break
            rest += [(depth + 1, inner) for inner in (value.values() if isinstance(value, dict) else value)]
        elif isinstance(value, int) and value.bit_length() > LONG_INTEGER_BITS:
            values += MANY_VALUES
    return values


def _misplaced(expected_type: str) -> FieldError:
    return FieldError(
        pointer="/event_type", rule="const", message=f"this path takes events with event_type '{expected_type}'"
    )


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return f"'{value[:MAX_QUOTED]}'"
    return "nothing" if value is None else "a value of another type"

"""Every published schema version, compiled, and what an event breaks of it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from game_events_models import contract
from game_events_models.contract import Lifecycle
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

MAX_ERRORS = 32
MAX_MESSAGE = 400
MAX_POINTER = 512
MAX_QUOTED = 64


class Schema(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One version an event can name."""

    event_type: str
    version: str
    label: bytes
    """`install/1-0-0`: the version that judged, in the stored line."""
    validator: Draft202012Validator
    lifecycle: Lifecycle

    def violations(self, event: Mapping[str, Any], now: datetime) -> Sequence[FieldError]:
        """Why an event that names this version is not to be taken at that time; empty when it is."""
        if self.lifecycle.sunset is not None and self.lifecycle.is_retired(now):
            message = f"{self.event_type}/{self.version} is retired. {self.lifecycle.reason or ''}".strip()
            return [FieldError(pointer="/schema_version", rule="retired-schema-version", message=message)]
        try:
            return () if self.validator.is_valid(event) else violations(self.validator, event)
        except ValueError:  # the validator's own bound, 255 levels
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
            yield Schema(
                event_type=event_type,
                version=version,
                label=f"{event_type}/{lifecycle.superseded_by or version}".encode(),
                validator=Draft202012Validator(contract.judging_schema(event_type, version), validate_formats=True),
                lifecycle=lifecycle,
            )


def violations(validator: Draft202012Validator, document: object) -> list[FieldError]:
    """Everything in which a document breaks its schema, at most MAX_ERRORS; empty when it does not."""
    errors: list[FieldError] = []
    for error in validator.iter_errors(document):
        errors.append(_field_error(error))
        if len(errors) == MAX_ERRORS:
            break
    return errors


def _field_error(error: ValidationError) -> FieldError:
    keywords = [part for part in error.schema_path if isinstance(part, str)]
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.instance_path)
    rule = keywords[-1] if keywords else "schema"
    return FieldError(pointer=pointer[:MAX_POINTER], rule=rule[:64], message=_shortened(_message(error)))


def _message(error: ValidationError) -> str:
    if not isinstance(error.kind, ValidationErrorKind.Enum):
        return error.message
    # The validator's own message names two of them, and the one that was meant is rarely among those.
    options = ", ".join(json.dumps(option, ensure_ascii=False) for option in error.kind.options)
    return f"{json.dumps(error.instance, ensure_ascii=False)[:MAX_QUOTED]} is not one of {options}"


def _shortened(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else f"{message[:200]} … {message[-180:]}"


def _misplaced(expected_type: str) -> FieldError:
    return FieldError(
        pointer="/event_type", rule="const", message=f"this path takes events with event_type '{expected_type}'"
    )


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return f"'{value[:MAX_QUOTED]}'"
    return "nothing" if value is None else "a value of another type"

"""The verdict on one event: stored as this line, or refused for these reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from game_events_models.http import FieldError

from game_events_api.admission.keys import KeyRecord
from game_events_api.contract.catalog import Catalog, Schema, retirement, violations
from game_events_api.contract.decode import encode
from game_events_api.ingest import lines, time
from game_events_api.spool import Key


class Request(msgspec.Struct, frozen=True, gc=False):
    """What all events of one request share."""

    key: KeyRecord
    clock: time.Clock
    hour: str
    """Of received_at, `YYYY-MM-DDTHH`."""
    head: bytes
    """Of the stored lines."""


class Accepted(msgspec.Struct, frozen=True, gc=False):
    event_id: str
    line: bytes
    ledger: Key
    schema: Schema
    colons: int


class Rejected(msgspec.Struct, frozen=True, gc=False):
    event_id: str | None
    line: bytes
    ledger: Key
    errors: Sequence[FieldError]
    colons: int


class Judge:
    """Decides by the contract, the key's games and the clock; stores nothing."""

    def __init__(self, catalog: Catalog, max_event_bytes: int) -> None:
        self._catalog = catalog
        self._max_event_bytes = max_event_bytes

    def decide(self, event: dict[str, Any], request: Request, expected_type: str | None = None) -> Accepted | Rejected:
        """The verdict, with the line to store either way."""
        encoded = encode(event)
        colons = encoded.count(b":")
        schema = self._catalog.find(event, expected_type)
        if isinstance(schema, FieldError):
            return self._reject(event, encoded, colons, request, [schema], None)
        if len(encoded) > self._max_event_bytes:
            reason = FieldError(
                pointer="", rule="too-large", message=f"an event holds at most {self._max_event_bytes:,} bytes as JSON"
            )
            return self._reject(event, encoded, colons, request, [reason], schema)
        if (retired := retirement(schema, request.clock.received_at)) is not None:
            return self._reject(event, encoded, colons, request, [retired], schema)
        try:
            errors = [] if schema.validator.is_valid(event) else violations(schema, event)
        except ValueError:  # the validator's own bound, 255 levels
            errors = [
                FieldError(pointer="", rule="too-deep", message="the event is nested deeper than any schema allows")
            ]
        if errors:
            return self._reject(event, encoded, colons, request, errors, schema)
        game_id: str = event["game_id"]
        if not request.key.may_write(game_id):
            reason = FieldError(
                pointer="/game_id", rule="forbidden-game", message=f"this key may not write events of '{game_id}'"
            )
            return self._reject(event, encoded, colons, request, [reason], schema)
        event_time = time.parse(event["event_time"])
        if event_time is None:
            reason = FieldError(
                pointer="/event_time", rule="date-time", message="there is no such moment in the calendar"
            )
            return self._reject(event, encoded, colons, request, [reason], schema)
        effective = request.clock.effective(event_time)
        if isinstance(effective, FieldError):
            return self._reject(event, encoded, colons, request, [effective], schema)
        return Accepted(
            event["event_id"],
            lines.accepted(request.head, time.text(effective), schema.label, encoded),
            Key(game_id, schema.event_type, schema.version, request.hour),
            schema,
            colons,
        )

    def _reject(
        self,
        event: Mapping[str, Any],
        encoded: bytes,
        colons: int,
        request: Request,
        errors: Sequence[FieldError],
        schema: Schema | None,
    ) -> Rejected:
        event_id = event.get("event_id")
        # The ledger counts by names of ours only: a sender's inventions would grow it without bound.
        game_id = event.get("game_id")
        known_game = game_id if isinstance(game_id, str) and game_id in request.key.games else ""
        ledger = Key(known_game, schema.event_type if schema else "", schema.version if schema else "", request.hour)
        return Rejected(
            event_id if isinstance(event_id, str) and len(event_id) <= 128 else None,
            lines.rejected(request.head, event, encoded, errors),
            ledger,
            errors,
            colons,
        )

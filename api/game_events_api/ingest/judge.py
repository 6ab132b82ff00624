"""The verdict on one event: stored as this line, or refused for these reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from game_events_models.http import FieldError

from game_events_api.admission.keys import ApiKey
from game_events_api.contract.catalog import Catalog, Schema, retirement, violations
from game_events_api.contract.decode import encode
from game_events_api.ingest import lines
from game_events_api.ingest.device_clock import DeviceClock
from game_events_api.ledger_key import LedgerKey


class Request(msgspec.Struct, frozen=True, gc=False):
    """What all events of one request share."""

    key: ApiKey
    clock: DeviceClock
    hour: str
    """Of received_at, `YYYY-MM-DDTHH`."""
    head: bytes
    """Of the stored lines."""
    keys: dict[tuple[str, Schema], LedgerKey]
    """The ledger's keys met so far, a batch has hundreds of events and few keys."""

    def ledger_key(self, game_id: str, schema: Schema) -> LedgerKey:
        key = self.keys.get((game_id, schema))
        if key is None:
            key = self.keys[game_id, schema] = LedgerKey(game_id, schema.event_type, schema.version, self.hour)
        return key


class Accepted(msgspec.Struct, frozen=True, gc=False):
    event_id: str
    line: bytes
    ledger: LedgerKey
    schema: Schema
    colons: int


class Rejected(msgspec.Struct, frozen=True, gc=False):
    event_id: str | None
    line: bytes
    ledger: LedgerKey
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
        schema = self._catalog.find(event, expected_type)
        if isinstance(schema, FieldError):
            return _rejected(event, encoded, request, [schema], None)
        errors = self._violations(event, encoded, schema, request)
        if errors:
            return _rejected(event, encoded, request, errors, schema)
        effective_time = request.clock.effective(event["event_time"])
        if isinstance(effective_time, FieldError):
            return _rejected(event, encoded, request, [effective_time], schema)
        return Accepted(
            event["event_id"],
            lines.accepted(request.head, effective_time, schema.label, encoded),
            request.ledger_key(event["game_id"], schema),
            schema,
            encoded.count(b":"),
        )

    def _violations(
        self, event: dict[str, Any], encoded: bytes, schema: Schema, request: Request
    ) -> Sequence[FieldError]:
        if len(encoded) > self._max_event_bytes:
            message = f"an event holds at most {self._max_event_bytes:,} bytes as JSON"
            return [FieldError(pointer="", rule="too-large", message=message)]
        if (
            schema.lifecycle.sunset is not None
            and (retired := retirement(schema, request.clock.received_at)) is not None
        ):
            return [retired]
        try:
            if not schema.validator.is_valid(event):
                return violations(schema.validator, event)
        except ValueError:  # the validator's own bound, 255 levels
            message = "the event is nested deeper than any schema allows"
            return [FieldError(pointer="", rule="too-deep", message=message)]
        if not request.key.may_write(event["game_id"]):
            message = f"this key may not write events of '{event['game_id']}'"
            return [FieldError(pointer="/game_id", rule="forbidden-game", message=message)]
        return ()


def _rejected(
    event: Mapping[str, Any], encoded: bytes, request: Request, errors: Sequence[FieldError], schema: Schema | None
) -> Rejected:
    event_id = event.get("event_id")
    # The ledger counts by names of ours only: a sender's inventions would grow it without bound.
    game_id = event.get("game_id")
    known_game = game_id if isinstance(game_id, str) and game_id in request.key.games else ""
    ledger = LedgerKey(known_game, schema.event_type if schema else "", schema.version if schema else "", request.hour)
    return Rejected(
        event_id if isinstance(event_id, str) and len(event_id) <= 128 else None,
        lines.rejected(request.head, request.clock, event, encoded, errors),
        ledger,
        errors,
        encoded.count(b":"),
    )

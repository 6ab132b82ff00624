"""The verdict on one event: stored as this line, or rejected for these reasons.

What the server adds stands around the event in its line, never inside it.
"""

from binascii import hexlify
from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

import msgspec
from game_events_models.http import FieldError
from game_events_models.identity import fingerprint

from game_events_api import rfc3339
from game_events_api.admission.admit import BATCH, VALIDATE, Arrival
from game_events_api.admission.games import Games
from game_events_api.contract.body_events import Event
from game_events_api.contract.catalog import Catalog, Schema
from game_events_api.ingest.device_clock import DeviceClock
from game_events_api.ledger_key import OTHER_GAMES, LedgerKey

MAX_RAW_BYTES = 16 * 1024
MANY_REASONS = 500
"""Once a request was told so many, of each further event that is rejected the first is enough."""
STEP_BYTES = 16 * 1024
REJECTED_STEP_BYTES = 4 * 1024
"""Finding reasons takes as long as accepting this."""
LINE_HEAD = b'{"received_at":"%b","correlation_id":"%b","key_id":"%b","ingested_by":"%b"'
"""The beginning that all lines of one request share; every value is of the server's making or checked."""


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where the events of one request come from: what their verdicts and lines share."""

    arrival: Arrival
    device_clock: DeviceClock
    received_at: str
    head: bytes
    """Of the lines."""
    games: Games
    ledger_keys: dict[tuple[str, Schema], LedgerKey]
    """Of the accepted events so far: a batch has hundreds of them and few ledger keys."""

    @classmethod
    def of(cls, arrival: Arrival, ingested_by: str, games: Games) -> "Origin":
        received_at = rfc3339.text(arrival.received_at)
        names = (arrival.correlation_id.encode(), arrival.key.key_id.encode(), ingested_by.encode())
        device_clock = DeviceClock(arrival.received_at, arrival.sent_at)
        return cls(arrival, device_clock, received_at.decode(), LINE_HEAD % (received_at, *names), games, {})

    @property
    def hour(self) -> str:
        return self.received_at[:13]

    def ledger_key(self, game_id: str, schema: Schema) -> LedgerKey:
        key = self.ledger_keys.get((game_id, schema))
        if key is None:
            counted = game_id in self.arrival.key.games or self.games.learn(game_id)
            name = game_id if counted else OTHER_GAMES
            key = LedgerKey(name, schema.event_type, schema.version, self.received_at[:13])
            self.ledger_keys[game_id, schema] = key
        return key

    def known_game(self, game_id: object) -> str:
        """By which a rejected document is counted: empty unless the key may write the game and its name is known."""
        key = self.arrival.key
        known = isinstance(game_id, str) and (
            game_id in key.games or (key.may_write(game_id) and self.games.knows(game_id))
        )
        return str(game_id) if known else ""


class Accepted(msgspec.Struct, frozen=True, gc=False):
    event_id: str
    named: str
    """`<game_id>/<event_id>`."""
    fingerprint: bytes
    """Of its content: with `named` what the event is known by."""
    line: bytes
    ledger: LedgerKey
    schema: Schema


class Rejected(msgspec.Struct, frozen=True, gc=False):
    event_id: str | None
    line: bytes
    ledger: LedgerKey
    errors: Sequence[FieldError]


Verdict = Accepted | Rejected


class Judge:
    """Judges by the contract, the key's games and the time; stores nothing."""

    def __init__(self, catalog: Catalog, max_event_bytes: int, ingested_by: str, games: Games) -> None:
        self._catalog = catalog
        self.max_event_bytes = max_event_bytes
        self._ingested_by = ingested_by
        self._games = games

    @property
    def event_types(self) -> Iterable[str]:
        return self._catalog.event_types

    def judge(self, arrival: Arrival, events: Iterable[Event]) -> Generator[None, None, tuple[Origin, list[Verdict]]]:
        """The verdict on each event of a request, with the line to store either way. Each step is short."""
        origin = Origin.of(arrival, self._ingested_by, self._games)
        expected_type = None if arrival.name in (BATCH, VALIDATE) else arrival.name
        verdicts: list[Verdict] = []
        reasons = step = 0
        for event, encoded in events:
            verdict = self._verdict(event, encoded, origin, expected_type, reasons < MANY_REASONS)
            verdicts.append(verdict)
            step += len(encoded)
            if isinstance(verdict, Rejected):
                reasons += len(verdict.errors)
                step += REJECTED_STEP_BYTES
            if step > STEP_BYTES:
                step = 0
                yield
        return origin, verdicts

    def reject(self, arrival: Arrival, body: bytes, reasons: Sequence[FieldError]) -> tuple[Origin, list[Verdict]]:
        """The same of a body that is no event at all."""
        origin = Origin.of(arrival, self._ingested_by, self._games)
        ledger = LedgerKey("", "", "", origin.hour)
        return origin, [Rejected(None, rejected_line(origin, None, body, reasons), ledger, reasons)]

    def _verdict(
        self,
        event: dict[str, Any] | None,
        encoded: bytes,
        origin: Origin,
        expected_type: str | None,
        in_full: bool,
    ) -> Verdict:
        if event is None:
            return _rejected({}, encoded, origin, [self._too_large()], None)
        schema = self._catalog.find(event, expected_type)
        if not isinstance(schema, Schema):  # and not whether it is a FieldError: pydantic's classes take long to ask
            return _rejected(event, encoded, origin, [schema], None)
        if len(encoded) > self.max_event_bytes:
            return _rejected(event, encoded, origin, [self._too_large()], schema)
        if errors := schema.violations(event, origin.arrival.received_at, in_full):
            return _rejected(event, encoded, origin, errors, schema)
        game_id: str = event["game_id"]
        if (forbidden := origin.arrival.key.forbids(game_id, schema.event_type)) is not None:
            return _rejected(event, encoded, origin, [_error(*forbidden)], schema)
        moment = rfc3339.parse(event["event_time"])
        effective_time = origin.device_clock.effective(moment)
        if not isinstance(effective_time, bytes):
            return _rejected(event, encoded, origin, [effective_time], schema)
        event_id: str = event["event_id"]
        content = fingerprint(event, moment)
        return Accepted(
            event_id,
            f"{game_id}/{event_id}",
            content,
            accepted_line(origin.head, effective_time, schema.label, content, encoded),
            origin.ledger_key(game_id, schema),
            schema,
        )

    def _too_large(self) -> FieldError:
        return _error("", "too-large", f"an event holds at most {self.max_event_bytes:,} bytes as JSON")


def _error(pointer: str, rule: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, rule=rule, message=message)


def accepted_line(line_head: bytes, effective_time: bytes, label: bytes, content: bytes, encoded: bytes) -> bytes:
    """The line of a valid event; `label` is the schema's, `content` its fingerprint, `encoded` the event as JSON."""
    parts = (
        *(line_head, b',"effective_time":"', effective_time, b'","schema":"', label),
        *(b'","fingerprint":"', hexlify(content), b'","event":', encoded, b"}\n"),
    )
    return b"".join(parts)  # twice as fast as formatting


def enriched_line(line: bytes, fields: bytes) -> bytes:
    """An accepted line with the fields of hooks, a JSON object, beside the event: what the event is known by stays."""
    return b'%b,"enrichment":%b}\n' % (line[:-2], fields)


def rejected_line(origin: Origin, event: Mapping[str, Any] | None, raw: bytes, reasons: Sequence[FieldError]) -> bytes:
    """A rejected document with its reasons; `raw` is what was sent, its first 16 KiB are kept.

    It is of a game when its key may write that game's events: anybody can name any game. `sent_at` is kept so that a
    replay corrects the device's clock as the edge would have done.
    """
    sent_at = origin.arrival.sent_at
    fields = {
        name: value[:128] if isinstance(value := (event or {}).get(name), str) else None
        for name in ("event_id", "event_type", "schema_version", "game_id")
    }
    if fields["game_id"] is not None and not origin.arrival.key.may_write(fields["game_id"]):
        fields["game_id"] = None
    rest = msgspec.json.encode(
        {
            **fields,
            "fingerprint": _fingerprint_of_rejected(event),
            "sent_at": None if sent_at is None else rfc3339.text(sent_at.astimezone(UTC)).decode(),
            "reasons": [reason.model_dump() for reason in reasons],
            "raw": raw[:MAX_RAW_BYTES].decode("utf-8", "replace"),
            "raw_bytes": len(raw),
        }
    )
    return b"%b,%b\n" % (origin.head, rest[1:])


def _fingerprint_of_rejected(event: Mapping[str, Any] | None) -> str | None:
    """None of what is no event, or nested deeper than any can be."""
    if not event:
        return None
    event_time = event.get("event_time")
    try:
        return fingerprint(dict(event), rfc3339.parse(event_time) if isinstance(event_time, str) else None).hex()
    except (RecursionError, ValueError):  # ValueError: an integer of thousands of digits
        return None


def _rejected(
    event: Mapping[str, Any], encoded: bytes, origin: Origin, errors: Sequence[FieldError], schema: Schema | None
) -> Rejected:
    event_id = event.get("event_id")
    # The ledger counts by names of ours only: a sender's inventions would grow it without bound.
    names = (schema.event_type, schema.version) if schema else ("", "")
    ledger = LedgerKey(origin.known_game(event.get("game_id")), *names, origin.hour)
    return Rejected(
        event_id if isinstance(event_id, str) and len(event_id) <= 128 else None,
        rejected_line(origin, event, encoded, errors),
        ledger,
        errors,
    )

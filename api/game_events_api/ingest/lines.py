"""The stored lines: what the server adds stands around the event, never inside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from game_events_models.http import FieldError

from game_events_api import rfc3339
from game_events_api.ingest.device_clock import DeviceClock

MAX_RAW_BYTES = 16 * 1024


def head(received_at: bytes, correlation_id: str, key_id: str, ingested_by: str) -> bytes:
    """The beginning that all lines of one request share; every value is of the server's making or checked."""
    return b'{"received_at":"%b","correlation_id":"%b","key_id":"%b","ingested_by":"%b"' % (
        received_at,
        correlation_id.encode(),
        key_id.encode(),
        ingested_by.encode(),
    )


def accepted(head: bytes, effective_time: bytes, label: bytes, encoded: bytes) -> bytes:
    """The line of a valid event; `label` is the schema's, `encoded` the event as JSON."""
    return b"".join(
        (head, b',"effective_time":"', effective_time, b'","schema":"', label, b'","event":', encoded, b"}\n")
    )


def rejected(
    head: bytes, clock: DeviceClock, event: Mapping[str, Any] | None, raw: bytes, reasons: Sequence[FieldError]
) -> bytes:
    """A refused document with its reasons; `raw` is what was sent, its first 16 KiB are kept.

    `sent_at` is kept so that a replay corrects the device's clock as the edge would have done.
    """
    sent_at = clock.sent_at
    fields = {
        name: value[:128] if isinstance(value := (event or {}).get(name), str) else None
        for name in ("event_id", "event_type", "schema_version", "game_id")
    }
    rest = msgspec.json.encode(
        {
            **fields,
            "sent_at": None if sent_at is None else rfc3339.text(sent_at).decode(),
            "reasons": [reason.model_dump() for reason in reasons],
            "raw": raw[:MAX_RAW_BYTES].decode("utf-8", "replace"),
            "raw_bytes": len(raw),
        }
    )
    return b"%b,%b\n" % (head, rest[1:])

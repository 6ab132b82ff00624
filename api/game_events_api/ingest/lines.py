"""The stored lines: what the server adds stands around the event, never inside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from game_events_models.http import FieldError

MAX_RAW_BYTES = 16 * 1024


class LineWriter:
    """Writes the lines of one request; everything they share is encoded once."""

    def __init__(self, received_at: str, correlation_id: str, key_id: str, ingested_by: str) -> None:
        # Every value is of the server's own making or checked, so none needs escaping.
        self._shared = (
            f'{{"received_at":"{received_at}","correlation_id":"{correlation_id}","key_id":"{key_id}",'
            f'"ingested_by":"{ingested_by}"'
        ).encode()
        self._head = self._shared + b',"effective_time":"'

    def accepted(self, effective_time: str, label: bytes, encoded: bytes) -> bytes:
        return b'%b%b","schema":"%b","event":%b}\n' % (self._head, effective_time.encode(), label, encoded)

    def rejected(self, event: Mapping[str, Any] | None, raw: bytes, reasons: Sequence[FieldError]) -> bytes:
        """A refused document with its reasons; `raw` is what was sent, its first 16 KiB are kept."""
        fields = {
            name: value[:128] if isinstance(value := (event or {}).get(name), str) else None
            for name in ("event_id", "event_type", "schema_version", "game_id")
        }
        rest = msgspec.json.encode(
            {
                **fields,
                "reasons": [reason.model_dump() for reason in reasons],
                "raw": raw[:MAX_RAW_BYTES].decode("utf-8", "replace"),
                "raw_bytes": len(raw),
            }
        )
        return b"%b,%b\n" % (self._shared, rest[1:])

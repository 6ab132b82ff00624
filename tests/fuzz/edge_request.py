"""What a fuzzer's bytes mean as a request: six bytes choose path, headers, key and chunks, the rest is the body.

A header whose choice is FREE takes its value from the body's first line, which then is no part of the body.
"""

import gzip
from dataclasses import dataclass

from game_events_models import contract

HEAD_BYTES = 6
FREE = "(free)"

PATHS = (*(f"/v1/events/{name}" for name in contract.versions()), "/v1/events/batch", "/v1/validate")
BATCH_PATH = "/v1/events/batch"
VALIDATE_PATH = "/v1/validate"
JSON_TYPES = ("application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"')
CONTENT_TYPES = (*JSON_TYPES, None, "", "text/plain", "application/json; charset=utf-16", FREE)
COMPRESSED = "gzip, made here"
"""The harness compresses the body, so that the fuzzer need not find its way through deflate."""
ENCODINGS = (None, COMPRESSED, "gzip", "identity", "GZIP", "deflate", "gzip, gzip", FREE)
SENT_AT = (
    None,
    "2026-11-21T09:30:05Z",
    "2026-11-21T09:30:05.123456789+05:30",
    "2026-12-24T00:00:00Z",
    "1000-01-01T00:00:00Z",
    "2999-12-31T23:59:59-23:59",
    "2026-02-30T00:00:00Z",
    "now",
    "",
    FREE,
)
KEYS = ("every game", "another game", "no scope", "unknown")
PIECES = (1, 1, 2, 7)


@dataclass(frozen=True)
class FuzzRequest:
    path: str
    content_type: str | None
    encoding: str | None
    sent_at: str | None
    key: str
    pieces: int
    """In how many messages the body arrives."""
    body: bytes

    @property
    def headers(self) -> dict[str, bytes]:
        fields = {
            "content-type": self.content_type,
            "content-encoding": "gzip" if self.encoding == COMPRESSED else self.encoding,
            "sent-at": self.sent_at,
        }
        return {name: value.encode("latin-1") for name, value in fields.items() if value is not None}

    @property
    def wire(self) -> bytes:
        """The body as it is sent."""
        return gzip.compress(self.body, compresslevel=1, mtime=0) if self.encoding == COMPRESSED else self.body


def read(data: bytes) -> FuzzRequest:
    """Every byte string is a request."""
    head, body = data[:HEAD_BYTES].ljust(HEAD_BYTES, b"\0"), data[HEAD_BYTES:]
    content_type = CONTENT_TYPES[head[1] % len(CONTENT_TYPES)]
    encoding = ENCODINGS[head[2] % len(ENCODINGS)]
    sent_at = SENT_AT[head[3] % len(SENT_AT)]
    if FREE in (content_type, encoding, sent_at):
        line, _, body = body.partition(b"\n")
        free = line.strip(b" \t\r\0").decode("latin-1")
        content_type, encoding, sent_at = (
            free if value == FREE else value for value in (content_type, encoding, sent_at)
        )
    return FuzzRequest(
        path=PATHS[head[0] % len(PATHS)],
        content_type=content_type,
        encoding=encoding,
        sent_at=sent_at,
        key=KEYS[head[4] % len(KEYS)],
        pieces=PIECES[head[5] % len(PIECES)],
        body=body,
    )


def write(
    path: str,
    body: bytes,
    *,
    content_type: str | None = JSON_TYPES[0],
    encoding: str | None = None,
    sent_at: str | None = None,
    key: str = KEYS[0],
) -> bytes:
    """Bytes that `read` turns into this request; of headers that are no choice of ours one can be kept, as FREE."""
    free = ""
    choices = [PATHS.index(path)]
    for value, known in ((content_type, CONTENT_TYPES), (encoding, ENCODINGS), (sent_at, SENT_AT)):
        if value not in known:
            free, value = str(value), FREE
        choices.append(known.index(value))
    line = free.encode("latin-1", "replace") + b"\n" if free else b""
    return bytes([*choices, KEYS.index(key), 0]) + line + body

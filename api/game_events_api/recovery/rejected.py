"""Rejected events: from the lake and the spool, against any published version, and back into the stream.

A replayed event keeps its event_id and its received_at. It enters through a spool file of its own, together with
the mark that it was replayed, in one transaction.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from game_events_models.http import FieldError
from game_events_models.identity import fingerprint

from game_events_api import rfc3339
from game_events_api.admission.api_key import ApiKey
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_store import KeyStore
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys, sent
from game_events_api.contract.reasons import at_its_field
from game_events_api.errors import FileDamaged, RequestRefused
from game_events_api.ingest.device_clock import DeviceClock
from game_events_api.ingest.judge import LINE_HEAD, accepted_line
from game_events_api.ledger_key import LedgerKey
from game_events_api.recovery.archive import Archive, Send
from game_events_api.recovery.recheck import Fails, Passes, Recheck, Rechecked
from game_events_api.spool import readers
from game_events_api.spool.replays import Replayed, ReplayFile, ReplayTrial, replay_file, replay_trial

HEAD = ("received_at", "correlation_id", "key_id", "ingested_by")
LONGEST_LINE = 16 * 1024 * 1024
"""Of a lake file; a rejected event's is cut to a few KiB before it is stored."""
NAMES = ("event_id", "event_type", "schema_version", "game_id", "key_id", "received_at", "correlation_id")

MOST_OF_BUILD = 64

KeyOf = Callable[[str], ApiKey]
"""The API key of this id, revoked or not; NOBODYS when it is not known."""
NOBODYS = ApiKey("", "", "", games=(), scopes=(), sha256="", created_at="", event_types=())


@dataclass(frozen=True)
class RejectedEvent:
    line: bytes
    document: dict[str, Any]
    game_id: str | None
    """Whose it is; None when its key might not write the game that it names."""

    @property
    def name(self) -> str:
        return self.digest[:12]

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.line).hexdigest()

    @cached_property
    def fields(self) -> dict[str, Any]:
        reasons = self.document.get("reasons")
        reasons = [one for one in reasons if isinstance(one, dict)] if isinstance(reasons, list) else []
        first = at_its_field(reasons[0]) if reasons else {}
        return {
            "name": self.name,
            **{name: _text(self.document, name) for name in NAMES},
            "game_id": self.game_id,
            "build": _build(self.document),
            "rule": _text(first, "rule"),
            "pointer": _text(first, "pointer"),
            "reasons": len(reasons),
        }

    def reason(self, fields: Mapping[str, Any]) -> str:
        return f"{fields['rule']} {fields['pointer']}"

    @property
    def waits(self) -> bool:
        return True  # the lake keeps it; a replay tells by its digest whether it was sent


class RejectedEvents(Archive[RejectedEvent]):
    """In the lake, oldest file first, and still in the spool; each stored line once, whatever files it is in.

    `lake` gives the lines of a lake elsewhere, without their newlines; else it is the one under the data directory, and
    FileDamaged says which of its files cannot be unpacked. The API keys are those of `keys`, else of the key file.
    """

    kind = "rejected"

    def __init__(
        self,
        data_dir: Path,
        lake: Callable[[], Iterable[bytes]] | None = None,
        key_of: KeyOf | None = None,
        keys: KeyStore | None = None,
    ) -> None:
        super().__init__(data_dir)
        self._lake = lake or self._local_lake
        self._key_of = key_of
        self._keys = keys or KeyFile(data_dir / "keys.json")

    def _known(self) -> KeyOf:
        keys = {key.key_id: key for key in self._keys.read()}
        return lambda key_id: keys.get(key_id, NOBODYS)

    def rechecker(self, recheck: Recheck) -> Callable[[RejectedEvent], Rechecked]:
        return partial(_recheck, recheck, self._key_of or self._known())

    def _all(self) -> Iterator[RejectedEvent]:
        key_of = self._key_of or self._known()
        seen: set[bytes] = set()
        for line in self._lines():
            if line.strip() and (known := hashlib.blake2b(line, digest_size=16).digest()) not in seen:
                seen.add(known)
                try:
                    document = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(document, dict):
                    yield RejectedEvent(line, document, _game_of(document, key_of))

    def _lines(self) -> Iterator[bytes]:
        yield from self._lake()
        for spool in readers(self.data_dir):
            yield from spool.lines("rejected")

    def _local_lake(self) -> Iterator[bytes]:
        for path in sorted((self.data_dir / "lake" / "rejected").rglob("*.gz")):
            try:
                with gzip.open(path) as file:  # line by line: a file of a megabyte may hold a gigabyte
                    while line := file.readline(LONGEST_LINE + 1):
                        if len(line) > LONGEST_LINE:
                            raise OSError(f"a line of it has over {LONGEST_LINE:,} bytes")
                        yield from line.splitlines()
            except (EOFError, OSError, zlib.error) as error:  # gzip.BadGzipFile is an OSError
                name = path.relative_to(self.data_dir)
                advice = "restore it or move it out of the lake"
                raise FileDamaged(f"{name} cannot be unpacked: {error}; {advice}") from error

    @contextmanager
    def _sender(self) -> Iterator[Send[RejectedEvent]]:
        with replay_file(self.data_dir) as file:
            yield _appending(file)

    @contextmanager
    def _trial(self) -> Iterator[Send[RejectedEvent]]:
        with replay_trial(self.data_dir) as trial:
            yield _appending(trial)


def _build(document: dict[str, Any]) -> str | None:
    """The beginning of the app_version that was sent, where what was sent is an object that can be read."""
    event = sent(document.get("raw"))
    build = _text(event, "app_version") if isinstance(event, dict) else None
    return None if build is None else build[:MOST_OF_BUILD]


def _text(document: dict[str, Any], name: str) -> str | None:
    """None where it is anything else: a lake holds what was put there, by whomever."""
    value = document.get(name)
    return value if isinstance(value, str) else None


def _game_of(document: dict[str, Any], key_of: KeyOf) -> str | None:
    """The edge says it; what earlier releases stored (without `fingerprint`) has the game that its sender named."""
    game_id = document.get("game_id")
    if not isinstance(game_id, str):
        return None
    if "fingerprint" in document:
        return game_id
    return game_id if key_of(str(document.get("key_id"))).may_write(game_id) else None


def _recheck(recheck: Recheck, key_of: KeyOf, one: RejectedEvent) -> Rechecked:
    """It passes as the line that the edge would have stored when it was received."""
    received, correlation_id, key_id, ingested_by = (str(one.document.get(name) or "") for name in HEAD)
    came = rfc3339.parse(received)
    if not (came and correlation_id and key_id and ingested_by):
        return Fails("unreadable", "the stored line is not what the edge writes")
    event = _sent(one.document)
    if isinstance(event, Fails):
        return event
    found = recheck.look(event)
    if isinstance(found, Fails):
        return found
    event, schema = found
    # What a key may not send, nobody sends in its name.
    if (forbidden := key_of(key_id).forbids(event["game_id"], schema.event_type)) is not None:
        return Fails(forbidden.rule, forbidden.message)
    sent_at = rfc3339.parse(one.document.get("sent_at") or "")  # older lines have none
    moment = rfc3339.parse(event["event_time"])
    effective_time = DeviceClock(came, sent_at).effective(moment)
    if isinstance(effective_time, FieldError):
        return Fails(effective_time.rule, "its time was out of bounds when it was received")
    line = accepted_line(
        LINE_HEAD % (received.encode(), correlation_id.encode(), key_id.encode(), ingested_by.encode()),
        effective_time,
        schema.label,
        _fingerprint_of(one.document) or fingerprint(event, moment),
        encode(event),
    )
    return Passes(line, LedgerKey(event["game_id"], schema.event_type, schema.version, received[:13]))


def _fingerprint_of(document: dict[str, Any]) -> bytes | None:
    """Earlier releases kept none."""
    try:
        return bytes.fromhex(document["fingerprint"])
    except (KeyError, TypeError, ValueError):
        return None


def _sent(document: dict[str, Any]) -> Any:
    """What the client sent, as the edge reads it; Fails when it would not."""
    raw = document.get("raw")
    if not isinstance(raw, str) or len(raw.encode()) != document.get("raw_bytes"):
        return Fails("truncated", "only its beginning was kept")
    try:
        event = decode(raw.encode())
        if isinstance(event, dict):
            refuse_duplicate_keys(raw.encode(), encode(event))
    except RequestRefused as refused:
        rule = refused.errors[0].rule if refused.errors else "malformed"
        return Fails(rule, "it is not JSON as the edge takes it")
    return event


def _appending(file: ReplayFile | ReplayTrial) -> Send[RejectedEvent]:
    def send(passing: Sequence[tuple[RejectedEvent, Passes]], now: float) -> int:
        replayed = [
            Replayed(one.digest, one.document.get("event_id"), passes.line, passes.key) for one, passes in passing
        ]
        return file.append(replayed, now)

    return send

"""The edge in this process, and what must hold of every answer it gives.

The spool is the real one over SQLite in memory, time stands still, and each input meets an empty window of
duplicates: the same bytes always do the same.
"""

import asyncio
import json
import sqlite3
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from fuzz import edge_request
from fuzz.edge_request import BATCH_PATH, JSON_TYPES, VALIDATE_PATH, FuzzRequest
from fuzz.independent_judges import (
    DEEP,
    allowed,
    depth,
    is_json,
    loosely_parsed,
    plain,
    same,
    strictly_parsed,
    unpacked_to_at_least,
)
from fuzz.possible_answers import BATCH_RULES, OWN_RULES, POSSIBLE, SCHEMA_RULES
from game_events_api.admission.admit import Admission, Limits
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.games import GameFile, Games
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.contract.body_events import SPELLING
from game_events_api.contract.catalog import Catalog
from game_events_api.edge.asgi import EventPaths
from game_events_api.edge.collector import Collector
from game_events_api.edge.decisions import Decider
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Judge
from game_events_api.ingest.rejected_quota import RejectedQuota
from game_events_api.metrics import Metrics
from game_events_api.spool import Spool
from game_events_api.spool.blocks import Block, BlockRow, block_of
from game_events_api.spool.ddl import EDGE_DDL, upgrade
from game_events_models import contract

NOW = datetime(2026, 11, 21, 9, 35, tzinfo=UTC)
ANSWER_SECONDS = 2.0
SMALL = Limits(body_bytes=16_384, decompressed_bytes=65_536, requests_in_flight=10)
MAX_EVENT_BYTES = 4_096


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: dict[str, Any]


class EdgeTarget:
    """Call it with bytes; an AssertionError says which promise the answer to them breaks."""

    def __init__(self, scratch: Path, limits: Limits = SMALL, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        file = KeyFile(scratch / "keys.json")
        self._keys = {
            "every game": file.create("fuzzer"),
            "another game": file.create("fuzzer", games=("no-such-game",)),
            "no scope": file.create("fuzzer", scopes=("read",)),
            "unknown": "ge_live_unknown_key",
        }
        self._keyring = Keyring(file)
        self._games = Games(GameFile(scratch / "games.json"), self._keyring, 10)
        self._limits, self._max_event_bytes = limits, max_event_bytes
        self._catalog = Catalog()
        self._metrics = Metrics()
        self._budget = ByteBudget(64 << 20)
        self._loop = asyncio.new_event_loop()
        self._spool = Spool(scratch / "fuzzed.db", max_bytes=1 << 40, max_pending_bytes=1 << 30, connect=self._connect)
        self.executions = self.accepted = 0  # requests, and events

    def _connect(self, path: Path) -> sqlite3.Connection:
        path.touch()  # the spool holds on to the file at its path
        self._database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._database.executescript(EDGE_DDL)
        upgrade(self._database)
        return self._database

    def close(self) -> None:
        self._spool.close()
        self._loop.close()

    def __call__(self, data: bytes) -> None:
        request = edge_request.read(data)
        edge = self._event_paths()
        answer = self._ask(edge, request)
        events, rejected = self._stored()
        self.executions += 1
        self.accepted += len(events)
        if answer.status in (200, 202):
            sent = strictly_parsed(plain(request))
            if request.path == VALIDATE_PATH:
                assert not events, "validation stored an event"
                self._check_validation(answer.body, sent)
            elif request.path == BATCH_PATH:
                self._check_batch(answer.body, sent, events, rejected)
            else:
                assert (answer.body["status"], rejected) == ("accepted", [])
                assert sent["event_type"] == request.path.rpartition("/")[2], "the path is another event type's"
                self._check_stored([sent], events)
                assert answer.body["event_id"] == sent["event_id"]
            self._check_repetition(edge, request, answer)
        else:
            assert not events, "refused and stored"
            self._check_refusal(request, answer, rejected)

    def _event_paths(self) -> EventPaths:
        async def elsewhere(*_: object) -> None:
            raise AssertionError("every path of the fuzzer is an event path")

        window = DedupWindow(1_000)
        key_rate = RateLimiter(1e9, 1.0, lambda: 0.0)
        decider = Decider(
            key_rate,
            Judge(self._catalog, self._max_event_bytes, "fuzzer", self._games),
            window,
            RejectedQuota(6_000, lambda: 0.0),
        )
        collector = Collector(
            admission=Admission(self._keyring, self._limits, key_rate, now=lambda: NOW),
            budget=self._budget,
            decider=decider,
            window=window,
            spool=self._spool,
            metrics=self._metrics,
        )
        return EventPaths(collector, elsewhere)

    def _ask(self, edge: EventPaths, request: FuzzRequest) -> Answer:
        wire = request.wire
        size = len(wire) // request.pieces + 1
        pieces = [wire[start : start + size] for start in range(0, len(wire), size)] or [b""]
        incoming = [
            {"type": "http.request", "body": piece, "more_body": index < len(pieces)}
            for index, piece in enumerate(pieces, 1)
        ]
        incoming.reverse()
        outgoing: list[Any] = []

        async def receive() -> Any:
            return incoming.pop()

        async def send(message: Any) -> None:
            outgoing.append(message)

        fields = {"authorization": f"Bearer {self._keys[request.key]}".encode(), **request.headers}
        headers = [(name.encode(), value) for name, value in fields.items()]
        scope = {"type": "http", "method": "POST", "path": request.path, "headers": headers}
        started = time.perf_counter()
        self._loop.run_until_complete(edge(scope, receive, send))
        took = time.perf_counter() - started
        assert self._budget.used == 0, "the body's bytes were not given back"
        assert took < ANSWER_SECONDS, f"the answer took {took:.1f} s"
        start, body = outgoing
        answer = Answer(start["status"], dict(start["headers"]), json.loads(body["body"]))
        assert int(answer.headers[b"content-length"]) == len(body["body"])
        assert answer.status < 500, f"{answer.status}: {answer.body}"
        return answer

    def _stored(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The lines of this request's events and refusals; the spool is empty again afterwards."""
        lines: dict[str, list[dict[str, Any]]] = {"events": [], "rejected": []}
        counted = 0
        for row in self._database.execute("SELECT * FROM blocks ORDER BY id"):
            block = block_of(BlockRow(*row))
            assert isinstance(block, Block), block
            lines[block.stream] += [json.loads(line) for line in block.data.decode().split("\n")[:-1]]
            counted += block.events
        assert counted == sum(map(len, lines.values())), "a block does not hold as many lines as it says"
        ((ledger,),) = self._database.execute("SELECT total(count) FROM ledger WHERE stage IN ('accepted', 'rejected')")
        assert ledger == counted, "the ledger does not count what is stored"
        self._database.execute("DELETE FROM blocks")
        self._database.execute("DELETE FROM ledger")
        return lines["events"], lines["rejected"]

    def _check_stored(self, sent: list[Any], stored: list[dict[str, Any]]) -> None:
        assert len(sent) == len(stored), f"{len(sent)} accepted, {len(stored)} stored"
        for event, line in zip(sent, stored, strict=True):
            assert same(line["event"], event), f"stored {line['event']!r}"
            assert allowed(event), "accepted although the schema does not allow it"
            age = NOW - datetime.fromisoformat(line["effective_time"])
            assert -86_400 <= age.total_seconds() <= 31 * 86_400, "accepted although too old or too early"

    def _check_batch(self, receipt: Any, sent: Any, stored: list[Any], rejected: list[Any]) -> None:
        results, accepted, known = receipt["results"], [], set()
        assert len(results) == len(sent["events"])
        for event, result in zip(sent["events"], results, strict=True):
            if result["status"] == "accepted":
                assert json.dumps(event, sort_keys=True) not in known, "the same event was accepted twice"
                known |= {event["event_id"], json.dumps(event, sort_keys=True)}
                accepted.append(event)
            elif result["status"] == "duplicate":
                assert event["event_id"] in known, "called a duplicate of nothing"
            else:
                self._check_reasons(result["errors"], event)
            if result["event_id"] is not None:
                assert result["event_id"] == event["event_id"]
        statuses = [result["status"] for result in results]
        for status in ("accepted", "duplicate", "rejected"):
            assert receipt[status] == statuses.count(status)
        assert len(rejected) == receipt["rejected"], "a refused event was not kept"
        self._check_stored(accepted, stored)

    def _check_validation(self, verdict: Any, sent: Any) -> None:
        if verdict["valid"]:
            assert allowed(sent)
            assert verdict["errors"] == []
        else:
            self._check_reasons(verdict["errors"], sent)

    def _check_repetition(self, edge: EventPaths, request: FuzzRequest, first: Answer) -> None:
        second = self._ask(edge, request)
        events, _ = self._stored()
        assert second.status == first.status
        assert not events, "sent again and stored again"
        for before, after in zip(first.body.get("results", []), second.body.get("results", []), strict=True):
            assert after["status"] == before["status"].replace("accepted", "duplicate")

    def _check_refusal(self, request: FuzzRequest, answer: Answer, rejected: list[dict[str, Any]]) -> None:
        assert answer.headers[b"content-type"] == b"application/problem+json"
        slug = answer.body["type"].rpartition(":")[2]
        assert slug in POSSIBLE, f"{answer.status} {slug} is no answer to this"
        assert (answer.status, answer.body["title"]) == (POSSIBLE[slug].status, POSSIBLE[slug].title)
        errors = answer.body.get("errors", [])
        for error in errors:
            assert error["rule"] in SCHEMA_RULES | OWN_RULES | BATCH_RULES, f"{error['rule']} is no rule"
        self._check_reason(slug, request, errors)
        if slug in ("invalid-event", "invalid-batch") and request.path != VALIDATE_PATH:
            assert len(rejected) == 1, "what was refused was not kept"
            assert rejected[0]["reasons"]

    def _check_reason(self, slug: str, request: FuzzRequest, errors: list[Any]) -> None:
        """The request is what the problem says it is."""
        if slug in ("invalid-event", "invalid-batch"):
            self._check_body(slug, request, errors)
        elif slug == "malformed-json":
            assert not is_json(request), "refused as JSON, which it is"
        elif slug == "invalid-header":
            assert request.sent_at not in edge_request.SENT_AT[:6], "the time is well-formed"
        elif slug == "unauthorized":
            assert request.key == "unknown"
        elif slug == "unsupported-media-type":
            assert request.content_type not in JSON_TYPES or request.encoding not in (
                *(None, "identity", "gzip", "GZIP", edge_request.COMPRESSED),
            )
        elif slug == "content-too-large":
            assert self._is_too_large(request), "it is not too large"
        elif slug == "forbidden":
            assert request.key in ("another game", "no scope")

    def _check_body(self, slug: str, request: FuzzRequest, errors: list[Any]) -> None:
        sent = loosely_parsed(plain(request))
        if slug == "invalid-event":
            if isinstance(sent, dict):  # whatever else it is, its keys need not be looked at
                sent = strictly_parsed(plain(request))
            self._check_reasons(errors, sent, request.path.rpartition("/")[2])
            return
        events = sent.get("events") if isinstance(sent, dict) and len(sent) == 1 else None
        well_formed = isinstance(events, list) and all(isinstance(event, dict) for event in events)
        assert not (well_formed and 1 <= len(events or ()) <= 500)

    def _check_reasons(self, errors: list[Any], event: Any, path_type: str | None = None) -> None:
        """What is refused by the schema is refused by the reference implementation too."""
        assert errors, "refused without a reason"
        rules = {error["rule"] for error in errors}
        assert rules <= SCHEMA_RULES | OWN_RULES | {"type"}, rules
        if not isinstance(event, dict) or depth(event) > DEEP:
            return
        event_type, version = event.get("event_type"), event.get("schema_version")
        if path_type in contract.versions() and event_type != path_type:
            return
        if not isinstance(event_type, str) or version not in contract.versions().get(event_type, ()):
            assert rules & {"unknown-event-type", "unknown-schema-version"}
        elif rules <= SCHEMA_RULES:
            assert not allowed(event), f"refused for {rules}, the schema allows it"

    def _is_too_large(self, request: FuzzRequest) -> bool:
        most = min(self._limits.decompressed_bytes, SPELLING * self._max_event_bytes)
        if unpacked_to_at_least(request, most + 1) or len(request.wire) > min(most, self._limits.body_bytes):
            return True
        try:
            return len(msgspec.json.encode(loosely_parsed(plain(request)))) > self._max_event_bytes
        except OverflowError:  # an integer that msgspec does not encode
            return len(plain(request)) > self._max_event_bytes
        except zlib.error:  # of what is broken, one decoder may unpack more than the other before it notices
            return True

"""The collector from a request to its answer: duplicates, times, rejected events and what is stored of them."""

import asyncio
import gzip
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from game_events_api.logs import JsonLine
from game_events_models.identity import fingerprint
from unit.api.edge.played_edge import NOW, Edge, encoded, event, make_edge, play, turn
from unit.api.edge.played_edge import edge as edge  # the fixture

BATCH = "/v1/events/batch"


def test_a_repeated_event_is_a_duplicate_and_stored_once(edge: Edge) -> None:
    async def scenario() -> None:
        body = encoded(event())
        assert (await edge.post(body))[1]["status"] == "accepted"
        assert (await edge.post(body))[1]["status"] == "duplicate"

    play(scenario)
    assert len(edge.spool.lines()) == 1
    assert sum(edge.spool.entries[1].duplicates.values()) == 1


def test_a_repetition_waits_until_the_first_is_on_disk(edge: Edge) -> None:
    async def scenario() -> None:
        edge.spool.automatic = False
        body = encoded(event())
        first = asyncio.create_task(edge.post(body))
        await turn()
        second = asyncio.create_task(edge.post(body))
        await turn()
        assert not first.done()
        assert not second.done()
        edge.spool.commit()
        assert (await first)[1]["status"] == "accepted"
        assert (await second)[1]["status"] == "duplicate"

    play(scenario)
    assert len(edge.spool.lines()) == 1


def test_a_repetition_of_an_event_that_was_not_stored_is_not_called_a_duplicate(edge: Edge) -> None:
    async def scenario() -> None:
        edge.spool.automatic = False
        body = encoded(event())
        first = asyncio.create_task(edge.post(body))
        await turn()
        second = asyncio.create_task(edge.post(body))
        await turn()
        (_, its_own), edge.spool.waiting = edge.spool.waiting, edge.spool.waiting[:1]
        edge.spool.fail()
        edge.spool.waiting = [its_own]
        edge.spool.commit()  # the second's own entry goes well
        assert (await first)[0] == 503
        assert (await second)[0] == 503, "its event is on no disk"
        edge.spool.automatic = True
        assert (await edge.post(body))[1]["status"] == "accepted"

    play(scenario)
    assert len(edge.spool.lines()) == 1


def test_what_a_request_stored_beside_a_failed_repetition_is_not_called_unstored(edge: Edge) -> None:
    async def scenario() -> None:
        edge.spool.automatic = False
        repeated, fresh = event(), event()
        first = asyncio.create_task(edge.post(encoded(repeated)))
        await turn()
        both = asyncio.create_task(edge.post(encoded({"events": [repeated, fresh]}), path="/v1/events/batch"))
        await turn()
        (_, its_own), edge.spool.waiting = edge.spool.waiting, edge.spool.waiting[:1]
        edge.spool.fail()
        edge.spool.waiting = [its_own]
        edge.spool.commit()
        assert (await first)[0] == 503
        status, said = await both
        assert status == 503
        assert "send them all again" in said["detail"]
        assert "nothing was stored" not in said["detail"]

    play(scenario)


def test_a_failed_store_is_503_and_the_retry_is_accepted(edge: Edge) -> None:
    async def scenario() -> None:
        edge.spool.automatic = False
        body = encoded(event())
        request = asyncio.create_task(edge.post(body))
        await turn()
        edge.spool.fail()
        assert (await request)[0] == 503
        edge.spool.automatic = True
        assert (await edge.post(body))[1]["status"] == "accepted"

    play(scenario)


def test_a_batch_judges_each_event_and_keeps_the_order(edge: Edge) -> None:
    async def scenario() -> None:
        good = event()
        batch = [good, event(platform="toaster"), good, event(game_id="another"), {}]
        status, receipt = await edge.post(encoded({"events": batch}), "/v1/events/batch")
        assert status == 202
        assert [result["status"] for result in receipt["results"]] == [
            "accepted",
            "rejected",
            "duplicate",
            "rejected",
            "rejected",
        ]
        assert (receipt["accepted"], receipt["duplicate"], receipt["rejected"]) == (1, 1, 3)
        assert receipt["results"][3]["errors"][0]["rule"] == "forbidden-game"

    play(scenario)
    assert len(edge.spool.lines()) == 1
    assert len(edge.spool.lines("rejected")) == 3


@pytest.mark.parametrize(
    ("body", "rule"),
    [(b"nonsense", "malformed-json"), (encoded([1]), "type"), (b'{"a":1,"a":2}', "duplicate-key")],
)
def test_what_is_no_event_is_kept_with_its_reason(edge: Edge, body: bytes, rule: str) -> None:
    async def scenario() -> None:
        assert (await edge.post(body))[0] in (400, 422)

    play(scenario)
    (line,) = edge.spool.lines("rejected")
    assert (line["raw"], line["raw_bytes"], line["reasons"][0]["rule"]) == (body.decode(), len(body), rule)


def test_the_stored_line_carries_the_servers_fields_around_the_event(edge: Edge) -> None:
    sent = event()

    async def scenario() -> None:
        body = gzip.compress(encoded(sent))
        headers = {"content_encoding": "gzip", "x_correlation_id": "abc", "sent_at": "2026-11-21T04:59:30Z"}
        assert (await edge.post(body, **headers))[0] == 202

    play(scenario)
    (line,) = edge.spool.lines()
    assert line == {
        "received_at": "2026-11-21T05:00:00.123456Z",
        "effective_time": "2026-11-21T04:59:30.123456Z",  # sent 30 s after it happened, received at 05:00:00.12
        "correlation_id": "abc",
        "key_id": edge.key.split("_")[2],
        "ingested_by": "tests",
        "schema": line["schema"],
        "fingerprint": fingerprint(sent, datetime.fromisoformat(str(sent["event_time"]))).hex(),
        "event": sent,
    }
    assert line["schema"].startswith("install/1-0-")


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(days=31), 202),
        (timedelta(days=31, seconds=1), 422),
        (-timedelta(hours=24), 202),
        (-timedelta(hours=24, seconds=1), 422),
    ],
)
def test_the_bounds_of_effective_time(edge: Edge, age: timedelta, status: int) -> None:
    async def scenario() -> None:
        body = encoded(event(event_time=(NOW - age).isoformat()))
        assert (await edge.post(body))[0] == status

    play(scenario)


def test_a_clock_years_off_is_corrected_by_sent_at(edge: Edge) -> None:
    async def scenario() -> None:
        body = encoded(event(event_time="2031-01-01T00:00:00Z"))
        assert (await edge.post(body, sent_at="2031-01-01T00:01:00Z"))[0] == 202

    play(scenario)
    assert edge.spool.lines()[0]["effective_time"] == "2026-11-21T04:59:00.123456Z"


def test_a_defect_of_ours_is_503_and_never_500(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(edge.spool, "append", broken)

    async def scenario() -> None:
        status, problem = await edge.post(encoded(event()))
        assert (status, problem["type"]) == (503, "urn:game-events:problem:unavailable")

    play(scenario)


def test_a_deprecated_version_is_taken_with_a_warning_and_a_retired_one_refused_and_kept(edge: Edge) -> None:
    deprecated, sunset = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)

    async def scenario() -> None:
        assert (await edge.post(encoded(event(schema_version="1-0-1"))))[0] == 202
        assert edge.answered_headers[b"deprecation"] == b"@%d" % deprecated.timestamp()
        assert edge.answered_headers[b"sunset"] == b"Fri, 31 Dec 2027 00:00:00 GMT"
        assert (await edge.post(encoded(event())))[0] == 202
        assert b"deprecation" not in edge.answered_headers

        edge.time[0] = sunset
        late = event(schema_version="1-0-1", event_time="2027-12-30T23:59:00Z")
        status, problem = await edge.post(encoded(late))
        assert (status, problem["type"]) == (410, "urn:game-events:problem:retired-schema-version")
        assert "upgrade to install/1-0-2" in problem["detail"]
        newer = event(schema_version="1-0-2", event_time="2027-12-30T23:59:00Z")
        status, receipt = await edge.post(encoded({"events": [late, newer]}), "/v1/events/batch")
        assert status == 202
        assert [result["status"] for result in receipt["results"]] == ["rejected", "accepted"]

    play(scenario)
    (reason, again) = [line["reasons"][0]["rule"] for line in edge.spool.lines("rejected")]
    assert reason == again == "retired-schema-version"


def test_a_superseded_version_is_judged_by_its_successor(edge: Edge) -> None:
    """install/1-0-1 allowed too short a click_id; its shipped builds are rescued by 1-0-2."""
    longer_than_the_faulty_version_allows = "c" * 64

    async def scenario() -> None:
        rescued = event(schema_version="1-0-1", click_id=longer_than_the_faulty_version_allows)
        assert (await edge.post(encoded(rescued)))[0] == 202

    play(scenario)
    assert edge.spool.lines()[0]["schema"] == "install/1-0-2"


@pytest.mark.parametrize(
    ("sent_at", "kept"),
    [
        ("2026-11-21T10:00:00.5+05:00", "2026-11-21T05:00:00.500000Z"),
        ("1000-01-01T00:00:00+14:00", "0999-12-31T10:00:00.000000Z"),
        ("2999-12-31T23:59:59-12:00", "3000-01-01T11:59:59.000000Z"),
    ],
)
def test_a_refusal_keeps_when_it_was_sent_in_utc(edge: Edge, sent_at: str, kept: str) -> None:
    async def scenario() -> None:
        assert (await edge.post(encoded(event(install_source=7)), sent_at=sent_at))[0] == 422

    play(scenario)
    assert edge.spool.lines("rejected")[0]["sent_at"] == kept


@pytest.mark.parametrize("path", ["/v1/events/install", "/v1/events/batch", "/v1/validate"])
@pytest.mark.parametrize("body", [b"[]", b"1", b"{", b'{"a":1,"a":2}', b'{"events":[]}', b'{"events":[1]}', b"null"])
def test_whatever_a_body_is_it_takes_of_the_keys_rate(tmp_path: Path, path: str, body: bytes) -> None:
    edge = make_edge(tmp_path, events_per_second=3)

    async def scenario() -> None:
        statuses = [(await edge.post(body, path))[0] for _ in range(5)]
        assert statuses[3:] == [429, 429], statuses
        assert 429 not in statuses[:3]

    play(scenario)


def test_no_line_of_the_log_says_what_an_event_said(edge: Edge, caplog: pytest.LogCaptureFixture) -> None:
    wrong: tuple[dict[str, object], ...] = (
        {},
        {"country_code": "Lovelace"},
        {"app_version": 1},
        {"event_type": "lovelace"},
        {"event_time": "2020-01-01T00:00:00Z"},
    )

    async def scenario() -> None:
        for changes in wrong:
            await edge.post(encoded(event(user_id="a.lovelace", **changes)))
        await edge.post(b'{"user_id": "a.lovelace", ')
        edge.spool.automatic = False
        failing = asyncio.create_task(edge.post(encoded(event(user_id="a.lovelace"))))
        await turn()
        edge.spool.fail()
        await failing

    with caplog.at_level(logging.DEBUG, logger="game_events_api"):
        play(scenario)
    lines = [JsonLine().format(record) for record in caplog.records]
    assert len(lines) == len(wrong) + 1
    assert "lovelace" not in str(lines).casefold()

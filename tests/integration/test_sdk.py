"""The SDK against the real server, down to the line in the lake."""

import gzip
import json
import threading
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events import GameAnalyticsClient, InstallEvent, PurchaseEvent, RefundEvent, errors
from game_events.clock import Clock
from game_events.identity import utc_now, uuid7_str
from game_events_models.purchase import v1_0_0
from pydantic import BaseModel

COMMON: dict[str, Any] = {
    "user_id": "player-1",
    "session_id": "session-1",
    "game_id": "puzzle-quest",
    "platform": "android",
    "app_version": "1.4.2",
    "environment": "production",
}
INSTALL = {**COMMON, "install_source": "organic"}
PURCHASE = {
    **COMMON,
    "product_id": "coins_1000",
    "product_type": "consumable",
    "quantity": 1,
    "price": "1200",
    "currency": "JPY",
    "store": "google_play",
    "transaction_id": "GPA.3345-1234",
}
REFUND = {
    **COMMON,
    "store": "google_play",
    "original_transaction_id": "GPA.3345-1234",
    "refund_id": "R-1",
    "refund_type": "refund",
    "amount": "1200",
    "currency": "JPY",
}
EVERY_EVENT = pytest.mark.parametrize(
    ("model", "fields"), [(InstallEvent, INSTALL), (PurchaseEvent, PURCHASE), (RefundEvent, REFUND)]
)


def client_of(server: RunningServer, **settings: Any) -> GameAnalyticsClient:
    return GameAnalyticsClient(server.url, server.key, **settings)


def stored(server: RunningServer) -> dict[str, dict[str, Any]]:
    """What the lake holds, by event_id."""
    lines: dict[str, dict[str, Any]] = {}
    for path in Path(server.data_dir, "lake", "events").rglob("*.gz"):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            record = json.loads(line)
            lines[record["event"]["event_id"]] = record
    return lines


@EVERY_EVENT
def test_an_event_object_is_accepted_once_and_then_a_duplicate(
    server: RunningServer, model: type[BaseModel], fields: dict[str, Any]
) -> None:
    event = model(**fields)
    with client_of(server) as client:
        receipts = [client.send_event(event) for _ in range(3)]

    assert [receipt.status for receipt in receipts] == ["accepted", "duplicate", "duplicate"]
    assert {receipt.event_id for receipt in receipts} == {event.event_id}  # type: ignore[attr-defined]


@EVERY_EVENT
def test_an_event_by_keywords_is_accepted(
    server: RunningServer, model: type[BaseModel], fields: dict[str, Any]
) -> None:
    with client_of(server) as client:
        send = getattr(client, f"send_{model.model_fields['event_type'].default}_event")
        assert send(**fields).status == "accepted"


def test_a_pinned_version_is_stored_as_it_was_sent(server: RunningServer) -> None:
    pinned = v1_0_0.PurchaseEvent(event_id=uuid7_str(), event_time=utc_now(), **PURCHASE)
    with client_of(server) as client:
        assert client.send_event(pinned).status == "accepted"

    server.wait_until_delivered()
    line = stored(server)[pinned.event_id]
    assert line["schema"] == "purchase/1-0-0"
    assert line["event"] == pinned.model_dump(mode="json")


def test_the_lake_holds_exactly_what_was_sent(server: RunningServer) -> None:
    offset = utc_now().astimezone(timezone(timedelta(hours=9))).isoformat()
    events: list[BaseModel | dict[str, Any]] = [
        InstallEvent(**INSTALL, properties={"name": "値 🎮", "level": 3, "ratio": 0.1, "paid": True}),
        PurchaseEvent(**PURCHASE),
        RefundEvent(**REFUND).model_dump(mode="json") | {"event_time": offset},
    ]
    expected = [event.model_dump(mode="json") if isinstance(event, BaseModel) else event for event in events]
    with client_of(server) as client:
        assert client.send_events_batch(events).accepted == 3

    server.wait_until_delivered()
    lake = stored(server)
    assert [lake[event["event_id"]]["event"] for event in expected] == expected


def test_a_refused_event_says_which_field_and_why(server: RunningServer) -> None:
    event = InstallEvent(**INSTALL).model_dump(mode="json") | {"platform": "symbian"}
    del event["user_id"]
    with client_of(server) as client, pytest.raises(errors.EventRejectedError) as caught:
        client.send_event(event)

    assert caught.value.status == 422
    assert {(error.pointer, error.rule) for error in caught.value.errors} >= {("/platform", "enum")}
    assert "user_id" in str(caught.value)
    assert caught.value.correlation_id


def test_an_unknown_event_type_is_a_refusal(server: RunningServer) -> None:
    with client_of(server) as client, pytest.raises(errors.UnexpectedAnswerError) as caught:
        client.send_event({"event_type": "teleport"})
    assert caught.value.status == 404


def test_a_bad_event_of_a_batch_holds_no_other_up(server: RunningServer) -> None:
    good, late = InstallEvent(**INSTALL), InstallEvent(**INSTALL).model_dump(mode="json")
    late["event_time"] = "2019-01-01T00:00:00Z"
    with client_of(server) as client:
        receipt = client.send_events_batch([late, good, good, {"event_type": "install"}])

    assert [result.status for result in receipt.results] == ["rejected", "accepted", "duplicate", "rejected"]
    assert (receipt.accepted, receipt.duplicate, receipt.rejected) == (1, 1, 2)
    assert receipt.results[0].errors[0].rule == "event-too-old"


def test_a_batch_of_500_arrives_compressed(server: RunningServer) -> None:
    with client_of(server) as client:
        assert client.send_events_batch([PurchaseEvent(**PURCHASE) for _ in range(500)]).accepted == 500


def test_a_wrong_key_is_told_apart(server: RunningServer) -> None:
    with GameAnalyticsClient(server.url, "ge_live_nobody") as client, pytest.raises(errors.AuthenticationError):
        client.send_install_event(**INSTALL)


def test_a_key_of_another_game_is_told_apart(start_server: ServerFactory) -> None:
    other = start_server(games=("sky-racer",))
    with client_of(other) as client, pytest.raises(errors.PermissionDeniedError):
        client.send_install_event(**INSTALL)


def test_a_restart_in_the_middle_costs_no_event(start_server: ServerFactory) -> None:
    server = start_server()
    accepted: list[str] = []
    waits: list[float] = []
    failures: list[BaseException] = []
    enough = threading.Event()

    class Impatient(Clock):
        def sleep(self, seconds: float) -> None:
            waits.append(seconds)
            enough.wait(min(seconds, 0.05))

    def send() -> None:
        try:
            with client_of(server, timeout=120, clock=Impatient()) as client:
                while not enough.is_set():
                    accepted.append(client.send_install_event(**INSTALL).event_id)
        except BaseException as error:
            failures.append(error)

    def answered(count: int) -> None:
        wait_until(lambda: len(accepted) >= count or bool(failures), explain=lambda: f"{len(accepted)} answered")

    sender = threading.Thread(target=send)
    sender.start()
    try:
        answered(50)
        server.kill()
        before = len(accepted)
        wait_until(lambda: len(waits) > 0 or bool(failures))  # the sender has met the dead server
        server.start()
        answered(before + 50)
    finally:
        enough.set()
        sender.join(60)

    assert not failures
    assert len(set(accepted)) == len(accepted)
    server.wait_until_delivered()
    assert set(accepted) == set(stored(server))

"""A client that makes events by versions that are not the default."""

import re
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from game_events import InstallEvent, InvalidEventError, VersionDeprecated, blanks
from unit.sdk.fake_server import INSTALL, KINDS, FakeServer, Kind

PINS = {"install": "2-0-0", "purchase": "1-0-0"}
PURCHASE: dict[str, Any] = {
    **{name: value for name, value in INSTALL.items() if name != "install_source"},
    "product_id": "coins_1000",
    "product_type": "consumable",
    "quantity": 1,
    "price": 4.5,
    "currency": "USD",
    "store": "google_play",
    "transaction_id": "GPA.3345-1234",
}
pytestmark = pytest.mark.parametrize("kind", KINDS)


def made(kind: Kind, server: FakeServer, **settings: Any) -> Any:
    """As a client is made with these settings."""
    return server.client(**settings) if kind == "blocking" else server.async_client(**settings)


def versions(server: FakeServer) -> list[tuple[str, str]]:
    return [(event["event_type"], event["schema_version"]) for event in server.events]


def test_methods_and_mappings_go_by_the_pin_and_objects_by_their_class(kind: Kind) -> None:
    server = FakeServer()
    server.call(kind, lambda client: client.send_install_event(**INSTALL), schemas=PINS)
    server.call(kind, lambda client: client.send_purchase_event(**PURCHASE), schemas=PINS)
    unsaid = {"event_id": "019ab1c2-7f00-7abc-8def-0123456789ab", "event_time": "2026-11-21T12:00:00Z"}
    event = {"event_type": "install", **unsaid, **INSTALL}
    server.call(kind, lambda client: client.send_event(event), schemas=PINS)
    server.call(kind, lambda client: client.send_event(InstallEvent(**INSTALL)), schemas=PINS)
    newest = ("install", InstallEvent.model_fields["schema_version"].default)
    assert versions(server) == [("install", "2-0-0"), ("purchase", "1-0-0"), ("install", "2-0-0"), newest]
    assert server.events[1]["price"] == "4.5"


def test_what_is_not_pinned_is_made_by_the_default_and_players_go_by_the_pin(kind: Kind) -> None:
    client = made(kind, FakeServer(), schemas={"purchase": "1-0-0"})
    enqueued: list[Any] = []
    client.enqueue = enqueued.append
    shared = {name: INSTALL[name] for name in ("game_id", "platform", "app_version", "environment")}
    player = client.player("player-1", session="session-1", **shared)
    player.purchase(**{name: value for name, value in PURCHASE.items() if name not in INSTALL})
    player.install(install_source="organic")
    newest = InstallEvent.model_fields["schema_version"].default
    assert [event["schema_version"] for event in enqueued] == ["1-0-0", newest]


def test_a_field_that_the_pinned_version_has_not_is_named(kind: Kind) -> None:
    server = FakeServer()
    with pytest.raises(InvalidEventError, match="/discount_amount: there is no such field"):
        server.call(kind, lambda client: client.send_purchase_event(**PURCHASE, discount_amount="1"), schemas=PINS)


@pytest.mark.parametrize(
    ("schemas", "kind_of_error", "said"),
    [
        ({"purchse": "1-0-0"}, ValueError, "there is no event 'purchse'; did you mean 'purchase'?"),
        ({"purchase": "1-0-00"}, ValueError, "purchase has no version '1-0-00'; did you mean '1-0-0'?"),
        ({"purchase": "v1_0_0"}, ValueError, "there are 1-0-0, 1-1-0"),
        ({"purchase": None}, ValueError, "purchase has no version None"),
        ("1-0-0", TypeError, "as {'purchase': '1-0-0'}, not '1-0-0'"),
        (["purchase"], TypeError, "not ['purchase']"),
    ],
)
def test_what_cannot_be_pinned_is_told_when_the_client_is_made(
    kind: Kind, schemas: Any, kind_of_error: type[Exception], said: str
) -> None:
    with pytest.raises(kind_of_error, match=re.escape(said)):
        made(kind, FakeServer(), schemas=schemas)


def test_a_deprecated_version_warns_once_with_its_dates_and_a_retired_one_is_an_error(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blanks, "_warned", set())
    server, pins = FakeServer(), {"install": "1-0-1"}
    with pytest.warns(
        VersionDeprecated, match="install/1-0-1 is deprecated since 2026-11-01, and refused from 2027-12-31"
    ):
        made(kind, server, schemas=pins)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made(kind, server, schemas=pins)
    server.clock.started = datetime(2027, 12, 31, tzinfo=UTC)
    with pytest.raises(ValueError, match="install/1-0-1 is retired since 2027-12-31: click_id is too short"):
        made(kind, server, schemas=pins)

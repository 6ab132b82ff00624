"""Events from keywords: what a client shares with them, money, and words for what is wrong."""

import inspect
import pickle
import uuid
from decimal import Decimal
from typing import Any, get_type_hints

import game_events
import pytest
from game_events import GameAnalyticsClient, InstallEvent, InvalidEventError, PurchaseEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from unit.sdk.fake_server import INSTALL, KEY, KINDS, URL, FakeServer, Kind

EVENT_ID = "019ab1c2-7f00-7abc-8def-0123456789ab"
OWN = {"user_id": "player-1", "session_id": "session-1", "install_source": "organic"}
SHARED = {name: value for name, value in INSTALL.items() if name not in OWN}
PURCHASE: dict[str, Any] = {
    **{name: value for name, value in INSTALL.items() if name != "install_source"},
    "product_id": "coins_1000",
    "product_type": "consumable",
    "quantity": 1,
    "price": "4.99",
    "currency": "USD",
    "store": "google_play",
    "transaction_id": "GPA.3345-1234",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_client_was_told_once_is_in_each_event_that_does_not_say_otherwise(kind: Kind) -> None:
    server = FakeServer()
    server.call(kind, lambda client: client.send_install_event(**OWN), **SHARED)
    server.call(kind, lambda client: client.send_install_event(**OWN, platform="ios"), **SHARED)
    assert [{name: sent[name] for name in SHARED} for sent in server.bodies] == [SHARED, SHARED | {"platform": "ios"}]


@pytest.mark.parametrize("kind", KINDS)
def test_the_environment_tells_what_the_arguments_do_not(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SHARED.items():
        monkeypatch.setenv(f"GAME_EVENTS_{name.upper()}", value)
    server = FakeServer()
    server.call(kind, lambda client: client.send_install_event(**OWN), game_id="sky-racer")
    assert {name: server.bodies[0][name] for name in SHARED} == SHARED | {"game_id": "sky-racer"}


def test_address_and_key_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_URL", URL)
    monkeypatch.setenv("GAME_EVENTS_API_KEY", KEY)
    with GameAnalyticsClient() as client:
        assert URL in repr(client)


def test_an_argument_that_there_is_not_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(TypeError, match=r"no argument 'gameid'; did you mean 'game_id'\?"):
        GameAnalyticsClient(URL, KEY, gameid="puzzle-quest")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("4.99", "4.99"),
        (4.99, "4.99"),
        (5, "5"),
        (0.1 + 0.2, None),  # 0.30000000000000004 is no amount
        (1e3, "1000"),
        (1e22, None),
        (float("nan"), None),
        (float("inf"), None),
        (-1, None),
        (True, None),
        (Decimal("4.99"), "4.99"),
        (Decimal("4.990"), "4.99"),
        (Decimal("1E+2"), "100"),
        (Decimal("NaN"), None),
        (4.999, None),  # the dollar has two decimals
    ],
)
def test_money_is_taken_as_code_has_it_and_sent_as_exact_text(given: Any, sent: str | None) -> None:
    if sent is None:
        with pytest.raises(InvalidEventError, match="/price"):
            PurchaseEvent(**PURCHASE | {"price": given})
    else:
        assert PurchaseEvent(**PURCHASE | {"price": given}).price == sent


@pytest.mark.parametrize("kind", KINDS)
def test_every_decimal_of_the_schemas_is_taken_as_a_number(kind: Kind) -> None:
    fields = {name: value for name, value in INSTALL.items() if name != "install_source"}
    shown = {"ad_network": "applovin", "ad_format": "rewarded", "revenue": Decimal("0.000123"), "currency": "USD"}
    server = FakeServer()
    server.call(kind, lambda client: client.send_ad_revenue_event(**fields, **shown))
    assert server.bodies[0]["revenue"] == "0.000123"


@given(st.decimals("0", "999999999", places=2, allow_nan=False))
def test_no_amount_changes_its_value(amount: Decimal) -> None:
    assert Decimal(PurchaseEvent(**PURCHASE | {"price": amount}).price) == amount
    assert Decimal(PurchaseEvent(**PURCHASE | {"price": float(amount)}).price) == amount


@pytest.mark.parametrize("price", ["1200.5", 1200.5, Decimal("1200.5")])
def test_an_amount_that_its_currency_cannot_have_is_refused_in_words(price: Any) -> None:
    with pytest.raises(InvalidEventError, match='/price: This currency has no decimals: write "1200"'):
        PurchaseEvent(**PURCHASE | {"price": price, "currency": "JPY"})
    assert PurchaseEvent(**PURCHASE | {"price": 1200.0, "currency": "JPY"}).price == "1200"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"currency": "YEN"}, r"/currency: 'YEN' is none of the 165 that there are"),
        ({"platform": "iOS"}, r"/platform: 'iOS' is not one of .*did you mean 'ios'\?"),
        ({"amount": "4.99"}, r"/amount: there is no such field; did you mean 'price'\?"),
        ({"country": "DE"}, r"/country: there is no such field; did you mean 'country_code'\?"),
        ({"transaktion_id": "x"}, r"/transaktion_id: .*did you mean 'transaction_id'\?"),
        ({"zzz": 1}, r"/zzz: there is no such field"),
        ({"user_id": None}, r"/user_id: is missing"),
        ({"game_id": None}, r"/game_id: is missing; a client can be told it once, as game_id=…"),
        ({"price": "4,99"}, r"/price: Write money as a string: .*; it is '4,99'"),
        ({"user_id": "a@b.example c"}, r"/user_id: Write 1 to 128 visible ASCII"),
        ({"product_id": ""}, r"/product_id: .*; it is ''"),
        ({"quantity": "1"}, r"/quantity: .*'1'"),
        ({"device": {"os": 5}}, r"/device/os: .*5"),
        ({"properties": {"a" * 65: 1}}, r"/properties"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_was_meant(change: dict[str, Any], says: str) -> None:
    fields = {**PURCHASE, **change}
    with pytest.raises(InvalidEventError, match=says) as of_class:
        PurchaseEvent(**fields)
    assert len(of_class.value.errors) == 1
    server = FakeServer()
    if all(fields.get(name) is not None for name in PURCHASE):
        with server.client() as client, pytest.raises(InvalidEventError, match=says):
            client.send_purchase_event(**fields)
    assert server.requests == []


def test_the_first_documents_call_is_told_how_it_is_written_now() -> None:
    with FakeServer().client() as client:
        with pytest.raises(InvalidEventError, match=r"by name: send_install_event\(.*user_id=…"):
            client.send_install_event("user123", {"os": "iOS"}, **OWN)  # type: ignore[arg-type]
        with pytest.raises(InvalidEventError, match="sent by send_event"):
            client.send_install_event(InstallEvent(**INSTALL), **OWN)  # type: ignore[arg-type]


def test_none_leaves_a_field_out_and_a_uuid_is_an_id() -> None:
    event_id = uuid.uuid4()
    event = InstallEvent(**INSTALL, event_id=event_id, media_source=None, campaign="spring")
    sent = event.model_dump(mode="json")
    assert (sent["event_id"], sent["campaign"], "media_source" in sent) == (str(event_id), "spring", False)


def test_pydantics_own_ways_in_raise_pydantics_error() -> None:
    with pytest.raises(ValidationError, match="platform"):
        InstallEvent.model_validate(INSTALL | {"platform": "symbian"})


def test_what_is_imported_late_is_there_for_who_asks() -> None:
    assert {"InstallEvent", "GameAnalyticsClient", "__version__"} <= {*dir(game_events)}
    assert pickle.loads(pickle.dumps(InstallEvent(**INSTALL, event_id=EVENT_ID))).event_id == EVENT_ID  # noqa: S301
    hints = get_type_hints(GameAnalyticsClient.send_install_event)
    assert hints["return"] is game_events.EventReceipt
    with pytest.raises(AttributeError, match="no attribute 'InstalEvent'"):
        game_events.InstalEvent  # type: ignore[attr-defined] # noqa: B018


def test_help_says_what_each_field_is() -> None:
    said = inspect.getdoc(GameAnalyticsClient.send_purchase_event) or ""  # newer Pythons take the indent away
    missing = [name for name in PurchaseEvent.model_fields if f"\n{name}: " not in said]
    assert missing == ["event_type", "schema_version"]

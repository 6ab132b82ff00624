"""`python -m game_events`: what it sends, says and ends with."""

from importlib.metadata import version
from typing import Any

import game_events
import pytest
from game_events import __main__
from game_events.testing import Captured, FakeServer, connection_refused, problem

INSTALL = ("install", "user_id=player-1", "session_id=s-1", "install_source=organic")
PURCHASE = (
    *("purchase", "user_id=player-1", "session_id=s-1", "product_id=coins", "product_type=consumable", "quantity=1"),
    *("price=4.99", "currency=EUR", "store=steam", "transaction_id=a=b", 'properties={"level": 3}'),
)


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GAME_ID": "g", "PLATFORM": "ios", "APP_VERSION": "1", "ENVIRONMENT": "sandbox"}.items():
        monkeypatch.setenv(f"GAME_EVENTS_{name}", value)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = __main__.main(arguments)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.parametrize("arguments", [INSTALL, PURCHASE])
def test_an_event_is_sent_and_its_receipt_printed(
    capture_events: Captured, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *arguments)

    (event,) = capture_events.of(arguments[0])
    assert (code, out, err) == (0, f"{event['event_id']} accepted\n", "")
    assert (event["user_id"], event["platform"]) == ("player-1", "ios")
    assert event.get("transaction_id", "a=b") == "a=b"
    assert event.get("properties", {"level": 3}) == {"level": 3}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Event types: ad_revenue, install"),
        (("instal",), "did you mean 'install'?"),
        (("install", "user_id"), "field=value"),
        (("install", "=x"), "field=value"),
        (("install", "user_id=a", "user_id=b"), "given twice"),
        ((*INSTALL, 'properties={"level"'), "/properties: "),
        ((*PURCHASE[:5], "quantity=many", *PURCHASE[6:]), "/quantity: "),
        (INSTALL[:-1], "/install_source: is missing"),
        ((*INSTALL, "platform=iOS"), "did you mean 'ios'?"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_sent(
    capture_events: Captured, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert capture_events.events == []


def test_an_environment_that_says_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GAME_EVENTS_URL", raising=False)
    assert run(capsys, *INSTALL) == (2, "", "game_events: base_url is missing: pass it, or set GAME_EVENTS_URL\n")


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (problem(403), 1, "403"),
        (connection_refused, 3, "run it again with event_id="),
        (503, 3, "run it again with event_id="),
    ],
)
def test_the_exit_code_says_whether_to_try_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: Any, code: int, said: str
) -> None:
    monkeypatch.setattr(__main__, "GameAnalyticsClient", lambda: FakeServer([answer]).client(max_attempts=1))

    ended, out, err = run(capsys, *INSTALL)

    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--help")[0] == 0
    assert run(capsys, "--version") == (0, f"{version('game-events-sdk')}\n", "")
    assert game_events.__version__ == version("game-events-sdk")

"""When a version can be retired: said only where its days tell it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from contract.stack import running_stack
from game_events_api.ledger_key import LedgerKey
from game_events_console.forecast import forecast, per_day
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.console.test_pages import browser, sign_in

MONDAY = date(2026, 11, 16)


def days(*events: int) -> dict[date, int]:
    return {MONDAY + timedelta(days=place): number for place, number in enumerate(events)}


@pytest.mark.parametrize(
    ("events", "others", "said", "at"),
    [
        pytest.param((60, 50, 40, 30), (99,) * 4, "nobody sends it from 22 November", date(2026, 11, 22), id="falls"),
        pytest.param((30, 0, 0, 0), (99,) * 4, "nobody sends it from 21 November", date(2026, 11, 21), id="fell to 0"),
        pytest.param((40, 40, 40, 40), (99,) * 4, "not sent less", None, id="even"),
        pytest.param((10, 20, 30, 40), (99,) * 4, "not sent less", None, id="rises"),
        pytest.param((90_000, 89_999, 89_998, 89_997), (99_999,) * 4, "more than a year", None, id="hardly falls"),
        pytest.param((0, 0, 0, 0), (9, 9, 9, 9), "can be retired", date(2026, 11, 19), id="nobody, and others came"),
        pytest.param((0, 0, 0, 0), (0, 0, 0, 0), "Not enough days", None, id="nothing came at all"),
        pytest.param((9, 6, 3), (9, 9, 9), "Not enough days", None, id="three days"),
        pytest.param((9, 0, 0, 3), (9, 0, 0, 9), "came on 2 of the last 4", None, id="the server was off"),
        pytest.param((), (), "Not enough days", None, id="no day"),
    ],
)
def test_a_forecast_is_a_line_through_enough_days(
    events: tuple[int, ...], others: tuple[int, ...], said: str, at: date | None
) -> None:
    made = forecast(days(*events), days(*others))
    assert said in made.said
    assert made.at == at


def test_a_day_is_what_was_counted_since_its_beginning_less_what_came_later() -> None:
    assert per_day(days(100, 70, 30, 10)) == days(30, 40, 20)
    assert per_day(days(5)) == {}


def test_the_catalog_forecasts_when_a_deprecated_version_ends(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()

    def send(spool: SpoolMaker, ago: int, events: int) -> None:
        key = LedgerKey("puzzle-quest", "install", "1-0-1", f"{today - timedelta(days=ago)}T12")
        spool.append_counted("events", [line(number) for number in range(events)], [key] * events)

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            spool = SpoolMaker(tmp_path)
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                send(spool, 3, 6)
                early = (await client.get("/console/catalog/install")).text
                assert "the event came on 1 of the last 7" in early
                assert "1-0-1" in early.partition("Not enough days")[0][-100:]

    asyncio.run(look())
    for ago, events in ((4, 8), (2, 4), (1, 2), (0, 90)):
        send(SpoolMaker(tmp_path), ago, events)

    async def look_later() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                assert (
                    f"nobody sends it from {today + timedelta(days=1):%-d %B %Y} on"
                    in (await client.get("/console/catalog/install")).text
                )
                assert "nobody sends it" not in (await client.get("/console/catalog/purchase")).text

    asyncio.run(look_later())

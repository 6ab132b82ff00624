"""What became of published revenue since a build, in words and in rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from game_events_console.rendering import moment, money, number

MONEY = ("gross", "refunded", "net")
CAME = ("event", "late event")


@dataclass(frozen=True)
class Row:
    day: str
    booked_on: str
    """Of a closed day, the open day on which the change is booked; else empty."""
    game: str
    why: str
    purchases: str
    gross: str
    refunds: str
    before: str
    now: str


@dataclass(frozen=True)
class Restated:
    """`since` is the build that is compared with, empty where there is none; `said` are sentences."""

    since: str
    said: Sequence[str]
    rows: Sequence[Row]
    builds: Sequence[tuple[str, str]]
    """To choose from: the moment, and how it is called."""


def restated(found: Mapping[str, Any]) -> Restated:
    changes, unit = found["changes"], found["base_currency"] or ""
    since = found["since"] or ""
    if not since:
        said = [f"There is no earlier build in {unit} to compare with." if unit else "Nothing was built yet."]
    elif not changes:
        said = [f"Nothing: every figure is what it was at the build of {moment(since)}."]
    else:
        said = list(_sentences(changes))
    rows = [_row(one) for one in changes]
    return Restated(since, said, rows, [(one, moment(one)) for one in found["builds"]])


def _sentences(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    why: Counter[str] = Counter()
    on: Counter[str] = Counter()
    for one in changes:
        why.update(one["reasons"])
        on.update(one["reasons"].keys())
    if came := sum(why[name] for name in CAME):
        of_them = "" if why["late event"] == came else f"{number(why['late event'])} of them "
        late = f", {of_them}for days that were over" if why["late event"] else ""
        yield f"{_counted(came, 'purchase')} came in{late}."
    if why["refund"]:
        yield f"{_counted(why['refund'], 'refund')} took back from what {_counted(on['refund'], 'day')} had come to."
    if why["repaired"]:
        yield f"{_counted(why['repaired'], 'purchase')} came from lines that could not be read before."
    if why["rate"]:
        yield f"Rates were restated on {_counted(on['rate'], 'day')}."
    else:
        yield "No rate was restated."
    if why["models"]:
        yield f"Models are others than before, on {_counted(on['models'], 'day')}."


def _counted(many: int, what: str) -> str:
    return f"{number(many)} {what}{'' if many == 1 else 's'}"


def _row(one: Mapping[str, Any]) -> Row:
    before, after = one["before"], one["after"]
    differ = {name: round(Decimal(after[name]) - Decimal(before[name]), 2) for name in MONEY}
    why = ", ".join(f"{name} ({number(count)})" for name, count in sorted(one["reasons"].items()))
    return Row(
        one["day"],
        one["booked_on"] or "",
        one["game_id"],
        why,
        _signed(after["purchases"] - before["purchases"], number),
        _signed(differ["gross"], money),
        _signed(-differ["refunded"], money),
        money(before["net"]),
        money(after["net"]),
    )


def _signed(value: Any, shown: Any) -> str:
    return "–" if value == 0 else f"+{shown(value)}" if value > 0 else str(shown(value))

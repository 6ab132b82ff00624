"""What a sender of batches does for each fault, as JSON for clients in other languages; played by our own core."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from game_events.answers import Answer
from game_events.encoding import Encoded
from game_events.errors import GameEventsError
from game_events.retry import Circuit, RetryPolicy
from game_events.sending import Rules, Sending, Wait
from game_events.testing import body, problem

FILE = Path(__file__).parents[3] / "docs" / "conformance.json"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
ABOUT = (
    "One case each: `count` events, numbered from 1, with the ids e-1, e-2 … and `padding` characters more than others."
    " `exchanges` are the requests that are to be made, by the numbers of their first and last event, what each is"
    " answered, and between which seconds the wait after it lies. An answer of null is none. A 202 is a receipt with"
    " `statuses`, those that are missing are not in it, without them all are accepted; one that is `foreign` has other"
    " ids. In the end there are `results`, in the order of the events, each status with how many in a row have it, and"
    " what is `left` with the caller. Each request"
    " has 15 seconds with all its attempts; requests take no time here."
)


class Case(NamedTuple):
    name: str
    answers: Sequence[Any]
    """None, or what an answer has beside its request."""
    events: int = 2
    padding: int = 0


def _status(status: int, **headers: str) -> dict[str, Any]:
    return {"status": status} | ({"headers": headers} if headers else {})


OK = _status(202)
CASES = [
    Case("a receipt says all of it", [OK]),
    Case("no answer: the same bytes again", [None, {**OK, "statuses": ["duplicate", "duplicate"]}]),
    Case("waits are drawn from zero to a bound that doubles", [_status(503), _status(503), None, _status(500), OK]),
    Case("Retry-After is a minimum, with jitter on top", [_status(429, **{"retry-after": "7"}), OK]),
    Case("Retry-After beyond the time left ends it", [_status(503, **{"retry-after": "60"})]),
    *(Case(f"{status} passes", [_status(status), OK]) for status in (408, 425, 429, 500, 502, 504)),
    *(Case(f"{status} does not pass", [_status(status)]) for status in (400, 401, 403, 404, 410, 415, 422, 501, 511)),
    Case("a redirect is no answer to an event", [_status(307)]),
    Case("a rejected event is not sent again", [{**OK, "statuses": ["rejected", "accepted"]}]),
    Case("a receipt of other events' is none", [{**OK, "foreign": True}, OK]),
    Case("a receipt that misses an event is none", [{**OK, "statuses": ["accepted"]}, OK]),
    Case("too large: halves", [_status(413), OK, _status(413), OK, OK], 5),
    Case("too large and alone: rejected", [_status(413)], 1),
    Case("at most 500 events in a request", [OK, OK], 501),
    Case("at most 1 MB in a request", [OK, OK], 3, 400_000),
    Case("a part that fails leaves the others after it too", [OK, _status(401)], 501),
]


def vectors() -> dict[str, Any]:
    return {"about": ABOUT, "cases": [_played(case) for case in CASES]}


def written() -> str:
    """As the file has it."""
    cases = ",\n".join(f"    {json.dumps(case, ensure_ascii=False)}" for case in vectors()["cases"])
    return f'{{\n  "about": {json.dumps(ABOUT, ensure_ascii=False)},\n  "cases": [\n{cases}\n  ]\n}}\n'


def _played(case: Case) -> dict[str, Any]:
    low, _ = _run(case, 0.0)
    high, outcome = _run(case, 1.0)
    exchanges = []
    for least, most in zip(low, high, strict=True):
        waits = {"wait": [least.get("wait", 0.0), most["wait"]]} if "wait" in most else {}
        exchanges.append({**most, **waits})
    return {
        "name": case.name,
        "count": case.events,
        "padding": case.padding,
        "exchanges": exchanges,
        **outcome,
    }


def _run(case: Case, share: float) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Exchanges and outcome, where each draw is this share of the way from its lower to its upper bound."""
    rules = Rules(RetryPolicy(), Circuit(), 15.0, "test", lambda least, most: least + share * (most - least))
    ids = [f"e-{number}" for number in range(1, case.events + 1)]
    sending = Sending([_event(event_id, case.padding) for event_id in ids], rules)
    answers, now, exchanges = iter(case.answers), 0.0, list[dict[str, Any]]()
    try:
        while (step := sending.next(now)) is not None:
            if isinstance(step, Wait):
                exchanges[-1]["wait"] = round(step.seconds, 6)
                now += step.seconds
                continue
            request = httpx.Request("POST", f"http://e{step.path}", headers=dict(step.headers), content=step.body)
            part = [event["event_id"] for event in body(request)["events"]]
            answer = next(answers)
            first = ids.index(part[0]) + 1
            exchanges.append({"first": first, "last": first + len(part) - 1, "answer": answer})
            if answer is None:
                sending.unanswered(ConnectionError("none"), now)
            else:
                sending.answered(_answer(answer, part), now, NOW)
    except GameEventsError:
        pass
    assert next(answers, "over") == "over", case.name
    statuses = groupby(result.status for result in sending.batch_receipt.results)
    results = [[status, len(list(same))] for status, same in statuses]
    left = [event["event_id"] for event in sending.left if isinstance(event, dict)]
    return exchanges, {"results": results, "left": [ids.index(event_id) + 1 for event_id in left]}


def _event(event_id: str, padding: int) -> Encoded:
    event = {"event_type": "install", "event_id": event_id, "padding": "x" * padding}
    return Encoded(event, "install", event_id, json.dumps(event).encode())


def _answer(said: dict[str, Any], ids: Sequence[str]) -> Answer:
    headers = said.get("headers", {})
    if said["status"] != 202:
        response = problem(said["status"], headers)
        return Answer(response.status_code, response.headers, response.content)
    statuses = said.get("statuses", ["accepted"] * len(ids))
    named = [f"x-{event_id}" for event_id in ids] if said.get("foreign") else ids
    results = [{"event_id": one, "status": status} for one, status in zip(named, statuses, strict=False)]
    counts = {status: statuses.count(status) for status in ("accepted", "duplicate", "rejected")}
    about = {"received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-1"}
    return Answer(202, headers, json.dumps({**counts, **about, "results": results}).encode())


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")

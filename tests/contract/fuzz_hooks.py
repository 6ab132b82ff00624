"""What schemathesis has to know of time: the contract says how a time is written, the server also which are credible.

Times are made recent, wherever they are well-formed, so that what the contract calls valid really is acceptable and
a refusal of what it calls invalid is not a refusal of an old time. Well-formed identities are made new. Everything else
is left as it was generated.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as st

_WELL_FORMED = re.compile(
    r"[12]\d{3}-[01]\d-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(?P<rest>(\.\d{1,9})?(Z|(?P<offset>[+-]([01]\d|2[0-3]):[0-5]\d)))",
    re.ASCII,
)
_IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_FORMS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S+00:00")


def _written(minutes: int, form: str) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime(form)


recent_times = st.builds(_written, st.integers(0, 600), st.sampled_from(_FORMS))
schemathesis.openapi.format("date-time", recent_times)
schemathesis.openapi.format("rfc3339", recent_times)  # Sent-At


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Without a `null` of an answer that is handed on as an event's id, and called valid for it."""
    event_id = (case.path_parameters or {}).get("event_id", "")
    return not (case.meta.generation.mode.is_positive and str(event_id) in {"None", "null"})


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    body = case.body
    if isinstance(body, dict):
        events = body.get("events")
        for event in events if isinstance(events, list) else [body]:
            if isinstance(event, dict):
                _make_recent(event, "event_time")
                _make_new(event)
    if case.headers:
        _make_recent(case.headers, "Sent-At")


def _make_new(event: dict[str, Any]) -> None:
    """An identity of its own, so that events are stored and not told apart as duplicates."""
    if isinstance(event.get("event_id"), str) and _IDENTITY.fullmatch(event["event_id"]):
        event["event_id"] = str(uuid4())


def _make_recent(holder: Any, name: str) -> None:
    """Five minutes ago in the same spelling; an impossible day, which the pattern allows, stays in an event."""
    value = holder.get(name)
    match = _WELL_FORMED.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        if name == "event_time":
            return
    zone = datetime.strptime(match["offset"] or "+00:00", "%z").tzinfo
    recent = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(zone)
    holder[name] = recent.strftime("%Y-%m-%dT%H:%M:%S") + match["rest"]

"""The device's clock, corrected; and how old or early an event may be."""

from datetime import UTC, datetime, timedelta

from game_events_models.http import FieldError

MAX_AGE = timedelta(days=31)
MAX_AHEAD = timedelta(hours=24)


def parse(text: str) -> datetime | None:
    """An RFC 3339 time, or None when it is no moment that exists."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def effective(event_time: datetime, received_at: datetime, sent_at: datetime | None) -> datetime | FieldError:
    """received_at - (sent_at - event_time), in UTC: what a right clock would have said.

    Without `sent_at` the device's clock is all there is. A FieldError says that the result is more than 31 days
    old or more than 24 hours ahead.
    """
    try:
        moment = (event_time if sent_at is None else event_time + (received_at - sent_at)).astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC) if event_time.year < 5000 else datetime.max.replace(tzinfo=UTC)
    if moment < received_at - MAX_AGE:
        return FieldError(
            pointer="/event_time",
            rule="event-too-old",
            message=f"the event is older than {MAX_AGE.days} days; events are taken up to that age",
        )
    if moment > received_at + MAX_AHEAD:
        return FieldError(
            pointer="/event_time",
            rule="event-in-future",
            message="the event is more than 24 hours ahead; set the clock, or send Sent-At to have it corrected",
        )
    return moment


def text(moment: datetime) -> str:
    """`2026-11-21T04:05:06.789012Z`; the moment is in UTC."""
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"

"""The device's clock, corrected; and how old or early an event may be."""

from datetime import UTC, datetime, timedelta

from game_events_models.http import FieldError

from game_events_api import rfc3339

MAX_AGE = timedelta(days=31)
FARTHEST_AHEAD = timedelta(hours=24)
LONG_AGO, FAR_AHEAD = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class DeviceClock:
    """What the events of one request are corrected by.

    `sent_at` is None when the sender did not say; the device's clock is all there is then.
    """

    __slots__ = ("_correction", "_latest", "_oldest")

    def __init__(self, received_at: datetime, sent_at: datetime | None) -> None:
        self._correction = None if sent_at is None else received_at - sent_at
        self._oldest = received_at - MAX_AGE
        self._latest = received_at + FARTHEST_AHEAD

    def effective(self, moment: datetime | None) -> bytes | FieldError:
        """received_at - (sent_at - event_time), in UTC, as text: what a right clock would have said.

        `moment` is what event_time names. A FieldError says that this is none, or that the result is more than 31 days
        old or more than 24 hours ahead.
        """
        if moment is None:
            return FieldError(
                pointer="/event_time", rule="date-time", message="there is no such moment in the calendar"
            )
        try:
            right = moment if self._correction is None else moment + self._correction
            effective = right if right.tzinfo is UTC else right.astimezone(UTC)
        except OverflowError:
            effective = LONG_AGO if moment.year < 5000 else FAR_AHEAD
        if effective < self._oldest:
            return FieldError(
                pointer="/event_time",
                rule="event-too-old",
                message=f"the event is older than {MAX_AGE.days} days; events are taken up to that age",
            )
        if effective > self._latest:
            return FieldError(
                pointer="/event_time",
                rule="event-in-future",
                message="the event is more than 24 hours ahead; set the clock, or send Sent-At to have it corrected",
            )
        return rfc3339.text(effective)

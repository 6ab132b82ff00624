"""Functions as a studio would write them, good and bad; the tests name them as the settings do."""

from collections.abc import Iterator, Mapping
from typing import Any

from game_events_models import InstallEvent, PurchaseEvent
from game_events_models.install import v1_0_0
from pydantic import BaseModel

NO_FUNCTION = 1


def size(event: InstallEvent) -> Mapping[str, object]:
    return {"source_length": len(event.install_source), "seen_as": event.schema_version}


def old_size(event: v1_0_0.InstallEvent) -> Mapping[str, object]:
    return {"old": type(event).__module__}


def either(event: "InstallEvent | PurchaseEvent") -> Mapping[str, object]:
    return {"type": event.event_type}


def anything(event: BaseModel) -> Mapping[str, object]:
    return {"model": type(event).__module__}


async def later(event: InstallEvent) -> None: ...


class Later:
    async def __call__(self, event: InstallEvent) -> None: ...


later_too = Later()


def piecemeal(event: InstallEvent) -> Iterator[str]:
    yield event.event_id


def by_name(*, event: InstallEvent) -> None: ...


def unreadable(event: "NoSuchName") -> None: ...  # type: ignore[name-defined]  # noqa: F821


def without_event() -> None: ...


def without_annotation(event) -> None: ...  # type: ignore[no-untyped-def]


def of_text(event: str) -> None: ...


def of_two(event: InstallEvent, more: Any) -> None: ...

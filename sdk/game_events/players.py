"""What one player does, said without repeating who that is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from game_events.blanks import Blanks
from game_events.errors import Event


class PlayerView:
    """Base of the generated `Player`, which has a method per event type. All its own names begin with `_`."""

    def __init__(self, enqueue: Callable[[Event], str], blanks: Blanks, shared: Mapping[str, Any]) -> None:
        self.__take = enqueue
        self.__blanks = blanks
        self.__shared = {name: value for name, value in shared.items() if value is not None}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__shared.get('user_id')!r})"

    def _enqueue(self, event_type: str, given: Sequence[object], fields: Mapping[str, Any], by: str) -> str:
        """Of the method `by`; InvalidEventError when a field is wrong or missing."""
        return self.__take(self.__blanks.made(event_type, given, self.__shared, fields, by))

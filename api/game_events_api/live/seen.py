"""One judged event as a live list shows it: read from its stored line once, for all who look."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from game_events_api.contract.decode import sent
from game_events_api.contract.reasons import at_its_field
from game_events_api.live.masking import mask, masked_names, masked_stored

NAMES = ("received_at", "event_id", "event_type", "schema_version", "game_id", "key_id", "correlation_id")
SEES_ALL = "operate"
"""The scope of those who are shown personal data."""


@dataclass(frozen=True)
class Seen:
    """`number` counts what was seen; `line` is the stored one."""

    number: int
    stream: str
    line: bytes

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """As somebody who may see personal data is shown it; the shape is LiveEvent of the contract."""
        stored = self._stored
        event = stored.get("event") if self.stream == "events" else self._sent
        names = event if isinstance(event, dict) and self.stream == "events" else stored
        said = {name: _text(names if name in names else stored, name) for name in NAMES}
        within = event if isinstance(event, dict) else {}
        return {
            "verdict": "accepted" if self.stream == "events" else "rejected",
            **said,
            "effective_time": _text(stored, "effective_time"),
            "judged_as": _text(stored, "schema"),
            "player": _text(within, "user_id"),
            "build": _text(within, "app_version"),
            "name": None if self.stream == "events" else hashlib.sha256(self.line).hexdigest()[:12],
            "reasons": [at_its_field(one) for one in stored.get("reasons") or () if isinstance(one, dict)],
            "document": within or None,
            "text": None if within else _text(stored, "raw"),
            "masked": False,
        }

    @cached_property
    def masked_fields(self) -> Mapping[str, Any]:
        fields, shown = masked_names(self.fields), masked_stored(self._stored)
        document = shown.get("event") if self.stream == "events" else json.loads(shown.get("raw") or "null")
        player = None if fields["player"] is None else mask(fields["player"])
        # What is no JSON cannot be told apart from personal data.
        hidden = {"document": document or None, "text": None, "player": player, "masked": True}
        return fields | hidden | {"reasons": shown.get("reasons") or []}

    @cached_property
    def searched(self) -> str:
        return _search_text(self.fields)

    @cached_property
    def masked_searched(self) -> str:
        return _search_text(self.masked_fields)

    @cached_property
    def _stored(self) -> dict[str, Any]:
        try:
            stored = json.loads(self.line)
        except ValueError:
            stored = None
        return stored if isinstance(stored, dict) else {}

    @property
    def _sent(self) -> Any:
        """Of a rejected one what was sent, when it is JSON and was kept whole."""
        return sent(self._stored.get("raw"))


@dataclass(frozen=True)
class Filter:
    """Which events somebody wants to see: all that is given must hold, word for word."""

    game: str | None = None
    player: str | None = None
    verdict: str | None = None
    event: str | None = None
    key: str | None = None
    build: str | None = None
    q: str | None = None
    """Any text of the event; who may not see personal data finds a player by the whole id only."""

    def matches(self, seen: Seen, *, sees_all: bool) -> bool:
        fields = seen.fields
        wanted = (
            *((self.game, "game_id"), (self.player, "player"), (self.verdict, "verdict")),
            *((self.event, "event_type"), (self.key, "key_id"), (self.build, "build")),
        )
        asked = [(value, name) for value, name in wanted if value is not None and fields[name] != value]
        # Of what is masked its mask is found too: a list offers it.
        if any(sees_all or seen.masked_fields[name] != value for value, name in asked):
            return False
        if not self.q:
            return True
        text = seen.searched if sees_all else seen.masked_searched
        return self.q.casefold() in text or self.q == fields["player"]

    @property
    def needles(self) -> tuple[bytes, ...]:
        """Of which one stands in every line that matches: these are looked for among what sampling leaves out."""
        return tuple(one.encode() for one in (self.player, self.q) if one and one.isascii() and one.isprintable())


def _text(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _search_text(fields: Mapping[str, Any]) -> str:
    names = ("event_id", "game_id", "event_type", "correlation_id", "key_id")
    said = [str(fields[name]) for name in names if fields[name]]
    reasons = [f"{one.get('pointer')} {one.get('rule')}" for one in fields["reasons"]]
    return " ".join([*said, *reasons, json.dumps(fields["document"] or {}, ensure_ascii=False)]).casefold()

"""The SDK's generated part: events that fill in their identity, and one typed method per event type."""

import keyword

from game_events_contract.models import HEADER
from game_events_contract.project import PRODUCT
from game_events_contract.repository import SchemaFile, SchemaRepository
from game_events_contract.sdk_events import PLAYER, SELF_FILLING, Field, SentEvent, alias, sent_event

_TYPES = {"bool", "bytes", "datetime", "dict", "float", "int", "list", "object", "set", "str", "tuple"}
"""What annotations are made of: a method of such a name would hide it from those below."""
_CLIENTS = '''\
class GameAnalyticsClient(Sender, EventMethods):
    """Sends these events, with the arguments of `game_events.GameAnalyticsClient`."""


class AsyncGameAnalyticsClient(AsyncSender, AsyncEventMethods):
    """Sends these events, with the arguments of `game_events.AsyncGameAnalyticsClient`."""'''


def sdk_module(
    schemas: SchemaRepository, models: dict[str, str], package: str = PRODUCT, *, with_clients: bool = False
) -> str:
    """The source of the module of the SDK's events, which takes the models from `package`.

    `with_clients`: and with clients that send these events, beside those of `game_events`.
    """
    events = [sent_event(schemas.default(name), versions, models) for name, versions in schemas.events.items()]
    used = _used(events)
    imports = sorted({_import_of(file, package) for file in schemas.files if f"{alias(file)}." in used})
    body = "\n\n\n".join(
        [
            *(_event_class(event) for event in events),
            *(_fields_class(event) for event in events),
            _player(events),
            _methods(events, awaited=False),
            _methods(events, awaited=True),
            *([_CLIENTS] if with_clients else []),
        ]
    )
    names = [*(event.title for event in events), "AsyncEventMethods", "EventMethods", "Player"]
    names += ["AsyncGameAnalyticsClient", "GameAnalyticsClient"] if with_clients else []
    senders = "from game_events.aio import AsyncSender\nfrom game_events.client import Sender\n" if with_clients else ""
    exported = "\n".join(f'    "{name}",' for name in sorted(names))
    return (
        f"{HEADER}\n"
        '"""Events that fill in their own identity and time, and one typed method per event type."""\n\n'
        "from abc import ABC, abstractmethod\n"
        "from collections.abc import Mapping\n"
        "from datetime import datetime\n"
        "from decimal import Decimal\n"
        "from typing import Any, ClassVar, Literal, Never, Required, TypedDict, Unpack\n\n"
        "from game_events_models.http import EventReceipt\n"
        "from game_events_models.optional import ABSENT as _ABSENT\n"
        "from game_events_models.optional import MISSING as _MISSING\n" + "\n".join(imports) + "\n"
        "from pydantic import BaseModel, Field\n\n"
        "from game_events import identity\n"
        f"{senders}"
        "from game_events.making import ClientEvent as _ClientEvent\n"
        "from game_events.making import Context as _Context\n"
        "from game_events.making import made as _made\n"
        "from game_events.players import PlayerView as _PlayerView\n\n"
        f"__all__ = [\n{exported}\n]\n\n\n{body}\n"
    )


def _used(events: list[SentEvent]) -> str:
    return " ".join(text for event in events for text in (event.default, *(field.annotation for field in event.fields)))


def _import_of(file: SchemaFile, package: str) -> str:
    return f"from {package}.{file.package} import {file.version.module} as {alias(file)}"


def _event_class(event: SentEvent) -> str:
    filled = [field for field in event.fields if field.name in SELF_FILLING]
    lines = [f"class {event.title}(_ClientEvent, {event.default}):"]
    lines.append('    """The default version; `event_id` and `event_time` fill themselves in when left out."""\n')
    lines += [f"    {f.name}: {f.annotation} = Field(default_factory={SELF_FILLING[f.name]})" for f in filled]
    if nullable := [field.name for field in event.fields if field.nullable]:
        lines.append(f"    _nullable: ClassVar[frozenset[str]] = frozenset({nullable})")
    if money := [field.name for field in event.fields if field.is_money]:
        lines.append(f"    _money: ClassVar[frozenset[str]] = frozenset({money})")
    return "\n".join(lines)


def _fields_class(event: SentEvent) -> str:
    lines = [f"class {event.title}Fields(TypedDict, total=False):"]
    lines.append(f'    """What `send_{event.event_type}_event` takes by name, for `**fields`."""\n')
    lines += [
        f"    {field.name}: " + (f"Required[{field.taken}]" if field.is_asked_for else field.taken)
        for field in event.sent
    ]
    return "\n".join(lines)


def _player(events: list[SentEvent]) -> str:
    """What one player does: a method per event type, which takes the event's own fields."""
    lines = [
        "class Player(_PlayerView):",
        '    """What one player does; a method takes the event\'s own fields, enqueues it and returns its event_id."""',
    ]
    for event in events:
        is_taken = keyword.iskeyword(event.event_type) or event.event_type in _TYPES
        name = f"{event.event_type}_" if is_taken else event.event_type
        said = [line for line in event.said if line.partition(":")[0] in {field.name for field in event.own}]
        lines += [
            "",
            f"    def {name}(",
            *_arguments(event.own),
            "    ) -> str:",
            f'        """Enqueue one {event.event_type} event of this player; returns its event_id.\n',
            *(f"        {line}" for line in said),
            '        """',
            f"        _fields = {_collected(event.own)}",
            f'        return self._enqueue({event.title}, _given, _fields, "{name}")',
        ]
    return "\n".join(lines)


def _arguments(fields: list[Field]) -> list[str]:
    """Of a method that takes them by name."""
    return [
        "        self,",
        "        *_given: Never,",
        *(f"        {field.name}: {field.taken}," for field in fields if field.is_asked_for),
        *(f"        {field.name}: {field.taken_or_not}," for field in fields if not field.is_asked_for),
        "        **_unknown: Never,",
    ]


def _collected(fields: list[Field]) -> str:
    given = ", ".join(f'"{field.name}": {field.name}' for field in fields)
    return f"{{{given}, **_unknown}}"


def _told_of_players(events: list[SentEvent]) -> list[str]:
    """The method that gives a player, whom each is said to be but once."""
    known = {field.name: field for event in events for field in event.fields if field.name in PLAYER}
    user, session, *others = ((name, known[name].taken if name in known else "Any") for name in PLAYER)
    return [
        "",
        f"    def player(self, user_id: {user[1]}, *, session: {session[1]},",
        *(f"               {name}: {taken} | None = None," for name, taken in others),
        "               **context: Unpack[_Context]) -> Player:",
        '        """The player, in this session, whose methods take the events\' own fields and enqueue them.',
        "",
        "        `context` is for what this player's events have otherwise than the client's.",
        '        """',
        '        _told = {"user_id": user_id, "session_id": session,',
        *(f'                 "{name}": {name},' for name, _ in others),
        "                 **context}",
        "        return Player(self.enqueue, {**self.context, **_told})",
    ]


def _methods(events: list[SentEvent], *, awaited: bool) -> str:
    """One method per event type, for the client that waits or for the one that is awaited."""
    define, name, receipt = ("async def", "AsyncEventMethods", "await ") if awaited else ("def", "EventMethods", "")
    lines = [
        f"class {name}(ABC):",
        '    """One method per event type; a client brings `send_event`, `enqueue` and what its events share."""\n',
        "    context: Mapping[str, Any] = {}\n",
        "    @abstractmethod",
        f"    {define} send_event(self, event: BaseModel | Mapping[str, Any]) -> EventReceipt:",
        '        """Send one event of any type and version."""\n',
        "    @abstractmethod",
        "    def enqueue(self, event: BaseModel | Mapping[str, Any]) -> str:",
        '        """Take one event of any type and version, to be sent in the background."""',
        *_told_of_players(events),
    ]
    for event in events:
        method = f"send_{event.event_type}_event"
        made = f'_made({event.title}, _given, self.context, _fields, "{method}")'
        lines += [
            "",
            f"    {define} {method}(",
            *_arguments(event.sent),
            "    ) -> EventReceipt:",
            f'        """Send one {event.event_type} event by its fields; an event object goes with `send_event`.\n',
            *(f"        {line}" for line in event.said),
            '        """',
            f"        _fields = {_collected(event.sent)}",
            f"        return {receipt}self.send_event({made})",
        ]
    return "\n".join(lines)

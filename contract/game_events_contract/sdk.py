"""The SDK's generated part: one typed method per event type, and events that fill in their identity."""

import keyword
from collections.abc import Iterator

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
    """The source of the module of the SDK's methods; what they name of `package`, the models, is loaded when needed.

    `with_clients`: and with clients that send these events, beside those of `game_events`.
    """
    events = _events(schemas, models)
    body = "\n\n\n".join(
        [
            *(_fields_class(event) for event in events),
            _player(events),
            _methods(events, awaited=False),
            _methods(events, awaited=True),
            *([_CLIENTS] if with_clients else []),
        ]
    )
    titles = [event.title for event in events]
    names = [*titles, "AsyncEventMethods", "EventMethods", "Player"]
    names += ["AsyncGameAnalyticsClient", "GameAnalyticsClient"] if with_clients else []
    senders = "from game_events.aio import AsyncSender\nfrom game_events.client import Sender\n" if with_clients else ""
    classes = "game_events._events" if package == PRODUCT else f"{package}._events"
    used = _used(schemas, events)
    versions = {event.event_type: event.version for event in events}
    lines = [
        HEADER,
        '"""One typed method per event type. Events\' classes, and the models, are imported when first used."""',
        "",
        "from __future__ import annotations",
        "",
        "from abc import ABC, abstractmethod",
        "from collections.abc import Mapping",
        "from datetime import datetime",
        "from decimal import Decimal",
        "from typing import TYPE_CHECKING, Any, Literal, Never, Required, TypedDict, Unpack",
        "",
        "from pydantic import BaseModel",
        "",
        senders + "from game_events.blanks import Blanks as _Blanks",
        "from game_events.blanks import Facts as _Facts",
        "from game_events.later import Later as _Later",
        "from game_events.later import exported as _exported",
        "from game_events.players import PlayerView as _PlayerView",
        "from game_events.told import Context as _Context",
        *(["from game_events_models.optional import ABSENT as _ABSENT"] if _has_nullable(events) else []),
        "",
        "if TYPE_CHECKING:",
        "    from game_events_models import http as _http",
        *(["    from game_events_models.optional import MISSING as _MISSING"] if _has_nullable(events) else []),
        *(f"    from {package}.{file.package} import {file.version.module} as {alias(file)}" for file in used),
        f"    from {classes} import (",
        *(f"        {title} as {title}," for title in titles),
        "    )",
        "else:",
        '    _http = _Later("game_events_models.http")',
        *(['    _MISSING = _Later("game_events_models.optional").MISSING'] if _has_nullable(events) else []),
        *(f'    {alias(file)} = _Later("{package}.{file.package}.{file.version.module}")' for file in used),
        f'    __getattr__, __dir__ = _exported(__name__, dict.fromkeys({titles}, "{classes}"))',
        "",
        "__all__ = [",
        *(f'    "{name}",' for name in sorted(names)),
        "]",
        "",
        "_blanks = _Blanks(",
        f'    "{package}",',
        "    {",
        *(line for event in events for line in _facts_of(event)),
        "    },",
        f"    {versions},",
        ")",
        "",
        "",
        body,
        "",
    ]
    return "\n".join(lines)


def event_classes(schemas: SchemaRepository, models: dict[str, str], package: str = PRODUCT) -> str:
    """The source of the module of the SDK's event classes."""
    events = _events(schemas, models)
    fields = [field for event in events for field in event.fields if field.name in SELF_FILLING]
    needed = " ".join([*(event.default for event in events), *(field.annotation for field in fields)])
    imports = [
        f"from {package}.{file.package} import {file.version.module} as {alias(file)}"
        for file in sorted(schemas.files, key=alias)
        if f"{alias(file)}." in needed
    ]
    methods = "game_events._generated" if package == PRODUCT else f"{package}.sdk"
    lines = [
        HEADER,
        '"""Events that fill in their own identity and time."""',
        "",
        "from typing import ClassVar",
        "",
        *imports,
        "from pydantic import Field",
        "",
        "from game_events import identity",
        *sorted(
            [
                "from game_events.blanks import Facts as _Facts",
                "from game_events.making import ClientEvent as _ClientEvent",
                f"from {methods} import _blanks",
            ]
        ),
        "",
        "__all__ = [",
        *(f'    "{event.title}",' for event in events),
        "]",
        *(f"\n\n{_event_class(event)}" for event in events),
        "",
    ]
    return "\n".join(lines)


def _events(schemas: SchemaRepository, models: dict[str, str]) -> list[SentEvent]:
    return [sent_event(schemas.default(name), versions, models) for name, versions in schemas.events.items()]


def _used(schemas: SchemaRepository, events: list[SentEvent]) -> list[SchemaFile]:
    """What annotations of methods name."""
    annotations = " ".join(field.annotation for event in events for field in event.sent)
    return [file for file in sorted(schemas.files, key=alias) if f"{alias(file)}." in annotations]


def _has_nullable(events: list[SentEvent]) -> bool:
    return any(field.nullable and not field.is_asked_for for event in events for field in event.sent)


def _facts_of(event: SentEvent) -> Iterator[str]:
    yield f'        "{event.event_type}": {{'
    for version, facts in event.facts.items():
        told = ", ".join(f"{name}={value!r}" for name, value in facts._asdict().items() if value)
        yield f'            "{version}": _Facts({told}),'
    yield "        },"


def _event_class(event: SentEvent) -> str:
    filled = [field for field in event.fields if field.name in SELF_FILLING]
    lines = [f"class {event.title}(_ClientEvent, {event.default}):"]
    lines.append('    """The default version; `event_id` and `event_time` fill themselves in when left out."""\n')
    lines += [f"    {f.name}: {f.annotation} = Field(default_factory={SELF_FILLING[f.name]})" for f in filled]
    lines.append(f'    _facts: ClassVar[_Facts] = _blanks.facts["{event.event_type}"]["{event.version}"]')
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
            f'        return self._enqueue("{event.event_type}", _given, _fields, "{name}")',
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
        "        return Player(self.enqueue, self._blanks, {**self.context, **_told})",
    ]


def _methods(events: list[SentEvent], *, awaited: bool) -> str:
    """One method per event type, for the client that waits or for the one that is awaited."""
    define, name, receipt = ("async def", "AsyncEventMethods", "await ") if awaited else ("def", "EventMethods", "")
    lines = [
        f"class {name}(ABC):",
        '    """One method per event type; a client brings `send_event`, `enqueue` and what its events share."""\n',
        "    context: Mapping[str, Any] = {}",
        "    _blanks = _blanks\n",
        "    @abstractmethod",
        f"    {define} send_event(self, event: BaseModel | Mapping[str, Any]) -> _http.EventReceipt:",
        '        """Send one event of any type and version."""\n',
        "    @abstractmethod",
        "    def enqueue(self, event: BaseModel | Mapping[str, Any]) -> str:",
        '        """Take one event of any type and version, to be sent in the background."""',
        *_told_of_players(events),
    ]
    for event in events:
        method = f"send_{event.event_type}_event"
        made = f'self._blanks.made("{event.event_type}", _given, self.context, _fields, "{method}")'
        lines += [
            "",
            f"    {define} {method}(",
            *_arguments(event.sent),
            "    ) -> _http.EventReceipt:",
            f'        """Send one {event.event_type} event by its fields; an event object goes with `send_event`.\n',
            *(f"        {line}" for line in event.said),
            '        """',
            f"        _fields = {_collected(event.sent)}",
            f"        return {receipt}self.send_event({made})",
        ]
    return "\n".join(lines)

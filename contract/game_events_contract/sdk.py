"""The SDK's generated part: events that fill in their identity, and one typed method per event type."""

import ast
import keyword
from collections.abc import Iterator
from typing import NamedTuple

from jsonschema_rs import Draft202012Validator

from game_events_contract.annotations import event_annotations, with_words
from game_events_contract.bundle import bundle
from game_events_contract.identifiers import attribute
from game_events_contract.models import HEADER
from game_events_contract.package import defined_names
from game_events_contract.pointers import resolve_reference
from game_events_contract.project import PRODUCT
from game_events_contract.repository import SchemaFile, SchemaRepository

_PLAIN = {
    "StrictStr": "str",
    "StrictInt": "int",
    "StrictFloat": "float",
    "StrictBool": "bool",
    "AwareDatetime": "datetime",
    "Timestamp": "datetime | str",
}
_SELF_FILLING = {"event_id": "identity.uuid7_str", "event_time": "identity.utc_now"}
_CONSTANT = ("event_type", "schema_version")
_CLIENTS = '''\
class GameAnalyticsClient(Sender, EventMethods):
    """Sends these events, with the arguments of `game_events.GameAnalyticsClient`."""


class AsyncGameAnalyticsClient(AsyncSender, AsyncEventMethods):
    """Sends these events, with the arguments of `game_events.AsyncGameAnalyticsClient`."""'''


_CONTEXT = ("game_id", "platform", "app_version", "environment")
"""What a client is told once, as `game_events.making.Context` has it."""
_PLAYER = ("user_id", "session_id", "country_code", "device")
"""What a player is told once, as `game_events.players.PlayerView` has it."""
_AMOUNT = "Amount"
"""The shared definition of an amount of money: code has such as numbers, events as text."""


class _Field(NamedTuple):
    name: str
    annotation: str
    required: bool
    nullable: bool
    """Whether null is one of its values."""

    @property
    def is_money(self) -> bool:
        return self.annotation.rpartition(".")[2] == _AMOUNT

    @property
    def taken(self) -> str:
        """The type of the argument."""
        return f"{self.annotation} | Decimal | float" if self.is_money else self.annotation

    @property
    def taken_or_not(self) -> str:
        """The type of an argument that may be left out, and how it stands where it is."""
        return f"{self.taken} | _MISSING = _ABSENT" if self.nullable else f"{self.taken} | None = None"

    @property
    def is_asked_for(self) -> bool:
        """Whether each call must say it."""
        return self.required and self.name not in _SELF_FILLING and self.name not in _CONTEXT


class _Event(NamedTuple):
    event_type: str
    title: str
    default: str
    fields: list[_Field]
    said: list[str]
    """A line for each field."""

    @property
    def own(self) -> list[_Field]:
        """What neither the client nor the player has said."""
        return [field for field in self.sent if field.name not in (*_CONTEXT, *_PLAYER)]

    @property
    def sent(self) -> list[_Field]:
        return [field for field in self.fields if field.name not in _CONSTANT]


def sdk_module(
    schemas: SchemaRepository, models: dict[str, str], package: str = PRODUCT, *, with_clients: bool = False
) -> str:
    """The source of the module of the SDK's events, which takes the models from `package`.

    `with_clients`: and with clients that send these events, beside those of `game_events`.
    """
    events = [_event(schemas.default(name), versions, models) for name, versions in schemas.events.items()]
    used = _used(events)
    imports = sorted({_import_of(file, package) for file in schemas.files if f"{_alias(file)}." in used})
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


def _event(default: SchemaFile, versions: tuple[SchemaFile, ...], models: dict[str, str]) -> _Event:
    tree = ast.parse(models[default.module_path])
    origin = _origins(tree, default)
    title = default.document["title"]
    (model,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == title)
    nullable = set(_nullable(default))
    fields = [
        _Field(
            node.target.id,
            _plain_annotation(node.annotation, origin),
            node.value is None,
            node.target.id in nullable,
        )
        for node in model.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    return _Event(
        default.name,
        title,
        f"{_alias(default)}.{title}",
        fields,
        list(_said(default, versions)),
    )


def _said(default: SchemaFile, versions: tuple[SchemaFile, ...]) -> Iterator[str]:
    """What each field is, one a line, with what is said of it beside its description."""
    (found,) = [words for file, words in event_annotations(versions) if file is default]
    document = bundle(default)
    lines = {}
    for name, field in document["properties"].items():
        if name not in _CONSTANT:
            target = resolve_reference(document, field["$ref"]) if "$ref" in field else {}
            lines[f"/{name}"] = field.get("description", target.get("description", ""))
    for pointer in {**lines, **found}:
        described = " ".join(with_words(lines.get(pointer, ""), found.get(pointer, {})).split())
        name = pointer.removeprefix("/") or "The event"
        line = f"{attribute(name)}: {described}"
        yield line.replace("\\", "\\\\").replace('"', '\\"')


def _nullable(file: SchemaFile) -> Iterator[str]:
    """The fields that may be null, by the schema itself: an alias or a reference does not show it."""
    document = bundle(file)
    for name in document["properties"]:
        field = {
            "$defs": document.get("$defs", {}),
            "properties": document["properties"],
            "$ref": f"#/properties/{name}",
        }
        if Draft202012Validator(field).is_valid(None):
            yield attribute(name)


def _origins(tree: ast.Module, file: SchemaFile) -> dict[str, str]:
    """What a name in a generated module is called in the SDK's."""
    origins = dict(_PLAIN)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:  # from ..common.v1_0_0 import EventId
            module = f"_{(node.module or '').replace('.', '_')}"
            origins |= {alias.name: f"{module}.{alias.name}" for alias in node.names}
    return origins | {name: f"{_alias(file)}.{name}" for name in defined_names(tree)}


def _plain_annotation(annotation: ast.expr, origins: dict[str, str]) -> str:
    """A field's type as a caller writes it: no constraints, no sentinel, names qualified by their module."""

    class Plain(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            if ast.unparse(node.value) == "Annotated":
                assert isinstance(node.slice, ast.Tuple)
                return self.expression(node.slice.elts[0])
            if ast.unparse(node.value) == "Literal":  # texts, which are no names of types
                return node
            self.generic_visit(node)
            return node

        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            if ast.unparse(node.right) == "MISSING":
                return self.expression(node.left)
            self.generic_visit(node)
            return node

        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.parse(origins.get(node.id, node.id), mode="eval").body

        def expression(self, node: ast.expr) -> ast.expr:
            visited = self.visit(node)
            assert isinstance(visited, ast.expr)
            return visited

    return ast.unparse(Plain().expression(annotation))


def _alias(file: SchemaFile) -> str:
    """How the SDK's module names a version's. No field's name begins like it, so none hides it."""
    return f"_{file.package}_{file.version.module}"


def _used(events: list[_Event]) -> str:
    return " ".join(text for event in events for text in (event.default, *(field.annotation for field in event.fields)))


def _import_of(file: SchemaFile, package: str) -> str:
    return f"from {package}.{file.package} import {file.version.module} as {_alias(file)}"


def _event_class(event: _Event) -> str:
    filled = [field for field in event.fields if field.name in _SELF_FILLING]
    lines = [f"class {event.title}(_ClientEvent, {event.default}):"]
    lines.append('    """The default version; `event_id` and `event_time` fill themselves in when left out."""\n')
    lines += [f"    {f.name}: {f.annotation} = Field(default_factory={_SELF_FILLING[f.name]})" for f in filled]
    if nullable := [field.name for field in event.fields if field.nullable]:
        lines.append(f"    _nullable: ClassVar[frozenset[str]] = frozenset({nullable})")
    if money := [field.name for field in event.fields if field.is_money]:
        lines.append(f"    _money: ClassVar[frozenset[str]] = frozenset({money})")
    return "\n".join(lines)


def _fields_class(event: _Event) -> str:
    lines = [f"class {event.title}Fields(TypedDict, total=False):"]
    lines.append(f'    """What `send_{event.event_type}_event` takes by name, for `**fields`."""\n')
    lines += [
        f"    {field.name}: " + (f"Required[{field.taken}]" if field.is_asked_for else field.taken)
        for field in event.sent
    ]
    return "\n".join(lines)


def _player(events: list[_Event]) -> str:
    """What one player does: a method per event type, which takes the event's own fields."""
    lines = [
        "class Player(_PlayerView):",
        '    """What one player does; a method takes the event\'s own fields, enqueues it and returns its event_id."""',
    ]
    for event in events:
        name = f"{event.event_type}_" if keyword.iskeyword(event.event_type) else event.event_type
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


def _arguments(fields: list[_Field]) -> list[str]:
    """Of a method that takes them by name."""
    return [
        "        self,",
        "        *_given: Never,",
        *(f"        {field.name}: {field.taken}," for field in fields if field.is_asked_for),
        *(f"        {field.name}: {field.taken_or_not}," for field in fields if not field.is_asked_for),
        "        **_unknown: Never,",
    ]


def _collected(fields: list[_Field]) -> str:
    given = ", ".join(f'"{field.name}": {field.name}' for field in fields)
    return f"{{{given}, **_unknown}}"


def _told_of_players(events: list[_Event]) -> list[str]:
    """The method that gives a player, whom each is said to be but once."""
    known = {field.name: field for event in events for field in event.fields if field.name in _PLAYER}
    user, session, *others = ((name, known[name].taken if name in known else "Any") for name in _PLAYER)
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


def _methods(events: list[_Event], *, awaited: bool) -> str:
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

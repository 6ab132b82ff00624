"""What the SDK's methods take, event by event: read off the generated models."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from jsonschema_rs import Draft202012Validator

from game_events_contract.annotations import event_annotations, with_words
from game_events_contract.bundle import bundle
from game_events_contract.columns.column_types import decimal_of
from game_events_contract.identifiers import attribute
from game_events_contract.package import defined_names
from game_events_contract.pointers import resolve_reference
from game_events_contract.repository import Document, SchemaFile
from game_events_contract.walk import as_document

_PLAIN = {
    "StrictStr": "str",
    "StrictInt": "int",
    "StrictFloat": "float",
    "StrictBool": "bool",
    "AwareDatetime": "datetime",
    "Timestamp": "datetime | str",
}
SELF_FILLING = {"event_id": "identity.uuid7_str", "event_time": "identity.utc_now"}
_CONSTANT = ("event_type", "schema_version")
CONTEXT = ("game_id", "platform", "app_version", "environment")
"""What a client is told once, as `game_events.told.Context` has it."""
PLAYER = ("user_id", "session_id", "country_code", "device")
"""What a player is told once, as `game_events.players.PlayerView` has it."""


class Facts(NamedTuple):
    """What the SDK must know of a version beside its schema, by the attributes of fields."""

    amounts: tuple[str, ...]
    """Texts that are decimals: code has such as numbers."""
    nullable: tuple[str, ...]
    """Of which null is a value."""
    renamed: dict[str, str]
    """Attributes that are called otherwise than their fields, which these are."""


class Field(NamedTuple):
    name: str
    annotation: str
    required: bool
    nullable: bool
    """Whether null is one of its values."""
    is_amount: bool
    """Whether it is a decimal as text."""

    @property
    def taken(self) -> str:
        """The type of the argument."""
        return f"{self.annotation} | Decimal | float" if self.is_amount else self.annotation

    @property
    def taken_or_not(self) -> str:
        """The type of an argument that may be left out, and how it stands where it is."""
        return f"{self.taken} | _MISSING = _ABSENT" if self.nullable else f"{self.taken} | None = None"

    @property
    def is_asked_for(self) -> bool:
        """Whether each call must say it."""
        return self.required and self.name not in SELF_FILLING and self.name not in CONTEXT


class SentEvent(NamedTuple):
    event_type: str
    version: str
    title: str
    default: str
    fields: list[Field]
    said: list[str]
    """A line for each field."""
    facts: dict[str, Facts]
    """By version, oldest first."""

    @property
    def own(self) -> list[Field]:
        """What neither the client nor the player has said."""
        return [field for field in self.sent if field.name not in (*CONTEXT, *PLAYER)]

    @property
    def sent(self) -> list[Field]:
        return [field for field in self.fields if field.name not in _CONSTANT]


def sent_event(default: SchemaFile, versions: tuple[SchemaFile, ...], models: dict[str, str]) -> SentEvent:
    tree = ast.parse(models[default.module_path])
    origin = _origins(tree, default)
    title = default.document["title"]
    (model,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == title)
    facts = {str(file.version): facts_of(file) for file in versions}
    own = facts[str(default.version)]
    fields = [
        Field(
            node.target.id,
            _plain_annotation(node.annotation, origin),
            node.value is None,
            node.target.id in own.nullable,
            node.target.id in own.amounts,
        )
        for node in model.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    return SentEvent(
        default.name,
        str(default.version),
        title,
        f"{alias(default)}.{title}",
        fields,
        list(_said(default, versions)),
        facts,
    )


def facts_of(file: SchemaFile) -> Facts:
    """Of one version of an event."""
    document = bundle(file)
    names = {attribute(name): name for name in document["properties"]}
    return Facts(
        amounts=tuple(own for own, name in names.items() if _is_amount(document, name)),
        nullable=tuple(_nullable(document)),
        renamed={own: name for own, name in names.items() if own != name},
    )


def _is_amount(document: Document, name: str) -> bool:
    field = as_document(document["properties"][name])
    while "$ref" in field and decimal_of(field) is None:
        field = as_document(resolve_reference(document, field["$ref"]))
    return decimal_of(field) is not None


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


def _nullable(document: Document) -> Iterator[str]:
    """The fields that may be null, by the schema itself: an alias or a reference does not show it."""
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
            origins |= {one.name: f"{module}.{one.name}" for one in node.names}
    return origins | {name: f"{alias(file)}.{name}" for name in defined_names(tree)}


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


def alias(file: SchemaFile) -> str:
    """How the SDK's module names a version's. No field's name begins like it, so none hides it."""
    return f"_{file.package}_{file.version.module}"

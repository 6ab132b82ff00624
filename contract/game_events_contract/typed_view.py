"""The typed view of a schema: the same fields, in the few words that the model generator reads in one way only.

Every value that the schema takes fits the view, and dumps as it came in; what the schema says beyond (conditions,
patterns on keys, `oneOf`, limits within lists) is left out, because the models judge themselves by the schema
(`templates/judged.py`). So a view may be wider than its schema, never narrower. Objects become classes under `$defs`,
each with a name of its own.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pydantic_core

from game_events_contract.annotations import with_words, words_of
from game_events_contract.identifiers import ClassNames, camel_case
from game_events_contract.pointers import Tokens, fragment_tokens, resolve_reference
from game_events_contract.repository import Document, SchemaFile, SchemaRepository
from game_events_contract.walk import as_document

Hints = tuple[str, ...]
"""What a class may be called, in the order of preference."""
ANYTHING: Document = {}
SHAPE, JUDGED, TIMESTAMP = (
    f"game_events_models.{path}" for path in ("judged.Shape", "judged.Judged", "timestamp.Timestamp")
)
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
SPELLED = rf"^[12][0-9]{{3}}-[01][0-9]-[0-3][0-9]T{_CLOCK}:[0-5][0-9](\.[0-9]{{1,9}})?(Z|[+-]{_CLOCK})$"
"""The pattern of a time that every parser reads in the same way, and that `datetime` dumps within."""
IDENTITY = ("event_type", "schema_version")
"""The fields that a model fills in by itself."""
EXACT_FLOATS = 2**53


def typed_view(file: SchemaFile, schemas: SchemaRepository) -> Document:
    """What the generator is given in place of the file."""
    return _View(file, schemas).document()


def generator_path(file: SchemaFile) -> str:
    """The file's name in the generator's tree, where folders and files become packages and modules."""
    return f"{file.package}/{file.version.module}.json"


class _View:
    def __init__(self, file: SchemaFile, schemas: SchemaRepository) -> None:
        self._file = file
        self._own = file.path.resolve()
        self._shared = {other.path.resolve(): other for other in schemas.definitions}
        self._names = ClassNames([file.document["title"]] if file.is_event else [])
        self._definitions: Document = {}
        self._followed: dict[tuple[Path, Tokens], Document] = {}
        self._documents = {other.path.resolve(): other.document for other in schemas.files}

    def document(self) -> Document:
        view: Document = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        if self._file.is_event:
            view |= self._event(self._file.document)
        else:
            for name in self._file.document.get("$defs", {}):
                self._names.take(camel_case(name))
            for name, schema in self._file.document.get("$defs", {}).items():
                self._definitions[name] = self._named(schema, self._own, camel_case(name))
        return view | {"$defs": self._definitions}

    def _event(self, root: Document) -> Document:
        view = self._fields(root, self._own, root["title"], root["title"].removesuffix("Event"))
        for name in IDENTITY:
            view["properties"][name]["default"] = root["properties"][name]["const"]
        return {**view, "customBasePath": JUDGED, "required": [n for n in view["required"] if n not in IDENTITY]}

    def _fields(self, schema: Document, path: Path, title: str, hint: str) -> Document:
        """An object as the class `title`; what it holds is named after its fields, and after `hint` on a clash."""
        return {
            "title": title,
            **_described(schema),
            "type": "object",
            "customBasePath": SHAPE,
            "properties": {
                name: self._field(field, path, (camel_case(name), f"{hint}{camel_case(name)}"))
                for name, field in schema.get("properties", {}).items()
            },
            "required": [name for name in schema.get("required", ()) if name in schema.get("properties", {})],
            "additionalProperties": False,
        }

    def _field(self, schema: Any, path: Path, hints: Hints) -> Document:
        """A field, with its limits and what is said of it."""
        view = self._typed(schema, path, hints)
        said = as_document(schema)
        limits = _limits(said) if said.get("type") == view.get("type", "") and "enum" not in view else {}
        notes = {"examples": said["examples"]} if said.get("examples") and "$ref" not in said else {}
        return {**_described(said), **view, **limits, **notes, **words_of(said)}

    def _typed(self, schema: Any, path: Path, hints: Hints) -> Document:
        """The type of a value, without its limits."""
        said = as_document(schema)
        if "$ref" in said:
            return self._reference(said["$ref"], path)
        if "const" in said:
            return _one_of([said["const"]])
        if "enum" in said:
            return _one_of(said["enum"])
        kinds = said.get("type")
        if isinstance(kinds, list):
            return _union(self._typed({**said, "type": kind}, path, hints) for kind in kinds)
        if isinstance(kinds, str):
            return self._of_kind(kinds, said, path, hints)
        for keyword in ("oneOf", "anyOf"):
            if keyword in said:
                return _union(self._branch(branch, path, hints) for branch in said[keyword])
        views = (self._typed(part, path, hints) for part in said.get("allOf", ()))
        return next((view for view in views if view != ANYTHING), ANYTHING)

    def _of_kind(self, kind: str, said: Document, path: Path, hints: Hints) -> Document:
        if kind == "object":
            return self._object(said, path, hints)
        if kind == "array":
            return self._array(said, path, hints)
        if kind == "number" and not _is_within(said, EXACT_FLOATS):  # a float would round an integer
            return _union([{"type": "integer"}, {"type": "number"}])
        if kind == "string" and said.get("format") == "date-time":
            return {"type": kind, "format": "date-time"} if said.get("pattern") == SPELLED else dict(_A_TIMESTAMP)
        return {"type": kind}

    def _branch(self, schema: Any, path: Path, hints: Hints) -> Document:
        """One of several: a scalar with a title becomes a named type."""
        said = as_document(schema)
        title = said.get("title")
        if not isinstance(title, str) or not title.isidentifier() or said.get("type") in (None, "object", "array"):
            return self._typed(schema, path, hints)
        name = self._names.take(title)
        self._definitions[name] = {**self._named(said, path, name), "title": name}
        return {"$ref": f"#/$defs/{name}"}

    def _named(self, schema: Any, path: Path, name: str) -> Document:
        """A definition: a class of that name, or another name for a type."""
        said = as_document(schema)
        if _is_closed(said):
            return self._fields(said, path, name, name)
        return self._field(schema, path, (name,))

    def _object(self, said: Document, path: Path, hints: Hints) -> Document:
        if _is_closed(said):
            return self._closed(said, path, hints)
        further = said.get("additionalProperties", True)
        values = [*said.get("properties", {}).values(), *said.get("patternProperties", {}).values()]
        values += [] if further is False else [further]
        inner = tuple(f"{hint}Value" for hint in hints)
        view = {"type": "object", "additionalProperties": _union(self._typed(value, path, inner) for value in values)}
        keys = said.get("propertyNames", True)
        if isinstance(keys, dict) and keys and not keys.keys() - {"pattern", "minLength", "maxLength", "type"}:
            view |= {"propertyNames": _limits({"type": "string", **keys})}
        return view

    def _array(self, said: Document, path: Path, hints: Hints) -> Document:
        further = said.get("items", True)
        values = [*said.get("prefixItems", ()), *([] if further is False else [further])]
        inner = tuple(f"{hint}Item" for hint in hints)
        return {"type": "array", "items": _union(self._typed(value, path, inner) for value in values)}

    def _reference(self, reference: str, path: Path) -> Document:
        file = unquote(reference.partition("#")[0])
        target = (path.parent / file).resolve() if file else path
        tokens = fragment_tokens(reference)
        if tokens[:-1] == ("$defs",):
            if target == self._own and not self._file.is_event:
                return {"$ref": f"#/$defs/{tokens[-1]}"}
            if target != self._own and target in self._shared:
                return {"$ref": f"../{generator_path(self._shared[target])}#/$defs/{tokens[-1]}"}
        at = (target, tokens)
        if at not in self._followed:
            self._followed[at] = ANYTHING  # what leads back to itself, and is no object, has no other type
            said = as_document(resolve_reference(self._documents[target], reference))
            name = camel_case(tokens[-1] if tokens else target.parent.name)
            typed = self._closed(said, target, (name,), at) if _is_closed(said) else self._typed(said, target, (name,))
            self._followed[at] = typed
        return self._followed[at]

    def _closed(self, said: Document, path: Path, hints: Hints, at: tuple[Path, Tokens] | None = None) -> Document:
        """An object of its own fields becomes a class."""
        name = self._names.take(*_titles(said), *hints)
        reference = {"$ref": f"#/$defs/{name}"}
        if at is not None:
            self._followed[at] = reference  # before descending: it may refer to itself
        self._definitions[name] = {}
        self._definitions[name] = self._fields(said, path, name, name)
        return reference


_A_TIMESTAMP = {"customTypePath": TIMESTAMP}


def _is_closed(said: Document) -> bool:
    """Whether its fields are all that an object can have."""
    if said.keys() & {"$ref", "const", "enum", "patternProperties"}:
        return False
    return said.get("type") == "object" and said.get("additionalProperties") is False


def _titles(said: Document) -> tuple[str, ...]:
    title = said.get("title")
    return (title,) if isinstance(title, str) else ()


def _described(schema: Any) -> Document:
    said = as_document(schema)
    text = with_words(said.get("description", ""), words_of(said))
    return {"description": text} if text else {}


def _one_of(values: Iterable[Any]) -> Document:
    """Texts are listed; a list of numbers would let `true` pass for 1."""
    values = list(values)
    texts = [value for value in values if isinstance(value, str)]
    views: list[Document] = [{"type": "string", "enum": texts}] if texts else []
    return _union([*views, *(_kind_of(value) for value in values if not isinstance(value, str))])


def _kind_of(value: Any) -> Document:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (type(None), "null"))
    return next(({"type": kind} for python, kind in kinds if isinstance(value, python)), ANYTHING)


def _union(views: Iterable[Document]) -> Document:
    distinct: list[Document] = []
    for view in views:
        for one in view.get("anyOf", (view,)):
            if one not in distinct:
                distinct.append(one)
    if not distinct or ANYTHING in distinct:
        return ANYTHING
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _limits(said: Mapping[str, Any]) -> Document:
    """The limits that Pydantic checks as the schema does."""
    kept = [*_LIMITS.get(str(said.get("type")), ())]
    if said.get("type") == "string" and ("format" in said or not _compiles(said.get("pattern", ""))):
        kept.remove("pattern")
    if "format" in said and said.get("format") == "date-time":
        kept = []
    return {keyword: said[keyword] for keyword in kept if keyword in said}


_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LIMITS = {
    "string": ("minLength", "maxLength", "pattern"),
    "integer": (*_NUMBERS, "multipleOf"),
    "number": _NUMBERS,
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def _compiles(pattern: str) -> bool:
    """Whether Pydantic knows the pattern: it has no looking ahead or behind."""
    try:
        pydantic_core.SchemaValidator(pydantic_core.core_schema.str_schema(pattern=pattern))
    except pydantic_core.SchemaError:
        return False
    return True


def _is_within(said: Document, most: int) -> bool:
    bounds = [said.get(keyword) for keyword in ("minimum", "maximum")]
    return all(bound is not None and -most <= bound <= most for bound in bounds)

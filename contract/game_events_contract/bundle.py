"""Self-contained documents: every `$ref` to another file becomes a `$ref` within the document."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from game_events_contract.dialect import DIALECT, EDITED_BY
from game_events_contract.keywords import Keyword
from game_events_contract.pointers import fragment_tokens, resolve_reference, to_fragment, to_pointer
from game_events_contract.repository import Document, SchemaFile
from game_events_contract.walk import as_document, with_references

Naming = Callable[[Path, str], str]
"""From a file and the last token of a JSON Pointer into it ("" for the whole file) to its definition's name."""


def bundle(file: SchemaFile) -> Document:
    """The schema as one self-contained document; what the server compiles and serves."""
    return bundle_document(file.document, file.path)


def bundle_document(document: Document, path: Path) -> Document:
    """`document`, read from `path`, with everything it refers to under its own `$defs`.

    Raises OSError or ValueError when a reference leads nowhere, or to what is no file.
    """
    bundler = Bundler("#/$defs/", lambda target, name: name or target.parent.name)
    bundled = bundler.local({key: value for key, value in document.items() if key != "$defs"}, path.resolve())
    if bundled.get(Keyword.SCHEMA) == EDITED_BY:  # which leads nowhere from elsewhere
        bundled[Keyword.SCHEMA.value] = DIALECT
    if bundler.definitions:
        bundled["$defs"] = dict(sorted(bundler.definitions.items()))
    assert isinstance(bundled, dict)
    return bundled


def as_read(schema: Document | bool, bundled: Document) -> Document:
    """A subschema of a bundled document as people read it: what it refers to, beneath what it says itself.

    ValueError when its references lead back to where they came from.
    """
    read = as_document(schema)
    followed: set[str] = set()
    while "$ref" in read:
        reference = read["$ref"]
        if reference in followed:
            raise ValueError(f"$ref {reference!r} leads back to itself")
        followed.add(reference)
        own = {keyword: value for keyword, value in read.items() if keyword != "$ref"}
        read = {**as_document(resolve_reference(bundled, reference)), **own}
    return read


class Bundler:
    """Collects what documents refer to, each definition once, under names of one namespace.

    References within the file `host` stay as they are: it keeps its own definitions.
    """

    def __init__(self, prefix: str, name: Naming, host: Path | None = None) -> None:
        self.definitions: dict[str, Any] = {}
        self._prefix = prefix
        self._name = name
        self._host = host
        self._origin: dict[str, str] = {}
        self._documents: dict[Path, Document] = {}

    def local(self, schema: Any, path: Path) -> Any:
        """A copy of `schema`, which stands in the file `path`, with its references into files made local."""
        return with_references(schema, lambda reference: self.local_reference(reference, path))

    def local_reference(self, reference: str, path: Path) -> str:
        """The reference within the bundle to what `reference`, which stands in the file `path`, leads to."""
        if reference.startswith("#") and path == self._host:
            return reference
        file = reference.partition("#")[0]
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", file):
            message = f"{path}: $ref {reference!r} leads out of the files; copy what it means into schemas/common"
            raise ValueError(message)
        tokens = fragment_tokens(reference)
        target = (path.parent / unquote(file)).resolve() if file else path
        wanted = self._name(target, tokens[-1] if tokens else "")
        origin = f"{target}#{to_pointer(tokens)}"
        names = (wanted, *(f"{wanted}_{number}" for number in range(2, len(self._origin) + 3)))
        name = next(name for name in names if self._origin.setdefault(name, origin) == origin)
        if name not in self.definitions:
            self.definitions[name] = {}  # set before descending: a definition may refer to itself
            self.definitions[name] = self.local(resolve_reference(self._load(target), reference), target)
        return f"{self._prefix}{to_fragment((name,))[2:]}"

    def _load(self, path: Path) -> Document:
        if path not in self._documents:
            if not path.is_file():
                raise ValueError(f"{path}: there is no such file")
            self._documents[path] = json.loads(path.read_text(encoding="utf-8"))
        return self._documents[path]

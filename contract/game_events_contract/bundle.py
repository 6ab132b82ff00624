"""Self-contained documents: every `$ref` to another file becomes a `$ref` within the document."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from game_events_contract.repository import Document, SchemaFile

Naming = Callable[[Path, str], str]
"""From a file and a JSON Pointer within it to the name its definition gets in the bundle."""


def resolve_pointer(document: Any, pointer: str) -> Any:
    """The value at a JSON Pointer; KeyError or IndexError when there is none."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def escape(token: str) -> str:
    """A token of a JSON Pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def bundle(file: SchemaFile) -> Document:
    """The schema as one self-contained document; what the server compiles and serves."""
    return bundle_document(file.document, file.path)


def bundle_document(document: Document, path: Path) -> Document:
    """`document`, read from `path`, with everything it refers to under its own `$defs`."""
    bundler = Bundler("#/$defs/", lambda target, pointer: pointer.rpartition("/")[2] or target.parent.name)
    bundled = bundler.inline({key: value for key, value in document.items() if key != "$defs"}, path.resolve())
    if bundler.definitions:
        bundled["$defs"] = dict(sorted(bundler.definitions.items()))
    assert isinstance(bundled, dict)
    return bundled


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

    def inline(self, node: Any, path: Path) -> Any:
        """A copy of `node`, which stands in the file `path`, with its references into files made local."""
        if isinstance(node, list):
            return [self.inline(item, path) for item in node]
        if not isinstance(node, dict):
            return node
        copied = {key: self.inline(value, path) for key, value in node.items() if key != "$ref"}
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return {**({"$ref": self.inline(reference, path)} if "$ref" in node else {}), **copied}
        return {"$ref": self._local(reference, path), **copied}

    def _local(self, reference: str, path: Path) -> str:
        if reference.startswith("#") and path == self._host:
            return reference
        file, _, pointer = reference.partition("#")
        if pointer[:1] not in ("", "/"):
            raise ValueError(f"{path}: $ref {reference!r} names an anchor; write a JSON Pointer like #/$defs/price")
        target = (path.parent / file).resolve() if file else path
        name = self._name(target, pointer)
        origin = f"{target}#{pointer}"
        if self._origin.setdefault(name, origin) != origin:
            raise ValueError(f"{path}: two definitions are named {name!r}: {self._origin[name]} and {origin}")
        if name not in self.definitions:
            self.definitions[name] = {}  # set before descending: a definition may refer to itself
            self.definitions[name] = self.inline(resolve_pointer(self._load(target), pointer), target)
        return f"{self._prefix}{name}"

    def _load(self, path: Path) -> Document:
        if path not in self._documents:
            self._documents[path] = json.loads(path.read_text(encoding="utf-8"))
        return self._documents[path]

"""Self-contained documents: every `$ref` to another file becomes a `$ref` within the document."""

import copy
import json
from pathlib import Path
from typing import Any

from game_events_contract.repository import Document, SchemaFile


def resolve_pointer(document: Any, pointer: str) -> Any:
    """The value at a JSON Pointer; KeyError or IndexError when there is none."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


class _Bundler:
    """Copies what a document refers to into its `$defs`, under the definition's own name."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self._origin: dict[str, str] = {}
        self._documents: dict[Path, Document] = {}

    def inline(self, node: Any, path: Path) -> Any:
        """A copy of `node`, which stands in the file `path`, with its references made local."""
        if isinstance(node, list):
            return [self.inline(item, path) for item in node]
        if not isinstance(node, dict):
            return node
        copied = {key: self.inline(value, path) for key, value in node.items() if key != "$ref"}
        if isinstance(node.get("$ref"), str):
            return {"$ref": f"#/$defs/{self._define(node['$ref'], path)}", **copied}
        return copied

    def _define(self, reference: str, path: Path) -> str:
        file, _, pointer = reference.partition("#")
        target = (path.parent / file).resolve() if file else path
        name = pointer.rpartition("/")[2] or target.parent.name
        origin = f"{target}#{pointer}"
        if self._origin.setdefault(name, origin) != origin:
            raise ValueError(f"{path}: two definitions are named {name!r}: {self._origin[name]} and {origin}")
        if name not in self.definitions:
            self.definitions[name] = {}  # set before descending: a definition may refer to itself
            self.definitions[name] = self.inline(resolve_pointer(self._load(target), pointer), target)
        return name

    def _load(self, path: Path) -> Document:
        if path not in self._documents:
            self._documents[path] = json.loads(path.read_text(encoding="utf-8"))
        return self._documents[path]


def bundle(file: SchemaFile) -> Document:
    """The schema as one self-contained document; what the server compiles and serves."""
    return bundle_document(file.document, file.path)


def bundle_document(document: Document, path: Path) -> Document:
    """`document`, read from `path`, with everything it refers to under its own `$defs`."""
    bundler = _Bundler()
    own = copy.deepcopy({key: value for key, value in document.items() if key != "$defs"})
    bundled: Document = bundler.inline(own, path.resolve())
    if bundler.definitions:
        bundled["$defs"] = dict(sorted(bundler.definitions.items()))
    return bundled

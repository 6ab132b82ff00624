"""TypeScript types of an event version: every document that the schema takes has the type."""

import json
import re
from collections.abc import Iterator

from game_events_contract.annotations import with_words, words_of
from game_events_contract.bundle import bundle
from game_events_contract.keywords import Keyword
from game_events_contract.pointers import fragment_tokens
from game_events_contract.repository import Document, SchemaFile
from game_events_contract.walk import as_document

NOTE = (
    "// Written from {label}. Lengths, patterns, bounds and conditions are the schema's alone: the server checks them."
)
SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typescript(file: SchemaFile) -> str:
    """One module: a type named after the event, and one for each definition that it refers to."""
    return _Module(bundle(file)).text(NOTE.format(label=file.label))


class _Module:
    def __init__(self, bundled: Document) -> None:
        self._root = bundled
        self._names = {"#": bundled["title"]}
        for name in bundled.get("$defs", ()):
            self._names[name] = self._unused(
                "".join(word[0].upper() + word[1:] for word in re.findall(r"[^\W_]+", name))
            )

    def _unused(self, wished: str) -> str:
        name = wished if re.match(r"[A-Za-z]", wished) else f"Type{wished}"
        while name in self._names.values():
            name += "_"
        return name

    def text(self, note: str) -> str:
        event = {keyword: value for keyword, value in self._root.items() if keyword != "$defs"}
        parts = [note, *self._declared(self._names["#"], event)]
        for name, schema in self._root.get("$defs", {}).items():
            parts += self._declared(self._names[name], schema)
        return "\n".join(parts) + "\n"

    def _declared(self, name: str, schema: Document | bool) -> Iterator[str]:
        yield ""
        yield from _comment(as_document(schema), "")
        yield f"export type {name} = {self._type(schema, '')};"

    def _type(self, schema: Document | bool, indent: str) -> str:
        """The type of the values that a schema takes, or a wider one; `unknown` says nothing of them."""
        if schema is False:
            return "never"
        document = as_document(schema)
        found = [self._own_type(document, indent)]
        if Keyword.REF in document:
            tokens = fragment_tokens(document[Keyword.REF])
            found.append(self._names["#" if not tokens else tokens[-1]])
        alternatives = [document[keyword] for keyword in (Keyword.ANY_OF, Keyword.ONE_OF) if keyword in document]
        found += [_union([self._type(branch, indent) for branch in branches]) for branches in alternatives]
        found += [self._type(branch, indent) for branch in document.get(Keyword.ALL_OF, ())]
        said = [part for part in dict.fromkeys(found) if part != "unknown"]
        return " & ".join(f"({part})" if " | " in part and len(said) > 1 else part for part in said) or "unknown"

    def _own_type(self, document: Document, indent: str) -> str:
        if "const" in document:
            return _literal(document["const"])
        if "enum" in document:
            return _union([_literal(value) for value in document["enum"]])
        types = document.get("type", [])
        names = [types] if isinstance(types, str) else types
        return _union([self._of_type(name, document, indent) for name in names])

    def _of_type(self, name: str, document: Document, indent: str) -> str:
        if name == "object":
            return self._object(document, indent)
        if name == "array":
            return self._array(document, indent)
        return SCALARS[name]

    def _array(self, document: Document, indent: str) -> str:
        rest = document.get("items", True)
        first = document.get("prefixItems", ())
        if not first:
            return f"Array<{self._type(rest, indent)}>"
        least = document.get("minItems", 0)
        parts = [self._type(item, indent) for item in first]
        parts = [part if index < least else f"({part})?" for index, part in enumerate(parts)]
        if rest is not False:
            parts.append(f"...Array<{self._type(rest, indent)}>")
        return f"[{', '.join(parts)}]"

    def _object(self, document: Document, indent: str) -> str:
        inner = indent + "  "
        lines: list[str] = []
        for name, schema in document.get("properties", {}).items():
            lines += _comment(as_document(schema), inner)
            mark = "" if name in document.get("required", ()) else "?"
            lines.append(f"{inner}{json.dumps(name)}{mark}: {self._type(schema, inner)};")
        others = [document.get("additionalProperties", True), *document.get("patternProperties", {}).values()]
        if not document.get("properties") and others == [False]:
            return "Record<string, never>"
        types = [self._type(schema, inner) for schema in others if schema is not False]
        if types:  # an index signature has to fit the named fields too
            lines.append(f"{inner}[name: string]: {'unknown' if lines else _union(types)};")
        return "\n".join(["{", *lines, indent + "}"])


def _union(types: list[str]) -> str:
    distinct = list(dict.fromkeys(types))
    return "unknown" if not distinct or "unknown" in distinct else " | ".join(distinct)


def _literal(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_literal(item) for item in value)}]"
    if isinstance(value, dict):
        return "{ " + "".join(f"{json.dumps(name)}: {_literal(item)}; " for name, item in value.items()) + "}"
    return json.dumps(value)


def _comment(document: Document, indent: str) -> Iterator[str]:
    words = words_of(document)
    text = with_words(str(document.get("description", "")), words)
    if Keyword.DEPRECATED in words:  # which editors strike through
        text = f"{text.removesuffix('Deprecated.')}@deprecated"
    if text:
        yield f"{indent}/** {' '.join(text.split()).replace('*/', '* /')} */"

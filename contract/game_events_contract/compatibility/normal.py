"""One form for what is written in several ways: references followed, what `allOf` only spreads brought together.

A schema's normal form allows exactly the values that the schema allows. Two forms are told apart by the rules as any
two schemas are; what the forms no longer say is only where something was written.
"""

from collections.abc import Iterator
from typing import Any

from game_events_contract.compatibility.references import Effort, inline, target
from game_events_contract.compatibility.values import canonical, listed, types
from game_events_contract.keywords import DEFINITIONS, NOTES
from game_events_contract.repository import Document
from game_events_contract.walk import as_document

_SILENT = frozenset((*NOTES, *DEFINITIONS, "title", "default", "$schema", "$id", "$supersedes"))
_LEAST = ("minLength", "minItems", "minProperties", "minimum")
_MOST = ("maxLength", "maxItems", "maxProperties", "maximum")
_NAMED = ("properties", "patternProperties", "dependentSchemas")
_DEPTH = 8
_UNEVALUATED = ("unevaluatedItems", "unevaluatedProperties")
_TOGETHER = (
    ("additionalProperties", ("properties", "patternProperties")),
    ("items", ("prefixItems",)),
    ("prefixItems", ("items",)),
    ("contains", ("contains", "minContains", "maxContains")),
    ("minContains", ("contains", "minContains", "maxContains")),
    ("maxContains", ("contains", "minContains", "maxContains")),
    ("if", ("if", "then", "else")),
    ("then", ("if", "then", "else")),
    ("else", ("if", "then", "else")),
)
"""A keyword, and those that mean something else when they come to stand beside it."""


class Forms:
    """The normal forms of one document's subschemas; each is made once, so that it keeps its identity."""

    def __init__(self, root: Document) -> None:
        self.root = root
        self._known: dict[int, tuple[Any, Document]] = {}
        self._texts: dict[int, tuple[Any, str]] = {}

    def of(self, schema: Any) -> Document:
        """The normal form of a schema of the document, or of one put together from its parts."""
        known = self._known.get(id(schema))
        if known is None:
            known = (schema, self._made(as_document(schema)))
            self._known[id(schema)] = known
        return known[1]

    def text(self, schema: Any, effort: Effort) -> str:
        """The same text for schemas that are written alike, references followed. Entangled when `effort` ends."""
        known = self._texts.get(id(schema))
        if known is None:
            known = (schema, canonical(inline(schema, self.root, effort)))
            self._texts[id(schema)] = known
        return known[1]

    def _made(self, schema: Document) -> Document:
        own = {keyword: value for keyword, value in schema.items() if keyword not in _SILENT}
        parts = [target(own.pop("$ref"), self.root)] if "$ref" in own else []
        parts += own.pop("allOf", [])
        for keyword in ("anyOf", "oneOf"):
            if len(own.get(keyword, ())) == 1:
                parts += own.pop(keyword)
        if not own and len(parts) == 1:
            return self.of(parts[0])
        apart: list[Any] = []
        for part in parts:
            form = self.of(part)
            together = conjunction(own, {keyword: value for keyword, value in form.items() if keyword != "allOf"})
            if together is None:
                apart.append(form)
            else:
                own = together
                apart += form.get("allOf", [])
        return {**own, "allOf": apart} if apart else own

    def alternatives(self, schema: Any, depth: int = _DEPTH) -> Iterator[Any]:
        """What a schema that is `anyOf` and nothing else allows one by one, also where that stands within another."""
        form = self.of(schema)
        if form.keys() != {"anyOf"} or depth == 0:
            yield schema
            return
        for branch in form["anyOf"]:
            yield from self.alternatives(branch, depth - 1)

    def cases(self, form: Document) -> Iterator[list[Document]]:
        """Ways to split a normal form: whatever the schema allows is allowed by one of the forms of each list."""
        for keyword in ("anyOf", "oneOf"):
            if keyword in form:
                # Beside `anyOf`, several branches together decide what is left to `unevaluated…`.
                rest = _without(form, keyword, *(_UNEVALUATED if keyword == "anyOf" else ()))
                yield [self.of(_with(rest, branch, *others)) for branch, *others in _branches(keyword, form[keyword])]
        if "if" in form:
            rest = _without(form, "if", "then", "else", *_UNEVALUATED)
            held = _with(rest, form["if"], form.get("then", True))
            yield [self.of(held), self.of(_with(rest, {"not": form["if"]}, form.get("else", True)))]
        declared = form.get("type")
        if isinstance(declared, list) and len(declared) > 1:
            yield [self.of({**form, "type": one}) for one in declared]


def _without(form: Document, *keywords: str) -> Document:
    return {keyword: value for keyword, value in form.items() if keyword not in keywords}


def _with(form: Document, *conditions: Any) -> Document:
    return {**form, "allOf": [*form.get("allOf", []), *conditions]}


def _branches(keyword: str, branches: list[Any]) -> Iterator[list[Any]]:
    """Each branch, with that the value passes none of the others where only one may hold."""
    for index, branch in enumerate(branches):
        others = [*branches[:index], *branches[index + 1 :]]
        yield [branch, {"not": {"anyOf": others}}] if keyword == "oneOf" else [branch]


def conjunction(left: Document, right: Document) -> Document | None:
    """One schema without `allOf` that allows what both allow; None where the two would change each other's meaning."""
    if not right:
        return left
    if any(keyword in right for keyword in _UNEVALUATED) or _entangled(left, right) or _entangled(right, left):
        return None
    joined = dict(left)
    for keyword, value in right.items():
        if keyword not in left:
            joined[keyword] = value
            continue
        both = _both(keyword, left, right)
        if both is None:
            return None
        joined[keyword] = both
    if joined.get("type") == []:
        return {"not": {}}
    if "enum" in joined and "const" in joined and not {"enum", "const"} <= left.keys():
        values = listed(joined) or []
        joined = {**_without(joined, "const"), "enum": values}
    return joined


def _entangled(left: Document, right: Document) -> bool:
    return any(keyword in left and any(other in right for other in others) for keyword, others in _TOGETHER)


def _both(keyword: str, left: Document, right: Document) -> Any:
    """What a keyword says in two schemas at once; None where one keyword cannot say it."""
    ours, theirs = left[keyword], right[keyword]
    if canonical(ours) == canonical(theirs):
        return ours
    if keyword == "required":
        return list(dict.fromkeys((*ours, *theirs)))
    if keyword == "type":
        return sorted(types(left) & types(right))
    if keyword in _LEAST:
        return max(ours, theirs)
    if keyword in _MOST:
        return min(ours, theirs)
    if keyword == "uniqueItems":
        return True
    if keyword == "enum":
        known = set(map(canonical, theirs))
        return [value for value in ours if canonical(value) in known]
    if keyword in _NAMED:
        return {**ours, **{name: _each(ours[name], rule) if name in ours else rule for name, rule in theirs.items()}}
    if keyword in ("items", "propertyNames", "additionalProperties"):
        return _each(ours, theirs)
    return None


def _each(left: Any, right: Any) -> Any:
    if right is True or right == {}:
        return left
    return right if left is True or left == {} else {"allOf": [left, right]}

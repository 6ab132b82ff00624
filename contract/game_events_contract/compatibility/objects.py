"""The rules for objects: fields that come, go and change."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from game_events_contract.bundle import escape
from game_events_contract.compatibility.references import resolve
from game_events_contract.compatibility.rules import ASIDE, RULES, Change, Tier
from game_events_contract.compatibility.values import count_findings, matches
from game_events_contract.repository import Document


class ObjectRules:
    """`properties`, `required`, `additionalProperties` and their kin."""

    old_root: Document
    new_root: Document

    @abstractmethod
    def subschema(
        self, old: Any, new: Any, pointer: str, possible: frozenset[str] | None = None
    ) -> Iterator[Change]: ...

    def possible_names(self, schema: Document, possible: frozenset[str] | None) -> frozenset[str] | None:
        """The only field names that objects valid by this schema can have; None when they can have any."""
        if schema.get("additionalProperties") is False and not schema.get("patternProperties"):
            own = frozenset(schema.get("properties", {}))
            return own if possible is None else own & possible
        return possible

    def object_changes(
        self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None
    ) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in [*after, *(name for name in before if name not in after)]:
            here = f"{pointer}/properties/{escape(name)}"
            if name in before and name in after:
                yield from self.subschema(before[name], after[name], here)
            elif name in after:
                yield from self._added(name, old, new, here, possible)
            else:
                yield from self._removed(name, old, new, here)
        yield from self._required(old, new, pointer)
        yield from self._rest(old, new, pointer, possible)
        for rule, keyword, detail in count_findings(old, new, "minProperties", "maxProperties"):
            yield Change(RULES[rule], f"{pointer}/{keyword}", detail)
        yield from self._names(old, new, pointer)
        yield from self._dependent_required(old, new, pointer)

    def _added(
        self, name: str, old: Document, new: Document, here: str, possible: frozenset[str] | None
    ) -> Iterator[Change]:
        if name in new.get("required", ()) and name not in old.get("required", ()):
            return  # said by the rule for required fields
        elsewhere = self._elsewhere(name, old)
        known = self.possible_names(old, possible)
        if elsewhere is False or (known is not None and name not in known):
            yield Change(RULES["optional-field-added"], here, name)
        elif self._breaks(elsewhere, new["properties"][name]):
            yield Change(RULES["field-added-to-open-object"], here, name)
        else:
            yield Change(RULES["optional-field-added"], here, name)

    def _removed(self, name: str, old: Document, new: Document, here: str) -> Iterator[Change]:
        elsewhere = self._elsewhere(name, new)
        if elsewhere is False:
            yield Change(RULES["field-removed"], here, name)
        else:
            yield Change(RULES["field-removed-from-open-object"], here, name)
            yield from self._only_breaking(old["properties"][name], elsewhere, here)

    def _elsewhere(self, name: str, schema: Document) -> Any:
        """What an object schema says of a field it has no property for."""
        matching = [rule for pattern, rule in schema.get("patternProperties", {}).items() if matches(pattern, name)]
        if matching:
            return matching[0] if len(matching) == 1 else {"allOf": matching}
        return schema.get("additionalProperties", True)

    def _said(self, name: str, schema: Document) -> Any:
        """What an object schema at least says of a field."""
        fields: Document = schema.get("properties", {})
        return fields[name] if name in fields else self._elsewhere(name, schema)

    def _required(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        before, after = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(after - before):
            known = name in old.get("properties", {})
            rule = "field-made-required" if known else "required-field-added"
            yield Change(RULES[rule], f"{pointer}/properties/{name}", name)
        for name in sorted(before - after):
            if name in new.get("properties", {}):
                yield Change(RULES["field-made-optional"], f"{pointer}/properties/{name}", name)

    def _rest(self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None) -> Iterator[Change]:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        here = f"{pointer}/additionalProperties"
        if before is not False and after is False:
            names = self.possible_names(old, possible)
            if names is None or any(self._shut_out(name, old, new) for name in names):
                yield Change(RULES["object-closed"], here)
        elif before is False and after is not False:
            yield Change(RULES["object-opened"], here)
        elif before is not False:
            yield from self.subschema(before, after, here)
        patterns_before, patterns_after = old.get("patternProperties", {}), new.get("patternProperties", {})
        for pattern in [*patterns_before, *(pattern for pattern in patterns_after if pattern not in patterns_before)]:
            spot = f"{pointer}/patternProperties/{escape(pattern)}"
            if pattern in patterns_before and pattern in patterns_after:
                yield from self.subschema(patterns_before[pattern], patterns_after[pattern], spot)
            elif pattern in patterns_before:
                if after is False:
                    yield Change(RULES["field-removed"], spot, pattern)
                else:
                    yield Change(RULES["field-constraint-removed"], spot, pattern)
                    yield from self._only_breaking(patterns_before[pattern], after, spot)
            else:
                yield from self._pattern_added(pattern, old, new, spot, possible)

    def _pattern_added(
        self, pattern: str, old: Document, new: Document, spot: str, possible: frozenset[str] | None
    ) -> Iterator[Change]:
        """A name pattern is harmless where every field that it can meet was at least as narrow before."""
        known = self.possible_names(old, possible)
        if known is None:
            met = [rule for name, rule in old.get("properties", {}).items() if matches(pattern, name)]
            met += [*old.get("patternProperties", {}).values(), old.get("additionalProperties", True)]
        else:
            met = [self._said(name, old) for name in known if matches(pattern, name)]
        breaks = any(self._breaks(rule, new["patternProperties"][pattern]) for rule in met)
        yield Change(RULES["field-added-to-open-object" if breaks else "optional-field-added"], spot, pattern)

    def _shut_out(self, name: str, old: Document, new: Document) -> bool:
        """Whether a field that no rule but the one for the rest speaks of was allowed before and is refused now."""
        described = name in old.get("properties", {}) or name in new.get("properties", {})
        return not described and self._elsewhere(name, old) is not False and self._elsewhere(name, new) is False

    def _names(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        """Names are texts, whether their rule says so or not."""
        before, after = (
            {"type": "string", **resolve(schema.get("propertyNames", True), root)}
            for schema, root in ((old, self.old_root), (new, self.new_root))
        )
        yield from self.subschema(before, after, f"{pointer}/propertyNames")

    def _dependent_required(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        before, after = old.get("dependentRequired", {}), new.get("dependentRequired", {})
        for name in [*after, *(name for name in before if name not in after)]:
            here = f"{pointer}/dependentRequired/{name}"
            more = set(after.get(name, ())) - set(before.get(name, ())) - set(old.get("required", ()))
            if more:
                yield Change(RULES["condition-added"], here, ", ".join(sorted(more)))
            elif set(before.get(name, ())) - set(after.get(name, ())):
                yield Change(RULES["condition-removed"], here)

    def _breaks(self, old: Any, new: Any) -> bool:
        return any(True for _ in self._only_breaking(old, new, ASIDE))

    def _only_breaking(self, old: Any, new: Any, pointer: str) -> Iterator[Change]:
        return (change for change in self.subschema(old, new, pointer) if change.rule.tier is Tier.WIRE)

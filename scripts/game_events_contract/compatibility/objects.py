"""The rules for objects: fields that come, go and change."""

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from game_events_contract.bundle import escape
from game_events_contract.compatibility.rules import RULES, Change, Tier
from game_events_contract.compatibility.values import count_findings
from game_events_contract.repository import Document


class ObjectRules:
    """`properties`, `required`, `additionalProperties` and their kin."""

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
        matching = [rule for pattern, rule in schema.get("patternProperties", {}).items() if re.search(pattern, name)]
        if matching:
            return matching[0] if len(matching) == 1 else {"allOf": matching}
        return schema.get("additionalProperties", True)

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
            if self.possible_names(old, possible) is None:
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
        rule = new["patternProperties"][pattern]
        known = self.possible_names(old, possible)
        if known is None:
            narrower = not self._breaks(old.get("additionalProperties", True), rule)
            known = frozenset(old.get("properties", {}))
        else:
            narrower = True
        met = [name for name in known if re.search(pattern, name)]
        if narrower and not any(self._breaks(old["properties"].get(name, True), rule) for name in met):
            yield Change(RULES["optional-field-added"], spot, pattern)
        else:
            yield Change(RULES["field-added-to-open-object"], spot, pattern)

    def _names(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        def named(schema: Document) -> Any:
            rule = schema.get("propertyNames", True)
            return {"type": "string", **rule} if isinstance(rule, dict) else ({"type": "string"} if rule else rule)

        if old.get("propertyNames", True) != new.get("propertyNames", True):
            yield from self.subschema(named(old), named(new), f"{pointer}/propertyNames")

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
        return any(True for _ in self._only_breaking(old, new, ""))

    def _only_breaking(self, old: Any, new: Any, pointer: str) -> Iterator[Change]:
        return (change for change in self.subschema(old, new, pointer) if change.rule.tier is Tier.WIRE)

"""The rules for conditions: `allOf`, `anyOf`, `oneOf`, `not`, `if`, and what else looks at the same value again."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from game_events_contract.compatibility.references import resolve
from game_events_contract.compatibility.rules import ASIDE, RULES, Change, Tier
from game_events_contract.compatibility.values import canonical, listed, types
from game_events_contract.repository import Document

_OPAQUE = ("contains", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties")
_LEFT_OVER = ("unevaluatedItems", "unevaluatedProperties")
_EVALUATING = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "contains")
"""Beside `properties` and the like, what decides which fields and items are left to `unevaluated…`."""
_CONDITIONS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", *_OPAQUE)


class CompositionRules:
    """A condition is harmless when it is the same as before or provably refuses no more."""

    old_root: Document
    new_root: Document

    @abstractmethod
    def subschema(
        self, old: Any, new: Any, pointer: str, possible: frozenset[str] | None = None
    ) -> Iterator[Change]: ...

    @abstractmethod
    def _alike(self, old: Any, new: Any) -> bool: ...

    @property
    @abstractmethod
    def contrary(self) -> "CompositionRules": ...

    def composition_changes(
        self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None
    ) -> Iterator[Change]:
        yield from self._all_of(old, new, pointer, possible)
        yield from self._any_of(old, new, pointer, possible)
        yield from self._one_of(old, new, pointer, possible)
        yield from self._not(old, new, pointer)
        yield from self._if(old, new, pointer, possible)
        yield from self._dependent_schemas(old, new, pointer, possible)
        for keyword in _OPAQUE:
            if not self._same(old.get(keyword), new.get(keyword)):
                kind = "added" if keyword not in old else "removed" if keyword not in new else "changed"
                harmless = kind == "removed" and keyword not in ("minContains", "maxContains")
                rule = (
                    "condition-removed" if harmless else "condition-changed" if kind != "added" else "condition-added"
                )
                yield Change(RULES[rule], f"{pointer}/{keyword}")
            elif keyword in _LEFT_OVER and keyword in new and self._more_left(keyword, old, new):
                yield Change(RULES["condition-changed"], f"{pointer}/{keyword}")

    def _passes(self, old: Any, new: Any, possible: frozenset[str] | None = None) -> bool:
        """Whether everything that `old` allows provably passes `new`."""
        return all(change.rule.tier is not Tier.WIRE for change in self.subschema(old, new, ASIDE, possible))

    def _more_left(self, keyword: str, old: Document, new: Document) -> bool:
        """Whether `unevaluatedProperties` or `unevaluatedItems` may have more to judge than before."""
        if keyword == "unevaluatedItems":
            rest, fewer = "items", len(new.get("prefixItems", ())) < len(old.get("prefixItems", ()))
        else:
            rest = "additionalProperties"
            fewer = any(
                old.get(name, {}).keys() - new.get(name, {}).keys() for name in ("properties", "patternProperties")
            )
        if rest in new or new[keyword] in (True, {}):
            return False
        before, after = ({key: schema[key] for key in _EVALUATING if key in schema} for schema in (old, new))
        return fewer or rest in old or not self._alike(before, after)

    def _same(self, old: Any, new: Any) -> bool:
        """Whether two keywords' values say the same, references followed."""
        if old is None or new is None:
            return old is new
        return self._alike(old, new)

    def _all_of(self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None) -> Iterator[Change]:
        before, after = old.get("allOf", []), new.get("allOf", [])
        if not before and not after:
            return
        plain = {key: value for key, value in old.items() if key not in _CONDITIONS}
        implied = 0
        for index, condition in enumerate(after):
            if any(self._passes(known, condition, possible) for known in [*before, plain]):
                implied += 1
                continue
            rule = "condition-changed" if index < len(before) else "condition-added"
            yield Change(RULES[rule], f"{pointer}/allOf/{index}")
        if implied == len(after) and not self._alike(before, after):
            rule = "condition-removed" if len(after) < len(before) else "condition-loosened"
            yield Change(RULES[rule], f"{pointer}/allOf")

    def _any_of(self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None) -> Iterator[Change]:
        before, after = old.get("anyOf"), new.get("anyOf")
        here = f"{pointer}/anyOf"
        if after is None:
            if before is not None:
                yield Change(RULES["condition-removed"], here)
            return
        plain = {key: value for key, value in old.items() if key not in _CONDITIONS}
        branches = before if before is not None else old.get("oneOf", [plain])
        stranded = [
            index
            for index, branch in enumerate(branches)
            if not any(self._passes(branch, option, possible) for option in after)
        ]
        if stranded and not any(self._passes(plain, option, possible) for option in after):
            yield Change(RULES["condition-added" if before is None else "condition-changed"], here)
        elif not self._same(before, after):
            yield Change(RULES["condition-loosened"], here)

    def _one_of(self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None) -> Iterator[Change]:
        before, after = old.get("oneOf"), new.get("oneOf")
        here = f"{pointer}/oneOf"
        if after is None:
            if before is not None:
                yield Change(RULES["condition-removed"], here)
            return
        if before is not None and self._alike(before, after):
            return
        plain = {key: value for key, value in old.items() if key not in _CONDITIONS}
        branches = before if before is not None else old.get("anyOf", [plain])
        reached = all(any(self._passes(branch, option, possible) for option in after) for branch in branches)
        if reached and self._exclusive(after):
            yield Change(RULES["condition-loosened"], here)
        else:
            yield Change(RULES["condition-added" if before is None else "condition-changed"], here)

    def _exclusive(self, branches: list[Any]) -> bool:
        """Whether no value can match two of the branches, so that one more branch takes nothing away."""
        resolved = [resolve(branch, self.new_root) for branch in branches]
        return all(
            self._disjoint(left, right) for index, left in enumerate(resolved) for right in resolved[index + 1 :]
        )

    def _disjoint(self, left: Document, right: Document, depth: int = 8) -> bool:
        """Whether no value passes both, as far as `depth` levels of fields can tell."""
        if not types(left) & types(right):
            return True
        ours, theirs = listed(left), listed(right)
        if ours is not None and theirs is not None:
            return not {canonical(value) for value in ours} & {canonical(value) for value in theirs}
        shared = set(left.get("required", ())) & set(right.get("required", ()))
        if depth == 0 or types(left) != {"object"} or types(right) != {"object"}:
            return False
        return any(
            self._disjoint(
                resolve(left["properties"][name], self.new_root),
                resolve(right["properties"][name], self.new_root),
                depth - 1,
            )
            for name in shared
            if name in left.get("properties", {}) and name in right.get("properties", {})
        )

    def _not(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        if "not" not in new:
            if "not" in old:
                yield Change(RULES["condition-removed"], f"{pointer}/not")
        elif "not" not in old:
            yield Change(RULES["condition-added"], f"{pointer}/not")
        elif not self._alike(old["not"], new["not"]):
            # What is forbidden now must have been forbidden before: the other way round.
            harmless = self.contrary._passes(new["not"], old["not"])
            yield Change(RULES["condition-loosened" if harmless else "condition-changed"], f"{pointer}/not")

    def _if(self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None) -> Iterator[Change]:
        if "if" not in old and "if" not in new:
            return
        if "if" not in new or not ("then" in new or "else" in new):
            yield Change(RULES["condition-removed"], f"{pointer}/if")
        elif "if" not in old:
            yield Change(RULES["condition-added"], f"{pointer}/if")
        elif self._alike(old["if"], new["if"]):
            for keyword in ("then", "else"):
                if not self._passes(old.get(keyword, True), new.get(keyword, True), possible):
                    yield Change(RULES["condition-changed"], f"{pointer}/{keyword}")
                elif not self._same(old.get(keyword), new.get(keyword)):
                    yield Change(RULES["condition-loosened"], f"{pointer}/{keyword}")
        else:
            yield Change(RULES["condition-changed"], f"{pointer}/if")

    def _dependent_schemas(
        self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None
    ) -> Iterator[Change]:
        before, after = old.get("dependentSchemas", {}), new.get("dependentSchemas", {})
        for name in [*after, *(name for name in before if name not in after)]:
            here = f"{pointer}/dependentSchemas/{name}"
            if name not in after:
                yield Change(RULES["condition-removed"], here)
            elif not self._passes(before.get(name, True), after[name], possible):
                yield Change(RULES["condition-changed" if name in before else "condition-added"], here)
            elif not self._same(before.get(name), after[name]):
                yield Change(RULES["condition-loosened"], here)

"""Whether everything that one schema allows passes another: yes, or not proved.

The same rules that say what changed are put to both schemas' normal forms, to the parts of the older, and to the cases
it splits into. A step that comes back to what it set out to prove, further down in a value, may take it for granted.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from game_events_contract.compatibility.comparison import Pair, Rules
from game_events_contract.compatibility.disjoint import Sides
from game_events_contract.compatibility.names import Names, possible_names
from game_events_contract.compatibility.normal import Forms
from game_events_contract.compatibility.references import Effort, Entangled, contains_itself, inline
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule, Tier
from game_events_contract.compatibility.values import finite, impossible
from game_events_contract.pointers import Tokens

MOST_STEPS = 50_000
"""How many steps all proofs of a comparison take at most; what is not proved by then counts as breaking."""
_TRIAL = 100
"""How many steps a value costs that is tried: a validator has to be made for it."""
_MOST_LEVELS = 40
_Key = tuple[int, int, Names]


class Proof:
    """All that is proved, or was tried in vain, between two documents."""

    def __init__(self, rules: Rules, old: Forms, new: Forms) -> None:
        self.old, self.new = old, new
        self._rules = rules
        self._effort = Effort(MOST_STEPS)
        self._known: dict[_Key, bool] = {}
        self._open: set[_Key] = set()
        self._granted = 0
        self._kept: list[Any] = []
        self._contrary: Proof | None = None
        self._sides = Sides(self)

    @property
    def contrary(self) -> "Proof":
        """The same the other way round; one for all, so that what is open is remembered within `not`."""
        if self._contrary is None:
            self._contrary = Proof(self._rules, self.new, self.old)
            self._contrary._contrary = self
            self._contrary._effort = self._effort
        return self._contrary

    def passes(self, old: Any, new: Any, possible: Names = None) -> bool:
        key = (id(old), id(new), possible)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            self._granted += 1
            return True
        if len(self._open) >= _MOST_LEVELS:
            return False
        granted = self._all_granted()
        self._kept += [old, new]  # what is known by its identity stays alive
        self._open.add(key)
        try:
            self._effort.step()
            result = self._passes(old, new, possible)
        except Entangled:
            result = False
        finally:
            self._open.discard(key)
        if not result or self._all_granted() == granted:  # what rests on something granted is not known by itself
            self._known[key] = result
        return result

    def _all_granted(self) -> int:
        return self._granted + (0 if self._contrary is None else self._contrary._granted)

    def _passes(self, old: Any, new: Any, possible: Names) -> bool:
        if self.alike(old, new):
            return True
        before, after = self.old.of(old), self.new.of(new)
        if impossible(before) or impossible(after):
            return impossible(before)
        pair = Pair(self, before, after, (), possible_names(before, self.old, possible))
        if all(change.rule.tier is not Tier.WIRE for change in self._rules(pair)):
            return True
        values = finite(before)
        if values is not None:
            return all(self.fails_old(value, before) or self.accepts_new(value, after) for value in values)
        if any(self.passes(part, after, pair.names) for part in before.get("allOf", ())):
            return True
        return any(all(self.passes(case, after, possible) for case in cases) for cases in self.old.cases(before))

    def changes(self, old: Any, new: Any, tokens: Tokens, possible: Names = None) -> Iterator[Change]:
        """For the rules: what breaks, without its place."""
        if not self.passes(old, new, possible):
            yield Change(CompatibilityRule.CONDITION_CHANGED, "")

    breaking = changes

    def passes_any(self, old: Any, options: list[Any], possible: Names) -> bool:
        return self._each_is_among(old, options) or any(self.passes(old, option, possible) for option in options)

    def _each_is_among(self, old: Any, options: list[Any]) -> bool:
        """Whether each of the older alternatives is there still, which costs no proof of any."""
        after = {self.new.text(leaf, self._effort) for option in options for leaf in self.new.alternatives(option)}
        after |= {self.new.text(option, self._effort) for option in options}
        return all(self.old.text(leaf, self._effort) in after for leaf in self.old.alternatives(old))

    def passes_one(self, old: Any, options: list[Any], possible: Names) -> bool:
        return any(
            self.passes(old, option, possible)
            and all(self.disjoint(old, other) for other in (*options[:index], *options[index + 1 :]))
            for index, option in enumerate(options)
        )

    def disjoint(self, old: Any, new: Any) -> bool:
        try:
            return self._sides.disjoint(old, new)
        except Entangled:
            return False

    def alike(self, old: Any, new: Any) -> bool:
        return self.old.text(old, self._effort) == self.new.text(new, self._effort)

    def fails_old(self, value: Any, schema: Any) -> bool:
        """Whether a value surely is refused by a schema of the older document."""
        return self._verdict(value, schema, self.old) is False

    def fails_new(self, value: Any, schema: Any) -> bool:
        return self._verdict(value, schema, self.new) is False

    def accepts_new(self, value: Any, schema: Any) -> bool:
        return self._verdict(value, schema, self.new) is True

    def _verdict(self, value: Any, schema: Any, forms: Forms) -> bool | None:
        """None for a schema that contains itself: its inlined form is no schema that a validator could take."""
        for _ in range(_TRIAL):
            self._effort.step()
        judging = inline(schema, forms.root, self._effort)
        if contains_itself(judging):
            return None
        return jsonschema_rs.Draft202012Validator(judging, validate_formats=True).is_valid(value)

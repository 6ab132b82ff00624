"""The rules for conditions: `allOf`, `anyOf`, `oneOf`, `not`, `if` and `dependentSchemas`.

A condition is harmless when it is the same as before or provably refuses no more.
"""

from collections.abc import Callable, Iterator
from typing import Any

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.names import Names
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.repository import Document


def condition_changes(pair: Pair) -> Iterator[Change]:
    for family in (_all_of, _any_of, _one_of, _not, _if, _dependent_schemas):
        yield from family(pair)


def _all_of(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("allOf", []), pair.new.get("allOf", [])
    implied = 0
    for index, condition in enumerate(after):
        if pair.passes(condition):
            implied += 1
            continue
        rule = Rule.CONDITION_CHANGED if index < len(before) else Rule.CONDITION_ADDED
        yield pair.change(rule, "allOf", str(index))
    if implied == len(after) and not pair.alike("allOf"):
        rule = Rule.CONDITION_REMOVED if len(after) < len(before) else Rule.CONDITION_LOOSENED
        yield pair.change(rule, "allOf")


def _any_of(pair: Pair) -> Iterator[Change]:
    return _options(pair, "anyOf", pair.within.passes_any)


def _one_of(pair: Pair) -> Iterator[Change]:
    return _options(pair, "oneOf", pair.within.passes_one)


def _options(pair: Pair, keyword: str, passes: Callable[[Any, list[Any], Names], bool]) -> Iterator[Change]:
    before, after = pair.old.get(keyword), pair.new.get(keyword)
    if after is None:
        if before is not None:
            yield pair.change(Rule.CONDITION_REMOVED, keyword)
    elif not pair.alike(keyword):
        if passes(pair.old, after, pair.names):
            yield pair.change(Rule.CONDITION_LOOSENED, keyword)
        else:
            yield pair.change(Rule.CONDITION_ADDED if before is None else Rule.CONDITION_CHANGED, keyword)


def _not(pair: Pair) -> Iterator[Change]:
    if "not" not in pair.new:
        if "not" in pair.old:
            yield pair.change(Rule.CONDITION_REMOVED, "not")
    elif not pair.alike("not"):
        if pair.within.disjoint(pair.old, pair.new["not"]):
            yield pair.change(Rule.CONDITION_LOOSENED, "not")
        else:
            yield pair.change(Rule.CONDITION_CHANGED if "not" in pair.old else Rule.CONDITION_ADDED, "not")


def _if(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if "if" not in new or not ("then" in new or "else" in new):
        if "if" in old:
            yield pair.change(Rule.CONDITION_REMOVED, "if")
        return
    if pair.alike("if", "then", "else"):
        return
    same = pair.alike("if")
    kept = {
        keyword: same and pair.within.passes(_branch(old, keyword), _branch(new, keyword), pair.names)
        for keyword in ("then", "else")
    }
    then = kept["then"] or pair.passes(_branch(new, "then")) or pair.within.disjoint(old, new["if"])
    otherwise = kept["else"] or pair.passes(_branch(new, "else")) or pair.passes(new["if"])
    if then and otherwise:
        yield pair.change(Rule.CONDITION_LOOSENED, "if" if not same else "else" if pair.alike("then") else "then")
    elif "if" not in old:
        yield pair.change(Rule.CONDITION_ADDED, "if")
    elif not same:
        yield pair.change(Rule.CONDITION_CHANGED, "if")
    else:
        for keyword, holds in (("then", then), ("else", otherwise)):
            if not holds:
                yield pair.change(Rule.CONDITION_CHANGED, keyword)


def _branch(schema: Document, keyword: str) -> Any:
    return schema.get(keyword, True) if "if" in schema else True


def _dependent_schemas(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("dependentSchemas", {}), pair.new.get("dependentSchemas", {})
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in after:
            yield pair.change(Rule.CONDITION_REMOVED, "dependentSchemas", name)
        elif name in before and pair.within.alike(before[name], after[name]):
            continue
        elif (
            (pair.names is not None and name not in pair.names)
            or pair.within.passes(before.get(name, True), after[name], pair.names)
            or pair.passes(after[name])
        ):
            yield pair.change(Rule.CONDITION_LOOSENED, "dependentSchemas", name)
        else:
            rule = Rule.CONDITION_CHANGED if name in before else Rule.CONDITION_ADDED
            yield pair.change(rule, "dependentSchemas", name)

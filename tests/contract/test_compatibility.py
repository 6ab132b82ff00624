"""The gate's verdicts, against proofs, against the version steps they need, and against two other tools."""

import json
import os
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest
from contract.compatibility_pairs import OVERCAUTIOUS, PAIRS
from contract.direction_pairs import DIRECTIONS, Directions
from contract.schema_pair import HARMLESS as NOTHING
from contract.schema_pair import Pair
from game_events_contract.compatibility import compare
from game_events_contract.modes import Mode
from game_events_contract.steps import ModeReport, forward_changes, judged

BREAKING = [pair for pair in PAIRS if pair.breaking]
HARMLESS = [pair for pair in PAIRS if not pair.breaking]
SLOW_TO_GENERATE = {
    "branch added to any within any, of many events": "jsoncompat tries for seconds, and may find no value"
}


@pytest.fixture(scope="module")
def jsoncompat() -> Any:
    return pytest.importorskip("jsoncompat", reason="jsoncompat has no wheels for this Python")


def as_document(schema: Any) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {"allOf": [schema]}


def accepts(schema: Any, value: Any) -> bool:
    return jsonschema_rs.validator_for(as_document(schema), validate_formats=True).is_valid(value)


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(PAIRS) >= 120
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("pair", BREAKING, ids=str)
def test_the_witness_proves_the_pair_breaking(pair: Pair) -> None:
    assert accepts(pair.old, pair.witness)
    assert not accepts(pair.new, pair.witness)


@pytest.mark.parametrize("pair", BREAKING, ids=str)
def test_no_breaking_pair_passes(pair: Pair) -> None:
    assert compare(as_document(pair.old), as_document(pair.new)).breaking


@pytest.mark.parametrize("pair", HARMLESS, ids=str)
def test_harmless_pairs_pass_but_for_the_listed_false_alarms(pair: Pair) -> None:
    report = compare(as_document(pair.old), as_document(pair.new))
    assert report.breaking == (pair.name in OVERCAUTIOUS), report.as_json()


@pytest.mark.parametrize(
    ("keyword", "value"), [("$anchor", "x"), ("$dynamicAnchor", "x"), ("$dynamicRef", "#x"), ("$id", "x")]
)
def test_what_could_lead_elsewhere_unseen_is_breaking(keyword: str, value: str) -> None:
    old = {"properties": {"a": {keyword: value, "type": "string"}}}
    report = compare(old, {**old, "$comment": "another"})
    assert ("keyword-unknown", f"/properties/a/{keyword}") in [
        (change.rule.id, change.pointer) for change in report.changes
    ]
    assert report.required_step.name == "MODEL"


def test_a_reference_to_an_anchor_cannot_be_compared() -> None:
    old, new = (
        {"properties": {"a": {"$ref": "#x"}}, "$defs": {"d": {"$anchor": "x", "type": kind}}}
        for kind in ("string", "integer")
    )
    with pytest.raises(ValueError, match="names an anchor"):
        compare(old, new)


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.name not in OVERCAUTIOUS], ids=str)
def test_the_version_step_is_the_one_that_the_change_needs(pair: Pair) -> None:
    report = compare(as_document(pair.old), as_document(pair.new))
    assert report.required_step.name == pair.bump, report.as_json()


@pytest.mark.parametrize("pair", [pair for pair in HARMLESS if pair.name not in SLOW_TO_GENERATE], ids=str)
def test_generated_values_of_the_old_schema_pass_a_harmless_new_one(pair: Pair, jsoncompat: Any) -> None:
    try:
        values = [json.loads(jsoncompat.generate_value(json.dumps(pair.old), 5)) for _ in range(20)]
    except ValueError:
        pytest.skip("jsoncompat generates no value of this schema")
    valid = [value for value in values if accepts(pair.old, value)]
    assert all(accepts(pair.new, value) for value in valid)


def test_what_jsoncompat_calls_breaking_the_gate_calls_breaking_unless_proven_harmless(jsoncompat: Any) -> None:
    """Oracle one. Where it alarms and the gate does not, the label says harmless and its values prove it."""
    missed = []
    for pair in PAIRS:
        try:
            alarmed = not jsoncompat.check_compat(json.dumps(pair.old), json.dumps(pair.new), "deserializer")
        except ValueError:
            continue
        if alarmed and not compare(as_document(pair.old), as_document(pair.new)).breaking:
            missed.append(pair)
    assert not [pair.name for pair in missed if pair.breaking]


SUBSCHEMA = """
import json, sys, warnings
warnings.simplefilter("ignore")
from jsonsubschema import isSubschema
verdicts = {}
for name, old, new in json.load(sys.stdin):
    try:
        verdicts[name] = bool(isSubschema(old, new))
    except BaseException:
        pass
json.dump(verdicts, sys.stdout)
"""


def test_what_jsonsubschema_refutes_the_gate_refuses() -> None:
    """Oracle two, in a process of its own: it warns, recurses and raises on much of draft 2020-12."""
    asked = [(p.name, p.old, p.new) for p in PAIRS if isinstance(p.old, dict) and isinstance(p.new, dict)]
    answer = subprocess.run(
        [sys.executable, "-c", SUBSCHEMA],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    verdicts = json.loads(answer.stdout.splitlines()[-1])
    assert len(verdicts) >= 60
    by_name = {pair.name: pair for pair in PAIRS}
    refuted = [by_name[name] for name, subset in verdicts.items() if not subset]
    let_through = [p.name for p in refuted if p.breaking and not compare(p.old, p.new).breaking]
    assert let_through == []
    assert len([p for p in refuted if p.breaking]) >= 30


@pytest.mark.parametrize("pair", DIRECTIONS, ids=str)
@pytest.mark.parametrize("mode", Mode)
def test_a_mode_refuses_what_breaks_in_its_directions_and_nothing_else(pair: Directions, mode: Mode) -> None:
    for value, taker, refuser in ((pair.lost, pair.old, pair.new), (pair.gained, pair.new, pair.old)):
        assert value is NOTHING or (accepts(taker, value) and not accepts(refuser, value))
    broken = (mode.backward and pair.lost is not NOTHING) or (mode.forward and pair.gained is not NOTHING)
    report = ModeReport(mode, compare(pair.old, pair.new), forward_changes(pair.old, pair.new) if mode.forward else [])
    assert report.breaking == broken, report.as_json()


@pytest.mark.parametrize("pair", BREAKING, ids=str)
def test_no_pair_that_breaks_passes_forward_the_other_way_round(pair: Pair) -> None:
    assert judged(as_document(pair.new), as_document(pair.old), Mode.FORWARD).breaking
    assert judged(as_document(pair.new), as_document(pair.old), Mode.FULL).breaking

"""`docs/schemas.md` says what every rule means, in the rule's own words."""

from game_events_contract.columns import ColumnRule
from game_events_contract.compatibility import CompatibilityRule
from game_events_contract.findings import GateRule
from game_events_contract.http_contract import HttpRule
from game_events_contract.lint import LintRule
from game_events_contract.repository import ROOT

PAGE = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")


def test_every_compatibility_rule_is_a_row_of_the_table() -> None:
    rows = [
        f"| `{rule}` | {rule.tier} | {rule.step.name} | {rule.meaning} |" for rule in (*CompatibilityRule, *ColumnRule)
    ]
    assert [row for row in rows if row not in PAGE] == []


def test_every_lint_rule_is_a_row_of_the_table() -> None:
    rows = [f"| `{rule}` | {rule.reason} | {rule.fix} |" for rule in LintRule]
    assert [row for row in rows if row not in PAGE] == []


def test_every_rule_of_the_gate_is_named() -> None:
    assert [rule for rule in GateRule if f"`{rule}`" not in PAGE] == []


def test_every_rule_for_the_http_contract_is_a_row_of_the_table() -> None:
    rows = [f"| `{rule}` | {rule.tier} | {rule.meaning} |" for rule in HttpRule]
    assert [row for row in rows if row not in PAGE] == []

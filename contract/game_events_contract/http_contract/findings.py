"""What of the HTTP contract's changes is refused: everything that a client of the base revision would feel."""

from game_events_contract.compatibility import Tier
from game_events_contract.findings import Finding, StageRule
from game_events_contract.http_contract.compare import compare_http
from game_events_contract.repository import Document

WHERE = "openapi.yaml"
_WAY_OUT = "Leave it as it was, or serve the new one below a prefix of its own, beside it."


def http_findings(before: Document, after: Document, note: str) -> list[Finding]:
    """The breaking changes since the contract of a revision, which `note` names."""
    try:
        changes = compare_http(before, after)
    except ValueError as error:
        return [Finding(WHERE, StageRule.OPENAPI_INVALID, "", f"not compared with {note}: {error}")]
    return [
        Finding(WHERE, change.rule, change.pointer, " ".join(filter(None, (change.rule.meaning, _said(change.detail)))))
        for change in changes
        if change.rule.tier is Tier.WIRE
    ]


def _said(detail: str) -> str:
    return f"({detail}) {_WAY_OUT}" if detail else _WAY_OUT

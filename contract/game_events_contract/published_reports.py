"""What the gate says of published versions, for other teams: written by codegen, served as data.

The server judges nothing itself: a comparison of schemas that anybody may send is work without a bound that the event
paths' processor would do, and the server would carry the tools that the contract is made with.
"""

from typing import Any

from game_events_contract.bundle import bundle
from game_events_contract.columns import compare_events
from game_events_contract.compatibility import Change, Tier
from game_events_contract.modes import Mode, read_register
from game_events_contract.repository import Document, SchemaFile, SchemaRepository
from game_events_contract.steps import ModeReport, forward_changes


def published_reports(schemas: SchemaRepository) -> Document:
    """A version's label → its reports against every earlier one, the oldest first."""
    register = read_register(schemas)
    return {
        file.label: [_report(old, file, register.mode(event_type)) for old in versions if old.version < file.version]
        for event_type, versions in schemas.events.items()
        for file in versions
    }


def _report(old: SchemaFile, new: SchemaFile, mode: Mode) -> dict[str, Any]:
    before, after = bundle(old), bundle(new)
    report, contrary = compare_events(before, after), forward_changes(before, after)
    judged = ModeReport(mode, report, contrary if mode.forward else [])
    return {
        "older": str(old.version),
        "mode": mode.value,
        "breaking": judged.breaking,
        "required_bump": judged.required_step.name,
        "backward": not any(change.rule.tier is Tier.WIRE for change in report.changes),
        "forward": not contrary,
        "changes": [_change(change, change.rule.meaning) for change in report.changes],
        "forward_changes": [
            _change(change, "Whoever reads by the older schema would refuse it.") for change in contrary
        ],
    }


def _change(change: Change, meaning: str) -> dict[str, str]:
    return {"rule": change.rule.id, "tier": change.rule.tier.value, "pointer": change.pointer, "meaning": meaning}

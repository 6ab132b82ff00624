"""What a change of a schema does to the events already sent and to the code already written."""

from game_events_contract.compatibility.compare import compare
from game_events_contract.compatibility.report import Change, Report
from game_events_contract.compatibility.rules import ChangeRule, CompatibilityRule, Step, Tier

__all__ = ["Change", "ChangeRule", "CompatibilityRule", "Report", "Step", "Tier", "compare"]

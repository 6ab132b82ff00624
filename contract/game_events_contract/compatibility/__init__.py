"""What a change of a schema does to the events already sent and to the code already written."""

from game_events_contract.compatibility.compare import compare
from game_events_contract.compatibility.rules import RULES, Change, Report, Rule, Step, Tier

__all__ = ["RULES", "Change", "Report", "Rule", "Step", "Tier", "compare"]

"""How many events stand where: counted at every stage, in the transaction of that stage's effect."""

from game_events_api.ledger.balance import Difference, FoundFile, WarehouseCounts, balance, compare
from game_events_api.ledger.reading import Ledger, damage, dead_lettered, lake_files, letter_faults, read, waiting
from game_events_api.ledger_key import STAGES, Stage

__all__ = [
    "STAGES",
    "Difference",
    "FoundFile",
    "Ledger",
    "Stage",
    "WarehouseCounts",
    "balance",
    "compare",
    "damage",
    "dead_lettered",
    "lake_files",
    "letter_faults",
    "read",
    "waiting",
]

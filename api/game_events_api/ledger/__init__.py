"""How many events stand where: counted at every stage, in the transaction of that stage's effect."""

from game_events_api.ledger.reading import STAGES, Ledger, read, waiting

__all__ = ["STAGES", "Ledger", "read", "waiting"]

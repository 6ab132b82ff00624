"""What cannot be made again, kept elsewhere: backups of a data folder, and a data folder from a backup."""

from game_events_api.custody.backing_up import Outcome, back_up
from game_events_api.custody.erased import forget, lay_beside, lists_of
from game_events_api.custody.holdings import HOLDINGS, Holding
from game_events_api.custody.inventory import BackupBusy, BackupUnusable, Inventory
from game_events_api.custody.restoring import check, restore

__all__ = [
    "HOLDINGS",
    "BackupBusy",
    "BackupUnusable",
    "Holding",
    "Inventory",
    "Outcome",
    "back_up",
    "check",
    "forget",
    "lay_beside",
    "lists_of",
    "restore",
]

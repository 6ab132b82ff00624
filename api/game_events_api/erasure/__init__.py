"""Players who want to be forgotten: their lines say everything but who they were."""

from game_events_api.erasure.erasing import Erasing, Outcome, erase_restored
from game_events_api.erasure.erasures import NAME, Erasure, Kind, erased_files, listed

__all__ = ["NAME", "Erasing", "Erasure", "Kind", "Outcome", "erase_restored", "erased_files", "listed"]

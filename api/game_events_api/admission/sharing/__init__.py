"""Limits and the deduplication window that workers and machines share through Redis; optional, and never in the way."""

from game_events_api.admission.sharing.state import Admitted, SharedState

__all__ = ["Admitted", "SharedState"]

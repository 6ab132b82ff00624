"""What is counted: by each process in memory and beside it on disk, so that one scrape tells of all of them."""

from game_events_api.metrics.counting import Metrics
from game_events_api.metrics.definitions import DEFINITIONS, Definition
from game_events_api.metrics.snapshots import Snapshot, SnapshotFile, snapshots

__all__ = ["DEFINITIONS", "Definition", "Metrics", "Snapshot", "SnapshotFile", "snapshots"]

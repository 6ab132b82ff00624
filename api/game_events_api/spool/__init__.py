"""Durable lines between the edge and delivery: one SQLite file per worker, one fsync per group of requests."""

from game_events_api.spool.chunk import Chunk, chunks
from game_events_api.spool.grouping import Done, Entry, Storing
from game_events_api.spool.writer import Spool

__all__ = ["Chunk", "Done", "Entry", "Spool", "Storing", "chunks"]

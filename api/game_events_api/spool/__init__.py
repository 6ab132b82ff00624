"""Durable lines between the edge and delivery: one SQLite file per worker, one fsync per group of requests."""

from game_events_api.spool.chunk import Chunk, Key, chunks
from game_events_api.spool.writer import Entry, Spool

__all__ = ["Chunk", "Entry", "Key", "Spool", "chunks"]

"""Durable lines between the edge and delivery: one SQLite file per worker, one fsync per group of requests."""

from game_events_api.spool.copying import Elsewhere, copy_database, copy_spool
from game_events_api.spool.damaged import Note, notes
from game_events_api.spool.erasing import Change, OwnedFile, changed_lines, owned
from game_events_api.spool.grouping import Chunk, Done, Entry, Storing, chunks
from game_events_api.spool.letter_files import letter_files_in
from game_events_api.spool.reading import (
    Backlog,
    DeadLetterRow,
    ManifestFile,
    SpoolReader,
    look_at_each,
    readers,
    spool_files,
    used_games,
)
from game_events_api.spool.stored_line import fingerprint_in, lines_of
from game_events_api.spool.tailing import Head, Tail
from game_events_api.spool.writer import Spool

__all__ = [
    "Backlog",
    "Change",
    "Chunk",
    "DeadLetterRow",
    "Done",
    "Elsewhere",
    "Entry",
    "Head",
    "ManifestFile",
    "Note",
    "OwnedFile",
    "Spool",
    "SpoolReader",
    "Storing",
    "Tail",
    "changed_lines",
    "chunks",
    "copy_database",
    "copy_spool",
    "fingerprint_in",
    "letter_files_in",
    "lines_of",
    "look_at_each",
    "notes",
    "owned",
    "readers",
    "spool_files",
    "used_games",
]

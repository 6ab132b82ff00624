"""Events that a sink will never take.

Replay puts the line back as a block of the same spool file, in one transaction with the dead letter's mark
and the ledger: run twice, or killed half way, it sends nothing twice and forgets nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from game_events_api.recovery.archive import Archive, Send
from game_events_api.recovery.recheck import Fails, Passes, Recheck, Rechecked
from game_events_api.spool import DeadLetterRow, readers
from game_events_api.spool.replays import put_back


@dataclass(frozen=True)
class DeadLetter:
    row: DeadLetterRow

    @property
    def name(self) -> str:
        return f"{self.row.spool.stem}:{self.row.id}"

    @property
    def line(self) -> bytes:
        return self.row.line

    @cached_property
    def fields(self) -> dict[str, Any]:
        values = {name: value for name, value in vars(self.row).items() if name not in ("spool", "id", "line")}
        return {"name": self.name, **values}

    @property
    def reason(self) -> str:
        return self.row.reason.partition(":")[0]

    @property
    def document(self) -> dict[str, Any]:
        return {**self.fields, "line": self.line.decode("utf-8", "replace")}

    @property
    def waits(self) -> bool:
        return self.row.replayed_at is None


class DeadLetters(Archive[DeadLetter]):
    """Of every spool file, oldest first within a file."""

    kind = "dead-letters"

    def rechecker(self, recheck: Recheck) -> Callable[[DeadLetter], Rechecked]:
        return partial(_recheck, recheck)

    def _all(self) -> Iterator[DeadLetter]:
        for spool in readers(self.data_dir):
            yield from map(DeadLetter, spool.dead_letters())

    def _sender(self) -> nullcontext[Send[DeadLetter]]:
        return nullcontext(_put_back)

    def _trial(self) -> nullcontext[Send[DeadLetter]]:
        return nullcontext(lambda passing, now: 0)


def _recheck(recheck: Recheck, letter: DeadLetter) -> Rechecked:
    """A rejected event that a sink would not take needs to pass nothing."""
    if letter.row.stream == "events":
        try:
            event = json.loads(letter.line)["event"]
        except (ValueError, KeyError, TypeError):
            return Fails("unreadable", "the stored line is not what the edge writes")
        found = recheck.look(event)
        if isinstance(found, Fails):
            return found
    return Passes(letter.line, letter.row.key)


def _put_back(passing: Sequence[tuple[DeadLetter, Passes]], now: float) -> int:
    rows = [letter.row for letter, _ in passing]
    for path in sorted({row.spool for row in rows}):
        put_back(path, [row for row in rows if row.spool == path], now)
    return 0  # a list names none that was sent before

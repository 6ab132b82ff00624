"""Events that a sink will never take.

Replay puts the line back as a block of the same spool file, in one transaction with the dead letter's mark
and the ledger: run twice, or killed half way, it sends nothing twice and forgets nothing.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from game_events_api.audit import audit
from game_events_api.recovery.archive import EVERYTHING, Archive, NotKept, Selection, Send
from game_events_api.recovery.recheck import Fails, Passes, Recheck, Rechecked
from game_events_api.spool import DeadLetterRow, SpoolReader, readers, spool_files
from game_events_api.spool.replays import discard, put_back

HIDDEN = ("spool", "id", "block_id", "line", "checksum")


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
        values = {name: value for name, value in vars(self.row).items() if name not in HIDDEN}
        return {"name": self.name, **values}

    def reason(self, fields: Mapping[str, Any]) -> str:
        return str(fields["reason"]).partition(":")[0]

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

    def discard(
        self, selection: Selection, *, by: str | None = None, wall: Callable[[], float] = time.time
    ) -> dict[str, int]:
        """Give up those that are selected, for good: on record before and after, and counted; JSON values."""
        chosen = list(self.waiting(selection))
        audit(self.data_dir, "dead-letters discard begins", wall(), by, events=len(chosen))
        rows = [letter.row for letter in chosen]
        gone = sum(discard(path, of_path) for path, of_path in _by_spool(rows))
        report = {"events": len(chosen), "discarded": len(chosen) - gone, "gone": gone}
        audit(self.data_dir, "dead-letters discard", wall(), by, **report)
        return report

    def _after(self, name: str | None) -> Iterator[DeadLetter]:
        """By its place, which it keeps when it is gone: a replay page by page goes on behind what it sent."""
        if name is None:
            return self._all()
        stem, _, number = name.rpartition(":")
        paths = spool_files(self.data_dir)
        if not number.isdecimal() or stem not in {path.stem for path in paths}:
            raise NotKept(name)
        return self._from(paths, stem, int(number))

    def _from(self, paths: Sequence[Path], stem: str, number: int) -> Iterator[DeadLetter]:
        first = [path.stem for path in paths].index(stem)
        for path in paths[first:]:
            with SpoolReader(path) as spool:
                yield from map(DeadLetter, spool.dead_letters(after=number if path.stem == stem else 0))

    def find(self, name: str, selection: Selection = EVERYTHING) -> DeadLetter:
        stem, _, number = name.rpartition(":")
        if number.isdecimal() and int(number):
            with suppress(StopIteration):
                found = next(self._after(f"{stem}:{int(number) - 1}"))
                if found.name == name and selection.has(found):
                    return found
        raise NotKept(name)

    def _sender(self) -> nullcontext[Send[DeadLetter]]:
        return nullcontext(_put_back)

    def _trial(self) -> nullcontext[Send[DeadLetter]]:
        return nullcontext(lambda passing, now: 0)


def _recheck(recheck: Recheck, letter: DeadLetter) -> Rechecked:
    """A rejected event that a sink would not take needs to pass nothing."""
    if not letter.row.intact:
        return Fails("damaged", "its line is not what was put away")
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
    return sum(put_back(path, rows, now) for path, rows in _by_spool([letter.row for letter, _ in passing]))


def _by_spool(rows: Sequence[DeadLetterRow]) -> Iterator[tuple[Path, list[DeadLetterRow]]]:
    for path in sorted({row.spool for row in rows}):
        yield path, [row for row in rows if row.spool == path]

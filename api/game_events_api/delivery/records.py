"""What travels: records made of blocks that are out of the spool's hands until every event of them is settled. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from game_events_api.delivery.packing import interleave, into_records
from game_events_api.spool.blocks import Block, DeadLetter
from game_events_api.spool.spool_file import SpoolFile


@dataclass(eq=False)
class OpenBlock:
    """A block in memory; `outstanding` events of it are neither stored nor dead letters yet."""

    spool: SpoolFile
    block: Block
    outstanding: int
    dead: list[DeadLetter] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """Consecutive lines of one block; nearly always the whole block."""

    source: OpenBlock
    first: int
    last: int  # past the end

    @property
    def events(self) -> int:
        return self.last - self.first

    @property
    def data(self) -> bytes:
        data = self.source.block.data
        if self.events == self.source.block.events:
            return data
        return b"".join(data.splitlines(keepends=True)[self.first : self.last])


@dataclass(eq=False)
class Record:
    """One Firehose record: its runs, its bytes, and how it fared so far."""

    runs: tuple[Run, ...]
    data: bytes
    attempts: int = 0
    proven_failures: int = 0
    """Failures while the service took other records: those speak against this one."""
    failures: int = 0
    """Failures that are not throttling or an outage, whether or not others got through."""
    not_before: float = 0.0

    def halves(self) -> tuple["Record", "Record"] | None:
        """Two records with half of it each; None for a single event."""
        if len(self.runs) > 1:
            middle = len(self.runs) // 2
            return self._part(self.runs[:middle]), self._part(self.runs[middle:])
        (run,) = self.runs
        if run.events < 2:
            return None
        cut = run.first + run.events // 2
        return self._part((Run(run.source, run.first, cut),)), self._part((Run(run.source, cut, run.last),))

    def _part(self, runs: tuple[Run, ...]) -> "Record":
        return Record(runs, b"".join(run.data for run in runs), attempts=self.attempts)

    def stored(self) -> list[OpenBlock]:
        """Settle it; the blocks that this completes."""
        completed = []
        for run in self.runs:
            run.source.outstanding -= run.events
            if run.source.outstanding == 0:
                completed.append(run.source)
        return completed

    def given_up(self, reason: str) -> list[OpenBlock]:
        """Make its single event a dead letter; the block when this completes it."""
        (run,) = self.runs
        assert run.events == 1
        run.source.dead.append(DeadLetter(self.data, reason, self.attempts))
        return self.stored()


def pack(fresh: Sequence[tuple[SpoolFile, Block]]) -> list[Record]:
    """Whole blocks into as few records as the limits allow, one of each game in turn."""
    mixed = interleave(fresh, [game_of(block) for _, block in fresh])
    records = []
    for first, last in into_records([(block.events, len(block.data)) for _, block in mixed]):
        group = [OpenBlock(spool, block, block.events) for spool, block in mixed[first:last]]
        runs = tuple([Run(item, 0, item.block.events) for item in group])
        data = group[0].block.data if len(group) == 1 else b"".join([item.block.data for item in group])
        records.append(Record(runs, data))
    return records


def game_of(block: Block) -> str:
    """The game most of the block's events belong to."""
    return max(block.keys, key=block.keys.__getitem__)[0] if block.keys else ""

"""What travels: blocks that are out of the spool's hands until every event of them is settled. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from game_events_api.delivery.packing import into_records
from game_events_api.delivery.spool_file import Block, DeadLetter, Settled, SpoolFile


@dataclass(eq=False)
class OpenBlock:
    """A block in memory; `outstanding` events of it are neither stored nor dead letters yet."""

    spool: SpoolFile
    block: Block
    outstanding: int
    dead: list[DeadLetter] = field(default_factory=list)

    @property
    def settled(self) -> Settled:
        return Settled(self.block, self.dead)


@dataclass(frozen=True)
class Piece:
    """A run of consecutive lines of one block; nearly always the whole block."""

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
class Parcel:
    """One Firehose record: its pieces, its bytes, and how it fared so far."""

    pieces: tuple[Piece, ...]
    data: bytes
    attempts: int = 0
    own_failures: int = 0
    """Failures while the service took other records: those speak against this one."""
    refusals: int = 0
    """Failures that are not throttling or an outage, whether or not others got through."""
    not_before: float = 0.0

    def halves(self) -> tuple["Parcel", "Parcel"] | None:
        """Two parcels with half of it each; None for a single event."""
        if len(self.pieces) > 1:
            middle = len(self.pieces) // 2
            return self._part(self.pieces[:middle]), self._part(self.pieces[middle:])
        (piece,) = self.pieces
        if piece.events < 2:
            return None
        cut = piece.first + piece.events // 2
        return (
            self._part((Piece(piece.source, piece.first, cut),)),
            self._part((Piece(piece.source, cut, piece.last),)),
        )

    def _part(self, pieces: tuple[Piece, ...]) -> "Parcel":
        return Parcel(pieces, b"".join(piece.data for piece in pieces), attempts=self.attempts)

    def stored(self) -> Iterator[OpenBlock]:
        """Settle it; yields the blocks that this completes."""
        for piece in self.pieces:
            piece.source.outstanding -= piece.events
            if piece.source.outstanding == 0:
                yield piece.source

    def buried(self, reason: str) -> Iterator[OpenBlock]:
        """Give its single event up; yields the block when this completes it."""
        (piece,) = self.pieces
        assert piece.events == 1
        piece.source.dead.append(DeadLetter(self.data, reason, self.attempts))
        yield from self.stored()


def pack(blocks: Sequence[OpenBlock]) -> list[Parcel]:
    """Whole blocks into as few records as the limits allow, in the order given."""
    parcels = []
    for first, last in into_records((item.block.events, len(item.block.data)) for item in blocks):
        group = blocks[first:last]
        pieces = tuple(Piece(item, 0, item.block.events) for item in group)
        data = group[0].block.data if len(group) == 1 else b"".join(item.block.data for item in group)
        parcels.append(Parcel(pieces, data))
    return parcels

"""Records are made of blocks, and taken apart down to an event."""

from collections import Counter

from game_events_api.delivery.records import Record, game_of, pack
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.blocks import Block
from game_events_api.spool.spool_file import SpoolFile

SPOOL: SpoolFile = object.__new__(SpoolFile)


def block(number: int, events: int, game: str = "chess") -> Block:
    data = b"".join(b"%d-%d\n" % (number, line) for line in range(events))
    return Block(number, "events", events, Counter({LedgerKey(game, "install", "1-0-0", "h"): events}), data)


def record(*events: int) -> Record:
    (packed,) = pack([(SPOOL, block(number, count)) for number, count in enumerate(events)])
    return packed


def test_blocks_share_a_record_one_of_each_game_in_turn() -> None:
    packed = pack([(SPOOL, block(number, 200, game)) for number, game in enumerate(("chess", "chess", "go"))])

    assert [[run.source.block.id for run in one.runs] for one in packed] == [[0, 2], [1]]
    assert [one.data for one in packed] == [
        block(0, 200).data + block(2, 200).data,
        block(1, 200).data,
    ]


def test_a_record_of_blocks_is_halved_between_them() -> None:
    halves = record(2, 2, 2).halves()

    assert halves is not None
    assert [half.data for half in halves] == [b"0-0\n0-1\n", b"1-0\n1-1\n2-0\n2-1\n"]


def test_a_record_of_one_block_is_halved_between_lines_and_one_line_is_not() -> None:
    one = record(3)
    one.attempts = 5
    halves = one.halves()

    assert halves is not None
    assert [half.data for half in halves] == [b"0-0\n", b"0-1\n0-2\n"]
    assert [half.attempts for half in halves] == [5, 5]
    assert halves[0].halves() is None


def test_a_block_is_complete_with_the_last_of_its_halves() -> None:
    halves = record(3).halves()

    assert halves is not None
    assert halves[1].stored() == []
    (completed,) = halves[0].given_up("no")
    assert [(letter.line, letter.reason) for letter in completed.dead] == [(b"0-0\n", "no")]


def test_a_block_belongs_to_the_game_of_most_of_its_events() -> None:
    keys = Counter({LedgerKey("go", "a", "1", "h"): 1, LedgerKey("chess", "a", "1", "h"): 2})

    assert game_of(Block(1, "events", 3, keys, b"")) == "chess"
    assert game_of(Block(1, "events", 1, Counter(), b"")) == ""

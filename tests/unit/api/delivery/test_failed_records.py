"""Of an object of Firehose's errors all is read that can be, and the rest is said."""

import gzip
import tracemalloc
import zlib
from functools import partial

import pytest
from game_events_api.delivery import firehose_failures
from game_events_api.delivery.firehose_failures import failed_records
from game_events_api.spool.letter_files import inflated
from unit.api.delivery.firehose_errors import failure
from unit.api.delivery.spool_maker import line


@pytest.mark.parametrize("between", [b"[]", b"null", b'{"rawData": "?"}', b'{"other": 1}'])
def test_one_document_that_is_no_record_holds_up_none_after_it(between: bytes) -> None:
    records, fault = failed_records(failure(line(1)) + between + failure(line(2)) + b"7", 0.0)

    assert [record.lines for record in records] == [line(1), line(2)]
    assert fault == failed_records(between, 0.0)[1] != ""


def test_a_cut_gzip_gives_what_comes_before_the_cut() -> None:
    whole = gzip.compress(b"".join(failure(line(number)) for number in range(200)))
    records, fault = failed_records(whole[: len(whole) // 2], 0.0)
    assert 20 < len(records) < 200
    assert "gzip" in fault


def test_of_a_gzip_that_holds_too_much_what_comes_first_is_taken_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(firehose_failures, "inflated", partial(inflated, largest=1_000_000))
    bomb = gzip.compress(failure(line(1)) + b"\n" * 64_000_000 + failure(line(2)))
    tracemalloc.start()
    try:
        (record,), fault = failed_records(bomb, 0.0)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000, "a piece more than the bound, as bytes and as text"
    finally:
        tracemalloc.stop()
    assert (record.lines, "holds too much" in fault) == (line(1), True)


def test_a_gzip_that_is_cut_between_two_records_is_said() -> None:
    stream = zlib.compressobj(wbits=31)
    cut = stream.compress(failure(line(1))) + stream.flush(zlib.Z_FULL_FLUSH)

    (_,), fault = failed_records(cut, 0.0)
    assert "gzip" in fault
    assert failed_records(cut + stream.compress(failure(line(2))) + stream.flush(), 0.0)[1] == ""


def test_all_members_of_a_gzip_are_read() -> None:
    """However they lie in the pieces that are unpacked at once."""
    records, fault = failed_records(b"".join(gzip.compress(failure(line(number))) for number in range(100)), 0.0)

    assert [record.lines for record in records] == [line(number) for number in range(100)]
    assert fault == ""

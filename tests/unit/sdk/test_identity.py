"""UUIDv7 as RFC 9562 lays it out."""

from datetime import datetime
from uuid import UUID

from game_events.identity import utc_now, utc_now_str, uuid7, uuid7_str


def test_layout_of_the_rfc_example() -> None:
    # RFC 9562, appendix A.6: 2022-02-22T19:22:22Z
    made = uuid7(0x017F22E279B0, bytes.fromhex("0CC318C4DC0C0C07398F"))

    assert made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    assert UUID(made).version == 7


def test_later_ids_sort_later_and_differ() -> None:
    assert uuid7(1, b"\xff" * 10) < uuid7(2, b"\x00" * 10)
    assert len({uuid7_str() for _ in range(1_000)}) == 1_000


def test_the_clock_has_a_zone() -> None:
    assert utc_now().tzinfo is not None
    assert datetime.fromisoformat(utc_now_str()).tzinfo is not None

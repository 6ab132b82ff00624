"""What is a lake, and what is none."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from game_events_warehouse.errors import LakeError
from game_events_warehouse.lake import LakeFile, open_lake, unpacked


@pytest.mark.parametrize("url", ["ftp://somewhere/lake", "gs://bucket"])
def test_an_unknown_kind_of_lake_is_an_error(url: str) -> None:
    with pytest.raises(LakeError, match=r"s3://bucket/prefix"):
        open_lake(url)


def test_a_missing_lake_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="does not exist"):
        open_lake(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("name", ["a.gz", "a.ndjson"])
def test_a_file_with_more_lines_than_delivery_may_write_is_named_and_not_unpacked_whole(name: str) -> None:
    lines = b"{}\n" * 1000
    stored = gzip.compress(lines) if name.endswith(".gz") else lines
    file = LakeFile("events", name, len(stored), "")
    assert unpacked(file, stored, largest=len(lines)) == lines
    with pytest.raises(LakeError, match=rf"^{name} holds over 2,999 bytes of lines: divide it, or move it out"):
        unpacked(file, stored, largest=len(lines) - 1)


def test_a_bomb_takes_no_more_memory_than_the_bound() -> None:
    bomb = gzip.compress(bytes(64_000_000), 9)
    tracemalloc.start()
    try:
        with pytest.raises(LakeError, match="over 1,000,000 bytes"):
            unpacked(LakeFile("events", "a.gz", len(bomb), ""), bomb, largest=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()

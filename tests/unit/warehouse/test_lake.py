"""What is a lake, and what is none."""

from pathlib import Path

import pytest
from game_events_warehouse.errors import LakeError
from game_events_warehouse.lake import open_lake


@pytest.mark.parametrize("url", ["ftp://somewhere/lake", "gs://bucket"])
def test_an_unknown_kind_of_lake_is_an_error(url: str) -> None:
    with pytest.raises(LakeError, match=r"s3://bucket/prefix"):
        open_lake(url)


def test_a_missing_lake_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="does not exist"):
        open_lake(str(tmp_path / "nowhere"))

"""Generated files are written all or not at all."""

from pathlib import Path

import pytest
from game_events_contract.codegen import written

PACKAGE = "generated/game_events_models"


def files_below(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / PACKAGE).mkdir(parents=True)
    (tmp_path / PACKAGE / "kept.py").write_text("old")
    (tmp_path / PACKAGE / "orphan.py").write_text("nobody's")
    (tmp_path / "lock.json").write_text("{}")
    return tmp_path


EXPECTED = {f"{PACKAGE}/kept.py": "new", f"{PACKAGE}/install/v1_0_0.py": "added", "docs/catalog/install.md": "page"}


def test_what_is_new_is_written_and_what_nothing_accounts_for_is_removed(root: Path) -> None:
    with written(root, EXPECTED) as changed:
        assert changed == [*EXPECTED, f"{PACKAGE}/orphan.py"]
    assert files_below(root) == {"lock.json": b"{}"} | {path: text.encode() for path, text in EXPECTED.items()}
    with written(root, EXPECTED) as changed:
        assert changed == []


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_an_error_afterwards_leaves_everything_as_it_was(root: Path, error: BaseException) -> None:
    def fail_late() -> None:
        with written(root, EXPECTED, root / "lock.json", root / "made.json"):
            (root / "lock.json").write_text("half")
            (root / "made.json").write_text("half")
            raise error

    before = files_below(root)
    with pytest.raises(type(error)):
        fail_late()
    assert files_below(root) == before
    assert not (root / "docs").exists()


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(root: Path) -> None:
    (root / PACKAGE / "install").write_text("a file where a folder is to be")
    (root / PACKAGE / "install").rename(root / PACKAGE / "install.txt")
    (root / "docs").write_text("a file where a folder is to be")
    before = files_below(root)
    with pytest.raises(OSError, match="docs"), written(root, EXPECTED):
        pytest.fail("nothing is to follow")
    assert files_below(root) == before

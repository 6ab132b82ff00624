"""Servers on one data folder, by the processes of the machine."""

from pathlib import Path

import pytest
from game_events_api.diagnosis.running import Running, open_files, server


def process(processes: Path, number: int, parent: int, command: str, file: Path) -> None:
    folder = processes / str(number)
    (folder / "fd").mkdir(parents=True)
    (folder / "cmdline").write_text(command.replace(" ", "\0"))
    (folder / "stat").write_text(f"{number} (python) worker) S {parent} 1 1")
    (folder / "fd" / "7").symlink_to(file)


@pytest.mark.parametrize(("parents", "named"), [((10, 10), False), ((10, 20), True)])
def test_a_second_server_on_the_folder_is_named(tmp_path: Path, parents: tuple[int, int], named: bool) -> None:
    data_dir, processes = tmp_path / "data", tmp_path / "proc"
    (data_dir / "spool").mkdir(parents=True)
    worker = "python -m game_events_api.process.worker 5"
    for number, parent in enumerate(parents):
        process(processes, 100 + number, parent, worker, data_dir / "spool" / f"spool-{number}.db")
    process(processes, 200, 30, worker, tmp_path / "another" / "spool" / "spool-0.db")
    process(processes, 201, 1, "python -m game_events_api.delivery", data_dir / "spool" / "spool-0.db")

    examined = server(data_dir, Running(2, True), processes)

    assert ["as processes 10, 20" in one.what for one in examined.symptoms] == ([True] if named else [])


def test_too_few_open_files_are_named_with_the_number_that_is_needed() -> None:
    assert open_files(1_000, 1_200).symptoms == ()
    (symptom,) = open_files(1_000, 1_199).symptoms
    assert "1,200" in symptom.remedy

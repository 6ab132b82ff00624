"""Tables for people, and for files."""

import pytest
from game_events_cli.tables import console
from rich.table import Table


def test_a_pipe_is_given_whole_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    amounts = [f"{number}2,345,678,901.2345" for number in range(8)]
    table = Table(*(f"column {number}" for number in range(8)))
    table.add_row(*amounts)
    console().print(table)
    said = capsys.readouterr().out
    assert [amount for amount in amounts if amount not in said] == []

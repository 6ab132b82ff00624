"""What a process ends with."""

from game_events_api.exit_codes import ExitCode


def test_codes_are_what_operators_rely_on() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "FAILED": 1,
        "UNUSABLE": 2,
        "OVER_LIMIT": 3,
        "BUSY": 75,
    }


def test_every_code_has_a_meaning() -> None:
    assert all(code.meaning.endswith(".") for code in ExitCode)

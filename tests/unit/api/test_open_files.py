"""How many connections the system lets a process have."""

import resource

import pytest
from game_events_api.open_files import OTHERS, possible_connections

FOREVER = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "set_to", "possible"),
    [
        (20_000, 20_000, None, 10_000),
        (FOREVER, FOREVER, None, 10_000),
        (1_024, 1_048_576, 10_000 + OTHERS, 10_000),
        (1_024, FOREVER, 10_000 + OTHERS, 10_000),
        (1_024, 4_096, 4_096, 4_096 - OTHERS),
        (1_024, 1_024, 1_024, 1_024 - OTHERS),
        (100, 100, 100, 1),
    ],
)
def test_the_limit_is_raised_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, set_to: int | None, possible: int
) -> None:
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, limit: limits.append(limit))

    assert possible_connections(10_000) == possible
    assert limits[1:] == ([] if set_to is None else [(set_to, hard)])

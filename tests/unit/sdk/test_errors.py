"""What an error carries, wherever it goes."""

import pickle

import pytest
from game_events import errors
from unit.sdk.fake_server import INSTALL, FakeServer, problem


def test_an_error_travels_between_processes() -> None:
    with pytest.raises(errors.EventRejectedError) as caught:
        FakeServer([problem(422)]).client().send_install_event(**INSTALL)

    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 -- our own bytes
    assert again.event_ids == caught.value.event_ids != []
    assert (type(again), again.problem, str(again)) == (type(caught.value), caught.value.problem, str(caught.value))

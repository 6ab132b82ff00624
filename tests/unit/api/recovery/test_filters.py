"""`--where field=value`."""

import pytest
from game_events_api.recovery import Where

FIELDS = {"name": "spool-0:1", "event_id": None, "reason": "InvalidArgument: a=b", "build": "2.*"}


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ((), True),
        (("name=spool-0:1",), True),
        (("name=spool-0",), False),
        (("name=spool-*",), True),
        (("event_id=",), True),
        (("reason=InvalidArgument: a=b",), True),
        (("name=spool-*", "reason=no"), False),
        (("build=2.\\*",), True),
        (("name=spool-\\*",), False),
    ],
)
def test_every_condition_must_hold(conditions: tuple[str, ...], matches: bool) -> None:
    assert Where.parse(conditions).matches(FIELDS) is matches


@pytest.mark.parametrize("text", ["nonsense", "=chess", ""])
def test_a_condition_needs_a_field_and_a_value(text: str) -> None:
    with pytest.raises(ValueError, match="give field=value"):
        Where.parse([text])

"""Send one event from the shell.

    python -m game_events EVENT_TYPE field=value …

    python -m game_events install user_id=player-1 session_id=s-1 install_source=organic
    python -m game_events purchase … quantity=1 price=4.99 currency=EUR properties='{"level": 3}'

A value is text, or JSON for a field that holds no text.

Where to, and what events share, is in the environment: GAME_EVENTS_URL, GAME_EVENTS_API_KEY, GAME_EVENTS_GAME_ID,
GAME_EVENTS_PLATFORM, GAME_EVENTS_APP_VERSION, GAME_EVENTS_ENVIRONMENT; a field says otherwise. Prints the receipt.

Exit codes: 0 the server has it; 1 the server refused it; 2 nothing was sent, the command or the environment is wrong;
3 no server answered: run it again with the event_id that is printed, and it counts once.
"""

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import game_events
from game_events import GameAnalyticsClient, ServerUnreachableError, TryAgainLaterError, _events
from game_events.errors import GameEventsError, InvalidEventError
from game_events.making import ClientEvent

SENT, REFUSED, WRONG, AWAY = range(4)


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__, f"Event types: {', '.join(_classes())}", sep="\n", file=sys.stdout if arguments else sys.stderr)
        return SENT if arguments else WRONG
    if arguments[0] == "--version":
        print(game_events.__version__)
        return SENT
    try:
        return _send(arguments[0], _fields(arguments[1:]))
    except ValueError as error:  # settings, fields; InvalidEventError is one
        return _told(error, WRONG)
    except (ServerUnreachableError, TryAgainLaterError) as error:
        again = "".join(f"; run it again with event_id={event_id}" for event_id in error.event_ids)
        return _told(f"{error}{again}", AWAY)
    except GameEventsError as error:
        return _told(error, REFUSED)


def _send(event_type: str, fields: dict[str, str]) -> int:
    known = _classes()
    if event_type not in known:
        near = get_close_matches(event_type, known, 1)
        meant = f"; did you mean '{near[0]}'?" if near else ""
        raise InvalidEventError(f"'{event_type}' is none of {', '.join(known)}{meant}")
    with GameAnalyticsClient() as client:
        receipt = client.send_event(_made(known[event_type], {**client.context, **fields}))
    print(receipt.event_id, receipt.status)
    return SENT


def _classes() -> dict[str, type[ClientEvent]]:
    """By event type."""
    events = [getattr(_events, name) for name in _events.__all__]
    return {str(event.model_fields["event_type"].default): event for event in events}


def _fields(arguments: Sequence[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals or not name:
            raise InvalidEventError(f"'{argument}' is no field: write field=value")
        if name in fields:
            raise InvalidEventError(f"'{name}' is given twice")
        fields[name] = text
    return fields


def _made(model: type[ClientEvent], fields: dict[str, Any]) -> ClientEvent:
    """Fields that are wrong as text are read as JSON."""
    try:
        return model(**fields)
    except InvalidEventError as error:
        wrong = [one.pointer[1:] for one in error.errors if isinstance(fields.get(one.pointer[1:]), str)]
        values = {name: _json(fields[name]) for name in wrong}
        if values == {name: fields[name] for name in wrong}:
            raise
        return model(**{**fields, **values})


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _told(error: object, code: int) -> int:
    print(f"game_events: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

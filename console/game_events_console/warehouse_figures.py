"""What the warehouse says of all events, or why it says nothing to whoever looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from game_events_console.inside import Api, ApiProblem


@dataclass(frozen=True)
class Silence:
    """A question that was not answered; `label` says why in a few words, `said` with the way out."""

    label: str
    said: str


OF_SOME_GAMES = Silence(
    "not for a key of some games",
    "They are of all games, and this key is bound to some: a key of every game is shown them.",
)


async def asked(api: Api, query: str, **given: str | int) -> Mapping[str, Any] | Silence:
    """The answer of a named query, over all games where none is given."""
    try:
        answer: Mapping[str, Any] = await api.get(f"/v1/queries/{query}", **given)
    except ApiProblem as problem:
        if problem.status in (403, 422):
            return OF_SOME_GAMES
        said = str(problem)
        label = "no warehouse here" if problem.status == 404 else "cannot be asked now"
        return Silence(label, f"{said[:1].upper()}{said[1:]}.")
    return answer


async def counted(api: Api) -> Mapping[str, Any] | Silence:
    """How many events it counts, and when that was built."""
    answer = await asked(api, "counted")
    if isinstance(answer, Silence):
        return answer
    return {"events": answer["rows"][0][0], "at": answer["as_of"]}

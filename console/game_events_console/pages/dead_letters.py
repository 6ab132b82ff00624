"""Dead letters: what a sink will never take, what it said, and sending it again."""

from starlette.responses import Response
from starlette.routing import Route

from game_events_console.pages.replaying import of_page
from game_events_console.replays import Replays
from game_events_console.visits import Pages, Visit

MOST = 50


def routes(pages: Pages, replays: Replays) -> list[Route]:
    async def letters(visit: Visit) -> Response:
        page = await visit.api.get("/v1/dead-letters", limit=MOST)
        return await visit.page(
            "dead_letters.html",
            "rejected",
            "Dead letters",
            counts=(await visit.api.get("/v1/dead-letters/stats"))["counts"],
            letters=page["items"],
            more=page["next"] is not None,
            ledger=await visit.api.get("/v1/ledger"),
            **of_page(replays, visit, "dead-letters"),
        )

    return [pages.route("/dead-letters", letters, "rejected", "Dead letters")]

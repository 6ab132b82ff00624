"""The event paths of the server on this data folder, asked from the admin port as any sender asks them: with a key."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec

SECONDS = 10.0


class PublicPort:
    """What is sent through it is admitted, judged, stored and answered by a worker, and counts as all events do."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url
        self._transport = transport

    async def send(self, events: Sequence[Mapping[str, Any]], authorization: str) -> tuple[int, dict[str, Any]]:
        """Status and document that the batch is answered with; 503 where nobody answers."""
        headers = {"authorization": authorization, "content-type": "application/json"}
        body = msgspec.json.encode({"events": events})
        try:
            async with httpx.AsyncClient(
                base_url=self.url, transport=self._transport, timeout=SECONDS, trust_env=False
            ) as client:
                answer = await client.post("/v1/events/batch", content=body, headers=headers)
            return answer.status_code, msgspec.json.decode(answer.content, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            why = str(error) or type(error).__name__
            return 503, {"title": "Not now", "detail": f"no server answers at {self.url}: {why}"}

"""The admin API, called in this process as the person who looks: what it would not answer them, no page shows."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Scope


class ApiProblem(Exception):
    """The API's refusal; `document` is its problem document."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(document.get("detail") or document.get("title") or str(status))
        self.status = status
        self.document = document


@dataclass(frozen=True)
class Api:
    app: ASGIApp
    scope: Scope
    """Of the page's own request: where it comes from, and what it is called in logs."""
    authorization: str

    @classmethod
    def of(cls, request: Request, app: ASGIApp, authorization: str) -> "Api":
        return cls(app, request.scope, authorization)

    async def get(self, path: str, **query: str | int | list[str] | None) -> Any:
        """The JSON that is answered. Raises ApiProblem."""
        return json.loads(await self._ask("GET", path, query))

    async def text(self, path: str) -> str:
        """What is answered in words. Raises ApiProblem."""
        return (await self._ask("GET", path, {})).decode()

    async def post(self, path: str, body: Any) -> Any:
        return await self.post_text(path, json.dumps(body))

    async def post_text(self, path: str, text: str) -> Any:
        """The same of JSON that is to be read as it is spelled."""
        return json.loads(await self._ask("POST", path, {}, text.encode("utf-8", "replace")))

    async def stream(self, path: str, query: Mapping[str, str], last_event_id: str | None) -> AsyncIterator[str]:
        """Messages of server-sent events, without their ends. Raises ApiProblem."""
        headers = [(b"accept", b"text/event-stream")]
        if last_event_id:
            headers.append((b"last-event-id", last_event_id.encode("latin-1", "replace")))
        messages: asyncio.Queue[Message] = asyncio.Queue(maxsize=64)
        asked = asyncio.create_task(self._run("GET", path, query, b"", headers, messages))
        try:
            status = (await messages.get())["status"]
            text = ""
            while True:
                message = await messages.get()
                text += message.get("body", b"").decode()
                if status != 200 and not message.get("more_body"):
                    raise ApiProblem(status, _object(text.encode()))
                *whole, text = text.split("\n\n") if status == 200 else ("", text)
                for one in filter(None, whole):
                    yield one
                if not message.get("more_body"):
                    return
        finally:
            asked.cancel()

    async def _ask(self, method: str, path: str, query: Mapping[str, Any], body: bytes = b"") -> bytes:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())] if body else []
        messages: asyncio.Queue[Message] = asyncio.Queue()
        await self._run(method, path, query, body, headers, messages)
        status = messages.get_nowait()["status"]
        answer = b""
        while not messages.empty():
            answer += messages.get_nowait().get("body", b"")
        if status >= 400:
            raise ApiProblem(status, _object(answer))
        return answer

    async def _run(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: bytes,
        headers: list[tuple[bytes, bytes]],
        messages: "asyncio.Queue[Message]",
    ) -> None:
        given = {name: value for name, value in query.items() if value not in (None, "")}
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scope.get("scheme", "http"),
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": urlencode(given, doseq=True).encode(),
            "root_path": "",
            "headers": [(b"authorization", self.authorization.encode("latin-1", "replace")), *headers],
            "client": self.scope.get("client"),
            "server": self.scope.get("server"),
            "state": dict(self.scope.get("state") or {}),
        }
        sent = asyncio.Event()

        async def receive() -> Message:
            if sent.is_set():
                await asyncio.Event().wait()  # nobody hangs up: whoever reads no more cancels
            sent.set()
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, receive, messages.put)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}

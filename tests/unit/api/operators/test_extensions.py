"""What other packages add to the admin port, as docs/access.md tells it."""

import asyncio
import json
import tomllib
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents import run_here
from fastapi import FastAPI, HTTPException
from game_events_api.admission.addresses import Addresses
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.contract.catalog import Catalog
from game_events_api.operators import extensions
from game_events_api.operators.access import Access
from game_events_api.operators.application import admin_app
from game_events_api.operators.endpoints import Operators
from game_events_api.operators.extensions import Surface
from game_events_models.http import Check


class Point(EntryPoint):
    """One that needs no installed package."""

    loaded: Any

    def load(self) -> Any:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


def point(name: str, loaded: Any) -> EntryPoint:
    made = Point(name, "nowhere:at_all", extensions.GROUP)
    vars(made)["loaded"] = loaded
    return made


def ask(
    data_dir: Path, found: Iterable[EntryPoint], *requests: tuple[str, str, str], per_minute: float = 600
) -> list[httpx.Response]:
    """Answers to (method, path, key)."""
    access = Access(Keyring(KeyFile(data_dir / "keys.json")), Addresses(), WrongKeys(per_minute, lambda: 0.0))
    patched = pytest.MonkeyPatch()
    patched.setattr(extensions, "entry_points", lambda group: list(found) if group == extensions.GROUP else [])
    try:
        app = admin_app(
            checks=lambda: {"spool": Check(status="pass", detail="room")},
            scrape=lambda: b"",
            operators=Operators(data_dir, access, Catalog()),
            surface=Surface(data_dir, access),
        )
    finally:
        patched.undo()

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("192.0.2.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://admin") as client:
            return [
                await client.request(method, path, headers={"Authorization": f"Bearer {key}"} if key else {})
                for method, path, key in requests
            ]

    return asyncio.run(send())


def documented() -> Any:
    (code,) = run_here(__file__, "docs/access.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 our own page
    return names["add_to"]


def test_the_documented_entry_point_is_of_the_group_that_is_read_and_has_the_form_of_one() -> None:
    (described,) = run_here(__file__, "docs/access.md", "toml")
    groups = tomllib.loads(described)["project"]["entry-points"]
    ((name, value),) = groups[extensions.GROUP].items()
    found = EntryPoint(name, value, extensions.GROUP)
    assert (found.module, found.attr) == ("studio_console", documented().__name__)


def test_the_documented_extension_knows_who_asks_and_records_it(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    operator, reader = keys.create("operator", scopes=("operate",)), keys.create("reader", scopes=("read",))
    asked = [("POST", "/studio/notes?text=hello", key) for key in (operator, reader, "", "nonsense")]
    answers = ask(tmp_path, [point("console", documented())], *asked)
    assert [answer.status_code for answer in answers] == [200, 403, 401, 401]
    by = f"key {operator.split('_')[2]}"
    assert answers[0].json() == {"by": by, "kept_in": str(tmp_path)}
    (entry,) = map(json.loads, (tmp_path / "delivery" / "audit.jsonl").read_text().splitlines())
    assert (entry["action"], entry["by"], entry["of"]) == ("note", by, "hello")
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_who_tries_many_wrong_keys_is_told_to_wait_and_right_ones_are_not(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "keys.json").create("reader", scopes=("read",))
    asked = [*[("GET", "/v1/rejected", "nonsense")] * 4, ("GET", "/v1/rejected", key)]
    assert [answer.status_code for answer in ask(tmp_path, [], *asked, per_minute=3)] == [401, 401, 401, 429, 200]


def test_an_extension_that_cannot_be_added_is_named_and_the_others_are_served(tmp_path: Path) -> None:
    found = [point("broken", ImportError("no module named studio")), point("console", documented())]
    ready, note = ask(tmp_path, found, ("GET", "/ready", ""), ("POST", "/studio/notes?text=x", ""))
    assert (ready.status_code, note.status_code) == (200, 401)
    assert ready.json()["checks"]["extensions"] == {
        "status": "warn",
        "detail": "broken cannot be added: ImportError: no module named studio",
    }


def test_whatever_an_extension_raises_is_a_problem(tmp_path: Path) -> None:
    def add(app: FastAPI, _: Surface) -> None:
        @app.get("/studio/{number}")
        async def one(number: int) -> int:
            if number > 1000:
                raise HTTPException(404, "there is no such number")
            if number == 409:
                raise HTTPException(409, "taken")
            return 1 // number

    answers = ask(tmp_path, [point("x", add)], *[("GET", f"/studio/{n}", "") for n in ("1", "x", "2000", "409", "0")])
    assert [answer.status_code for answer in answers] == [200, 422, 404, 422, 503]
    assert {answer.headers["content-type"] for answer in answers[1:]} == {"application/problem+json"}
    assert answers[1].json()["errors"][0]["pointer"] == "/number"
    assert answers[2].json()["detail"] == "there is no such number"

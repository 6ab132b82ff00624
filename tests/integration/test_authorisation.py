"""Who may do what: every operation of openapi.yaml by every kind of caller, compared with the rule that it declares."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events_api.admission import KeyFile
from game_events_api.admission.people.tokens import ROLES
from game_events_models import contract
from integration.openid_issuer import AUDIENCE, OpenIdIssuer, openid_issuer, rsa_key
from joserfc import jwt
from unit.api.delivery.spool_maker import SpoolMaker, rejected_line
from unit.api.recovery.kept_events import bury, install
from unit.stored_lines import event_id

DOCUMENT = contract.openapi()
OPERATIONS = [(path, method, rule) for path, item in DOCUMENT["paths"].items() for method, rule in item.items()]
SCOPES = ("ingest", "read", "operate", "admin")
SURFACES = {"public": {"public"}, "admin": {"admin"}, "both": {"public", "admin"}}
BINDS = ["game", "event_type"]
PLANTED = [event_id(number) for number in (*range(5), *range(10, 13))]
ELSEWHERE = "a-game-of-others"


@dataclass
class Caller:
    name: str
    credential: str | None
    scopes: tuple[str, ...] | None = None
    """None: nobody, answered 401."""
    on: tuple[str, ...] = ("public", "admin")
    """Ports that know such credentials."""
    sees: bool = True
    """Whether what is planted is of its games and event types."""


@dataclass
class Place:
    """A server with dead letters and rejected events, everybody who may ask, and names of what is planted."""

    server: RunningServer
    callers: list[Caller]
    names: dict[str, str] = field(default_factory=dict)
    """By a path that ends with a name: what is planted there, from the list above it."""

    def ask(self, client: httpx.Client, surface: str, path: str, method: str, caller: Caller) -> httpx.Response:
        headers = {"Authorization": f"Bearer {caller.credential}"} if caller.credential is not None else {}
        url = self.server.url if surface == "public" else self.server.admin_url
        content = self._body(path) if "requestBody" in DOCUMENT["paths"][path][method] else None
        return client.request(method, url + self._filled(path), json=content, headers=headers)

    def _filled(self, path: str) -> str:
        operation = DOCUMENT["paths"][path]["get" if "get" in DOCUMENT["paths"][path] else "post"]
        examples = {p["name"]: str(p.get("example", "x")) for p in map(resolved, operation.get("parameters", []))}
        if path in self.names:
            return f"{path.rpartition('/')[0]}/{self.names[path]}"
        return path.format(**examples | {"event_id": PLANTED[0]})

    def _body(self, path: str) -> Any:
        if path == "/v1/events/batch":
            return {"events": [recent("install")]}
        if path.startswith("/v1/events/"):
            return recent(path.rpartition("/")[2])
        return recent("install") if path == "/v1/validate" else {"dry_run": True}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = DOCUMENT
        for token in node["$ref"].split("/")[1:]:
            target = target[token]
        node = target
    return node


def recent(event_type: str) -> dict[str, Any]:
    example: dict[str, Any] = contract.schema(event_type, contract.versions()[event_type][-1])["examples"][0]
    return {**example, "event_id": str(uuid4()), "event_time": datetime.now(UTC).isoformat()}


def keys_of(file: KeyFile) -> Iterator[Caller]:
    for scope in SCOPES:
        yield Caller(f"key that may {scope}", file.create(scope, scopes=(scope,)), (scope,))
    yield Caller("key of another game", file.create("x", scopes=SCOPES, games=(ELSEWHERE,)), SCOPES, sees=False)
    other_type = file.create("x", scopes=SCOPES, event_types=("no_such_type",))
    yield Caller("key of another event type", other_type, SCOPES, sees=False)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    yield Caller("expired key", file.create("x", scopes=SCOPES, expires_at=yesterday))
    revoked = file.create("x", scopes=SCOPES)
    file.revoke(revoked.split("_")[2])
    yield Caller("revoked key", revoked)
    yield Caller("key with a letter changed", revoked[:-1] + ("a" if revoked[-1] != "a" else "b"))


def people_of(issuer: OpenIdIssuer) -> Iterator[Caller]:
    for role, scopes in ROLES.items():
        yield Caller(role, issuer.token(roles=[role], games=["*"]), scopes, on=("admin",))
        elsewhere = issuer.token(roles=[role], games=[ELSEWHERE])
        yield Caller(f"{role} of another game", elsewhere, scopes, on=("admin",), sees=False)
        yield Caller(f"{role} of no game", issuer.token(roles=[role]), scopes, on=("admin",), sees=False)
    yield Caller("person without a role", issuer.token(roles=[], games=["*"]), (), on=("admin",))
    yield Caller("expired person", issuer.token(roles=["admin"], exp=int(time.time()) - 60))
    forged = jwt.encode({"alg": "RS256", "kid": "first"}, issuer.claims(roles=["admin"]), rsa_key(2))
    yield Caller("forged person", forged)


@pytest.fixture(scope="module")
def place(start_server: ServerFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("authorisation")
    bury(root, range(5), "InvalidArgumentException: no")
    lines = [rejected_line(number, install(number)) for number in range(10, 13)]
    SpoolMaker(root, "worker-1").append(lines, stream="rejected")
    file = KeyFile(root / "keys.json")
    known = file.create("the sender of what was rejected").split("_")[2]
    file.path.write_text(file.path.read_text().replace(known, "k1"))
    nobodies = [Caller("nobody", None), Caller("no key at all", "nonsense")]
    with openid_issuer() as issuer:
        callers = [*nobodies, *keys_of(file), *people_of(issuer)]
        oidc = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, "oidc_games_claim": "games"}
        place = Place(start_server(data_dir=root, wrong_keys_per_minute=1e6, **oidc), callers)
        (admin,) = [one for one in callers if one.name == "admin"]

        def listed(path: str) -> list[dict[str, Any]]:
            with httpx.Client() as client:
                answer = place.ask(client, "admin", path, "get", admin).json()
            return next((value for value in answer.values() if isinstance(value, list)), [])

        wait_until(lambda: len(listed("/v1/dead-letters")) == 5 and len(listed("/v1/rejected")) == 3)
        for path, _, rule in OPERATIONS:
            above, _, last = path.rpartition("/")
            if rule["x-surface"] == "admin" and last.startswith("{") and "get" in DOCUMENT["paths"].get(above, {}):
                first = listed(above)[0]
                place.names[path] = first.get("id") or first["name"]
        yield place


def test_every_operation_declares_its_rule() -> None:
    undeclared = [
        (path, method)
        for path, method, rule in OPERATIONS
        if rule.get("x-surface") not in SURFACES
        or rule.get("x-scope") not in ("none", *SCOPES)
        or (rule["x-scope"] == "none") is ("x-binds" in rule)
        or not set(rule.get("x-binds", [])) <= set(BINDS)
    ]
    assert undeclared == []
    for path, _, rule in OPERATIONS:
        assert (rule["x-scope"] == "none") is (rule.get("security") == []), path
        assert rule["x-scope"] == "none" or {"401", "403"} <= set(rule["responses"]), path


def expected(rule: Mapping[str, Any], surface: str, caller: Caller) -> str:
    if surface not in SURFACES[rule["x-surface"]]:
        return "not here"
    if rule["x-scope"] == "none":
        return "let in"
    if caller.scopes is None or surface not in caller.on:
        return "401"
    return "let in" if rule["x-scope"] in caller.scopes else "403"


def happened(answer: httpx.Response) -> str:
    if answer.status_code == 404 and " port" in answer.json().get("detail", ""):
        return "not here"
    if answer.status_code == 403 and answer.json().get("errors"):  # of the event, not of the caller
        return "let in"
    return str(answer.status_code) if answer.status_code in (401, 403, 429) or answer.status_code >= 500 else "let in"


def test_everybody_may_what_the_document_says_and_no_more(place: Place) -> None:
    wrong = []
    with httpx.Client(timeout=30) as client:
        for path, method, rule in OPERATIONS:
            for surface in ("public", "admin"):
                for caller in place.callers:
                    answer = place.ask(client, surface, path, method, caller)
                    if happened(answer) != (rightly := expected(rule, surface, caller)):
                        wrong.append(
                            f"{caller.name}: {method} {path} on {surface}: {answer.status_code}, not {rightly}"
                        )
    assert wrong == []
    assert {caller.name for caller in place.callers} >= {"viewer", "expired key", "forged person", "nobody"}


def test_who_is_bound_to_other_games_or_types_sees_and_sends_nothing_of_what_is_planted(place: Place) -> None:
    """Whatever an operation answers; what others are shown of it proves that there was something to see."""
    seen: dict[str, bool] = {}
    wrong = []
    with httpx.Client(timeout=30) as client:
        for path, method, rule in OPERATIONS:
            if rule["x-surface"] != "admin" or not rule.get("x-binds"):
                continue
            for caller in place.callers:
                if rule["x-scope"] not in (caller.scopes or ()):
                    continue
                answer = place.ask(client, "admin", path, method, caller)
                shown = shows(answer)
                if caller.sees:
                    seen[path] = seen.get(path, False) or shown
                elif shown or answer.status_code not in (200, 404):
                    wrong.append(f"{caller.name}: {method} {path}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert [path for path, was in seen.items() if not was] == [], "nothing was planted there"


def shows(answer: httpx.Response) -> bool:
    """Whether an answer tells of a planted event: its id, its game, or that there is one at all."""
    if answer.status_code != 200:
        return False
    text = answer.text
    return any(one in text for one in (*PLANTED, install(0)["game_id"])) or bool(answer.json().get("events"))


def test_events_of_other_games_and_types_are_refused_one_by_one(place: Place) -> None:
    with httpx.Client(timeout=30) as client:
        for name in ("key of another game", "key of another event type"):
            (caller,) = [one for one in place.callers if one.name == name]
            for path, method, rule in OPERATIONS:
                if rule["x-surface"] != "public" or not rule.get("x-binds"):
                    continue
                answer = place.ask(client, "public", path, method, caller)
                said = json.dumps(answer.json())
                assert "forbidden-game" in said or "forbidden-event-type" in said, (name, path, said)
                assert answer.status_code == (
                    403 if path not in ("/v1/events/batch", "/v1/validate") else answer.status_code
                )
                assert '"status": "accepted"' not in said, (name, path)

"""Access tokens of an issuer that answers over a socket: which let a person in, and what a bad issuer costs."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission.addresses import Addresses
from game_events_api.admission.callers import Caller
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.people import Issuer, Rules, Tokens
from game_events_api.admission.people.issuer import AGAIN_SECONDS, KEPT_SECONDS, MAX_BYTES
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.errors import RequestRefused
from game_events_api.operators.access import Access
from integration.openid_issuer import AUDIENCE, DISCOVERY, OpenIdIssuer, openid_issuer, rsa_key
from joserfc import jwk, jwt
from starlette.requests import Request

ROLES = {"viewer": ("viewer",), "operator": ("operator", "on-call"), "admin": ("admin",)}
RULES = Rules(AUDIENCE, "roles", ROLES)


@pytest.fixture
def issuer() -> Iterator[OpenIdIssuer]:
    with openid_issuer() as made:
        yield made


@pytest.fixture(scope="module")
def steady() -> Iterator[OpenIdIssuer]:
    """One that nobody makes fail."""
    with openid_issuer() as made:
        yield made


class Door:
    """`caller` by a token; `now` is in monotonic seconds."""

    def __init__(self, issuer: OpenIdIssuer, rules: Rules = RULES) -> None:
        self.now = 1000.0
        self.issuer = Issuer(issuer.url, monotonic=lambda: self.now)
        no_keys = Keyring(KeyFile(Path("nowhere") / "keys.json"))
        self.wrong_keys = WrongKeys(600)
        self._access = Access(no_keys, Addresses(), self.wrong_keys, Tokens(self.issuer, rules))

    async def caller(self, token: str, scope: str = "read") -> Caller:
        request = Request({"type": "http", "headers": [], "client": ("192.0.2.1", 1)})
        return await self._access.caller(request, scope, f"Bearer {token}")

    async def status(self, token: str, scope: str = "read") -> int:
        try:
            await self.caller(token, scope)
        except RequestRefused as refused:
            return refused.problem.status
        return 200


def status(issuer: OpenIdIssuer, token: str) -> int:
    return asyncio.run(Door(issuer).status(token))


def test_a_token_of_each_role_has_the_scopes_of_its_role(issuer: OpenIdIssuer) -> None:
    async def scenario() -> None:
        door = Door(issuer)
        for roles, scopes in {
            "viewer": ("read",),
            "on-call": ("read", "operate"),
            "admin": ("read", "operate", "admin"),
        }.items():
            assert await door.caller(issuer.token(roles=[roles, "of another service"])) == Caller(
                "person", "ada", scopes
            )
        assert (await door.caller(issuer.token(roles="operator"))).scopes == ("read", "operate"), (
            "a text is a list of one"
        )
        assert await door.status(issuer.token(), "operate") == 403
        nothing: Any
        for nothing in (None, [], "", {}, 7, ["nobody"], [["viewer"]], "viewers"):
            assert await door.status(issuer.token(roles=nothing)) == 403, nothing
        assert issuer.asked == [DISCOVERY, "/keys"], "once for all"

    asyncio.run(scenario())


def test_roles_and_games_stand_where_the_settings_say(issuer: OpenIdIssuer) -> None:
    rules = Rules(AUDIENCE, "realm_access.roles", ROLES, "https://studio.example/games")
    nested: dict[str, Any] = {
        "roles": None,
        "realm_access": {"roles": ["viewer"]},
        "https://studio.example/games": ["chess", "go"],
    }

    async def scenario() -> None:
        door = Door(issuer, rules)
        person = await door.caller(issuer.token(**nested))
        assert person.games == ("chess", "go")
        assert (person.may_see("go", "install"), person.may_see("poker", "install")) == (True, False)
        blind = await door.caller(issuer.token(**nested | {"https://studio.example/games": None}))
        assert not blind.may_see("go", "install")

    asyncio.run(scenario())


@pytest.mark.parametrize("alg", ["RS256", "PS384", "ES256", "Ed25519"])
def test_every_usual_algorithm_is_taken(issuer: OpenIdIssuer, alg: str) -> None:
    key: Any = {"ES256": lambda: jwk.ECKey.generate_key("P-256"), "Ed25519": lambda: jwk.OKPKey.generate_key("Ed25519")}
    issuer.keys["first"] = key.get(alg, lambda: issuer.keys["first"])()
    assert status(issuer, issuer.token(alg=alg)) == 200


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def signed_with_the_public_key(issuer: OpenIdIssuer) -> str:
    head = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{encoded(issuer.claims())}"
    public = rsa_key(1).as_pem(private=False)
    digest = hmac.digest(public, head.encode(), "sha256")
    return f"{head}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def with_header(issuer: OpenIdIssuer, **header: Any) -> str:
    """Signed well; only the header says otherwise."""
    given = {name: value for name, value in ({"alg": "RS256", "kid": "first"} | header).items() if value is not None}
    return jwt.encode(given, issuer.claims(), issuer.keys["first"], algorithms=["RS256"])


def by_a_stranger(issuer: OpenIdIssuer) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, issuer.claims(), rsa_key(2))


def tampered(issuer: OpenIdIssuer) -> str:
    head, _, signature = issuer.token().split(".")
    return f"{head}.{encoded(issuer.claims(roles=['admin']))}.{signature}"


FORGED: dict[str, Callable[[OpenIdIssuer], str]] = {
    "no algorithm": lambda issuer: f"{encoded({'alg': 'none', 'kid': 'first'})}.{encoded(issuer.claims())}.",
    "NONE": lambda issuer: f"{encoded({'alg': 'NONE', 'kid': 'first'})}.{encoded(issuer.claims())}.",
    "HS256 with the public key": signed_with_the_public_key,
    "another's key": by_a_stranger,
    "tampered": tampered,
    "without its signature": lambda issuer: issuer.token().rpartition(".")[0] + ".",
    "a key of its own in the header": lambda issuer: with_header(
        issuer, kid="mine", jwk=issuer.keys["first"].as_dict(private=False)
    ),
    "no kid": lambda issuer: with_header(issuer, kid=None),
    "unknown kid": lambda issuer: with_header(issuer, kid="other"),
    "kid is a path": lambda issuer: with_header(issuer, kid="../../dev/null"),
    "wrong audience": lambda issuer: issuer.token(aud="another-service"),
    "audiences without ours": lambda issuer: issuer.token(aud=["a", "b"]),
    "no audience": lambda issuer: issuer.token(aud=None),
    "wrong issuer": lambda issuer: issuer.token(iss="https://elsewhere.example"),
    "issuer with a slash": lambda issuer: issuer.token(iss=issuer.url + "/"),
    "no issuer": lambda issuer: issuer.token(iss=None),
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 31),
    "never expires": lambda issuer: issuer.token(exp=None),
    "expires in words": lambda issuer: issuer.token(exp="tomorrow"),
    "expires at true": lambda issuer: issuer.token(exp=True),
    "expires at no number": lambda issuer: issuer.token(exp=float("nan")),
    "expires at no double": lambda issuer: issuer.token(exp=10**400),
    "not yet valid": lambda issuer: issuer.token(nbf=int(time.time()) + 120),
    "issued tomorrow": lambda issuer: issuer.token(iat=int(time.time()) + 86400),
    "nobody": lambda issuer: issuer.token(sub=None),
    "an empty name": lambda issuer: issuer.token(sub=""),
    "a name of two lines": lambda issuer: issuer.token(sub="ada\nadmin"),
    "a number for a name": lambda issuer: issuer.token(sub=7),
    "a long name": lambda issuer: issuer.token(sub="a" * 256),
    "a huge token": lambda issuer: issuer.token(more="x" * 9000),
    "five parts": lambda issuer: issuer.token() + ".x.y",
    "dots": lambda issuer: "..",
    "no base64": lambda issuer: "!.!.!",
    "letters of other scripts": lambda issuer: "é.ü.ß",
    "deep": lambda issuer: f"{base64.urlsafe_b64encode(b'[' * 3000).decode()}.e30.e30",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_or_wrong_token_lets_nobody_in_and_counts_as_a_wrong_key(steady: OpenIdIssuer, forged: str) -> None:
    async def scenario() -> None:
        door = Door(steady)
        assert await door.status(steady.token()) == 200
        assert await door.status(FORGED[forged](steady)) == 401
        assert door.wrong_keys.answered[401] == 1

    asyncio.run(scenario())


def test_a_clock_that_is_a_little_off_is_forgiven(issuer: OpenIdIssuer) -> None:
    now = int(time.time())
    assert status(issuer, issuer.token(exp=now - 10, nbf=now + 10, iat=now + 10)) == 200


def test_a_rotated_key_is_found_and_made_up_ones_make_the_issuer_no_work(issuer: OpenIdIssuer) -> None:
    async def scenario() -> None:
        door = Door(issuer)
        old = issuer.token()
        assert await door.status(old) == 200
        issuer.keys = {"second": rsa_key(2)}
        new = issuer.token("second")
        assert await door.status(new) == 401, "it was asked just before"
        door.now += AGAIN_SECONDS
        assert [await door.status(new), await door.status(old)] == [200, 401]
        made_up = [with_header_of(issuer, f"made-up-{number}") for number in range(50)]
        door.now += AGAIN_SECONDS
        before = len(issuer.asked)
        assert set(await asyncio.gather(*map(door.status, made_up))) == {401}
        assert len(issuer.asked) == before + 2

    asyncio.run(scenario())


def with_header_of(issuer: OpenIdIssuer, key_id: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": key_id}, issuer.claims(), issuer.keys["second"])


BAD: dict[str, dict[str, bytes | None]] = {
    "silent": {DISCOVERY: None},
    "silent about its keys": {"/keys": None},
    "not JSON": {"/keys": b"<html>"},
    "a document that is not JSON": {DISCOVERY: b"<html>"},
    "deep JSON": {"/keys": b"[" * 100_000},
    "huge": {"/keys": b" " * (MAX_BYTES + 1)},
    "a list": {"/keys": b"[]"},
    "no keys": {"/keys": b'{"keys": []}'},
    "keys of one text": {"/keys": b'{"keys": "first"}'},
    "keys that are none": {"/keys": b'{"keys": [1, null, {}, {"kid": "a"}, {"kid": "a", "kty": "RSA", "n": 1}]}'},
    "a shared secret": {"/keys": b'{"keys": [{"kid": "first", "kty": "oct", "k": "c2VjcmV0"}]}'},
    "redirects": {DISCOVERY: b"/elsewhere"},
    "somebody else": {DISCOVERY: b'{"issuer": "https://elsewhere.example", "jwks_uri": "https://elsewhere.example/"}'},
    "keys without TLS": {DISCOVERY: b"{}"},
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_issuer_is_503_with_a_reason_in_a_bounded_time_and_known_keys_stay(
    issuer: OpenIdIssuer, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bad.startswith("silent"):
        monkeypatch.setattr("game_events_api.admission.people.issuer.FETCH_SECONDS", 0.5)
    said = dict(BAD[bad])
    if bad == "keys without TLS":
        said = {DISCOVERY: json.dumps({"issuer": issuer.url, "jwks_uri": "http://keys.example/"}).encode()}

    async def scenario() -> None:
        known, fresh = Door(issuer), Door(issuer)
        assert await known.status(issuer.token()) == 200
        issuer.answers = said
        async with asyncio.timeout(10):
            with pytest.raises(RequestRefused, match="nobody can tell whose token this is") as refused:
                await fresh.caller(issuer.token())
            assert refused.value.problem.status == 503
            assert await fresh.status(issuer.token()) == 503, "at once, from what is known"
            known.now += AGAIN_SECONDS
            issuer.keys["new"] = issuer.keys["first"]
            assert await known.status(issuer.token("new")) == 503
            assert await known.status(issuer.token()) == 200
        known.now += KEPT_SECONDS
        assert await known.status(issuer.token()) == 503, "but not for ever"
        issuer.answers = {}
        monkeypatch.undo()
        fresh.now += AGAIN_SECONDS
        assert await fresh.status(issuer.token()) == 200

    asyncio.run(scenario())


def test_an_issuer_that_is_not_there_is_503_and_keys_of_ours_need_none(issuer: OpenIdIssuer) -> None:
    gone = OpenIdIssuer("http://127.0.0.1:9")
    assert asyncio.run(Door(gone).status(issuer.token())) == 503
    assert asyncio.run(Door(gone).status("ge_live_x_y")) == 401


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_key_that_can_be_broken_or_is_for_something_else_is_not_used(issuer: OpenIdIssuer) -> None:
    issuer.keys["weak"] = rsa_key(3, 1024)
    issuer.keys["other"] = rsa_key(2)
    shown = issuer.keys["other"].as_dict(private=False)
    issuer.shown = [{**shown, "kid": "other", "use": "enc"}]
    assert status(issuer, issuer.token("weak")) == 401
    del issuer.keys["weak"]
    other = issuer.token("other")
    del issuer.keys["other"]
    assert status(issuer, other) == 401
    issuer.shown = [{**shown, "kid": "other", "alg": "PS256"}]
    assert status(issuer, other) == 401

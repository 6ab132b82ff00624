"""Signing in to the console with a company account: the whole way over an issuer that answers on a socket."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from game_events_api.diagnosis.destinations import issuer as examine_issuer
from game_events_api.process.admin import Admin
from game_events_api.settings import AdminSettings, Settings
from integration.openid_issuer import AUDIENCE, CLIENT, DISCOVERY, OpenIdIssuer, openid_issuer, rsa_key
from joserfc import jwt

HERE = "https://console.example"
BACK = f"{HERE}/console/sign-in/oidc/callback"


@pytest.fixture
def issuer() -> Iterator[OpenIdIssuer]:
    with openid_issuer() as made:
        made.redirect_url = BACK
        yield made


class Person:
    """With a browser, which keeps cookies, and follows the issuer's redirects one by one."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser

    async def go(self, to: str = "") -> httpx.Response:
        return await self.browser.get("/console/sign-in/oidc", params={"to": to})

    async def agree(self, going: httpx.Response) -> str:
        """At the issuer: gives the address that it sends back to."""
        assert going.status_code == 303
        async with httpx.AsyncClient() as elsewhere:
            sent_back = await elsewhere.get(going.headers["location"])
        assert sent_back.status_code == 303, "the issuer does not know this client or address"
        return str(sent_back.headers["location"])

    async def sign_in(self, to: str = "") -> httpx.Response:
        return await self.browser.get(await self.agree(await self.go(to)))

    async def is_signed_in(self) -> bool:
        return (await self.browser.get("/console/live")).status_code == 200


@asynccontextmanager
async def console(data_dir: Path, issuer: OpenIdIssuer, **settings: Any) -> AsyncIterator[Person]:
    given = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, "oidc_client_id": CLIENT, "oidc_redirect_url": BACK}
    app = Admin(Settings(data_dir=data_dir), AdminSettings.model_validate(given | settings)).app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HERE) as browser:
        yield Person(browser)


def test_a_person_signs_in_with_the_role_that_the_token_names_and_comes_to_where_they_wanted(
    tmp_path: Path, issuer: OpenIdIssuer
) -> None:
    async def scenario() -> None:
        for role, named in (("viewer", "viewer"), ("operator", "operator"), ("admin", "admin")):
            issuer.access = {"roles": [role]}
            async with console(tmp_path, issuer) as person:
                asked = await person.browser.get("/console/live?game=chess", follow_redirects=True)
                assert "/console/sign-in/oidc?to=/console/live%3Fgame%3Dchess" in asked.text
                done = await person.sign_in("/console/live?game=chess")
                assert 'http-equiv="refresh" content="0;url=/console/live?game=chess"' in done.text
                page = await person.browser.get("/console/live?game=chess")
                assert f"person ada · {named}" in page.text
                shown = [done.text, page.text, *done.headers.get_list("set-cookie"), *map(str, person.browser.cookies)]
                assert not any(secret in text for text in shown for secret in issuer.given)

    asyncio.run(scenario())


def test_the_session_is_a_strict_cookie_and_that_of_the_way_is_gone(tmp_path: Path, issuer: OpenIdIssuer) -> None:
    async def scenario() -> None:
        async with console(tmp_path, issuer) as person:
            going = await person.go()
            (way,) = going.headers.get_list("set-cookie")
            assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/console/sign-in/oidc"} <= set(way.split("; "))
            back = await person.browser.get(await person.agree(going))
            session, gone = back.headers.get_list("set-cookie")
            assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/console"} <= set(session.split("; "))
            assert gone.startswith('game_events_sign_in=""; ')
            assert "Max-Age=0" in gone

    asyncio.run(scenario())


@pytest.mark.parametrize("methods", [None, ["client_secret_post"], ["client_secret_basic", "client_secret_post"]])
def test_a_client_with_a_secret_says_it_as_the_issuer_takes_it(
    tmp_path: Path, issuer: OpenIdIssuer, methods: list[str] | None
) -> None:
    issuer.secret, issuer.methods = "s3cret: /+é", methods

    async def scenario() -> None:
        async with console(tmp_path, issuer, oidc_client_secret=issuer.secret) as person:
            await person.sign_in()
            assert await person.is_signed_in()
        async with console(tmp_path, issuer, oidc_client_secret="another") as person:
            refused = await person.sign_in()
            assert "GAME_EVENTS_OIDC_CLIENT_ID, or another secret" in refused.text

    asyncio.run(scenario())


def test_the_session_lasts_no_longer_than_the_token(tmp_path: Path, issuer: OpenIdIssuer) -> None:
    issuer.access = {"exp": int(time.time()) + 90}

    async def scenario() -> None:
        async with console(tmp_path, issuer) as person:
            done = await person.sign_in()
            (session,) = [one for one in done.headers.get_list("set-cookie") if "SameSite=strict" in one]
            assert int(session.partition("Max-Age=")[2].partition(";")[0]) <= 90

    asyncio.run(scenario())


def test_nobody_comes_in_by_a_way_that_another_browser_began_or_that_is_over(
    tmp_path: Path, issuer: OpenIdIssuer
) -> None:
    async def scenario() -> None:
        async with console(tmp_path, issuer) as person, console(tmp_path, issuer) as another:
            theirs = await another.agree(await another.go())
            stranger = await person.browser.get(theirs)
            assert (stranger.status_code, "not begun in this browser" in stranger.text) == (400, True)
            await person.go()
            assert (await person.browser.get(theirs)).status_code == 400, "another's state"
            back = await person.agree(await person.go())
            wrong = await person.browser.get(back.replace("state=", "state=x"))
            assert (wrong.status_code, await person.is_signed_in()) == (400, False)
            assert (await person.browser.get(back)).status_code == 400, "one try for each way"
            back = await person.agree(await person.go())
            assert (await person.browser.get(back)).status_code == 200
            person.browser.cookies.clear()
            again = await person.browser.get(back)
            assert (again.status_code, await person.is_signed_in()) == (400, False)
            assert [one for one in issuer.asked if one == "/token"] == ["/token"]

    asyncio.run(scenario())


def test_a_replayed_code_is_refused_by_the_issuer_and_the_page_says_so(tmp_path: Path, issuer: OpenIdIssuer) -> None:
    async def scenario() -> None:
        async with console(tmp_path, issuer) as person:
            used = await person.agree(await person.go())
            assert (await person.browser.get(used)).status_code == 200
            person.browser.cookies.clear()
            way = httpx.URL(await person.agree(await person.go()))
            stolen = way.copy_merge_params({"code": httpx.URL(used).params["code"]})
            refused = await person.browser.get(stolen)
            assert (refused.status_code, "it was used already" in refused.text) == (401, True)
            assert not await person.is_signed_in()

    asyncio.run(scenario())


def by_a_stranger(issuer: OpenIdIssuer) -> None:
    issuer.access = {"opaque": jwt.encode({"alg": "RS256", "kid": "first"}, issuer.claims(), rsa_key(2))}


def with_a_key_that_is_not_shown(issuer: OpenIdIssuer) -> None:
    issuer.keys["hidden"] = rsa_key(2)
    issuer.answers["/keys"] = json.dumps(
        {"keys": [{**rsa_key(1).as_dict(private=False), "kid": "first", "use": "sig"}]}
    ).encode()
    issuer.signs_with = "hidden"


REFUSED: dict[str, tuple[Callable[[OpenIdIssuer], object], int, str]] = {
    "wrong nonce": (lambda issuer: issuer.identity.update(nonce="another"), 401, "not for this sign-in"),
    "no nonce": (lambda issuer: issuer.identity.update(nonce=None), 401, "not for this sign-in"),
    "an ID token for another client": (
        lambda issuer: issuer.identity.update(aud="another"),
        401,
        "not for this sign-in",
    ),
    "an ID token of another issuer": (
        lambda issuer: issuer.identity.update(iss="https://x"),
        401,
        "not for this sign-in",
    ),
    "an expired ID token": (lambda issuer: issuer.identity.update(exp=1), 401, "has expired"),
    "another audience": (lambda issuer: issuer.access.update(aud="another-service"), 401, "not one for here"),
    "expired": (lambda issuer: issuer.access.update(exp=int(time.time()) - 31), 401, "has expired"),
    "no role": (lambda issuer: issuer.access.update(roles=["nobody"]), 403, "accounts gives roles"),
    "unknown kid": (with_a_key_that_is_not_shown, 401, "names no key of the issuer"),
    "another's key": (by_a_stranger, 401, "not one for here"),
    "an opaque token": (lambda issuer: issuer.access.update(opaque="ya29.opaque"), 401, "are no JWT"),
    "no tokens": (lambda issuer: issuer.answers.update({"/token": b"{}"}), 401, "answers no id_token"),
    "a list": (lambda issuer: issuer.answers.update({"/token": b"[]"}), 503, "answers no tokens"),
    "no JSON": (lambda issuer: issuer.answers.update({"/token": b"<html>"}), 503, "holds no JSON"),
    "huge": (lambda issuer: issuer.answers.update({"/token": b" " * 300_000}), 503, "more than"),
    "the person said no": (lambda issuer: setattr(issuer, "refuses", "access_denied"), 403, "access_denied"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_whatever_is_not_as_it_has_to_be_lets_nobody_in_and_the_page_says_what(
    tmp_path: Path, issuer: OpenIdIssuer, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    change, status, said = REFUSED[case]
    change(issuer)
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with console(tmp_path, issuer) as person:
            refused = await person.sign_in("/console/revenue")
            assert (refused.status_code, said in refused.text) == (status, True), refused.text
            assert 'role="alert"' in refused.text
            assert "to=/console/revenue" in refused.text, "another try leads to the same page"
            assert not await person.is_signed_in()
            logged = "".join(one.getMessage() for one in caplog.records if one.name.startswith("game_events"))
            assert not any(secret in refused.text + logged for secret in issuer.given)

    asyncio.run(scenario())


def test_an_issuer_that_is_down_is_told_within_a_bounded_time_and_keys_let_in_meanwhile(
    tmp_path: Path, issuer: OpenIdIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(120):
            gone = OpenIdIssuer("http://127.0.0.1:9")
            async with console(tmp_path, gone) as person:
                refused = await person.go()
                assert (refused.status_code, "nobody can be signed in now" in refused.text.lower()) == (503, True)
                assert 'name="key"' in refused.text
            async with console(tmp_path, issuer) as person:
                back = await person.agree(await person.go())
                issuer.answers["/token"] = None
                with monkeypatch.context() as hurried:
                    hurried.setattr("game_events_api.admission.people.issuer.EXCHANGE_SECONDS", 0.5)
                    refused = await person.browser.get(back)
                assert (refused.status_code, "took more than" in refused.text) == (503, True)
            issuer.answers[DISCOVERY] = json.dumps({"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}).encode()
            async with console(tmp_path, issuer) as person:
                assert "names no https:// address as its authorization_endpoint" in (await person.go()).text

    asyncio.run(scenario())


@pytest.mark.parametrize("where", ["https://[", "https://\ud800.example/", "http://elsewhere.example/", "", 7, None])
def test_an_address_that_cannot_be_asked_is_told(tmp_path: Path, issuer: OpenIdIssuer, where: object) -> None:
    document = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}

    async def scenario() -> None:
        for name in ("authorization_endpoint", "token_endpoint"):
            sound = {"authorization_endpoint": f"{issuer.url}/authorize", "token_endpoint": f"{issuer.url}/token"}
            issuer.answers[DISCOVERY] = json.dumps(document | sound | {name: where}).encode()
            async with console(tmp_path, issuer) as person:
                answer = await person.go()
                if answer.status_code == 303:
                    answer = await person.browser.get(await person.agree(answer))
                assert answer.status_code == 503
                assert f"names no https:// address as its {name}" in answer.text

    asyncio.run(scenario())


def test_without_a_client_only_keys_let_in(tmp_path: Path, issuer: OpenIdIssuer) -> None:
    async def scenario() -> None:
        async with console(tmp_path, issuer, oidc_client_id=None, oidc_redirect_url=None) as person:
            assert "company account" not in (await person.browser.get("/console/sign-in")).text
            assert (await person.go()).headers["location"].startswith("/console/sign-in?to=")

    asyncio.run(scenario())


def test_the_doctor_names_an_issuer_that_signs_nobody_in(issuer: OpenIdIssuer) -> None:
    given = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE}
    for_console = AdminSettings.model_validate(given | {"oidc_client_id": CLIENT, "oidc_redirect_url": BACK})
    assert not any(one.symptoms for one in examine_issuer(for_console))
    issuer.answers[DISCOVERY] = json.dumps({"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}).encode()
    (found,) = examine_issuer(for_console)
    assert "as its authorization_endpoint" in found.symptoms[0].what
    assert not any(one.symptoms for one in examine_issuer(AdminSettings.model_validate(given))), "tokens need none"

"""Signing in with a company account in a real browser, at an issuer on another site, to a real server."""

from collections.abc import Iterator

import pytest
from conftest import RunningServer, ServerFactory
from e2e.browser import BROWSER, PATIENCE_MS, PHONE, WIDE, Heard, findings
from integration.openid_issuer import AUDIENCE, CLIENT, OpenIdIssuer, openid_issuer
from needs_tools import find_tool
from playwright.sync_api import Browser, expect, sync_playwright

pytestmark = pytest.mark.needs("chromium")
SITES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""Two sites: to a browser `localhost` is another one than `127.0.0.1`, so that strict cookies stay behind."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_tool("chromium"), args=[*BROWSER, SITES])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def issuer() -> Iterator[OpenIdIssuer]:
    with openid_issuer() as made:
        made.url = made.url.replace("127.0.0.1", "localhost")
        made.secret, made.greets = "a secret of the client", True
        yield made


@pytest.fixture(scope="module")
def pipeline(start_server: ServerFactory, issuer: OpenIdIssuer) -> RunningServer:
    server = start_server()
    server.stop()  # only now its address is known, which it has to be told
    issuer.redirect_url = f"{server.admin_url}/console/sign-in/oidc/callback"
    secret = server.data_dir / "client-secret"
    secret.write_text(f"{issuer.secret}\n")
    given = {"ISSUER": issuer.url, "AUDIENCE": AUDIENCE, "CLIENT_ID": CLIENT, "REDIRECT_URL": issuer.redirect_url}
    given["CLIENT_SECRET_FILE"] = str(secret)
    server.environment = {**server.environment, **{f"GAME_EVENTS_OIDC_{name}": value for name, value in given.items()}}
    return server.start()


def test_a_person_comes_from_the_page_they_wanted_to_the_issuer_and_back_to_it(
    pipeline: RunningServer, issuer: OpenIdIssuer, browser: Browser, given_secrets: set[str]
) -> None:
    issuer.access = {"roles": ["operator"]}
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, heard = context.new_page(), Heard(pipeline.admin_url)
    heard.listen(page)
    page.goto(f"{pipeline.admin_url}/console/live?game=chess")
    page.get_by_role("link", name="Continue with your company account").click()
    page.get_by_role("link", name="Go on").click()
    expect(page.locator("#connection")).to_contain_text("Connected", timeout=PATIENCE_MS)
    assert page.url == f"{pipeline.admin_url}/console/live?game=chess"
    expect(page.locator(".who")).to_contain_text("person ada · operator")
    assert page.evaluate("document.cookie") == "", "no script sees a cookie"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Key")).to_be_visible()
    page.goto(f"{pipeline.admin_url}/console/sign-in/oidc/callback?code=x&state=y")
    expect(page.get_by_role("alert")).to_contain_text("not begun in this browser")
    context.close()
    elsewhere = [one for one in heard.faults if not one.startswith(issuer.url)]
    assert [one for one in elsewhere if "400 (Bad Request)" not in one] == [], (
        "nothing but that refusal, and no site else"
    )
    given_secrets.update([*issuer.given, str(issuer.secret)])  # which no log of the run may have


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_the_page_to_sign_in_is_for_everybody(
    pipeline: RunningServer, browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    page, heard = context.new_page(), Heard(pipeline.admin_url)
    heard.listen(page)
    page.goto(f"{pipeline.admin_url}/console/sign-in")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Continue with your company account")).to_be_focused()
    context.close()
    assert heard.faults == []

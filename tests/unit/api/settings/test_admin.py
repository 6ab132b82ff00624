"""The settings of the admin port."""

from pathlib import Path

import pytest
from documents import run_here
from game_events_api.errors import ConfigurationError
from game_events_api.settings import AdminSettings, Environment

OIDC = {"GAME_EVENTS_OIDC_ISSUER": "https://login.example/realms/studio", "GAME_EVENTS_OIDC_AUDIENCE": "game-events"}

CLIENT = {
    "GAME_EVENTS_OIDC_CLIENT_ID": "console",
    "GAME_EVENTS_OIDC_REDIRECT_URL": "https://events.example/console/sign-in/oidc/callback",
}


def read(**variables: str) -> AdminSettings:
    return Environment.read(variables).of(AdminSettings)


@pytest.mark.parametrize(
    ("said", "port", "address"),
    [
        ({}, 8000, ("127.0.0.1", 8001)),
        ({}, 0, ("127.0.0.1", 0)),
        ({}, 65535, ("127.0.0.1", 0)),
        ({"GAME_EVENTS_ADMIN_PORT": "0"}, 8000, ("127.0.0.1", 0)),
        ({"GAME_EVENTS_ADMIN_PORT": "9000", "GAME_EVENTS_ADMIN_HOST": "::"}, 8000, ("::", 9000)),
        ({"GAME_EVENTS_ADMIN_PORT": "off"}, 8000, None),
    ],
)
def test_the_admin_port_is_the_one_after_the_public_one_unless_said_otherwise(
    said: dict[str, str], port: int, address: tuple[str, int] | None
) -> None:
    assert read(**said).address(port) == address


@pytest.mark.parametrize("issuer", ["https://login.example", "https://a.example:8443/x/", "http://127.0.0.1:9/r"])
def test_an_issuer_is_asked_over_tls_or_on_this_machine(issuer: str) -> None:
    assert read(**OIDC | {"GAME_EVENTS_OIDC_ISSUER": issuer}).oidc_issuer == issuer


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (OIDC | {"GAME_EVENTS_OIDC_ISSUER": "http://login.example"}, "GAME_EVENTS_OIDC_ISSUER: give https://"),
        (OIDC | {"GAME_EVENTS_OIDC_ISSUER": "http://localhost.example/"}, "give https://"),
        (OIDC | {"GAME_EVENTS_OIDC_ISSUER": "https://"}, "give https://"),
        (OIDC | {"GAME_EVENTS_OIDC_ISSUER": "https://a.example/?tenant=1"}, "give https://"),
        ({"GAME_EVENTS_OIDC_ISSUER": "https://login.example"}, "GAME_EVENTS_OIDC_AUDIENCE: set both"),
        ({"GAME_EVENTS_OIDC_AUDIENCE": "game-events"}, "set both"),
        (OIDC | {"GAME_EVENTS_OIDC_CLIENT_ID": "console"}, "GAME_EVENTS_OIDC_REDIRECT_URL and .*: set all of them"),
        (
            OIDC | CLIENT | {"GAME_EVENTS_OIDC_REDIRECT_URL": "http://events.example/back"},
            "REDIRECT_URL: give https://",
        ),
        (OIDC | CLIENT | {"GAME_EVENTS_OIDC_SCOPE": "profile"}, "GAME_EVENTS_OIDC_SCOPE: give scopes"),
        (CLIENT, "GAME_EVENTS_OIDC_ISSUER: set all of them"),
        ({"GAME_EVENTS_ADMIN_PORT": "of"}, "GAME_EVENTS_ADMIN_PORT"),
        ({"GAME_EVENTS_ADMIN_PORT": "70000"}, "GAME_EVENTS_ADMIN_PORT"),
    ],
)
def test_what_cannot_be_used_is_named(variables: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read(**variables)


def test_the_documented_settings_of_an_issuer_are_understood(tmp_path: Path) -> None:
    secret = tmp_path / "console-client"
    secret.write_text("s3cret\n")
    written = "".join(run_here(__file__, "docs/access.md", "ini")).replace("/run/secrets", f"{tmp_path}")
    settings = read(**dict(line.split("=", 1) for line in written.splitlines() if line))
    assert settings.oidc_role_claim == "realm_access.roles"
    assert [*settings.oidc_viewers] == ["analyst", "game-events-viewer"]
    assert settings.oidc_client_secret is not None
    assert settings.oidc_client_secret.get_secret_value() == "s3cret"
    assert settings.oidc_scope.split() == ["openid", "game-events"]

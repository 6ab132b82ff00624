"""What an operator can set for the admin port."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from game_events_api.settings.base import CommonSettings, Listed, Text, variable

OFF = "off"
MAX_PORT = 65535
SAFE = re.compile(r"(https://[^/?#\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/[^?#\s]*)?")


class AdminSettings(CommonSettings):
    """The admin port's settings; bounds and deadlines of its connections are those of the public port."""

    admin_host: Text = "127.0.0.1"
    """Address of the admin port. Metrics and readiness are open to whoever reaches it: only to operators' networks."""
    admin_port: Annotated[int, Field(ge=0, le=MAX_PORT)] | Literal["off"] | None = None
    """TCP port for operators, by default the one after `port`. 0 takes a free one and prints it, `off` serves none."""

    oidc_issuer: Text | None = None
    """OpenID issuer whose access tokens let people in, as its tokens name it: https://…; none lets in keys only."""
    oidc_audience: Text | None = None
    """What a token's `aud` has to hold; needed with `oidc_issuer`."""
    oidc_role_claim: Text = "roles"
    """Claim that holds a person's roles; a path with dots where it stands within others, as realm_access.roles."""
    oidc_viewers: Listed = ("viewer",)
    """Values of that claim that make a viewer, who may read."""
    oidc_operators: Listed = ("operator",)
    """Values of that claim that make an operator, who may also send again what was rejected or not delivered."""
    oidc_admins: Listed = ("admin",)
    """Values of that claim that make an admin, who may do everything."""
    oidc_games_claim: Text | None = None
    """Claim that holds the games whose events a person may see; none: every game."""
    oidc_client_id: Text | None = None
    """What the issuer knows the console as, so that people can sign in there; none: with keys only."""
    oidc_client_secret: SecretStr | None = None
    """Secret of that client; none: a public client, with PKCE alone."""
    oidc_redirect_url: Text | None = None
    """Where the issuer sends people back to, as registered there: https://…/console/sign-in/oidc/callback."""
    oidc_scope: Text = "openid"
    """What the console asks the issuer for, spaces between: openid, and what puts audience and roles into a token."""

    @field_validator("oidc_issuer", "oidc_redirect_url")
    @classmethod
    def _is_safe(cls, value: str | None) -> str | None:
        if value is not None and not SAFE.fullmatch(value):
            raise ValueError("give https://… to the letter, as the issuer has it; http:// only on this machine")
        return value

    @field_validator("oidc_scope")
    @classmethod
    def _asks_who_it_is(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("give scopes with spaces between, openid among them")
        return value

    @model_validator(mode="after")
    def _has_an_audience(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError(
                f"{variable('oidc_issuer')} and {variable('oidc_audience')}: set both, or tokens of other services"
                " would let people in here"
            )
        return self

    @model_validator(mode="after")
    def _leads_back(self) -> Self:
        given = [self.oidc_client_id, self.oidc_redirect_url]
        if any(given) and not all([*given, self.oidc_issuer]):
            names = " and ".join(map(variable, ("oidc_client_id", "oidc_redirect_url", "oidc_issuer")))
            raise ValueError(f"{names}: set all of them, or people cannot sign in")
        return self

    def address(self, port: int) -> tuple[str, int] | None:
        """Where the admin port is to be, beside a public `port`; None where there is to be none."""
        if self.admin_port == OFF:
            return None
        following = (port + 1) % (MAX_PORT + 1) if port else 0
        return self.admin_host, following if self.admin_port is None else int(self.admin_port)

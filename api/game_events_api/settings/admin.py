"""What an operator can set for the admin port."""

from typing import Annotated, Literal

from pydantic import Field

from game_events_api.settings.base import CommonSettings, Text

OFF = "off"
MAX_PORT = 65535


class AdminSettings(CommonSettings):
    """The admin port's settings; bounds and deadlines of its connections are those of the public port."""

    admin_host: Text = "127.0.0.1"
    """Address of the admin port. Metrics and readiness are open to whoever reaches it: only to operators' networks."""
    admin_port: Annotated[int, Field(ge=0, le=MAX_PORT)] | Literal["off"] | None = None
    """TCP port for operators, by default the one after `port`. 0 takes a free one and prints it, `off` serves none."""

    def address(self, port: int) -> tuple[str, int] | None:
        """Where the admin port is to be, beside a public `port`; None where there is to be none."""
        if self.admin_port == OFF:
            return None
        following = (port + 1) % (MAX_PORT + 1) if port else 0
        return self.admin_host, following if self.admin_port is None else int(self.admin_port)

"""What an operator can set of where API keys stand."""

from pydantic import SecretStr, field_validator

from game_events_api.settings.base import CommonSettings

SCHEMES = ("postgresql://", "postgres://")


class KeySettings(CommonSettings):
    """Also those of every command that reads or makes keys."""

    keys_url: SecretStr | None = None
    """PostgreSQL in which several servers find their keys: postgresql://user:password@host/db; else `keys.json`."""

    @field_validator("keys_url")
    @classmethod
    def _is_a_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if not value.get_secret_value().startswith(SCHEMES):
            raise ValueError("give postgresql://user:password@host:port/database")
        return value

    @property
    def keys_place(self) -> str | None:
        """The URL with its password, for whoever connects; None for the data folder's file."""
        return self.keys_url.get_secret_value() if self.keys_url else None

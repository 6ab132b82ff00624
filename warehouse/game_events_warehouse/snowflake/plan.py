"""What is applied to an account, in order: the files beside this module with a studio's names in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined

from game_events_warehouse.errors import WarehouseError
from game_events_warehouse.snowflake.erasure import Places, erased_event, personal_places
from game_events_warehouse.snowflake.lint.kinds import SIZES

Level = Literal["account", "database"]
LEVELS: tuple[Level, ...] = ("account", "database")


class DeployError(WarehouseError):
    """A value cannot be used, or Snowflake did not do what it was asked."""


_NAME, _WHOLE = r"[A-Z][A-Z0-9_]{0,99}", r"[1-9][0-9]{0,6}"
_FORMS = {
    "database": (_NAME, "a name of capitals, digits and underscores, say GAME_EVENTS"),
    "lake_url": (r"s3(gov|china)?://[a-z0-9][a-z0-9.-]+(/[\w.=+-]+)*/", "s3://bucket/prefix/ with a slash last"),
    "lake_role_arn": (
        r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", "the ARN of a role: arn:aws:iam::123456789012:role/snowflake"
    ),
    "transform_size": ("|".join(map(re.escape, SIZES)), "a size of Snowflake's, say SMALL"),
    "credit_quota": (_WHOLE, "a whole number of credits a month"),
    "retention_days": (r"[0-9]|1[0-4]", "0 to 14 days: with Fail-safe an erasure takes seven days longer"),
}  # fmt: skip
"""What each value must look like: they stand in SQL as they are."""


@dataclass(frozen=True)
class Studio:
    """The names and bounds of one studio's account; DeployError for one that cannot stand in SQL."""

    lake_url: str
    """Where the lake is, with a slash last: s3://bucket/prefix/."""
    lake_role_arn: str
    """The role in AWS by which Snowflake reads it."""
    database: str = "GAME_EVENTS"
    transform_size: str = "SMALL"
    """Of the warehouse that dbt runs on."""
    credit_quota: str = "100"
    """Credits a month."""
    retention_days: str = "7"
    """Days of Time Travel for what cannot be made anew."""

    def __post_init__(self) -> None:
        for name, value in self.values().items():
            pattern, wanted = _FORMS[name]
            if not re.fullmatch(pattern, value):
                raise DeployError(f"{name.replace('_', '-')} = {value!r} cannot be used: give {wanted}")

    def values(self) -> dict[str, str]:
        """Each by the name that the files have for it."""
        return {
            "lake_url": self.lake_url,
            "lake_role_arn": self.lake_role_arn,
            "database": self.database,
            "transform_size": self.transform_size,
            "credit_quota": self.credit_quota,
            "retention_days": self.retention_days,
        }

    def role(self, level: Level) -> str:
        """As whom the files of a level are applied."""
        return "ACCOUNTADMIN" if level == "account" else f"{self.database}_DEPLOYER"


@dataclass(frozen=True)
class Script:
    """One file, filled in."""

    level: Level
    name: str
    sql: str


def planned(studio: Studio, places: Places | None = None) -> list[Script]:
    """What is applied for a studio; the places of personal data are those that the published schemas mark."""
    return list(_filled_in(studio, personal_places() if places is None else places))


def _filled_in(studio: Studio, places: Places) -> Iterator[Script]:
    """Every file in the order in which schemachange applies them: by version, then those that may change, by name."""
    values = {**studio.values(), "erased_event": erased_event(places)}
    # What is written is SQL, no page: there is nothing to escape.
    environment = Environment(  # nosec B701
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )
    for level in LEVELS:
        folder = Path(str(resources.files(__package__).joinpath(level)))
        for path in sorted(folder.glob("*.sql"), key=_order):
            text = environment.from_string(path.read_text(encoding="utf-8")).render(values)
            yield Script(level, path.name, text)


def _order(path: Path) -> tuple[bool, list[int], str]:
    name = path.name.lower()
    version = [int(part) for part in re.findall(r"\d+", name.partition("__")[0])]
    return name.startswith("r__"), version, name

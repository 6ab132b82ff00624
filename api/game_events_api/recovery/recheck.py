"""Whether an event that was kept passes today's schemas."""

from dataclasses import dataclass
from typing import Any

from game_events_models.http import FieldError

from game_events_api.contract.catalog import Catalog, Schema, violations
from game_events_api.ledger_key import LedgerKey


@dataclass(frozen=True)
class Passes:
    """What to store of it, and what the ledger counts that by."""

    line: bytes
    key: LedgerKey


@dataclass(frozen=True)
class Fails:
    rule: str
    message: str


Rechecked = Passes | Fails


class Recheck:
    """By the version that an event names, or by `as_version`, which it then names; ValueError when that is none.

    Unlike the edge it takes events of retired versions: they were sent in time.
    """

    def __init__(self, as_version: str | None = None, catalog: Catalog | None = None) -> None:
        self._catalog = catalog or Catalog()
        self._target: Schema | None = None
        if as_version is not None:
            event_type, _, version = as_version.partition("/")
            found = self._catalog.find({"event_type": event_type, "schema_version": version})
            if isinstance(found, FieldError):
                raise ValueError(found.message)
            self._target = found

    def look(self, event: object) -> tuple[dict[str, Any], Schema] | Fails:
        """The event with the version that it passes, and the schema of that."""
        if not isinstance(event, dict):
            return Fails("type", "not a JSON object")
        if self._target is not None and self._target.event_type == event.get("event_type"):
            event = {**event, "schema_version": self._target.version}
        schema = self._catalog.find(event)
        if isinstance(schema, FieldError):
            return Fails(schema.rule, schema.message)
        try:
            errors = violations(schema.validator, event, schema.document)
        except ValueError:
            return Fails("too-deep", "nested deeper than any schema allows")
        if errors:
            return Fails(errors[0].rule, f"{errors[0].pointer or '/'} of {schema.event_type}/{schema.version}")
        return event, schema

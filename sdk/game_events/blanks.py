"""Events made of keywords: a blank for each version of an event, to be filled in."""

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple

from game_events_models import contract
from game_events_models.judged import judge
from game_events_models.optional import ABSENT
from pydantic import BaseModel, ValidationError

from game_events import identity
from game_events.encoding import MadeEvent
from game_events.later import importing
from game_events.making import amount_text, invalid, meant, plain, without_names

_warned: set[tuple[str, str]] = set()
"""Of which versions this process has warned."""


class Facts(NamedTuple):
    """What is to be known of a version beside its schema, by the attributes of fields; codegen writes it."""

    amounts: tuple[str, ...] = ()
    """Decimals as text: code has such as numbers."""
    nullable: tuple[str, ...] = ()
    """Of which null is a value."""
    renamed: Mapping[str, str] = {}
    """Attributes that are called otherwise than their fields, which these are."""


class Blank:
    """One version of an event, of the `package` that codegen wrote it into."""

    def __init__(self, package: str, event_type: str, version: str, facts: Facts) -> None:
        self.constants = {"event_type": event_type, "schema_version": version}
        self._package = package
        self._facts = facts
        attributes = {field: own for own, field in facts.renamed.items()}
        fields = contract.schema(event_type, version, package)["properties"]
        self._shared: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
        self._names = {attributes.get(field, field): field for field in fields}

    @cached_property
    def model(self) -> type[BaseModel]:
        """Imported only where an event is wrong, or holds what is no JSON: models take long to load."""
        with importing:
            versions = import_module(self._package).EVENTS[self.constants["event_type"]]
            found: type[BaseModel] = versions[self.constants["schema_version"]]
        return found

    def judged(self, context: Mapping[str, Any], fields: Mapping[str, Any]) -> MadeEvent | None:
        """The event as it is sent, where the fields are plain and its schema takes them."""
        names, amounts = self._names, self._facts.amounts
        shared = self._shared if self._shared[0] is context else self._share(context)
        document = MadeEvent(shared[1])
        try:
            for name, value in fields.items():
                if value is not None:
                    is_number = type(value) is not str and name in amounts
                    document[names[name]] = amount_text(value) if is_number else value
        except KeyError:  # a field that there is not
            return None
        for name in self._facts.nullable:
            if (value := fields.get(name)) is None and name in fields:
                document[names[name]] = None
            elif value is ABSENT:
                del document[names[name]]
        if "event_id" not in document:
            document["event_id"] = identity.uuid7_str()
        if "event_time" not in document:
            document["event_time"] = identity.utc_now_str()
        try:
            judge(self._package, document)
        except ValueError:  # the model says in words what is wrong, or takes what is no JSON, a UUID or a datetime
            return None
        return document

    def _share(self, context: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What all events of a context hold: the last one's is kept, since one player's events come together."""
        names = self._names
        told = {names[name]: value for name, value in context.items() if value is not None and name in names}
        self._shared = (context, self.constants | told)  # in one piece, beside other threads
        return self._shared

    def modelled(self, context: Mapping[str, Any], fields: Mapping[str, Any]) -> MadeEvent:
        """The same by way of the model, which says what is wrong."""
        shared = {name: value for name, value in context.items() if name in self._names}
        told = shared | {name: value for name, value in fields.items() if value is not None or name not in shared}
        filled = {"event_id": identity.uuid7_str(), "event_time": identity.utc_now()}
        try:
            event = self.model(**filled | plain(told, self._facts.amounts, self._facts.nullable))
        except ValidationError as error:
            raise invalid(self.model, error) from None
        return MadeEvent(event.model_dump(mode="json"))


class VersionDeprecated(DeprecationWarning):
    """A client pins a version that its senders are told to leave; said once for each in a process."""


class Blanks:
    """Of all events of a package, each by one of its versions."""

    def __init__(self, package: str, facts: Mapping[str, Mapping[str, Facts]], versions: Mapping[str, str]) -> None:
        """`facts` by event type and version, oldest first; `versions` is the one of each type to make."""
        self.package = package
        self.facts = facts
        self.versions = versions
        self._blanks: dict[str, Blank] = {}

    def made(
        self, event_type: str, given: Sequence[object], context: Mapping[str, Any], fields: Mapping[str, Any], by: str
    ) -> MadeEvent:
        """The event of these fields and of what its client's events share; InvalidEventError says what is wrong.

        `given` is what a caller of the method `by` gave without a name, which nothing is.
        """
        blank = self._blanks.get(event_type) or self._new(event_type)
        if given:
            raise without_names(blank.model, given, by)
        return blank.judged(context, fields) or blank.modelled(context, fields)

    def pinned(self, schemas: object, now: datetime) -> "Blanks":
        """The same with other versions of some events, `{"purchase": "1-0-0"}`.

        TypeError or ValueError for what is no event, no version of it, or one whose time is over; warns of one that is
        deprecated.
        """
        if not isinstance(schemas, Mapping):
            raise TypeError(
                f"schemas says which version of an event to make, as {{'purchase': '1-0-0'}}, not {schemas!r}"
            )
        for event_type, version in schemas.items():
            if event_type not in self.facts:
                raise ValueError(f"schemas: there is no event {event_type!r}{meant(event_type, self.facts)}")
            known = list(self.facts[event_type])
            if version not in known:
                message = f"schemas: {event_type} has no version {version!r}{meant(version, known)}; there are"
                raise ValueError(f"{message} {', '.join(known)}")
            self._look_at(event_type, version, now)
        return Blanks(self.package, self.facts, {**self.versions, **schemas})

    def _look_at(self, event_type: str, version: str, now: datetime) -> None:
        state, label = contract.lifecycle(event_type, version, self.package), f"{event_type}/{version}"
        reason = f": {state.reason}" if state.reason else ""
        if state.is_retired(now):
            raise ValueError(f"schemas: {label} is retired since {state.sunset:%Y-%m-%d}{reason}")
        if state.is_deprecated(now) and (self.package, label) not in _warned:
            _warned.add((self.package, label))
            until = f", and refused from {state.sunset:%Y-%m-%d}" if state.sunset else ""
            message = f"{label} is deprecated since {state.deprecated:%Y-%m-%d}{until}{reason}"
            warnings.warn(message, VersionDeprecated, stacklevel=4)

    def look_up(self) -> None:
        """Read one schema, which is the first that is asked of the package's files."""
        for event_type in list(self.versions)[:1]:
            self._new(event_type)

    def _new(self, event_type: str) -> Blank:
        version = self.versions[event_type]
        blank = Blank(self.package, event_type, version, self.facts[event_type][version])
        self._blanks[event_type] = blank
        return blank

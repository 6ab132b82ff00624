"""The environment of a process, read once and strictly: a variable that is nearly a setting is an error."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from pydantic import ValidationError

from game_events_api.child_environment import of_server
from game_events_api.errors import ConfigurationError
from game_events_api.settings.base import PREFIX, CommonSettings, variable
from game_events_api.settings.service_links import is_service_link
from game_events_api.settings.variables import FIELDS, FILES, KNOWN, meant

S = TypeVar("S", bound=CommonSettings)


@dataclass(frozen=True, repr=False)  # its values may be secrets
class Environment:
    """What the variables set, by field; a variable without a value sets nothing, as if it were not there."""

    settings: Mapping[str, str]
    service_links: tuple[str, ...]
    others: Mapping[str, str]
    """Variables that set nothing by themselves and are no service link."""
    from_files: Collection[str] = ()
    """Fields whose values stand in files that `others` name."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Raises ConfigurationError for a misspelt variable and for two that set the same, naming every one, and for a
        secret's file that cannot be read.
        """
        ours = {name: value for name, value in variables.items() if _is_ours(name)}
        links = tuple(sorted(name for name, value in ours.items() if is_service_link(name, value)))
        rest = {name: value for name, value in variables.items() if name not in links}
        if problems := [*_misspelt(rest), *_set_twice(rest)]:
            raise ConfigurationError("; ".join(problems))
        fields = {name: field for name in rest if (field := _field(name))}
        secrets = dict(_secrets(rest))
        return cls(
            settings={field: rest[name] for name, field in fields.items() if rest[name]} | secrets,
            service_links=links,
            others={name: value for name, value in rest.items() if name not in fields},
            from_files=frozenset(secrets),
        )

    @property
    def ignored(self) -> str:
        """One line for the log; empty where there is nothing to say."""
        if not self.service_links:
            return ""
        return f"ignored as Kubernetes' links to services, which set nothing: {', '.join(self.service_links)}"

    def of(self, kind: type[S], given: Mapping[str, object] | None = None) -> S:
        """The settings of one kind; `given`, by field, stands above the variables.

        Raises ConfigurationError that names each unusable option or variable, and never its value.
        """
        given = given or {}
        values = {name: value for name, value in {**self.settings, **given}.items() if name in kind.model_fields}
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            raise ConfigurationError("; ".join(_unusable(error, given))) from None

    def for_children(self, given: Mapping[str, object]) -> dict[str, str]:
        """The whole environment of processes that are to have these settings and `given` above them."""
        of_variables = {name: value for name, value in self.settings.items() if name not in self.from_files}
        settings = {**of_variables, **given}
        others = {name: value for name, value in self.others.items() if _file_of(name) not in given}
        return {**of_server(others), **{variable(field): str(value) for field, value in settings.items()}}


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) or meant(name) is not None


def _field(name: str) -> str | None:
    """The field that a variable sets; its letters may be in either case."""
    field = name.upper().removeprefix(PREFIX).lower()
    return field if field in FIELDS and variable(field) == name.upper() else None


def _file_of(name: str) -> str | None:
    """The field whose secret stands in the file that a variable names."""
    return FILES.get(name.upper())


def _secrets(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the files of secrets hold, by field, without the newline at the end."""
    for name, path in variables.items():
        if not (field := _file_of(name)) or not path:
            continue
        try:
            secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:  # ValueError: no UTF-8, of which nothing is to be shown
            why = (error.strerror if isinstance(error, OSError) else None) or "it is no text in UTF-8"
            raise ConfigurationError(f"{name}: {path} cannot be read: {why}") from None
        if not secret:
            raise ConfigurationError(f"{name}: {path} is empty; write the secret into it, or unset the variable")
        yield field, secret


def _misspelt(variables: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(variables):
        if _field(name) or _file_of(name) or name in KNOWN or not _is_ours(name):
            continue
        if right := meant(name):
            yield f"{name} is no variable of Game Events; did you mean {right}? Rename or unset it"
        else:
            yield f"{name} is no variable of Game Events; unset it, or take one that `game-events serve --help` lists"


def _set_twice(variables: Mapping[str, str]) -> Iterator[str]:
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(variables):
        if variables[name] and (field := _field(name) or _file_of(name)):
            spellings[field].append(name)
    for names in spellings.values():
        if len(names) > 1:
            yield f"{' and '.join(names)} are one setting; unset all but one"


def _unusable(error: ValidationError, given: Mapping[str, object]) -> Iterator[str]:
    for item in error.errors(include_input=False, include_url=False):
        message = item["msg"].removeprefix("Value error, ")
        if not item["loc"]:  # about several fields, which the message names
            yield message
            continue
        field = str(item["loc"][0])
        where = f"--{field.replace('_', '-')}" if field in given else variable(field)
        yield f"{where}: {message}"

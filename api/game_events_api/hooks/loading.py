"""A function of the studio's own, found by `module:function`, and which events it takes by its annotation."""

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import msgspec
from game_events_models import contract
from pydantic import BaseModel, ValidationError

from game_events_api.errors import ConfigurationError

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_NOT_PLAIN = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


class Hook(msgspec.Struct, frozen=True):
    """One function, called with an event as one of the models that its annotation names."""

    name: str
    """`module:function`."""
    call: Callable[[BaseModel], object]
    models: Mapping[str, Sequence[type[BaseModel]]]
    """By event type; the first that an event fits is the one it is made."""

    @property
    def file(self) -> str:
        """Where it is written; empty where it is no Python."""
        code = getattr(inspect.unwrap(self.call), "__code__", None)
        return code.co_filename if code is not None else ""

    def seen_as(self, event: Mapping[str, Any]) -> BaseModel | None:
        """The event as its own version where the function names that, else as the first named one that it fits.

        None when it fits none: a field that the named version does not know, or another MODEL.
        """
        models = self.models[event["event_type"]]
        own = contract.models()[event["event_type"]][event["schema_version"]]
        for model in sorted(models, key=lambda named: named is not own):
            try:
                return model.model_validate({**event, "schema_version": _places()[model][1]})
            except ValidationError:
                continue
        return None


def load(setting: str, names: Iterable[str]) -> list[Hook]:
    """The functions that a setting names, in its order; ConfigurationError says which of them is unusable and why."""
    return [_load(setting, name) for name in names]


def _load(setting: str, name: str) -> Hook:
    module, colon, function = name.partition(":")
    if not (module and colon and function):
        raise ConfigurationError(f"{setting}: '{name}' is no module:function, as studio.hooks:enrich is")
    contract.events_package()  # a project's own is importable from here on, also for the hook
    try:
        found: Any = import_module(module)
    except Exception as error:  # whatever the module does when it is imported
        reason = f"{type(error).__name__}: {error}"
        advice = "install it beside the server, or name its folder in PYTHONPATH"
        raise ConfigurationError(f"{setting}: {module} cannot be imported ({reason}); {advice}") from error
    for part in function.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise ConfigurationError(f"{setting}: {module} has no function '{function}'")
    if any(kind(called) for kind in _NOT_PLAIN for called in (found, getattr(found, "__call__", None))):  # noqa: B004
        raise ConfigurationError(
            f"{setting}: {name} is a coroutine or a generator; hooks run in threads, so give a plain function"
        )
    return Hook(name, found, _models(setting, name, found))


def _models(setting: str, name: str, function: Callable[..., object]) -> Mapping[str, Sequence[type[BaseModel]]]:
    """The generated models that the first parameter is annotated with; BaseModel stands for every event."""
    try:
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    except Exception as error:  # whatever its annotations do; one may be imported for type checkers only
        reason = f"{type(error).__name__}: {error}"
        raise ConfigurationError(f"{setting}: the annotations of {name} cannot be read ({reason})") from error
    if not parameters or parameters[0].kind not in _POSITIONAL:
        raise ConfigurationError(f"{setting}: {name} takes no event: give it one annotated parameter")
    first, *others = parameters
    if any(other.default is inspect.Parameter.empty and other.kind not in _VARIADIC for other in others):
        raise ConfigurationError(f"{setting}: {name} needs more than an event: give it one parameter")
    named = _alternatives(first.annotation)
    if BaseModel in named:
        return {event_type: list(versions.values()) for event_type, versions in contract.models().items()}
    models: dict[str, list[type[BaseModel]]] = {}
    for model in named:
        place = _places().get(model)
        if place is None:
            example = f"def enrich(event: {contract.events_package()}.PurchaseEvent)"
            raise ConfigurationError(f"{setting}: {name}'s parameter is no generated event; annotate it, as {example}")
        models.setdefault(place[0], []).append(model)
    return models


def _alternatives(annotation: Any) -> list[Any]:
    if hasattr(annotation, "__value__"):  # `type Spending = PurchaseEvent | RefundEvent`
        return _alternatives(annotation.__value__)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [one for argument in typing.get_args(annotation) for one in _alternatives(argument)]
    return [annotation]


@cache
def _places() -> Mapping[Any, tuple[str, str]]:
    """Of which event type and version a model is. The models are imported where a hook is named, and nowhere else."""
    events = contract.models()
    return {model: (event_type, version) for event_type, known in events.items() for version, model in known.items()}

"""Uses generated code as a studio would, and says where it and the schemas disagree: `python -m` this, with the package
of the models and the module of the SDK's events, in a process whose path leads to the code in question.

Every event's examples, and changed copies of them, go through the model and the SDK's method. Prints a JSON list of
`[version's label, sentence]`.
"""

import copy
import json
import sys
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, cast

from jsonschema_rs import Draft202012Validator

Event = dict[str, Any]
OTHERS: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", "x" * 40_000, [], [None], {}, {"x": 1})
"""Values that a field of an example is replaced with."""
FILLED_IN = ("event_type", "schema_version")


def exercise(package: str, sdk_module: str) -> Iterator[tuple[str, str]]:
    """Every disagreement of the package's models. Raises whatever importing or using the code raises."""
    models, contract = import_module(package), import_module("game_events_models.contract")
    sdk = import_module(sdk_module)
    warnings.simplefilter("ignore", import_module("game_events_models.judged").FieldDeprecated)  # examples have them
    for event_type, versions in models.EVENTS.items():
        for version, model in versions.items():
            schema = contract.schema(event_type, version, package)
            judge = Draft202012Validator(schema, validate_formats=True)
            for message in _disagreements(model, judge, schema.get("examples", [])):
                yield f"{event_type}/{version}", message
        default = contract.default_version(event_type, package)
        for example in contract.schema(event_type, default, package).get("examples", []):
            for message in _by_keyword(sdk, event_type, versions[default], example):
                yield f"{event_type}/{default}", message


def _disagreements(model: Any, judge: Draft202012Validator, examples: list[Event]) -> Iterator[str]:
    for example in examples:
        for event, change in ((example, "the example"), *changed(example)):
            taken = _taken(model, event)
            if judge.is_valid(event) and taken is None and not has_whole_float(event):
                yield f"the model refuses what the schema takes: {change}"
            elif taken is not None and not judge.is_valid(taken):
                yield f"the model writes what the schema refuses: {change}"
            elif taken is not None and not judge.is_valid(event) and not alike(taken, event):
                yield f"the model takes what the schema refuses: {change}"


def _taken(model: Any, event: Event) -> Event | None:
    """What the model makes of the event, as it would be sent; None where it refuses it."""
    try:
        return cast("Event", model.model_validate(event).model_dump(mode="json"))
    except ValueError:
        return None


def alike(taken: Any, given: Any) -> bool:
    """Whether the model only filled in what it is to, and spelled times anew."""
    if isinstance(taken, dict) and isinstance(given, dict):
        filled_in = taken.keys() - given.keys()
        return filled_in <= {*FILLED_IN} and all(name in taken and alike(taken[name], given[name]) for name in given)
    if isinstance(taken, list) and isinstance(given, list):
        return len(taken) == len(given) and all(map(alike, taken, given))
    if isinstance(taken, bool) is isinstance(given, bool) and taken == given:
        return True
    try:
        return isinstance(taken, str) and bool(datetime.fromisoformat(taken))
    except ValueError:
        return False


def has_whole_float(value: Any) -> bool:
    """Whether it holds a number like 1.0, which a schema takes for an integer and a model does not."""
    if isinstance(value, dict | list):
        return any(map(has_whole_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()


def _by_keyword(sdk: Any, event_type: str, model: Any, example: Event) -> Iterator[str]:
    """The example through `send_<event>_event`, by the names that Python code uses."""
    sent: list[Event] = []

    class Client(sdk.EventMethods):  # type: ignore[misc]
        def send_event(self, event: Any) -> None:
            sent.append(event if isinstance(event, Mapping) else event.model_dump(mode="json"))  # type: ignore[arg-type]

        def enqueue(self, event: Any) -> str:
            self.send_event(event)
            return ""

    attributes = {field.alias or name: name for name, field in model.model_fields.items()}
    given = {attributes[name]: value for name, value in example.items() if name not in FILLED_IN}
    try:
        getattr(Client(), f"send_{event_type}_event")(**copy.deepcopy(given))
    except (TypeError, ValueError) as error:
        yield f"the SDK refuses the example by keywords: {error}"
        return
    if not alike(sent[0], example):
        yield f"the SDK sends {json.dumps(sent[0])} for the example"


def changed(event: Event) -> Iterator[tuple[Event, str]]:
    """Copies of the event, each with one value left out or replaced, wherever it stands, and what was done."""
    for path in _paths(event):
        place = "/" + "/".join(map(str, path))
        yield _with(event, path, None, remove=True), f"{place} left out"
        for other in OTHERS:
            yield _with(event, path, other), f"{place} replaced with {json.dumps(other)[:40]}"
    yield {**event, "zz_unknown": 1}, "a field that nobody knows"


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from _paths(part, (*path, key))


def _with(event: Event, path: tuple[str | int, ...], value: Any, *, remove: bool = False) -> Event:
    copied: Any = copy.deepcopy(event)
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    if remove:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return cast("Event", copied)


if __name__ == "__main__":
    print(json.dumps(list(exercise(*sys.argv[1:3]))))

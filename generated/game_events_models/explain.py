# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""Why a value is refused, in words for whoever sent it.

Of a union the branch that was meant is explained, of a condition it is said why it holds, and a sentence that the
schema carries (`x-message`) stands for the validator's own. The validator has made every error before; this only reads.
The server's answers and the models' errors both speak like this.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from game_events_models.http import FieldError
from jsonschema_rs import ValidationError, ValidationErrorKind

MAX_MESSAGE = 400
MAX_POINTER = 512
MAX_QUOTED = 64
MAX_BRANCHES = 32
"""Of so many branches of a union the errors are looked at."""
MAX_LEVELS = 4
"""So many unions within one another are explained."""
SENTENCE = "x-message"
CLOSING = frozenset({"additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems"})
"""Keywords that are a rule themselves where they are `false`."""
_UNIONS = (ValidationErrorKind.AnyOf, ValidationErrorKind.OneOfNotValid)
_TAGS = (ValidationErrorKind.Constant, ValidationErrorKind.Enum)
Schema = Mapping[str, Any]


def field_errors(
    error: ValidationError, document: object, schema: Schema, levels: int = MAX_LEVELS
) -> Iterator[FieldError]:
    """What one error of the validator comes to; one of a union comes to those of the branch that was meant."""
    if levels and isinstance(error.kind, _UNIONS):
        branches = [list(branch) for branch in islice(error.kind.context, MAX_BRANCHES)]
        meant = [branch for branch in branches if not any(_is_other(one, error) for one in branch)]
        if len(meant) == 1 and meant[0]:
            for one in meant[0]:
                yield from field_errors(one, document, schema, levels - 1)
            return
        yield _of_union(error, branches, document, schema)
        return
    yield _field_error(error.instance_path, error.schema_path, _message(error), _Walk(error, document, schema))


def _is_other(error: ValidationError, union: ValidationError) -> bool:
    """Whether the branch's error says that another branch was meant: a tag of another value, or another type."""
    below = len(error.instance_path) - len(union.instance_path)
    if below == 0:
        return isinstance(error.kind, (ValidationErrorKind.Type, *_TAGS))
    return below == 1 and isinstance(error.kind, _TAGS)


def _of_union(
    error: ValidationError, branches: list[list[ValidationError]], document: object, schema: Schema
) -> FieldError:
    walk = _Walk(error, document, schema)
    tags = [
        {(tuple(one.instance_path), tuple(one.schema_path)): one for one in branch if _is_other(one, error)}
        for branch in branches
    ]
    places = {path for branch in tags for path, _ in branch if len(path) > len(error.instance_path)}
    if len(places) == 1 and all(tags):
        (place,) = places
        wanted = [value for branch in tags for one in branch.values() for value in _wanted(one)]
        if wanted:
            options = ", ".join(dict.fromkeys(json.dumps(value, ensure_ascii=False) for value in wanted))
            sent = next(one.instance for branch in tags for (path, _), one in branch.items() if path == place)
            return _field_error(place, error.schema_path, f"{_quoted(sent)} is not one of {options}", walk)
    forms = [f"{_name(walk.schema, index)}: {_message(branch[0])}" for index, branch in enumerate(branches) if branch]
    return _field_error(error.instance_path, error.schema_path, "fits none of its forms. " + "; ".join(forms), walk)


def _wanted(error: ValidationError) -> Sequence[Any]:
    if isinstance(error.kind, ValidationErrorKind.Constant):
        return [error.kind.expected_value]
    return list(error.kind.options) if isinstance(error.kind, ValidationErrorKind.Enum) else []


def _name(options: Any, index: int) -> str:
    branch = options[index] if isinstance(options, list) and index < len(options) else None
    title = branch.get("title") if isinstance(branch, dict) else None
    return title if isinstance(title, str) else f"form {index + 1}"


class _Walk:
    """The way through the schema to what refused a value: the sentence nearest to it, and the conditions that hold."""

    def __init__(self, error: ValidationError, document: object, schema: Schema) -> None:
        self._root = schema
        self.schema: Any = schema
        self.sentence: str | None = None
        self.reasons: list[str] = []
        value: Any = document
        path = list(error.evaluation_path)
        for step, following in zip(path, [*path[1:], None], strict=True):
            if isinstance(self.schema, dict):
                self._read(step, following, value)
                if isinstance(self.schema.get("properties"), dict) and step == "properties":
                    value = value.get(following) if isinstance(value, dict) else None
            self.schema = self._ahead(step)
        if isinstance(self.schema, dict):
            self._note()

    def _ahead(self, step: Any) -> Any:
        if step == "$ref" and isinstance(self.schema, dict):
            return self._led_to(self.schema.get("$ref"))
        if isinstance(self.schema, dict):
            return self.schema.get(step, self.schema)
        if isinstance(self.schema, list) and isinstance(step, int) and step < len(self.schema):
            return self.schema[step]
        return None

    def _led_to(self, reference: Any) -> Any:
        place: Any = self._root
        for step in str(reference).split("/")[1:]:
            place = place.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(place, dict) else None
        return place

    def _read(self, step: Any, following: Any, value: Any) -> None:
        self._note()
        if step in ("then", "else") and isinstance(self.schema.get("if"), dict):
            held = _condition(self.schema["if"], value)
            self.reasons.append(held if step == "then" else f"not ({held})")
        elif step == "dependentSchemas":
            self.reasons.append(f"{following} is given")

    def _note(self) -> None:
        sentence = self.schema.get(SENTENCE)
        if isinstance(sentence, str):
            self.sentence = sentence


def _condition(schema: Schema, value: Any) -> str:
    """What an `if` asks, with the values that met it."""
    said = []
    properties = schema.get("properties", {})
    for name, rule in properties.items() if isinstance(properties, dict) else ():
        if isinstance(rule, dict) and ("const" in rule or "enum" in rule):
            met = value[name] if isinstance(value, dict) and name in value else rule.get("const", rule.get("enum"))
            said.append(f"{name} is {_quoted(met)}")
        else:
            said.append(f"of what {name} is")
    given = [name for name in schema.get("required", ()) if name not in properties]
    return " and ".join([*said, *(f"{name} is given" for name in given)]) or "of what else it says"


def _field_error(instance_path: Sequence[Any], schema_path: Sequence[Any], message: str, walk: _Walk) -> FieldError:
    keywords = [part for part in schema_path if isinstance(part, str)]
    if walk.schema is False and keywords and keywords[-1] not in CLOSING:
        keywords.append("false")
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in instance_path)
    reasons = f", because {' and '.join(walk.reasons)}" if walk.reasons else ""
    said = walk.sentence if walk.sentence is not None else f"{message}{reasons}"
    return FieldError(pointer=pointer[:MAX_POINTER], rule=(keywords or ["schema"])[-1][:64], message=shortened(said))


def _message(error: ValidationError) -> str:
    if not isinstance(error.kind, ValidationErrorKind.Enum):
        return error.message
    # The validator's own message names two of them, and the one that was meant is rarely among those.
    options = ", ".join(json.dumps(option, ensure_ascii=False) for option in error.kind.options)
    return f"{_quoted(error.instance)} is not one of {options}"


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:MAX_QUOTED]


def shortened(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else f"{message[:200]} … {message[-180:]}"

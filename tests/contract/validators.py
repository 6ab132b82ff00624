"""The two validators that judge by the schemas themselves, asked in one way."""

import re
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
from game_events_models import contract
from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

Complaint = tuple[str, str]
"""The keyword that refused and the JSON Pointer to what it refused."""


def _pointer(path: Any) -> str:
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in path)


@cache
def compiled(event_type: str, version: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(contract.schema(event_type, version), validate_formats=True)


def rust_complaints(event_type: str, version: str, event: Any) -> list[Complaint]:
    """What jsonschema-rs, the server's validator, says against the event."""
    return [
        (error.kind.name, _pointer(error.instance_path)) for error in compiled(event_type, version).iter_errors(event)
    ]


def _ecma_pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Any:
    """Python's `$` also matches before a newline at the end; the schemas' (ECMA 262) does not."""
    if validator.is_type(instance, "string") and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Reference: Any = extend(jsonschema.Draft202012Validator, {"pattern": _ecma_pattern})  # type: ignore[no-untyped-call]


@cache
def reference(event_type: str, version: str) -> Any:
    """The reference implementation in Python, with date-time checked."""
    return Reference(contract.schema(event_type, version), format_checker=FormatChecker(["date-time"]))


def python_complaints(event_type: str, version: str, event: Any) -> list[Complaint]:
    """What the reference implementation says against the event."""
    errors = reference(event_type, version).iter_errors(event)
    return [
        ("propertyNames" if "propertyNames" in error.schema_path else str(error.validator), _pointer(error.path))
        for error in errors
    ]

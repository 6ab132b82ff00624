"""A request's query parameters, read as the contract has them."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from game_events_models import contract
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator

from game_events_api.contract.catalog import violations
from game_events_api.errors import Problem, RequestRefused


class Parameters:
    """Of one GET: which there are and what each may hold, from openapi.yaml; what is no list is given at most once."""

    def __init__(self, path: str) -> None:
        document = contract.openapi()
        listed = [_resolved(document, one) for one in document["paths"][path]["get"].get("parameters", ())]
        self._schemas: Mapping[str, Any] = {one["name"]: one["schema"] for one in listed if one["in"] == "query"}
        self._validator = Draft202012Validator({"properties": dict(self._schemas)})

    def of(self, request: Request) -> dict[str, Any]:
        """By name; RequestRefused 422 says what is wrong with which."""
        query: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name not in self._schemas:
                known = ", ".join(self._schemas) or "none"
                raise _refused(name, "additionalProperties", f"parameters here are: {known}")
            if self._schemas[name].get("type") == "array":
                query.setdefault(name, []).append(value)
                continue
            if name in query:
                raise _refused(name, "type", "give it once")
            is_number = self._schemas[name].get("type") == "integer" and value.isascii() and value.isdigit()
            query[name] = int(value) if is_number and len(value) < 10 else value
        if errors := violations(self._validator, query):
            raise RequestRefused(Problem.INVALID_REQUEST, "see errors for each reason", errors=list(errors))
        return query


def _refused(name: str, rule: str, message: str) -> RequestRefused:
    pointer = "/" + name[:64].replace("~", "~0").replace("/", "~1")
    error = FieldError(pointer=pointer, rule=rule, message=message)
    return RequestRefused(Problem.INVALID_REQUEST, "see errors for each reason", errors=[error])


def _resolved(document: Any, parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in parameter:
        return parameter
    found: Mapping[str, Any] = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    return found

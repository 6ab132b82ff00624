"""The HTTP contract: `openapi.yaml`, written by hand except for what follows from the list of events.

An event's path and its body stand between markers in the file, so that a new event type is a new schema file and
a run of the codegen, and the document stays one that people can read and tools can lint as it is.
"""

import copy
import json
from pathlib import Path
from typing import Any

from game_events_contract.bundle import Bundler, Naming
from game_events_contract.identifiers import camel_case
from game_events_contract.models import ANNOTATIONS
from game_events_contract.repository import Document, SchemaFile, SchemaRepository

ANY = "AnyEvent"
_PATH = """\
  /v1/events/{event_type}:
    post:
      x-surface: public
      x-scope: ingest
      x-binds: [game, event_type]
      operationId: send{title}
      tags: [events]
      summary: Send one {event_type} event
      description: {description}
      parameters:
        - $ref: "#/components/parameters/SentAt"
        - $ref: "#/components/parameters/CorrelationId"
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/{title}"
      responses:
        "202":
          $ref: "#/components/responses/EventAccepted"
{refusals}"""
_REFUSALS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    408: "RequestTimeout",
    410: "Gone",
    413: "ContentTooLarge",
    414: "UriTooLong",
    415: "UnsupportedMediaType",
    422: "Unprocessable",
    429: "TooManyRequests",
    431: "HeadersTooLarge",
    501: "NotImplemented",
    503: "Unavailable",
}


def with_events(text: str, schemas: SchemaRepository) -> str:
    """`openapi.yaml` with the parts between its markers brought up to date."""
    defaults = [schemas.default(event_type) for event_type in schemas.events]
    paths = "".join(_path(file) for file in defaults)
    bodies = "".join(_body(file, schemas.events[file.name]) for file in defaults)
    anything = f"    {ANY}:\n      title: {ANY}\n      description: An event of any type and version.\n"
    anything += "      x-model: false\n      anyOf:\n"
    for title in [*(file.document["title"] for file in defaults), "UnjudgedEvent"]:
        anything += f'        - $ref: "#/components/schemas/{title}"\n'
    return _between(_between(text, "events", paths), "event schemas", bodies + anything)


def _path(file: SchemaFile) -> str:
    refusals = "".join(
        f'        "{status}":\n          $ref: "#/components/responses/{name}"\n' for status, name in _REFUSALS.items()
    )
    return _PATH.format(
        event_type=file.name,
        title=file.document["title"],
        description=_quoted(file.document["description"]),
        refusals=refusals,
    )


def _body(default: SchemaFile, versions: tuple[SchemaFile, ...]) -> str:
    """Any version may stand in the body; the default, which most clients send, is told first."""
    others = [file for file in reversed(versions) if file is not default]
    lines = [
        f"    {default.document['title']}:",
        f"      title: {default.document['title']}",
        f"      description: {_quoted(default.document['description'])}",
        "      x-model: false",
        "      anyOf:",
        *(f"        - $ref: schemas/{file.label}.json" for file in (default, *others)),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """As a JSON text, which YAML reads as its own, whatever is in it."""
    return json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _between(text: str, marker: str, content: str) -> str:
    begin, end = f"# {marker}: begin\n", f"# {marker}: end\n"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"openapi.yaml: expected the markers {begin!r} and {end!r} once")
    before, _, rest = text.partition(begin)
    old, _, after = rest.partition(end)
    indent = " " * (len(old) - len(old.rstrip(" ")))
    return f"{before}{begin}{content}{indent}{end}{after}"


def bundle_openapi(openapi: Document, root: Path, schemas: SchemaRepository) -> Document:
    """The document with every schema it refers to in a file moved into its own `components`.

    Their names end in the version (`InstallEventV1_0_0`, `DeviceV1_0_0`), so that versions stand side by side.
    """
    host = root.resolve() / "openapi.yaml"
    component = _component(schemas)
    bundler = Bundler("#/components/schemas/", component, host)
    own = {name: bundler.local(schema, host) for name, schema in openapi["components"]["schemas"].items()}
    others = {name: part for name, part in openapi["components"].items() if name != "schemas"}
    bundled = _local({**openapi, "components": others}, bundler, host)
    lifted = dict(sorted(bundler.definitions.items()))
    for versions in schemas.events.values():
        for file in versions:
            lifted[component(file.path.resolve(), "")] = _event_component(file, schemas, lifted, component)
    for name, schema in own.items():
        lifted[name] = {key: value for key, value in schema.items() if key != "x-model"}
    bundled["components"]["schemas"] = lifted
    assert isinstance(bundled, dict)
    return bundled


def event_parts(openapi: Document, bundled: Document, schemas: SchemaRepository) -> Document:
    """What of the bundled document is about the events, `{"paths", "schemas"}`, each by name.

    All else is the product's: a package of events is served by a newer product too.
    """
    paths = {path: bundled["paths"][path] for path in (f"/v1/events/{event_type}" for event_type in schemas.events)}
    titles = {versions[-1].document["title"] for versions in schemas.events.values()}
    shapes = openapi["components"]["schemas"].keys() - titles - {ANY}
    return {
        "paths": paths,
        "schemas": {name: part for name, part in bundled["components"]["schemas"].items() if name not in shapes},
    }


def _local(node: Any, bundler: Bundler, host: Path) -> Any:
    """What is no schema but OpenAPI's own: there, `$ref` is a reference wherever it stands."""
    if isinstance(node, list):
        return [_local(item, bundler, host) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _local(value, bundler, host) for key, value in node.items()}
    reference = node.get("$ref")
    return {**copied, "$ref": bundler.local_reference(reference, host)} if isinstance(reference, str) else copied


def _event_component(file: SchemaFile, schemas: SchemaRepository, lifted: Document, component: Naming) -> Document:
    """What the server judges the version by, under a title of its own."""
    judge = schemas.superseded_by(file) or file
    schema = copy.deepcopy(lifted[component(judge.path.resolve(), "")])
    schema["title"] = component(file.path.resolve(), "")
    schema["properties"]["schema_version"]["const"] = str(file.version)
    if "deprecated" in schemas.lifecycle.get(file.label, {}):
        schema["deprecated"] = True
    return {key: value for key, value in schema.items() if key not in ("$schema", "$defs", *ANNOTATIONS)}


def _component(schemas: SchemaRepository) -> Naming:
    """How a definition is called: what an event defines for itself carries the event's name."""
    events = {file.path.resolve() for versions in schemas.events.values() for file in versions}

    def named(target: Path, name: str) -> str:
        event = camel_case(target.parent.name) if target in events else ""
        return f"{event}{camel_case(name) if name else 'Event'}V{target.stem.replace('-', '_')}"

    return named

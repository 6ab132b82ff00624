"""Pydantic models from schemas, by datamodel-code-generator.

The generator sees a copy of the schemas in which
- files have names that Python can import (`install/v1_0_0.json`),
- conditions between fields (`allOf`, `if`, … at the root of an event) are left out, because a model of fields
  cannot express them: what they refuse, only the schema refuses;
- a string with a `format` has lost its `pattern` and lengths: the generated type (`AwareDatetime`) parses the
  format, and the generator refuses to add a pattern to a parsed type.
"""

import contextlib
import io
import json
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

from datamodel_code_generator.__main__ import Exit, main

from game_events_contract.repository import Document, SchemaRepository
from game_events_contract.walk import replaced, with_references

ANNOTATIONS = ("$supersedes", "$reason")
CROSS_FIELD = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentRequired", "dependentSchemas")
OPTIONAL_MODULE = "game_events_models.optional"
HEADER = "# Written by scripts/codegen.py from the schemas; edit those and run it again."

_OPTIONS = [
    *("--input-file-type", "jsonschema", "--schema-version", "2020-12", "--schema-version-mode", "strict"),
    *("--output-model-type", "pydantic_v2.BaseModel", "--target-pydantic-version", "2.14"),
    *("--target-python-version", "3.11", "--formatters", "builtin", "--disable-timestamp", "--strict-refs"),
    *("--use-annotated", "--field-constraints", "--use-type-alias", "--use-exact-imports", "--use-double-quotes"),
    *("--enum-field-as-literal", "all", "--use-one-literal-as-default", "--use-title-as-name"),
    *("--use-schema-description", "--use-field-description"),
    "--enable-faux-immutability",
    *("--strict-nullable", "--use-missing-sentinel"),
    *("--import-overrides", json.dumps({"MISSING": OPTIONAL_MODULE})),
    *("--strict-types", "str", "int", "float", "bool"),
    *("--custom-file-header", HEADER),
]


class CodegenError(Exception):
    """The schemas cannot be turned into code as they are; the message says which and why."""


def event_models(schemas: SchemaRepository) -> dict[str, str]:
    """Path below the models package → source, for every event and every document of definitions."""
    tree = {
        f"{file.name}/{file.version.module}.json": _for_generator(file.document, cross_field=not file.is_event)
        for file in schemas.files
    }
    generated = _generate(tree, [])
    # A document without a root type would yield `Common = Any`; without the root models it yields what it defines.
    definitions = _generate(tree, ["--skip-root-model"])
    shared = {f"{file.name}/{file.version.module}.py" for file in schemas.definitions}
    return {path: definitions[path] if path in shared else source for path, source in generated.items()}


def http_models(openapi: Document) -> str:
    """The source of the models of the contract's own shapes: those components not marked `x-model: false`."""
    shapes = {
        name: with_references(schema, lambda reference: reference.replace("#/components/schemas/", "#/$defs/"))
        for name, schema in openapi["components"]["schemas"].items()
        if schema.get("x-model", True)
    }
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": shapes}
    return _generate({"http.json": document}, ["--skip-root-model"])["http.py"]


def _for_generator(document: Document, *, cross_field: bool) -> Document:
    dropped = ANNOTATIONS if cross_field else (*ANNOTATIONS, *CROSS_FIELD)
    kept = {key: value for key, value in document.items() if key not in dropped}
    named = with_references(kept, lambda reference: re.sub(r"(\d+)-(\d+)-(\d+)\.json", r"v\1_\2_\3.json", reference))
    simplified = _simplify(named)
    assert isinstance(simplified, dict)
    return simplified


def _simplify(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    dropped = ("pattern", "minLength", "maxLength") if "format" in schema else ()
    kept = {keyword: value for keyword, value in schema.items() if keyword not in dropped}
    return replaced(kept, lambda _, child: _simplify(child))


def _generate(tree: dict[str, Document], options: list[str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        for path, document in tree.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_text(json.dumps(document), encoding="utf-8")
        if len(tree) == 1:
            (only,) = tree
            source, target = source / only, (target / only).with_suffix(".py")
            target.parent.mkdir()
        _run(["--input", str(source), "--output", str(target), *_OPTIONS, *options])
        files = [target] if target.is_file() else sorted(target.rglob("*.py"))
        base = target.parent if target.is_file() else target
        return {
            str(file.relative_to(base)): _typed_optional(file.read_text(encoding="utf-8"))
            for file in files
            if file.name != "__init__.py"
        }


def _run(arguments: list[str]) -> None:
    printed = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        code = main(arguments)
    complaints = [str(warning.message) for warning in caught]
    if code != Exit.OK or complaints or printed.getvalue():
        raise CodegenError("datamodel-code-generator: " + "; ".join([*complaints, printed.getvalue().strip()]))


def _typed_optional(source: str) -> str:
    """Give an absent field a value that type checkers know: `MISSING` is the type, `ABSENT` its only value."""
    source = re.sub(rf"^(from {re.escape(OPTIONAL_MODULE)} import) MISSING$", r"\1 ABSENT, MISSING", source, flags=re.M)
    return re.sub(r"= MISSING$", "= ABSENT", source, flags=re.M)

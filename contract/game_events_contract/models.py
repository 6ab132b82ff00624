"""Pydantic models from schemas, by datamodel-code-generator.

The generator reads the `typed_view` of each schema: few kinds of types, every class with a name of its own. Fields are
named by `identifiers.attribute`, whatever the generator would call them.
"""

import ast
import contextlib
import io
import json
import re
import tempfile
import warnings
from pathlib import Path

from datamodel_code_generator.__main__ import Exit, main

from game_events_contract.annotations import WORDS
from game_events_contract.identifiers import RENAMED, attribute
from game_events_contract.keywords import Keyword
from game_events_contract.repository import Document, SchemaRepository
from game_events_contract.typed_view import generator_path, typed_view
from game_events_contract.walk import with_references

ANNOTATIONS = ("$supersedes", "$reason")
OPTIONAL_MODULE = "game_events_models.optional"
HEADER = "# Written by scripts/codegen.py from the schemas; edit those and run it again."

_OPTIONS = [
    *("--input-file-type", "jsonschema", "--schema-version", "2020-12", "--schema-version-mode", "strict"),
    *("--output-model-type", "pydantic_v2.BaseModel", "--target-pydantic-version", "2.14"),
    *("--target-python-version", "3.11", "--formatters", "builtin", "--disable-timestamp", "--strict-refs"),
    *("--use-annotated", "--field-constraints", "--use-type-alias", "--use-exact-imports", "--use-double-quotes"),
    *("--enum-field-as-literal", "all", "--use-title-as-name"),
    *("--use-schema-description", "--use-field-description"),
    "--enable-faux-immutability",
    *("--strict-nullable", "--use-missing-sentinel"),
    *("--import-overrides", json.dumps({"MISSING": OPTIONAL_MODULE})),
    *("--strict-types", "str", "int", "float", "bool"),
    *("--field-extra-keys", *(word for word in WORDS if word != Keyword.DEPRECATED)),  # that one it knows
    *("--custom-file-header", HEADER),
]


class CodegenError(Exception):
    """The schemas cannot be turned into code as they are; the message says which and why."""


def event_models(schemas: SchemaRepository) -> dict[str, str]:
    """Path below the models package → source, for every event and every document of definitions."""
    tree = {generator_path(file): typed_view(file, schemas) for file in schemas.files}
    generated = _generate(tree, [])
    # A document without a root type would yield `Common = Any`; without the root models it yields what it defines.
    shared = {generator_path(file): tree[generator_path(file)] for file in schemas.definitions}
    return generated | (_generate(shared, ["--skip-root-model"]) if shared else {})


def http_models(openapi: Document) -> str:
    """The source of the models of the contract's own shapes: those components not marked `x-model: false`."""
    shapes = {
        name: with_references(schema, lambda reference: reference.replace("#/components/schemas/", "#/$defs/"))
        for name, schema in openapi["components"]["schemas"].items()
        if schema.get("x-model", True)
    }
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": shapes}
    source = _generate({"http.json": document}, ["--skip-root-model", "--use-one-literal-as-default"])["http.py"]
    # Nobody needs all of them: each is built when it is first used, else they are a third of the SDK's import.
    return source.replace("ConfigDict(\n", "ConfigDict(\n        defer_build=True,\n")


def _generate(tree: dict[str, Document], options: list[str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        for path, document in tree.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_text(json.dumps(document), encoding="utf-8")
        aliases = Path(folder, "aliases.json")
        aliases.write_text(json.dumps({name: attribute(name) for name in sorted(RENAMED)}), encoding="utf-8")
        if len(tree) == 1:
            (only,) = tree
            source, target = source / only, (target / only).with_suffix(".py")
            target.parent.mkdir(parents=True)
        _run(["--input", str(source), "--output", str(target), *_OPTIONS, "--aliases", str(aliases), *options])
        files = [target] if target.is_file() else sorted(target.rglob("*.py"))
        base = Path(folder, "out")
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
    lines = source.encode().splitlines(keepends=True)
    for statement in [part for node in ast.parse(source).body if isinstance(node, ast.ClassDef) for part in node.body]:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Name):
            line, column = statement.value.lineno - 1, statement.value.col_offset
            lines[line] = lines[line][:column] + lines[line][column:].replace(b"MISSING", b"ABSENT", 1)
    marked = b"".join(lines).decode()
    return re.sub(rf"^(from {re.escape(OPTIONAL_MODULE)} import) MISSING$", r"\1 ABSENT, MISSING", marked, flags=re.M)

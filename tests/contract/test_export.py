"""What other tools read of our schemas, held against what those tools say of it."""

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml
from contract.corpus import write
from contract.corpus.annotations import ANNOTATIONS
from contract.examples import invalid_examples, valid_examples
from contract.validators import python_complaints
from game_events_cli import schemas as command
from game_events_contract.export import FORMATS, NotExpressible
from game_events_contract.repository import ROOT, SchemaFile, SchemaRepository, SchemaVersion
from needs_tools import find_tool
from open_data_contract_standard.model import OpenDataContractStandard
from typer.testing import CliRunner

SCHEMAS = SchemaRepository()
VERSIONS = [file for versions in SCHEMAS.events.values() for file in versions]
STANDARD = jsonschema_rs.Draft201909Validator(
    json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))
)
ANYTHING: list[dict[str, Any]] = [
    {"const": 3},
    {"enum": ["a", 1, None, {"b": [True]}]},
    {"type": "number", "exclusiveMinimum": 0, "maximum": 9},
    {"type": "number", "minimum": 2, "exclusiveMinimum": 1},
    {"type": ["string", "null"], "maxLength": 3},
    {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False, "minItems": 1},
    {"type": "array", "contains": {"type": "integer"}},
    {"type": "object", "additionalProperties": {"type": "integer"}, "propertyNames": {"pattern": "^a", "maxLength": 3}},
    {"type": "object", "propertyNames": {"enum": ["a", "b"]}},
    {"type": "object", "patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"$ref": "#/$defs/t"}}, "required": [], "additionalProperties": False},
    {"type": "object", "dependentRequired": {"a": ["b"], "c": []}, "dependentSchemas": {"b": {"required": ["a"]}}},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
    {"anyOf": [{"type": "string", "title": "Word"}, {"type": "integer", "title": "Count"}]},
    {"oneOf": [{"type": "number"}, {"minimum": 3}]},
    {"not": {"type": "string"}},
    {"allOf": [{"type": "integer"}, {"minimum": 3}]},
    {"type": "object", "properties": {"class": {"type": "string"}, "x-y": {"type": "null"}}, "required": ["class"]},
]
VALUES: list[Any] = [
    *(None, True, 0, 1, 2, 3, 9, 10, "", "a", "abcd"),
    *([], [1], [1, "a"], [1, "a", 2], ["a"], [["a"]], [[1]]),
    *({}, {"a": 1}, {"b": 1}, {"c": 1}, {"a": 1, "b": 1}, {"abcd": 1}, {"a": "x"}, {"a": {}}, {"b": [True]}),
    *({"class": "a"}, {"class": 1}, {"class": "a", "x-y": None}, {"class": "a", "x-y": 1}),
]


WRONG = [{"platform": "abacus"}, {"price": 1.99}, {"no_such_field": 1}, {"device": "Pixel"}, {"user_id": None}]


@pytest.fixture(scope="module")
def probes(tmp_path_factory: pytest.TempPathFactory) -> list[SchemaFile]:
    """For each of the schemas a version of an event whose field `value` it describes."""
    return [probe(schema, tmp_path_factory.mktemp("probe")) for schema in ANYTHING]


def probe(schema: dict[str, Any], folder: Path) -> SchemaFile:
    path = folder / "1-0-0.json"
    described = {
        "title": "ProbeEvent",
        "description": "A probe.",
        "type": "object",
        "properties": {"value": schema},
        "required": ["value"],
        "$defs": {"t": {"type": "object", "properties": {"a": {"$ref": "#/$defs/t"}}, "additionalProperties": False}},
    }
    path.write_text(json.dumps(described))
    return SchemaFile("probe", SchemaVersion(1, 0, 0), path)


def written(form: str, file: SchemaFile) -> str:
    return FORMATS[form].write(SCHEMAS, file, "com.example")


def is_valid(validator: type[Any], schema: Any, value: Any) -> bool:
    return bool(validator(schema).is_valid(value))


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.label)
def test_a_data_contract_is_one_by_the_standards_own_schema_and_model(file: SchemaFile) -> None:
    document = yaml.safe_load(written("odcs", file))
    STANDARD.validate(document)
    (table,) = document["schema"]
    assert [field["name"] for field in table["properties"]] == list(file.document["properties"])
    required = {field["name"] for field in table["properties"] if field.get("required")}
    assert required == set(file.document["required"])
    assert OpenDataContractStandard.from_string(written("odcs", file)).version == str(file.version).replace("-", ".")


def test_a_data_contract_of_any_schema_is_one(probes: list[SchemaFile]) -> None:
    for file in probes:
        STANDARD.validate(yaml.safe_load(written("odcs", file)))


def test_a_deprecated_version_is_deprecated_in_its_data_contract() -> None:
    (deprecated,) = (file for file in VERSIONS if file.label == "install/1-0-1")
    assert yaml.safe_load(written("odcs", deprecated))["status"] == "deprecated"
    assert yaml.safe_load(written("odcs", VERSIONS[0]))["status"] == "active"


def test_annotations_are_told_to_other_tools(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas" / "common", tmp_path / "schemas" / "common")
    write(ANNOTATIONS, tmp_path)
    (file,) = SchemaRepository(tmp_path / "schemas").events["annotated_fields"]
    document = yaml.safe_load(written("odcs", file))
    STANDARD.validate(document)
    fields = {field["name"]: field for field in document["schema"][0]["properties"]}
    assert fields["old_mode"]["deprecated"] is True
    assert "deprecated" not in fields["new_mode"]
    assert fields["contact"]["customProperties"] == [{"property": "pii", "value": "email"}]
    assert {"property": "unit", "value": "ms"} in fields["took"]["customProperties"]
    types = written("typescript", file)
    assert "/** The took. Unit: ms. Filled in since 1-0-0. */" in types
    assert "/** The old_mode. @deprecated */" in types


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.label)
def test_an_iglu_schema_judges_every_example_as_ours(file: SchemaFile) -> None:
    exported = json.loads(written("iglu", file))
    jsonschema.Draft4Validator.check_schema(exported)
    assert exported["self"] == {
        "vendor": "com.example",
        "name": file.name,
        "format": "jsonschema",
        "version": str(file.version),
    }
    judged = [example for example in (*valid_examples(), *invalid_examples()) if example.event_type == file.name]
    assert judged
    for example in judged:
        ours = {rule for rule, _ in python_complaints(file.name, str(file.version), example.event)}
        if ours != {"format"} and "newline" not in example.name:  # checked by some validators of draft 4, not by all
            assert is_valid(jsonschema.Draft4Validator, exported, example.event) == (not ours), example


def test_an_iglu_schema_of_any_schema_takes_the_same_values(probes: list[SchemaFile]) -> None:
    for file in probes:
        exported = json.loads(written("iglu", file))
        jsonschema.Draft4Validator.check_schema(exported)
        for value in VALUES:
            ours = is_valid(jsonschema.Draft202012Validator, file.document, {"value": value})
            assert is_valid(jsonschema.Draft4Validator, exported, {"value": value}) == ours, (file.document, value)


def test_what_draft_4_cannot_say_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotExpressible, match="minContains"):
        written("iglu", probe({"type": "array", "contains": {"type": "integer"}, "minContains": 2}, tmp_path))


@pytest.mark.needs("tsc")
@pytest.mark.timeout(120)
def test_what_a_schema_takes_has_its_typescript_type_and_the_rest_has_not(
    probes: list[SchemaFile], tmp_path: Path
) -> None:
    uses = []
    for index, file in enumerate([*VERSIONS, *probes]):
        (tmp_path / f"m{index}.ts").write_text(written("typescript", file))
        uses.append(f"import * as m{index} from './m{index}';")
    for example in valid_examples():
        (index,) = (i for i, f in enumerate(VERSIONS) if f.label == f"{example.event_type}/{example.version}")
        uses.append(f"void ({json.dumps(example.event)} satisfies m{index}.{VERSIONS[index].document['title']});")
    uses += [
        f"void ({json.dumps({'value': value})} satisfies m{index}.ProbeEvent);"
        for index, file in enumerate(probes, len(VERSIONS))
        for value in VALUES
        if is_valid(jsonschema.Draft202012Validator, file.document, {"value": value})
    ]
    (newest,) = (i for i, f in enumerate(VERSIONS) if f.label == "purchase/1-1-0")
    for wrong in WRONG:
        event = VERSIONS[newest].document["examples"][0] | wrong
        uses += ["// @ts-expect-error", f"void ({json.dumps(event)} satisfies m{newest}.PurchaseEvent);"]
    (tmp_path / "use.ts").write_text("\n".join(uses))
    compiler = [str(find_tool("tsc")), "--noEmit", "--strict", "--target", "es2022", "use.ts"]
    compiled = subprocess.run(compiler, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert compiled.returncode == 0, compiled.stdout


def test_the_command_writes_a_file_for_each_event_and_says_where(tmp_path: Path) -> None:
    asked = CliRunner().invoke(
        command.app, ["export", "--format", "iglu", "--vendor", "com.example", "--output", str(tmp_path)]
    )
    assert asked.exit_code == 0, asked.output
    newest = [versions[-1] for versions in SCHEMAS.events.values()]
    paths = [tmp_path / f"schemas/com.example/{file.name}/jsonschema/{file.version}" for file in newest]
    assert asked.output.splitlines() == [f"wrote {path}" for path in paths]
    assert all(json.loads(path.read_text())["self"] for path in paths)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["instal", "--format", "odcs"], "there is no instal; the events are ad_revenue, install,"),
        (["--format", "odcs"], "give --output"),
        (["install", "--format", "iglu"], "give --vendor"),
    ],
)
def test_the_command_says_what_is_missing(arguments: list[str], said: str) -> None:
    asked = CliRunner().invoke(command.app, ["export", *arguments])
    assert asked.exit_code == 2
    assert said in " ".join(asked.output.replace("│", " ").split())

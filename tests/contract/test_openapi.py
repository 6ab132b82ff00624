"""The HTTP contract is valid, says everything it has to, and other people's tools can use it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from documents import run_here
from game_events_contract.openapi import bundle_openapi
from game_events_contract.repository import ROOT, SchemaRepository
from game_events_models import contract, http
from integration.sdk_sink import sink
from needs_tools import find_tool
from openapi_spec_validator import OpenAPIV31SpecValidator

DOCUMENT: dict[str, Any] = contract.openapi()
OPERATIONS = [
    (path, method, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
]
SENDING = [operation for path, _, operation in OPERATIONS if path.startswith("/v1/events/")]


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = DOCUMENT
        for token in node["$ref"].split("/")[1:]:
            target = target[token.replace("~1", "/")]
        node = target
    return node


def test_the_bundle_is_valid_openapi_3_1() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_bundle_is_self_contained_and_is_what_openapi_yaml_says() -> None:
    text = json.dumps(DOCUMENT)
    assert '"$ref": "schemas/' not in text
    assert ".json#" not in text
    written = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    assert bundle_openapi(written, ROOT, SchemaRepository()) == DOCUMENT


def test_every_event_type_has_a_path_and_every_version_a_body() -> None:
    for event_type, versions in contract.versions().items():
        body = DOCUMENT["paths"][f"/v1/events/{event_type}"]["post"]["requestBody"]["content"]["application/json"]
        bodies = [resolve(option) for option in resolve(body["schema"])["anyOf"]]
        assert {body["properties"]["schema_version"]["const"] for body in bodies} == set(versions)


@pytest.mark.parametrize("operation", SENDING, ids=lambda operation: operation["operationId"])
def test_sending_documents_every_refusal(operation: dict[str, Any]) -> None:
    assert {"202", "400", "401", "403", "408", "413", "415", "422", "429", "431", "503"} <= set(operation["responses"])


def test_every_answer_carries_a_correlation_id_and_every_refusal_is_a_problem() -> None:
    for path, _, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            response = resolve(response)
            assert "X-Correlation-ID" in response["headers"], (path, status)
            if status >= "400" and path != "/ready":
                assert list(response["content"]) == ["application/problem+json"], (path, status)
            if status in ("429", "503"):
                assert "Retry-After" in response["headers"], (path, status)


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)


def test_the_shapes_are_models() -> None:
    for name in ("EventReceipt", "BatchReceipt", "EventResult", "FieldError", "Problem", "Verdict", "SchemaList"):
        model = getattr(http, name)
        assert set(model.model_fields) == set(DOCUMENT["components"]["schemas"][name]["properties"])


def bundled(tmp_path: Path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.mark.needs("redocly")
def test_redocly_has_nothing_to_say(tmp_path: Path) -> None:
    source, config = str(bundled(tmp_path)), str(ROOT / "redocly.yaml")
    command = [str(find_tool("redocly")), "lint", source, "--config", config, "--format=json"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert json.loads(answer.stdout)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, answer.stdout


@pytest.mark.needs("openapi-typescript")
@pytest.mark.needs("node")
def test_the_documented_typescript_compiles_with_generated_types_and_does_what_the_core_does(tmp_path: Path) -> None:
    command = [str(find_tool("openapi-typescript")), str(bundled(tmp_path)), "--output", str(tmp_path / "schema.ts")]
    subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    (documented,) = run_here(__file__, "docs/other-clients.md", "ts")
    (tmp_path / "send.ts").write_text(documented, encoding="utf-8")
    (tmp_path / "use.ts").write_text(
        'import type { components } from "./schema";\n'
        'export const platform: components["schemas"]["InstallEventV2_0_0"]["platform"] = "ios";\n'
    )
    options = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "commonjs"]
    compiler = [str(find_tool("tsc")), *options, *(str(tmp_path / name) for name in ("send.ts", "use.ts"))]
    compiled = subprocess.run(compiler, capture_output=True, text=True, timeout=120, check=False)
    assert compiled.returncode == 0, compiled.stdout

    with sink() as taking:
        play = ["node", str(Path(__file__).with_name("conformance.cjs")), str(tmp_path)]
        play += [str(ROOT / "docs" / "conformance.json"), taking.url]
        played = subprocess.run(play, capture_output=True, text=True, timeout=60, check=False)
    assert (played.returncode, played.stdout, played.stderr) == (0, "\n", "")
    assert taking.arrived == {"e-1": 1}

"""The threat model is complete: each kind of threat at each boundary, each of OWASP's ten, with tests that exist."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from documents import API, ROOT, references

PAGE = ROOT / "docs" / "threat-model.md"
SECTIONS = dict(re.findall(r"^##+ (.+?)\n(.*?)(?=^##|\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
BOUNDARIES = {title: body for title, body in SECTIONS.items() if title[0].isdigit()}
KINDS = [
    "spoofing",
    "tampering",
    "repudiation",
    "information disclosure",
    "denial of service",
    "elevation of privilege",
]
NETWORK = {"aiohttp", "boto3", "botocore", "http", "httpx", "psycopg", "redis", "requests", "socket", "urllib"}
ASKS = {
    "admission/key_database.py": "the setting for PostgreSQL",
    "admission/sharing/state.py": "the setting for Redis",
    "admission/people/issuer.py": "the setting for the issuer, and what that names with https",
    "delivery/aws.py": "the settings of the sinks",
    "delivery/outcomes.py": "nothing: it reads botocore's errors",
    "delivery/s3_sink.py": "the settings of the sinks",
    "diagnosis/destinations.py": "what the settings name",
    "operators/public_port.py": "the setting for the public port",
    "process/admin.py": "nothing: it listens",
    "process/server.py": "nothing: it listens",
    "process/supervisor.py": "nothing: it listens",
    "process/worker.py": "the setting for Redis",
    "settings/edge.py": "nothing: it reads a setting's URL",
}
"""Modules that import what can open a connection, and where the address comes from."""


def rows(text: str) -> list[list[str]]:
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    return found[2:]


@pytest.mark.parametrize("title", BOUNDARIES)
def test_each_boundary_has_each_kind_of_threat_and_each_row_a_test_that_exists(title: str) -> None:
    threats = rows(BOUNDARIES[title])
    assert list(dict.fromkeys(row[0] for row in threats)) == KINDS
    for row in threats:
        assert_tests_exist(row)


def test_each_of_owasps_ten_has_a_row_and_a_test_that_exists() -> None:
    risks = rows(SECTIONS["OWASP API Security Top 10 (2023)"])
    assert [row[0].split()[0] for row in risks] == [f"API{number}" for number in range(1, 11)]
    for row in risks:
        assert_tests_exist(row)


def assert_tests_exist(row: list[str]) -> None:
    named = references(row[-1])
    assert named, row
    assert [one for one in named if not one.exists] == []
    assert all(one.path.startswith("tests/") and one.name.startswith("test_") for one in named if one.name)


def imported(path: Path) -> set[str]:
    """The packages of others that a module imports, urllib.parse and http's names aside: they open nothing."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names - {"urllib.parse", "http"}}


def test_no_value_of_a_request_is_an_address_that_the_server_asks() -> None:
    """Who opens connections is listed with where the address comes from; none of them reads requests."""
    opens = {path.relative_to(API).as_posix() for path in API.rglob("*.py") if imported(path) & NETWORK}
    assert opens == set(ASKS)


class Template(yaml.SafeLoader):
    """CloudFormation's short forms are read as the text behind them."""


Template.add_multi_constructor("!", lambda loader, _, node: getattr(node, "value", None))


def test_the_servers_role_reads_no_object_of_the_lake() -> None:
    template: dict[str, Any] = yaml.load((ROOT / "deploy" / "aws" / "template.yaml").read_text(), Template)  # noqa: S506
    (policy,) = template["Resources"]["ServerRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    allowed = {action for one in statements for action in [one["Action"]] if isinstance(action, str)}
    allowed |= {action for one in statements if isinstance(one["Action"], list) for action in one["Action"]}
    assert {action for action in allowed if action.startswith("s3:")} == {"s3:GetObject", "s3:ListBucket"}
    (read,) = [one["Resource"] for one in statements if one["Action"] == "s3:GetObject"]
    assert read == "${Lake.Arn}/errors/*"
    assert not any("*" in action for action in allowed)


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_nothing_is_published_by_a_stored_token_and_each_action_is_one_commit() -> None:
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS]
    assert any("--trusted-publishing always" in text for text in texts)
    assert not any("secrets." in text for text in texts)
    used = [name for text in texts for name in re.findall(r"uses: (\S+)", text)]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)] == []

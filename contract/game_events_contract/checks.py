"""Everything `game-events schemas check` looks at, in the order in which a mistake is easiest to understand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from game_events_contract.base import Base, compare_with_base, settled
from game_events_contract.codegen import drift, generate
from game_events_contract.consumers import broken_consumers
from game_events_contract.findings import Finding, GateRule, StageRule
from game_events_contract.gate import gate
from game_events_contract.http_contract import http_findings
from game_events_contract.lint import LintRule, lint
from game_events_contract.models import CodegenError
from game_events_contract.openapi import bundle_openapi, with_events
from game_events_contract.pointers import to_pointer
from game_events_contract.project import Project
from game_events_contract.repository import ROOT, Document, SchemaRepository
from game_events_contract.trial import trial

_SHOWN = 3
_UNREADABLE = (LintRule.SCHEMA_INVALID, LintRule.REFERENCE_DANGLING, LintRule.ANCHOR_USED, GateRule.LIFECYCLE_INVALID)


def check(root: Path = ROOT, base: Base | None = None) -> Iterator[tuple[str, list[Finding]]]:
    """Each stage's name with what it found; a stage that could not run says so as its finding."""
    schemas = SchemaRepository(root / "schemas")
    linted = lint(schemas)
    yield "lint", linted
    if unreadable(linted):
        return
    gated = gate(schemas, settled=settled(base))
    drafts = [finding for finding in gated if finding.rule is GateRule.VERSION_UNPUBLISHED]
    if linted:  # it is no use to publish them before the lint lets them in
        gated = [finding for finding in gated if finding not in drafts]
    yield "compatibility", gated
    if unreadable(gated):
        return
    yield "consumers", broken_consumers(schemas)
    if base is not None and base.compared:
        yield "base", compare_with_base(schemas, base)
    if linted:  # nothing is generated from a schema that the lint refuses
        return
    document = bundled_contract(root, schemas)
    yield "contract", _contract(document)
    if base is not None and base.openapi is not None:
        yield "http", http_findings(base.openapi, document, base.note)
    try:
        files = generate(root)
    except CodegenError as error:
        yield "codegen", [_failed(error)]
        return
    yield "codegen", told_drift([*drift(root, files)], [finding.where for finding in drafts])
    yield "trial", trial(root, files)


def generated_code(root: Path, schemas: SchemaRepository) -> tuple[dict[str, str], list[Finding]]:
    """What codegen writes for the schemas, path → text, and everything that keeps it from being published."""
    try:
        files = generate(root, schemas)
    except CodegenError as error:
        return {}, [_failed(error)]
    return files, [*_contract(bundled_contract(root, schemas)), *trial(root, files)]


def _failed(error: CodegenError) -> Finding:
    return Finding("schemas", StageRule.CODEGEN_FAILED, "", str(error))


def unreadable(findings: list[Finding]) -> bool:
    """Whether what was found keeps the later stages from reading the schemas at all."""
    return any(finding.rule in _UNREADABLE for finding in findings)


def bundled_contract(root: Path, schemas: SchemaRepository) -> Document:
    """The contract as codegen would write it: a version not yet published is in no path of the file itself."""
    written = with_events(Project.at(root).openapi, schemas)
    return bundle_openapi(yaml.safe_load(written), root, schemas)


def _contract(document: Document) -> list[Finding]:
    validator = OpenAPIV31SpecValidator(document)
    return [
        Finding(
            "openapi.yaml", StageRule.OPENAPI_INVALID, to_pointer(tuple(map(str, error.absolute_path))), error.message
        )
        for error in validator.iter_errors()
    ]


def told_drift(drifted: Sequence[tuple[str, str]], drafts: Sequence[str]) -> list[Finding]:
    """A finding a file; where there are `drafts`, of which publishing writes the files, one for them all."""
    if drafts and drifted:
        paths = [path for path, _ in drifted]
        shown = ", ".join(paths[:_SHOWN]) + (", …" if len(paths) > _SHOWN else "")
        message = f"{len(paths)} files are written when {', '.join(drafts)} is published: {shown}"
        return [Finding("generated code", StageRule.GENERATED_CODE_DRIFTED, "", message)]
    return [
        Finding(path, StageRule.GENERATED_CODE_DRIFTED, "", f"{what}; run `game-events schemas publish`")
        for path, what in drifted
    ]

"""Run schemathesis's engine over an application or a URL and count what it did."""

import json
import os
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
from game_events_contract.repository import ROOT
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from contract import fuzz_hooks  # noqa: F401  registers the formats and hooks

CONFIG = ROOT / "schemathesis.toml"


@dataclass
class FuzzReport:
    """What a run did and found."""

    requests: int = 0
    accepted: int = 0
    """Events answered `accepted`."""
    phases: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    failed_checks: set[str] = field(default_factory=set)


def configure(
    *, key: str, seed: int | None, examples: int, stop_early: bool = False, uncovered: Sequence[str] = ()
) -> SchemathesisConfig:
    """schemathesis.toml with a key, a size and, for a run that can be repeated, a seed; some operations `uncovered`.

    Those go without the phase that covers each keyword of a schema, which makes most of the requests.

    A random run reports a failure as it was found: making it small takes longer than finding it.
    """
    os.environ["GAME_EVENTS_API_KEY"] = key
    settings = tomllib.loads(CONFIG.read_text())
    settings["generation"] |= {"max-examples": examples, "deterministic": seed is not None}
    settings["generation"]["no-shrink"] = stop_early or seed is None
    if seed is not None:
        settings["seed"] = seed
    settings["operations"] = [
        {"include-operation-id": name, "phases": {"coverage": {"enabled": False}}} for name in uncovered
    ]
    if stop_early:
        settings |= {"max-failures": 1, "continue-on-failure": False}
    return SchemathesisConfig.from_dict(settings, base_dir=str(ROOT))


def fuzz_app(app: Any, config: SchemathesisConfig, *, only: str | None = None) -> FuzzReport:
    """Every phase against an ASGI application in this process."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    return _run(schema if only is None else schema.include(operation_id=only), FuzzReport())


def fuzz_url(public: str, admin: str, config: SchemathesisConfig) -> FuzzReport:
    """Every phase against a server, each operation on its port."""
    report = FuzzReport()
    document = httpx.get(f"{public}/openapi.json").json()
    for url, surfaces in ((public, ("public", "both")), (admin, ("admin", "both"))):
        here = {path: item for path, item in document["paths"].items() if _surface_of(item) in surfaces}
        schema = schemathesis.openapi.from_dict({**document, "paths": here}, config=config)
        schema.config.update(base_url=url)
        _run(schema, report)
    return report


def _surface_of(item: dict[str, dict[str, Any]]) -> str:
    (surface,) = {str(operation["x-surface"]) for operation in item.values()}
    return surface


def _run(schema: Any, report: FuzzReport) -> FuzzReport:
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _count(report, event)
        elif isinstance(event, events.NonFatalError):
            report.failures.append(f"error: {event.info}")
        elif isinstance(event, events.FatalError):
            report.failures.append(f"error: {event.exception!r}")
        elif isinstance(event, events.SchemaAnalysisWarnings) and event.warnings:
            report.failures.extend(str(warning) for warning in event.warnings)
    return report


def _count(report: FuzzReport, event: events.ScenarioFinished) -> None:
    recorder = event.recorder
    report.requests += len(recorder.interactions)
    report.phases[event.phase.value] += len(recorder.interactions)
    for case_id, interaction in recorder.interactions.items():
        if case_id in recorder.cases:
            report.operations[recorder.cases[case_id].value.operation.label] += 1
        if interaction.response is not None:
            report.statuses[interaction.response.status_code] += 1
            report.accepted += _accepted(interaction.response)
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                report.failed_checks.add(check.name)
                case = recorder.cases[case_id].value
                sent = recorder.interactions[case_id].request
                report.failures.append(
                    f"{event.phase.value} {case.operation.label} {check.name}: {check.failure_info.failure}"
                    f"\nsent: {sent.method} {sent.uri} {sent.headers}"
                )


def _accepted(response: Any) -> int:
    if response.status_code != 202:
        return 0
    receipt = json.loads(response.content)
    return int(receipt["accepted"]) if "results" in receipt else int(receipt.get("status") == "accepted")

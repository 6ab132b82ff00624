"""What stands in deploy/ agrees with the code: settings, times to stop, metrics, pages."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]
from documents import ROOT
from game_events_api.metrics import DEFINITIONS
from game_events_api.settings import DeliverySettings, Settings
from game_events_api.settings.variables import KNOWN

DEPLOY = ROOT / "deploy"
STOP_SECONDS = sum(
    kind.model_fields[name].default
    for kind, name in ((Settings, "drain_seconds"), (Settings, "grace_seconds"), (DeliverySettings, "shutdown_seconds"))
)
"""What `serve` takes to stop at most, by the defaults."""


def loaded(path: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / path).read_text(encoding="utf-8")))


def rules() -> list[dict[str, Any]]:
    return [rule for group in loaded("prometheus/alerts.yml")[0]["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.*")), ids=lambda path: path.name)
def test_every_setting_that_a_file_names_exists(path: Path) -> None:
    named = set(re.findall(r"GAME_EVENTS_[A-Z0-9_]*[A-Z0-9]", path.read_text(encoding="utf-8")))
    assert named - {"GAME_EVENTS_PORT"} <= KNOWN


def test_every_metric_of_the_rules_is_defined() -> None:
    known = {rule["record"] for rule in rules() if "record" in rule}
    for one in DEFINITIONS:
        known |= {f"{one.name}_{part}" for part in ("bucket", "count")} if one.kind == "histogram" else {one.exposed}
    named = {name for rule in rules() for name in re.findall(r"\bgame_events[\w:]+", rule["expr"])}
    assert named <= known


def test_every_alert_has_a_paragraph_in_the_runbook_and_every_paragraph_an_alert() -> None:
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    names = [alert["alert"] for alert in alerts()]
    paragraphs = dict(re.findall(r"^## (GameEvents\w+)\n\n(.+)", page, re.MULTILINE))
    assert sorted(paragraphs) == sorted(names)
    for alert in alerts():
        assert alert["annotations"]["runbook_url"] == f"docs/runbook.md#{alert['alert'].lower()}"
        assert alert["labels"]["severity"] in ("page", "ticket")


def test_the_dashboards_are_as_their_script_writes_them() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "dashboards.py"))
    for path in (DEPLOY / "grafana").glob("*.json"):
        assert path.read_text(encoding="utf-8") == script["written"](path.stem), "run scripts/dashboards.py"
    assert {path.stem for path in (DEPLOY / "grafana").glob("*.json")} == set(script["DASHBOARDS"])
    (provider,) = loaded("grafana/provisioning.yml")[0]["providers"]
    assert (provider["type"], list(provider["options"])) == ("file", ["path"])


def test_an_alarm_about_what_firehose_holds_counts_from_how_long_it_may_hold_it() -> None:
    """Whatever is given for BufferSeconds: an alarm at a fixed age rings all day where the buffer is as long."""
    template = cfn_yaml.load(str(DEPLOY / "aws" / "template.yaml"))
    alarms = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    of_age = [alarm for alarm in alarms if alarm["MetricName"] == "DeliveryToS3.DataFreshness"]
    assert len(of_age) == 2
    for alarm in of_age:
        assert alarm["Threshold"] == {"Fn::FindInMap": ["NotWrittenAfter", {"Ref": "BufferSeconds"}, "Seconds"]}
        assert "15 minutes longer than BufferSeconds" in alarm["AlarmDescription"]
    allowed = template["Parameters"]["BufferSeconds"]["AllowedValues"]
    assert template["Mappings"]["NotWrittenAfter"] == {str(buffer): {"Seconds": buffer + 900} for buffer in allowed}


def test_nobody_kills_a_server_before_it_has_stopped() -> None:
    unit = (DEPLOY / "systemd" / "game-events.service").read_text(encoding="utf-8")
    assert int(re.findall(r"^TimeoutStopSec=(\d+)", unit, re.MULTILINE)[0]) > STOP_SECONDS
    api = loaded("docker/compose.yaml")[0]["services"]["api"]
    assert int(api["stop_grace_period"].removesuffix("s")) > STOP_SECONDS


def test_a_pod_stops_in_its_time_and_keeps_its_volume_and_sees_no_service_link() -> None:
    (stateful,) = [one for one in loaded("kubernetes/server.yaml") if one["kind"] == "StatefulSet"]
    pod = stateful["spec"]["template"]["spec"]
    (generated,) = loaded("kubernetes/kustomization.yaml")[0]["configMapGenerator"]
    given = dict(literal.split("=") for literal in generated["literals"])
    seconds = float(given["GAME_EVENTS_DRAIN_SECONDS"]) + float(given["GAME_EVENTS_SHUTDOWN_SECONDS"])
    seconds += Settings.model_fields["grace_seconds"].default
    seconds += float(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert pod["terminationGracePeriodSeconds"] > seconds
    assert pod["enableServiceLinks"] is False
    assert set(stateful["spec"]["persistentVolumeClaimRetentionPolicy"].values()) == {"Retain"}


def test_all_that_the_image_is_made_of_is_given_to_its_build_and_nothing_else() -> None:
    """No image was ever built while one of the folders was kept from the build."""
    dockerfile = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.MULTILINE))
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignore[1] == "*"
    assert {line[1:] for line in ignore if line.startswith("!")} == copied

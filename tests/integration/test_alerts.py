"""Prometheus' own rule tests: every alert is silent while nothing is wrong, and fires by the condition it is for."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.prometheus_process import RULES
from needs_tools import find_tool

ALL_RULES = [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in ALL_RULES if "alert" in rule}
RECORDED = {rule["record"]: rule["expr"] for rule in ALL_RULES if "record" in rule}
AT = "8h"
"""When alerts are looked at; every window is full by then."""
IN_TIME = 'request_seconds_bucket{le="0.1"}'
DELIVERED = 'delivery_seconds_bucket{le="300.0",sink="lake"}'
ACCEPTED, REJECTED = (
    f'events_total{{stage="{stage}",event_type="install",schema_version="2-0-0"}}' for stage in ("accepted", "rejected")
)
FREE = 'disk_free_bytes{folder="spool"}'
HEALTHY = {
    'up{job="game-events"}': "1x600",
    IN_TIME: "0+600x600",
    "request_seconds_count{}": "0+600x600",
    'requests_total{status="202"}': "0+600x600",
    DELIVERED: "0+600x600",
    'delivery_seconds_count{sink="lake"}': "0+600x600",
    ACCEPTED: "0+600x600",
    REJECTED: "0x600",
    "oldest_waiting_seconds{}": "2x600",
    'breaker_open{sink="lake"}': "0x600",
    'delivery_failing{sink="lake"}': "0x600",
    "ledger_difference{}": "0x600",
    "dead_letters{}": "0x600",
    "damage_notes{}": "0x600",
    "unreadable_spool_files{}": "0x600",
    "key_file_fault{}": "0x600",
    'keys{state="usable"}': "1x600",
    FREE: "900x600",
    'disk_size_bytes{folder="spool"}': "1000x600",
    'process_start_time_seconds{process="delivery"}': "1x600",
    'redis_up{process="worker-0"}': "1x600",
    'refusals_total{problem="unauthorized"}': "0x600",
    "warehouse_built_time_seconds{}": "0+60x600",
}
"""Ten events a second, by the minute."""
GONE = ""
CONDITIONS: list[tuple[str, dict[str, str]]] = [
    ("GameEventsDown", {'up{job="game-events"}': "0x600"}),
    ("GameEventsIntakeBurnsFast", {IN_TIME: "0+500x600"}),
    (
        "GameEventsIntakeBurnsFast",  # nothing was ever taken
        {
            IN_TIME: GONE,
            "request_seconds_count{}": GONE,
            'requests_total{status="202"}': GONE,
            'requests_total{status="503"}': "0+600x600",
        },
    ),
    ("GameEventsIntakeBurnsSlowly", {'requests_total{status="503"}': "0+3x600"}),
    ("GameEventsDeliveryBurnsFast", {DELIVERED: "0+590x600"}),
    ("GameEventsDeliveryBurnsSlowly", {DELIVERED: "0+597x600"}),
    ("GameEventsDeliveryBurnsSlowly", {"oldest_waiting_seconds{}": "400x600"}),
    ("GameEventsDeliveryStopped", {"oldest_waiting_seconds{}": "0+60x600"}),
    ("GameEventsBreakerOpen", {'breaker_open{sink="lake"}': "1x600"}),
    ("GameEventsDeliveryFailing", {'delivery_failing{sink="lake"}': "1x600"}),
    ("GameEventsContractBurnsFast", {REJECTED: "0+12x600"}),
    ("GameEventsContractBurnsFast", {ACCEPTED: GONE, REJECTED: "0+1x600"}),  # of a build that keeps nothing
    ("GameEventsContractBurnsSlowly", {REJECTED: "0+3x600"}),
    ("GameEventsEventsMissing", {"ledger_difference{}": "-3x600"}),
    ("GameEventsDeadLetters", {"dead_letters{}": "5x600"}),
    ("GameEventsDamage", {"damage_notes{}": "1x600"}),
    ("GameEventsDamage", {"unreadable_spool_files{}": "1x600"}),
    ("GameEventsKeyFile", {"key_file_fault{}": "1x600", 'keys{state="usable"}': GONE}),
    ("GameEventsKeyFile", {'keys{state="usable"}': "0x600"}),
    ("GameEventsDiskFull", {FREE: "50x600"}),
    ("GameEventsDiskFills", {FREE: "999-1x600"}),
    ("GameEventsRestarts", {'process_start_time_seconds{process="delivery"}': "0+1x600"}),
    ("GameEventsRedisDown", {'redis_up{process="worker-0"}': "0x600"}),
    ("GameEventsWrongKeys", {'refusals_total{problem="unauthorized"}': "0+700x600"}),
    ("GameEventsWarehouseOld", {"warehouse_built_time_seconds{}": "-90000x600"}),
]


def rule_test(name: str, changes: dict[str, str], alerts: list[str]) -> dict[str, Any]:
    """Of the named alerts none is to fire; which do, promtool says."""
    values = {series: text for series, text in {**HEALTHY, **changes}.items() if text != GONE}
    series = [{"series": full_name(short), "values": text} for short, text in values.items()]
    checks = [{"alertname": alert, "eval_time": AT, "exp_alerts": []} for alert in alerts]
    return {"name": name, "interval": "1m", "input_series": series, "alert_rule_test": checks}


def read_by(expression: str) -> set[str]:
    """The metrics that decide an expression, through what is recorded."""
    names = set(re.findall(r"\bgame_events[\w:]+|\bup\b", expression))
    return {metric for name in names for metric in (read_by(RECORDED[name]) if name in RECORDED else {name})}


def apart(conditions: list[tuple[str, dict[str, str]]]) -> list[dict[str, dict[str, str]]]:
    """Conditions that can be met at once, by alert: each changes nothing that another's alert reads."""
    groups: list[dict[str, dict[str, str]]] = []
    for alert, changes in conditions:
        metrics = read_by(ALERTS[alert]["expr"])
        room = (group for group in groups if not any(metrics & read_by(ALERTS[other]["expr"]) for other in group))
        group = next(room, None)
        if group is None:
            groups.append(group := {})
        group[alert] = changes
    return groups


def full_name(series: str) -> str:
    """With what every series has: the product's prefix, and the server's address."""
    name, _, labels = series.rstrip("}").partition("{")
    prefix = "" if name == "up" else "game_events_"
    return f'{prefix}{name}{{{labels}{"," if labels else ""}instance="api:8000"}}'


@pytest.mark.needs("promtool")
def test_each_alert_fires_by_its_condition_and_is_silent_while_nothing_is_wrong(tmp_path: Path) -> None:
    assert {alert for alert, _ in CONDITIONS} == set(ALERTS)
    tests, wanted = [rule_test("nothing is wrong", {}, list(ALERTS))], []
    for number, group in enumerate(apart(CONDITIONS)):
        changed = {series: text for changes in group.values() for series, text in changes.items()}
        tests.append(rule_test(f"conditions {number}", changed, list(group)))
        wanted += [(f"conditions {number}", alert) for alert in group]
    file = tmp_path / "tests.json"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "5m", "tests": tests}))

    result = subprocess.run([str(find_tool("promtool")), "test", "rules", file], capture_output=True, text=True)

    fired = re.findall(r"name: (.+),\n\s+alertname: (\w+), time: .*\n\s+exp:\[\], \n\s+got:\[\n", result.stderr)
    assert fired == wanted, result.stderr + result.stdout

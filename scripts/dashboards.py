"""Write deploy/grafana/*.json: python scripts/dashboards.py

A panel is a title, a unit, and queries by what Grafana calls their series. `$i` stands for the chosen servers.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "deploy" / "grafana"
CHOSEN = 'instance=~"$instance"'
ACROSS, HIGH = 3, 8
"""Panels in a row, and the height of one, in Grafana's units."""
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True)
class Panel:
    title: str
    unit: str
    queries: dict[str, str]
    """By the name of the series, in which `{{label}}` stands for a label."""
    kind: str = "timeseries"

    def json(self, number: int) -> dict[str, Any]:
        wide = 24 // ACROSS
        targets = [
            {
                "refId": chr(ord("A") + at),
                "datasource": SOURCE,
                "expr": query.replace("$i", CHOSEN),
                "legendFormat": name,
            }
            for at, (name, query) in enumerate(self.queries.items())
        ]
        return {
            "id": number + 1,
            "title": self.title,
            "type": self.kind,
            "datasource": SOURCE,
            "gridPos": {"x": number % ACROSS * wide, "y": number // ACROSS * HIGH, "w": wide, "h": HIGH},
            "fieldConfig": {"defaults": {"unit": self.unit, "min": 0}, "overrides": []},
            "targets": targets,
        }


def _rate(metric: str, by: str, labels: str = "") -> str:
    return f"sum by ({by}) (rate(game_events_{metric}{{$i{labels}}}[$__rate_interval]))"


def _quantile(share: float, metric: str, by: str) -> str:
    return f"histogram_quantile({share}, {_rate(f'{metric}_bucket', f'le, {by}')})"


REJECTED = ', stage=~"rejected|rejected_dropped"'
TAKEN = ', stage="accepted"'
DASHBOARDS: dict[str, list[Panel]] = {
    "overview": [
        Panel("Servers that answer", "short", {"{{instance}}": 'up{job="game-events", $i}'}, "stat"),
        Panel(
            "Taken within 100 ms, of the last hour",
            "percentunit",
            {"share": "game_events:taken_in_time:ratio_1h"},
            "stat",
        ),
        Panel(
            "Delivered within 5 minutes, of the last hour",
            "percentunit",
            {"share": "game_events:delivered_in_time:ratio_1h"},
            "stat",
        ),
        Panel("Events taken", "cps", {"{{event_type}}": _rate("events_total", "event_type", TAKEN)}),
        Panel("Requests", "reqps", {"{{path}} {{status}}": _rate("requests_total", "path, status")}),
        Panel(
            "Seconds to an answer",
            "s",
            {
                "half of {{kind}}": _quantile(0.5, "request_seconds", "kind"),
                "99 % of {{kind}}": _quantile(0.99, "request_seconds", "kind"),
            },
        ),
        Panel("Refused requests", "reqps", {"{{problem}}": _rate("refusals_total", "problem")}),
        Panel("Processors in use", "short", {"{{process}}": _rate("process_cpu_seconds_total", "process")}),
        Panel("Memory", "bytes", {"{{process}}": "sum by (process) (game_events_process_resident_bytes{$i})"}),
        Panel(
            "Open files and sockets", "short", {"{{process}}": "sum by (process) (game_events_process_open_files{$i})"}
        ),
        Panel(
            "Starts of processes, per hour",
            "short",
            {"{{process}}": "sum by (process) (changes(game_events_process_start_time_seconds{$i}[1h]))"},
        ),
        Panel("Redis answers", "short", {"{{process}}": "min by (process) (game_events_redis_up{$i})"}),
        Panel(
            "Disk in use",
            "percentunit",
            {"{{instance}} {{folder}}": "1 - game_events_disk_free_bytes{$i} / game_events_disk_size_bytes{$i}"},
        ),
        Panel("Spool files", "bytes", {"{{process}}": "sum by (process) (game_events_spool_bytes{$i})"}),
        Panel("Versions", "short", {"{{version}}": "count by (version) (game_events_build_info{$i})"}, "stat"),
    ],
    "delivery": [
        Panel("Age of the oldest event that waits", "s", {"{{instance}}": "game_events_oldest_waiting_seconds{$i}"}),
        Panel("Events that wait", "short", {"{{stream}}": "sum by (stream) (game_events_waiting_events{$i})"}),
        Panel("Dead letters", "short", {"{{instance}}": "game_events_dead_letters{$i}"}),
        Panel(
            "Events delivered", "cps", {"{{event_type}}": _rate("events_total", "event_type", ', stage="delivered"')}
        ),
        Panel("Bytes delivered", "Bps", {"{{sink}}": _rate("delivered_bytes_total", "sink")}),
        Panel(
            "Seconds from commit to delivery",
            "s",
            {
                "half to {{sink}}": _quantile(0.5, "delivery_seconds", "sink"),
                "99 % to {{sink}}": _quantile(0.99, "delivery_seconds", "sink"),
            },
        ),
        Panel(
            "Delivered within 5 minutes, of the last hour",
            "percentunit",
            {"share": "game_events:delivered_in_time:ratio_1h"},
        ),
        Panel("Breaker (1 open, 0.5 probing)", "short", {"{{instance}} {{sink}}": "game_events_breaker_open{$i}"}),
        Panel("Latest try failed", "short", {"{{instance}} {{sink}}": "game_events_delivery_failing{$i}"}),
    ],
    "contract": [
        Panel(
            "Share of events that break their contract, of the last hour",
            "percentunit",
            {"{{event_type}} {{schema_version}}": "game_events:rejected:ratio_1h"},
        ),
        Panel(
            "Rejected events by type and version",
            "cps",
            {"{{event_type}} {{schema_version}}": _rate("events_total", "event_type, schema_version", REJECTED)},
        ),
        Panel(
            "Rejected events by rule",
            "cps",
            {"{{event_type}} {{rule}}": _rate("rejections_total", "event_type, rule")},
        ),
        Panel(
            "Versions in use",
            "cps",
            {"{{event_type}} {{schema_version}}": _rate("events_total", "event_type, schema_version", TAKEN)},
        ),
        Panel("Refused requests by reason", "reqps", {"{{problem}}": _rate("refusals_total", "problem")}),
        Panel("Wrong keys", "reqps", {"answered {{status}}": _rate("wrong_keys_total", "status")}),
    ],
    "ledger": [
        Panel(
            "Events missing (must be 0)", "short", {"{{instance}}": "abs(game_events_ledger_difference{$i})"}, "stat"
        ),
        Panel("Damaged blocks and files", "short", {"{{instance}}": "game_events_damage_notes{$i}"}, "stat"),
        Panel(
            "Spool files that cannot be read",
            "short",
            {"{{instance}}": "game_events_unreadable_spool_files{$i}"},
            "stat",
        ),
        Panel("Events by what became of them", "short", {"{{stage}}": "sum by (stage) (game_events_events_total{$i})"}),
        Panel("Duplicates", "cps", {"{{event_type}}": _rate("events_total", "event_type", ', stage="duplicate"')}),
        Panel("Age of the warehouse", "s", {"{{instance}}": "time() - game_events_warehouse_built_time_seconds{$i}"}),
        Panel("API keys", "short", {"{{state}}": "sum by (state) (game_events_keys{$i})"}),
        Panel("Key file cannot be read", "short", {"{{instance}}": "game_events_key_file_fault{$i}"}),
        Panel(
            "Age of each process's report",
            "s",
            {"{{process}}": "max by (process) (game_events_process_report_age_seconds{$i})"},
        ),
    ],
}


def written(name: str) -> str:
    """The text of the dashboard's file."""
    choices: list[dict[str, Any]] = [
        {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
        {
            "name": "instance",
            "label": "Server",
            "type": "query",
            "datasource": SOURCE,
            "query": {"query": "label_values(game_events_build_info, instance)", "refId": "instance"},
            "refresh": 2,
            "multi": True,
            "includeAll": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
        },
    ]
    dashboard = {
        "uid": f"game-events-{name}",
        "title": f"Game Events: {name}",
        "tags": ["game-events"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": choices},
        "panels": [panel.json(number) for number, panel in enumerate(DASHBOARDS[name])],
    }
    return json.dumps(dashboard, indent=1) + "\n"


if __name__ == "__main__":
    for name in DASHBOARDS:
        (FOLDER / f"{name}.json").write_text(written(name), encoding="utf-8")

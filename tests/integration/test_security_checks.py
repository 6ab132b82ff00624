"""`make security` and `make sbom`: what is planted is found, and nothing that is shipped is missing from the bill."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT
from game_events_api.admission import KeyFile
from integration.environments import third_party

MEMBERS = ("generated", "sdk", "api", "contract", "warehouse", "console", "cli")
DANGEROUS = {
    "B602": "import subprocess\nsubprocess.run(input(), shell=True)\n",
    "B301": "import pickle\npickle.loads(input().encode())\n",
    "B324": "import hashlib\nhashlib.md5(b'')\n",
    "B501": "import httpx\nhttpx.get('https://localhost', verify=False)\n",
    "B506": "import yaml\nyaml.load('', Loader=yaml.UnsafeLoader)\n",
    "B701": "import jinja2\njinja2.Environment(autoescape=False)\n",
    "B104": "ADDRESS = '0.0.0.0'\n",
}


def secrets(folder: Path) -> dict[str, str]:
    """Put together here, so that the scan of this repository finds none."""
    return {
        "kingfisher.game_events.1": KeyFile(folder.with_suffix(".json")).create("planted"),
        "betterleaks.github-pat": "ghp_" + "J3kd82hsKq9Lx0PzWm4Rt7Yv1Bn6Cf5Gh2Qa",
        "betterleaks.private-key": "\n".join(
            [f"-----BEGIN RSA {'PRIVATE'} KEY-----", "MIIEpAIBAAKCAQEA" * 4, "-----END RSA PRIVATE KEY-----"]
        ),
        "betterleaks.generic-credential-uri": "postgresql://app:" + "Sup3rS3cretPq9@db.internal:5432/x",
    }


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=tests", "-c", "user.email=tests@localhost"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.mark.needs("git")
@pytest.mark.needs("kingfisher")
def test_the_secret_scan_finds_each_planted_secret_in_files_and_in_history(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    planted = secrets(repository)
    for number, secret in enumerate(planted.values()):
        (repository / f"{number}.txt").write_text(f"it is {secret}\n")
    git(repository, "init", "--quiet")
    git(repository, "add", "0.txt")
    git(repository, "commit", "--quiet", "--message", "a key that was taken out again")
    git(repository, "rm", "--quiet", "0.txt")
    git(repository, "commit", "--quiet", "--message", "as if it had never been there")

    found = runpy.run_path(str(ROOT / "scripts" / "secrets_scan.py"))["scan"](repository)

    assert {one.rule for one in found} == set(planted)


def test_bandit_as_configured_finds_each_planted_danger(tmp_path: Path) -> None:
    for rule, code in DANGEROUS.items():
        (tmp_path / f"{rule}.py").write_text(code)
    command = [
        Path(sys.executable).with_name("bandit"),
        "--configfile",
        ROOT / "pyproject.toml",
        "--recursive",
        tmp_path,
    ]
    options = ["--quiet", "--severity-level", "medium", "--format", "custom", "--msg-template", "{test_id} {relpath}"]

    result = subprocess.run([*map(str, command), *options], capture_output=True, text=True)

    assert result.returncode == 1, result.stderr
    found = [line.split() for line in result.stdout.splitlines()]
    assert {rule for rule, path in found if Path(path).stem == rule} == set(DANGEROUS)


@pytest.mark.needs("uv")
def test_the_bill_of_materials_has_all_that_is_shipped_at_its_pin() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "sbom.py"))
    components = script["bill"]()["components"]
    versions = {one["purl"].split("@")[0].split("/")[-1]: one["version"] for one in components if "purl" in one}

    required = {re.split(r"[<>=\[ ;]", name)[0].lower() for name in third_party(MEMBERS)}
    assert required - set(versions) == set()
    pins = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    copied = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert [f"{name}=={version}" for name, version in versions.items() if f'"{name}=={version}' not in pins] == [
        f"{told['package']}=={copied[told['package']]}" for _, told in script["origins"]()
    ]
    from_an_index = [one for one in components if one.get("purl", "").startswith("pkg:pypi/")]
    assert all(one["externalReferences"][0]["hashes"] for one in from_an_index), "a digest of each file"

"""The search that every run of the tests ends with finds what it is for, and accuses nobody else."""

from pathlib import Path

import pytest
from game_events_api.admission.key_file import KeyFile
from secrets_in_logs import passwords, searched

HARMLESS = (
    '{"event": "refused", "key_id": "ab3d", "url": "redis://:***@cache:6379/0", "hint": "a key begins with ge_live_"}\n'
)
URL = "redis://:correct-horse@cache:6379/0"
TOKEN = ".".join(("eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJhbm5hIn0", "c2lnbmF0dXJl"))


def planted(folder: Path) -> dict[str, str]:
    key = KeyFile(folder / "keys.json").create("tests")
    pem = "-----BEGIN PRIVATE KEY-----"
    return {
        "an API key": key,
        "a URL with": URL,
        "a password": "correct-horse",
        "a signed token": TOKEN,
        "a private": pem,
    }


@pytest.mark.parametrize("name", ["server.log", "delivery/audit.jsonl"])
def test_a_secret_in_a_log_fails_the_run_and_is_not_repeated(tmp_path: Path, name: str) -> None:
    for kind, secret in planted(tmp_path).items():
        log = tmp_path / name
        log.parent.mkdir(exist_ok=True)
        log.write_text(f'{HARMLESS}{{"event": "x {secret} y"}}\n')
        with pytest.raises(pytest.fail.Exception, match=kind) as caught, searched(tmp_path) as secrets:
            secrets |= passwords([URL, "lake"])
        log.unlink()  # the run's own search must not find it
        assert secret not in str(caught.value)


def test_logs_without_a_secret_pass(tmp_path: Path) -> None:
    with searched(tmp_path) as secrets:
        secrets |= passwords([URL])
        (tmp_path / "server.log").write_text(HARMLESS)

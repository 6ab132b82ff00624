"""`game-events send`, `simulate`, `keys` and `serve` as a person runs them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import RunningServer, wait_until
from game_events import GameAnalyticsClient, InstallEvent, errors
from game_events_api.errors import DataFolderInUse
from game_events_api.occupancy import occupied
from game_events_devtools.demo import stack

FIELDS: dict[str, Any] = {
    "user_id": "player-1",
    "session_id": "session-1",
    "game_id": "puzzle-quest",
    "platform": "android",
    "app_version": "1.4.2",
    "environment": "production",
    "install_source": "organic",
}


def run(*arguments: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "game_events_cli.main", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)


def event() -> dict[str, Any]:
    return InstallEvent(**FIELDS).model_dump(mode="json")


def to(server: RunningServer) -> tuple[str, ...]:
    return ("--url", server.url, "--key", server.key)


def test_send_takes_one_event_from_a_file(server: RunningServer, tmp_path: Path) -> None:
    file, made = tmp_path / "event.json", event()
    file.write_text(json.dumps(made, indent=2))

    first, again = run("send", str(file), *to(server)), run("send", str(file), *to(server))

    assert (first.returncode, again.returncode) == (0, 0)
    assert json.loads(first.stdout) == {"event_id": made["event_id"], "status": "accepted"}
    assert json.loads(again.stdout)["status"] == "duplicate"


def test_send_takes_lines_from_standard_input_and_says_what_was_refused(server: RunningServer) -> None:
    lines = "\n".join(json.dumps(line) for line in (event(), event() | {"platform": "symbian"}))

    sent = run("send", "-", *to(server), stdin=lines)

    verdicts = [json.loads(line) for line in sent.stdout.splitlines()]
    assert [verdict["status"] for verdict in verdicts] == ["accepted", "rejected"]
    assert verdicts[1]["errors"][0]["pointer"] == "/platform"
    assert sent.returncode == 1


@pytest.mark.parametrize("text", ["", "not json", "[1]", '{"a":1}\nnot json'])
def test_send_refuses_what_is_no_event(server: RunningServer, text: str) -> None:
    sent = run("send", "-", *to(server), stdin=text)
    assert (sent.returncode, sent.stdout) == (2, "")
    assert "Traceback" not in sent.stderr


def test_send_keeps_an_event_with_a_line_separator_whole(server: RunningServer) -> None:
    made = [event() | {"properties": {"text": "a\u2028b\x85c"}} for _ in range(2)]
    lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in made)

    sent = run("send", "-", *to(server), stdin=lines)

    assert [json.loads(line)["status"] for line in sent.stdout.splitlines()] == ["accepted", "accepted"], sent.stderr


@pytest.mark.parametrize("raw", [b'{"event_type":"inst\xe9"}', b"[" * 100_000, b"\n".join([b"{}", b"[" * 100_000])])
def test_send_refuses_bytes_that_hold_no_event(server: RunningServer, tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(raw)

    sent = run("send", str(file), *to(server))

    assert (sent.returncode, sent.stdout) == (2, "")
    assert "Traceback" not in sent.stderr


def test_send_names_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        sent = run("send", "-", "--url", url, "--key", "ge_test_x", stdin=json.dumps(event()))
    assert sent.returncode == 1
    assert sent.stderr.startswith(f"no answer from {url} after 4 attempts")
    assert len(sent.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("send", "-"), ("simulate",)])
def test_an_unusable_url_is_one_line(arguments: tuple[str, ...]) -> None:
    sent = run(*arguments, "--url", "localhost", "--key", "ge_test_x", stdin=json.dumps(event()))
    assert sent.returncode == 2
    assert "base_url" in sent.stderr
    assert "Traceback" not in sent.stderr


def test_simulate_counts_every_event(server: RunningServer) -> None:
    played = run("simulate", *to(server), "--events", "400", "--seed", "3")

    assert played.returncode == 0, played.stderr
    words = played.stdout.splitlines()[0].replace(",", "").split()
    counts = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert counts["sent"] == 400 == counts["accepted"] + counts["duplicate"] + counts["rejected"]
    assert min(counts.values()) > 0


def test_a_made_key_works_until_it_is_revoked(server: RunningServer) -> None:
    folder = ("--data-dir", str(server.data_dir))
    key = run("keys", "create", *folder, "--name", "cli").stdout.strip()
    key_id = key.split("_")[2]
    listed = run("keys", "list", *folder).stdout
    assert key_id in listed
    assert key.split("_")[3] not in listed

    with GameAnalyticsClient(server.url, key) as client:

        def works() -> bool:
            try:
                return client.send_install_event(**FIELDS).status == "accepted"
            except errors.AuthenticationError:
                return False

        wait_until(works, 10)
        assert run("keys", "revoke", key_id, *folder).returncode == 0
        wait_until(lambda: not works(), 10)
    assert run("keys", "revoke", "nobody", *folder).returncode == 2


def test_serve_says_in_one_line_why_it_cannot_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = str(taken.getsockname()[1])
        for arguments, word, code in (
            (("--port", busy), busy, 1),
            (
                ("--port", "0", "--admin-port", busy),
                "choose another --admin-host or --admin-port, or --admin-port off",
                1,
            ),
            (("--port", "70000"), "--port", 2),
            (("--port", "0", "--admin-port", "none"), "--admin-port", 2),
            (("--port", "0", "--host", "192.0.2.1"), "192.0.2.1", 2),
            (("--port", "0", "--sink", "floppy"), "--sink", 2),
        ):
            refused = run("serve", *arguments, "--data-dir", str(tmp_path / "data"))
            assert refused.returncode == code, refused.stderr
            assert word in refused.stderr
            assert "Traceback" not in refused.stderr
            assert len(refused.stderr.strip().splitlines()) <= 3, refused.stderr


def test_serve_does_not_start_over_a_misspelt_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_API_KEY", "of other commands, so no mistake")
    monkeypatch.setenv("GAME_EVENTS_MAX_SPOOL_BYTE", "5")
    refused = run("serve", "--port", "0", "--data-dir", str(tmp_path / "data"))
    assert (refused.returncode, json.loads(refused.stderr)["event"]) == (
        2,
        "cannot start: GAME_EVENTS_MAX_SPOOL_BYTE is no variable of Game Events; did you mean"
        " GAME_EVENTS_MAX_SPOOL_BYTES? Rename or unset it",
    )
    assert not (tmp_path / "data").exists()


def test_serve_does_not_start_with_a_hook_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_OBSERVE", "no_such_studio:seen")
    refused = run("serve", "--port", "0", "--data-dir", str(tmp_path / "data"))
    assert refused.returncode == 2
    assert json.loads(refused.stderr)["event"].startswith(
        "cannot start: GAME_EVENTS_OBSERVE: no_such_studio cannot be imported"
    )
    assert len(refused.stderr.splitlines()) == 1


def test_ctrl_c_ends_a_server_at_any_time_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "game_events_cli.main", "serve", "--port", "0", "--data-dir", str(tmp_path)]
    for after in (0.0, 0.5, 1.0):  # while the children still import
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as serving:
            assert serving.stderr is not None
            next(line for line in serving.stderr if "listens on" in line)
            time.sleep(after)
            os.killpg(serving.pid, signal.SIGINT)  # as a terminal does
            assert "Traceback" not in serving.stderr.read()
        assert serving.returncode == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_serve_prints_a_url_that_can_be_opened(tmp_path: Path, host: str) -> None:
    command = [sys.executable, "-m", "game_events_cli.main", "serve", "--host", host, "--port", "0"]
    with subprocess.Popen([*command, "--data-dir", str(tmp_path)], stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stderr is not None
        said = next(line for line in serving.stderr if "listens on" in line)
        url = said.partition("listens on ")[2].partition(" ")[0]
        wait_until(lambda: stack.is_ready(url))
        assert httpx.get(f"{url}/docs").status_code == 200
        serving.terminate()
        serving.stderr.read()


def test_a_second_server_on_a_data_folder_is_refused_and_told_who_has_it(server: RunningServer) -> None:
    assert server.process is not None
    refused = run("serve", "--port", "0", "--admin-port", "0", "--data-dir", str(server.data_dir))

    (line,) = refused.stderr.splitlines()
    assert refused.returncode == 75, line
    assert json.loads(line)["event"].startswith(f"cannot start: {held(server)}")
    assert stack.is_ready(server.url), "the first is let be"


ALONE = (
    ("drain",),
    ("erase-player", "player-1", "--game", "puzzle-quest"),
    ("erase-player", "--again"),
    ("anonymise-player", "player-1", "--game", "puzzle-quest"),
)


@pytest.mark.parametrize("command", ALONE, ids=" ".join)
def test_a_command_that_must_have_the_folder_alone_is_refused_while_a_server_runs(
    server: RunningServer, command: tuple[str, ...]
) -> None:
    refused = run(*command, "--data-dir", str(server.data_dir))
    assert (refused.returncode, refused.stdout) == (75, "")
    assert refused.stderr.startswith(held(server)), refused.stderr
    assert not (server.data_dir / "erasures.db").exists()
    assert stack.is_ready(server.url)


def held(server: RunningServer) -> str:
    assert server.process is not None
    return f"{server.data_dir} is in use by process {server.process.pid} on {socket.gethostname()} since 20"


def test_a_server_that_was_killed_holds_its_folder_no_longer_though_what_it_started_lives_on(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, time; from pathlib import Path; from game_events_api.occupancy import occupied\n"
        "with occupied(Path(sys.argv[1])):\n"
        "    subprocess.Popen(['sleep', '600']); print('started', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        with pytest.raises(DataFolderInUse, match=f"process {server.pid} "), occupied(tmp_path):
            pass
        server.kill()
        server.wait()
        try:
            with occupied(tmp_path):
                os.killpg(server.pid, 0)  # ProcessLookupError where nothing of it lives
        finally:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.mark.parametrize("keys", ["text", "folder"])
def test_serve_names_an_unusable_key_file_in_one_line(tmp_path: Path, keys: str) -> None:
    if keys == "text":
        (tmp_path / "keys.json").write_text("{")
    else:
        (tmp_path / "keys.json").mkdir()
    refused = run("serve", "--port", "0", "--data-dir", str(tmp_path))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert f"{tmp_path / 'keys.json'}" in refused.stderr

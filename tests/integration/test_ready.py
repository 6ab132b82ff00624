"""What is down beside a real server is named by `/ready` of its admin port, with the reason, as long as it is down."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import ServerFactory, wait_until
from game_events_devtools.demo import stack
from game_events_devtools.firehose_emulator import DirectoryDestination, FirehoseEndpoint
from integration.edge_wire import encoded, install, post
from integration.openid_issuer import AUDIENCE, DISCOVERY, openid_issuer
from integration.redis_process import RedisProcess, redis_folder

__all__ = ["redis_folder"]
UNREAD = "what Firehose could not deliver cannot be read"


@pytest.mark.needs("redis-server")
def test_what_is_down_is_named_until_it_is_up_and_events_are_taken_meanwhile(
    start_server: ServerFactory, redis_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    redis, port = RedisProcess(redis_folder), stack.free_port()
    with openid_issuer() as issuer:
        issuer.answers[DISCOVERY] = b"no document"
        server = start_server(
            sink="firehose",
            firehose_endpoint_url=f"http://127.0.0.1:{port}",
            firehose_error_output=str(tmp_path / "errors"),
            aws_region="us-east-1",
            redis_url=redis.url,
            oidc_issuer=issuer.url,
            oidc_audience=AUDIENCE,
        )
        checks: dict[str, Any] = {}

        def says(**wanted: str) -> None:
            """Of each check that it warns with these words, or with none that it passes, or is not named."""

            def all_do() -> bool:
                answer = httpx.get(f"{server.admin_url}/ready")
                assert answer.status_code == 200, "events are taken"
                checks.clear()
                checks.update(answer.json()["checks"])
                return all(
                    (one := checks.get(name, {"status": "pass"}))["status"] == ("warn" if words else "pass")
                    and words in one.get("detail", "")
                    for name, words in wanted.items()
                )

            wait_until(all_do, 90.0, lambda: f"{wanted}: {checks}")

        says(
            delivery=UNREAD,
            issuer=f"{issuer.url}{DISCOVERY}",
            redis="Redis",
        )
        assert post(server, encoded(install()), "/v1/events/install").status == 202
        says(delivery="firehose: the latest try failed and is repeated")

        redis.start()
        issuer.answers.clear()
        try:
            with FirehoseEndpoint(DirectoryDestination(tmp_path / "firehose"), port=port):
                server.wait_until_delivered(90)
                says(delivery=UNREAD, issuer="", redis="")  # it looks there once a minute
            redis.kill()
            says(delivery=UNREAD, issuer="", redis="Redis")
        finally:
            redis.kill()

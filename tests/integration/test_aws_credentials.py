"""Credentials, endpoints and proxies as boto3 finds them, taken while delivery runs: real clients over real sockets."""

import json
import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from conftest import wait_until
from game_events_api import ledger
from game_events_api.delivery.s3_sink import Bucket, S3Unavailable
from game_events_api.delivery.transport import BotoTransport
from integration.aws_cloud import Cloud, aws_cloud
from integration.test_delivery_process import delivery, firehose_settings
from unit.api.delivery.spool_maker import SpoolMaker, line

Call = Callable[[], object]
FAILURES = (BotoCoreError, ClientError, S3Unavailable)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with aws_cloud() as cloud:
        yield cloud


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process finds AWS's files, and no other variable of AWS's or of a proxy."""
    for name in os.environ:
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    (tmp_path / ".aws").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path / ".aws"


@pytest.fixture(params=["firehose", "s3"])
def call(request: pytest.FixtureRequest, cloud: Cloud, home: Path) -> Call:
    """One call as a sink makes it, always by the same transport."""
    if request.param == "s3":
        bucket = Bucket("lake", endpoint_url=cloud.url, region="us-east-1")
        return lambda: bucket.write("events/a.gz", b"data")
    transport = BotoTransport(
        endpoint_url=cloud.url, region="us-east-1", threads=1, connect_timeout=3.0, read_timeout=10.0
    )
    return lambda: transport.put("events", [b"{}\n"])


def write_key(file: Path, key_id: str, profile: str = "default") -> None:
    file.write_text(f"[{profile}]\naws_access_key_id = {key_id}\naws_secret_access_key = secret\n")


def test_keys_that_appear_and_rotate_in_a_file_are_taken(call: Call, cloud: Cloud, home: Path) -> None:
    for _ in range(2):
        with pytest.raises(FAILURES):
            call()
    for key_id in ("FIRST", "SECOND", "THIRD"):
        write_key(home / "credentials", key_id)
        call()
        assert cloud.signers[-1] == key_id
    (home / "credentials").unlink()
    with pytest.raises(FAILURES):
        call()


def test_keys_that_are_refused_are_looked_for_anew(
    call: Call, cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a process that gives no end, nothing says that they changed."""
    answer = home / "answer"
    (home / "config").write_text(f"[default]\ncredential_process = cat {shlex.quote(str(answer))}\n")
    given = {"Version": 1, "SecretAccessKey": "secret"}
    answer.write_text(json.dumps({**given, "AccessKeyId": "OLD"}))
    call()
    answer.write_text(json.dumps({**given, "AccessKeyId": "NEW"}))
    call()
    cloud.refused.add("OLD")
    with pytest.raises(FAILURES):
        call()
    call()
    assert cloud.signers == ["OLD", "OLD", "OLD", "NEW"]


def web_identity(cloud: Cloud, home: Path, patch: pytest.MonkeyPatch, token: str) -> None:
    (home / "token").write_text(token)
    patch.setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/game-events")
    patch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(home / "token"))
    patch.setenv("AWS_ENDPOINT_URL_STS", cloud.url)


def profile(cloud: Cloud, home: Path, patch: pytest.MonkeyPatch, token: str) -> None:
    write_key(home / "credentials", token, "base")
    (home / "config").write_text(
        "[profile games]\nrole_arn = arn:aws:iam::1:role/game-events\nsource_profile = base\nregion = us-east-1\n"
        f"services = here\n[services here]\nsts =\n  endpoint_url = {cloud.url}\n"
    )
    patch.setenv("AWS_PROFILE", "games")


def container(cloud: Cloud, home: Path, patch: pytest.MonkeyPatch, token: str) -> None:
    (home / "token").write_text(token)
    patch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{cloud.url}/container")
    patch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(home / "token"))


@pytest.mark.parametrize("source", [web_identity, profile, container])
def test_credentials_with_an_end_are_renewed_with_the_token_of_the_day(
    call: Call,
    cloud: Cloud,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: Callable[[Cloud, Path, pytest.MonkeyPatch, str], None],
) -> None:
    for token in ("MONDAY", "TUESDAY"):
        source(cloud, home, monkeypatch, token)
        call()
        call()
        assert cloud.tokens[-1] == token
    assert len(set(cloud.signers)) >= 3
    assert all(signer.startswith("ASIA") for signer in cloud.signers)


def test_an_instances_role_is_taken_and_renewed(call: Call, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", cloud.url)
    call()
    call()
    assert len(cloud.signers) == 2
    assert all(signer.startswith("ASIA") for signer in cloud.signers)
    assert set(cloud.tokens) == {"instance token"}


def unbound(service: str) -> Call:
    """A call to wherever variables and profiles say."""
    if service == "s3":
        bucket = Bucket("lake", region="us-east-1")
        return lambda: bucket.write("events/a.gz", b"data")
    transport = BotoTransport(endpoint_url=None, region="us-east-1", threads=1, connect_timeout=3.0, read_timeout=10.0)
    return lambda: transport.put("events", [b"{}\n"])


@pytest.mark.parametrize("service", ["firehose", "s3"])
@pytest.mark.parametrize("where", ["variable of the service", "variable", "profile"])
def test_an_endpoint_may_stand_in_a_variable_or_a_profile_and_no_proxy_is_asked_on_this_machine(
    cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch, service: str, where: str
) -> None:
    write_key(home / "credentials", "KEY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    if where == "profile":
        (home / "config").write_text(f"[default]\nendpoint_url = {cloud.url}\n")
    else:
        name = f"AWS_ENDPOINT_URL_{service.upper()}" if where == "variable of the service" else "AWS_ENDPOINT_URL"
        monkeypatch.setenv(name, cloud.url)
    unbound(service)()
    assert cloud.signers == ["KEY"]


@pytest.mark.parametrize("service", ["firehose", "s3"])
def test_an_endpoint_elsewhere_is_reached_through_the_proxy(
    cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    write_key(home / "credentials", "KEY")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.example.test")
    monkeypatch.setenv("HTTP_PROXY", cloud.url)
    unbound(service)()
    assert cloud.signers == ["KEY"]
    assert all(host.endswith("aws.example.test") for host in cloud.proxied)
    monkeypatch.setenv("NO_PROXY", "aws.example.test")
    with pytest.raises(FAILURES):  # nobody is there
        unbound(service)()
    assert len(cloud.signers) == 1


def test_a_running_delivery_waits_for_credentials_and_goes_on_with_them(
    tmp_path: Path, cloud: Cloud, home: Path
) -> None:
    SpoolMaker(tmp_path).append([line(1), line(2)])
    settings = firehose_settings(cloud.url)
    settings = {name: value for name, value in settings.items() if not name.startswith("AWS_")}
    log = tmp_path / "delivery.log"
    with delivery(tmp_path, **settings):
        wait_until(lambda: "Unable to locate credentials" in log.read_text(), 60)
        assert ledger.waiting(tmp_path) == 2
        write_key(home / "credentials", "LATE")
        wait_until(lambda: ledger.waiting(tmp_path) == 0, 60, log.read_text)
    assert set(cloud.signers) == {"LATE"}

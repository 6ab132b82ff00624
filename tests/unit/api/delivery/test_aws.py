"""A client is kept until its files change or an answer speaks against its credentials."""

import os
from pathlib import Path

import pytest
from botocore import exceptions as aws
from faults.fault_script import client_error
from game_events_api.delivery.aws import Connection, Stamp, is_loopback, speaks_against_credentials, stamp_of_files

AGAINST = [
    client_error("ExpiredTokenException", 400),
    client_error("UnrecognizedClientException", 400),
    client_error("InvalidSignatureException", 400),
    client_error("AccessDenied", 403),
    client_error("InvalidAccessKeyId", 403),
    client_error("Unauthorized", 401),
    aws.NoCredentialsError(),
    aws.PartialCredentialsError(provider="env", cred_var="secret"),
    aws.CredentialRetrievalError(provider="process", error_msg="ended with 1"),
    aws.UnauthorizedSSOTokenError(),
]
NOT_AGAINST = [
    client_error("InvalidArgumentException", 400),
    client_error("ServiceUnavailableException", 503),
    aws.ReadTimeoutError(endpoint_url="x"),
    ConnectionResetError(),
]


class Made:
    """Counts the clients."""

    def __init__(self) -> None:
        self.stamp: Stamp = (None,)
        self.clients = 0
        self.connection = Connection(self._make, lambda: self.stamp)

    def _make(self) -> int:
        self.clients += 1
        return self.clients

    def call(self, error: Exception | None = None) -> int:
        with self.connection.client() as client:
            if error is not None:
                raise error
            return int(client)


def test_a_client_is_made_once_while_nothing_changes() -> None:
    made = Made()
    assert [made.call() for _ in range(3)] == [1, 1, 1]


def test_a_client_is_made_anew_when_a_file_has_changed() -> None:
    made = Made()
    made.call()
    made.stamp = ((1, 2, 3),)
    assert [made.call() for _ in range(2)] == [2, 2]


@pytest.mark.parametrize("error", AGAINST, ids=lambda error: str(error)[:40])
def test_after_an_answer_against_the_credentials_the_next_call_looks_for_others(error: Exception) -> None:
    assert speaks_against_credentials(error)
    made = Made()
    with pytest.raises(type(error)):
        made.call(error)
    assert made.call() == 2


@pytest.mark.parametrize("error", NOT_AGAINST, ids=lambda error: str(error)[:40])
def test_other_failures_leave_the_client_in_use(error: Exception) -> None:
    made = Made()
    with pytest.raises(type(error)):
        made.call(error)
    assert made.call() == 1


def test_the_files_are_those_that_the_variables_name_or_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    named = {"AWS_CONFIG_FILE": str(tmp_path / "named")}
    nothing = stamp_of_files(os.environ)
    (tmp_path / "named").write_text("")
    assert stamp_of_files({}) == nothing == (None, None)
    assert stamp_of_files(named) != nothing
    (tmp_path / ".aws" / "credentials").write_text("1")
    before = stamp_of_files({})
    (tmp_path / ".aws" / "other").write_text("2")
    (tmp_path / ".aws" / "other").replace(tmp_path / ".aws" / "credentials")
    assert len({nothing, before, stamp_of_files({})}) == 3


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "https://localhost", "http://[::1]:8", "http://s3.localhost:1/a"]
)
def test_this_machine_is_known(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["https://firehose.eu-central-1.amazonaws.com", "http://10.0.0.1", "nonsense", ""])
def test_other_machines_are_known(url: str) -> None:
    assert not is_loopback(url)

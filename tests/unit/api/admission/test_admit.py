"""What the headers of a request decide."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from game_events_api.admission.admit import (
    Admission,
    Limits,
    authenticate,
    check_headers,
    correlation_id_of,
    sent_at_of,
)
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import Problem, RequestRefused

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
JSON = {b"content-type": b"application/json"}


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json", now=lambda: NOW)


def test_an_arrival_is_what_the_headers_say(key_file: KeyFile) -> None:
    key = key_file.create("ci")
    admission = Admission(Keyring(key_file), Limits(10, 10, 1), RateLimiter(9.0, 1.0), now=lambda: NOW)
    fields = {
        b"authorization": b"bearer " + key.encode(),
        b"content-encoding": b"GZIP",
        b"x-correlation-id": b"c-1",
        b"sent-at": b"2026-11-21T05:00:00Z",
    }

    arrival = admission.admit("install", JSON | fields)

    assert (arrival.name, arrival.correlation_id, arrival.key.name) == ("install", "c-1", "ci")
    assert (arrival.received_at, arrival.sent_at, arrival.gzipped) == (NOW, NOW, True)


@pytest.mark.parametrize("header", [None, b"", b"Bearer", b"Bearer ", b"Basic abc", b"Bearer ge_live_unknown_key"])
def test_without_a_key_that_is_known_a_request_is_unauthorized(key_file: KeyFile, header: bytes | None) -> None:
    with pytest.raises(RequestRefused) as refused:
        authenticate(Keyring(key_file), header, NOW, "ingest")
    assert refused.value.problem is Problem.UNAUTHORIZED
    assert dict(refused.value.headers) == {b"www-authenticate": b'Bearer realm="game-events"'}


def test_a_mistyped_key_is_told_from_one_that_is_revoked(key_file: KeyFile) -> None:
    key = key_file.create("ci")
    key_file.revoke(key.split("_")[2])
    keyring = Keyring(key_file)
    with pytest.raises(RequestRefused, match="revoked"):
        authenticate(keyring, b"Bearer " + key.encode(), NOW, "ingest")
    with pytest.raises(RequestRefused, match="cut off"):
        authenticate(keyring, b"Bearer " + key.encode()[:-1], NOW, "ingest")


def test_a_key_without_the_scope_is_forbidden(key_file: KeyFile) -> None:
    key = key_file.create("ci", scopes=("read",))
    with pytest.raises(RequestRefused, match="'ingest'") as refused:
        authenticate(Keyring(key_file), b"Bearer " + key.encode(), NOW, "ingest")
    assert refused.value.problem is Problem.FORBIDDEN


@pytest.mark.parametrize("text", [b"yesterday", b"2026-02-30T00:00:00Z", b"2026-11-21T05:00:00", b"2026-11-21"])
def test_a_time_of_sending_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(RequestRefused) as refused:
        sent_at_of(text)
    assert refused.value.problem is Problem.INVALID_HEADER


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json;",
        "application/json; charset=utf-8",
        "application/json; charset=utf-8;",
        "application/json ;; charset=utf-8 ; ;",
        'application/json;charset="UTF-8"',
    ],
)
def test_content_types_taken(content_type: str) -> None:
    check_headers({b"content-type": content_type.encode()}, 10)


@pytest.mark.parametrize("encoding", [b"gzip", b"GZIP", b"x-gzip", b"X-Gzip"])
def test_the_names_of_gzip(encoding: bytes) -> None:
    assert check_headers({b"content-type": b"application/json", b"content-encoding": encoding}, 10)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({}, Problem.UNSUPPORTED_MEDIA_TYPE),
        ({b"content-type": b"text/plain"}, Problem.UNSUPPORTED_MEDIA_TYPE),
        ({b"content-type": b"application/json; charset=utf-16"}, Problem.UNSUPPORTED_MEDIA_TYPE),
        ({b"content-type": b"application/json; charset=utf-8; x=y"}, Problem.UNSUPPORTED_MEDIA_TYPE),
        ({b"content-type": b"application/json", b"content-encoding": b"br"}, Problem.UNSUPPORTED_MEDIA_TYPE),
        ({b"content-type": b"application/json", b"content-length": b"11"}, Problem.CONTENT_TOO_LARGE),
    ],
)
def test_headers_refused_before_the_body_is_read(headers: dict[bytes, bytes], problem: Problem) -> None:
    with pytest.raises(RequestRefused) as refused:
        check_headers(headers, 10)
    assert refused.value.problem is problem


def test_a_request_keeps_the_name_that_its_sender_gave_it() -> None:
    assert correlation_id_of({b"x-correlation-id": b"a.B_9-"}) == "a.B_9-"


@pytest.mark.parametrize("header", [None, b"", b"two words", b"x" * 129, b'"', "é".encode()])
def test_a_request_without_a_name_that_can_be_written_anywhere_is_given_one(header: bytes | None) -> None:
    headers = {} if header is None else {b"x-correlation-id": header}
    first, second = correlation_id_of(headers), correlation_id_of(headers)
    assert len(first) == 32
    assert first != second

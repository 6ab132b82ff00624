"""Keys, rates and bodies."""

import asyncio
import gzip
import json
import stat
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission import body as bodies
from game_events_api.admission.budget import EXEMPT_BYTES, ByteBudget
from game_events_api.admission.keys import KeyFile, Keyring, has_checksum
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import RequestRefused
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json", now=lambda: NOW)


def test_a_key_is_found_and_its_secret_is_not_stored(key_file: KeyFile) -> None:
    key = key_file.create("ci", games=("a",), scopes=("ingest",))
    record = Keyring(key_file).find(key.encode(), NOW)
    assert record is not None
    assert (record.name, record.may_write("a"), record.may_write("b")) == ("ci", True, False)
    assert key.split("_")[3] not in key_file.path.read_text()
    assert stat.S_IMODE(key_file.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("position", [0, 5, 9, 20, -1])
def test_a_changed_key_is_unknown_and_recognised_as_mistyped(key_file: KeyFile, position: int) -> None:
    key = key_file.create("ci")
    index = position % len(key)
    changed = key[:index] + ("x" if key[index] != "x" else "y") + key[index + 1 :]
    assert Keyring(key_file).find(changed.encode(), NOW) is None
    assert has_checksum(key.encode())
    assert not has_checksum(changed.encode())


def test_revoked_and_expired_keys_are_refused_and_a_running_server_notices(key_file: KeyFile) -> None:
    revoked, expired = key_file.create("a"), key_file.create("b", expires_at=NOW)
    keyring = Keyring(key_file)
    assert keyring.find(revoked.encode(), NOW) is not None
    assert keyring.find(expired.encode(), NOW - timedelta(seconds=1)) is not None
    assert keyring.find(expired.encode(), NOW) is None
    key_file.revoke(revoked.split("_")[2])
    keyring.refresh()
    assert keyring.find(revoked.encode(), NOW) is None


def test_a_key_that_was_used_is_refused_once_it_expires_or_is_revoked(key_file: KeyFile) -> None:
    key = key_file.create("a", expires_at=NOW).encode()
    keyring = Keyring(key_file)
    assert keyring.find(key, NOW - timedelta(seconds=1)) is keyring.find(key, NOW - timedelta(seconds=1))
    assert keyring.find(key, NOW) is None
    key_file.revoke(key.decode().split("_")[2])
    keyring.refresh()
    assert keyring.find(key, NOW - timedelta(seconds=1)) is None


def test_a_key_file_that_vanishes_refuses_every_key(key_file: KeyFile) -> None:
    key = key_file.create("a")
    keyring = Keyring(key_file)
    key_file.path.unlink()
    keyring.refresh()
    assert keyring.find(key.encode(), NOW) is None


@pytest.mark.parametrize("arguments", [{"environment": "prod"}, {"scopes": ("root",)}, {"scopes": ()}, {"games": ()}])
def test_unusable_keys_are_not_made(key_file: KeyFile, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        key_file.create("a", **arguments)
    assert key_file.read() == []


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 2)), max_size=60))
def test_a_key_never_gets_more_than_its_burst_its_rate_and_one_request(requests: list[tuple[int, float]]) -> None:
    limiter = RateLimiter(100.0, 2.0)
    now, taken = 0.0, 0
    for events, pause in requests:
        now += pause
        if limiter.take("key", events, now)[0] == 0.0:
            taken += events
    assert taken <= 200 + 100 * now + 500 + 1e-6


def test_the_announced_wait_is_enough(tmp_path: Path) -> None:
    limiter = RateLimiter(100.0, 2.0)
    assert limiter.take("key", 500, 0.0)[0] == 0.0
    wait, _ = limiter.take("key", 1, 0.0)
    assert wait == pytest.approx(3.01)
    assert limiter.take("key", 1, wait + 1e-9)[0] == 0.0
    assert limiter.take("another", 1, 0.0)[0] == 0.0, "keys do not share a bucket"


def test_a_clock_that_stands_still_gives_nothing(tmp_path: Path) -> None:
    limiter = RateLimiter(100.0, 1.0)
    limiter.take("key", 100, 5.0)
    assert limiter.take("key", 1, 5.0)[0] > 0


def read(messages: Sequence[dict[str, Any]], max_bytes: int = 10) -> bytes:
    queue = list(messages)

    async def receive() -> dict[str, Any]:
        return queue.pop(0)

    return asyncio.run(bodies.read(receive, max_bytes, lambda size: None))


def part(data: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": data, "more_body": more}


def test_bodies_in_one_piece_and_in_many() -> None:
    assert read([part(b"0123456789")]) == b"0123456789"
    assert read([part(b"01", True), part(b"", True), part(b"23")]) == b"0123"


@pytest.mark.parametrize("messages", [[part(b"x" * 11)], [part(b"x" * 6, True), part(b"x" * 5, True)]])
def test_a_body_over_the_limit_is_refused_as_soon_as_it_is_seen(messages: list[dict[str, Any]]) -> None:
    with pytest.raises(RequestRefused) as refused:
        read(messages)
    assert refused.value.status == 413


def test_a_sender_that_hangs_up_is_not_answered() -> None:
    with pytest.raises(bodies.Disconnected):
        read([part(b"x", True), {"type": "http.disconnect"}])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100_000) | st.none()), max_size=60))
def test_bodies_together_never_hold_more_than_the_budget_and_give_all_of_it_back(
    steps: list[tuple[int, int | None]],
) -> None:
    budget = ByteBudget(200_000)
    held = dict.fromkeys(range(6), 0)
    for owner, size in steps:
        if size is None:
            budget.release(owner)
            held[owner] = 0
        elif sum(held.values()) - held[owner] + size <= 200_000:
            budget.hold(owner, size)
            held[owner] = size if size > EXEMPT_BYTES else held[owner]
        elif size > EXEMPT_BYTES:
            with pytest.raises(RequestRefused, match="too many bytes") as refused:
                budget.hold(owner, size)
            assert refused.value.status == 503
        assert budget.used == sum(held.values()) <= 200_000
    for owner in held:
        budget.release(owner)
    assert budget.used == 0


PACKED = gzip.compress(b'{"a":1}')


def test_gzip_up_to_the_limit() -> None:
    assert bodies.decompress(PACKED, 7) == b'{"a":1}'


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (PACKED[:-1], 400),
        (PACKED[:-8] + bytes(8), 400),
        (PACKED + b"x", 400),
        (PACKED + PACKED, 400),
        (b"", 400),
        (b'{"a":1}', 400),
        (zlib.compress(b"{}"), 400),
        (gzip.compress(bytes(100 << 20)), 413),
    ],
    ids=["truncated", "wrong checksum", "trailing bytes", "two members", "empty", "plain", "zlib", "bomb"],
)
def test_gzip_that_is_refused(data: bytes, status: int) -> None:
    with pytest.raises(RequestRefused) as refused:
        bodies.decompress(data, 1 << 20)
    assert refused.value.status == status


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
def test_content_types_taken(content_type: str) -> None:
    bodies.check_headers({b"content-type": content_type.encode()}, 10)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({b"content-type": b"text/plain"}, 415),
        ({b"content-type": b"application/json; charset=utf-16"}, 415),
        ({b"content-type": b"application/json", b"content-encoding": b"br"}, 415),
        ({b"content-type": b"application/json", b"content-length": b"11"}, 413),
    ],
)
def test_headers_refused_before_the_body_is_read(headers: dict[bytes, bytes], status: int) -> None:
    with pytest.raises(RequestRefused) as refused:
        bodies.check_headers(headers, 10)
    assert refused.value.status == status
    assert json.dumps(refused.value.detail)

"""Who tries keys is told to wait, and nobody else is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from game_events_api.admission.admit import Admission, Limits
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.errors import RequestRefused

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
THERE, ELSEWHERE = b"one", b"another"


class Door:
    def __init__(self, folder: Path) -> None:
        self.keys = KeyFile(folder / "keys.json")
        self.key = self.keys.create("honest", scopes=("ingest",))
        self.reader = self.keys.create("reader", scopes=("read",))
        self.revoked = self.keys.create("revoked")
        self.keys.revoke(self.revoked.split("_")[2])
        self.expired = self.keys.create("expired", expires_at=NOW)
        self.time = 0.0
        self.wrong_keys = WrongKeys(3.0, lambda: self.time)
        self.admission = Admission(
            Keyring(self.keys),
            Limits(10, 10, 1),
            RateLimiter(1e6, 1.0),
            now=lambda: NOW,
            wrong_keys=self.wrong_keys,
        )

    def answer(self, authorization: str, sender: bytes | None = THERE) -> int:
        headers = {b"authorization": authorization.encode(), b"content-type": b"application/json"}
        try:
            self.admission.admit("install", headers, sender)
        except RequestRefused as refused:
            return refused.problem.status
        return 200


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_after_a_burst_of_wrong_keys_an_address_is_told_to_wait_and_honest_keys_behind_it_are_not(door: Door) -> None:
    mistyped = door.key[:-1]
    wrong = ["ge_live_unknown_key", mistyped, door.revoked, door.expired, "x"]
    assert [door.answer(f"Bearer {key}") for key in wrong] == [401, 401, 401, 429, 429]
    assert door.wrong_keys.answered == {401: 3, 429: 2}
    assert door.answer(f"Bearer {door.key}") == 200
    assert door.answer(f"Bearer {door.reader}") == 403, "a key that may not do this is no wrong one"
    assert door.answer("Bearer x", ELSEWHERE) == 401
    assert door.answer("Bearer x", None) == 401, "a trusted proxy that asks for itself has no share"
    door.time = 20.0
    assert [door.answer("Bearer x"), door.answer("Bearer x")] == [401, 429], "so many a minute"


def test_who_sends_no_key_tries_none(door: Door) -> None:
    assert {door.answer(header) for header in ("", "Basic x", "Bearer ") * 5} == {401}
    assert door.wrong_keys.answered == {401: 0, 429: 0}


def test_the_refusal_says_why_and_for_how_long(door: Door) -> None:
    for _ in range(3):
        door.answer("Bearer x")
    with pytest.raises(RequestRefused, match="too many requests with a wrong key; wait") as refused:
        door.admission.admit("install", {b"authorization": b"Bearer x"}, THERE)
    headers = dict(refused.value.headers)
    assert (headers[b"ratelimit-policy"], headers[b"retry-after"]) == (b'"wrong-key";q=3;w=60', b"20")

"""A replay of the console goes on by itself, page after page, and says at any moment how far it is."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from contract.stack import running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_console import replays
from game_events_console.inside import ApiProblem
from game_events_console.replays import Replay, Replays, Wanted
from game_events_console.sessions import Session
from unit.api.delivery.spool_maker import SpoolMaker
from unit.api.recovery.kept_events import bury
from unit.console.test_pages import browser, sign_in
from unit.console.test_refused import refused, unknown
from unit.stored_lines import event_id

pytestmark = pytest.mark.usefixtures("unhurried_replays")

SESSION = Session("Bearer x", "key x", ("read", "operate"), 0.0)
BUSY = ApiProblem(503, {"detail": "other operators are asking"})


def report(following: str | None, **counts: int) -> dict[str, Any]:
    said = {"events": 0, "passed": 0, "repeated": 0, "refused": []} | counts
    return said | {"next": following}


class Calls:
    """An API that answers a list, one call after the other; what was asked is kept."""

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter(answers)
        self.asked: list[Mapping[str, Any]] = []

    async def get(self, path: str, **query: Any) -> Any:
        return {"counts": [{"events": 5}, {"events": 2}]}

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        self.asked.append(body)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def at_once(seconds: float) -> None:
    """A pause that takes no time."""


def ran(api: Any, wanted: Wanted | None = None) -> Replay:
    replay = Replay(
        wanted or Wanted("rejected", ("rule=enum",), dry_run=True), SESSION.name, "/console/rejected?by=rule"
    )
    asyncio.run(replay.run(api, at_once))
    return replay


def test_every_page_is_asked_for_as_what_was_wanted_and_added_up() -> None:
    refusals = [{"rule": "enum", "message": "no", "events": 2}]
    api = Calls(report("n1", events=5, passed=3, repeated=1) | {"refused": refusals}, report(None, events=2, passed=2))
    replay = ran(api, Wanted("rejected", ("rule=enum",), dry_run=False, event_type="install", version="2-0-0"))
    body = {"dry_run": False, "limit": 1000, "where": ["rule=enum"], "as_version": "install/2-0-0"}
    assert api.asked == [body, body | {"after": "n1"}]
    assert (replay.state, replay.total, replay.looked, replay.sent) == ("done", 7, 7, 4)
    assert replay.most_refused == [(("enum", "no"), 2)]
    assert replay.ended is not None
    assert replay.place == f"/console/rejected?by=rule&replay={replay.name}#replay"
    assert replay.begins_at == "/console/rejected/replay?by=rule"


def test_it_waits_while_others_ask_and_tells_why_it_could_not_go_on() -> None:
    assert ran(Calls(BUSY, BUSY, report(None, events=1, passed=1))).state == "done"
    busy = ran(Calls(*[BUSY] * 50))
    assert (busy.state, busy.said) == ("failed", "other operators are asking")
    revoked = ran(Calls(report("n1", events=5, passed=5), ApiProblem(401, {"detail": "the key is revoked"})))
    assert (revoked.state, revoked.said, revoked.looked) == ("failed", "the key is revoked", 5)


def test_a_fault_of_ours_ends_it_too(caplog: pytest.LogCaptureFixture) -> None:
    replay = ran(Calls(KeyError("events")))
    assert (replay.state, "fault" in replay.said) == ("failed", True)
    assert "a replay ended" in caplog.text


def test_it_is_bounded_and_says_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MOST_EVENTS", 5)
    replay = ran(Calls(report("n1", events=5, passed=5)))
    assert replay.state == "stopped"
    assert replay.said == "after 5 the rest is for `game-events rejected replay`"


def test_one_runs_at_a_time_is_told_to_stop_and_is_shown_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "AT_ONCE_SECONDS", 0.0)
    wanted = Wanted("rejected", (), dry_run=True)

    async def look() -> None:
        go_on = asyncio.Event()

        async def post(path: str, body: Any) -> Any:
            await go_on.wait()
            return report("n1", events=1, passed=1)

        api: Any = SimpleNamespace(get=Calls().get, post=post)
        known = Replays()
        replay = await known.begin(wanted, SESSION, api, "/console/rejected")
        assert (known.running_of(SESSION), known.find(replay.name, SESSION)) == (replay, replay)
        assert known.running_of(Session("Bearer x", "key x", ("operate",), 0.0)) is replay, "signed in anew"
        another = Session("Bearer y", "key y", ("operate",), 0.0)
        assert (known.running_of(another), known.find(replay.name, another)) == (None, None)
        with pytest.raises(ApiProblem, match="another replay runs"):
            await known.begin(wanted, SESSION, api, "/console/rejected")
        replay.is_to_stop = True
        go_on.set()
        while replay.ended is None:
            await asyncio.sleep(0)
        assert (replay.state, replay.said, known.running_of(SESSION)) == ("stopped", "it was stopped", None)
        await known.begin(wanted, SESSION, Calls(report(None)), "/console/rejected")  # type: ignore[arg-type]

    asyncio.run(look())


def form_of(page: str, begins: str) -> dict[str, str]:
    """The fields of the form whose action begins so, less what a button adds."""
    text = re.findall(rf'action="{begins}.*?</form>', page, re.DOTALL)[-1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))


def test_a_dry_run_is_followed_by_the_replay_of_what_was_tried_and_both_outlive_a_reload(tmp_path: Path) -> None:
    sender = KeyFile(tmp_path / "keys.json").create("sender").split("_")[2].encode()
    lines = [refused(number, "additionalProperties", unknown("level"), app_version="2.0") for number in (1, 2)]
    lines = [line.replace(b'"k1"', b'"%b"' % sender) for line in lines]
    SpoolMaker(tmp_path).append(lines, stream="rejected")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = (await client.get("/console/rejected?by=build")).text
                form = form_of(page, "/console/rejected/replay") | {"as": "1-0-0"}
                begun = await client.post("/console/rejected/replay?by=build&replay=old", data=form | {"do": "try"})
                place = begun.headers["location"]
                assert re.fullmatch(r"/console/rejected\?by=build&replay=[\w-]+#replay", place)
                for _ in range(2):
                    tried = (await client.get(place)).text
                    assert '<b class="t-ok">2 of 2</b> would pass as install 1-0-0' in tried
                    assert "Replay 2 events as install 1-0-0?" in tried
                sure = form_of(tried, "/console/rejected/replay")
                assert (sure["as"], sure["build"], sure["pointer"]) == ("1-0-0", "2.0", "/level")
                again = [
                    (await client.post("/console/rejected/replay", data=sure | {"do": "replay"})).headers["location"]
                    for _ in range(2)
                ]
                first, second = [(await client.get(place)).text for place in again]
                assert "2 of 2</b> were sent again as install 1-0-0</p>" in first
                assert "0 of 2</b> were sent again as install 1-0-0; 2 had been sent again before" in second
                assert "not known here any more" in (await client.get("/console/rejected?replay=gone")).text
                assert (await client.get("/console/replays/gone")).status_code == 404
                assert len(list(stack.stored())) == 2

    asyncio.run(look())


def test_dead_letters_are_told_by_what_the_sink_said_and_sent_again_by_it(tmp_path: Path) -> None:
    bury(tmp_path, range(1, 4), "Invalid: no")
    bury(tmp_path, range(4, 6), "InvalidArgument: never", "worker-1")
    bury(tmp_path, range(6, 7), "gone", "worker-2")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = (await client.get("/console/dead-letters")).text
                assert re.findall(r'<b>(\d)</b></td><td class="fit"><a [^>]*>(\w+)</a>', page) == [
                    ("3", "Invalid"),
                    ("2", "InvalidArgument"),
                    ("1", "gone"),
                ]
                assert "3, the first given up at 11-20 12:00:00 UTC" in page
                assert "Invalid: no" in page
                assert f'"{event_id(1)}"'.replace('"', "&#34;") in page
                form = form_of(page, "/console/dead-letters/replay")
                assert form["reason"] == "Invalid:*", "and not what begins so"
                there = "/console/dead-letters/replay?group=Invalid|install|puzzle-quest"
                tried = (await client.post(there, data=form | {"do": "try"}, follow_redirects=True)).text
                assert "3 of 3</b> would pass" in tried
                sure = form_of(tried, "/console/dead-letters/replay")
                sent = (await client.post(there, data=sure | {"do": "replay"}, follow_redirects=True)).text
                assert "3 of 3</b> were sent again" in sent
                assert "never" in sent, "the next reason is open"
                gone = (await client.get("/console/dead-letters?group=gone|install|puzzle-quest")).text
                assert form_of(gone, "/console/dead-letters/replay")["reason"] == "gone*"

    asyncio.run(look())


def test_while_it_runs_the_page_says_how_far_it_is_and_can_stop_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(tmp_path, range(1, 4), "InvalidArgument: no")
    monkeypatch.setattr(replays, "AT_ONCE_SECONDS", 0.0)
    monkeypatch.setattr(replays, "PAGE", 1)

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            goes_on, ask = asyncio.Event(), Replay._next

            async def held(self: Replay, api: Any, body: Any, pause: Any) -> Any:
                if "after" in body:
                    await goes_on.wait()
                return await ask(self, api, body, pause)

            monkeypatch.setattr(Replay, "_next", held)
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                form = form_of((await client.get("/console/dead-letters")).text, "/console/dead-letters/replay")
                begun = await client.post("/console/dead-letters/replay", data=form | {"do": "try"})
                place = begun.headers["location"]
                (name,) = re.findall("replay=([^#]+)#", place)
                while "<span>1 of 3</span>" not in (now := (await client.get(f"/console/replays/{name}")).text):
                    await asyncio.sleep(0)
                assert f'data-follow="/console/replays/{name}"' in now
                assert now.strip() in (await client.get(place)).text, "a reload shows the same"
                elsewhere = (await client.get("/console/rejected")).text
                assert "A replay of yours is running" in elsewhere
                refused = await client.post(f"/console/replays/{name}/stop", data=form | {"token": "x"})
                assert refused.status_code == 403
                stopped = await client.post(f"/console/replays/{name}/stop", data=form)
                assert stopped.headers["location"] == place
                goes_on.set()
                while "data-follow" in (now := (await client.get(f"/console/replays/{name}")).text):
                    await asyncio.sleep(0)
                assert "It went no further than 2 of 3: it was stopped." in now

    asyncio.run(look())

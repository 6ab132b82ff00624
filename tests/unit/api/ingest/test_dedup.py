"""The window of the latest events, and the events that are being stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from game_events_api.ingest.dedup import DedupWindow, LookedUp, further_name
from game_events_api.spool import Entry, Storing


@dataclass(frozen=True)
class Event:
    named: str
    fingerprint: bytes = b"1"


A, B, OTHER_A = Event("game/a"), Event("game/b"), Event("game/a", b"2")


def storing() -> Storing:
    return Storing(Entry([]), 0, lambda error: None)


def look_up(window: DedupWindow, events: Sequence[Event]) -> list[str]:
    return words(window.look_up(events))


def words(seen: LookedUp) -> list[str]:
    reused = seen.reused or [False] * len(seen.new)
    return [
        "reused" if is_reused else "new" if is_new else "known"
        for is_new, is_reused in zip(seen.new, reused, strict=True)
    ]


def remember(window: DedupWindow, events: Sequence[Event]) -> Mapping[str, bytes]:
    fresh = window.look_up(events).fresh
    window.begin(fresh, storing())
    window.end(fresh, stored=True)
    return fresh


def test_the_window_forgets_the_oldest_and_stays_small() -> None:
    window = DedupWindow(100)
    events = [Event(f"game/{number}") for number in range(1_000)]
    for event in events:
        remember(window, [event])
    assert all(event in window for event in events[950:])
    assert events[0] not in window
    assert sum(event in window for event in events) <= 100


def test_a_window_of_none_never_calls_anything_a_duplicate() -> None:
    window = DedupWindow(0)
    remember(window, [A])
    assert look_up(window, [A]) == ["new"]


def test_of_equal_events_the_first_is_new() -> None:
    assert look_up(DedupWindow(10), [A, B, A, B]) == ["new", "new", "known", "known"]


def test_an_id_of_another_game_is_no_duplicate_and_is_not_reused() -> None:
    window = DedupWindow(10)
    remember(window, [Event("other-game/a")])
    assert look_up(window, [A]) == ["new"]


def test_the_same_id_with_other_content_is_new_once_and_said_to_be_reused() -> None:
    """In one request or in several, whichever content comes again."""
    assert look_up(DedupWindow(10), [A, OTHER_A, A, OTHER_A]) == ["new", "reused", "known", "known"]
    window = DedupWindow(10)
    remember(window, [A])
    assert look_up(window, [OTHER_A]) == ["reused"]
    remember(window, [OTHER_A])
    assert look_up(window, [A, OTHER_A, Event("game/a", b"3")]) == ["known", "known", "reused"]


def test_other_content_is_known_still_when_the_first_was_stored_long_before() -> None:
    window = DedupWindow(4)
    remember(window, [A, B])  # a generation of its own
    remember(window, [OTHER_A])
    assert look_up(window, [A, OTHER_A]) == ["known", "known"]


def test_what_others_have_stored_is_not_new() -> None:
    seen = DedupWindow(10).look_up([A, B], stored={further_name(B.named, B.fingerprint)})
    assert words(seen) == ["new", "known"]
    assert seen.fresh == {"game/a": b"1"}


def test_a_name_that_others_have_with_other_content_is_reused() -> None:
    seen = DedupWindow(10).look_up([A, B], reused={further_name(A.named, A.fingerprint)})
    assert words(seen) == ["reused", "new"]
    assert seen.fresh == {"game/a/31": b"1", "game/b": b"1"}


def test_what_another_request_is_storing_is_not_new_and_that_request_is_named() -> None:
    window = DedupWindow(10)
    window.begin(window.look_up([A]).fresh, first := storing())
    window.begin(window.look_up([OTHER_A]).fresh, second := storing())

    seen = window.look_up([B, A, OTHER_A])

    assert words(seen) == ["new", "known", "known"]
    assert seen.others == [first, second]


def test_an_event_that_was_not_stored_after_all_is_new_again() -> None:
    window = DedupWindow(10)
    window.begin(fresh := window.look_up([A]).fresh, storing())
    window.end(fresh, stored=False)
    assert window.look_up([A]) == LookedUp([True], {"game/a": b"1"})


def test_a_window_that_was_emptied_calls_a_repeated_event_new() -> None:
    window = DedupWindow(10)
    remember(window, [A])
    window.forget()
    assert look_up(window, [A]) == ["new"]

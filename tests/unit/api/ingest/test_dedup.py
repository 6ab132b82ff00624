"""The window of the latest ids, and the ids that are being stored."""

from collections.abc import Sequence

from game_events_api.ingest.dedup import DedupWindow
from game_events_api.spool import Entry, Storing


def storing() -> Storing:
    return Storing(Entry([]), 0, lambda error: None)


def remember(window: DedupWindow, event_ids: Sequence[str]) -> None:
    window.begin(event_ids, storing())
    window.end(event_ids, stored=True)


def test_the_window_forgets_the_oldest_and_stays_small() -> None:
    window = DedupWindow(100)
    for number in range(1_000):
        remember(window, [str(number)])
    assert "999" in window
    assert all(str(number) in window for number in range(950, 1_000))
    assert "0" not in window
    assert sum(str(number) in window for number in range(1_000)) <= 100


def test_a_window_of_none_never_calls_anything_a_duplicate() -> None:
    window = DedupWindow(0)
    remember(window, ["a"])
    assert window.look_up(["a"]) == ([True], ())


def test_of_equal_ids_the_first_is_new() -> None:
    assert DedupWindow(10).look_up(["a", "b", "a", "b"]) == ([True, True, False, False], [])


def test_what_others_have_stored_is_not_new() -> None:
    assert DedupWindow(10).look_up(["a", "b"], stored_elsewhere={"b"}) == ([True, False], [])


def test_what_another_request_is_storing_is_not_new_and_that_request_is_named() -> None:
    window = DedupWindow(10)
    window.begin(["a"], other := storing())

    new, others = window.look_up(["b", "a"])

    assert new == [True, False]
    assert others == [other]


def test_an_id_that_was_not_stored_after_all_is_new_again() -> None:
    window = DedupWindow(10)
    window.begin(["a"], storing())
    window.end(["a"], stored=False)
    assert window.look_up(["a"]) == ([True], ())


def test_a_window_that_was_emptied_calls_a_repeated_event_new() -> None:
    window = DedupWindow(10)
    remember(window, ["a"])
    window.forget()
    assert window.look_up(["a"]) == ([True], ())

"""Who gets a seat when there is none left, and who gives one up."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from game_events_api.edge.seats import Seats


@dataclass(eq=False)
class Guest:
    seat_of: Hashable
    waits: float = 0.0
    let_in: bool = False
    closed: bool = False

    def check_deadline(self, now: float) -> None:
        pass

    def waits_for_sender(self, now: float) -> tuple[bool, float]:
        return not self.let_in, self.waits

    def make_room(self) -> None:
        self.closed = True


def play(scenario: Callable[[], None]) -> None:
    async def main() -> None:
        scenario()

    asyncio.run(main())


def seated(seats: Seats, count: int, seat_of: Hashable, waits: float = 0.0) -> list[Guest]:
    guests = [Guest(seat_of, waits) for _ in range(count)]
    return [guest for guest in guests if seats.take(guest)]


def test_one_address_leaves_as_many_seats_as_it_has() -> None:
    seats = Seats(10)
    assert len(seated(seats, 10, "greedy")) == 5
    assert len(seated(seats, 10, "second")) == 2
    assert seats.take(Guest("third"))


def test_a_trusted_proxy_may_have_all_seats() -> None:
    seats = Seats(10)
    assert sum(seats.take(Guest(object())) for _ in range(11)) == 10


def test_who_keeps_the_server_waiting_gives_up_a_seat_to_another_of_the_same_address() -> None:
    def scenario() -> None:
        seats = Seats(10)
        waiting = seated(seats, 5, "crowd", waits=3.0)
        waiting[2].waits = 9.0
        assert not seats.take(Guest("crowd")), "nobody was asked yet"
        seats.note_waiting(0.0)
        assert [seats.take(Guest("crowd")) for _ in range(6)] == [True] * 5 + [False]
        assert all(guest.closed for guest in waiting)

    play(scenario)


def test_who_was_never_let_in_goes_first_then_who_waited_longest() -> None:
    def scenario() -> None:
        seats = Seats(10)
        guests = seated(seats, 5, "crowd", waits=2.0)
        for guest, waits in zip(guests[:3], (50.0, 70.0, 60.0), strict=True):
            guest.let_in, guest.waits = True, waits
        seats.note_waiting(0.0)
        order = []
        for _ in range(5):
            assert seats.take(Guest("crowd"))
            order += [number for number, guest in enumerate(guests) if guest.closed and number not in order]
        assert sorted(order[:2]) == [3, 4]
        assert order[2:] == [1, 2, 0]

    play(scenario)


def test_a_request_that_is_being_answered_and_a_fresh_connection_keep_their_seats() -> None:
    def scenario() -> None:
        seats = Seats(10)
        seated(seats, 3, "crowd", waits=0.0)
        seated(seats, 2, "crowd", waits=0.9)
        seats.note_waiting(0.0)
        assert not seats.take(Guest("crowd"))

    play(scenario)


def test_who_has_sent_something_meanwhile_keeps_the_seat() -> None:
    def scenario() -> None:
        seats = Seats(10)
        guests = seated(seats, 5, "crowd", waits=5.0)
        seats.note_waiting(0.0)
        for guest in guests[1:]:
            guest.waits = 0.0
        assert seats.take(Guest("crowd"))
        assert not seats.take(Guest("crowd"))
        assert [guest.closed for guest in guests] == [True, False, False, False, False]

    play(scenario)


def test_when_all_seats_are_taken_the_largest_crowd_makes_room() -> None:
    def scenario() -> None:
        seats = Seats(10)
        few = [Guest(object(), waits=9.0) for _ in range(4)]
        crowd = seated(seats, 5, "crowd", waits=2.0)
        assert all(seats.take(guest) for guest in (*few, Guest("busy")))
        seats.note_waiting(0.0)
        assert seats.take(Guest("newcomer"))
        assert [guest.closed for guest in few] == [False] * 4
        assert sum(guest.closed for guest in crowd) == 1

    play(scenario)


def test_a_seat_that_was_left_is_free_once() -> None:
    seats = Seats(3)
    guests = seated(seats, 1, "a")
    seats.leave(guests[0])
    seats.leave(guests[0])
    assert len(seated(seats, 9, "a")) == 1

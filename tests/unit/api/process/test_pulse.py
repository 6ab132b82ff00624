"""What the supervisor hears of a process: a beat is life, silence is none, and a stack says where it stands still."""

import faulthandler
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from game_events_api.heartbeat import BEAT_SECONDS, Heartbeat, pipe_of
from game_events_api.process.pulse import START_SECONDS, Pulse, where

HANG = 10.0


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    pulse = Pulse(HANG)
    yield pulse
    pulse.started()
    pulse.close()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def frame(file: str, line: int, function: str) -> bytes:
    return f'  File "{file}", line {line} in {function}\n'.encode()


def look(pulse: Pulse, clock: Clock, seconds: float) -> list[str]:
    """What is said in so many seconds, looking often."""
    said = []
    for _ in range(round(seconds * 4)):
        clock.now += 0.25
        said.append(pulse.look(clock.now))
    return [place for place in said if place]


def test_a_process_that_beats_lives_and_one_that_is_silent_hangs(pulse: Pulse) -> None:
    clock = Clock()
    heartbeat = Heartbeat(pulse.writer, blocked_seconds=0, monotonic=clock)
    for _ in range(100):
        heartbeat.beat()
        look(pulse, clock, BEAT_SECONDS)
        assert not pulse.hangs
    look(pulse, clock, HANG - 0.5)
    assert not pulse.hangs
    look(pulse, clock, 1.0)
    assert pulse.hangs


def test_before_its_first_beat_a_process_may_take_longer(pulse: Pulse) -> None:
    clock = Clock()
    look(pulse, clock, START_SECONDS - 1)
    assert not pulse.hangs
    look(pulse, clock, 2.0)
    assert pulse.hangs


def test_while_the_supervisor_stood_still_nobody_was_silent(pulse: Pulse) -> None:
    clock = Clock()
    os.write(pulse.writer, b"\0")
    look(pulse, clock, 1.0)
    for _ in range(5):
        clock.now += 3600.0  # Ctrl-Z, and an hour later fg
        pulse.look(clock.now)
    assert not pulse.hangs


def test_nothing_hangs_where_that_is_switched_off() -> None:
    pulse, clock = Pulse(0.0), Clock()
    look(pulse, clock, START_SECONDS + 100)
    assert not pulse.hangs
    pulse.started()
    pulse.close()


def test_a_stack_that_comes_in_pieces_between_beats_is_said_once(pulse: Pulse) -> None:
    clock = Clock()
    stack = b"Thread 0x2 (most recent call first):\n" + frame("/a/b/c.py", 3, "inner") + frame("/a/b/c.py", 9, "outer")
    os.write(pulse.writer, b"\0" + stack[:50])
    assert pulse.look(clock.now) == ""
    os.write(pulse.writer, stack[50:])
    assert look(pulse, clock, 2.0) == ["inner (b/c.py:3) < outer (b/c.py:9)"]


def test_a_pipe_that_nobody_empties_stops_no_process(pulse: Pulse) -> None:
    clock = Clock()
    heartbeat = Heartbeat(pulse.writer, blocked_seconds=0, monotonic=clock)
    for _ in range(100_000):
        clock.now += 1
        heartbeat.beat()


def test_what_stands_still_is_told_of_the_main_thread(tmp_path: Path) -> None:
    """As this Python's faulthandler writes it, with another thread beside the one that is asked."""
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    with (tmp_path / "stack").open("w+") as file:
        faulthandler.dump_traceback(file=file, all_threads=True)
        file.seek(0)
        place = where(file.read())
    over.set()
    other.join()
    assert place.startswith("test_what_stands_still_is_told_of_the_main_thread (process/test_pulse.py:")
    assert "wait" not in place.partition(" < ")[0]


def test_a_file_is_named_from_its_package_on() -> None:
    stack = frame("/usr/site-packages/msgspec/a.py", 1, "f") + frame("/src/api/game_events_api/edge/b.py", 2, "g")
    assert where(stack.decode()) == "f (msgspec/a.py:1) < g (game_events_api/edge/b.py:2)"


def test_without_a_supervisor_nobody_is_told() -> None:
    assert pipe_of([]) is None
    heartbeat = Heartbeat(pipe_of([]), blocked_seconds=5)
    heartbeat.beat()
    heartbeat.close()

"""The background of the client that waits: a thread of its own, or whoever flushes."""

import threading
from collections.abc import Callable

from game_events.answers import Answer
from game_events.background import Background
from game_events.calls import Calls
from game_events.sending import Post, Wait
from game_events.told import Waits

Posts = Callable[[Post, str], Answer]


class ThreadedBackground(Background):
    """The thread begins with the first event and ends when the client is closed."""

    def __init__(self, calls: Calls, waits: Waits, owner: str, post: Posts, forget: Callable[[], None]) -> None:
        """`post` sends, and `forget` leaves connections that cannot be trusted any more."""
        self._post = post
        self._forget = forget
        super().__init__(calls, waits, owner)
        if self._outbox is not None:
            with self.lock:  # others may have left something on disk
                self._wake()

    def flush(self, seconds: float) -> int:
        """Send what waits, in at most so many seconds; how many are left, once listeners have heard of the others.

        From a listener of this thread it is no use, and ends at once.
        """
        until = self._calls.clock.monotonic() + seconds
        self.prepare_exit()
        while True:
            with self.lock:
                left, is_worth_it = self._still_to_send(until)
                now, is_sender = self._calls.clock.monotonic(), threading.current_thread() is self._thread
                if is_sender or not (is_worth_it or (self._is_busy and now < until)):
                    return left
                if self._thread is not None and self._thread.is_alive():
                    self._calls.clock.wait(self._turn, until - now)
                    continue
            with self._driver:  # of several that flush, one sends
                with self.lock:
                    _, is_left = self._still_to_send(until)
                if is_left:
                    self._go_on(until)

    def close(self, seconds: float) -> int:
        """As `flush`; nothing is sent afterwards."""
        self.flush(seconds)
        return self._close()

    def at_exit(self, seconds: float) -> None:
        self.close(seconds)

    def _begin(self) -> None:
        super()._begin()
        self._turn = threading.Condition(self.lock)
        """Something waits, was answered or was closed."""
        self._thread: threading.Thread | None = None
        self._driver = threading.Lock()
        self._is_busy = False
        """Whether something is under way, or was answered and its end is being told."""

    def _wake(self) -> None:
        self._turn.notify_all()
        if self._thread is None and self._waits.background and not self._is_closed:
            thread = threading.Thread(target=self._run, name="game-events", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the interpreter is about to end: whoever flushes sends
                return
            self._thread = thread

    def _run(self) -> None:
        turn = self._turn
        while self._turn is turn and not self._is_closed:
            self._go_on(None)

    def _go_on(self, until: float | None) -> None:
        """The next thing to do, waiting for it where there is none; not beyond `until`."""
        clock = self._calls.clock
        with self.lock:
            if self._is_closed:
                return
            step, expired = self._step()
            left = None if until is None else max(0.001, until - clock.monotonic())
            if not isinstance(step, Post) and not expired:
                seconds = step.seconds if isinstance(step, Wait) else None
                clock.wait(self._turn, min(seconds, left) if seconds is not None and left is not None else seconds)
                return
            self._is_busy = True
        self._tell_dropped(expired)
        if isinstance(step, Post):
            self._attempt(step if left is None else step._replace(seconds=min(step.seconds, left)))
        with self.lock:
            self._is_busy = False
            self._turn.notify_all()

    def _attempt(self, step: Post) -> None:
        try:
            answer = self._post(step, self._calls.sent_at())
        except Exception as error:  # what a studio's own HTTP client raises, too: the thread must not end by it
            self._unanswered(error)
        else:
            if not self._answered(answer):
                self._forget()

"""The client that waits: events in, receipts out."""

import random
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from game_events import deadline, forks, readiness
from game_events._generated import EventMethods
from game_events.answers import Answer
from game_events.blanks import Blanks
from game_events.calls import Calls
from game_events.clock import Clock
from game_events.errors import Event, GameEventsError
from game_events.outbox import Stats
from game_events.receipts import BatchReceipt, EventReceipt
from game_events.retry import Uniform
from game_events.sending import Post, Sending, Wait
from game_events.server import MAX_ANSWER_BYTES, Server, own_request, proxy_trouble
from game_events.threaded import ThreadedBackground
from game_events.told import API_KEY, URL, Settings, context_of, told, waits_of

Http = httpx.Client | Callable[[], httpx.Client]


class Sender:
    """What sends events of any type, for a client that has methods for those of one package."""

    _blanks: Blanks
    """Of the events that the client has methods for."""

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 15.0,
        max_attempts: int | None = None,
        http: Http | None = None,
        clock: Clock | None = None,
        uniform: Uniform = random.uniform,
        **settings: Unpack[Settings],
    ) -> None:
        self.context: Mapping[str, Any] = context_of(settings)
        server = Server(told(base_url, URL), told(api_key, API_KEY))
        waits = waits_of(settings)
        self._calls = Calls(server, timeout, max_attempts, clock or Clock(), uniform)
        self._calls.enabled = waits.enabled
        if (schemas := settings.get("schemas")) is not None:
            self._blanks = self._blanks.pinned(schemas, self._calls.clock.wall())
            self._calls.pins = schemas
        self._connection = _Connection(server, http)
        owner = f"{server} {self.context.get('game_id', '')}"
        post, forget = self._connection.post, self._connection.forget
        self._background = ThreadedBackground(self._calls, waits, owner, post, forget)
        readiness.load(self._blanks)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._calls.server)!r})"  # never the key

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self, timeout: float = 2.0) -> int:
        """Send what is enqueued, in at most `timeout` seconds, and close; the client sends nothing afterwards.

        Returns how many events are left: on disk, where the client has a spool, else lost, which the log says.
        """
        left = self._background.close(timeout)
        self._calls.closed = True
        self._connection.close()
        return left

    def enqueue(self, event: Event) -> str:
        """Take one event of any type and version, to be sent in the background; returns its event_id at once.

        Never waits or raises for the network; InvalidEventError when it is no event or has no event_id. `stats` and
        `on_result` tell what became of it.
        """
        return self._background.put(event)

    def flush(self, timeout: float = 10.0) -> int:
        """Send what is enqueued now, in at most `timeout` seconds; returns how many events are left."""
        return self._background.flush(timeout)

    def stats(self) -> Stats:
        """What became of the events that were enqueued; of this process, after a fork."""
        return self._background.stats()

    def send_event(self, event: Event) -> EventReceipt:
        """Send one event of any type and version; a plain mapping goes as it is, for the server to judge.

        Returns the receipt once the event is on the server's disk, `duplicate` when it was before.
        Raises an error of `game_events.errors`, which carries the event: RefusedError says the server's reasons.
        """
        sending = self._calls.of_one(event)
        self._send(sending)
        assert sending.receipt is not None
        return sending.receipt

    def send_events_batch(self, events: Iterable[Event]) -> BatchReceipt:
        """Send any number of events of any types, in as few requests as the server takes.

        Returns one result per event, in the order given: an event the server refuses does not hold
        the others up, so look at `rejected` and at each result's `errors`. An error carries the events that are left,
        and the receipt of those before them.
        """
        sending = self._calls.of_many(events)
        self._send(sending)
        return sending.batch_receipt

    def _send(self, sending: Sending) -> None:
        clock = self._calls.clock
        while (step := sending.next(clock.monotonic())) is not None:
            self._calls.check_open(sending)
            if isinstance(step, Wait):
                clock.sleep(step.seconds)
                continue
            try:
                answer = self._connection.post(step, self._calls.sent_at())
            except (httpx.RequestError, httpx.InvalidURL, RuntimeError) as error:
                # httpx's word for a client that another thread has closed meanwhile is a RuntimeError.
                self._calls.check_open(sending)
                sending.unanswered(error, clock.monotonic())
            else:
                if not sending.answered(answer, clock.monotonic(), clock.wall()):
                    self._connection.forget()


class GameAnalyticsClient(Sender, EventMethods):
    """Sends game events to a game-events server, from one thread or many, before and after a fork.

    >>> with GameAnalyticsClient("https://events.example.com", key, game_id="sky-racer") as client:  # doctest: +SKIP
    ...     client.send_install_event(user_id="player-1", …)

    `base_url` is the server's root, with a path when a proxy has it under one, and `api_key` a key with
    the scope `ingest`; ValueError when either cannot be used. `game_id`, `platform`, `app_version` and `environment`
    are what its events share. What is not given is looked for in GAME_EVENTS_URL, GAME_EVENTS_API_KEY,
    GAME_EVENTS_GAME_ID and so on. `timeout` is how many seconds each request may take with all attempts: an event's, or
    that of a part of a batch, of 500 events or 1 MB. Attempts that got no answer, or 408, 425, 429 or a passing 5xx,
    are repeated until then, or `max_attempts` times, with the same event_id: one that arrived twice counts once.
    While the server has been away for long, calls fail at once, and one at a time tries again.

    What is enqueued goes in the background, in batches, for as long as it takes, in memory or in a `spool` on disk:
    `game_events.told.Settings` has what can be said of that, by name.

    Proxies are the environment's (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), and none for a server on this
    machine. `http` is for what that does not cover, TLS, proxies, HTTP/2: an `httpx.Client`, which stays yours to
    close, or, where processes fork, a function that makes one for each. `clock` is the device's, whose reading goes out
    as Sent-At with every attempt so that the server can correct a wrong one; `uniform` draws the jitter.
    """


class _Connection:
    """The HTTP client of this process. A forked child makes one of its own: two cannot share a socket."""

    def __init__(self, server: Server, http: Http | None) -> None:
        self._server = server
        if http is not None and not isinstance(http, httpx.Client) and not callable(http):
            raise TypeError(f"http is an httpx.Client, or a function that makes one, not {type(http).__name__}")
        self._given = http if isinstance(http, httpx.Client) else None
        self._make = http if callable(http) else self._make_own
        self._is_own = http is None
        """Then nobody's cookies, hooks or authentication are asked for, which take a fifth of a request's time."""
        self._is_inherited = False
        self._http: httpx.Client | None = None if callable(http) else self._given or self._make()
        if self._http is not None:
            deadline.bound(self._http)
        forks.watch_forks(self)

    def post(self, step: Post, sent_at: str) -> Answer:
        http, told = self._usable(), self._server.request(step, sent_at)
        with deadline.within(step.seconds):
            if self._is_own:
                request = own_request(**told)
                response = http._transport_for_url(request.url).handle_request(request)
            else:
                request = http.build_request("POST", **told)
                response = http.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > MAX_ANSWER_BYTES:
                        raise httpx.DecodingError(f"an answer of more than {MAX_ANSWER_BYTES:,} bytes")
            finally:
                response.close()
        return Answer(response.status_code, response.headers, bytes(body))

    def forget(self) -> None:
        """A connection gave an answer that is somebody else's: use none of them again."""
        if self._given is None:
            http, self._http = self._http, None  # first: other threads go on with a new one
            if http is not None:
                http.close()

    def close(self) -> None:
        self.forget()

    def after_fork(self) -> None:
        """In the child: the sockets are the parent's. Not closed: that could wait for a lock of its threads."""
        self._http = None
        self._is_inherited = True

    def _usable(self) -> httpx.Client:
        if self._given is not None and self._is_inherited:
            message = "the httpx.Client given as `http` is the parent process's; give a function that makes one"
            raise GameEventsError(message)
        if self._http is None:
            self._http = deadline.bound(self._make())
        return self._http

    def _make_own(self) -> httpx.Client:
        try:
            return httpx.Client(**self._server.http_settings())
        except (ImportError, ValueError) as error:
            raise proxy_trouble(error) from error

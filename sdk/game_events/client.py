"""The client: events in, receipts out, over one pooled HTTP connection."""

import gzip
import ipaddress
import json
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from game_events_models.http import BatchReceipt, EventReceipt, Problem
from pydantic import BaseModel, ValidationError

from game_events import errors
from game_events._generated import EventMethods
from game_events.identity import utc_now
from game_events.retry import RetryPolicy, is_retryable, parse_retry_after

MAX_BATCH = 500
GZIP_FROM_BYTES = 1024
USER_AGENT = f"game-events-sdk/{version('game-events-sdk')}"

Event = BaseModel | Mapping[str, Any]
ReceiptType = TypeVar("ReceiptType", EventReceipt, BatchReceipt)
_EVENT_TYPE = re.compile(r"(?!batch$)[a-z][a-z0-9_]*")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")


class GameAnalyticsClient(EventMethods):
    """Sends game events to a game-events server, from one thread or many.

    >>> with GameAnalyticsClient("https://events.example.com", api_key) as client:  # doctest: +SKIP
    ...     client.send_install_event(user_id="player-1", …)

    `base_url` is the server's root, with a path when a proxy has it under one, and `api_key` a key with
    the scope `ingest`; ValueError when either cannot be used. `timeout` is in seconds and holds for
    connecting, sending and receiving each. Attempts that got no answer, or 408, 429 or a 5xx, are repeated
    up to `max_attempts` in all, with the same event_id, so an event that arrived twice still counts once.
    Proxies are the environment's (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), and none for a server on this machine.
    `transport` replaces the network, for tests; `clock` is the device's clock, whose reading goes out as
    Sent-At with every attempt so that the server can correct a wrong one; `sleep` and `uniform` wait and
    draw the jitter.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeout: float = 10.0,
        max_attempts: int = 4,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], object] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        url = _server_url(base_url)
        # A broken header would fail deep inside HTTP, retried and with the key in the message.
        if not _VISIBLE_ASCII.fullmatch(api_key):
            raise ValueError("api_key is empty or holds a space, line end or non-ASCII character; copy it again")
        self._policy = RetryPolicy(max_attempts=max_attempts)
        self._clock = clock
        self._sleep = sleep
        self._uniform = uniform
        loopback = _is_loopback(url.host)
        try:
            self._http = httpx.Client(
                base_url=url,
                headers={"Authorization": f"Bearer {api_key}", "User-Agent": USER_AGENT},
                timeout=timeout,
                transport=transport,
                # No proxy leads to this machine; where certificates are is the environment's to say all the same.
                trust_env=not loopback,
                verify=httpx.create_ssl_context() if loopback else True,
            )
        except (ImportError, ValueError) as error:  # SOCKS without its package, a scheme that is none
            message = (
                f"the environment's proxy cannot be used ({error}): mend or unset HTTP_PROXY, HTTPS_PROXY, ALL_PROXY"
            )
            raise ValueError(message) from error

    def __repr__(self) -> str:
        return f"GameAnalyticsClient({str(self._http.base_url)!r})"  # never the key

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the pooled connections; the client cannot send afterwards."""
        self._http.close()

    def send_event(self, event: Event) -> EventReceipt:
        """Send one event of any type and version; a plain mapping goes as it is, for the server to judge.

        Returns the receipt once the event is on the server's disk, `duplicate` when it was before.
        Raises an error of `game_events.errors`: RefusedError says the server's reasons.
        """
        document = _document(event)
        event_type = document.get("event_type")
        if not isinstance(event_type, str) or not _EVENT_TYPE.fullmatch(event_type):
            raise errors.InvalidEventError(f"event_type is {event_type!r}; it names the event, say 'install'")
        return _receipt(EventReceipt, self._post(f"/v1/events/{event_type}", document))

    def send_events_batch(self, events: Sequence[Event]) -> BatchReceipt:
        """Send 1 to 500 events of any types in one request.

        Returns one result per event, in the order given: an event the server refuses does not hold
        the others up, so look at `rejected` and at each result's `errors`.
        """
        if not 1 <= len(events) <= MAX_BATCH:
            raise errors.InvalidBatchError(f"a batch holds 1 to {MAX_BATCH} events, and this one {len(events)}")
        body = {"events": [_document(event) for event in events]}
        response = self._post("/v1/events/batch", body)
        receipt = _receipt(BatchReceipt, response)
        if len(receipt.results) != len(events):
            raise errors.UnexpectedAnswerError(response.status_code, None, receipt.correlation_id)
        return receipt

    def _post(self, path: str, document: Mapping[str, Any]) -> httpx.Response:
        body = _encode(document)
        headers = {"Content-Type": "application/json"}
        if len(body) >= GZIP_FROM_BYTES:
            # Level 1: most of the saving at a fraction of a device's time.
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        attempt = 0
        while True:
            attempt += 1
            headers["Sent-At"] = self._clock().astimezone(UTC).isoformat().replace("+00:00", "Z")
            retry_after = None
            try:
                response = self._http.post(path, content=body, headers=headers)
            except httpx.RequestError as error:
                cause = str(error) or type(error).__name__
                failure: errors.GameEventsError = errors.ServerUnreachableError(
                    f"no answer from {self._http.base_url} after {attempt} attempts: {cause}"
                )
                failure.__cause__ = error
            else:
                if response.status_code == httpx.codes.ACCEPTED:
                    return response
                failure = _refusal(response)
                if not is_retryable(response.status_code):
                    raise failure
                retry_after = parse_retry_after(
                    response.headers.get("Retry-After"), response.headers.get("Date"), self._clock()
                )
            wait = self._policy.wait(attempt, retry_after, self._uniform)
            if wait is None:
                raise failure
            self._sleep(wait)


def _server_url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"base_url is not a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("base_url needs a scheme and a host, as in https://events.example.com")
    if url.userinfo or url.query or url.fragment:  # user information would replace the key
        raise ValueError("base_url may hold a scheme, host, port and path, and nothing else")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _encode(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise errors.InvalidEventError(f"the event cannot be written as JSON: {error}") from error


def _receipt(kind: type[ReceiptType], response: httpx.Response) -> ReceiptType:
    try:
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        correlation_id = response.headers.get("X-Correlation-ID")
        raise errors.UnexpectedAnswerError(response.status_code, None, correlation_id) from error


def _document(event: Event) -> Mapping[str, Any]:
    return event.model_dump(mode="json") if isinstance(event, BaseModel) else dict(event)


def _refusal(response: httpx.Response) -> errors.RefusedError:
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        problem = None
    correlation_id = response.headers.get("X-Correlation-ID", problem.correlation_id if problem else None)
    return errors.refusal(response.status_code, problem, correlation_id)

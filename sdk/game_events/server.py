"""Where a client sends to: the server's address, the key, and how its HTTP client is made."""

import ipaddress
import os
import re
import ssl
from functools import cache
from importlib.metadata import version
from typing import Any

import httpx

from game_events.sending import Post

VERSION = version("game-events-sdk")
USER_AGENT = f"game-events-sdk/{VERSION}"
MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""More is no receipt."""
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")


class Server:
    """ValueError when the address or the key cannot be used."""

    def __init__(self, base_url: object, api_key: object) -> None:
        self.url = _checked_url(base_url)
        if api_key is None:
            raise ValueError("api_key is missing: pass it, or set GAME_EVENTS_API_KEY")
        # A broken header would fail deep inside HTTP, retried and with the key in the message.
        if not isinstance(api_key, str) or not _VISIBLE_ASCII.fullmatch(api_key):
            raise ValueError("api_key is empty or holds a space, line end or non-ASCII character; copy it again")
        self._headers = {"Authorization": f"Bearer {api_key}", "User-Agent": USER_AGENT}
        self._root = str(self.url).rstrip("/")

    def __str__(self) -> str:
        return str(self.url)  # never the key

    def request(self, post: Post, sent_at: str) -> dict[str, Any]:
        """The arguments of httpx's `build_request`; `sent_at` is the device's time."""
        headers = {**self._headers, **post.headers, "Sent-At": sent_at}
        return {"url": self._root + post.path, "content": post.body, "headers": headers, "timeout": post.seconds}

    def http_settings(self) -> dict[str, Any]:
        """How to make an httpx client for it; ValueError for an environment with a proxy that cannot be used."""
        loopback = _is_loopback(self.url.host)
        verify: ssl.SSLContext | bool = False
        if self.url.scheme == "https":  # 19 ms, and it can be shared
            verify = _ssl_context(tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")))
        # No proxy leads to this machine.
        return {"trust_env": not loopback, "verify": verify}


def own_request(url: str, content: bytes, headers: dict[str, str], timeout: float) -> httpx.Request:
    """Of `Server.request`, for an httpx transport without the client around it."""
    return httpx.Request(
        "POST", url, content=content, headers=headers, extensions={"timeout": httpx.Timeout(timeout).as_dict()}
    )


def proxy_trouble(error: Exception) -> ValueError:
    """For what httpx says of an environment's proxy: SOCKS without its package, a scheme that is none."""
    return ValueError(
        f"the environment's proxy cannot be used ({error}): mend or unset HTTP_PROXY, HTTPS_PROXY, ALL_PROXY"
    )


@cache
def _ssl_context(_environment: tuple[str | None, ...]) -> ssl.SSLContext:
    """By the environment's certificates, as httpx has it; one for each that the environment names."""
    return httpx.create_ssl_context()


def _checked_url(base_url: object) -> httpx.URL:
    if base_url is None:
        raise ValueError("base_url is missing: pass it, or set GAME_EVENTS_URL")
    try:
        url = httpx.URL(base_url)  # type: ignore[arg-type] # whatever it is
    except (httpx.InvalidURL, TypeError) as error:
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
